package work_test

import (
	"encoding/json"
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/calendar"
	"headway/jira"
	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
	"headway/sandbox/history"
	sandbox "headway/sandbox/jira"
	"headway/work"
)

const (
	longestRefresh = time.Minute // of a small project, whatever Jira does
	mostMemory     = 64 << 20    // bytes that a refresh may take on top of what the process has
)

// refreshDay is a fault and what a refresh on such a day leaves behind: the old
// figures with a problem, or "" for those of a good day.
type refreshDay struct {
	faults  []string // "name arguments", or "rate_limit seconds" for one 429
	problem string
	long    bool // it waits for a limit of half a minute
}

var refreshDays = map[string]refreshDay{
	"401":                                  {faults: []string{"unauthorized"}, problem: work.ProblemUnauthorized},
	"403":                                  {faults: []string{"no_licence"}, problem: work.ProblemForbidden},
	"404":                                  {faults: []string{`forbidden {"project":"PAY"}`}, problem: work.ProblemGone},
	"410":                                  {faults: []string{`gone {"path":"search/jql"}`}, problem: work.ProblemUnavailable},
	"429":                                  {faults: []string{"rate_limit 1"}},
	"429 with Retry-After 0":               {faults: []string{"rate_limit 0"}},
	"429 as a web page":                    {faults: []string{`html_429 {"times":1}`}},
	"429 of a quota":                       {faults: []string{`quota {"seconds":5}`}, problem: work.ProblemBusy},
	"429 for long":                         {faults: []string{"rate_limit 600"}, problem: work.ProblemBusy},
	"500":                                  {faults: []string{"http_500"}, problem: work.ProblemUnavailable},
	"502 as a web page":                    {faults: []string{`html_502 {"times":1}`}},
	"503 with Retry-After":                 {faults: []string{`down {"times":1}`}},
	"one byte a second":                    {faults: []string{`drip {"ms":1000,"path":"search/jql"}`}, problem: work.ProblemUnavailable, long: true},
	"no answer":                            {faults: []string{`slow {"ms":600000,"path":"bulkfetch"}`}, problem: work.ProblemUnavailable, long: true},
	"a cut body":                           {faults: []string{`cut_body {"path":"bulkfetch"}`}, problem: work.ProblemUnavailable},
	"wrong types":                          {faults: []string{`wrong_types {"path":"search/jql"}`}, problem: work.ProblemIncomplete},
	"wrong types in changes":               {faults: []string{`wrong_types {"path":"bulkfetch"}`}, problem: work.ProblemIncomplete},
	"nulls":                                {faults: []string{`null_fields {"path":"search/jql"}`}, problem: work.ProblemIncomplete},
	"nulls in changes":                     {faults: []string{`null_fields {"path":"bulkfetch"}`}, problem: work.ProblemIncomplete},
	"a page of 50 MB":                      {faults: []string{`huge_page {"path":"search/jql","size":50}`}, problem: work.ProblemIncomplete},
	"changes of 50 MB":                     {faults: []string{`huge_page {"path":"bulkfetch","size":50}`}, problem: work.ProblemIncomplete},
	"a gzip bomb":                          {faults: []string{`gzip_bomb {"path":"search/jql","size":200}`}, problem: work.ProblemIncomplete},
	"a looping page token":                 {faults: []string{`shrink {"size":20}`, "loop_token"}, problem: work.ProblemIncomplete},
	"a repeated page token":                {faults: []string{`shrink {"size":20}`, "repeat_token"}, problem: work.ProblemIncomplete},
	"isLast missing":                       {faults: []string{`shrink {"size":20}`, "no_islast"}},
	"isLast wrong":                         {faults: []string{`shrink {"size":20}`, "wrong_islast"}},
	"isLast never on sprints":              {faults: []string{`endless_lists {"path":"sprint"}`}}, // those known before stay
	"isLast never on boards":               {faults: []string{`endless_lists {"path":"agile/1.0/board"}`}},
	"isLast never on releases":             {faults: []string{"endless_lists"}, problem: work.ProblemIncomplete},
	"an empty page with a token":           {faults: []string{"empty_page"}, problem: work.ProblemIncomplete},
	"a redirect to another host":           {faults: []string{`redirect {"to":"http://127.0.0.1:9/"}`}, problem: work.ProblemGone},
	"a token denied behind a 200":          {faults: []string{`anonymous {"path":"search/jql"}`}, problem: work.ProblemUnauthorized},
	"localised names":                      {faults: []string{"localised"}},
	"a team-managed project":               {faults: []string{"team_managed"}},
	"a company-managed project":            {},
	"several active sprints":               {faults: []string{"several_active"}},
	"foreign sprints on a board":           {faults: []string{"foreign_sprints"}},
	"releases without dates":               {faults: []string{"undated_releases"}},
	"done without resolution":              {faults: []string{"team_managed"}},
	"a re-opened issue":                    {faults: []string{`edit_issue {"key":"DONE","status":"3"}`}},
	"a moved issue":                        {faults: []string{`edit_issue {"key":"DONE","to":"OPS"}`}},
	"a deleted issue":                      {faults: []string{`delete_issue {"key":"DONE"}`}},
	"epochs in seconds":                    {faults: []string{"epoch_seconds"}},
	"times as text":                        {faults: []string{"text_times"}},
	"authors without a kind":               {faults: []string{"no_account_types"}},
	"a scoped token":                       {faults: []string{"scoped_token"}},
	"small pages":                          {faults: []string{`shrink {"size":20}`}},
	"an issue split over pages of changes": {faults: []string{`split {"size":30}`}},
}

// change is how the weeks differ from a good day's where the day changes what
// is true: releases without a date don't count, an issue that is done no more
// takes one away.
var changes = map[string]func(*testing.T, []metrics.Weekly, []metrics.Weekly){
	"releases without dates": fewer("deployments", func(w metrics.Weekly) int { return w.Deployments }),
	"epochs in seconds":      sameCounts, // a span may differ by a minute
	"a re-opened issue":      fewer("done", func(w metrics.Weekly) int { return w.Completed }),
	"a moved issue":          fewer("done", func(w metrics.Weekly) int { return w.Completed }),
	"a deleted issue":        fewer("done", func(w metrics.Weekly) int { return w.Completed }),
}

func fewer(what string, count func(metrics.Weekly) int) func(*testing.T, []metrics.Weekly, []metrics.Weekly) {
	sum := func(rows []metrics.Weekly) (n int) {
		for _, w := range rows {
			n += count(w)
		}
		return n
	}
	return func(t *testing.T, good, got []metrics.Weekly) {
		if sum(got) >= sum(good) {
			t.Errorf("%d %s, on a good day %d", sum(got), what, sum(good))
		}
	}
}

func sameCounts(t *testing.T, good, got []metrics.Weekly) {
	spans := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() == reflect.TypeFor[metrics.Histogram]() }, cmp.Ignore())
	if diff := cmp.Diff(good, got, spans); diff != "" {
		t.Error(diff)
	}
}

// TestARefreshKnowsEveryBadDayOfTheClient reads the client's own list.
func TestARefreshKnowsEveryBadDayOfTheClient(t *testing.T) {
	source, err := os.ReadFile("../jira/bad_days_test.go")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\t\{name: "([^"]+)"`).FindAllStringSubmatch(string(source), -1)
	for _, row := range rows {
		if _, known := refreshDays[row[1]]; !known {
			t.Errorf("no refresh on a day of %q", row[1])
		}
	}
	if len(rows) != len(refreshDays) || len(rows) < 45 {
		t.Errorf("%d days here, %d of the client", len(refreshDays), len(rows))
	}
}

// All days but the long ones pass over one project, one after the other: what
// one of them spoils, the next one finds.
func TestARefreshOnABadDayLeavesTheFiguresOldOrRight(t *testing.T) {
	w := startRefreshed(t)
	before := w.weeks(t)
	w.later()
	if err := w.refresh(t); err != nil {
		t.Fatal(err)
	}
	after := w.weeks(t)
	if cmp.Equal(before, after) {
		t.Fatal("nothing happens in the two days, so old and new figures can't be told apart")
	}
	for _, name := range slices.Sorted(maps.Keys(refreshDays)) {
		day := refreshDays[name]
		t.Run(name, func(t *testing.T) {
			if !day.long {
				day.live(t, w.again(t, before), name, before, after)
				return
			}
			t.Parallel()
			if testing.Short() {
				t.Skip("it waits half a minute for a limit")
			}
			day.live(t, startRefreshed(t), name, before, after)
		})
	}
}

func (d refreshDay) live(t *testing.T, w refreshed, name string, before, after []metrics.Weekly) {
	read := w.mark(t)
	w.later()
	d.befall(t, w)
	begun, err := time.Now(), error(nil)
	grown := memoryTaken(func() { err = w.refresh(t) })
	if took := time.Since(begun); took > longestRefresh {
		t.Errorf("it took %s", took)
	}
	if !d.long && grown > mostMemory {
		t.Errorf("it took %d MiB", grown>>20)
	}
	mark, got := w.mark(t), w.weeks(t)
	if d.problem != "" {
		if err == nil || mark.State != models.RefreshStale || mark.Problem != d.problem || !mark.ReadUpTo.Equal(read.ReadUpTo) {
			t.Errorf("%v, %+v", err, mark)
		}
		if diff := cmp.Diff(before, got); diff != "" {
			t.Errorf("the figures changed: %s", diff)
		}
		return
	}
	if err != nil || mark.State != models.RefreshOK || mark.Problem != "" {
		t.Fatalf("%v, %+v", err, mark)
	}
	if differs := changes[name]; differs != nil {
		differs(t, after, got)
	} else if diff := cmp.Diff(after, got); diff != "" {
		t.Errorf("the figures differ from a good day's: %s", diff)
	}
}

func (d refreshDay) befall(t *testing.T, w refreshed) {
	t.Helper()
	for _, fault := range d.faults {
		name, args, _ := strings.Cut(fault, " ")
		if seconds, err := strconv.Atoi(args); name == "rate_limit" && err == nil {
			w.server.RateLimit(1, seconds)
			continue
		}
		args = strings.Replace(args, "DONE", w.done(t), 1)
		if err := w.server.Fault(name, json.RawMessage(args)); err != nil {
			t.Fatal(err)
		}
	}
}

// thursday is the day before the bad ones; no week settles in the two days that
// follow it, so the figures can be compared.
var thursday = tuesday.AddDate(0, 0, 2)

// refreshed is a project that was read once, in full, on a good day.
type refreshed struct {
	worker  *work.Worker
	team    models.Team
	project models.Project
	server  *sandbox.Server
	base    *atomic.Pointer[string]
	now     *atomic.Pointer[time.Time]
}

func (w refreshed) clock() time.Time { return *w.now.Load() }

func startRefreshed(t *testing.T) refreshed {
	t.Helper()
	w := refreshed{base: &atomic.Pointer[string]{}, now: &atomic.Pointer[time.Time]{}}
	w.worker = &work.Worker{Store: storetest.SQLite(t), Now: w.clock, Wake: func() {}, Log: quiet, Command: "/headway",
		Open: func(c models.Connection) (work.Jira, error) {
			return jira.Open(jira.Options{Base: *w.base.Load(), Email: c.Email, Token: c.Token, Log: quiet})
		}}
	w.team = w.worker.Store.Team("T1")
	w = w.before(t)
	w.seed(t)
	if err := w.refresh(t); err != nil {
		t.Fatal(err)
	}
	return w
}

var quiet = slog.New(slog.DiscardHandler)

// before is the project before a new server of the site, without any fault, on
// the demo's day.
func (w refreshed) before(t *testing.T) refreshed {
	t.Helper()
	w.now.Store(&thursday)
	w.server = sandbox.New(sandbox.Config{Now: w.clock, Site: demoSite(), Email: "headway@acme.test", Token: "t", Log: quiet})
	listener := httptest.NewServer(w.server)
	w.base.Store(&listener.URL)
	t.Cleanup(func() {
		listener.Close()
		for _, v := range w.server.Violations() {
			t.Errorf("violation: %+v", v)
		}
	})
	return w
}

// again takes the project back to its first figures by a reading that finds no
// fault, as after any bad day.
func (w refreshed) again(t *testing.T, figures []metrics.Weekly) refreshed {
	t.Helper()
	w = w.before(t)
	connections, err := w.team.Connections(t.Context())
	if err == nil {
		_, err = w.team.ReviveConnection(t.Context(), connections[0].ID, thursday)
	}
	if err == nil {
		err = w.refresh(t)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(figures, w.weeks(t)); diff != "" {
		t.Fatalf("the day before has left its mark: %s", diff)
	}
	return w
}

func (w *refreshed) seed(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	c := models.Connection{Site: "acme", Email: "headway@acme.test", Token: "t", State: models.ConnectionOK}
	if err := w.team.PutConnection(ctx, &c); err != nil {
		t.Fatal(err)
	}
	client, err := w.worker.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	statuses, err := client.Statuses(ctx, 10001)
	if err != nil {
		t.Fatal(err)
	}
	w.project = models.Project{ConnectionID: c.ID, JiraID: 10001, Key: "PAY", Name: "Payments", BoardID: 1, Sprints: true, Zone: "Europe/Berlin",
		Workdays: calendar.MonToFri, EstimateField: history.FieldPoints, SprintField: history.FieldSprint, FlagField: history.FieldFlagged, State: models.ProjectActive}
	if err := w.team.PutProject(ctx, &w.project); err != nil {
		t.Fatal(err)
	}
	if _, err := w.team.AddDefinition(ctx, w.project.ID, metrics.Rules{Stages: work.Stages(statuses)}, "U1", "setup"); err != nil {
		t.Fatal(err)
	}
}

func (w refreshed) refresh(t *testing.T) error {
	return w.worker.Refresh(t.Context(), w.team, w.project.ID, false)
}

// later is two days on, in which work was done.
func (w refreshed) later() { w.now.Store(new(thursday.AddDate(0, 0, 2))) }

func (w refreshed) mark(t *testing.T) models.Watermark {
	t.Helper()
	mark, err := w.team.Watermark(t.Context(), w.project.ID)
	if err != nil {
		t.Fatal(err)
	}
	return mark
}

func (w refreshed) weeks(t *testing.T) []metrics.Weekly {
	t.Helper()
	permit := models.NewPermit("T1", w.project.ID, "U1", time.Now().Add(time.Hour))
	now := calendar.WeekOf(calendar.DateOf(*w.now.Load(), w.project.Location()))
	rows, err := w.team.Weeks(t.Context(), permit, now.Add(-60), now)
	if err != nil || len(rows) < 50 {
		t.Fatalf("%d weeks, %v", len(rows), err)
	}
	return rows
}

// done is an item that was closed in the open window.
func (w refreshed) done(t *testing.T) string {
	t.Helper()
	list := history.NewView(demoSite()).At(*w.now.Load()).Issues
	for _, st := range slices.Backward(list) {
		if st.ProjectID == "10001" && demoSite().IssueType(st.Type).Level == 0 && demoSite().Status(st.Status).Category == history.CategoryDone {
			return st.Key
		}
	}
	t.Fatal("the demo has no item that is done")
	return ""
}

// memoryTaken is the most that the process took from the system while do ran,
// in bytes on top of before.
func memoryTaken(do func()) uint64 {
	debug.FreeOSMemory()
	before, most := mapped(), atomic.Uint64{}
	stop, done := make(chan struct{}), make(chan struct{})
	note := func() { most.Store(max(most.Load(), mapped())) }
	go func() {
		defer close(done)
		for ticker := time.NewTicker(2 * time.Millisecond); ; {
			select {
			case <-ticker.C:
				note()
			case <-stop:
				ticker.Stop()
				return
			}
		}
	}()
	do()
	close(stop)
	<-done
	note()
	return most.Load() - min(before, most.Load())
}

// mapped is the memory that the process holds of the system.
func mapped() uint64 {
	s := []runtimemetrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	runtimemetrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}
