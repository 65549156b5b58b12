package jira_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway/jira"
)

// fault switches a misbehaviour of the site on.
func (w world) fault(t *testing.T, name, args string) {
	t.Helper()
	w.spoilt.Store(true)
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
