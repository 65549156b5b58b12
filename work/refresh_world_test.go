package work_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
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
	"headway/sandbox/history"
	sandbox "headway/sandbox/jira"
	"headway/work"
)

const (
	sandboxEmail = "headway@acme.test"
	sandboxToken = "sandbox-jira-token"
	asker        = "U01MIRA"
)

var berlin = mustZone("Europe/Berlin")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// tuesday is the moment of these tests.
var tuesday = time.Date(2026, 11, 24, 9, 25, 0, 0, berlin)

// demoSite is the demo's generated site as of tuesday, without what is older than
// twenty weeks; nobody changes it.
var demoSite = sync.OnceValue(func() *history.Site {
	site := *history.Demo(tuesday)
	site.Issues = slices.DeleteFunc(site.Issues, func(i *history.Issue) bool { return i.Created.Before(tuesday.AddDate(0, 0, -140)) })
	return &site
})

// world is a sandboxed Jira on a clock of its own, with a count of what it was
// asked.
type world struct {
	t      testing.TB
	server *sandbox.Server
	client *jira.Client

	mu    sync.Mutex
	now   time.Time
	calls map[string]int // by the last part of the path
	hold  func(*http.Request)
}

func newWorld(t testing.TB, site *history.Site, now time.Time) *world {
	t.Helper()
	w := &world{t: t, now: now, calls: map[string]int{}}
	w.server = sandbox.New(sandbox.Config{Now: w.Now, Site: site, Email: sandboxEmail, Token: sandboxToken})
	front := httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(func() {
		front.Close()
		if list := w.server.Violations(); len(list) > 0 {
			t.Errorf("violations: %+v", list)
		}
	})
	var err error
	w.client, err = jira.Open(jira.Options{Site: site.Name, Base: front.URL, Email: sandboxEmail, Token: sandboxToken, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	w.calls[path.Base(r.URL.Path)]++
	hold := w.hold
	w.mu.Unlock()
	if hold != nil {
		hold(r)
	}
	w.server.ServeHTTP(rw, r)
}

// Now is Jira's clock.
func (w *world) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) at(t time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

func (w *world) holding(hold func(*http.Request)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hold = hold
}

// histories is how often the changes of issues were fetched: what a rebuild does
// and a look does not.
func (w *world) histories() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls["bulkfetch"]
}

func (w *world) fault(name, args string) {
	w.t.Helper()
	if err := w.server.Fault(name, []byte(args)); err != nil {
		w.t.Fatal(err)
	}
}

// worker is a process on a database, with its own clock.
func (w *world) worker(store *models.Store, now func() time.Time) *work.Worker {
	store.SetNow(now)
	return &work.Worker{Store: store, Slack: &slackLog{}, Open: func(models.Connection) (work.Jira, error) { return w.client, nil },
		Now: now, Wake: func() {}, Log: slog.New(slog.DiscardHandler), Command: "/headway"}
}

// slackLog is a Slack that keeps what stands in it, message by message.
type slackLog struct {
	work.Slack // what a reading does not ask

	mu    sync.Mutex
	posts []string // the text that stands, by ts
	edits int
}

func (s *slackLog) Post(_ context.Context, _, channel string, m blocks.Message, _ string) (string, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts = append(s.posts, m.Text)
	return channel, fmt.Sprint(len(s.posts) - 1), nil
}

func (s *slackLog) Update(_ context.Context, _, _, ts string, m blocks.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var at int
	if _, err := fmt.Sscan(ts, &at); err != nil {
		return err
	}
	s.posts[at] = m.Text
	s.edits++
	return nil
}

func (s *slackLog) DM(_ context.Context, _, user string) (string, error) { return "D" + user[1:], nil }

func (s *slackLog) standing() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.posts...)
}

var demoRules = metrics.Rules{
	Stages:  map[string]metrics.Stage{"10000": metrics.ToDo, "10005": metrics.ToDo, "3": metrics.InProgress, "10004": metrics.Waiting, "10001": metrics.InReview, "10002": metrics.Done},
	Failure: metrics.Match{Types: []string{"10103"}}, Incident: metrics.Match{Types: []string{"10105"}},
}

// follow sets a project up in a team of its own.
func follow(t testing.TB, store *models.Store, teamID, key string, jiraID int64, rules metrics.Rules) (models.Team, models.Project) {
	t.Helper()
	ctx, team := t.Context(), store.Team(teamID)
	p := models.Project{ID: "p-" + strings.ToLower(key), ConnectionID: "c1", JiraID: jiraID, Key: key, Name: key + " team", BoardID: 1, BoardName: "board", Zone: berlin.String(),
		Workdays: calendar.MonToFri, EstimateField: history.FieldPoints, FlagField: history.FieldFlagged, ReportChannel: "C01PAY", ReportSlot: calendar.Slot{Hour: 9, Days: calendar.Monday},
		State: models.ProjectActive, Step: 6, CreatedBy: asker, CreatedAt: tuesday}
	must(t, team.EnsureWorkspace(ctx, "Acme"))
	must(t, team.PutConnection(ctx, &models.Connection{ID: "c1", Site: "acme", Email: sandboxEmail, Token: sandboxToken, AccountID: history.BotAccount, State: models.ConnectionOK, CheckedAt: tuesday}))
	must(t, team.PutProject(ctx, &p))
	if _, err := team.AddDefinition(ctx, p.ID, rules, asker, "test"); err != nil {
		t.Fatal(err)
	}
	return team, p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func markOf(t testing.TB, team models.Team, p models.Project) models.Watermark {
	t.Helper()
	mark, err := team.Watermark(t.Context(), p.ID)
	must(t, err)
	return mark
}

// rowsOf writes down every byte of the stored weeks, by week.
func rowsOf(t testing.TB, team models.Team, p models.Project) map[calendar.Week]string {
	t.Helper()
	permit := models.NewPermit(team.ID(), p.ID, asker, time.Now().Add(time.Hour))
	weeks, err := team.Weeks(t.Context(), permit, calendar.Week{Year: 2000, Number: 1}, calendar.Week{Year: 2100, Number: 1})
	must(t, err)
	rows := map[calendar.Week]string{}
	for _, w := range weeks {
		rows[w.Week] = fmt.Sprintf("%+v", w) // maps are written in order
	}
	return rows
}
