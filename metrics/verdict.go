package metrics

// Pace is how much was done against the usual range.
type Pace string

// The paces. A week that is not over is PaceOpen until it is above the range:
// what is missing may still come.
const (
	PaceUnknown Pace = "unknown" // fewer than 4 weeks, or next to nothing done in them, to compare with
	PaceOpen    Pace = "open"
	PaceSteady  Pace = "steady"
	PaceFast    Pace = "fast"
	PaceSlow    Pace = "slow"
)

// olderShare is the share of work in progress that must be older than 85 % of
// what gets finished before a verdict says so; always at least two items.
const olderShare = 0.25

// Verdict is what a weekly report says in its first sentence, as facts; the
// words are made elsewhere. Same summary, same verdict.
type Verdict struct {
	Pace    Pace
	Older   bool // older work is piling up: 2 or more items and a quarter of WIP beyond P85
	Crowded bool // more is in progress than usual
	Quiet   bool // nothing crossed a line

	// The numbers that decided.
	Done      int
	DoneUsual Range
	WIP       int
	WIPUsual  Range
	OlderN    int
}

// Judge compares the summary with its usual ranges. A figure without enough
// data never crosses a line, and without a pace no week is quiet.
func Judge(s Summary) Verdict {
	v := Verdict{
		Pace:    pace(s),
		Older:   s.OlderOK && s.OlderThan85 >= 2 && float64(s.OlderThan85) >= olderShare*float64(s.WIP),
		Crowded: s.WIPUsual.OK && float64(s.WIP) > s.WIPUsual.High,

		Done: s.Done, DoneUsual: s.DoneUsual,
		WIP: s.WIP, WIPUsual: s.WIPUsual,
		OlderN: s.OlderThan85,
	}
	v.Quiet = v.Pace == PaceSteady && !v.PilingUp()
	return v
}

// PilingUp says whether work in progress is older or more than usual.
func (v Verdict) PilingUp() bool { return v.Older || v.Crowded }

func pace(s Summary) Pace {
	done, usual := float64(s.Done), s.DoneUsual
	switch {
	case !usual.OK || usual.High == 0:
		return PaceUnknown
	case done > usual.High:
		return PaceFast
	case s.Running:
		return PaceOpen
	case done < usual.Low:
		return PaceSlow
	}
	return PaceSteady
}
