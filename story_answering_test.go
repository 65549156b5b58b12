package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/calendar"
	"headway/models"
)

func TestStoryAnswersBeforeAndAfterTheirTime(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})

	// At night, Tuesday's round is over for everybody. Sam missed it.
	c.clockTo("23:30")
	closed := c.reply(sam, payments, "checkin", "closed at 13:30.")
	c.click(sam, closed, "checkin.full")
	form := c.modalSaying(sam, "checkin.answer", "That round is closed, so this is kept as a late answer")
	c.closeModal(sam, form)

	// Before anybody is asked on Wednesday, Ada answers and Noor skips.
	c.clockTo("04:00")
	before := c.latest(payments, ada)
	questions := map[string]int{ada: c.questions(ada), noor: c.questions(noor)}
	c.slash(ada, payments, "checkin now")
	form = c.modal(ada, "checkin.answer")
	keepsQuietOf(t, form.words(), "This is for", "You answered")
	c.submit(ada, form, map[string]any{"status": "on_track"})
	c.awaitMessage(ada, ada, "", "Thanks, on track. The team's summary comes at 19:30 or when everyone has answered.")
	c.slash(noor, payments, "checkin skip")
	c.awaitMessage(noor, noor, "", "You don't count as missing.")
	c.reply(noor, payments, "checkin skip", "there is nothing to skip.")

	// Everyone else keeps their own morning; the two are not asked.
	c.clockTo("09:31")
	says(t, c.prompt(lena).Text, "How is your")
	for user, had := range questions {
		if n := c.questions(user); n != had {
			t.Errorf("%s is asked %d times in spite of an early word", user, n-had)
		}
	}

	// Sam answers for yesterday, which changes no summary; so does who had an
	// answer there already.
	c.slash(sam, payments, "checkin yesterday")
	form = c.modalSaying(sam, "checkin.answer", "This is for *Tue ")
	says(t, form.words(), "kept as a late answer and the summary stays as it was.")
	c.submit(sam, form, map[string]any{"status": "at_risk"})
	c.awaitMessage(sam, sam, "", "closed at 13:30, so this is kept as a late answer and the summary stays as it was.")
	c.slash(sam, payments, "checkin yesterday")
	says(t, c.modalSaying(sam, "checkin.answer", "This is for *Tue ").words(), "You answered at ")
	c.reply(jonas, payments, "checkin yesterday", "There is no earlier check-in that asked you.")

	// Whoever answers last is told that the summary comes now.
	c.reply(mira, payments, "checkin nonsense", "I don't know what to do with that.")
	c.reply(mira, payments, "checkin --project NOPE", "There is no project NOPE here.")
	c.reply(mira, payments, "checkin edit", "There is no answer of yours to change")
	c.clockTo("15:31")
	for _, user := range []string{priya, anil, lena, mira, tomas} {
		c.click(user, c.prompt(user), "checkin.at_risk")
		c.awaitMessage(user, user, "", "Thanks, at risk. The team's summary comes ")
	}
	c.click(sam, c.prompt(sam), "checkin.at_risk")
	c.awaitMessage(sam, sam, "", "Yours was the last one, so the team's summary comes now.")
	c.awaitMessage(payments, ada, before, "7 of 7 answered")
	c.noViolations()
}

// questions counts the prompts and reminders in someone's DM that still ask.
func (c *control) questions(user string) int {
	c.t.Helper()
	n := 0
	for _, m := range c.messages(user, user, "", 0) {
		if strings.Contains(m.Text, "How is your") {
			n++
		}
	}
	return n
}

func TestStoryOfTwoAnswersTheLastStandsAndIsTold(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.clockTo("09:31")
	prompt := c.prompt(ada)
	c.click(ada, prompt, "checkin.full")
	first := c.modal(ada, "checkin.answer")
	c.click(ada, prompt, "checkin.at_risk") // on her telephone, while the form is open here
	c.awaitMessage(ada, ada, prompt.TS, "Thanks, at risk.")
	c.clock("10m")
	c.submit(ada, first, map[string]any{"status": "blocked", "kind": "person", "key": "PAY-7"})
	told := c.awaitMessage(ada, ada, prompt.TS, "Thanks, blocked: ")
	says(t, told.Text, "You answered at 09:31 (at risk); this replaces it.")

	// The command changes it once more, from what stands.
	c.slash(ada, payments, "checkin edit")
	form := c.modalSaying(ada, "checkin.answer", "You answered at 09:41; saving replaces that.")
	says(t, string(form.Raw), `"initial_option":`, `"value":"blocked"`, "PAY-7")
	c.submit(ada, form, map[string]any{"status": "on_track"})
	c.awaitMessage(ada, ada, prompt.TS, "You answered at 09:41 (blocked); this replaces it.")
	c.reply(ada, payments, "checkin skip", "there is nothing to skip")
	c.noViolations()
}

func TestStoryAReminderIsPutOff(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.reply(ada, payments, "checkin snooze", "You are asked at 09:30, so there is nothing to put off yet.")
	c.clockTo("09:31")
	after := c.latest(ada, ada)
	c.choose(ada, c.prompt(ada), "checkin.more", menu("snooze"))
	c.awaitMessage(ada, ada, after, "I'll remind you of the Payments check-in at 10:31. It is open until 13:30.")
	c.reply(lena, payments, "checkin snooze 3h", "I'll remind you of the Payments check-in at 12:31.")
	c.reply(noor, payments, "checkin snooze soon", "Say for how long")
	c.reply(noor, payments, "checkin snooze 1m", "A reminder can be put off by 5 minutes to 12 hours.")
	c.reply(noor, payments, "checkin snooze 5h", "By then this check-in is closed: it is open until 13:30.")

	// It comes then, instead of at half time.
	c.clockTo("10:32")
	reminder := c.awaitMessage(ada, ada, "", "You asked me to remind you now; there is time until 13:30.")
	c.clockTo("11:31")
	c.awaitMessage(noor, noor, "", "this is the only reminder.")
	for _, user := range []string{ada, lena} {
		for _, m := range c.messages(user, user, reminder.TS, 0) {
			keepsQuietOf(t, m.Text, "the only reminder")
		}
	}

	// Once more, although the reminder was out; an answer settles all copies.
	c.choose(noor, c.prompt(noor), "checkin.more", menu("snooze"))
	c.clockTo("12:32")
	c.awaitMessage(noor, noor, "", "You asked me to remind you now")
	c.click(noor, c.awaitMessage(noor, noor, "", "You asked me to remind you now"), "checkin.at_risk")
	c.awaitMessage(noor, noor, "", "Thanks, at risk.")
	c.clock("0s")
	if n := c.questions(noor); n != 0 {
		t.Errorf("%d copies of the question are left", n)
	}
	c.reply(noor, payments, "checkin snooze 30m", "there is nothing to remind you of.")
	c.awaitMessage(lena, lena, "", "You asked me to remind you now")
	c.reply(lena, payments, "checkin snooze 1h", "By then this check-in is closed")
	c.clockTo("14:00")
	c.reply(lena, payments, "checkin snooze 30m", "This check-in closed at 13:30, so a reminder comes too late.")
	c.noViolations()
}

// Jira says something else than "on track": the person alone is asked, and what
// they make of it is theirs.
func TestStoryOnTrackIsComparedWithJiraForThePersonAlone(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.clockTo("05:05") // half past nine in Kolkata; Anil has an item that is flagged
	prompt := c.prompt(anil)
	c.click(anil, prompt, "checkin.on_track")
	question := c.awaitMessage(anil, anil, prompt.TS, "Still right?")
	says(t, question.Text, "You said *on track*. Jira has <", "flagged since Thu", "Only you see this, and it is not kept.")
	if question.EphemeralTo != anil {
		t.Errorf("the question is no secret of his: %+v", question)
	}
	key := linkedKey(question.Text)
	for _, user := range []string{mira, jonas, priya} {
		for _, channel := range []string{payments, user} {
			for _, m := range c.messages(channel, user, "", 0) {
				keepsQuietOf(t, m.Text, "Still right?")
			}
		}
	}

	// "It is blocked" is the usual follow-up with the item filled in.
	c.click(anil, question, "mismatch.blocked")
	form := c.modalSaying(anil, "checkin.blocked", "What do you need?")
	says(t, string(form.Raw), `"initial_value":"`+key+`"`)
	c.submit(anil, form, map[string]any{"kind": "decision"})
	says(t, c.awaitMessage(anil, anil, prompt.TS, "Thanks, blocked: ").Text, key, "(on track); this replaces it.")

	// From the full form it comes as well; then he puts it right in Jira.
	c.slash(anil, payments, "checkin edit")
	after := c.latest(anil, anil)
	c.submit(anil, c.modal(anil, "checkin.answer"), map[string]any{"status": "on_track"})
	question = c.awaitMessage(anil, anil, after, "Still right?")
	c.click(anil, question, "mismatch.fix")
	c.awaitMessage(anil, anil, after, "Good, your answer stays as it is.")

	// A Jira that takes its time keeps nobody waiting, and is not asked of whoever
	// is not linked: Priya has something flagged too.
	after = c.latest(anil, anil)
	c.reply(mira, payments, "unlink @priya", "is not linked to a Jira account any more")
	c.click(priya, c.prompt(priya), "checkin.on_track")
	c.slash(anil, payments, "checkin edit")
	c.submit(anil, c.modal(anil, "checkin.answer"), map[string]any{"status": "at_risk"})
	c.awaitMessage(anil, anil, "", "Thanks, at risk.")
	c.fault(map[string]any{"fault": "slow", "ms": 60000})
	c.click(anil, c.awaitMessage(anil, anil, "", "Thanks, at risk."), "checkin.change")
	c.submit(anil, c.modal(anil, "checkin.answer"), map[string]any{"status": "on_track"})
	c.awaitMessage(anil, anil, "", "(at risk); this replaces it.")
	c.clock("0s") // after all that was under way
	for _, user := range []string{anil, priya} {
		for _, m := range c.messages(user, user, after, 0) {
			keepsQuietOf(t, m.Text, "Still right?")
		}
	}
	c.fault(map[string]any{"fault": "clear"})

	// Nobody is asked whose items move, nor where Jira does not answer.
	c.clockTo("09:31")
	ask := c.prompt(ada)
	c.click(ada, ask, "checkin.on_track")
	c.fault(map[string]any{"fault": "down"})
	asked := c.prompt(noor) // who has an item that is silent by now
	c.click(noor, asked, "checkin.on_track")
	c.awaitMessage(noor, noor, asked.TS, "Thanks, on track.")
	c.clock("0s")
	for _, user := range []string{ada, noor} {
		for _, m := range c.messages(user, user, "", 0) {
			keepsQuietOf(t, m.Text, "Still right?")
		}
	}
	c.fault(map[string]any{"fault": "clear"})
	c.clock("1h") // Jira asked to be left alone for a while
	c.slash(noor, payments, "checkin edit")
	form = c.modal(noor, "checkin.answer")
	c.submit(noor, form, map[string]any{"status": "at_risk"})
	c.awaitMessage(noor, noor, asked.TS, "Thanks, at risk.")
	c.click(noor, c.awaitMessage(noor, noor, "", "Thanks, at risk."), "checkin.change")
	c.submit(noor, c.modal(noor, "checkin.answer"), map[string]any{"status": "on_track"})
	says(t, c.awaitMessage(noor, noor, "", "Still right?").Text, "in progress without a move for 6 working days")
	c.noViolations()
}

// linkedKey is the first issue that a text links.
func linkedKey(text string) string {
	_, rest, _ := strings.Cut(text, "|")
	key, _, _ := strings.Cut(rest, ">")
	return key
}

// Whoever may not answer is told so once, whatever they use, and leaves no row.
func TestStoryAnswersOfThoseWhoMayNotLeaveNoRow(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	people := func(people ...models.Participant) func() {
		return func() { must(f.team().SetParticipants(ctx, ids.project, people)) }
	}
	in, observer := models.Participant{User: tomas, Zone: "Europe/Berlin"}, models.Participant{User: mira, Zone: "Europe/Berlin", Observer: true}
	for _, row := range []struct {
		name, user, words string
		before            func()
	}{
		{"a guest", gil, "full members of this workspace", func() {}},
		{"someone of another workspace", sten, "full members of this workspace", func() {}},
		{"someone who was not asked", lena, "You are not asked in this check-in.", func() {}},
		{"someone who left the team", ada, "You are no longer asked in the Payments check-in, so nothing was saved.", func() {
			f.click(ada, payments, "checkin.more:"+ids.round, "leave")
		}},
		{"someone who was made an observer", mira, "You are no longer asked in the Payments check-in, so nothing was saved.", people(in, observer)},
		{"a member while the project is paused", tomas, "The Payments check-in is paused, so nothing was saved.", func() {
			says(t, f.command(mira, payments, "project pause PAY"), "is paused")
		}},
		{"a member after the round was deleted", tomas, "", func() {
			_, err := f.team().DeleteProject(ctx, ids.project)
			must(err)
		}},
	} {
		row.before()
		round := `{"r":"` + ids.round + `"}`
		for entry, use := range map[string]func() string{
			"a tap":   func() string { return f.click(row.user, payments, "checkin.on_track:"+ids.round, "") },
			"blocked": func() string { return f.click(row.user, payments, "checkin.blocked:"+ids.round, "") },
			"the form": func() string {
				return f.submit(row.user, "checkin.answer", round, filled(fillOption("status", "on_track")))
			},
			"the follow-up": func() string {
				return f.submit(row.user, "checkin.blocked", round, filled(fillOption("kind", "person")))
			},
			"skip":             func() string { return f.click(row.user, payments, "checkin.more:"+ids.round, "skip") },
			"remind me":        func() string { return f.click(row.user, payments, "checkin.more:"+ids.round, "snooze") },
			"a choice":         func() string { return f.click(row.user, payments, "checkin.pick:"+ids.round, "skip") },
			"mismatch.blocked": func() string { return f.click(row.user, payments, "mismatch.blocked:"+ids.round, "PAY-1") },
		} {
			f.overheard()
			words := use() + f.overheard()
			want := row.words
			if want == "" {
				want = "belongs to an older version"
			}
			if n := strings.Count(words, want); n == 0 {
				t.Errorf("%s by %s: %.400s", entry, row.name, words)
			}
			if _, err := f.team().AnswerOf(ctx, ids.round, row.user); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s by %s left an answer: %v", entry, row.name, err)
			}
		}
	}
}

// Several check-ins are a list to choose from; one that is still to open is
// opened by the answer.
func TestStorySeveralCheckinsAreChosenFrom(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	ctx, team := t.Context(), f.team()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	round, err := team.Round(ctx, ids.round)
	must(err)
	daily, err := team.Checkin(ctx, round.CheckinID)
	must(err)
	weekly := daily
	weekly.ID, weekly.Name, weekly.Hour, weekly.Privacy = models.NewID(), "Weekly confidence", 15, models.PrivacyManagers
	must(team.PutCheckin(ctx, &weekly))
	due := round.Date.At(15, 30, demoZone)
	must(team.PutSchedule(ctx, &models.Schedule{Kind: "checkin", SubjectID: weekly.ID, ProjectID: ids.project, NextDue: due, Slot: round.Date.String()}))

	words := f.command(ada, payments, "checkin")
	says(t, words, "More than one check-in is there for you. Which one?", "Payments · ", "Open until 13:30.", "Weekly confidence · ", "You are asked at 15:30.")
	f.overheard()
	f.click(ada, payments, "checkin.early:"+weekly.ID, "now")
	says(t, f.overheard(), "Answer check-in", weekly.ID)
	early := fmt.Sprintf(`{"r":"","k":%q,"d":%q}`, weekly.ID, round.Date)
	if words := f.submit(ada, "checkin.answer", fmt.Sprintf(`{"r":"","k":%q,"d":"2031-01-01"}`, weekly.ID), filled(fillOption("status", "at_risk"))); !strings.Contains(words, "can't be opened any more") {
		t.Errorf("a round of a day far ahead: %s", words)
	}
	for range 2 { // the second one stands, in the same round
		f.submit(ada, "checkin.answer", early, filled(fillOption("status", "at_risk")))
	}
	opened, err := team.RoundOn(ctx, weekly.ID, round.Date)
	must(err)
	if a, err := team.AnswerOf(ctx, opened.ID, ada); err != nil || a.Version != 2 || a.Late {
		t.Errorf("%+v, %v", a, err)
	}
	if m, err := team.RoundMember(ctx, opened.ID, tomas); err != nil || m.State != models.MemberWaiting || !m.AskAt.Equal(due) {
		t.Errorf("%+v, %v", m, err)
	}

	// Somebody joins before the schedule finds the round there.
	people, err := team.Participants(ctx, ids.project)
	must(err)
	must(team.SetParticipants(ctx, ids.project, append(people, models.Participant{User: noor, Zone: demoZone.String()})))
	must(d.through(ctx, due.Add(time.Minute)))
	members, err := team.RoundMembers(ctx, opened.ID)
	must(err)
	states := map[string]string{}
	for _, m := range members {
		states[m.User] = m.State
	}
	if states[ada] != models.MemberAnswered || states[tomas] != models.MemberAsked || states[noor] != models.MemberAsked || len(states) != 4 {
		t.Errorf("%v", states)
	}
	if rounds, err := team.LatestRounds(ctx, ids.project, 9); err != nil || len(slices.DeleteFunc(rounds, func(r models.Round) bool { return r.CheckinID != weekly.ID })) != 1 {
		t.Errorf("%+v, %v", rounds, err)
	}
	f.click(ada, payments, "checkin.at_risk:"+ids.round, "") // that one is closed by now
	f.submit(ada, "checkin.answer", `{"r":"`+ids.round+`"}`, filled(fillOption("status", "at_risk")))
	says(t, f.command(ada, payments, "checkin edit"), "Which answer do you want to change?", "Weekly confidence")
}

// What people write goes where the form said, once, and as plain words.
func TestStoryWordsOfTheirOwnAreReadWhereTheFormSaid(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	ctx, team := t.Context(), f.team()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c := &control{t: t, Line: d.world.Line()}
	round, err := team.Round(ctx, ids.round)
	must(err)
	checkin, err := team.Checkin(ctx, round.CheckinID)
	must(err)
	words := func(roundID, user string) string {
		text, err := team.AnswerTextOf(ctx, roundID, user)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			t.Fatal(err)
		}
		return text.Words
	}
	submit := func(user, roundID, readers, text string) string {
		return f.submit(user, "checkin.answer", fmt.Sprintf(`{"r":%q,"t":%q}`, roundID, readers), filled(fillOption("status", "at_risk"), fillText("text", text)))
	}

	// Off: no field, and a forged one is not kept.
	f.overheard()
	f.click(ada, payments, "checkin.full:"+ids.round, "")
	keepsQuietOf(t, f.overheard(), "Anything your team should know?")
	submit(ada, ids.round, "thread", "never asked for")
	if got := words(ids.round, ada); got != "" {
		t.Errorf("kept %q though it is off", got)
	}

	// nextRound changes the check-in, which an open round doesn't follow, and lives
	// until the next one is open.
	day := round.Date
	nextRound := func(change func()) models.Round {
		change()
		must(team.PutCheckin(ctx, &checkin))
		for day = day.AddDays(1); !calendar.MonToFri.Has(day.Weekday()); {
			day = day.AddDays(1)
		}
		must(d.through(ctx, day.At(9, 31, demoZone)))
		opened, err := team.RoundOn(ctx, checkin.ID, day)
		must(err)
		return opened
	}

	// On: the form says who reads it, too much is refused, an edit replaces.
	round = nextRound(func() { checkin.FreeText = true })
	f.overheard()
	f.click(ada, payments, "checkin.full:"+round.ID, "")
	f.click(ada, payments, "checkin.blocked:"+round.ID, "")
	if said := f.overheard(); strings.Count(said, "everyone in the team's channel can read it. Headway keeps it 30 days.") != 2 {
		t.Errorf("the forms say: %s", said)
	}
	says(t, submit(ada, round.ID, "thread", strings.Repeat("x", 601)), "At most 600 characters fit here.")
	submit(ada, round.ID, "thread", "first")
	submit(ada, round.ID, "thread", "<!channel> ask <@"+mira+"> & see <https://evil.test|PAY-1>\n*soon*")
	submit(mira, round.ID, "thread", "gone again")
	submit(mira, round.ID, "thread", "")
	if got := words(round.ID, mira); got != "" {
		t.Errorf("a cleared text is %q", got)
	}
	submit(tomas, round.ID, "asked", "told that only those who are asked read this")

	// All three have answered: the summary is out, and in its thread what may be.
	must(d.through(ctx, round.CloseAt.Add(time.Minute)))
	summary := c.awaitMessage(payments, ada, "", "3 of 3 answered")
	thread := c.awaitMessage(payments, ada, summary.TS, "In their own words")
	says(t, thread.Text, "<@"+ada+">: &lt;!channel&gt; ask &lt;@"+mira+"&gt; &amp; see &lt;https://evil.test|PAY-1&gt; *soon*")
	keepsQuietOf(t, thread.Text, "first", "only those who are asked", "gone again", "<!channel>")
	if thread.ThreadTS != summary.TS {
		t.Errorf("it stands at %q, not under the summary %q", thread.ThreadTS, summary.TS)
	}

	// A late one is read by Show answers only.
	f.overheard()
	f.click(mira, payments, "checkin.full:"+round.ID, "")
	says(t, f.overheard(), "Only the people this check-in asks can read it, by Show answers.")
	submit(mira, round.ID, "asked", "late, but here")
	must(d.through(ctx, round.CloseAt.Add(10*time.Minute)))
	said := f.click(ada, payments, "summary.show:"+round.ID, "")
	says(t, said, "late, but here", "told that only those who are asked read this")
	for _, m := range c.messages(payments, ada, "", 0) {
		if m.EphemeralTo == "" {
			keepsQuietOf(t, m.Text, "late, but here", "told that only")
		}
	}

	// Managers read them where they may, and never what was said before they might.
	managed := nextRound(func() { checkin.Privacy = models.PrivacyManagers })
	keepsQuietOf(t, f.click(jonas, payments, "summary.show:"+round.ID, ""), "late, but here")
	f.overheard()
	f.click(mira, payments, "checkin.full:"+managed.ID, "")
	says(t, f.overheard(), "Only the people this check-in asks and their managers can read it")
	submit(mira, managed.ID, "managers", "for managers too")
	says(t, f.click(jonas, payments, "summary.show:"+managed.ID, ""), "for managers too")

	// Where only counts are shown, nothing is asked and nothing kept.
	counted := nextRound(func() { checkin.Privacy = models.PrivacyCounts })
	f.overheard()
	f.click(mira, payments, "checkin.full:"+counted.ID, "")
	keepsQuietOf(t, f.overheard(), "Anything your team should know?")
	submit(mira, counted.ID, "thread", "for nobody")
	if got := words(counted.ID, mira); got != "" {
		t.Errorf("kept %q where nobody could read it", got)
	}

	// In a channel whose readers nobody knows, no text is posted.
	next := nextRound(func() { checkin.Privacy = models.PrivacyTeam })
	binding, _, err := team.BindingOf(ctx, payments)
	must(err)
	binding.Audience, binding.DeclaredBy = models.AudienceUnknown, ""
	must(team.Bind(ctx, binding))
	f.overheard()
	f.click(ada, payments, "checkin.full:"+next.ID, "")
	says(t, f.overheard(), "by Show answers.")
	submit(ada, next.ID, "thread", "not for this channel")
	must(d.through(ctx, next.CloseAt.Add(time.Minute)))
	for _, m := range c.messages(payments, ada, "", 0) {
		keepsQuietOf(t, m.Text, "not for this channel", "for managers too")
	}
}

func TestStoryTheWizardTurnsWordsOfTheirOwnOn(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.wordsOn(t)
	c.clockTo("09:31")
	c.clockTo("09:31") // the round of today was open already
	c.click(ada, c.prompt(ada), "checkin.full")
	form := c.modalSaying(ada, "checkin.answer", "Anything your team should know?")
	c.submit(ada, form, map[string]any{"status": "on_track", "text": "Out from three."})
	c.awaitMessage(ada, ada, "", "Thanks, on track.")
	c.slash(ada, payments, "checkin edit")
	says(t, string(c.modal(ada, "checkin.answer").Raw), `"initial_value":"Out from three."`)
	c.noViolations()
}

// wordsOn lets the check-in ask for people's own words, by the wizard.
func (c *control) wordsOn(t *testing.T) {
	t.Helper()
	c.slash(mira, payments, "setup")
	c.submit(mira, c.pickProject(mira, "PAY"), map[string]any{"channel": payments})
	c.submit(mira, c.modal(mira, "setup.mapping"), nil)
	step := c.modal(mira, "setup.checkin")
	both := map[string]any{"questions": []string{"confidence", "text"}, "privacy": "counts"}
	c.submit(mira, step, both)
	says(t, c.top(mira).Errors["questions"], "nobody could read words of their own")
	both["privacy"] = "team"
	c.submit(mira, step, both)
	c.submit(mira, c.modal(mira, "setup.reports"), map[string]any{"declared": []string{"declared"}})
	c.modalSaying(mira, "", "*Payments* (PAY) is set up.")
	c.closeModal(mira, c.top(mira))
}
