package forecast

import (
	"errors"
	"fmt"
	"math"
	"math/bits"

	"headway/calendar"
)

const (
	windowWeeks   = 18 // older days say too little about the pace of today
	halfLifeWeeks = 12
)

// History is what a team finished, day by day.
type History struct {
	Calendar calendar.Calendar
	From     calendar.Date
	Done     []int   // items finished on From, the day after, ... to the last day that is over
	Points   *Points // forecasts points instead of items; nil for items

	// Sprints in order, of a team that has them. Where most work is closed at
	// their end, the forecast follows their rhythm; after the last one it repeats.
	Sprints []Sprint

	// Prior is what other teams suggest about the pace while little is known of
	// this one.
	Prior Prior
}

// Points are the estimates of finished items, as whole numbers: where a team
// gives half points, every number here and in the scope counts halves.
type Points struct {
	Done        []int // sum of the estimates, by day as in History
	Unestimated []int // items without one, by day
	Estimates   PMF   // of the team's estimated items; what one without may have been
}

// Sprint is the days of one sprint, both included.
type Sprint struct {
	From, To calendar.Date
}

// slot is one working day of the past.
type slot struct {
	date   calendar.Date
	items  int
	amount PMF // what was finished, in the forecast's unit
	weeks  int // how many weeks ago, 0 in the last one
}

// weight is how much the slot counts: half as much after twelve weeks.
func (s slot) weight() float64 { return recency(s.weeks) }

func recency(weeksAgo int) float64 { return math.Exp2(-float64(weeksAgo) / halfLifeWeeks) }

// last is the day up to which the history goes.
func (h History) last() calendar.Date { return h.From.AddDays(len(h.Done) - 1) }

// weekLength is the number of slots of a week without holidays.
func weekLength(c calendar.Calendar) int {
	if n := bits.OnesCount8(uint8(c.Days & calendar.EveryDay)); n > 0 {
		return n
	}
	return bits.OnesCount8(uint8(calendar.MonToFri))
}

// slots returns the working days of the window, oldest first. What was closed
// on a day off counts on the working day before it.
func (h History) slots() ([]slot, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	var slots []slot
	for i, done := range h.Done {
		if d := h.From.AddDays(i); h.Calendar.Working(d) {
			slots = append(slots, slot{date: d})
		}
		if len(slots) == 0 {
			continue // it belongs to a working day before the history
		}
		s := &slots[len(slots)-1]
		s.items += done
		s.amount = s.amount.Plus(h.amount(i))
	}
	week := weekLength(h.Calendar)
	slots = slots[max(0, len(slots)-windowWeeks*week):]
	for i := range slots {
		slots[i].weeks = (len(slots) - 1 - i) / week
	}
	return slots, nil
}

func (h History) amount(day int) PMF {
	if h.Points == nil {
		return Exactly(h.Done[day])
	}
	known := Exactly(h.Points.Done[day])
	return known.Plus(Sum(Exactly(h.Points.Unestimated[day]), h.Points.Estimates))
}

func (h History) check() error {
	if h.From.IsZero() {
		return errors.New("forecast: a history without a first day")
	}
	counts := [][]int{h.Done}
	if h.Points != nil {
		counts = append(counts, h.Points.Done, h.Points.Unestimated)
	}
	for _, days := range counts {
		if len(days) != len(h.Done) {
			return fmt.Errorf("forecast: %d days of items and %d of points", len(h.Done), len(days))
		}
		for i, n := range days {
			if n < 0 || n > maxItems {
				return fmt.Errorf("forecast: %d finished on %v", n, h.From.AddDays(i))
			}
		}
	}
	return nil
}
