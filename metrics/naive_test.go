package metrics_test

import (
	"maps"
	"math"
	"slices"
	"sort"
	"testing"
	"time"

	"headway/metrics"
)

// naive counts one week at a time straight from the recorded changes, with no
// code of the package: for every figure it walks through every issue again.
type naive struct {
	h         history
	t         *testing.T
	zone      *time.Location
	now       time.Time
	levelZero []recorded
	items     []recorded // without what the definition excludes
}

// recorded is an issue as of now.
type recorded struct {
	rawIssue
	created time.Time
	first   string
	past    []change
}

func newNaive(t *testing.T, h history, zone *time.Location, now time.Time) naive {
	t.Helper()
	n := naive{h: h, t: t, zone: zone, now: now}
	for _, raw := range h.issues {
		i := recorded{rawIssue: raw, created: jiraTime(t, raw.Created), first: raw.Status[0]}
		if all := h.changes[raw.ID]; len(all) > 0 {
			i.first = all[0].from
		}
		for _, c := range h.changes[raw.ID] {
			if !c.at.After(now) {
				i.past = append(i.past, c)
			}
		}
		if raw.Subtask || raw.Type == "Epic" || i.created.After(now) {
			continue
		}
		n.levelZero = append(n.levelZero, i)
		if raw.Type != "Documentation" && (raw.Resolution == nil || *raw.Resolution != "Duplicate") {
			n.items = append(n.items, i)
		}
	}
	return n
}

var (
	doneStatus    = map[string]bool{"5": true, "6": true}
	startedStatus = map[string]bool{"3": true, "10000": true}
)

func (n naive) midnight(day time.Time) time.Time {
	y, m, d := day.In(n.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, n.zone)
}

// days is the number of local days from a to b, both included.
func (n naive) days(a, b time.Time) int {
	return int(math.Round(n.midnight(b).Sub(n.midnight(a)).Hours()/24)) + 1
}

// statusBefore is the status of the issue just before the instant.
func (i recorded) statusBefore(at time.Time) string {
	status := i.first
	for _, c := range i.past {
		if c.at.Before(at) {
			status = c.to
		}
	}
	return status
}

func (i recorded) done() (time.Time, bool) {
	past := i.past
	if len(past) == 0 || !doneStatus[past[len(past)-1].to] {
		return time.Time{}, false
	}
	for k := len(past) - 1; k >= 0; k-- {
		if doneStatus[past[k].to] && !doneStatus[past[k].from] {
			return past[k].at, true
		}
	}
	return time.Time{}, false
}

func (i recorded) start() (time.Time, bool) {
	if startedStatus[i.first] {
		return i.created, true
	}
	for _, c := range i.past {
		if startedStatus[c.to] {
			return c.at, true
		}
	}
	return time.Time{}, false
}

func (n naive) compare(got metrics.Weekly) {
	n.t.Helper()
	monday := got.Week.Monday()
	start := time.Date(monday.Year, monday.Month, monday.Day, 0, 0, 0, 0, n.zone)
	end := time.Date(monday.Year, monday.Month, monday.Day+7, 0, 0, 0, 0, n.zone)
	in := func(at time.Time, ok bool) bool { return ok && !at.Before(start) && at.Before(end) }
	n.compareFlow(got, in)
	n.compareDone(got, in)
	n.compareWIP(got, start)
	n.compareVisits(got, in)
	n.compareIncidents(got, in)
	n.compareReleases(got, start, end)
}

func (n naive) equal(w metrics.Weekly, what string, got, want any) {
	n.t.Helper()
	if got != want {
		n.t.Errorf("%v: %s is %v, counted %v", w.Week, what, got, want)
	}
}

// spread compares a histogram with the values that should be in it.
func (n naive) spread(w metrics.Weekly, what string, got metrics.Histogram, want []int64) {
	n.t.Helper()
	slices.Sort(want)
	sum := int64(0)
	for _, v := range want {
		sum += v
	}
	n.equal(w, what+" count", got.Count(), len(want))
	n.equal(w, what+" sum", got.Sum(), sum)
	for _, q := range []int{50, 85} {
		if len(want) == 0 {
			continue
		}
		exact := float64(want[int(math.Ceil(float64(q*len(want))/100))-1])
		if estimate, _ := got.Quantile(float64(q) / 100); math.Abs(estimate-exact) > exact/512 {
			n.t.Errorf("%v: P%d of %s is %v, counted %v", w.Week, q, what, estimate, exact)
		}
	}
}

func (n naive) compareFlow(got metrics.Weekly, in func(time.Time, bool) bool) {
	n.t.Helper()
	created, started, reopened := 0, 0, 0
	for _, i := range n.items {
		if in(i.created, true) {
			created++
		}
		if at, ok := i.start(); in(at, ok) {
			started++
		}
		if i.leftDoneSoon(in) {
			reopened++
		}
	}
	n.equal(got, "created", got.Created, created)
	n.equal(got, "started", got.Started, started)
	n.equal(got, "re-opened", got.Reopened, reopened)
}

// leftDoneSoon says whether the issue entered done in the week and left it
// within 30 days.
func (i recorded) leftDoneSoon(in func(time.Time, bool) bool) bool {
	past := i.past
	for k, c := range past {
		if !doneStatus[c.to] || doneStatus[c.from] || !in(c.at, true) {
			continue
		}
		for _, later := range past[k+1:] {
			if !doneStatus[later.to] {
				if later.at.Sub(c.at) <= 30*24*time.Hour {
					return true
				}
				break
			}
		}
	}
	return false
}

func (n naive) compareDone(got metrics.Weekly, in func(time.Time, bool) bool) {
	n.t.Helper()
	completed, neverStarted, doneFirst := 0, 0, 0
	byDay, days := [7]int{}, map[int]int{}
	var elapsed []int64
	var shown []int
	for _, i := range n.items {
		done, ok := i.done()
		if !in(done, ok) {
			continue
		}
		completed++
		byDay[(int(done.In(n.zone).Weekday())+6)%7]++
		started, ok := i.start()
		switch {
		case !ok:
			neverStarted++
		case !started.Before(done):
			doneFirst++
		default:
			elapsed = append(elapsed, int64(done.Sub(started).Minutes()))
			days[n.days(started, done)]++
			shown = append(shown, n.days(started, done))
		}
	}
	n.equal(got, "completed", got.Completed, completed)
	n.equal(got, "done by day", got.DoneByDay, byDay)
	n.equal(got, "never started", got.Excluded[metrics.ExcludedNeverStarted], neverStarted)
	n.equal(got, "done before started", got.Excluded[metrics.ExcludedDoneFirst], doneFirst)
	if !maps.Equal(got.CycleDays, days) {
		n.t.Errorf("%v: cycle days %v, counted %v", got.Week, got.CycleDays, days)
	}
	n.spread(got, "cycle", got.Cycle, elapsed)
	n.compareShown(got, shown)
}

// compareShown checks P50 and P85 as a report shows them.
func (n naive) compareShown(got metrics.Weekly, days []int) {
	n.t.Helper()
	s := metrics.Summarize([]metrics.Weekly{got})
	n.equal(got, "enough to show", s.CycleHalf.OK, len(days) >= 5)
	if len(days) < 5 {
		return
	}
	sort.Ints(days)
	half := float64(days[len(days)/2])
	if len(days)%2 == 0 {
		half = (half + float64(days[len(days)/2-1])) / 2
	}
	n.equal(got, "half", s.CycleHalf.Value, half)
	n.equal(got, "85 %", s.Cycle85.Value, float64(days[int(math.Ceil(0.85*float64(len(days))))-1]))
}

func (n naive) compareWIP(got metrics.Weekly, start time.Time) {
	n.t.Helper()
	byDay, atEnd := [7]int{}, 0
	var ages []int64
	for d := range 7 {
		begins, ends := start.AddDate(0, 0, d), start.AddDate(0, 0, d+1)
		if begins.After(n.now) {
			byDay[d] = -1
			continue
		}
		atEnd, ages = 0, nil
		for _, i := range n.items {
			if i.created.Before(ends) && startedStatus[i.statusBefore(ends)] {
				started, _ := i.start()
				ages = append(ages, int64(ends.Sub(started.Truncate(time.Second)).Minutes()))
				atEnd++
			}
		}
		byDay[d] = atEnd
	}
	n.equal(got, "in progress by day", got.WIPByDay, byDay)
	n.equal(got, "in progress", got.WIPAtEnd, atEnd)
	n.spread(got, "age", got.AgeAtEnd, ages)
}

func (n naive) compareVisits(got metrics.Weekly, in func(time.Time, bool) bool) {
	n.t.Helper()
	want := map[string][]int64{}
	for _, i := range n.items {
		entered := i.created
		for _, c := range i.past {
			if c.from == c.to {
				continue
			}
			if in(c.at, true) {
				want[c.from] = append(want[c.from], max(0, int64(c.at.Sub(entered).Minutes())))
			}
			entered = c.at
		}
	}
	n.equal(got, "statuses", len(got.Statuses), len(want))
	for _, s := range got.Statuses {
		n.equal(got, "visits of "+s.Status, s.Visits, len(want[s.Status]))
		n.spread(got, "time in "+s.Status, s.Time, want[s.Status])
	}
}

func (n naive) compareIncidents(got metrics.Weekly, in func(time.Time, bool) bool) {
	n.t.Helper()
	opened, resolved, unresolved := 0, 0, 0
	var recovery []int64
	for _, i := range n.levelZero {
		if i.Type != "Bug" || i.Priority != "Blocker" && i.Priority != "Critical" {
			continue
		}
		done, ok := i.done()
		if in(i.created, true) {
			opened++
			if !ok {
				unresolved++
			}
		}
		if in(done, ok) {
			resolved++
			recovery = append(recovery, int64(done.Sub(i.created).Minutes()))
		}
	}
	n.equal(got, "incidents opened", got.IncidentsOpened, opened)
	n.equal(got, "incidents resolved", got.IncidentsResolved, resolved)
	n.equal(got, "incidents not resolved", got.Excluded[metrics.ExcludedOpenIncident], unresolved)
	n.spread(got, "recovery", got.Recovery, recovery)
}

func (n naive) compareReleases(got metrics.Weekly, start, end time.Time) {
	n.t.Helper()
	deployed, failed, days := 0, 0, uint8(0)
	for _, v := range n.h.versions {
		on, ok := n.shippedOn(v)
		if !ok || on.Before(start) || !on.Before(end) {
			continue
		}
		deployed++
		days |= 1 << ((int(on.Weekday()) + 6) % 7)
		if slices.ContainsFunc(n.levelZero, func(i recorded) bool { return i.Type == "Bug" && n.causedBy(i, v) }) {
			failed++
		}
	}
	n.equal(got, "deployments", got.Deployments, deployed)
	n.equal(got, "deployment days", got.DeployDays, days)
	n.equal(got, "failures", got.FailureNum, failed)
}

func (n naive) shippedOn(v rawVersion) (time.Time, bool) {
	if !v.Released || v.Date == nil {
		return time.Time{}, false
	}
	on, err := time.ParseInLocation(time.DateOnly, *v.Date, n.zone)
	if err != nil {
		n.t.Fatal(err)
	}
	return on, !on.After(n.now)
}

func (n naive) causedBy(i recorded, v rawVersion) bool {
	if len(i.Affects) > 0 { // the recorded ones all name versions of the list
		return slices.Contains(i.Affects, v.ID)
	}
	var latest rawVersion
	var latestOn time.Time
	for _, candidate := range n.h.versions {
		on, ok := n.shippedOn(candidate)
		if !ok || on.After(n.midnight(i.created)) {
			continue
		}
		if on.After(latestOn) || on.Equal(latestOn) && candidate.ID > latest.ID {
			latest, latestOn = candidate, on
		}
	}
	return latest.ID == v.ID
}
