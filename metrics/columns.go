package metrics

import (
	"slices"
	"time"
)

// Columns are the columns of a board from left to right, each a set of status
// ids. A status may be in none of them.
type Columns [][]string

// index returns the column of a status; -1 for one that the board does not show.
func (c Columns) index(status string) int {
	return slices.IndexFunc(c, func(statuses []string) bool { return slices.Contains(statuses, status) })
}

// AgesOnLeaving returns the age in calendar days that the issue had when it
// left each column, 0 for a column that it has not left, or left before it was
// started; nil where it never started or moved to an earlier column since.
// Leaving is the first entry to the right, or the end where that comes first.
func (r Rules) AgesOnLeaving(c Columns, i Issue, now time.Time, z *time.Location) []int {
	if i.Created.After(now) {
		return nil
	}
	i.Moves = movesUntil(now, i.Moves)
	return c.agesOnLeaving(r.visits(nil, i), z)
}

func (c Columns) agesOnLeaving(p path, z *time.Location) []int {
	started, ok := p.started()
	if !ok || c.movedBack(p, started) {
		return nil
	}
	finished, done := p.finished()
	ages := make([]int, len(c))
	for k := range c {
		entered, in := c.reached(p, k)
		left, out := c.reached(p, k+1)
		if done && (!out || finished.Before(left)) {
			left, out = finished, true
		}
		if in && out && entered.Before(left) && started.Before(left) {
			ages[k] = Age(started, left, z)
		}
	}
	return ages
}

// reached returns when the issue was first in column k or to the right of it.
func (c Columns) reached(p path, k int) (time.Time, bool) {
	for _, v := range p {
		if at := c.index(v.status); at >= k && at >= 0 {
			return v.from, true
		}
	}
	return time.Time{}, false
}

func (c Columns) movedBack(p path, started time.Time) bool {
	last := -1
	for _, v := range p {
		at := c.index(v.status)
		if at < 0 || v.from.Before(started) {
			continue
		}
		if at < last {
			return true
		}
		last = at
	}
	return false
}

// ColumnAges gathers the ages on leaving each column, by column.
type ColumnAges [][]int

// Add counts one issue, given what AgesOnLeaving says of it.
func (a ColumnAges) Add(ages []int) {
	for k, age := range ages {
		if age > 0 {
			a[k] = append(a[k], age)
		}
	}
}

// Percentile returns for each column the age in calendar days at which q
// percent of the items had left it.
func (a ColumnAges) Percentile(q int) []Figure {
	figures := make([]Figure, len(a))
	for k, ages := range a {
		figures[k] = percentileFigure(ages, q)
	}
	return figures
}

// percentileFigure sorts the values; below 5 of them nothing is shown.
func percentileFigure(values []int, q int) Figure {
	n := len(values)
	if n < minShown {
		return Figure{N: n}
	}
	slices.Sort(values)
	return Figure{float64(Percentile(values, q)), n, true}
}
