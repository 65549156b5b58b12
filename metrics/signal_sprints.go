package metrics

import (
	"cmp"

	"headway/calendar"
)

const (
	earlyShare   = 0.3 // of a sprint's working days before the odds are looked at
	sayDoSprints = 3
)

// each makes a reading of every active sprint.
func (s *survey) each(read func(sprintFacts) Reading) []Reading {
	var list []Reading
	for _, f := range s.active() {
		r := read(f)
		r.Subject = f.ID
		list = append(list, r)
	}
	return list
}

// ofCommitted is a part of the committed work, in points where the team
// estimates and everything committed carries some, else in items.
func (s *survey) ofCommitted(k Kind, f sprintFacts, part Amount) Measure {
	switch {
	case !f.dated:
		return s.withheld(k, WithheldNoDates, 0)
	case f.Committed.Items == 0:
		return s.withheld(k, WithheldNoSnapshot, 0)
	case f.Committed.Items < minShown:
		return s.withheld(k, WithheldFew, f.Committed.Items)
	case s.board.Estimates && f.Committed.Points > 0:
		return s.ratio(k, part.Points, f.Committed.Points, f.Committed.Items)
	}
	return s.ratio(k, float64(part.Items), float64(f.Committed.Items), f.Committed.Items)
}

func (s *survey) since(f sprintFacts) Dates {
	return Dates{calendar.DateOf(f.Start, s.ruler.zone), s.ruler.today}
}

// scopeCreep is S4: what came in after the start against what was committed.
// What was removed, and by how much estimates grew, stands beside it.
func (s *survey) scopeCreep() []Reading {
	return s.each(func(f sprintFacts) Reading {
		shown := []Measure{s.ofCommitted(ScopeRemoved, f, f.Removed), s.grown(f)}
		for k := range shown {
			shown[k].Limits = Limits{} // they are rules of their own
		}
		return Reading{Measures: append([]Measure{s.ofCommitted(ScopeAdded, f, f.Added)}, shown...)}.within(s.since(f))
	})
}

func (r Reading) within(d Dates) Reading {
	for k := range r.Measures {
		r.Measures[k].Window = d
	}
	return r
}

// grown is the net growth of estimates; without points it is withheld.
func (s *survey) grown(f sprintFacts) Measure {
	m := s.ofCommitted(ScopeGrown, f, Amount{Points: f.Changed})
	if m.Withheld == NotWithheld && !(s.board.Estimates && f.Committed.Points > 0) {
		return m.withhold(WithheldNoDefinition)
	}
	return m
}

// sprintAtRisk is S5: the chance to finish everything by the end, once 30 % of
// the working days are over.
func (s *survey) sprintAtRisk() []Reading {
	return s.each(func(f sprintFacts) Reading {
		chance, known := s.board.Odds.Sprints[f.ID]
		elapsed, ok := s.elapsed(f)
		m := Measure{Kind: SprintChance, Value: chance, N: f.Remaining.Items, Limits: s.limits.Limit(SprintChance)}
		switch {
		case !ok:
			m = m.withhold(WithheldNoDates)
		case elapsed < earlyShare-margin:
			m = m.withhold(WithheldEarly)
		case !known:
			m = m.withhold(WithheldNoForecast)
		}
		return Reading{Measures: []Measure{m}}
	})
}

// elapsed returns the share of a sprint's working days that are over, today not
// counted; ok is false without dates.
func (s *survey) elapsed(f sprintFacts) (share float64, ok bool) {
	if !f.dated || f.End.IsZero() || !f.Start.Before(f.End) || f.Start.After(s.board.Now) {
		return 0, false
	}
	first, last := calendar.DateOf(f.Start, s.ruler.zone), calendar.DateOf(f.End, s.ruler.zone)
	all := s.board.Calendar.WorkingBetween(first, last)
	if all == 0 {
		return 0, false
	}
	return min(1, float64(s.ruler.days(first, s.ruler.today.AddDays(-1)))/float64(all)), true
}

// carryOver is S6: items in their third sprint, and what the last closed sprint
// left unfinished.
func (s *survey) carryOver() []Reading {
	list := s.each(func(f sprintFacts) Reading {
		m := s.counted(CarriedIssues, len(f.carriedThree))
		m.N = f.items
		return Reading{Measures: []Measure{m}, Issues: f.carriedThree}
	})
	closed := s.closed()
	if len(closed) == 0 {
		return list
	}
	f := closed[len(closed)-1]
	m := s.share(CarriedShare, f.Remaining.Items, f.Committed.Items, minShown)
	return append(list, Reading{Subject: f.ID, Measures: []Measure{m}}.within(s.whole(f)))
}

// whole is the days of a closed sprint.
func (s *survey) whole(f sprintFacts) Dates {
	return Dates{calendar.DateOf(f.Start, s.ruler.zone), calendar.DateOf(f.until(s.board.Now), s.ruler.zone)}
}

// unestimated is S8: items without an estimate in the sprint, on Kanban in the
// next epic; only where the team estimates.
func (s *survey) unestimated() []Reading {
	if !s.board.Estimates {
		return one(Reading{Measures: []Measure{s.withheld(UnestimatedShare, WithheldNoDefinition, 0)}})
	}
	if s.board.Scrum {
		return s.each(func(f sprintFacts) Reading {
			return Reading{Measures: []Measure{s.share(UnestimatedShare, f.unestimated, f.items, minShown)}}
		})
	}
	m := s.share(UnestimatedShare, s.unestimatedNext, s.next, minShown)
	return one(Reading{Subject: s.board.NextEpic, Measures: []Measure{m}})
}

// staleSprints is S24: active sprints past their end, or without dates or goal.
func (s *survey) staleSprints() []Reading {
	return s.each(func(f sprintFacts) Reading {
		overdue := s.withheld(SprintOverdue, WithheldNoDates, 0)
		if !f.End.IsZero() {
			end := calendar.DateOf(f.End, s.ruler.zone)
			overdue = s.counted(SprintOverdue, s.ruler.days(end.AddDays(1), s.ruler.today))
		}
		unset := f.Start.IsZero() || f.End.IsZero() || f.NoGoal
		return Reading{Measures: []Measure{overdue, s.counted(SprintUnset, count(unset))}}
	})
}

// sayDo is S26: the mean share of the committed work that 3 closed sprints
// completed.
func (s *survey) sayDo() []Reading {
	var shares []float64
	var first, last Dates
	for _, f := range s.closed() {
		m := s.ofCommitted(SayDoMean, f, f.Kept)
		if m.Withheld != NotWithheld {
			continue
		}
		shares = append(shares, m.Value)
		last = s.whole(f)
		if len(shares) > sayDoSprints {
			shares = shares[1:]
		}
		first = cmp.Or(first, last)
	}
	if len(shares) < sayDoSprints {
		return one(Reading{Measures: []Measure{s.withheld(SayDoMean, WithheldNoHistory, len(shares))}})
	}
	sum := shares[0] + shares[1] + shares[2]
	return one(Reading{Measures: []Measure{s.ratio(SayDoMean, sum, sayDoSprints, sayDoSprints).within(Dates{first.From, last.To})}})
}

// scopeRemoved is R1, estimateGrowth R2.
func (s *survey) scopeRemoved() []Reading {
	return s.each(func(f sprintFacts) Reading {
		return Reading{Measures: []Measure{s.ofCommitted(ScopeRemoved, f, f.Removed)}}.within(s.since(f))
	})
}

func (s *survey) estimateGrowth() []Reading {
	return s.each(func(f sprintFacts) Reading {
		return Reading{Measures: []Measure{s.grown(f)}}.within(s.since(f))
	})
}

// notStarted is R5: by how much the share of committed items still to do
// exceeds the share of the sprint that is left.
func (s *survey) notStarted() []Reading {
	return s.each(func(f sprintFacts) Reading {
		elapsed, ok := s.elapsed(f)
		m := s.share(NotStartedExcess, f.toDo, f.Committed.Items, minShown)
		switch {
		case !ok:
			m = m.withhold(WithheldNoDates)
		case m.Withheld == NotWithheld:
			m.Value -= 1 - elapsed
		}
		return Reading{Measures: []Measure{m}}
	})
}

// bunching is R6: the share of the last closed sprint's completions that fell
// on its last 2 working days.
func (s *survey) bunching() []Reading {
	closed := s.closed()
	if len(closed) == 0 {
		return one(Reading{Measures: []Measure{s.withheld(LateShare, WithheldNoHistory, 0)}})
	}
	f := closed[len(closed)-1]
	m := s.share(LateShare, f.late, f.Completed.Items, minShown)
	return one(Reading{Subject: f.ID, Measures: []Measure{m}}.within(s.whole(f)))
}
