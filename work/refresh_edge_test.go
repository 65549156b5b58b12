package work_test

import (
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
	"headway/sandbox/history"
)

// Where an entry into a status is a deployment, what lies just before the open
// window decides on its first week: two entries around midnight are one
// deployment, and a failure before the window's first deployment has a cause.
func TestWhatLiesBeforeTheOpenWindowCountsAsInAFullRebuild(t *testing.T) {
	t.Parallel()
	from, _ := metrics.OpenWindow(tuesday, berlin)
	edge := from.Monday().Start(berlin)
	for name, issues := range map[string][]*history.Issue{
		"two entries around midnight":   {deployedAt(1, edge.Add(-4*time.Minute)), deployedAt(2, edge.Add(3*time.Minute))},
		"a failure after an old one":    {deployedAt(1, edge.AddDate(0, 0, -30)), failureAt(2, edge.Add(50*time.Hour)), deployedAt(3, edge.Add(90*time.Hour))},
		"a failure before any":          {failureAt(2, edge.Add(50*time.Hour)), deployedAt(3, edge.Add(90*time.Hour))},
		"entries that are far together": {deployedAt(1, edge.Add(-time.Hour)), deployedAt(2, edge.Add(time.Hour))},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open func() *models.Store) {
				site := *demoSite()
				site.Issues = issues
				w, store := newWorld(t, &site, edge.Add(-time.Minute)), open()
				worker := w.worker(store, w.Now)
				rules := demoRules
				rules.DeployedBy = "10002"
				one, p := follow(t, store, "TONE", "PAY", payID, rules)
				two, q := follow(t, store, "TTWO", "PAY", payID, rules)
				must(t, worker.Refresh(t.Context(), one, p.ID, true))
				w.at(tuesday.AddDate(0, 0, -1))
				must(t, worker.Refresh(t.Context(), one, p.ID, false))
				w.at(tuesday)
				must(t, worker.Refresh(t.Context(), one, p.ID, false))
				must(t, worker.Refresh(t.Context(), two, q.ID, true))
				sameFrom(t, from, rowsOf(t, one, p), rowsOf(t, two, q))
			})
		})
	}
}

func sameFrom(t *testing.T, from calendar.Week, refreshed, rebuilt map[calendar.Week]string) {
	t.Helper()
	for week, row := range rebuilt {
		if week.Compare(from) >= 0 && refreshed[week] != row {
			t.Errorf("%v differs\nrefreshed %s\nrebuilt   %s", week, refreshed[week], row)
		}
	}
}

// deployedAt is a story that was done at the instant, two days after it began.
func deployedAt(id int64, at time.Time) *history.Issue {
	begun := at.AddDate(0, 0, -2)
	return &history.Issue{ID: id, Created: begun, First: fieldsOf(id, "10102", "3"), Changes: []history.Change{
		{ID: 100 + id, At: at, By: "sbx:3", Items: []history.Item{byID("status", "status", "3", "10002")}}}}
}

// failureAt is a bug that was found at the instant.
func failureAt(id int64, at time.Time) *history.Issue {
	return &history.Issue{ID: id, Created: at, First: fieldsOf(id, "10103", "10000")}
}

func fieldsOf(id int64, kind, status string) history.Fields {
	return history.Fields{ProjectID: "10001", Key: "PAY-" + string(rune('0'+id)), Summary: "synthetic", Type: kind, Status: status, Priority: "3"}
}
