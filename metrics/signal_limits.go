package metrics

import (
	"fmt"
	"math"
	"slices"
)

// Kind is what a measure measures.
type Kind uint8

// The kinds, by signal.
const (
	StaleIssues        Kind = 1 + iota // items under way that nothing happened to
	BlockedIssues                      // items blocked for days
	BlockedShare                       // blocked days of the days in progress
	WIPLoad                            // WIP / limit
	ScopeAdded                         // added / committed
	SprintChance                       // P(all done by the end)
	CarriedIssues                      // items in their third sprint or later
	CarriedShare                       // unfinished at close / committed
	BouncedIssues                      // items that went back twice
	ReopenedShare                      // re-opened / done
	MovedBackShare                     // items moved back / items moved
	UnestimatedShare                   // without estimate / all
	StallGap                           // time since the last completion / P95 of the gaps
	EpicDrift                          // days that the 85 % date moved, wd
	HeldShare                          // largest share of one unnamed person
	ReleaseOverdue                     // wd past its date
	OnTrackUnderRed                    // "on track" share while the odds are red
	ResponseOverFive                   // answered / asked over 5 rounds
	ResponseOfThree                    // the best of 3 rounds
	RunWithoutCarry                    // sprints by which the run without carry-over beats the best before
	LeadGain                           // by how much the median lead time fell
	BlockersCleared                    // blockers cleared within a working day
	AgeingIssues                       // items older than 85 % of the cycle times
	InflowRatio                        // started / finished
	PaceChance                         // P(as little or less done)
	ReviewShare                        // in review / WIP
	ReviewAge                          // median age in review / usual
	DueChance                          // P(done by the due date)
	EpicGrowth                         // children added / remaining
	EpicIdle                           // open children, none done
	ConfidenceDrop                     // by how much the mean fell
	SprintOverdue                      // wd past the end
	SprintUnset                        // without dates or goal
	QualityWorst                       // worst share of a data-quality check
	SayDoMean                          // mean of completed / committed
	ScopeRemoved                       // removed / committed
	ScopeGrown                         // estimate growth / committed
	StuckIssues                        // items longer in their status than 85 %
	FlagsLeft                          // flagged though the blocker is done
	NotStartedExcess                   // committed still to do beyond the share of time left
	LateShare                          // closings on the last 2 days of the sprint
	InflowWeeks                        // weeks running in which more came in than went out
	FlowEfficiency                     // active / elapsed
	EpicLoad                           // epics in progress / FeatureWIP
	BugRatio                           // bugs created / done
	ExpeditedShare                     // expedited / WIP
	BlockedAnswerShare                 // "blocked" / answers
	BlockedAnswerDays                  // rounds running with "blocked" answers

	kindEnd
)

// direction is how a value crosses its thresholds.
type direction uint8

const (
	over        direction = iota // worse when larger than
	atLeast                      // worse from there on
	under                        // worse when smaller than
	underChance                  // the same, of a probability
)

// spec is what is fixed about a kind.
type spec struct {
	signal Signal
	name   string
	worse  direction
	limits Limits // the default
}

var kinds = [kindEnd]spec{
	StaleIssues:        {SignalStale, "stale issues", atLeast, Limits{1, 2}},
	BlockedIssues:      {SignalBlocked, "blocked issues", atLeast, Limits{1, 2}},
	BlockedShare:       {SignalBlocked, "blocked share", over, Limits{0.15, 0.30}},
	WIPLoad:            {SignalOverload, "WIP load", over, Limits{1, 1.3}},
	ScopeAdded:         {SignalScopeCreep, "scope added", over, Limits{0.15, 0.25}},
	SprintChance:       {SignalSprintAtRisk, "sprint chance", underChance, Limits{0.70, 0.40}},
	CarriedIssues:      {SignalCarryOver, "carried issues", atLeast, Limits{1, 0}},
	CarriedShare:       {SignalCarryOver, "carried share", over, Limits{0.20, 0.40}},
	BouncedIssues:      {SignalBounce, "bounced issues", atLeast, Limits{1, 0}},
	ReopenedShare:      {SignalBounce, "re-opened share", over, Limits{0.05, 0.10}},
	MovedBackShare:     {SignalBounce, "moved-back share", over, Limits{0.10, 0.20}},
	UnestimatedShare:   {SignalUnestimated, "unestimated share", over, Limits{0.20, 0.30}},
	StallGap:           {SignalStall, "stall gap", over, Limits{1, 1.5}},
	EpicDrift:          {SignalEpicDrift, "epic drift", over, Limits{5, 10}},
	HeldShare:          {SignalConcentration, "held share", over, Limits{0.50, 0.70}},
	ReleaseOverdue:     {SignalOverdueRelease, "release overdue", atLeast, Limits{1, 6}},
	OnTrackUnderRed:    {SignalMismatch, "on-track share", atLeast, Limits{0, 0.80}},
	ResponseOverFive:   {SignalSilence, "response over five", under, Limits{0.60, 0}},
	ResponseOfThree:    {SignalSilence, "response of three", under, Limits{0, 0.50}},
	RunWithoutCarry:    {SignalGoodNews, "run without carry-over", atLeast, Limits{1, 0}},
	LeadGain:           {SignalGoodNews, "lead gain", over, Limits{0.20, 0}},
	BlockersCleared:    {SignalGoodNews, "blockers cleared", atLeast, Limits{1, 0}},
	AgeingIssues:       {SignalAgeing, "ageing issues", atLeast, Limits{1, 2}},
	InflowRatio:        {SignalInflow, "inflow ratio", over, Limits{1.05, 1.25}},
	PaceChance:         {SignalThroughputDrop, "pace chance", underChance, Limits{0.15, 0.05}},
	ReviewShare:        {SignalReview, "review share", over, Limits{0.40, 0.40}},
	ReviewAge:          {SignalReview, "review age", over, Limits{0, 2}},
	DueChance:          {SignalDueDate, "due chance", underChance, Limits{0.85, 0.50}},
	EpicGrowth:         {SignalEpicGrowth, "epic growth", over, Limits{0.10, 0.20}},
	EpicIdle:           {SignalEpicStarving, "epic idle", atLeast, Limits{1, 1}},
	ConfidenceDrop:     {SignalConfidence, "confidence drop", atLeast, Limits{0.5, 1}},
	SprintOverdue:      {SignalStaleSprint, "sprint overdue", atLeast, Limits{1, 3}},
	SprintUnset:        {SignalStaleSprint, "sprint unset", atLeast, Limits{1, 0}},
	QualityWorst:       {SignalDataQuality, "worst quality", over, Limits{0.05, 0.15}},
	SayDoMean:          {SignalSayDo, "say-do mean", under, Limits{0.80, 0.60}},
	ScopeRemoved:       {SignalRemoved, "scope removed", over, Limits{0.10, 0.25}},
	ScopeGrown:         {SignalEstimateGrowth, "scope grown", over, Limits{0.10, 0}},
	StuckIssues:        {SignalStuck, "stuck issues", atLeast, Limits{1, 0}},
	FlagsLeft:          {SignalFlagLeft, "flags left", atLeast, Limits{1, 0}},
	NotStartedExcess:   {SignalNotStarted, "not-started excess", over, Limits{0.20, 0.40}},
	LateShare:          {SignalBunching, "late share", over, Limits{0.40, 0.60}},
	InflowWeeks:        {SignalStatusInflow, "inflow weeks", atLeast, Limits{3, 4}},
	FlowEfficiency:     {SignalEfficiency, "flow efficiency", under, Limits{0.60, 0.40}},
	EpicLoad:           {SignalParallelEpics, "epic load", over, Limits{1, 0}},
	BugRatio:           {SignalBugs, "bug ratio", over, Limits{1, 1.5}},
	ExpeditedShare:     {SignalExpedited, "expedited share", over, Limits{0.10, 0.20}},
	BlockedAnswerShare: {SignalBlockedAnswers, "blocked-answer share", over, Limits{0.20, 0.40}},
	BlockedAnswerDays:  {SignalBlockedAnswers, "blocked-answer days", atLeast, Limits{2, 0}},
}

// Known says whether there is such a kind.
func (k Kind) Known() bool { return k > 0 && k < kindEnd }

// Signal returns the rule that the kind belongs to.
func (k Kind) Signal() Signal { return kinds[k].signal }

// String is a short name, such as "scope added".
func (k Kind) String() string {
	if !k.Known() {
		return ""
	}
	return kinds[k].name
}

// Limits are the thresholds of a measure; 0 is none.
type Limits struct {
	Amber, Red float64
}

// at returns the threshold of a tier.
func (l Limits) at(t Tier) float64 {
	if t == TierRed {
		return l.Red
	}
	return l.Amber
}

// Thresholds are what a project can set about its signals. The zero value is
// the defaults.
type Thresholds struct {
	Off    []Signal        // rules that are switched off
	Limits map[Kind]Limits // thresholds that differ from the default

	StaleDays   int // wd without a change that make an item stale; 0 is 5
	BlockedDays int // wd blocked that are too many; 0 is 2
}

const (
	defaultStaleDays   = 5
	defaultBlockedDays = 2
)

// Limit returns the thresholds of a kind.
func (t Thresholds) Limit(k Kind) Limits {
	if l, ok := t.Limits[k]; ok {
		return l
	}
	return kinds[k].limits
}

func (t Thresholds) on(s Signal) bool { return !slices.Contains(t.Off, s) }

func (t Thresholds) staleDays() int { return orElse(t.StaleDays, defaultStaleDays) }

func (t Thresholds) blockedDays() int { return orElse(t.BlockedDays, defaultBlockedDays) }

func orElse(n, other int) int {
	if n == 0 {
		return other
	}
	return n
}

const maxDays = 90

// Validate says what can't be: a rule that does not exist, a threshold that is
// no positive number, red that comes before amber, or a tier that the rule does
// not have.
func (t Thresholds) Validate() error {
	for _, s := range t.Off {
		if !s.Known() {
			return fmt.Errorf("there is no rule %d", s)
		}
	}
	for _, days := range []int{t.StaleDays, t.BlockedDays} {
		if days < 0 || days > maxDays {
			return fmt.Errorf("%d working days is not between 1 and %d", days, maxDays)
		}
	}
	for k := range kindEnd {
		if l, ok := t.Limits[k]; ok && k > 0 {
			if err := l.validate(k); err != nil {
				return fmt.Errorf("%v (%s): %w", k.Signal(), k, err)
			}
		}
	}
	for k := range t.Limits {
		if !k.Known() {
			return fmt.Errorf("there is no measure %d", k)
		}
	}
	return nil
}

func (l Limits) validate(k Kind) error {
	has := kinds[k].limits
	for _, v := range []float64{l.Amber, l.Red} {
		if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
			return fmt.Errorf("%v is not a positive number", v)
		}
	}
	if (l.Amber > 0) != (has.Amber > 0) || (l.Red > 0) != (has.Red > 0) {
		return fmt.Errorf("it needs the same tiers as the default, %v and %v", has.Amber, has.Red)
	}
	low := kinds[k].worse == under || kinds[k].worse == underChance
	switch {
	case low && max(l.Amber, l.Red) > 1:
		return fmt.Errorf("%v is more than 100 %%", max(l.Amber, l.Red))
	case l.Amber == 0 || l.Red == 0:
		return nil
	case low && l.Red > l.Amber, !low && l.Red < l.Amber:
		return fmt.Errorf("red at %v comes before amber at %v", l.Red, l.Amber)
	}
	return nil
}
