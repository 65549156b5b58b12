package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// post is a message that was due: its row in the outbox, where it is to stand,
// and what it must say there.
type post struct{ key, channel, says string }

// check compares the database with what stands in Slack.
func (k *killing) check(t *testing.T) {
	ctx := t.Context()
	team := k.store.Team(killedTeam)
	rounds := k.rounds(ctx, t, team)
	answers, lostAnswers := k.checkAnswers(ctx, t, team, rounds)
	outbox := letters(ctx, t, team)
	due := append(k.duePosts(ctx, t, team, rounds, outbox), k.dueReports(ctx, t, team)...)
	lost, extra := k.checkPosts(ctx, t, due, outbox)
	k.checkThanks(ctx, t, team, outbox)
	rows, uncertain := checkRows(t, outbox)
	if extra > uncertain {
		t.Errorf("%d extra copies, but rows were uncertain only %d times", extra, uncertain)
	}
	k.checkViolations(ctx, t)
	half, longest := spread(k.acks)
	t.Logf("%s: %d kills; %d acked answers, %d lost; %d due posts, %d lost; %d extra copies of %d rows that were uncertain %d times; from restart to first ack half %d ms, longest %d ms",
		k.store.Dialect(), k.killed.Load(), answers, lostAnswers, len(due), lost, extra, rows, uncertain, half.Milliseconds(), longest.Milliseconds())
}

// rounds are those of all days that passed, all closed.
func (k *killing) rounds(ctx context.Context, t *testing.T, team models.Team) []models.Round {
	checkin, err := team.CheckinOf(ctx, k.project.ID)
	if err != nil {
		t.Fatal(err)
	}
	var all []models.Round
	for _, day := range days(k.moments) {
		r, err := team.RoundOn(ctx, checkin.ID, day)
		if err != nil {
			t.Errorf("the round of %s: %v", day, err)
			continue
		}
		if r.State != models.RoundClosed {
			t.Errorf("the round of %s is %s", day, r.State)
		}
		all = append(all, r)
	}
	return all
}

func days(moments []time.Time) []calendar.Date {
	var all []calendar.Date
	for _, at := range moments {
		all = append(all, calendar.DateOf(at, demoZone))
	}
	return slices.Compact(all)
}

// place is a person's answer in a round.
type place struct{ round, user string }

// checkAnswers wants the last acked answer of a person in a round to stand, or
// a later one of which Slack saw no ack. An ack to a tap on a closed prompt
// promises nothing: the person is told that it is closed, and how to answer late.
func (k *killing) checkAnswers(ctx context.Context, t *testing.T, team models.Team, rounds []models.Round) (acked, lost int) {
	may, sure := map[place][]string{}, map[place]bool{}
	for _, c := range k.crowd.clicks {
		var round models.Round
		if i := slices.IndexFunc(rounds, c.in); i >= 0 {
			round = rounds[i]
		}
		at := place{round.ID, c.user}
		if c.acked && (c.form || c.by.Before(round.ClosedAt)) {
			may[at], sure[at] = nil, true
			acked++
		}
		may[at] = append(may[at], c.status)
	}
	for at, statuses := range may {
		if err := stands(ctx, team, at, statuses, sure[at]); err != nil {
			lost++
			t.Error(err)
		}
	}
	return acked, lost
}

func stands(ctx context.Context, team models.Team, at place, statuses []string, sure bool) error {
	a, err := team.AnswerOf(ctx, at.round, at.user)
	switch {
	case errors.Is(err, models.ErrNotFound) && !sure:
		return nil
	case err != nil:
		return fmt.Errorf("acked answer of %s in %s: %w", at.user, at.round, err)
	case !slices.Contains(statuses, a.Status):
		return fmt.Errorf("%s answered %q in %s, stored is %q", at.user, statuses, at.round, a.Status)
	}
	return nil
}

// duePosts are what the rounds ask for: each member's prompt, the reminder of
// those who had not answered, the summary.
func (k *killing) duePosts(ctx context.Context, t *testing.T, team models.Team, rounds []models.Round, outbox map[string]models.Outbox) []post {
	var due []post
	for _, r := range rounds {
		members, err := team.RoundMembers(ctx, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(members) != len(crew) {
			t.Errorf("the round of %s has %d members", r.Date, len(members))
		}
		for _, m := range members {
			prompt := post{"prompt:" + r.ID + ":" + m.User, m.User, ":" + r.ID}
			if _, written := outbox[prompt.key]; written || !k.early(r, m) {
				due = append(due, prompt)
			}
			if m.State == models.MemberMissed && !m.Reminded {
				t.Errorf("%s was not reminded on %s", m.User, r.Date)
			}
			if m.Reminded {
				due = append(due, post{"reminder:" + r.ID + ":" + m.User, m.User, ":" + r.ID})
			}
		}
		day := r.Date.At(12, 0, demoZone).Format("Mon 2 Jan")
		due = append(due, post{"summary:" + r.ID, killedChannel, "check-in · " + day})
	}
	return due
}

// early says whether a member answered by the form before the bot, perhaps dead
// just then, came to asking, and so needed no prompt.
func (k *killing) early(r models.Round, m models.RoundMember) bool {
	return slices.ContainsFunc(k.crowd.clicks, func(c tap) bool {
		return c.form && c.in(r) && c.user == m.User && c.from.Before(m.AskAt.Add(time.Minute))
	})
}

// dueReports are those of the Mondays that passed.
func (k *killing) dueReports(ctx context.Context, t *testing.T, team models.Team) []post {
	var due []post
	for _, day := range days(k.moments) {
		if day.Weekday() == time.Monday {
			week := calendar.WeekOf(day).Prev()
			due = append(due, post{"report:" + k.project.ID + ":" + week.String(), killedChannel, fmt.Sprintf("%s · week %d", k.project.Name, week.Number)})
		}
	}
	stored, err := team.LatestReports(ctx, k.project.ID, 100)
	if err != nil {
		t.Fatal(err)
	}
	if len(stored) != len(due) {
		t.Errorf("%d reports are stored, %d were due", len(stored), len(due))
	}
	return due
}

// letters are all rows of the outbox by key.
func letters(ctx context.Context, t *testing.T, team models.Team) map[string]models.Outbox {
	all := map[string]models.Outbox{}
	for _, state := range []string{models.OutboxSent, models.OutboxDropped, models.OutboxDead} {
		rows, err := team.Letters(ctx, state, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			all[row.Key] = row
		}
	}
	return all
}

// checkPosts looks for each due post in Slack: once, and at most once more for
// each time that its row was uncertain.
func (k *killing) checkPosts(ctx context.Context, t *testing.T, due []post, outbox map[string]models.Outbox) (lost, extra int) {
	standing := map[string][]said{}
	for _, channel := range append([]string{killedChannel}, crew...) {
		found, err := k.crowd.messages(ctx, channel)
		if err != nil {
			t.Fatal(err)
		}
		standing[channel] = found
	}
	for _, p := range due {
		row := outbox[p.key]
		n := copies(standing[p.channel], row.MsgUUID, p.says)
		if n == 0 {
			lost++
			t.Errorf("lost: %s, %s", p.key, row.State)
			continue
		}
		extra += n - 1
		if n > 1+row.Attempts {
			t.Errorf("%s stands %d times, but was uncertain %d times", p.key, n, row.Attempts)
		}
	}
	return lost, extra
}

func copies(in []said, id, says string) int {
	n := 0
	for _, m := range in {
		if m.ID == id && id != "" && strings.Contains(m.Raw, says) {
			n++
		}
	}
	return n
}

// checkThanks wants each prompt to show the answer that stands.
func (k *killing) checkThanks(ctx context.Context, t *testing.T, team models.Team, outbox map[string]models.Outbox) {
	for _, user := range crew {
		found, err := k.crowd.messages(ctx, user)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			round, shown := thanked(m)
			if row := outbox["prompt:"+round+":"+user]; !shown || row.SentTS != m.TS {
				continue // a copy keeps its buttons, which work
			}
			a, err := team.AnswerOf(ctx, round, user)
			if words := strings.ReplaceAll(a.Status, "_", " "); err != nil || !strings.Contains(m.Text, "Thanks, "+words) {
				t.Errorf("%s answered %q in %s (%v), the prompt shows %q", user, a.Status, round, err, m.Text)
			}
		}
	}
}

// thanked finds the round of a prompt that was turned into an answer.
func thanked(m said) (round string, ok bool) {
	for _, b := range m.Blocks {
		if b.Accessory == nil {
			continue
		}
		if name, id := blocks.SplitActionID(b.Accessory.ActionID); name == blocks.CheckinChange.Name {
			return id, true
		}
	}
	return "", false
}

// checkRows counts the posts that were uncertain, and how often they were.
func checkRows(t *testing.T, outbox map[string]models.Outbox) (rows, times int) {
	for _, row := range outbox {
		n := uncertain(t, row)
		times += n
		rows += min(n, 1)
	}
	return rows, times
}

// uncertain is how often a post was. An attempt is spent, in one transaction,
// where an uncertain post goes out again; a notice is dropped instead. Nothing
// else may be given up but edits of what was.
func uncertain(t *testing.T, row models.Outbox) int {
	switch {
	case row.State == models.OutboxDead:
		t.Errorf("%s is dead: %s", row.Key, row.LastError)
	case row.Method != models.MethodPost:
		return 0
	case row.State == models.OutboxSent:
		return row.Attempts
	case row.Kind != "notice":
		t.Errorf("%s was given up: %s", row.Key, row.LastError)
	}
	return row.Attempts + 1
}

func (k *killing) checkViolations(ctx context.Context, t *testing.T) {
	var out struct{ Violations []json.RawMessage }
	if err := k.crowd.ask(ctx, http.MethodGet, "/violations", nil, &out); err != nil {
		t.Fatal(err)
	}
	for _, v := range out.Violations {
		t.Errorf("violation: %s", v)
	}
}

// spread is the middle and the longest of some durations.
func spread(all []time.Duration) (half, longest time.Duration) {
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)-1]
}
