package work

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
	"headway/models/storetest"
)

func (c *company) BrowseURL(key string) string { return "https://acme.test/browse/" + key }

// monday is when the blocked team's first round opens.
var monday = calendar.Date{Year: 2026, Month: 11, Day: 16}

// blockedTeam is a team of eight whose check-in is answered at ten in the
// morning, each in their own zone.
type blockedTeam struct {
	t       *testing.T
	c       *company
	w       *Worker
	team    models.Team
	project models.Project
	checkin models.Checkin
}

func eachBlockedTeam(t *testing.T, test func(b *blockedTeam)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) { test(newBlockedTeam(t, open())) })
}

func newBlockedTeam(t *testing.T, store *models.Store) *blockedTeam {
	t.Helper()
	c := &company{searchy: true, now: monday.At(9, 0, berlin)}
	w := c.worker(store)
	b := &blockedTeam{t: t, c: c, w: w, team: c.settle(t, w)}
	b.project = got(b.team.Project(t.Context(), "pay"))(t)
	b.checkin = models.Checkin{ID: "k1", ProjectID: "pay", Name: "Payments", Days: calendar.MonToFri, Hour: 9, Minute: 30, WindowMinutes: 240, Privacy: models.PrivacyTeam, Channel: "C1", State: models.On}
	b.must(b.team.PutCheckin(t.Context(), &b.checkin))
	people := []models.Participant{{User: "UOBS", Zone: "Europe/Berlin", Observer: true}, {User: "UNY", Zone: "America/New_York"}}
	for i := range 7 {
		people = append(people, models.Participant{User: fmt.Sprintf("U%d", i+1), Zone: "Europe/Berlin"})
	}
	b.must(b.team.SetParticipants(t.Context(), "pay", people))
	return b
}

func got[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (b *blockedTeam) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// at moves the clock to a moment of the working days after the first Monday.
func (b *blockedTeam) at(days, hour int) {
	b.c.mu.Lock()
	defer b.c.mu.Unlock()
	b.c.now = monday.AddDays(days).At(hour, 0, berlin)
}

// round opens the round of a day at half past nine; the clock stands at ten.
func (b *blockedTeam) round(days int) models.Round {
	b.t.Helper()
	b.at(days, 9)
	r := got(b.w.openRound(b.t.Context(), b.team, b.checkin, monday.AddDays(days), false))(b.t)
	b.at(days, 10)
	return r
}

// close ends a round in the afternoon and returns the text of its summary.
func (b *blockedTeam) close(r models.Round) string {
	b.t.Helper()
	b.at(r.Date.Sub(monday), 14)
	b.must(b.w.CloseRound(b.t.Context(), b.team, r.ID))
	if !slices.Contains(b.waiting("C1"), "summary:"+r.ID) {
		b.t.Fatal("no summary is on its way")
	}
	r = got(b.team.Round(b.t.Context(), r.ID))(b.t)
	return got(b.w.summaryMessage(b.t.Context(), b.team, r, false))(b.t).Text
}

// say answers by the verb of a tap. words are a status and, when blocked, a key
// and a day.
func (b *blockedTeam) say(r models.Round, user string, words ...string) {
	b.t.Helper()
	a := models.Answer{RoundID: r.ID, User: user, Status: words[0]}
	if len(words) > 1 {
		a.BlockedKind, a.BlockedKey = "decision", words[1]
	}
	if len(words) > 2 {
		a.Since = got(calendar.ParseDate(words[2]))(b.t)
	}
	b.must(b.team.Atomically(b.t.Context(), func(tx models.Team) error { return b.w.Answer(b.t.Context(), tx, a) }))
}

// blockers are a person's blockers as "PAY-1 since 2026-11-16" or with how they
// ended, in the order of their keys.
func (b *blockedTeam) blockers(user string) []string {
	b.t.Helper()
	var found []string
	for _, row := range got(b.team.BlockersOf(b.t.Context(), user))(b.t) {
		s := row.Key + " since " + row.Since.String()
		if !row.Open() {
			s = row.Key + " cleared by " + row.ClearedBy
		}
		found = append(found, s)
	}
	slices.Sort(found)
	return found
}

func (b *blockedTeam) has(user string, want ...string) {
	b.t.Helper()
	if diff := cmp.Diff(want, b.blockers(user)); diff != "" {
		b.t.Error(diff)
	}
}

// tap clears a person's open blocker of that key.
func (b *blockedTeam) tap(user, key string) {
	b.t.Helper()
	b.must(b.team.Atomically(b.t.Context(), func(tx models.Team) error {
		_, err := b.w.ClearBlocker(b.t.Context(), tx, b.row(user, key).ID, user)
		return err
	}))
}

func (b *blockedTeam) row(user, key string) models.Blocker {
	b.t.Helper()
	for _, row := range got(b.team.OpenBlockers(b.t.Context(), user))(b.t) {
		if row.Key == key {
			return row
		}
	}
	b.t.Fatalf("%s has no open blocker %q", user, key)
	return models.Blocker{}
}

// waiting are the keys of the messages on their way to someone.
func (b *blockedTeam) waiting(to string) []string {
	b.t.Helper()
	var keys []string
	for _, row := range got(b.team.Letters(b.t.Context(), models.OutboxPending, 1000))(b.t) {
		if row.Channel == to {
			keys = append(keys, row.Key)
		}
	}
	return keys
}

// asked are the texts of a person's messages about blockers as they are by now,
// the earliest first.
func (b *blockedTeam) asked(user string) []string {
	b.t.Helper()
	keys := slices.DeleteFunc(b.waiting(user), func(key string) bool { return !strings.HasPrefix(key, "blockers:") })
	slices.Sort(keys)
	var texts []string
	for _, key := range keys {
		texts = append(texts, blocks.BlockerReminder(got(b.w.reminderView(b.t.Context(), b.team, user, key))(b.t)).Text)
	}
	return texts
}

func (b *blockedTeam) tick() {
	b.t.Helper()
	b.must(b.w.RemindBlocked(b.t.Context()))
}

const (
	onTrack = models.OnTrack
	atRisk  = models.AtRisk
	blocked = models.Blocked
)

func TestABlockerIsCarriedUntilItIsCleared(t *testing.T) {
	eachBlockedTeam(t, func(b *blockedTeam) {
		mon := b.round(0)
		b.say(mon, "U1", blocked, "PAY-1")
		says := b.close(mon)
		contains(b.t, says, "PAY-1> waits for a decision, day 1")
		lacks(b.t, says, "also yesterday", "Cleared")

		tue := b.round(1) // U1 says nothing
		b.say(tue, "U2", onTrack)
		contains(b.t, b.close(tue), "PAY-1> waits for a decision, day 2 (no news today)")

		wed := b.round(2)
		b.say(wed, "U1", blocked, "PAY-1", "2026-11-18") // the form's own day
		b.has("U1", "PAY-1 since 2026-11-16")
		contains(b.t, b.close(wed), "PAY-1> waits for a decision, day 3 (also yesterday)")

		thu := b.round(3)
		b.say(thu, "U1", atRisk)
		b.has("U1", "PAY-1 cleared by answer")
		contains(b.t, b.close(thu), "*Cleared since Wed:* <https://acme.test/browse/PAY-1|PAY-1> after 3 days.")

		fri := b.round(4)
		b.say(fri, "U2", onTrack)
		lacks(b.t, b.close(fri), "PAY-1")
	})
}

func TestAWeekendAndAHolidayMakeABlockerNoOlder(t *testing.T) {
	b := newBlockedTeam(t, storetest.SQLite(t))
	b.project.Country = "DE"
	b.must(b.team.PutProject(t.Context(), &b.project))
	fri := b.round(4)
	b.say(fri, "U1", blocked, "PAY-1", "2026-11-20")
	b.say(b.round(7), "U1", blocked, "PAY-1")
	contains(t, b.close(got(b.team.RoundOn(t.Context(), "k1", monday.AddDays(7)))(t)), "day 2 (also yesterday)")
	b.say(b.round(42), "U1", blocked, "PAY-2", "2026-12-24") // a Thursday; Christmas and a weekend follow
	contains(t, b.close(got(b.team.RoundOn(t.Context(), "k1", monday.AddDays(42)))(t)), "PAY-2> waits for a decision, day 2")
}

// What an edit of the answer of an open round does.
func TestAnAnswerIsChangedAsAWhole(t *testing.T) {
	for name, c := range map[string]struct {
		yesterday []string
		today     [][]string
		want      []string
	}{
		"taken back":               {nil, [][]string{{blocked, "PAY-1"}, {onTrack}}, nil},
		"another key":              {nil, [][]string{{blocked, "PAY-1"}, {blocked, "PAY-2"}}, []string{"PAY-2 since 2026-11-17"}},
		"another day":              {nil, [][]string{{blocked, "PAY-1", "2026-11-10"}, {blocked, "PAY-1", "2026-11-13"}}, []string{"PAY-1 since 2026-11-13"}},
		"no day":                   {nil, [][]string{{blocked, "PAY-1", "2026-11-10"}, {blocked, "PAY-1"}}, []string{"PAY-1 since 2026-11-10"}},
		"a day ahead":              {nil, [][]string{{blocked, "PAY-1", "2026-12-01"}}, []string{"PAY-1 since 2026-11-17"}},
		"no key":                   {nil, [][]string{{blocked, ""}, {blocked, ""}}, []string{" since 2026-11-17"}},
		"a slip and back":          {[]string{blocked, "PAY-1"}, [][]string{{onTrack}, {blocked, "PAY-1"}}, []string{"PAY-1 since 2026-11-16"}},
		"a slip and another":       {[]string{blocked, "PAY-1"}, [][]string{{onTrack}, {blocked, "PAY-2"}}, []string{"PAY-1 since 2026-11-16", "PAY-2 since 2026-11-17"}},
		"another first, then none": {[]string{blocked, "PAY-1"}, [][]string{{blocked, "PAY-2"}, {onTrack}}, []string{"PAY-1 cleared by answer"}},
		"another stays beside":     {[]string{blocked, "PAY-1"}, [][]string{{blocked, "PAY-2"}}, []string{"PAY-1 since 2026-11-16", "PAY-2 since 2026-11-17"}},
		"older than was known":     {[]string{blocked, "PAY-1"}, [][]string{{blocked, "PAY-1", "2026-11-12"}}, []string{"PAY-1 since 2026-11-12"}},
		"younger is not believed":  {[]string{blocked, "PAY-1"}, [][]string{{blocked, "PAY-1", "2026-11-17"}}, []string{"PAY-1 since 2026-11-16"}},
	} {
		t.Run(name, func(t *testing.T) {
			eachBlockedTeam(t, func(b *blockedTeam) {
				mon := b.round(0)
				if c.yesterday != nil {
					b.say(mon, "U1", c.yesterday...)
				}
				b.close(mon)
				tue := b.round(1)
				for _, words := range c.today {
					b.say(tue, "U1", words...)
				}
				b.has("U1", c.want...)
			})
		})
	}
}

// A late answer, or one for yesterday, counts as of its round.
func TestALateAnswerNeitherOpensNorClearsWhatWasSaidSince(t *testing.T) {
	for name, c := range map[string]struct {
		monday, tuesday []string
		tap             string // on Tuesday
		late            []string
		want            []string
	}{
		"cleared by today's answer":     {[]string{blocked, "PAY-1"}, []string{onTrack}, "", []string{blocked, "PAY-1"}, []string{"PAY-1 cleared by answer"}},
		"cleared by a tap":              {[]string{blocked, "PAY-1"}, nil, "PAY-1", []string{blocked, "PAY-1"}, []string{"PAY-1 cleared by tap"}},
		"over by today's answer":        {nil, []string{onTrack}, "", []string{blocked, "PAY-1"}, nil},
		"raised later":                  {nil, []string{blocked, "PAY-1"}, "", []string{onTrack}, []string{"PAY-1 since 2026-11-17"}},
		"carried since":                 {[]string{blocked, "PAY-1"}, []string{blocked, "PAY-1"}, "", []string{onTrack}, []string{"PAY-1 since 2026-11-16"}},
		"it was there before":           {nil, []string{blocked, "PAY-1"}, "", []string{blocked, "PAY-1"}, []string{"PAY-1 since 2026-11-16"}},
		"nothing since":                 {nil, nil, "", []string{blocked, "PAY-1"}, []string{"PAY-1 since 2026-11-16"}},
		"nothing since, and on track":   {[]string{blocked, "PAY-1"}, nil, "", []string{onTrack}, []string{"PAY-1 cleared by answer"}},
		"another is in the way by then": {nil, []string{blocked, "PAY-2"}, "", []string{blocked, "PAY-1"}, []string{"PAY-1 since 2026-11-16", "PAY-2 since 2026-11-17"}},
	} {
		t.Run(name, func(t *testing.T) {
			eachBlockedTeam(t, func(b *blockedTeam) {
				mon := b.round(0)
				if c.monday != nil {
					b.say(mon, "U1", c.monday...)
				}
				b.close(mon)
				tue := b.round(1)
				if c.tuesday != nil {
					b.say(tue, "U1", c.tuesday...)
				}
				if c.tap != "" {
					b.tap("U1", c.tap)
				}
				b.at(1, 11)
				b.say(mon, "U1", c.late...)
				b.has("U1", c.want...)
			})
		})
	}
}

func TestOnlyTheirPersonClearsABlockerAndOnce(t *testing.T) {
	eachBlockedTeam(t, func(b *blockedTeam) {
		ctx := b.t.Context()
		mon := b.round(0)
		b.say(mon, "U1", blocked, "PAY-1")
		id := b.row("U1", "PAY-1").ID
		if _, err := b.w.ClearBlocker(ctx, b.team, id, "U2"); err == nil {
			b.t.Error("somebody else's blocker was cleared")
		}
		if _, err := b.w.KeepBlocker(ctx, b.team, id, "U2", true); err == nil {
			b.t.Error("somebody else asked for help with it")
		}
		b.at(1, 10)
		first := got(b.w.ClearBlocker(ctx, b.team, id, "U1"))(b.t)
		second := got(b.w.ClearBlocker(ctx, b.team, id, "U1"))(b.t)
		if first.Before || first.Days != 1 || !second.Before {
			b.t.Errorf("%+v, then %+v", first, second)
		}
		if over := got(b.w.KeepBlocker(ctx, b.team, id, "U1", true))(b.t); over == nil {
			b.t.Error("help is asked for with what is cleared")
		}
		b.has("U1", "PAY-1 cleared by tap")
	})
}

func TestThePromptShowsEachOpenBlockerAndTheFormTakesTheNewestUp(t *testing.T) {
	b := newBlockedTeam(t, storetest.SQLite(t))
	b.say(b.round(0), "U1", blocked, "PAY-1")
	b.say(b.round(1), "U1", blocked, "PAY-2")
	wed := b.round(2)
	view := got(b.w.promptView(t.Context(), b.team, wed.ID, got(b.team.RoundMember(t.Context(), wed.ID, "U1"))(t)))(t)
	contains(t, blocks.Prompt(view).Text, "Still open: <https://acme.test/browse/PAY-1|PAY-1> waits for a decision, day 3.", "PAY-2> waits for a decision, day 2.")
	form := got(b.w.BlockedView(t.Context(), b.team, wed.ID, "U1"))(t)
	if form.Input.Key != "PAY-2" || form.Input.Kind != "decision" || form.Input.Since != wed.Date {
		t.Errorf("%+v", form.Input)
	}
	full := got(b.w.AnswerView(t.Context(), b.team, wed.ID, "U1"))(t)
	if full.Answer.Key != "PAY-2" || full.Answer.Status != "" || !full.Answer.Since.IsZero() {
		t.Errorf("%+v", full.Answer)
	}
}

func TestAPersonIsAskedOnceAboutAllThatTheyHaveNotTouchedForTwoWorkingDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		b := newBlockedTeam(t, open())
		other := b.c.worker(open())
		b.say(b.round(0), "U1", blocked, "PAY-1")
		second := b.row("U1", "PAY-1")
		second.ID, second.Key = models.NewID(), "PAY-2"
		got(b.team.RaiseBlocker(t.Context(), second))(t)
		b.at(2, 14)
		b.tick()
		if n := len(b.asked("U1")); n != 0 {
			t.Fatalf("asked %d times before the afternoon", n)
		}
		b.at(2, 15)
		var both sync.WaitGroup
		for _, w := range []*Worker{b.w, other, b.w, other} {
			both.Go(func() {
				if err := w.RemindBlocked(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		texts := b.asked("U1")
		if len(texts) != 1 {
			t.Fatalf("asked %d times: %q", len(texts), texts)
		}
		contains(t, texts[0], "PAY-1> waits for a decision, day 3. Is it still in the way?", "PAY-2>")

		// One is cleared, the other is not touched: five working days later it alone
		// comes again.
		b.tap("U1", "PAY-1")
		for day := 3; day < 9; day++ {
			b.at(day, 16)
			b.tick()
		}
		if n := len(b.asked("U1")); n != 1 {
			t.Fatalf("asked %d times within five working days", n)
		}
		b.at(9, 15) // Wednesday a week later
		b.tick()
		texts = b.asked("U1")
		if len(texts) != 2 {
			t.Fatalf("asked %d times: %q", len(texts), texts)
		}
		contains(t, texts[1], "PAY-2> waits for a decision, day 8. Is it still in the way?")
		lacks(t, texts[1], "PAY-1>")
	})
}

func TestAnAnswerOrATapPutsTheReminderOff(t *testing.T) {
	b := newBlockedTeam(t, storetest.SQLite(t))
	b.say(b.round(0), "U1", blocked, "PAY-1")
	b.say(b.round(2), "U1", blocked, "PAY-1") // Wednesday
	b.at(2, 15)
	b.tick()
	b.at(3, 15)
	b.tick()
	if n := len(b.asked("U1")); n != 0 {
		t.Fatalf("asked %d times though it was confirmed on Wednesday", n)
	}
	b.at(4, 15)
	b.tick()
	if n := len(b.asked("U1")); n != 1 {
		t.Fatalf("asked %d times on Friday", n)
	}
	if over := got(b.w.KeepBlocker(t.Context(), b.team, b.row("U1", "PAY-1").ID, "U1", true))(t); over != nil {
		t.Error("it is not over")
	}
	if !slices.ContainsFunc(b.waiting("U1"), func(key string) bool { return strings.HasPrefix(key, "told:") }) {
		t.Error("the message is not edited")
	}
	contains(t, b.asked("U1")[0], "Noted: still blocked.", "The next summary counts that you need help, without your name.", "I ask again on Fri 27 Nov")
	for day := 7; day < 11; day++ {
		b.at(day, 15)
		b.tick()
	}
	if n := len(b.asked("U1")); n != 1 {
		t.Fatalf("asked %d times within five working days of the tap", n)
	}
	tue := b.round(8)
	b.say(tue, "U2", onTrack)
	contains(t, b.close(tue), "1 person asked for help.")
	wed := b.round(9)
	b.say(wed, "U2", onTrack)
	lacks(t, b.close(wed), "asked for help")
}

func TestNobodyIsAskedAboutABlockerWhenTheyDoNotWork(t *testing.T) {
	for name, c := range map[string]struct {
		change func(b *blockedTeam)
		ticks  [][2]int // day and hour at which nobody is asked
		asked  [2]int   // and when they are
	}{
		"nobody ran until the evening": {func(*blockedTeam) {}, [][2]int{{2, 19}, {3, 7}, {3, 14}}, [2]int{3, 15}},
		"away": {func(b *blockedTeam) {
			b.must(b.team.PutAbsence(b.t.Context(), models.Absence{User: "U1", From: monday.AddDays(2), To: monday.AddDays(3)}))
		}, [][2]int{{2, 15}, {3, 15}}, [2]int{4, 15}},
		"a holiday and a weekend": {func(b *blockedTeam) {
			b.project.Workdays = calendar.Weekdays(0b0000111) // Monday to Wednesday
			b.must(b.team.PutProject(b.t.Context(), &b.project))
		}, [][2]int{{2, 20}, {3, 15}, {4, 15}, {5, 15}}, [2]int{7, 15}},
		"a pause of the project": {func(b *blockedTeam) {
			b.project.State = models.ProjectPaused
			b.must(b.team.PutProject(b.t.Context(), &b.project))
			b.at(2, 15)
			b.tick()
			b.project.State = models.ProjectActive
			b.must(b.team.PutProject(b.t.Context(), &b.project))
		}, [][2]int{{2, 16}}, [2]int{3, 15}},
		"a pause of the check-in": {func(b *blockedTeam) {
			b.checkin.State = models.Paused
			b.must(b.team.PutCheckin(b.t.Context(), &b.checkin))
			b.at(2, 15)
			b.tick()
			b.checkin.State = models.On
			b.must(b.team.PutCheckin(b.t.Context(), &b.checkin))
		}, [][2]int{{2, 16}}, [2]int{3, 15}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBlockedTeam(t, storetest.SQLite(t))
			b.say(b.round(0), "U1", blocked, "PAY-1")
			c.change(b)
			for _, at := range c.ticks {
				b.at(at[0], at[1])
				b.tick()
				if n := len(b.asked("U1")); n != 0 {
					t.Fatalf("asked on day %d at %d", at[0], at[1])
				}
			}
			b.at(c.asked[0], c.asked[1])
			b.tick()
			if n := len(b.asked("U1")); n != 1 {
				t.Fatalf("asked %d times on day %d", n, c.asked[0])
			}
		})
	}
}

func TestEachIsAskedInTheirOwnAfternoon(t *testing.T) {
	b := newBlockedTeam(t, storetest.SQLite(t))
	b.say(b.round(0), "UNY", blocked, "PAY-1")
	b.at(2, 15) // nine in the morning in New York
	b.tick()
	if n := len(b.asked("UNY")); n != 0 {
		t.Fatal("asked by the project's clock")
	}
	b.at(2, 21)
	b.tick()
	if n := len(b.asked("UNY")); n != 1 {
		t.Fatal("not asked in the afternoon of New York")
	}
}

func TestATapOnAMessageThatCannotBeEditedAnyMoreIsAnsweredByItself(t *testing.T) {
	b := newBlockedTeam(t, storetest.SQLite(t))
	b.say(b.round(0), "U1", blocked, "PAY-1")
	row := b.row("U1", "PAY-1") // asked in a message that the outbox has forgotten
	row.Reminder, row.RemindedAt = "blockers:U1:2026-11-18", monday.AddDays(2).At(15, 0, berlin)
	b.must(b.team.PutBlocker(t.Context(), row))
	b.at(14, 10)
	words := got(b.w.KeepBlocker(t.Context(), b.team, row.ID, "U1", true))(t)
	if words == nil {
		t.Fatal("nothing is said")
	}
	contains(t, words.Text, "Noted: still blocked.", "you need help")
	cleared := got(b.w.ClearBlocker(t.Context(), b.team, row.ID, "U1"))(t)
	if cleared.Where = blocks.TappedReminder; cleared.Shown() {
		t.Error("nothing is said of the clearing")
	}
}

func TestWhoLeftIsNotAskedAndNotReported(t *testing.T) {
	eachBlockedTeam(t, func(b *blockedTeam) {
		mon := b.round(0)
		b.say(mon, "U1", blocked, "PAY-1")
		b.say(mon, "U2", onTrack)
		b.must(b.team.Atomically(b.t.Context(), func(tx models.Team) error { return b.w.Leave(b.t.Context(), tx, mon.ID, "U1") }))
		b.has("U1", "PAY-1 cleared by left")
		lacks(b.t, b.close(mon), "PAY-1", "Cleared")
		b.at(2, 15)
		b.tick()
		if n := len(b.asked("U1")); n != 0 {
			b.t.Error("asked after leaving")
		}
	})
}

// Outside the own team nothing is said of single blockers.
func TestOutsideTheTeamOnlyCountsThatHideEverybodyAreShown(t *testing.T) {
	b := newBlockedTeam(t, storetest.SQLite(t))
	b.checkin.Privacy = models.PrivacyCounts
	b.must(b.team.PutCheckin(t.Context(), &b.checkin))
	mon := b.round(0)
	b.say(mon, "U1", blocked, "PAY-1")
	for _, user := range []string{"U2", "U3", "U4", "U5"} {
		b.say(mon, user, onTrack)
	}
	lacks(t, b.close(mon), "PAY-1", "blocked")
	tue := b.round(1) // PAY-1 is carried, PAY-2 cleared: neither is in the counts
	for _, user := range []string{"U2", "U3", "U4"} {
		b.say(tue, user, onTrack)
	}
	for i, user := range []string{"U5", "U6", "U7"} {
		b.say(tue, user, blocked, fmt.Sprintf("PAY-1%d", i))
	}
	summary := b.close(tue)
	contains(t, summary, "■ 3 blocked", "PAY-10>", "PAY-12>")
	lacks(t, summary, "PAY-1>", "no news", "Cleared")
	b.at(2, 9)
	b.tap("U5", "PAY-10")
	wed := b.round(2)
	for _, user := range []string{"U2", "U3", "U4", "U5", "U6"} {
		b.say(wed, user, onTrack)
	}
	lacks(t, b.close(wed), "PAY-", "Cleared")
}

func TestTheReportCountsBlockersOfTheWeeksEndWhereTheyPointAtNobody(t *testing.T) {
	eachBlockedTeam(t, func(b *blockedTeam) {
		week := calendar.WeekOf(monday)
		count := func(want int) {
			b.t.Helper()
			if n := got(b.w.blockedAt(b.t.Context(), b.team, b.project, week))(b.t); n != want {
				b.t.Errorf("%d blockers, want %d", n, want)
			}
		}
		mon := b.round(0)
		b.say(mon, "U1", blocked, "PAY-1")
		b.say(mon, "U2", blocked, "PAY-1")
		count(0) // two people
		b.say(b.round(1), "U1", blocked, "PAY-2")
		b.say(b.round(2), "U1", blocked, "PAY-3")
		count(0) // four blockers, but of two people
		thu := b.round(3)
		b.say(thu, "U3", blocked, "PAY-9")
		count(5)
		b.say(b.round(7), "U3", onTrack) // next Monday
		count(5)                         // as they stood at the week's end
		week = week.Next()
		count(0)
		for i, user := range []string{"U3", "U4", "U5", "U6"} {
			b.say(b.round(8+i), user, blocked, "PAY-5")
		}
		count(0) // all but a few
	})
}

func contains(t *testing.T, s string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(s, part) {
			t.Errorf("%q is missing in:\n%s", part, s)
		}
	}
}

func lacks(t *testing.T, s string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(s, part) {
			t.Errorf("%q must not be in:\n%s", part, s)
		}
	}
}

func TestASecondBlockerOfTheSameDayWaitsUntilTheNext(t *testing.T) {
	b := newBlockedTeam(t, storetest.SQLite(t))
	b.say(b.round(0), "U1", blocked, "PAY-1")
	later := b.row("U1", "PAY-1")
	later.ID, later.Key, later.RemindAt = models.NewID(), "PAY-2", monday.AddDays(2).At(16, 0, berlin)
	got(b.team.RaiseBlocker(t.Context(), later))(t)
	for _, hour := range []int{15, 16, 17} {
		b.at(2, hour)
		b.tick()
	}
	texts := b.asked("U1")
	if len(texts) != 1 {
		t.Fatalf("asked %d times on one day", len(texts))
	}
	lacks(t, texts[0], "PAY-2")
	b.at(3, 15)
	b.tick()
	if texts = b.asked("U1"); len(texts) != 2 {
		t.Fatalf("asked %d times by the next day", len(texts))
	}
	contains(t, texts[1], "PAY-2>")
}
