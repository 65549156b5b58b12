package metrics_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"headway/metrics"
)

var sprint = metrics.Sprint{ID: 7, State: "active", Start: at("2026-11-09 09:00"), End: at("2026-11-20 17:00")}

// planned is an issue with an estimate that came into the sprint then.
func planned(id int64, points float64, since string, steps ...string) metrics.Issue {
	i := issue(steps...)
	i.ID, i.Points = id, &points
	i.Sprints = []metrics.Span{{Sprint: 7, From: at(since)}}
	return i
}

func scopeOf(t testing.TB, s metrics.Sprint, now time.Time, issues ...metrics.Issue) metrics.Scope {
	t.Helper()
	var events []metrics.SprintEvent
	for _, i := range issues {
		events = append(events, metrics.Rules{Stages: stages}.SprintEvents(i, s.ID, now)...)
	}
	scope, ok := metrics.TallySprint(s, events, now)
	if !ok {
		t.Fatal("the sprint has no scope")
	}
	return scope
}

func TestTheScopeOfASprint(t *testing.T) {
	gone := planned(3, 2, "2026-11-06 09:00", "2026-11-02 09:00 open")
	gone.Sprints[0].To = at("2026-11-12 09:00")
	three, eight := 3.0, 8.0
	grown := planned(5, 8, "2026-11-06 09:00", "2026-11-02 09:00 open", "2026-11-18 09:00 closed")
	grown.Estimates = []metrics.Estimate{{At: at("2026-11-02 09:00"), Points: &three}, {At: at("2026-11-11 09:00"), Points: &eight}}
	issues := []metrics.Issue{
		planned(1, 5, "2026-11-06 09:00", "2026-11-02 09:00 open", "2026-11-10 09:00 doing", "2026-11-13 09:00 closed"),
		planned(2, 1, "2026-11-06 09:00", "2026-11-02 09:00 open"),
		gone,
		planned(4, 13, "2026-11-10 09:00", "2026-11-10 09:00 open"),
		grown,
		planned(6, 20, "2026-11-06 09:00", "2026-11-02 09:00 doing", "2026-11-05 09:00 closed"), // done before it came in
		planned(8, 21, "2026-11-06 09:00", "2026-11-02 09:00 doing", "2026-11-07 09:00 closed"), // done before the start
	}
	got := scopeOf(t, sprint, at("2026-11-19 09:00"), issues...)
	want := metrics.Scope{
		Committed: metrics.Amount{Items: 4, Points: 11}, Added: metrics.Amount{Items: 1, Points: 13}, Changed: 5,
		Removed: metrics.Amount{Items: 1, Points: 2}, Completed: metrics.Amount{Items: 2, Points: 13},
		Kept: metrics.Amount{Items: 2, Points: 8}, Remaining: metrics.Amount{Items: 2, Points: 14},
	}
	if got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if items, points := got.SayDo(); items != (metrics.Ratio{Num: 2, Den: 4}) || points != 8.0/11 {
		t.Errorf("say/do %v %v", items, points)
	}
}

func TestAClosedSprintIsJudgedAsOfItsClose(t *testing.T) {
	closed := sprint
	closed.State, closed.Done = "closed", at("2026-11-20 16:00")
	late := planned(1, 5, "2026-11-06 09:00", "2026-11-02 09:00 open", "2026-11-19 09:00 closed", "2026-11-21 09:00 doing", "2026-11-23 09:00 closed")
	carried := planned(2, 3, "2026-11-06 09:00", "2026-11-02 09:00 open", "2026-11-23 09:00 closed")
	events := metrics.Rules{Stages: stages}.SprintEvents(late, 7, closed.Done)
	events = append(events, metrics.Rules{Stages: stages}.SprintEvents(carried, 7, closed.Done)...)
	s, ok := metrics.TallySprint(closed, events, at("2026-11-24 09:00"))
	if !ok || s.Completed.Items != 1 || s.Remaining.Items != 1 {
		t.Errorf("%+v %v", s, ok)
	}
}

func TestASnapshotKnowsBetterThanTheHistory(t *testing.T) {
	rebuilt := metrics.Scope{Committed: metrics.Amount{Items: 4}, Completed: metrics.Amount{Items: 6}, Kept: metrics.Amount{Items: 4}}
	got := metrics.SprintSnapshot{Sprint: 7, Committed: metrics.Amount{Items: 3, Points: 9}}.Apply(rebuilt)
	if !got.Exact || got.Committed.Items != 3 || got.Kept.Items != 3 || got.Completed.Items != 6 {
		t.Errorf("at the start %+v", got)
	}
	end := metrics.Scope{Completed: metrics.Amount{Items: 2}, Kept: metrics.Amount{Items: 2}, Remaining: metrics.Amount{Items: 1}}
	got = metrics.SprintSnapshot{Committed: metrics.Amount{Items: 3}, Closed: &end}.Apply(rebuilt)
	if !got.Exact || got.Completed.Items != 2 || got.Remaining.Items != 1 || got.Committed.Items != 3 {
		t.Errorf("at the close %+v", got)
	}
}

func TestASprintWithoutDatesHasNoScope(t *testing.T) {
	events := []metrics.SprintEvent{{Issue: 1, At: at("2026-11-06 09:00")}}
	for name, s := range map[string]metrics.Sprint{
		"no start":       {State: "active"},
		"planned":        {State: "future", Start: at("2026-11-09 09:00")},
		"starts later":   {State: "active", Start: at("2026-12-09 09:00")},
		"closed unbegun": {State: "closed", Start: at("2026-11-09 09:00"), Done: at("2026-11-08 09:00")},
	} {
		if scope, ok := metrics.TallySprint(s, events, at("2026-11-24 09:00")); ok || scope != (metrics.Scope{}) {
			t.Errorf("%s: %+v", name, scope)
		}
	}
}

func TestNothingIsLostFromASprintWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []metrics.SprintEvent
		now := at("2026-11-20 12:00")
		for k, i := range rapid.SliceOfN(anyIssue(), 0, 6).Draw(t, "issues") {
			i.ID = int64(k)
			events = append(events, metrics.Rules{Stages: stages}.SprintEvents(i, 7, now)...)
		}
		s, ok := metrics.TallySprint(sprint, events, now)
		if !ok {
			t.Fatal("no scope")
		}
		items := s.Committed.Items + s.Added.Items - s.Removed.Items - s.Completed.Items
		points := s.Committed.Points + s.Added.Points + s.Changed - s.Removed.Points - s.Completed.Points
		if items != s.Remaining.Items || math.Abs(points-s.Remaining.Points) > 1e-9 {
			t.Fatalf("%+v: %d items, %v points remain", s, items, points)
		}
		if s.Kept.Items > s.Committed.Items || s.Kept.Points > s.Committed.Points || s.Kept.Items > s.Completed.Items {
			t.Fatalf("more is kept than was committed: %+v", s)
		}
	})
}
