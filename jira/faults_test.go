package jira_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway/jira"
	"headway/metrics"
)

// fault switches a misbehaviour of the site on.
func (w world) fault(t *testing.T, name, args string) {
	t.Helper()
	if err := w.server.Fault(name, json.RawMessage(args)); err != nil {
		t.Fatal(err)
	}
}

func TestASyncIsTheSameWhateverJirasMood(t *testing.T) {
	usual := demo(t)
	want := usual.all(t, usual.query(t, ops))
	for name, args := range map[string]string{
		"shrink":          `{"size":40}`, // small pages
		"split":           `{"size":50}`, // issues split over pages of changes
		"no_islast":       ``,
		"wrong_islast":    ``,
		"localised":       ``,
		"scoped_token":    ``,
		"no_browse_users": ``,
	} {
		t.Run(name, func(t *testing.T) {
			w := demo(t)
			w.fault(t, name, args)
			if diff := cmp.Diff(want, w.all(t, w.query(t, ops))); diff != "" {
				t.Errorf("the figures change: %s", diff)
			}
			if through := w.Gateway() != ""; through != (name == "scoped_token") {
				t.Errorf("gateway %q", w.Gateway())
			}
		})
	}
}

func TestWhatIsNotWholeEndsTheRun(t *testing.T) {
	for name, c := range map[string]struct {
		args string
		want error
	}{
		"unauthorized": {``, jira.ErrUnauthorized},
		"no_licence":   {``, jira.ErrForbidden},
		"anonymous":    {``, jira.ErrUnauthorized},
		"cut_body":     {`{"path":"search/jql"}`, jira.ErrUnavailable},
		"wrong_types":  {``, jira.ErrIncomplete},
		"null_fields":  {``, jira.ErrIncomplete},
		"gzip_bomb":    {`{"path":"search/jql","size":48}`, jira.ErrIncomplete},
		"huge_page":    {`{"path":"bulkfetch","size":20}`, jira.ErrIncomplete},
		"loop_token":   {``, jira.ErrIncomplete},
		"repeat_token": {``, jira.ErrIncomplete},
		"empty_page":   {``, jira.ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			w := demo(t)
			q := w.query(t, pay)
			if name == "repeat_token" {
				w.fault(t, "shrink", `{"size":40}`)
			}
			w.fault(t, name, c.args)
			if _, err := w.collect(t, q); !errors.Is(err, c.want) {
				t.Errorf("err = %v, want %v", err, c.want)
			}
		})
	}
}

func TestASandboxRedirectLeadsNowhere(t *testing.T) {
	var visits atomic.Int32
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	defer foreign.Close()
	w := demo(t)
	w.fault(t, "redirect", `{"to":"`+foreign.URL+`/"}`)
	if _, err := w.Check(t.Context()); !errors.Is(err, jira.ErrNotFound) || visits.Load() != 0 {
		t.Errorf("%v, %d visits", err, visits.Load())
	}
}

func TestABurstIsWaitedFor(t *testing.T) {
	t.Parallel() // it lasts the second that Jira asks for
	w := demo(t)
	q := w.query(t, ops)
	w.server.RateLimit(1, 0)
	if list := w.all(t, q); len(list) == 0 {
		t.Error("no issues")
	}
}

func TestALongBurstIsBusy(t *testing.T) {
	w := demo(t)
	q := w.query(t, ops)
	w.server.RateLimit(1, 600)
	for range 2 { // the second time Jira is not even asked
		_, err := w.collect(t, q)
		if busy, ok := errors.AsType[jira.Busy](err); !ok || busy.After.Minutes() < 9 {
			t.Errorf("err = %v", err)
		}
	}
	if n := len(w.server.Refusals()); n != 1 {
		t.Errorf("Jira refused %d times", n)
	}
}

func TestWithoutTheRightToSearchPeopleNobodyIsShownAnything(t *testing.T) {
	w := demo(t)
	w.fault(t, "no_browse_users", ``)
	if able, err := w.CanCheckViewers(t.Context(), "PAY"); able || err != nil {
		t.Errorf("able %v, %v", able, err)
	}
	if may, err := w.CanBrowse(t.Context(), "sbx:1", "PAY"); may || err != nil {
		t.Errorf("may %v, %v", may, err)
	}
}

func TestAHiddenEmailIsNoMatch(t *testing.T) {
	w := demo(t)
	w.fault(t, "hidden_emails", ``)
	if found, err := w.FindAccount(t.Context(), "ada@acme.test"); !errors.Is(err, jira.ErrNotFound) {
		t.Errorf("%+v, %v", found, err)
	}
	if people, err := w.SearchAccounts(t.Context(), "Ada"); err != nil || len(people) != 1 || people[0].ID != "sbx:3" {
		t.Errorf("%+v, %v", people, err)
	}
}

func TestABoardConfigurationIsOptional(t *testing.T) {
	w := demo(t)
	w.fault(t, "no_board_configuration", ``)
	if field, ok, err := w.Estimation(t.Context(), 1); ok || err != nil {
		t.Errorf("%+v, %v, %v", field, ok, err)
	}
}

func TestForeignSprintsAreLeftOut(t *testing.T) {
	w := demo(t)
	own, err := w.Sprints(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.fault(t, "foreign_sprints", ``)
	if list, err := w.Sprints(t.Context(), 1); err != nil || !cmp.Equal(own, list) {
		t.Errorf("%d sprints, want %d, %v", len(list), len(own), err)
	}
}

func TestATeamManagedProjectHasNoResolutions(t *testing.T) {
	w := demo(t)
	w.fault(t, "team_managed", ``)
	q := w.query(t, pay)
	done := 0
	for _, issue := range w.all(t, q) {
		if issue.Resolution != "" {
			t.Fatalf("%s is resolved", issue.Key)
		}
		if len(issue.Moves) > 0 && issue.Status == issue.Moves[len(issue.Moves)-1].To {
			done++
		}
	}
	if done == 0 {
		t.Error("no issue moved")
	}
}

func TestADeletedIssueIsGone(t *testing.T) {
	w := demo(t)
	q := w.query(t, ops)
	before := w.all(t, q)
	w.fault(t, "delete_issue", `{"key":"`+before[0].Key+`"}`)
	after := w.all(t, q)
	if diff := cmp.Diff(before[1:], after, cmp.Comparer(func(a, b metrics.Issue) bool { return a.ID == b.ID })); diff != "" {
		t.Error(diff)
	}
}
