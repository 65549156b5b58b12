package forecast

import (
	"sort"

	"headway/calendar"
)

// Finish is when an epic will be done: the distribution of its last day.
type Finish struct {
	future *future
	known  curves // were the pace known exactly
	epic   int    // its column
	paces  stretch
}

// Chance returns the probability that the epic is done by the end of the day,
// 0 to 1.
func (f Finish) Chance(by calendar.Date) float64 { return f.chance(f.future.slots(by)) }

// By returns the first day by which the epic is done with probability p; what
// is done already is so on the history's last day. It is false where that day
// lies too far ahead to be followed, more than 4,000 working days.
func (f Finish) By(p float64) (calendar.Date, bool) {
	slot := sort.Search(maxSlots+1, func(slot int) bool { return f.chance(slot) >= p-roundingUp })
	if slot > maxSlots {
		return calendar.Date{}, false
	}
	d := f.future.later(slot)
	return d, !d.IsZero()
}

// chance is the probability to be done by the end of the slot.
func (f Finish) chance(slot int) float64 {
	sum := 0.0
	for i, pace := range f.paces.pace {
		sum += f.paces.weight[i] * f.known.at(f.epic, f.future.paced(slot, pace))
	}
	return min(sum, 1)
}

// at reads a curve between two slots as a straight line, and behind its end as
// its last value.
func (c curves) at(epic int, slot float64) float64 {
	last := c.slots()
	if slot >= float64(last) {
		return c.chance[last*c.epics+epic]
	}
	whole := int(slot)
	before, after := c.chance[whole*c.epics+epic], c.chance[(whole+1)*c.epics+epic]
	return before + (slot-float64(whole))*(after-before)
}

// slots is the last slot of the curves.
func (c curves) slots() int { return len(c.chance)/c.epics - 1 }
