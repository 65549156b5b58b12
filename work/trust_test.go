package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/jira"
	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
)

// company is a Jira and a Slack of which a test says who is in them.
type company struct {
	Jira
	Slack

	mu      sync.Mutex
	now     time.Time
	calls   map[string]int
	refused bool     // the token
	admin   bool     // the token's account may ask for anyone's permissions
	browse  []string // accounts that may see every project
	searchy bool     // the token's account may search people
	people  map[string]Person
	members map[string][]string
	shared  map[string]bool
	slack   error // what Slack says to every question
}

const ownAccount = "sbx:own"

func (c *company) note(call string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil {
		c.calls = map[string]int{}
	}
	c.calls[call]++
	if c.refused {
		return fmt.Errorf("fake: %w", jira.ErrUnauthorized)
	}
	return nil
}

func (c *company) counted() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, calls := range c.calls {
		n += calls
	}
	return n
}

func (c *company) Gateway() string { return "" }

func (c *company) Check(context.Context) (jira.Account, error) {
	return jira.Account{ID: ownAccount}, c.note("check")
}

func (c *company) CanBrowse(_ context.Context, account, _ string) (bool, error) {
	return c.searchy && (account == ownAccount || slices.Contains(c.browse, account)), c.note("search")
}

func (c *company) CanCheckViewers(ctx context.Context, key string) (bool, error) {
	return c.CanBrowse(ctx, ownAccount, key)
}

func (c *company) MayBrowse(_ context.Context, account string, projects ...int64) ([]int64, error) {
	if err := c.note("permissions"); err != nil || !c.admin {
		return nil, errors.Join(err, jira.ErrForbidden)
	}
	if !slices.Contains(c.browse, account) {
		return nil, nil
	}
	return projects, nil
}

func (c *company) FindAccount(_ context.Context, email string) (jira.Account, error) {
	if err := c.note("email"); err != nil {
		return jira.Account{}, err
	}
	name, domain, _ := strings.Cut(email, "@")
	if domain != "acme.test" {
		return jira.Account{}, jira.ErrNotFound
	}
	return jira.Account{ID: "sbx:" + name}, nil
}

func (c *company) Person(_ context.Context, _, user string) (Person, error) {
	return c.people[user], c.slack
}

func (c *company) People(context.Context, string) ([]Person, error) {
	var all []Person
	for _, p := range c.people {
		all = append(all, p)
	}
	return all, c.slack
}

func (c *company) Channel(_ context.Context, _, channel string) (Channel, error) {
	return Channel{External: c.shared[channel]}, c.slack
}

func (c *company) Members(_ context.Context, _, channel string) ([]string, error) {
	return c.members[channel], c.slack
}

// hire adds n full members with accounts that see everything, in the channel.
func (c *company) hire(n int) {
	c.people, c.members = map[string]Person{}, map[string][]string{}
	for i := range n {
		id := fmt.Sprintf("U%03d", i)
		c.people[id] = Person{ID: id, Full: true, Email: strings.ToLower(id) + "@acme.test"}
		c.members["C1"] = append(c.members["C1"], id)
		c.browse = append(c.browse, "sbx:"+strings.ToLower(id))
	}
}

// worker is a process of its own on a store.
func (c *company) worker(store *models.Store) *Worker {
	now := func() time.Time {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.now
	}
	store.SetNow(now)
	return &Worker{Store: store, Slack: c, Open: func(models.Connection) (Jira, error) { return c, nil }, Now: now, Wake: func() {}, Log: slog.New(slog.DiscardHandler), Command: "/headway"}
}

func (c *company) later(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var tuesday = time.Date(2026, 11, 24, 10, 0, 0, 0, berlin)

// settle gives the company two projects on one connection, both bound, and two
// admins.
func (c *company) settle(t *testing.T, w *Worker) models.Team {
	t.Helper()
	ctx, team := t.Context(), w.Store.Team("T1")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(team.EnsureWorkspace(ctx, "Acme"))
	must(w.Own(ctx, team, "UOWNER"))
	must(w.Grant(ctx, team, "UOWNER", "UADMIN", models.Admin, ""))
	conn, err := w.Connect(ctx, team, "UOWNER", models.Connection{Site: "acme", Email: "a@acme.test", Token: "t"})
	must(err)
	for i, key := range []string{"PAY", "OPS"} {
		p := models.Project{ID: strings.ToLower(key), ConnectionID: conn.ID, JiraID: int64(10001 + i), Key: key, Name: key, Zone: "Europe/Berlin", Workdays: calendar.MonToFri,
			ReportChannel: fmt.Sprintf("C%d", i+1), State: models.ProjectActive}
		setDefaults(&p)
		must(team.PutProject(ctx, &p))
		_, err := team.AddDefinition(ctx, p.ID, metrics.Rules{}, "UOWNER", "test")
		must(err)
		must(w.Bind(ctx, team, "UOWNER", p, p.ReportChannel, false))
		must(w.refreshNow(ctx, team, p))
	}
	return team
}

// told counts the waiting messages to each admin whose key begins so.
func told(t *testing.T, team models.Team, prefix string) map[string]int {
	t.Helper()
	rows, err := team.Letters(t.Context(), models.OutboxPending, 1000)
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, r := range rows {
		if strings.HasPrefix(r.Key, prefix) {
			n[r.Channel]++
		}
	}
	return n
}

func TestARefusedTokenStopsItsCallsAndIsToldOnceWhateverTheReplicas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		c := &company{now: tuesday, searchy: true}
		one, two := c.worker(open()), c.worker(open())
		team := c.settle(t, one)
		tick := func() {
			t.Helper()
			var both sync.WaitGroup
			for _, w := range []*Worker{one, two} {
				both.Go(func() {
					if err := errors.Join(w.RefreshProjects(t.Context()), w.WatchConnections(t.Context()), w.LookAtChannels(t.Context())); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
		}
		c.refused = true
		c.later(2 * time.Minute)
		tick()
		if got := told(t, team, "refused:"); got["UOWNER"] != 1 || got["UADMIN"] != 1 || len(got) != 2 {
			t.Fatalf("told %v", got)
		}

		// Hours, a day and a restart later no call has gone out, and nobody hears more.
		before := c.counted()
		one = c.worker(open())
		for range 30 {
			c.later(time.Hour)
			tick()
		}
		if _, err := one.MayBrowse(t.Context(), team, "U001", models.Project{ID: "pay", Key: "PAY", ConnectionID: connectionOf(t, team).ID}); err == nil {
			t.Error("a viewer is let in by a refused token")
		}
		if n := c.counted() - before; n != 0 {
			t.Errorf("%d calls went out with a refused token", n)
		}
		if got := told(t, team, "refused:"); got["UOWNER"] != 1 || got["UADMIN"] != 1 {
			t.Errorf("told %v", got)
		}

		// The new token reads the projects at once; its refusal is another incident.
		c.refused = false
		if _, err := one.Connect(t.Context(), team, "UOWNER", models.Connection{Site: "acme", Email: "a@acme.test", Token: "new"}); err != nil {
			t.Fatal(err)
		}
		for _, project := range []string{"pay", "ops"} {
			if s, err := team.ScheduleOf(t.Context(), ScheduleRefresh, project); err != nil || s.NextDue.After(one.Now()) || s.State != models.On {
				t.Errorf("%s is read at %v, not at once: %v", project, s.NextDue, err)
			}
		}
		c.refused = true
		tick()
		if got := told(t, team, "refused:"); got["UOWNER"] != 2 || got["UADMIN"] != 2 {
			t.Errorf("of the second incident %v", got)
		}
	})
}

func connectionOf(t *testing.T, team models.Team) models.Connection {
	t.Helper()
	all, err := team.Connections(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return all[0]
}

func TestOneCallThatIsRefusedStopsNothingWhileTheTokenWorks(t *testing.T) {
	c := &company{now: tuesday, searchy: true}
	w := c.worker(storetest.SQLite(t))
	team := c.settle(t, w)
	w.notice(t.Context(), team, connectionOf(t, team).ID, blocks.RungBoard, jira.ErrUnauthorized) // a board's missing scope
	if conn := connectionOf(t, team); conn.State != models.ConnectionOK || len(told(t, team, "refused:")) != 0 {
		t.Errorf("%+v", conn)
	}
}

func TestAChannelIsVerifiedOnlyWhenJiraLetsEachOfItsMembersSeeTheProject(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*company)
		reason string
	}{
		"everyone may":                  {func(*company) {}, ""},
		"fifty by search":               {func(c *company) { c.hire(50) }, ""},
		"fifty-one by search":           {func(c *company) { c.hire(51) }, blocks.ReadersMany},
		"fifty-one, by an admin":        {func(c *company) { c.hire(51); c.admin = true }, ""},
		"a thousand":                    {func(c *company) { c.hire(1001); c.admin = true }, blocks.ReadersMany},
		"apps and the gone don't count": {func(c *company) { c.people["U000"] = Person{Bot: true}; c.people["U001"] = Person{Deleted: true} }, ""},
		"a guest":                       {func(c *company) { c.people["U001"] = Person{ID: "U001"} }, blocks.ReadersGuests},
		"a stranger among many":         {func(c *company) { c.hire(60); c.admin = true; delete(c.people, "U007") }, blocks.ReadersGuests},
		"no account":                    {func(c *company) { c.people["U001"] = Person{ID: "U001", Full: true, Email: "x@elsewhere.test"} }, blocks.ReadersUnlinked},
		"no email":                      {func(c *company) { c.people["U001"] = Person{ID: "U001", Full: true} }, blocks.ReadersUnlinked},
		"one who may not":               {func(c *company) { c.browse = c.browse[1:] }, blocks.ReadersRefused},
		"Jira does not tell":            {func(c *company) { c.searchy = false }, blocks.ReadersCannotAsk},
		"shared":                        {func(c *company) { c.shared = map[string]bool{"C1": true} }, blocks.ReadersShared},
		"unseen":                        {func(c *company) { c.slack = slackError("missing_scope") }, blocks.ReadersUnseen},
	} {
		t.Run(name, func(t *testing.T) {
			c := &company{now: tuesday, searchy: true}
			c.hire(5)
			w := c.worker(storetest.SQLite(t))
			team := c.settle(t, w)
			test.change(c)
			if conn := connectionOf(t, team); c.admin {
				if err := team.SetViewers(t.Context(), conn.ID, models.ViewersCheck, tuesday); err != nil {
					t.Fatal(err)
				}
			}
			p, err := team.Project(t.Context(), "pay")
			if err != nil {
				t.Fatal(err)
			}
			found, err := w.LookAtChannel(t.Context(), team, p, "C1")
			if err != nil || found.Reason != test.reason || found.Verified != (test.reason == "") {
				t.Fatalf("%+v, %v", found, err)
			}
			bound, safe, err := w.reach(t.Context(), team, p.ID, "C1")
			if err != nil || !bound || safe == found.Verified {
				t.Errorf("bound %v, safe %v, %v", bound, safe, err)
			}
			if links, err := team.Links(t.Context(), p.ConnectionID); err != nil || len(links) != 0 {
				t.Errorf("a look at a channel linked %d people: %v", len(links), err)
			}
		})
	}
}

// slackError is a failure by its code, as package bot has them.
type slackError string

func (e slackError) Error() string { return "slack: " + string(e) }
func (e slackError) Code() string  { return string(e) }

func TestALookThatFailsLeavesWhatWasKnownForADay(t *testing.T) {
	c := &company{now: tuesday, searchy: true}
	c.hire(3)
	w := c.worker(storetest.SQLite(t))
	team := c.settle(t, w)
	tick := func() {
		t.Helper()
		if err := w.LookAtChannels(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	safe := func() bool {
		t.Helper()
		_, safe, err := w.reach(t.Context(), team, "pay", "C1")
		if err != nil {
			t.Fatal(err)
		}
		return safe
	}
	c.later(time.Minute)
	tick()
	if safe() {
		t.Fatal("#payments is not verified")
	}
	c.slack = slackError("fatal_error")
	c.later(24 * time.Hour)
	tick()
	if safe() {
		t.Error("a day is not over yet")
	}
	c.later(2 * time.Hour)
	if !safe() {
		t.Error("what was known the day before yesterday is believed")
	}
	c.slack = nil
	c.later(audienceRetry)
	tick()
	if safe() {
		t.Error("the next look did not find out again")
	}
}

func TestAnAdministratorsTokenAsksForAllProjectsInOneCall(t *testing.T) {
	c := &company{now: tuesday, searchy: true, admin: true}
	c.hire(2)
	w := c.worker(storetest.SQLite(t))
	team := c.settle(t, w)
	conn := connectionOf(t, team)
	if err := team.SetViewers(t.Context(), conn.ID, models.ViewersCheck, tuesday); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"pay", "ops", "pay"} {
		p, err := team.Project(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.MayBrowse(t.Context(), team, "U000", p); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	if c.calls["permissions"] != 1 || c.calls["search"] != 0 || c.calls["email"] != 1 {
		t.Errorf("calls %v", c.calls)
	}

	// The right is taken away: the search does it, and who may not is refused.
	c.admin = false
	c.browse = slices.DeleteFunc(c.browse, func(a string) bool { return a == "sbx:u001" })
	p, err := team.Project(t.Context(), "pay")
	if err != nil {
		t.Fatal(err)
	}
	var refusal Refusal
	if _, err := w.MayBrowse(t.Context(), team, "U001", p); !errors.As(err, &refusal) || !strings.Contains(refusal.Say, "Jira doesn't let you see PAY") {
		t.Error(err)
	}
}

func TestNobodyFoundMeansNoOnlyWhileTheTokenFindsItself(t *testing.T) {
	c := &company{now: tuesday}
	c.hire(1)
	w := c.worker(storetest.SQLite(t))
	team := c.settle(t, w)
	p, err := team.Project(t.Context(), "pay")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // and it is not taken for the answer on this viewer
		if _, err := w.MayBrowse(t.Context(), team, "U000", p); !errors.Is(err, ErrCannotAsk) {
			t.Errorf("%v", err)
		}
	}
	viewers, err := w.probe(t.Context(), team, c, connectionOf(t, team), p)
	if err != nil || viewers != models.ViewersNone || connectionOf(t, team).Viewers != models.ViewersNone {
		t.Errorf("%q, %v", viewers, err)
	}
}
