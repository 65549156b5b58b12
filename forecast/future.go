package forecast

import "headway/calendar"

// future is the slots to come and what each may finish.
type future struct {
	calendar calendar.Calendar
	last     calendar.Date // of the history; slot 0 is its end
	days     rhythm

	// Where days differ: the class of each slot that was walked, and the work
	// expected by its end, in average slots.
	date    calendar.Date
	classes []int
	work    []float64
}

func (p Pace) future() *future {
	return &future{calendar: p.calendar, last: p.last, days: p.days, date: p.last, classes: []int{0}, work: []float64{0}}
}

// class returns what the slot may finish; slots are asked for in order, from 1.
func (f *future) class(slot int) class {
	if f.days.classOf == nil {
		return f.days.classes[0]
	}
	for len(f.classes) <= slot {
		f.date = f.calendar.AddWorking(f.date, 1)
		c := f.days.classOf(f.date)
		f.classes = append(f.classes, c)
		f.work = append(f.work, f.work[len(f.work)-1]+f.days.classes[c].mean/f.days.mean)
	}
	return f.days.classes[f.classes[slot]]
}

// walk makes the slots known up to where the usual pace is as far as the given
// one is by the end of the slot.
func (f *future) walk(slot int, pace float64) {
	f.class(slot)
	for n := slot; f.days.classOf != nil && n < maxSlots && f.work[n] < f.work[slot]*pace; {
		n++
		f.class(n)
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
// included.
func (f *future) slots(by calendar.Date) int {
	horizon := f.last.AddDays(7 * (maxSlots + 60)) // a slot a week, and holidays
	if by.After(horizon) {
		return maxSlots
	}
	return min(f.calendar.WorkingBetween(f.last.AddDays(1), by), maxSlots)
}
