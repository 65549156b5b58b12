package metrics

import (
	"slices"
	"time"

	"headway/calendar"
)

// Window is the weeks From..To, both included, cut in the calendar's zone (UTC
// where it has none). Now is the instant as of which the issues are judged:
// what lies after it has not happened. Deployed says that a deployment before
// the window is known, though its issue may not be in the stream.
type Window struct {
	Calendar calendar.Calendar
	From, To calendar.Week
	Now      time.Time
	Deployed bool
}

// settleDays is how long after its end a week may still change.
const settleDays = 30

// Settled says whether the week is frozen: 30 local days after its end.
func Settled(w calendar.Week, now time.Time, z *time.Location) bool {
	return !now.Before(w.Next().Monday().AddDays(settleDays).Start(z))
}

// OpenWindow returns the weeks that a refresh rebuilds: from the first one
// that has not settled to the one that holds now.
func OpenWindow(now time.Time, z *time.Location) (first, current calendar.Week) {
	current = calendar.WeekOf(calendar.DateOf(now, z))
	first = current
	for !Settled(first.Prev(), now, z) {
		first = first.Prev()
	}
	return first, current
}

func (w Window) zone() *time.Location {
	if w.Calendar.Zone == nil {
		return time.UTC
	}
	return w.Calendar.Zone
}

// days numbers the local days of a window from 0, the Monday of its first week.
type days struct {
	first  calendar.Date
	starts []int64 // Unix second at which each day starts, and the end of the last
	last   int     // the day of Now, or the window's last one; -1 when Now lies before it
}

func (w Window) days() days {
	d := days{first: w.From.Monday()}
	n := max(0, 7*(w.To.Sub(w.From)+1))
	for i := range n + 1 {
		d.starts = append(d.starts, d.first.AddDays(i).Start(w.zone()).Unix())
	}
	d.last = min(d.index(w.Now), n-1)
	return d
}

// index returns the number of the day that holds t: -1 before the window, the
// number of days after it.
func (d days) index(t time.Time) int {
	i, exact := slices.BinarySearch(d.starts, t.Unix())
	if exact {
		return i
	}
	return i - 1
}

// end returns the end of day i as a Unix second.
func (d days) end(i int) int64 { return d.starts[i+1] }
