package metrics

import (
	"slices"

	"headway/calendar"
)

const (
	loadWeeks  = 8    // weeks of daily WIP that make a limit
	loadFactor = 1.5  // times their median
	minDays    = 20   // working days of WIP that make one
	gapWeeks   = 12   // weeks of gaps between completions
	leadWeeks  = 4    // weeks of lead times on either side
	inflowGap  = 2    // items by which inflow must exceed outflow
	paceDays   = 14   // full days of throughput
	maxMissing = 0.25 // of the days of a window that rows may lack
)

// day is one day of the weekly rows.
type day struct {
	date      calendar.Date
	done, wip int // wip is -1 where unknown
}

// daily returns the days of the last weeks' rows from a date up to another, in
// order.
func (s *survey) daily(from, to calendar.Date) []day {
	var list []day
	for _, w := range s.board.Weeks {
		for k := range 7 {
			d := w.Week.Monday().AddDays(k)
			if !d.Before(from) && !d.After(to) {
				list = append(list, day{d, w.DoneByDay[k], w.WIPByDay[k]})
			}
		}
	}
	return list
}

// covered says whether the rows hold most days of a window of n days.
func covered(list []day, n int) bool { return float64(len(list)) >= (1-maxMissing)*float64(n) }

// overload is S3: WIP against the limit of the board or an admin, or else 1.5
// times the median of 8 weeks' working days.
func (s *survey) overload() []Reading {
	limit := float64(s.board.WIPLimit)
	var window Dates
	if limit == 0 {
		window = Dates{s.ruler.today.AddDays(-7 * loadWeeks), s.ruler.today.AddDays(-1)}
		var levels []int
		for _, d := range s.daily(window.From, window.To) {
			if d.wip >= 0 && s.board.Calendar.Working(d.date) {
				levels = append(levels, d.wip)
			}
		}
		slices.Sort(levels)
		n := len(levels)
		limit = loadFactor * Median(levels)
		if n < minDays || limit == 0 {
			return one(Reading{Measures: []Measure{s.withheld(WIPLoad, WithheldNoHistory, n)}})
		}
	}
	m := s.ratio(WIPLoad, float64(len(s.underway)), limit, len(s.underway)).within(window)
	return one(Reading{Measures: []Measure{m}})
}

// stall is S9: the time since the last completion against the 95th percentile
// of the gaps between completions of 12 weeks, in working days. What was
// finished on a day off counts for the working day before.
func (s *survey) stall() []Reading {
	window := s.last(7 * gapWeeks)
	slot, last := 0, -1
	var gaps []int
	for _, d := range s.daily(window.From, window.To) {
		if s.board.Calendar.Working(d.date) {
			slot++
		}
		if d.done == 0 || slot == last {
			continue
		}
		if last >= 0 {
			gaps = append(gaps, slot-last)
		}
		last = slot
	}
	p95 := percentileFigure(gaps, 95)
	if !p95.OK {
		return one(Reading{Measures: []Measure{s.withheld(StallGap, WithheldNoHistory, len(gaps))}})
	}
	return one(Reading{Measures: []Measure{s.ratio(StallGap, float64(slot-last), p95.Value, p95.N).within(window)}})
}

// inflowRatio is S17: items started against items finished.
func (s *survey) inflowRatio() []Reading {
	m := s.ratio(InflowRatio, float64(s.started), float64(max(s.finished, 1)), s.started+s.finished)
	switch {
	case m.N < minShown:
		m = m.withhold(WithheldFew)
	case s.started-s.finished < inflowGap:
		m.Value = min(m.Value, 1) // a difference of one is chance
	}
	m.Den = float64(s.finished)
	if m.Withheld != NotWithheld {
		m.Den = 0
	}
	return one(Reading{Measures: []Measure{m.within(s.last(recentDays))}})
}

// throughputDrop is S18: what the last 14 full days finished, as the chance of
// so little by the distribution that the 12 weeks before predict.
func (s *survey) throughputDrop() []Reading {
	window := Dates{s.ruler.today.AddDays(-paceDays), s.ruler.today.AddDays(-1)}
	days := s.daily(window.From, window.To)
	odds := s.board.Odds.TwoWeeks
	switch {
	case len(odds) == 0:
		return one(Reading{Measures: []Measure{s.withheld(PaceChance, WithheldNoForecast, 0)}})
	case !covered(days, paceDays):
		return one(Reading{Measures: []Measure{s.withheld(PaceChance, WithheldNoHistory, len(days))}})
	}
	done := 0
	for _, d := range days {
		done += d.done
	}
	m := Measure{Kind: PaceChance, Value: odds[min(done, len(odds)-1)], Num: float64(done), N: done, Limits: s.limits.Limit(PaceChance)}
	return one(Reading{Measures: []Measure{m.within(window)}})
}

// goodNews is S15: the longest run of sprints without carry-over, a lead time
// that fell, and blockers that were cleared within a working day.
func (s *survey) goodNews() []Reading {
	return one(Reading{Measures: []Measure{
		s.runWithoutCarry(),
		s.leadGain(),
		s.counted(BlockersCleared, s.clearedBlockers).within(s.last(clearedDays)),
	}})
}

func (s *survey) runWithoutCarry() Measure {
	const leastRun = 2
	best, run, n := 0, 0, 0
	for _, f := range s.closed() {
		if f.Committed.Items == 0 {
			continue
		}
		n++
		if f.Remaining.Items > 0 {
			best, run = max(best, run), 0
			continue
		}
		run++
	}
	if n < leastRun {
		return s.withheld(RunWithoutCarry, WithheldNoHistory, n)
	}
	m := s.counted(RunWithoutCarry, 0)
	m.N, m.Num = n, float64(run)
	if run >= leastRun {
		m.Value = float64(max(0, run-best))
	}
	return m
}

// leadGain is by how much the median lead time of the last 4 full weeks lies
// below that of the 4 before.
func (s *survey) leadGain() Measure {
	this := calendar.WeekOf(s.ruler.today)
	window := Dates{this.Add(-2 * leadWeeks).Monday(), this.Monday().AddDays(-1)}
	before, after := Histogram{}, Histogram{}
	for _, w := range s.board.Weeks {
		switch ago := this.Sub(w.Week); {
		case ago >= 1 && ago <= leadWeeks:
			after.Merge(w.Lead)
		case ago > leadWeeks && ago <= 2*leadWeeks:
			before.Merge(w.Lead)
		}
	}
	was, _ := before.Median()
	now, _ := after.Median()
	n := min(before.Count(), after.Count())
	if n < minShown {
		return s.withheld(LeadGain, WithheldFew, n)
	}
	return s.ratio(LeadGain, was-now, was, n).within(window)
}

// statusInflow is R7: for each status under way, for how many weeks running
// more came in than went out.
func (s *survey) statusInflow() []Reading {
	var list []Reading
	for status, weeks := range s.inflow {
		id, ok := subject(status)
		if !ok || !s.board.Rules.Stage(status).started() {
			continue
		}
		run := 0
		for k := inflowWeeks - 1; k >= 0 && weeks[k] > 0; k-- {
			run++
		}
		window := Dates{calendar.DateOf(s.weeks[0], s.ruler.zone), calendar.WeekOf(s.ruler.today).Monday().AddDays(-1)}
		list = append(list, Reading{Subject: id, Measures: []Measure{s.counted(InflowWeeks, run).within(window)}})
	}
	return list
}

// flowEfficiency is R8: the active share of the time of the items done in the
// last 14 days.
func (s *survey) flowEfficiency() []Reading {
	window := s.last(recentDays)
	if s.flowN < minShown {
		return one(Reading{Measures: []Measure{s.withheld(FlowEfficiency, WithheldFew, s.flowN).within(window)}})
	}
	m := s.ratio(FlowEfficiency, s.flow[StateActive].Hours(), s.flow.Elapsed().Hours(), s.flowN)
	return one(Reading{Measures: []Measure{m.within(window)}})
}

// bugInflow is R10: bugs created against bugs done.
func (s *survey) bugInflow() []Reading {
	m := s.ratio(BugRatio, float64(s.bugsCreated), float64(max(s.bugsDone, 1)), s.bugsCreated+s.bugsDone)
	switch {
	case s.board.Bugs.empty():
		m = m.withhold(WithheldNoDefinition)
	case m.N < minShown:
		m = m.withhold(WithheldFew)
	default:
		m.Den = float64(s.bugsDone)
	}
	return one(Reading{Measures: []Measure{m.within(s.last(recentDays))}})
}
