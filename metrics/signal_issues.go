package metrics

import (
	"slices"
	"time"
)

const (
	minVisits   = 20 // stays in a status that make a usual time
	cycleWindow = 13 // weeks of cycle times and stays: the last 90 days
)

// blockedAgeing is S2: items that are blocked for days, and how much of the
// time in progress is blocked. Where no rule says what blocked is, it is
// withheld.
func (s *survey) blockedAgeing() []Reading {
	if s.board.Rules.Blocked.empty() {
		return one(Reading{Measures: []Measure{
			s.withheld(BlockedIssues, WithheldNoDefinition, 0),
			s.withheld(BlockedShare, WithheldNoDefinition, 0),
		}})
	}
	var ids []int64
	for _, i := range s.underway {
		if i.blockedSince != 0 && s.ruler.age(time.Unix(i.blockedSince, 0)) > s.limits.blockedDays() {
			ids = append(ids, i.id)
		}
	}
	ids = s.free(ids)
	share := s.share(BlockedShare, s.blockedDays, s.wipDays, minShown).within(s.last(recentDays))
	return one(Reading{Measures: []Measure{s.counted(BlockedIssues, len(ids)), share}, Issues: ids})
}

func (b BlockedRule) empty() bool {
	return !b.Flag && !b.Links && len(b.Statuses)+len(b.Labels) == 0
}

// ageing is S16: items older than 85 % of the cycle times of the last 90 days.
// Both are calendar days, as the weekly report shows them.
func (s *survey) ageing() []Reading {
	cycle := cycleDays(newest(s.board.Weeks, cycleWindow)...)
	if len(cycle) < minAgeBase {
		return one(Reading{Measures: []Measure{s.withheld(AgeingIssues, WithheldNoHistory, len(cycle))}})
	}
	p85 := Percentile(cycle, 85)
	var ids []int64
	for _, i := range s.underway {
		if Age(time.Unix(i.started, 0), s.board.Now, s.board.zone()) > p85 {
			ids = append(ids, i.id)
		}
	}
	ids = s.free(ids)
	m := s.counted(AgeingIssues, len(ids)).within(s.last(7 * cycleWindow))
	m.N = len(cycle)
	return one(Reading{Measures: []Measure{m}, Issues: ids})
}

// stale is S1: items under way, not blocked, without a move of their own or of
// a subtask for longer than 5 working days and longer than 85 % of the stays
// in their status.
func (s *survey) stale() []Reading {
	usual := s.usualStays()
	var ids []int64
	for _, i := range s.underway {
		since := time.Unix(max(i.since, s.touched[i.id]), 0)
		still := s.board.Now.Sub(since).Minutes()
		if !i.blocked && s.ruler.age(since) > s.limits.staleDays() && still > usual[i.status] {
			ids = append(ids, i.id)
		}
	}
	ids = s.free(ids)
	m := s.counted(StaleIssues, len(ids))
	m.N = len(s.underway)
	return one(Reading{Measures: []Measure{m}, Issues: ids})
}

// stuck is R3: items longer in their status than 85 % of the stays there.
func (s *survey) stuck() []Reading {
	usual := s.usualStays()
	var ids []int64
	known := 0
	for _, i := range s.underway {
		limit, ok := usual[i.status]
		if !ok {
			continue
		}
		known++
		if s.board.Now.Sub(time.Unix(i.since, 0)).Minutes() > limit {
			ids = append(ids, i.id)
		}
	}
	if known == 0 && len(s.underway) > 0 {
		return one(Reading{Measures: []Measure{s.withheld(StuckIssues, WithheldNoHistory, 0)}})
	}
	m := s.counted(StuckIssues, len(ids))
	m.N = known
	return one(Reading{Measures: []Measure{m}, Issues: ids})
}

// usualStays returns for each status the minutes that 85 % of the stays of the
// last 90 days lasted at most; a status with fewer than 20 of them is missing.
func (s *survey) usualStays() map[string]float64 {
	stays := map[string]*Histogram{}
	for _, w := range newest(s.board.Weeks, cycleWindow) {
		for _, t := range w.Statuses {
			if stays[t.Status] == nil {
				stays[t.Status] = &Histogram{}
			}
			stays[t.Status].Merge(t.Time)
		}
	}
	usual := map[string]float64{}
	for status, h := range stays {
		if p85, ok := h.Quantile(0.85); ok && h.Count() >= minVisits {
			usual[status] = p85
		}
	}
	return usual
}

// bounces is S7: items that went back twice in 10 working days, and how often
// work is re-opened or goes back.
func (s *survey) bounces() []Reading {
	window := s.last(recentDays)
	twice := s.counted(BouncedIssues, len(s.bounced)).within(Dates{s.ruler.back(bounceDays), s.ruler.today})
	return one(Reading{
		Measures: []Measure{
			twice,
			s.share(ReopenedShare, s.reopened, s.finished+s.reopened, minShown).within(window),
			s.share(MovedBackShare, s.movedBack, s.moved, minShown).within(window),
		},
		Issues: s.bounced,
	})
}

// flagLeft is R4: items still flagged though no blocker of theirs is open.
func (s *survey) flagLeft() []Reading {
	return one(Reading{Measures: []Measure{s.counted(FlagsLeft, len(s.flagsLeft))}, Issues: s.flagsLeft})
}

// concentration is S11: the largest share of the items in progress that one
// unnamed person holds.
func (s *survey) concentration() []Reading {
	const leastItems, leastPeople = 6, 3
	h := s.board.Held
	m := s.share(HeldShare, h.Most, h.Items, leastItems)
	if h.People < leastPeople {
		m = m.withhold(WithheldFewPeople)
	}
	return one(Reading{Measures: []Measure{m}})
}

// expeditedShare is R11.
func (s *survey) expeditedShare() []Reading {
	if s.board.Expedited.empty() {
		return one(Reading{Measures: []Measure{s.withheld(ExpeditedShare, WithheldNoDefinition, 0)}})
	}
	n := 0
	for _, i := range s.underway {
		n += count(i.expedited)
	}
	return one(Reading{Measures: []Measure{s.share(ExpeditedShare, n, len(s.underway), minShown)}})
}

func (m Match) empty() bool { return len(m.Types)+len(m.Labels)+len(m.Priorities) == 0 }

// reviewBottleneck is S19: how much of the work waits in review, and whether it
// waits longer than usual.
func (s *survey) reviewBottleneck() []Reading {
	usual := &Histogram{}
	for _, w := range newest(s.board.Weeks, cycleWindow) {
		usual.Merge(w.Review)
	}
	var ages []int
	for _, i := range s.underway {
		if i.stage == InReview {
			ages = append(ages, int(s.board.Now.Sub(time.Unix(i.since, 0)).Minutes()))
		}
	}
	slices.Sort(ages)
	age := s.withheld(ReviewAge, WithheldNoHistory, usual.Count())
	if median, ok := usual.Median(); ok && usual.Count() >= minVisits && median > 0 {
		age = s.ratio(ReviewAge, Median(ages), median, usual.Count()).within(s.last(7 * cycleWindow))
	}
	return one(Reading{Measures: []Measure{s.share(ReviewShare, len(ages), len(s.underway), minShown), age}})
}
