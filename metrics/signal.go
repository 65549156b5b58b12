package metrics

import (
	"strconv"

	"headway/calendar"
)

// Signal is a rule that watches over delivery: S1 to S26, and R1 to R12, which
// only the weekly report shows (metrics definition page, section 5).
type Signal uint8

// The signals.
const (
	SignalStale Signal = 1 + iota
	SignalBlocked
	SignalOverload
	SignalScopeCreep
	SignalSprintAtRisk
	SignalCarryOver
	SignalBounce
	SignalUnestimated
	SignalStall
	SignalEpicDrift
	SignalConcentration
	SignalOverdueRelease
	SignalMismatch
	SignalSilence
	SignalGoodNews
	SignalAgeing
	SignalInflow
	SignalThroughputDrop
	SignalReview
	SignalDueDate
	SignalEpicGrowth
	SignalEpicStarving
	SignalConfidence
	SignalStaleSprint
	SignalDataQuality
	SignalSayDo

	SignalRemoved
	SignalEstimateGrowth
	SignalStuck
	SignalFlagLeft
	SignalNotStarted
	SignalBunching
	SignalStatusInflow
	SignalEfficiency
	SignalParallelEpics
	SignalBugs
	SignalExpedited
	SignalBlockedAnswers

	signalEnd
)

const firstReportOnly = SignalRemoved

var signalNames = [signalEnd]string{
	"", "stale", "blocked-ageing", "wip-overload", "scope-creep", "sprint-at-risk", "carry-over", "bounce",
	"unestimated", "flow-stall", "epic-drift", "concentration", "release-overdue", "check-in mismatch", "silence",
	"good-news", "ageing-wip", "inflow>outflow", "throughput-drop", "review-bottleneck", "due-date-risk",
	"epic-scope-growth", "epic-starving", "confidence-drop", "stale-sprint", "data-quality", "say-do",
	"scope-removed", "estimate-growth", "stuck-in-column", "flag-left", "nothing-started", "late-bunching",
	"status-inflow", "flow-efficiency", "parallel-epics", "bug-inflow", "expedited-share", "blocked-answers",
}

// Known says whether there is such a signal.
func (s Signal) Known() bool { return s > 0 && s < signalEnd }

// Name is the short name of the rule, such as "scope-creep".
func (s Signal) Name() string {
	if !s.Known() {
		return ""
	}
	return signalNames[s]
}

// String is the id of the rule, such as "S4" or "R2".
func (s Signal) String() string {
	if s.ReportOnly() {
		return "R" + strconv.Itoa(int(s-firstReportOnly)+1)
	}
	return "S" + strconv.Itoa(int(s))
}

// ReportOnly says whether the rule is for the weekly report and never posts.
func (s Signal) ReportOnly() bool { return s >= firstReportOnly }

// Positive says whether the rule tells of something good.
func (s Signal) Positive() bool { return s == SignalGoodNews }

// Tier is how far a rule has gone. For a positive rule TierAmber is the news.
type Tier uint8

// The tiers, in order.
const (
	TierOK Tier = iota
	TierAmber
	TierRed
)

// Reason is why a measure is withheld.
type Reason uint8

// The reasons. What is withheld has no value, and never moves a tier.
const (
	NotWithheld          Reason = iota
	WithheldFew                 // too little data behind it
	WithheldNoHistory           // nothing before to compare with
	WithheldNoForecast          // the odds are not known
	WithheldNoDates             // a sprint without dates
	WithheldNoSnapshot          // a sprint without anything committed
	WithheldEarly               // too early in the sprint
	WithheldNoDefinition        // the project has no limit or definition for it
	WithheldFewPeople           // fewer than 5 people or answers
	WithheldMixed               // the answers would give someone away
)

// Dates are the first and the last day of a window, both included; zero where a
// measure is of now.
type Dates struct {
	From, To calendar.Date
}

// Measure is one observed value of a rule beside its thresholds. It holds
// numbers only.
type Measure struct {
	Kind     Kind
	Value    float64
	Num, Den float64 // what Value was made from; Den is 0 for a plain count
	N        int     // values behind it
	Limits   Limits
	Window   Dates
	Withheld Reason
}

// Reading is what a rule says of one subject: the project, or a sprint, epic,
// version or status by its opaque numeric id. It has no place for a name or a
// text.
type Reading struct {
	Signal   Signal
	Subject  int64 // 0 is the project
	Before   Tier  // the tier that was stored
	Tier     Tier  // the tier now
	Measures []Measure
	Issues   []int64 // ids of the issues that it is about, in order
}

// Withheld returns why the reading says nothing: the reason of its first
// measure where all are withheld.
func (r Reading) Withheld() Reason {
	for _, m := range r.Measures {
		if m.Withheld == NotWithheld {
			return NotWithheld
		}
	}
	if len(r.Measures) == 0 {
		return WithheldFew
	}
	return r.Measures[0].Withheld
}

// Worse says whether the tier has risen.
func (r Reading) Worse() bool { return r.Tier > r.Before }
