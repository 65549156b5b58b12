package metrics

import (
	"maps"
	"slices"
)

// epicDrift is S10: by how many working days the 85 % date of an epic moved in
// 7 days.
func (s *survey) epicDrift() []Reading {
	var list []Reading
	for _, id := range slices.Sorted(maps.Keys(s.board.Odds.Drifts)) {
		m := s.counted(EpicDrift, s.board.Odds.Drifts[id]).within(s.last(7))
		m.N = 1
		list = append(list, Reading{Subject: id, Measures: []Measure{m}})
	}
	return list
}

// overdueReleases is S12: versions past their date that are neither released
// nor archived, in working days.
func (s *survey) overdueReleases() []Reading {
	var list []Reading
	for _, r := range s.board.Releases {
		id, ok := subject(r.ID)
		if !ok || r.Released || r.Archived || r.Date.IsZero() {
			continue
		}
		late := s.counted(ReleaseOverdue, s.ruler.days(r.Date.AddDays(1), s.ruler.today))
		list = append(list, Reading{Subject: id, Measures: []Measure{late}})
	}
	return list
}

// dueDates is S20: the chance of an epic or version to be done by its date.
func (s *survey) dueDates() []Reading {
	var list []Reading
	for _, id := range slices.Sorted(maps.Keys(s.board.Odds.Due)) {
		list = append(list, Reading{Subject: id, Measures: []Measure{s.dueChance(id)}})
	}
	return list
}

func (s *survey) dueChance(id int64) Measure {
	chance, ok := s.board.Odds.Due[id]
	if !ok {
		return s.withheld(DueChance, WithheldNoForecast, 0)
	}
	return Measure{Kind: DueChance, Value: chance, N: 1, Limits: s.limits.Limit(DueChance)}
}

// eachEpic makes a reading of every epic with open children.
func (s *survey) eachEpic(read func(int64, *epic) (Reading, bool)) []Reading {
	var list []Reading
	for _, id := range slices.Sorted(maps.Keys(s.epics)) {
		if s.epics[id].open == 0 {
			continue
		}
		if r, ok := read(id, s.epics[id]); ok {
			r.Subject = id
			list = append(list, r)
		}
	}
	return list
}

// epicGrowth is S21: children added in 14 days against those that are open.
func (s *survey) epicGrowth() []Reading {
	return s.eachEpic(func(_ int64, e *epic) (Reading, bool) {
		m := s.share(EpicGrowth, e.addedTo, e.open, minShown).within(s.last(recentDays))
		return Reading{Measures: []Measure{m}}, true
	})
}

// epicStarving is S22: an epic with a due date ahead and open children, none of
// which was done in 14 days; red when the due date is too.
func (s *survey) epicStarving() []Reading {
	return s.eachEpic(func(id int64, e *epic) (Reading, bool) {
		if e.due.IsZero() || e.due.Before(s.ruler.today) {
			return Reading{}, false
		}
		idle := s.counted(EpicIdle, count(e.doneLately == 0)).within(s.last(recentDays))
		idle.N = e.open
		due := s.dueChance(id)
		due.Limits.Amber = 0 // that is S20
		return Reading{Measures: []Measure{idle, due}}, true
	})
}

// parallelEpics is R9: epics with work in progress against how many the team
// wants to work on at once.
func (s *survey) parallelEpics() []Reading {
	if s.board.FeatureWIP == 0 {
		return one(Reading{Measures: []Measure{s.withheld(EpicLoad, WithheldNoDefinition, 0)}})
	}
	n := 0
	for _, e := range s.epics {
		n += count(e.underway > 0)
	}
	return one(Reading{Measures: []Measure{s.ratio(EpicLoad, float64(n), float64(s.board.FeatureWIP), n)}})
}
