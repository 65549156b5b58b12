package work

import (
	"maps"
	"slices"
	"testing"
	"time"

	"headway/calendar"
	"headway/jira"
	"headway/metrics"
	"headway/models"
)

var berlin = func() *time.Location {
	z, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return z
}()

func openWeeks() metrics.Window {
	now := time.Date(2026, 11, 24, 9, 25, 0, 0, berlin)
	from, to := metrics.OpenWindow(now, berlin)
	return metrics.Window{Calendar: calendar.Calendar{Zone: berlin}, From: from, To: to, Now: now}
}

func TestARefreshReadsWhatTheTeamCountsAsUnderWay(t *testing.T) {
	rules := metrics.Rules{Stages: map[string]metrics.Stage{
		"1": metrics.ToDo, "2": metrics.InProgress, "3": metrics.InProgress, "4": metrics.Waiting, "5": metrics.InReview, "6": metrics.Done, "9": metrics.InProgress}}
	statuses := []jira.Status{ // 9 is gone
		{ID: "1", Category: "new"}, {ID: "2", Category: "new"}, {ID: "4", Category: "new"},
		{ID: "3", Category: "indeterminate"}, {ID: "5", Category: "done"}, {ID: "6", Category: "done"}}
	r := reading{project: models.Project{JiraID: 10001, Zone: "Europe/Berlin"}}
	q := r.query(scope{rules: rules, window: openWeeks(), statuses: statuses})
	if !slices.Equal(q.Statuses, []string{"2", "4", "5"}) || !q.OrInProgress {
		t.Errorf("statuses %q, in progress %v", q.Statuses, q.OrInProgress)
	}
	if want := openWeeks().From.Start(berlin).Add(-beforeWindow); !q.UpdatedSince.Equal(want) || q.ProjectID != 10001 {
		t.Errorf("project %d since %v, want %v", q.ProjectID, q.UpdatedSince, want)
	}
}

func TestARefreshReadsTheIssuesOfTheReleasesItCounts(t *testing.T) {
	w := openWeeks()
	monday, sunday := w.From.Monday(), w.To.Next().Monday().AddDays(-1)
	releases := []metrics.Release{
		{ID: "1", Released: true, Date: monday.AddDays(-1)},
		{ID: "2", Released: true, Date: monday},
		{ID: "3", Released: false, Date: monday},
		{ID: "4", Released: true},
		{ID: "5", Released: true, Date: sunday},
		{ID: "6", Released: true, Date: sunday.AddDays(1)},
	}
	r := reading{project: models.Project{JiraID: 10001, Zone: "Europe/Berlin"}}
	if q := r.query(scope{window: w, releases: releases}); !slices.Equal(q.Versions, []string{"2", "5"}) {
		t.Errorf("versions %q", q.Versions)
	}
}

func TestAStatusThatLeftTheWorkflowCountsByItsCategory(t *testing.T) {
	mapped := map[string]metrics.Stage{"1": metrics.ToDo, "3": metrics.InReview, "6": metrics.Done}
	current := []jira.Status{{ID: "1", Category: "new"}, {ID: "3", Category: "indeterminate"}, {ID: "6", Category: "done"}, {ID: "8", Category: "indeterminate"}}
	site := append([]jira.Status{{ID: "5", Category: "done"}, {ID: "7", Category: "undefined"}}, current...)
	want := map[string]metrics.Stage{"1": metrics.ToDo, "3": metrics.InReview, "5": metrics.Done, "6": metrics.Done}
	if got := withRetired(mapped, site, current); !maps.Equal(got, want) {
		t.Errorf("%v, want %v: only the retired one is added, the new one stays unmapped", got, want)
	}
}

func TestALongStopLeavesNoWeekSettledHalfRead(t *testing.T) {
	read := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	now := read.AddDate(0, 0, 70)
	r := reading{project: models.Project{Zone: "UTC"}, mark: models.Watermark{ReadUpTo: read}, now: now}
	openThen, _ := metrics.OpenWindow(read, time.UTC)
	if got := r.window().From; got != openThen {
		t.Errorf("the window starts with %v; %v was still open when Jira was read last", got, openThen)
	}
	r.mark.ReadUpTo = now.Add(-time.Hour)
	openNow, _ := metrics.OpenWindow(now, time.UTC)
	if got := r.window().From; got != openNow {
		t.Errorf("after an hour the window starts with %v, want %v", got, openNow)
	}
}

func TestAClockThatGoesBackOpensNoSettledWeek(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	open, running := metrics.OpenWindow(now, time.UTC)
	r := reading{project: models.Project{Zone: "UTC"}, mark: models.Watermark{ReadUpTo: now.AddDate(0, 0, 8), OpenFrom: open.Next()}, now: now}
	if got := r.window().From; got != open.Next() || r.openFrom() != open.Next() {
		t.Errorf("the window starts with %v and leaves %v open; %v had settled", got, r.openFrom(), open)
	}
	r.mark.OpenFrom = running.Add(52) // a clock that stood a year ahead must not stop all readings for a year
	if got := r.window().From; got != open || r.openFrom() != open {
		t.Errorf("the window starts with %v and leaves %v open, want %v", got, r.openFrom(), open)
	}
}
