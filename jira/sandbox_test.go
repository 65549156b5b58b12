package jira_test

import (
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/jira"
	"headway/metrics"
	"headway/sandbox/history"
	sandbox "headway/sandbox/jira"
	"headway/secret"
)

const (
	email = "headway@acme.test"
	token = secret.Secret("sandbox-jira-token")
	pay   = int64(10001) // Scrum, board 1
	ops   = int64(10002) // Kanban, board 2
)

// now is the demo's clock: a Tuesday 09:25 in Berlin.
var now = time.Date(2026, 11, 24, 8, 25, 0, 0, time.UTC)

var quiet = slog.New(slog.DiscardHandler)

// acme is the demo team's site; nobody changes it.
var acme = sync.OnceValue(func() *history.Site { return history.Demo(now) })

// world is a client before a sandboxed site.
type world struct {
	*jira.Client
	server *sandbox.Server
	site   *history.Site
	spoilt *atomic.Bool // a fault is on: answers need not be as described
}

func demo(t *testing.T) world {
	t.Helper()
	return behind(t, func(next http.Handler) http.Handler { return next })
}

// behind puts a handler of the test before the demo's site.
func behind(t *testing.T, wrap func(http.Handler) http.Handler) world {
	t.Helper()
	site := acme()
	server := sandbox.New(sandbox.Config{Now: func() time.Time { return now }, Site: site, Email: email, Token: token.Reveal(), Log: quiet})
	spoilt := &atomic.Bool{}
	listener := httptest.NewServer(checked(t, spoilt, wrap(server)))
	t.Cleanup(func() {
		listener.Close()
		if list := server.Violations(); len(list) > 0 {
			t.Errorf("violations: %+v", list)
		}
	})
	return world{open(t, listener.URL), server, site, spoilt}
}

// checked compares every call with Jira's description, and every good answer
// that no fault spoils.
func checked(t *testing.T, spoilt *atomic.Bool, next http.Handler) http.Handler {
	rules := jira.Described(t)
	if rules == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := rules.Request(r); err != nil {
			t.Errorf("%s %s does not fit Jira's description: %v", r.Method, r.URL.Path, err)
		}
		if spoilt.Load() {
			next.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		if answer.Code == http.StatusOK {
			if err := rules.Answer(r, answer.Code, answer.Header(), answer.Body.Bytes()); err != nil {
				t.Errorf("the answer to %s %s does not fit Jira's description: %.600v", r.Method, r.URL.Path, err)
			}
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

func open(t *testing.T, base string) *jira.Client {
	t.Helper()
	client, err := jira.Open(jira.Options{Base: base, Email: email, Token: token, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// query is what a sync of a project asks for.
func (w world) query(t *testing.T, project int64) jira.Query {
	t.Helper()
	fields, err := w.Fields(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return jira.Query{ProjectID: project, Fields: fields, Points: fields.Points[0].ID}
}

func (w world) all(t *testing.T, q jira.Query) []metrics.Issue {
	t.Helper()
	list, err := w.collect(t, q)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (w world) collect(t *testing.T, q jira.Query) (list []metrics.Issue, err error) {
	t.Helper()
	for issue, err := range w.Issues(t.Context(), q) {
		if err != nil {
			return list, err
		}
		list = append(list, issue)
	}
	return list, nil
}

// states are the issues of a project as the events make them, without any wire.
func (w world) states(project int64) (list []*history.State) {
	for _, issue := range w.site.Issues {
		if st := w.site.At(issue, now); st != nil && st.ProjectID == strconv.FormatInt(project, 10) {
			list = append(list, st)
		}
	}
	return list
}

func TestAFullSyncOfTheDemoGivesWhatHappened(t *testing.T) {
	w := demo(t)
	for _, project := range []int64{pay, ops} {
		want := map[int64]*history.State{}
		for _, st := range w.states(project) {
			want[st.ID] = st
		}
		got := w.all(t, w.query(t, project))
		if len(got) != len(want) || len(got) < 100 {
			t.Fatalf("project %d: %d issues, want %d", project, len(got), len(want))
		}
		for _, issue := range got {
			if diff := cmp.Diff(w.expect(want[issue.ID]), plain(issue)); diff != "" {
				t.Fatalf("%s: %s", issue.Key, diff)
			}
		}
	}
}

// facts are an issue in values that both sides can give.
type facts struct {
	Key, Type, Priority, Resolution, First, Status string
	Level                                          int
	Parent                                         int64
	Created, Updated                               int64
	Moves                                          []metrics.Move
	Fix, Affects                                   []string
	Points                                         *float64
	Due                                            string
	Flagged                                        bool
	Sprints                                        []int64
}

func plain(i metrics.Issue) facts {
	f := facts{
		Key: i.Key, Type: i.Type, Priority: i.Priority, Resolution: i.Resolution, First: i.First, Status: i.Status,
		Level: i.Level, Parent: i.Parent, Created: i.Created.UnixMilli(), Updated: i.Updated.UnixMilli(),
		Moves: i.Moves, Fix: i.Fix, Affects: i.Affects, Points: i.Points,
		Flagged: len(i.Flags) > 0 && i.Flags[len(i.Flags)-1].Set,
	}
	if !i.Due.IsZero() {
		f.Due = i.Due.String()
	}
	for _, stay := range i.Sprints {
		if stay.To.IsZero() {
			f.Sprints = append(f.Sprints, stay.Sprint)
		}
	}
	slices.Sort(f.Sprints)
	return f
}

func (w world) expect(st *history.State) facts {
	f := facts{
		Key: st.Key, Type: st.Type, Priority: st.Priority, Resolution: st.Resolution, First: st.First.Status, Status: st.Status,
		Level: w.site.IssueType(st.Type).Level, Parent: st.ParentID, Created: st.Created.UnixMilli(), Updated: st.Updated.UnixMilli(),
		Fix: none(st.FixVersions), Affects: none(st.Versions), Points: st.Points, Due: st.Due, Flagged: st.Flagged,
		Sprints: none(slices.Sorted(slices.Values(st.Sprints))),
	}
	for _, change := range st.History() {
		for _, item := range change.Items {
			if item.Field == "status" {
				by, _ := w.site.User(change.By)
				f.Moves = append(f.Moves, metrics.Move{At: time.UnixMilli(change.At.UnixMilli()).UTC(), To: *item.To, ByApp: by.Type == "app"})
			}
		}
	}
	return f
}

func none[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func TestTheDemoHasWhatTheClientMustTellApart(t *testing.T) {
	w := demo(t)
	q := w.query(t, pay)
	q.Agents = []string{history.AgentAccount}
	var byApp, flagged, ai, carried int
	for _, issue := range w.all(t, q) {
		if slices.ContainsFunc(issue.Moves, func(m metrics.Move) bool { return m.ByApp }) {
			byApp++
		}
		if len(issue.Flags) > 0 {
			flagged++
		}
		if issue.AI {
			ai++
		}
		if len(issue.Sprints) > 1 {
			carried++
		}
	}
	if byApp == 0 || flagged == 0 || ai == 0 || carried == 0 {
		t.Errorf("moved by an app %d, flagged %d, AI %d, carried over %d", byApp, flagged, ai, carried)
	}
}

func TestADeltaReadsWhatWasUpdatedOrIsInProgress(t *testing.T) {
	w := demo(t)
	q := w.query(t, pay)
	q.UpdatedSince, q.OrInProgress = now.AddDate(0, 0, -7), true
	var want []string
	for _, st := range w.states(pay) {
		if !st.Updated.Before(q.UpdatedSince) || w.site.Status(st.Status).Category == history.CategoryIndeterminate {
			want = append(want, st.Key)
		}
	}
	var got []string
	for _, issue := range w.all(t, q) {
		got = append(got, issue.Key)
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))); diff != "" || len(got) == 0 {
		t.Errorf("%d issues: %s", len(got), diff)
	}
	if n, err := w.Count(t.Context(), q); n != len(want) || err != nil {
		t.Errorf("count %d, %v, want %d", n, err, len(want))
	}
}

func TestADeltaReadsWhatTheAskedStatusesAndVersionsHold(t *testing.T) {
	w := demo(t)
	releases, err := w.Releases(t.Context(), pay)
	if err != nil {
		t.Fatal(err)
	}
	q := w.query(t, pay)
	q.UpdatedSince = now // nothing by itself
	q.Statuses = []string{w.states(pay)[0].Status}
	for _, r := range releases {
		if r.Released {
			q.Versions = append(q.Versions, r.ID)
		}
	}
	names := func(ids []string) bool {
		return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(q.Versions, id) })
	}
	var inStatus, fixed, affected int
	want := map[string]bool{}
	for _, st := range w.states(pay) {
		inStatus += count(st.Status == q.Statuses[0])
		fixed += count(names(st.FixVersions))
		affected += count(names(st.Versions))
		if st.Status == q.Statuses[0] || names(st.FixVersions) || names(st.Versions) {
			want[st.Key] = true
		}
	}
	if inStatus == 0 || fixed == 0 || affected == 0 || len(want) == len(w.states(pay)) {
		t.Fatalf("the demo lacks cases: %d in the status, %d fixed, %d affected, %d in all", inStatus, fixed, affected, len(want))
	}
	got := map[string]bool{}
	for _, issue := range w.all(t, q) {
		got[issue.Key] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func TestChangedFollowsTheLastUpdate(t *testing.T) {
	w := demo(t)
	var last time.Time
	for _, st := range w.states(pay) {
		if st.Updated.After(last) {
			last = st.Updated
		}
	}
	if changed, err := w.Changed(t.Context(), pay, last); !changed || err != nil {
		t.Errorf("since the last update: %v, %v", changed, err)
	}
	if changed, err := w.Changed(t.Context(), pay, last.Add(time.Millisecond)); changed || err != nil {
		t.Errorf("after the last update: %v, %v", changed, err)
	}
}

func TestSetupFindsProjectBoardStatusesAndFields(t *testing.T) {
	w := demo(t)
	ctx := t.Context()
	who, err := w.Check(ctx)
	if err != nil || who.ID != history.BotAccount || who.Zone != "America/Los_Angeles" {
		t.Errorf("%+v, %v", who, err)
	}
	projects, err := w.Projects(ctx, "")
	if err != nil || len(projects) != 2 || projects[0].Key != "OPS" || projects[1].ID != pay {
		t.Errorf("%+v, %v", projects, err)
	}
	if found, err := w.Projects(ctx, "paym"); err != nil || len(found) != 1 || found[0].Key != "PAY" {
		t.Errorf("%+v, %v", found, err)
	}
	project, err := w.Project(ctx, "PAY")
	if err != nil || project.ID != pay || !slices.ContainsFunc(project.Types, func(t jira.IssueType) bool { return t.Level == 1 }) {
		t.Errorf("%+v, %v", project, err)
	}
	boards, err := w.Boards(ctx, pay)
	if err != nil || len(boards) != 1 || boards[0].ID != 1 || boards[0].Type != "scrum" {
		t.Errorf("%+v, %v", boards, err)
	}
	statuses, err := w.Statuses(ctx, pay)
	if err != nil || len(statuses) < 3 || statuses[0].Category != "new" || statuses[len(statuses)-1].Category != "done" {
		t.Errorf("%+v, %v", statuses, err)
	}
	fields, err := w.Fields(ctx)
	if err != nil || fields.Sprint.ID != history.FieldSprint || fields.Flagged.ID != history.FieldFlagged || fields.Points[0].ID != history.FieldPoints {
		t.Errorf("%+v, %v", fields, err)
	}
	if field, ok, err := w.Estimation(ctx, 1); !ok || err != nil || field.ID != history.FieldPoints {
		t.Errorf("%+v, %v, %v", field, ok, err)
	}
}

func TestOnlyTheScrumBoardHasSprints(t *testing.T) {
	w := demo(t)
	for board, want := range map[int64]bool{1: true, 2: false} {
		if has, err := w.HasSprints(t.Context(), board); has != want || err != nil {
			t.Errorf("board %d: %v, %v", board, has, err)
		}
	}
	sprints, err := w.Sprints(t.Context(), 1)
	if err != nil || len(sprints) < 20 {
		t.Fatalf("%d sprints, %v", len(sprints), err)
	}
	for _, s := range sprints {
		_, own := w.site.Sprint(s.ID)
		if own == nil || s.State != own.State(now) || s.State == "closed" && s.Done.IsZero() || s.State == "active" && s.End.IsZero() {
			t.Errorf("%+v", s)
		}
	}
}

func TestReleasesAreThoseOfTheProject(t *testing.T) {
	w := demo(t)
	releases, err := w.Releases(t.Context(), pay)
	if err != nil || len(releases) == 0 {
		t.Fatal(releases, err)
	}
	released := 0
	for _, r := range releases {
		if r.Released {
			released++
		}
	}
	if released == 0 || released == len(releases) {
		t.Errorf("%d of %d are released", released, len(releases))
	}
}

func TestViewersAreThoseWhomJiraLets(t *testing.T) {
	w := demo(t)
	if able, err := w.CanCheckViewers(t.Context(), "PAY"); !able || err != nil {
		t.Errorf("the token can't check viewers: %v", err)
	}
	for account, want := range map[string]bool{"sbx:1": true, history.OutsiderAccount: false, "sbx:404": false} {
		if may, err := w.CanBrowse(t.Context(), account, "PAY"); may != want || err != nil {
			t.Errorf("%s: %v, %v", account, may, err)
		}
	}
	ada, err := w.FindAccount(t.Context(), "ADA@acme.test")
	if err != nil || ada.ID != "sbx:3" {
		t.Errorf("%+v, %v", ada, err)
	}
	if _, err := w.FindAccount(t.Context(), "nobody@acme.test"); !errors.Is(err, jira.ErrNotFound) {
		t.Errorf("err = %v", err)
	}
}

func TestMyIssuesInProgressAreKeys(t *testing.T) {
	w := demo(t)
	want := map[string][]string{}
	for _, st := range w.states(pay) {
		if st.Assignee != "" && w.site.Status(st.Status).Category == history.CategoryIndeterminate {
			want[st.Assignee] = append(want[st.Assignee], st.Key)
		}
	}
	if len(want) == 0 {
		t.Fatal("nobody in the demo has anything in progress")
	}
	for account, keys := range want {
		got, err := w.InProgressOf(t.Context(), account, pay)
		if err != nil || !cmp.Equal(slices.Sorted(slices.Values(keys)), slices.Sorted(slices.Values(got))) {
			t.Errorf("%s: %v, %v, want %v", account, got, err, keys)
		}
	}
}

// A person's own items come as the reading of the whole project has them, and
// the assignee is asked for without being read.
func TestMyIssuesInProgressAreThoseOfTheReading(t *testing.T) {
	w := demo(t)
	q := w.query(t, pay)
	whole := map[string]metrics.Issue{}
	for i, err := range w.Issues(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		whole[i.Key] = i
	}
	flagged := 0
	for _, user := range w.site.Users {
		mine, err := w.InProgressIssues(t.Context(), user.AccountID, q)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := w.InProgressOf(t.Context(), user.AccountID, pay)
		if err != nil || len(keys) != min(len(mine), 10) {
			t.Errorf("%s has %d issues and the keys %v, %v", user.AccountID, len(mine), keys, err)
		}
		for _, i := range mine {
			if diff := cmp.Diff(whole[i.Key], i); diff != "" {
				t.Errorf("%s: %s", i.Key, diff)
			}
			if n := len(i.Flags); n > 0 && i.Flags[n-1].Set {
				flagged++
			}
		}
	}
	if flagged == 0 {
		t.Error("nobody has anything flagged: the demo could not show the question about it")
	}
}

func TestAWrongTokenIsUnauthorized(t *testing.T) {
	site := acme()
	server := sandbox.New(sandbox.Config{Now: func() time.Time { return now }, Site: site, Email: email, Token: "another", Log: quiet})
	listener := httptest.NewServer(server)
	defer listener.Close()
	c := open(t, listener.URL)
	if _, err := c.Check(t.Context()); !errors.Is(err, jira.ErrUnauthorized) {
		t.Errorf("err = %v", err)
	}
}

func TestWhatTheTokenCannotSeeIsNotFound(t *testing.T) {
	w := demo(t)
	if _, err := w.Project(t.Context(), "SECRET"); !errors.Is(err, jira.ErrNotFound) {
		t.Errorf("project: %v", err)
	}
	if _, err := w.HasSprints(t.Context(), 99); !errors.Is(err, jira.ErrNotFound) {
		t.Errorf("board: %v", err)
	}
}
