package metrics

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"headway/calendar"
)

// Aggregate turns issues and releases into one row per week of the window,
// oldest first, weeks without anything included. It reads the issues once and
// keeps none of them.
//
// For a row to be exact the stream must hold every issue that was updated since
// the start of the window or is in progress; for the figures of a release also
// the issues that name it as fix or affects version; and where an entry into a
// status is a deployment also what was updated shortly before the window, since
// entries close to one another are one deployment.
func Aggregate(r Rules, w Window, issues iter.Seq[Issue], releases []Release) []Weekly {
	a := newAggregation(r, w, releases)
	for i := range issues {
		a.add(i)
	}
	return a.finish()
}

// aggregation is one run of Aggregate.
type aggregation struct {
	rules Rules
	zone  *time.Location
	now   time.Time
	days  days
	rows  []row
	ships ships

	deployedBefore bool // the window

	wip  []int // change of the work in progress from the day before, by day
	path path  // scratch space, reused from issue to issue
}

// row is a week being built; its child rows are maps until finish.
type row struct {
	Weekly
	statuses map[string]*StatusTime
	classes  map[class]*ClassTime
}

type class struct {
	kind, bucket string
	ai           bool
}

func newAggregation(r Rules, w Window, releases []Release) *aggregation {
	a := &aggregation{rules: r, zone: w.zone(), now: w.Now, days: w.days(), deployedBefore: w.Deployed}
	for week := w.From; week.Compare(w.To) <= 0; week = week.Next() {
		a.rows = append(a.rows, newRow(week, r.Version, !Settled(week, w.Now, a.zone)))
	}
	a.wip = make([]int, 7*len(a.rows)+1)
	a.ships = newShips(r, releases, a)
	return a
}

func newRow(week calendar.Week, definition int, partial bool) row {
	return row{
		Weekly: Weekly{
			Week: week, Definition: definition, Partial: partial,
			Excluded: map[Exclusion]int{}, CycleDays: map[int]int{},
		},
		statuses: map[string]*StatusTime{},
		classes:  map[class]*ClassTime{},
	}
}

// at returns the row of the week that holds t; nil outside the window.
func (a *aggregation) at(t time.Time) *row { return a.week(a.days.index(t)) }

// week returns the row of the week of day i; nil outside the window.
func (a *aggregation) week(day int) *row {
	if day < 0 || day/7 >= len(a.rows) {
		return nil
	}
	return &a.rows[day/7]
}

func (a *aggregation) add(i Issue) {
	if i.Level != 0 || i.Created.After(a.now) {
		return
	}
	i.Moves = movesUntil(a.now, i.Moves)
	a.path = a.rules.visits(a.path[:0], i)
	a.ships.add(i)
	a.addIncident(i)
	if ok, why := a.rules.Item(i); !ok {
		a.exclude(why)
		return
	}
	a.addFlow(i)
	a.addWork()
	a.addVisits()
	a.addReopenings(i)
}

// movesUntil leaves out the moves that had not happened yet.
func movesUntil(now time.Time, moves []Move) []Move {
	n := len(moves)
	for n > 0 && moves[n-1].At.After(now) {
		n--
	}
	return moves[:n]
}

// exclude counts an issue that the definition leaves out in the week in which
// it would have counted as done.
func (a *aggregation) exclude(why Exclusion) {
	if done, ok := a.path.finished(); ok {
		if week := a.at(done); week != nil {
			week.Excluded[why]++
		}
	}
}

func minutes(d time.Duration) int64 { return int64(d / time.Minute) }

func (a *aggregation) finish() []Weekly {
	a.ships.finish()
	a.countWork()
	weeks := make([]Weekly, len(a.rows))
	for k := range a.rows {
		weeks[k] = a.rows[k].finish()
	}
	return weeks
}

// countWork turns the changes from day to day into levels.
func (a *aggregation) countWork() {
	level := 0
	for day := range 7 * len(a.rows) {
		level += a.wip[day]
		week := &a.rows[day/7]
		if day > a.days.last {
			week.WIPByDay[day%7] = -1
			continue
		}
		week.WIPByDay[day%7] = level
		week.WIPAtEnd = level
	}
}

func (w *row) finish() Weekly {
	for _, id := range slices.Sorted(maps.Keys(w.statuses)) {
		w.Statuses = append(w.Statuses, *w.statuses[id])
	}
	for _, key := range slices.SortedFunc(maps.Keys(w.classes), class.compare) {
		w.Classes = append(w.Classes, *w.classes[key])
	}
	return w.Weekly
}

func (c class) compare(other class) int {
	return cmp.Or(
		cmp.Compare(c.kind, other.kind),
		cmp.Compare(c.bucket, other.bucket),
		falseFirst(c.ai, other.ai),
	)
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
