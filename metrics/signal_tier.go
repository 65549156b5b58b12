package metrics

const (
	margin = 1e-9 // keeps a value that was divided from missing its threshold

	fallHigh  = 0.9 // a tier falls only past this part of its threshold
	fallLow   = 1.1 // the same where low is bad
	maxChance = 0.95
)

// crossed says whether the value has reached the threshold of the tier.
func (m Measure) crossed(t Tier) bool {
	at := m.Limits.at(t)
	switch {
	case at == 0:
		return false
	case m.worse() == over:
		return m.Value > at+margin
	case m.worse() == atLeast:
		return m.Value >= at-margin
	}
	return m.Value < at-margin
}

// holds says whether a tier that was reached before still holds: it falls only
// once the value is well on the good side of its threshold.
func (m Measure) holds(t Tier) bool {
	at := m.Limits.at(t)
	switch {
	case at == 0:
		return false
	case m.crossed(t):
		return true
	case m.worse() == under:
		return m.Value <= fallLow*at+margin
	case m.worse() == underChance:
		return m.Value <= max(at, min(fallLow*at, maxChance))+margin
	}
	return m.Value >= fallHigh*at-margin
}

func (m Measure) worse() direction { return kinds[m.Kind].worse }

// reaches says whether the measure stands for the tier, given the one before.
// What is withheld reaches what the caller supposes.
func (m Measure) reaches(t, before Tier, supposed bool) bool {
	switch {
	case m.Limits.at(t) == 0:
		return false
	case m.Withheld != NotWithheld:
		return supposed
	}
	return m.crossed(t) || before >= t && m.holds(t)
}

// redNeedsAll are the rules that are red only when every measure with a red
// threshold is: a full review column must also be a slow one.
var redNeedsAll = map[Signal]bool{SignalReview: true, SignalEpicStarving: true}

// TierAfter returns the tier of the reading, given the one that was stored.
// Missing data never changes a tier: where a measure is withheld, the tier stays
// as near to the one before as all values that it could have allow.
func (r Reading) TierAfter(before Tier) Tier {
	low, high := r.tier(before, false), r.tier(before, true)
	return min(max(before, low), high)
}

func (r Reading) tier(before Tier, supposed bool) Tier {
	tier := TierOK
	red, reds := 0, 0
	for _, m := range r.Measures {
		if m.reaches(TierAmber, before, supposed) {
			tier = TierAmber
		}
		if m.Limits.Red > 0 {
			reds++
		}
		if m.reaches(TierRed, before, supposed) {
			red++
		}
	}
	if red > 0 && (red == reds || !redNeedsAll[r.Signal]) {
		return TierRed
	}
	return tier
}
