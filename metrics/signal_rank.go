package metrics

import (
	"cmp"
	"slices"
	"time"
)

// Candidate is a reading that may post, with what is stored about its subject.
type Candidate struct {
	Reading
	Nudged Tier      // the tier of the last nudge about it; TierOK for none
	Since  time.Time // since when it is not ok
}

// Candidates returns the readings that may post: those whose tier has risen,
// good news among them, in order. What only the report shows never posts.
func Candidates(readings []Reading) []Candidate {
	var list []Candidate
	for _, r := range readings {
		if r.Worse() && !r.Signal.ReportOnly() {
			list = append(list, Candidate{Reading: r})
		}
	}
	return list
}

// Rank orders candidates: red first, then what has got worse since its last
// nudge, then what has stood longest, then by rule and subject. Good news comes
// last.
func Rank(list []Candidate) []Candidate {
	ranked := slices.Clone(list)
	slices.SortStableFunc(ranked, func(a, b Candidate) int {
		return cmp.Or(
			falseFirst(a.Signal.Positive(), b.Signal.Positive()),
			cmp.Compare(b.Tier, a.Tier),
			falseFirst(a.Tier <= a.Nudged, b.Tier <= b.Nudged),
			a.Since.Compare(b.Since),
			cmp.Compare(a.Signal, b.Signal),
			cmp.Compare(a.Subject, b.Subject),
		)
	})
	return ranked
}

// Lead returns the candidate that a message is about and the others that it
// only counts ("+3 more"). Good news does not mix with the rest: it leads only
// where nothing else is there. ok is false when there is none.
func Lead(list []Candidate) (lead Candidate, more []Candidate, ok bool) {
	ranked := Rank(list)
	if len(ranked) == 0 {
		return Candidate{}, nil, false
	}
	for _, c := range ranked[1:] {
		if c.Signal.Positive() == ranked[0].Signal.Positive() {
			more = append(more, c)
		}
	}
	return ranked[0], more, true
}
