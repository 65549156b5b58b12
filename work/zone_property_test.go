package work

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"headway/calendar"
	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
)

// TestNoCourseOfCheckInsLeavesTwoAnswersOrASmallFigureOutside draws teams of 1 to
// 9 people and what happens to their check-ins over two weeks: answers in time,
// late and changed, the same click again, skips, days away, people who leave,
// become observers, come back or erase their data, purges, and a clock that goes
// on. After each step everybody has one answer a round at most, what is shown
// outside is of 5 people with cells of 3, and nothing that was published reads
// otherwise than before. -rapid.checks sets how many courses.
func TestNoCourseOfCheckInsLeavesTwoAnswersOrASmallFigureOutside(t *testing.T) {
	t.Parallel()
	fewCourses(t)
	for name, open := range map[string]func(*testing.T) *models.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t)
			courses, seen := 0, map[string]int{}
			rapid.Check(t, func(rt *rapid.T) {
				courses++
				newCourse(rt, store, fmt.Sprintf("T%d", courses), seen).run()
			})
			t.Logf("%d courses: %v", courses, seen)
			for _, what := range []string{"answer", "again", "late", "erase", "closed", "shown outside", "withheld", "weeks"} {
				if seen[what] == 0 && courses >= 8 {
					t.Errorf("no course came to %q", what)
				}
			}
		})
	}
}

// fewCourses keeps the test within a minute unless someone asks for more.
func fewCourses(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("8"); err != nil {
			t.Fatal(err)
		}
	}
}

// linksOnly is a Jira of which only addresses are asked.
type linksOnly struct{ Jira }

func (linksOnly) BrowseURL(key string) string { return "https://acme.test/browse/" + key }
func (linksOnly) SearchURL(string) string     { return "https://acme.test/issues" }

// course is what happens to one team.
type course struct {
	*rapid.T
	ctx     context.Context
	w       *Worker
	team    models.Team
	project models.Project
	checkin models.Checkin
	users   []string // the first one is the owner
	now     time.Time
	seen    map[string]int

	rounds    []string          // every round there was, those of erased people too
	clicks    map[string]func() // by the key of the interaction, to come again
	published map[string]string // figures by round and audience, as they were first
	weeks     map[calendar.Week]metrics.Shown
	erased    map[string]bool
	step      int
}

func newCourse(rt *rapid.T, store *models.Store, team string, seen map[string]int) *course {
	c := &course{T: rt, ctx: context.Background(), team: store.Team(team), seen: seen, clicks: map[string]func(){}, published: map[string]string{},
		weeks: map[calendar.Week]metrics.Shown{}, erased: map[string]bool{}, now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	store.SetNow(func() time.Time { return c.now })
	c.w = &Worker{Store: store, Open: func(models.Connection) (Jira, error) { return linksOnly{}, nil }, Now: func() time.Time { return c.now },
		Wake: func() {}, Log: slog.New(slog.DiscardHandler), Command: "/headway"}
	for i := range rapid.SampledFrom([]int{1, 4, 5, 7, 8, 8, 9, 9}).Draw(rt, "people") {
		c.users = append(c.users, fmt.Sprintf("U%d", i))
	}
	c.must(c.team.EnsureWorkspace(c.ctx, "Acme"))
	c.must(c.team.Grant(c.ctx, models.RoleGrant{User: "U0", Role: models.Owner}))
	c.must(c.team.PutConnection(c.ctx, &models.Connection{ID: "c1", Site: "acme", Email: "a@acme.test", Token: "t", State: models.ConnectionOK}))
	c.project = models.Project{ID: "p1", ConnectionID: "c1", JiraID: 1, Key: "PAY", Name: "PAY", Zone: "UTC", Workdays: calendar.MonToFri, ReportChannel: "C1", State: models.ProjectActive}
	setDefaults(&c.project)
	c.must(c.team.PutProject(c.ctx, &c.project))
	privacy := rapid.SampledFrom([]string{models.PrivacyTeam, models.PrivacyManagers, models.PrivacyCounts}).Draw(rt, "privacy")
	c.checkin = models.Checkin{ID: "k1", ProjectID: "p1", Name: "PAY", Days: calendar.MonToFri, Hour: 9, Minute: 30, Zone: "UTC", WindowMinutes: 240,
		Privacy: privacy, Confidence: true, Channel: "C1", State: models.On}
	c.must(c.team.PutCheckin(c.ctx, &c.checkin))
	c.join(c.users...)
	c.must(c.w.scheduleCheckin(c.ctx, c.team, c.project, c.checkin))
	return c
}

func (c *course) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// join makes these people the participants, as an admin does.
func (c *course) join(users ...string) {
	var people []models.Participant
	for _, u := range users {
		people = append(people, models.Participant{User: u, Zone: "UTC"})
		delete(c.erased, u)
	}
	c.must(c.team.SetParticipants(c.ctx, "p1", people))
}

func (c *course) run() {
	c.later(3 * time.Hour) // a first round that a team of 8 may show outside
	for i, u := range c.users {
		status := models.OnTrack
		if i < 3 {
			status = models.Blocked
		}
		c.answer(c.rounds[0], u, status)
	}
	c.later(5 * time.Hour)
	for range rapid.IntRange(30, 60).Draw(c.T, "steps") {
		c.step++
		c.pick()
		c.check()
	}
	c.must(c.end())
}

// end takes the team off the clock, so that the next course has it alone.
func (c *course) end() error {
	_, err := c.team.DeleteProject(c.ctx, "p1")
	return err
}

// pick draws what happens next; time and answers come most often.
func (c *course) pick() {
	user := rapid.SampledFrom(c.users).Draw(c.T, "user")
	round := c.someRound()
	switch what := rapid.IntRange(0, 19).Draw(c.T, "what"); {
	case what < 6:
		c.later(rapid.SampledFrom([]time.Duration{time.Hour, 2 * time.Hour, 5 * time.Hour, 24 * time.Hour}).Draw(c.T, "later"))
	case what < 9 && round != "":
		c.answer(round, user, drawStatus(c.T))
	case what < 12 && len(c.rounds) > 0: // a day on which the whole team answers
		few, most := drawStatus(c.T), drawStatus(c.T)
		for i, u := range c.users {
			status := most
			if i < 3 {
				status = few
			}
			c.answer(c.rounds[len(c.rounds)-1], u, status)
		}
	case what == 12 && round != "":
		c.click(user, "skip", func(tx models.Team) error { return c.w.Skip(c.ctx, tx, round, user) })
	case what == 13:
		from := calendar.DateOf(c.now, time.UTC).AddDays(rapid.IntRange(0, 2).Draw(c.T, "from"))
		c.click(user, "away", func(tx models.Team) error {
			_, err := c.w.Away(c.ctx, tx, user, calendar.Span{From: from, To: from.AddDays(1)})
			return err
		})
	case what == 14 && round != "":
		c.click(user, "leave", func(tx models.Team) error { return c.w.Leave(c.ctx, tx, round, user) })
	case what == 15:
		c.must(c.team.Atomically(c.ctx, func(tx models.Team) error { return c.observe(tx, user) }))
	case what == 16:
		c.erase(user)
	case what == 17:
		c.join(c.users...)
	case what == 18 && len(c.clicks) > 0: // Slack delivers something again
		c.seen["again"]++
		c.clicks[rapid.SampledFrom(slices.Sorted(keysOf(c.clicks))).Draw(c.T, "again")]()
	case what == 19:
		_, err := c.team.Purge(c.ctx, c.now.Add(rapid.SampledFrom([]time.Duration{0, 91 * 24 * time.Hour}).Draw(c.T, "purge")))
		c.must(err)
	}
}

func keysOf(m map[string]func()) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// someRound is one of the last rounds, "" before the first.
func (c *course) someRound() string {
	if len(c.rounds) == 0 {
		return ""
	}
	return c.rounds[max(0, len(c.rounds)-1-rapid.IntRange(0, 2).Draw(c.T, "ago"))]
}

func (c *course) later(d time.Duration) {
	for end := c.now.Add(d); c.now.Before(end); c.now = c.now.Add(time.Hour) {
		for _, tick := range []func(context.Context) error{c.w.OpenRounds, c.w.AskMembers, c.w.RemindMembers, c.w.CloseRounds} {
			c.must(tick(c.ctx))
		}
	}
	latest, err := c.team.LatestRounds(c.ctx, "p1", 20)
	c.must(err)
	for _, r := range slices.Backward(latest) {
		if !slices.Contains(c.rounds, r.ID) {
			c.rounds = append(c.rounds, r.ID)
		}
	}
}

// click is an interaction as a handler serves it, remembered to come again.
func (c *course) click(user, what string, fn func(models.Team) error) {
	key := fmt.Sprintf("%s:%s:%d", what, user, c.step)
	again := func() {
		_, err := c.team.Once(c.ctx, key, fn)
		var refusal Refusal
		if err != nil && !errors.As(err, &refusal) && !errors.Is(err, models.ErrErased) {
			c.Fatalf("%s by %s: %v", what, user, err)
		}
	}
	again()
	c.seen[what]++
	c.clicks[key] = again
}

func drawStatus(rt *rapid.T) string {
	return rapid.SampledFrom([]string{models.OnTrack, models.Blocked, models.AtRisk}).Draw(rt, "status")
}

func (c *course) answer(round, user, status string) {
	a := models.Answer{RoundID: round, User: user, Confidence: rapid.IntRange(0, 5).Draw(c.T, "confidence"), BlockedKey: "PAY-" + user[1:], Status: status}
	if r, err := c.team.Round(c.ctx, round); err == nil && r.State == models.RoundClosed {
		c.seen["late"]++
	}
	c.click(user, "answer", func(tx models.Team) error { return c.w.Answer(c.ctx, tx, a) })
}

// observe makes a participant an observer.
func (c *course) observe(tx models.Team, user string) error {
	people, err := tx.Participants(c.ctx, "p1")
	for i := range people {
		people[i].Observer = people[i].Observer || people[i].User == user
	}
	if err != nil {
		return err
	}
	return tx.SetParticipants(c.ctx, "p1", people)
}

func (c *course) erase(user string) {
	_, err := c.team.Once(c.ctx, fmt.Sprintf("erase:%s:%d", user, c.step), func(tx models.Team) error {
		_, err := c.w.Erase(c.ctx, tx, user)
		return err
	})
	var refusal Refusal
	if last := errors.As(err, &refusal); last != (user == "U0") || (err != nil && !last) {
		c.Fatalf("erase %s: %v", user, err)
	}
	if err == nil {
		c.seen["erase"]++
		c.erased[user] = true
	}
}

func (c *course) check() {
	for user := range c.erased {
		if held, err := c.team.HeldOn(c.ctx, user); err != nil || len(held) > 0 {
			c.Fatalf("%s was erased and is in %+v, %v", user, held, err)
		}
	}
	for _, id := range c.rounds {
		r, err := c.team.Round(c.ctx, id)
		if errors.Is(err, models.ErrNotFound) {
			continue // purged
		}
		c.must(err)
		answers, err := c.team.Answers(c.ctx, id)
		c.must(err)
		byUser := map[string]bool{}
		for _, a := range answers {
			if byUser[a.User] {
				c.Fatalf("%s answered round %s twice", a.User, id)
			}
			byUser[a.User] = true
		}
		if r.State == models.RoundClosed && r.Asked > 0 {
			c.seen["closed"]++
			c.read(r, false)
			c.read(r, true)
		}
	}
	c.readWeeks()
}

var (
	responded = regexp.MustCompile(`(\d+) of (\d+) answered`)
	cell      = regexp.MustCompile(`[●▲■] (\d+) (on track|at risk|blocked)`)
	certainty = regexp.MustCompile(`Confidence.*: \d`)
)

// read looks at a closed round's summary as its channel gets it.
func (c *course) read(r models.Round, safe bool) {
	m, err := c.w.summaryMessage(c.ctx, c.team, r, safe)
	c.must(err)
	figures := strings.Join(append(responded.FindAllString(m.Text, -1), cell.FindAllString(m.Text, -1)...), " ")
	key := fmt.Sprint(r.ID, safe)
	if was, known := c.published[key]; known && was != figures {
		c.Fatalf("round %s read %q and reads %q", r.ID, was, figures)
	}
	c.published[key] = figures
	if !safe && c.checkin.Privacy == models.PrivacyTeam {
		return // the team's own
	}
	if !responded.MatchString(m.Text) {
		c.seen["withheld"]++
	}
	for _, f := range responded.FindAllStringSubmatch(m.Text, -1) {
		if asked, _ := strconv.Atoi(f[2]); asked < 5 {
			c.Fatalf("shown outside: %s", m.Text)
		}
	}
	var split []int
	for _, f := range cell.FindAllStringSubmatch(m.Text, -1) {
		n, _ := strconv.Atoi(f[1])
		split = append(split, n)
	}
	c.bigEnough(split, m.Text)
	if len(split) == 0 && (certainty.MatchString(m.Text) || strings.Contains(m.Text, "PAY-")) {
		c.Fatalf("shown beside a hidden split: %s", m.Text)
	}
}

func (c *course) bigEnough(split []int, text string) {
	total := 0
	for _, n := range split {
		total += n
	}
	for _, n := range split {
		if c.seen["shown outside"]++; n > 0 && (total < 5 || n < 3 || total-n < 3) {
			c.Fatalf("a cell of %d of %d is shown outside: %s", n, total, text)
		}
	}
}

// readWeeks takes the weeks as a report does: one that is over never changes,
// and two periods differ by no small cell.
func (c *course) readWeeks() {
	this := calendar.WeekOf(calendar.DateOf(c.now, time.UTC))
	for back := range 4 {
		week := this.Add(-back)
		shown, err := c.w.responses(c.ctx, c.team, c.project, week, week)
		c.must(err)
		if shown.Responded {
			c.seen["weeks"]++
			if shown.Asked < 5 {
				c.Fatalf("week %v: %+v", week, shown)
			}
		}
		split := make([]int, 0, len(shown.Counts))
		for _, n := range shown.Counts {
			split = append(split, n)
		}
		c.bigEnough(split, week.String())
		was, known := c.weeks[week]
		if known && fmt.Sprint(was) != fmt.Sprint(shown) {
			c.Fatalf("week %v was %+v and is %+v", week, was, shown)
		}
		if back > 0 {
			c.weeks[week] = shown
		}
		longer, err := c.w.responses(c.ctx, c.team, c.project, week.Add(-3), week)
		c.must(err)
		shorter, err := c.w.responses(c.ctx, c.team, c.project, week.Add(-2), week)
		c.must(err)
		if d := longer.Asked - shorter.Asked; shorter.Responded && d != 0 && d < 5 {
			c.Fatalf("two periods differ by %d people", d)
		}
	}
}
