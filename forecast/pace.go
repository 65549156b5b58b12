package forecast

import "headway/calendar"

const (
	leastItems = 3  // finished items without which there is no forecast
	leastDays  = 5  // days with one
	sureItems  = 20 // below this the prior counts, and the forecast is of low confidence
)

// Pace is what a history says about how fast a team finishes work.
type Pace struct {
	calendar calendar.Calendar
	last     calendar.Date // of the history
	days     rhythm        // what is finished on one working day
	spread   spread        // how well the mean is known
	prior    *Prior        // the pace itself, where the days say too little
	items    int           // finished in the window
}

// Learn returns the pace that a history shows, or a *Missing where it shows
// none.
func Learn(h History) (Pace, error) {
	slots, err := h.slots()
	if err != nil {
		return Pace{}, err
	}
	items, days := 0, 0
	for _, s := range slots {
		items += s.items
		if s.items > 0 {
			days++
		}
	}
	if items < leastItems || days < leastDays {
		return Pace{}, &Missing{Items: max(leastItems-items, 0), Days: max(leastDays-days, 0)}
	}
	p := Pace{calendar: h.Calendar, last: h.last(), items: items}
	if items < sureItems {
		if h.Points != nil { // the prior is one of items
			return Pace{}, &Missing{Items: sureItems - items}
		}
		p.prior = h.Prior.after(items, len(slots))
		return p, nil
	}
	p.days = rhythmOf(h, slots)
	if p.days.mean == 0 {
		return Pace{}, &Missing{Items: sureItems} // none of them has points
	}
	p.spread = spreadOf(slots, p.days, weekLength(h.Calendar))
	return p, nil
}

// LowConfidence says whether so little was finished that a prior had to help.
func (p Pace) LowConfidence() bool { return p.prior != nil }

// Last returns the last day of the history: the future begins the day after.
func (p Pace) Last() calendar.Date { return p.last }
