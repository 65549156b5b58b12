package metrics

import (
	"cmp"
	"slices"
)

// TierKey is what a stored tier belongs to, within a project.
type TierKey struct {
	Signal  Signal
	Subject int64
}

// rule is how one signal is read, and for which boards.
type rule struct {
	signal Signal
	where  boards
	read   func(*survey) []Reading
}

type boards uint8

const (
	anyBoard boards = iota
	scrumOnly
	kanbanOnly
)

// rules are in the order in which they are read: an issue appears under the
// first of S2, S16 and S1 only, and S13 and S22 ask what others have found.
var rules = []rule{
	{SignalBlocked, anyBoard, (*survey).blockedAgeing},
	{SignalAgeing, anyBoard, (*survey).ageing},
	{SignalStale, anyBoard, (*survey).stale},
	{SignalOverload, anyBoard, (*survey).overload},
	{SignalScopeCreep, scrumOnly, (*survey).scopeCreep},
	{SignalSprintAtRisk, scrumOnly, (*survey).sprintAtRisk},
	{SignalCarryOver, scrumOnly, (*survey).carryOver},
	{SignalBounce, anyBoard, (*survey).bounces},
	{SignalUnestimated, anyBoard, (*survey).unestimated},
	{SignalStall, kanbanOnly, (*survey).stall},
	{SignalEpicDrift, anyBoard, (*survey).epicDrift},
	{SignalConcentration, anyBoard, (*survey).concentration},
	{SignalOverdueRelease, anyBoard, (*survey).overdueReleases},
	{SignalDueDate, anyBoard, (*survey).dueDates},
	{SignalMismatch, anyBoard, (*survey).mismatch},
	{SignalSilence, anyBoard, (*survey).silence},
	{SignalGoodNews, anyBoard, (*survey).goodNews},
	{SignalInflow, anyBoard, (*survey).inflowRatio},
	{SignalThroughputDrop, anyBoard, (*survey).throughputDrop},
	{SignalReview, anyBoard, (*survey).reviewBottleneck},
	{SignalEpicGrowth, anyBoard, (*survey).epicGrowth},
	{SignalEpicStarving, anyBoard, (*survey).epicStarving},
	{SignalConfidence, anyBoard, (*survey).confidence},
	{SignalStaleSprint, scrumOnly, (*survey).staleSprints},
	{SignalDataQuality, anyBoard, (*survey).dataQuality},
	{SignalSayDo, scrumOnly, (*survey).sayDo},

	{SignalRemoved, scrumOnly, (*survey).scopeRemoved},
	{SignalEstimateGrowth, scrumOnly, (*survey).estimateGrowth},
	{SignalStuck, anyBoard, (*survey).stuck},
	{SignalFlagLeft, anyBoard, (*survey).flagLeft},
	{SignalNotStarted, scrumOnly, (*survey).notStarted},
	{SignalBunching, scrumOnly, (*survey).bunching},
	{SignalStatusInflow, anyBoard, (*survey).statusInflow},
	{SignalEfficiency, anyBoard, (*survey).flowEfficiency},
	{SignalParallelEpics, anyBoard, (*survey).parallelEpics},
	{SignalBugs, anyBoard, (*survey).bugInflow},
	{SignalExpedited, anyBoard, (*survey).expeditedShare},
	{SignalBlockedAnswers, anyBoard, (*survey).blockedAnswers},
}

func (r rule) fits(b Board) bool {
	return r.where == anyBoard || (r.where == scrumOnly) == b.Scrum
}

// Signals reads every rule that fits the board and is switched on, in order of
// rule and subject. Before are the stored tiers; a subject that is not among
// them was ok. The same board always gives the same readings.
func Signals(b Board, t Thresholds, before map[TierKey]Tier) []Reading {
	s := b.survey(t)
	for _, r := range rules {
		if !t.on(r.signal) || !r.fits(b) {
			continue
		}
		for _, reading := range r.read(s) {
			reading.Signal = r.signal
			reading.Before = before[TierKey{r.signal, reading.Subject}]
			reading.Tier = reading.TierAfter(reading.Before)
			s.readings = append(s.readings, reading)
		}
	}
	slices.SortStableFunc(s.readings, func(a, b Reading) int {
		return cmp.Or(cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Subject, b.Subject))
	})
	return s.readings
}

// tierOf returns the worst tier that has been read for a rule so far.
func (s *survey) tierOf(signal Signal) Tier {
	tier := TierOK
	for _, r := range s.readings {
		if r.Signal == signal {
			tier = max(tier, r.Tier)
		}
	}
	return tier
}

// free returns the ids that no earlier rule has taken, and takes them.
func (s *survey) free(ids []int64) []int64 {
	var left []int64
	for _, id := range ids {
		if !s.taken[id] {
			s.taken[id] = true
			left = append(left, id)
		}
	}
	return left
}

func one(r Reading) []Reading { return []Reading{r} }

// counted is a measure of so many things.
func (s *survey) counted(k Kind, n int) Measure {
	return Measure{Kind: k, Value: float64(n), Num: float64(n), N: n, Limits: s.limits.Limit(k)}
}

// share is a measure of num of den; below least in the denominator it is
// withheld.
func (s *survey) share(k Kind, num, den, least int) Measure {
	m := s.ratio(k, float64(num), float64(den), den)
	if den < least {
		return m.withhold(WithheldFew)
	}
	return m
}

// ratio is num / den with n values behind it; without a denominator it is
// withheld.
func (s *survey) ratio(k Kind, num, den float64, n int) Measure {
	m := Measure{Kind: k, Num: num, Den: den, N: n, Limits: s.limits.Limit(k)}
	if den <= 0 {
		return m.withhold(WithheldFew)
	}
	m.Value = num / den
	return m
}

// withheld is a measure that says nothing.
func (s *survey) withheld(k Kind, why Reason, n int) Measure {
	return Measure{Kind: k, N: n, Limits: s.limits.Limit(k)}.withhold(why)
}

// withhold takes the figures away; how many values there were stays.
func (m Measure) withhold(why Reason) Measure {
	m.Value, m.Num, m.Den, m.Withheld = 0, 0, 0, why
	return m
}

func (m Measure) within(d Dates) Measure {
	m.Window = d
	return m
}

// last is the window of the last n days, today included.
func (s *survey) last(n int) Dates { return Dates{s.ruler.today.AddDays(1 - n), s.ruler.today} }
