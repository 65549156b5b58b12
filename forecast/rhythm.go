package forecast

import (
	"slices"
	"time"

	"headway/calendar"
)

// step is one number of items that a slot may finish, and its probability.
type step struct {
	items int
	p     float64
}

// rhythm is what a working day finishes: the same distribution each day, or one
// that depends on the day.
type rhythm struct {
	classes []class
	mean    float64                 // over the days of the history
	classOf func(calendar.Date) int // nil where all days are alike
	period  int                     // slots after which it repeats
}

// on returns what the day may finish.
func (r rhythm) on(d calendar.Date) class {
	if r.classOf == nil {
		return r.classes[0]
	}
	return r.classes[r.classOf(d)]
}

// class is the days that are alike.
type class struct {
	steps []step // in ascending order of items
	mean  float64
}

func classFrom(p PMF) class {
	c := class{mean: p.Mean()}
	for i, prob := range p.probabilities() {
		if prob > 0 {
			c.steps = append(c.steps, step{p.low + i, prob})
		}
	}
	return c
}

const (
	lateDays     = 2   // the last working days of a sprint
	lateShare    = 0.4 // of all closings on them: the team closes in batches
	shrinkDays   = 3   // observations at which a class counts as much as the wider one
	sprintLength = 64  // classes of days; what lies further from the end is one class
)

// rhythmOf learns one distribution for all days or, where sprints end with a
// batch, one for each day of the sprint.
func rhythmOf(h History, slots []slot) rhythm {
	all := pooled(slots, func(slot) bool { return true })
	r := rhythm{classes: []class{classFrom(all)}, mean: all.Mean(), period: weekLength(h.Calendar)}
	s := sprints{h.Calendar, h.Sprints}
	if s.batched(slots) {
		r.classes = s.classes(slots, all)
		r.classOf = s.classOf
		r.period = s.length()
	}
	return r
}

func pooled(slots []slot, member func(slot) bool) PMF {
	var mix mixture
	for _, s := range slots {
		if member(s) {
			mix.add(s.amount, s.weight())
		}
	}
	return mix.pmf()
}

// shrunk is the distribution of the member slots, drawn towards a wider one
// where they are few.
func shrunk(slots []slot, member func(slot) bool, wider PMF) PMF {
	n := 0
	for _, s := range slots {
		if member(s) {
			n++
		}
	}
	if n == 0 {
		return wider
	}
	var mix mixture
	mix.add(pooled(slots, member), float64(n))
	mix.add(wider, shrinkDays)
	return mix.pmf()
}

// sprints tells how far a day is from the end of its sprint.
type sprints struct {
	calendar calendar.Calendar
	list     []Sprint
}

// left returns the working days of the sprint after the day, at most
// sprintLength-1; false outside of sprints. After the last one its length
// repeats.
func (s sprints) left(d calendar.Date) (int, bool) {
	if len(s.list) == 0 {
		return 0, false
	}
	end := s.list[len(s.list)-1]
	if length := end.To.Sub(end.From) + 1; d.After(end.To) && length > 0 {
		end.To = d.AddDays(length - 1 - (d.Sub(end.To)-1)%length)
	} else {
		i, _ := slices.BinarySearchFunc(s.list, d, func(sprint Sprint, d calendar.Date) int { return sprint.To.Compare(d) })
		if i == len(s.list) || d.Before(s.list[i].From) {
			return 0, false
		}
		end = s.list[i]
	}
	last := d.AddDays(min(end.To.Sub(d), 7*sprintLength))
	return min(s.calendar.WorkingBetween(d.AddDays(1), last), sprintLength-1), true
}

// length is the working days of the last sprint.
func (s sprints) length() int {
	last := s.list[len(s.list)-1]
	return max(1, s.calendar.WorkingBetween(last.From, last.To))
}

// batched says whether the team closes its work at the end of sprints.
func (s sprints) batched(slots []slot) bool {
	late, all := 0, 0
	for _, day := range slots {
		left, ok := s.left(day.date)
		if !ok {
			continue
		}
		all += day.items
		if left < lateDays {
			late += day.items
		}
	}
	return float64(late) > lateShare*float64(all)
}

// classOf numbers the pairs of a day of the week and a day of the sprint; the
// days outside of sprints come last.
func (s sprints) classOf(d calendar.Date) int {
	left, ok := s.left(d)
	if !ok {
		left = sprintLength
	}
	return left*7 + int(d.Weekday())
}

// classes learns every class that a day may be in: the day of the sprint drawn
// towards the day of the week, and that towards all days.
func (s sprints) classes(slots []slot, all PMF) []class {
	var weekdays [7]PMF
	for wd := range weekdays {
		weekdays[wd] = shrunk(slots, func(d slot) bool { return d.date.Weekday() == time.Weekday(wd) }, all)
	}
	classes := make([]class, 0, 7*(sprintLength+1))
	for left := range sprintLength + 1 {
		same := slices.DeleteFunc(slices.Clone(slots), func(d slot) bool { return s.classOf(d.date)/7 != left })
		for _, weekday := range weekdays {
			if left == sprintLength {
				classes = append(classes, classFrom(weekday))
				continue
			}
			classes = append(classes, classFrom(shrunk(same, func(slot) bool { return true }, weekday)))
		}
	}
	return classes
}
