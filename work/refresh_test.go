package work_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"headway/calendar"
	"headway/jira"
	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
	"headway/sandbox/history"
	"headway/work"
)

const (
	payID = int64(10001)
	opsID = int64(10002)
)

// quietHour is a Sunday noon, when nobody of the demo's team works.
var quietHour = time.Date(2026, 11, 22, 12, 0, 0, 0, berlin)

// read is a world with one project that was read at the instant.
type read struct {
	*world
	worker  *work.Worker
	team    models.Team
	project models.Project
}

// eachRead runs the test on both databases.
func eachRead(t *testing.T, at time.Time, test func(t *testing.T, r read)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		w, store := newWorld(t, demoSite(), at), open()
		r := read{world: w, worker: w.worker(store, w.Now)}
		r.team, r.project = follow(t, store, "T1", "PAY", payID, demoRules)
		must(t, r.worker.Refresh(t.Context(), r.team, r.project.ID, false))
		if mark := markOf(t, r.team, r.project); mark.State != models.RefreshOK || !mark.Full || mark.Issues < 80 {
			t.Fatalf("%+v", mark)
		}
		must(t, r.worker.Refresh(t.Context(), r.team, r.project.ID, false)) // the open weeks alone
		test(t, r)
	})
}

// refreshed is how many times histories were fetched by one refresh.
func (r read) refreshed(t *testing.T) int {
	t.Helper()
	before := r.histories()
	must(t, r.worker.Refresh(t.Context(), r.team, r.project.ID, false))
	return r.histories() - before
}

func TestNothingIsReadWhileNothingChanges(t *testing.T) {
	t.Parallel()
	eachRead(t, quietHour, func(t *testing.T, r read) {
		before, rows := markOf(t, r.team, r.project), rowsOf(t, r.team, r.project)
		r.at(quietHour.Add(time.Hour))
		if n := r.refreshed(t); n != 0 {
			t.Errorf("histories were fetched %d times", n)
		}
		after := markOf(t, r.team, r.project)
		if !after.ReadUpTo.Equal(quietHour.Add(time.Hour)) || after.State != models.RefreshOK || after.Issues != before.Issues {
			t.Errorf("%+v", after)
		}
		if !maps.Equal(rows, rowsOf(t, r.team, r.project)) {
			t.Error("a look changed rows")
		}
	})
}

func TestANewDayRebuildsThoughNothingChanged(t *testing.T) {
	t.Parallel()
	eachRead(t, quietHour.AddDate(0, 0, -1), func(t *testing.T, r read) { // Saturday
		r.at(quietHour)
		if n := r.refreshed(t); n == 0 {
			t.Error("work in progress is counted by the day, and nothing was read on the new one")
		}
		saturday := calendar.WeekOf(calendar.DateOf(quietHour, berlin))
		if row := rowsOf(t, r.team, r.project)[saturday]; strings.Contains(row, " -1]") {
			t.Errorf("Sunday still lies ahead: %s", row)
		}
	})
}

func TestWhateverChangesIsReadWithinTheHour(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, r read){
		"an issue moved on":  func(_ *testing.T, r read) { r.fault("edit_issue", `{"key":"`+r.openIssue()+`","flagged":true}`) },
		"an issue deleted":   func(_ *testing.T, r read) { r.fault("delete_issue", `{"key":"`+r.openIssue()+`"}`) },
		"Jira's index lags":  func(_ *testing.T, r read) { r.lag(9 * time.Minute) },
		"the zone is edited": func(t *testing.T, r read) { r.inZone(t, "America/New_York") },
		"the mapping is edited": func(t *testing.T, r read) {
			if _, err := r.team.AddDefinition(t.Context(), r.project.ID, metrics.Rules{Stages: demoRules.Stages}, asker, "test"); err != nil {
				t.Fatal(err)
			}
		},
		"a clock that went back": func(_ *testing.T, r read) { r.at(quietHour.Add(-2 * time.Hour)) },
	} {
		t.Run(name, func(t *testing.T) {
			eachRead(t, quietHour, func(t *testing.T, r read) {
				r.at(quietHour.Add(time.Hour))
				if n := r.refreshed(t); n != 0 {
					t.Fatalf("read without a change: %d", n)
				}
				r.at(quietHour.Add(90 * time.Minute))
				change(t, r)
				if n := r.refreshed(t); n == 0 {
					t.Error("the change was not read")
				}
			})
		})
	}
}

func (r read) everyKey() (keys []string) {
	r.t.Helper()
	for issue, err := range r.client.Issues(context.Background(), jira.Query{ProjectID: payID}) {
		must(r.t, err)
		keys = append(keys, issue.Key)
	}
	return keys
}

// openIssue is an issue that is in progress.
func (r read) openIssue() string {
	r.t.Helper()
	for _, account := range []string{"sbx:3", "sbx:4", "sbx:5", "sbx:6", "sbx:7", "sbx:8", "sbx:9"} {
		keys, err := r.client.InProgressOf(context.Background(), account, payID)
		must(r.t, err)
		if len(keys) > 0 {
			return keys[0]
		}
	}
	r.t.Fatal("nobody has work in progress")
	return ""
}

// lag changes an issue, reads while the search can't see it yet, and lets it
// appear.
func (r read) lag(by time.Duration) {
	r.t.Helper()
	now := r.Now()
	r.at(now.Add(-by))
	r.fault("edit_issue", `{"key":"`+r.openIssue()+`","flagged":true}`)
	r.at(now)
	r.fault("stale", `{"seconds":600}`)
	must(r.t, r.worker.Refresh(r.t.Context(), r.team, r.project.ID, false))
	r.server.ClearFaults()
}

func (r read) inZone(t *testing.T, zone string) {
	t.Helper()
	p := r.project
	p.Zone = zone
	must(t, r.team.PutProject(t.Context(), &p))
}

func TestAnEmptyProjectIsBelievedAtTheSecondLook(t *testing.T) {
	t.Parallel()
	eachRead(t, tuesday, func(t *testing.T, r read) {
		ctx, rows := t.Context(), rowsOf(t, r.team, r.project)
		for _, key := range r.everyKey() {
			r.fault("delete_issue", `{"key":"`+key+`"}`)
		}
		for _, later := range []time.Duration{time.Minute, 30 * time.Minute} {
			r.at(tuesday.Add(later))
			if err := r.worker.Refresh(ctx, r.team, r.project.ID, false); err == nil {
				t.Fatal("one empty answer was believed")
			}
			if mark := markOf(t, r.team, r.project); mark.State != models.RefreshStale || mark.Problem != work.ProblemEmpty || !mark.EmptySince.Equal(tuesday.Add(time.Minute)) {
				t.Errorf("%+v", mark)
			}
			if !maps.Equal(rows, rowsOf(t, r.team, r.project)) {
				t.Error("one empty answer changed figures")
			}
		}
		r.at(tuesday.Add(time.Hour))
		must(t, r.worker.Refresh(ctx, r.team, r.project.ID, true)) // all weeks, and still nothing settled may go
		mark := markOf(t, r.team, r.project)
		if mark.State != models.RefreshOK || !mark.EmptySince.Equal(tuesday.Add(time.Minute)) {
			t.Errorf("%+v", mark)
		}
		for week, row := range rowsOf(t, r.team, r.project) {
			if settled := week.Compare(mark.OpenFrom) < 0; settled != (row == rows[week]) {
				t.Errorf("%v, settled %v: %s", week, settled, row)
			}
		}
	})
}

func TestALostPermissionIsNoEmptyProject(t *testing.T) {
	t.Parallel()
	eachRead(t, tuesday, func(t *testing.T, r read) {
		rows := rowsOf(t, r.team, r.project)
		for _, fault := range []string{"forbidden", "anonymous"} {
			r.fault(fault, "{}")
			for hour := range 3 {
				r.at(tuesday.Add(time.Duration(hour) * time.Hour))
				if err := r.worker.Refresh(t.Context(), r.team, r.project.ID, false); err == nil {
					t.Errorf("%s was believed after %d hours", fault, hour)
				}
			}
			if !maps.Equal(rows, rowsOf(t, r.team, r.project)) {
				t.Errorf("%s changed figures", fault)
			}
			r.server.ClearFaults()
		}
	})
}

func TestAProjectAtRestIsNotTakenForAnEmptyOne(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		site := *demoSite()
		site.Issues = slices.DeleteFunc(slices.Clone(site.Issues), func(i *history.Issue) bool {
			last := demoSite().At(i, tuesday.AddDate(1, 0, 0)) // some are not done, some are changed later
			return last == nil || last.Status != "10002" || last.Updated.After(tuesday)
		})
		w, store := newWorld(t, &site, tuesday), open()
		worker := w.worker(store, w.Now)
		team, p := follow(t, store, "T1", "PAY", payID, demoRules)
		must(t, worker.Refresh(t.Context(), team, p.ID, false))
		for day := range 3 {
			w.at(tuesday.AddDate(0, 0, day+105))
			if err := worker.Refresh(t.Context(), team, p.ID, false); err != nil {
				t.Errorf("day %d: %v", day, err)
			}
		}
		if mark := markOf(t, team, p); mark.State != models.RefreshOK || mark.Counted != 0 || !mark.EmptySince.IsZero() {
			t.Errorf("%+v", mark)
		}
	})
}

func TestProjectsOfOneConnectionAreReadOneAfterTheOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		w := newWorld(t, demoSite(), tuesday)
		stores := []*models.Store{open(), open()}
		team, pay := follow(t, stores[0], "T1", "PAY", payID, demoRules)
		_, ops := follow(t, stores[0], "T1", "OPS", opsID, demoRules)
		workers := []*work.Worker{w.worker(stores[0], w.Now), w.worker(stores[1], w.Now)}
		for _, p := range []models.Project{pay, ops} {
			must(t, team.Atomically(t.Context(), func(tx models.Team) error { return workers[0].AskReading(t.Context(), tx, asker, p, true) }))
		}
		var mu sync.Mutex
		var order []string
		w.holding(func(r *http.Request) {
			if i := strings.Index(r.URL.Path, "/project/1000"); i >= 0 {
				mu.Lock()
				order = append(order, r.URL.Path[i+9:i+14])
				mu.Unlock()
			}
		})
		deadline := time.Now().Add(time.Minute)
		for markOf(t, team, pay).State != models.RefreshOK || markOf(t, team, ops).State != models.RefreshOK {
			if time.Now().After(deadline) {
				t.Fatal("not read within a minute")
			}
			var both sync.WaitGroup
			for _, worker := range workers {
				both.Go(func() {
					if err := worker.RefreshProjects(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			both.Wait()
		}
		if turns := len(slices.Compact(slices.Clone(order))); turns != 2 || len(order) < 4 {
			t.Errorf("the projects took %d turns: %q", turns, order)
		}
	})
}

func TestAReportWaitsForTheReadingThatIsUnderWay(t *testing.T) {
	t.Parallel()
	eachRead(t, tuesday, func(t *testing.T, r read) {
		ctx := t.Context()
		lease, held, err := r.team.Lease(ctx, "reading:c1", time.Minute)
		if err != nil || !held {
			t.Fatal(held, err)
		}
		r.at(tuesday.Add(time.Hour))
		permit := models.NewPermit("T1", r.project.ID, asker, time.Now().Add(time.Hour))
		done := make(chan error, 1)
		go func() {
			view, err := r.worker.Report(ctx, r.team, permit, asker, r.project, calendar.WeekOf(calendar.DateOf(tuesday, berlin)).Prev())
			if err == nil && !view.AsOf.Equal(tuesday.Add(time.Hour)) {
				err = errors.New("the report is as of " + view.AsOf.String())
			}
			done <- err
		}()
		select {
		case err := <-done:
			t.Fatal("the report did not wait", err)
		case <-time.After(time.Second):
		}
		must(t, lease.Release(ctx))
		must(t, <-done)
	})
}
