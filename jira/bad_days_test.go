package jira_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/jira"
	delivery "headway/metrics"
	"headway/sandbox/history"
)

const (
	longestRun = time.Minute // of any reading of a small project, whatever Jira does
	mostMemory = 64 << 20    // bytes that a reading may take on top of what the process has
)

// must are the bad inputs and faults that have been seen in the wild. Each has
// its row in badDays.
var must = []string{
	"401", "403", "404", "410", "429", "429 with Retry-After 0", "429 as a web page", "429 of a quota", "429 for long",
	"500", "502 as a web page", "503 with Retry-After", "one byte a second", "no answer", "a cut body",
	"wrong types", "wrong types in changes", "nulls", "nulls in changes", "a page of 50 MB", "changes of 50 MB", "a gzip bomb",
	"a looping page token", "a repeated page token", "isLast missing", "isLast wrong", "isLast never on sprints", "isLast never on boards",
	"isLast never on releases", "an empty page with a token", "a redirect to another host", "a token denied behind a 200",
	"localised names", "a team-managed project", "a company-managed project", "several active sprints", "foreign sprints on a board",
	"releases without dates", "done without resolution", "a re-opened issue", "a moved issue", "a deleted issue",
	"epochs in seconds", "times as text", "authors without a kind", "a scoped token", "small pages", "an issue split over pages of changes",
}

func TestEveryBadDayHasItsRow(t *testing.T) {
	var have []string
	for _, day := range badDays {
		have = append(have, day.name)
	}
	want := slices.Sorted(slices.Values(must))
	if slices.Sort(have); !slices.Equal(have, want) {
		t.Errorf("the rows differ from the list: %s", cmp.Diff(want, have))
	}
}

// badDay is a fault of the sandbox and what a reading makes of it.
type badDay struct {
	name   string
	faults []string // "name arguments"
	turn   func(*testing.T, world)
	read   func(*testing.T, world, jira.Query) error // nil: all issues
	want   error                                     // nil: the reading succeeds
	same   bool                                      // and gives what it gives on a good day
	long   bool                                      // it waits for a limit of half a minute
}

var badDays = []badDay{
	{name: "401", faults: []string{"unauthorized"}, want: jira.ErrUnauthorized},
	{name: "403", faults: []string{"no_licence"}, want: jira.ErrForbidden},
	{name: "404", faults: []string{`forbidden {"project":"PAY"}`}, read: readReleases, want: jira.ErrNotFound},
	{name: "410", faults: []string{`gone {"path":"search/jql"}`}, want: jira.ErrUnavailable},
	{name: "429", turn: limit(1, 1), same: true},
	{name: "429 with Retry-After 0", turn: limit(1, 0), same: true},
	{name: "429 as a web page", faults: []string{`html_429 {"times":1}`}, same: true},
	{name: "429 of a quota", faults: []string{`quota {"seconds":5}`}, want: jira.Busy{After: 5 * time.Second}},
	{name: "429 for long", turn: limit(1, 600), want: jira.Busy{After: 10 * time.Minute}},
	{name: "500", faults: []string{"http_500"}, want: jira.ErrUnavailable},
	{name: "502 as a web page", faults: []string{`html_502 {"times":1}`}, same: true},
	{name: "503 with Retry-After", faults: []string{`down {"times":1}`}, same: true},
	{name: "one byte a second", faults: []string{`drip {"ms":1000,"path":"search/jql"}`}, want: jira.ErrUnavailable, long: true},
	{name: "no answer", faults: []string{`slow {"ms":600000,"path":"bulkfetch"}`}, want: jira.ErrUnavailable, long: true},
	{name: "a cut body", faults: []string{`cut_body {"path":"search/jql"}`}, want: jira.ErrUnavailable},
	{name: "wrong types", faults: []string{`wrong_types {"path":"search/jql"}`}, want: jira.ErrIncomplete},
	{name: "wrong types in changes", faults: []string{`wrong_types {"path":"bulkfetch"}`}, want: jira.ErrIncomplete},
	{name: "nulls", faults: []string{`null_fields {"path":"search/jql"}`}, want: jira.ErrIncomplete},
	{name: "nulls in changes", faults: []string{`null_fields {"path":"bulkfetch"}`}, want: jira.ErrIncomplete},
	{name: "a page of 50 MB", faults: []string{`huge_page {"path":"search/jql","size":50}`}, want: jira.ErrIncomplete},
	{name: "changes of 50 MB", faults: []string{`huge_page {"path":"bulkfetch","size":50}`}, want: jira.ErrIncomplete},
	{name: "a gzip bomb", faults: []string{`gzip_bomb {"path":"search/jql","size":200}`}, want: jira.ErrIncomplete},
	{name: "a looping page token", faults: []string{`shrink {"size":40}`, "loop_token"}, want: jira.ErrIncomplete},
	{name: "a repeated page token", faults: []string{`shrink {"size":40}`, "repeat_token"}, want: jira.ErrIncomplete},
	{name: "isLast missing", faults: []string{`shrink {"size":90}`, "no_islast"}, same: true},
	{name: "isLast wrong", faults: []string{`shrink {"size":90}`, "wrong_islast"}, same: true},
	{name: "isLast never on sprints", faults: []string{"endless_lists"}, read: readSprints, want: jira.ErrIncomplete},
	{name: "isLast never on boards", faults: []string{"endless_lists"}, read: readBoards, want: jira.ErrIncomplete},
	{name: "isLast never on releases", faults: []string{"endless_lists"}, read: readReleases, want: jira.ErrIncomplete},
	{name: "an empty page with a token", faults: []string{"empty_page"}, want: jira.ErrIncomplete},
	{name: "a redirect to another host", read: redirected, want: jira.ErrNotFound},
	{name: "a token denied behind a 200", faults: []string{`anonymous {"path":"search/jql"}`}, want: jira.ErrUnauthorized},
	{name: "localised names", faults: []string{"localised"}, same: true},
	{name: "a team-managed project", faults: []string{"team_managed"}, read: teamManaged},
	{name: "a company-managed project", read: companyManaged, same: true},
	{name: "several active sprints", faults: []string{"several_active"}, read: twoActiveSprints},
	{name: "foreign sprints on a board", faults: []string{"foreign_sprints"}, read: ownSprints},
	{name: "releases without dates", faults: []string{"undated_releases"}, read: undatedReleases},
	{name: "done without resolution", faults: []string{"team_managed"}, read: doneUnresolved},
	{name: "a re-opened issue", read: reopened},
	{name: "a moved issue", read: movedAway},
	{name: "a deleted issue", read: deleted},
	{name: "epochs in seconds", faults: []string{"epoch_seconds"}, read: inSeconds},
	{name: "times as text", faults: []string{"text_times"}, same: true},
	{name: "authors without a kind", faults: []string{"no_account_types"}, same: true},
	{name: "a scoped token", read: scopedToken},
	{name: "small pages", faults: []string{`shrink {"size":40}`}, same: true},
	{name: "an issue split over pages of changes", faults: []string{`split {"size":50}`}, same: true},
}

// The rows run one after the other, so that each measures its own memory; those
// that wait for a limit run beside them and take none.
func TestABadDayEndsInTimeAndNeverInWrongFigures(t *testing.T) {
	usual := demo(t)
	good := usual.all(t, usual.query(t, pay))
	for _, day := range badDays {
		t.Run(day.name, func(t *testing.T) {
			if day.long {
				t.Parallel()
				if testing.Short() {
					t.Skip("it waits half a minute for a limit")
				}
			}
			day.live(t, good)
		})
	}
}

func (d badDay) live(t *testing.T, good []delivery.Issue) {
	w := demo(t)
	q := w.query(t, pay)
	begun := time.Now()
	grown := memoryTaken(func() {
		if d.turn != nil {
			d.turn(t, w)
		}
		for _, fault := range d.faults {
			name, args, _ := strings.Cut(fault, " ")
			w.fault(t, name, args)
		}
		list, err := d.reading(t, w, q)
		switch {
		case !alike(err, d.want):
			t.Errorf("err = %v, want %v", err, d.want)
		case d.same && !cmp.Equal(good, list):
			t.Errorf("the figures change: %s", cmp.Diff(good, list))
		}
	})
	if took := time.Since(begun); took > longestRun {
		t.Errorf("it took %s", took)
	}
	if !d.long && grown > mostMemory {
		t.Errorf("it took %d MiB", grown>>20)
	}
	t.Logf("%s, %.1f MiB", time.Since(begun).Round(time.Millisecond), float64(grown)/(1<<20))
}

func (d badDay) reading(t *testing.T, w world, q jira.Query) ([]delivery.Issue, error) {
	if d.read != nil {
		if err := d.read(t, w, q); err != nil || !d.same {
			return nil, err
		}
	}
	return w.collect(t, q)
}

// alike compares the time of a Busy to the second before.
func alike(err, want error) bool {
	wanted, ok := errors.AsType[jira.Busy](want)
	if !ok {
		return errors.Is(err, want)
	}
	busy, ok := errors.AsType[jira.Busy](err)
	return ok && busy.After <= wanted.After && busy.After > wanted.After-5*time.Second
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
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}

func TestTheMeasureOfMemorySeesWhatIsTaken(t *testing.T) {
	var page []byte
	if grown := memoryTaken(func() { page = make([]byte, 100<<20) }); grown < 90<<20 {
		t.Errorf("100 MiB were measured as %d", grown>>20)
	}
	runtime.KeepAlive(page)
}

func limit(times, retryAfter int) func(*testing.T, world) {
	return func(_ *testing.T, w world) { w.server.RateLimit(times, retryAfter) }
}

func readReleases(t *testing.T, w world, q jira.Query) error {
	_, err := w.Releases(t.Context(), q.ProjectID)
	return err
}

func readSprints(t *testing.T, w world, _ jira.Query) error {
	_, err := w.Sprints(t.Context(), 1)
	return err
}

func readBoards(t *testing.T, w world, q jira.Query) error {
	_, err := w.Boards(t.Context(), q.ProjectID)
	return err
}

func redirected(t *testing.T, w world, q jira.Query) error {
	var visits atomic.Int32
	foreign := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		if r.Header.Get("Authorization") != "" {
			t.Error("the token went to another host")
		}
	}))
	defer foreign.Close()
	w.fault(t, "redirect", fmt.Sprintf(`{"to":%q}`, foreign.URL))
	_, err := w.collect(t, q)
	if n := visits.Load(); n != 0 {
		t.Errorf("the redirect was followed %d times", n)
	}
	return err
}

func styleIs(t *testing.T, w world, style string) error {
	p, err := w.Project(t.Context(), "PAY")
	if p.Style != style {
		t.Errorf("the project is %q, want %q", p.Style, style)
	}
	return err
}

func companyManaged(t *testing.T, w world, _ jira.Query) error { return styleIs(t, w, "classic") }

// teamManaged gives the same issues, but for the resolutions.
func teamManaged(t *testing.T, w world, q jira.Query) error {
	want := w.withoutFaults(t, q)
	for i := range want {
		want[i].Resolution = ""
	}
	if diff := cmp.Diff(want, w.all(t, q)); diff != "" {
		t.Error(diff)
	}
	return styleIs(t, w, "next-gen")
}

// withoutFaults reads from a second server of the same site.
func (w world) withoutFaults(t *testing.T, q jira.Query) []delivery.Issue {
	t.Helper()
	return demo(t).all(t, q)
}

func twoActiveSprints(t *testing.T, w world, _ jira.Query) error {
	list, err := w.Sprints(t.Context(), 1)
	active := 0
	for _, s := range list {
		active += count(s.State == "active")
	}
	if active != 2 {
		t.Errorf("%d sprints are active, want 2", active)
	}
	return err
}

func ownSprints(t *testing.T, w world, _ jira.Query) error {
	list, err := w.Sprints(t.Context(), 1)
	want, wantErr := demo(t).Sprints(t.Context(), 1)
	if !cmp.Equal(want, list) || len(list) == 0 {
		t.Errorf("%d sprints, want %d", len(list), len(want))
	}
	return errors.Join(err, wantErr)
}

func undatedReleases(t *testing.T, w world, q jira.Query) error {
	list, err := w.Releases(t.Context(), q.ProjectID)
	released := 0
	for _, r := range list {
		released += count(r.Released)
		if r.Released && !r.Date.IsZero() {
			t.Errorf("%s has a date", r.ID)
		}
	}
	if released == 0 {
		t.Error("nothing is released")
	}
	return err
}

func (w world) isDone(status string) bool {
	return w.site.Status(status).Category == history.CategoryDone
}

func doneUnresolved(t *testing.T, w world, q jira.Query) error {
	list, err := w.collect(t, q)
	done := 0
	for _, i := range list {
		if i.Resolution != "" {
			t.Errorf("%s is resolved", i.Key)
		}
		done += count(len(i.Moves) > 0 && w.isDone(i.Moves[len(i.Moves)-1].To))
	}
	if done == 0 {
		t.Error("no issue moved to done")
	}
	return err
}

func reopened(t *testing.T, w world, q jira.Query) error {
	list := w.all(t, q)
	n := slices.IndexFunc(list, func(i delivery.Issue) bool { return w.isDone(i.Status) && len(i.Moves) > 0 })
	was := list[n]
	w.fault(t, "edit_issue", fmt.Sprintf(`{"key":%q,"status":"3"}`, was.Key))
	after, err := w.collect(t, q)
	is := after[n]
	if is.Status != "3" || len(is.Moves) != len(was.Moves)+1 || is.Moves[len(was.Moves)].To != "3" || !is.Moves[len(was.Moves)].At.Equal(now) {
		t.Errorf("%+v, was %+v", is, was)
	}
	return err
}

func movedAway(t *testing.T, w world, q jira.Query) error {
	before := w.all(t, q)
	w.fault(t, "edit_issue", fmt.Sprintf(`{"key":%q,"to":"OPS"}`, before[7].Key))
	after, err := w.collect(t, q)
	if len(after) != len(before)-1 || after[7].ID != before[8].ID {
		t.Errorf("%d issues, then %d", len(before), len(after))
	}
	q.ProjectID = ops
	there, otherErr := w.collect(t, q)
	n := slices.IndexFunc(there, func(i delivery.Issue) bool { return i.ID == before[7].ID })
	if n < 0 || !strings.HasPrefix(there[n].Key, "OPS-") || !cmp.Equal(there[n].Moves, before[7].Moves) {
		t.Errorf("it is not in its new project with all its moves: %+v", before[7])
	}
	return errors.Join(err, otherErr)
}

func deleted(t *testing.T, w world, q jira.Query) error {
	before := w.all(t, q)
	w.fault(t, "delete_issue", fmt.Sprintf(`{"key":%q}`, before[7].Key))
	after, err := w.collect(t, q)
	if !cmp.Equal(slices.Delete(slices.Clone(before), 7, 8), after) {
		t.Errorf("%d issues, then %d", len(before), len(after))
	}
	return err
}

// scopedToken is a matter of the first call: so this client has made none.
func scopedToken(t *testing.T, w world, q jira.Query) error {
	fresh := demo(t)
	fresh.fault(t, "scoped_token", "")
	if diff := cmp.Diff(w.all(t, q), fresh.all(t, q)); diff != "" || fresh.Gateway() == "" {
		t.Errorf("gateway %q: %s", fresh.Gateway(), diff)
	}
	return nil
}

// inSeconds loses what a second holds, and nothing else.
func inSeconds(t *testing.T, w world, q jira.Query) error {
	want, list := w.withoutFaults(t, q), w.all(t, q)
	byTheSecond := cmp.Transformer("Seconds", func(at time.Time) int64 { return at.Unix() })
	if diff := cmp.Diff(want, list, byTheSecond); diff != "" {
		t.Error(diff)
	}
	return nil
}
