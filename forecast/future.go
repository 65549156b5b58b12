package forecast

import (
	"sort"

	"headway/calendar"
)

// future is the slots to come and what each may finish. It knows those that
// were walked; behind them all days are alike.
type future struct {
	calendar calendar.Calendar
	days     rhythm
	dates    []calendar.Date // by slot; slot 0 is the last day of the history

	// Where days differ: the class of each slot, and the work expected by its
	// end, in average slots.
	classes []int
	work    []float64
}

func (p Pace) future() *future {
	return &future{
		calendar: p.calendar, days: p.days, dates: []calendar.Date{p.last},
		classes: []int{0}, work: []float64{0},
	}
}

// class returns what the slot may finish; slots are asked for in order, from 1.
func (f *future) class(slot int) class {
	if f.days.classOf == nil {
		return f.days.classes[0]
	}
	f.reach(slot)
	for len(f.classes) <= slot {
		c := f.days.classOf(f.dates[len(f.classes)])
		f.classes = append(f.classes, c)
		f.work = append(f.work, f.work[len(f.work)-1]+f.days.classes[c].mean/f.days.mean)
	}
	return f.days.classes[f.classes[slot]]
}

// reach makes the days up to that of the slot known; no date where the calendar
// has no more working days.
func (f *future) reach(slot int) {
	for len(f.dates) <= slot {
		d := f.dates[len(f.dates)-1]
		if !d.IsZero() {
			d = f.calendar.AddWorking(d, 1)
		}
		f.dates = append(f.dates, d)
	}
}

// walk makes the slots known that paces from the slowest to the fastest need: to
// where the mean pace is as far as the fastest is by the end of the slot, and to
// where the slowest is as far as the mean one is by then.
func (f *future) walk(slot int, slowest, fastest float64) {
	f.reach(slot)
	if f.days.classOf == nil {
		return
	}
	f.class(slot)
	enough := f.work[slot] * max(fastest, 1/slowest)
	for n := slot; n < maxSlots && f.work[n] < enough; n++ {
		f.class(n + 1)
	}
}

// paced returns when, in slots, the usual pace gets as far as the given one
// does by the end of the slot. Where days differ it is the expected work that
// is stretched: a fast team closes more at the end of a sprint, its sprint
// doesn't end earlier. Behind the slots that were walked, all days are alike.
func (f *future) paced(slot int, pace float64) float64 {
	if f.days.classOf == nil {
		return float64(slot) * pace
	}
	end := len(f.work) - 1
	work := f.work[min(slot, end)] + float64(max(slot-end, 0))
	return f.when(work * pace)
}

// when returns the earliest time, in slots, by which so much is expected.
func (f *future) when(work float64) float64 {
	end := len(f.work) - 1
	if beyond := work - f.work[end]; beyond >= 0 {
		return float64(end) + beyond
	}
	before, after := 0, end // work[before] < work <= work[after]
	if work <= 0 {
		return 0
	}
	for after-before > 1 {
		if mid := (before + after) / 2; f.work[mid] < work {
			before = mid
		} else {
			after = mid
		}
	}
	return float64(before) + (work-f.work[before])/(f.work[after]-f.work[before])
}

// slots counts the working days from the history's end to the day, the day
// included, to at most maxSlots.
func (f *future) slots(by calendar.Date) int {
	known := len(f.dates) - 1
	last := f.dates[known]
	if !by.After(last) || last.IsZero() {
		return max(0, sort.Search(len(f.dates), func(i int) bool { return f.dates[i].After(by) || f.dates[i].IsZero() })-1)
	}
	horizon := last.AddDays(7 * (maxSlots + 60)) // a slot a week, and holidays
	if by.After(horizon) {
		return maxSlots
	}
	return min(known+f.calendar.WorkingBetween(last.AddDays(1), by), maxSlots)
}

// later returns the day so many slots after the history without remembering
// the way there.
func (f *future) later(slot int) calendar.Date {
	known := len(f.dates) - 1
	if slot <= known || f.dates[known].IsZero() {
		return f.dates[min(slot, known)]
	}
	return f.calendar.AddWorking(f.dates[known], slot-known)
}
