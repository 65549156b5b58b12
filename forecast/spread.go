package forecast

import "math"

// What is believed of a team before its weeks are seen, and for how many weeks
// that belief counts.
const (
	usualDispersion, dispersionWeeks = 1.5, 4  // variance of a week's count over its mean
	usualInflation, inflationWeeks   = 1.4, 10 // of the mean's variance, since weeks resemble their neighbours
	weeklyDrift                      = 0.05    // standard deviation of what the pace changes in a week, as a share

	maxLag   = 4   // weeks whose likeness is measured
	lrvFloor = 0.5 // of the variance: few weeks can't show that they balance each other out so well
)

// spread is how well the mean pace is known. A bootstrap takes it as known and
// promises too much. The zero value is a pace known exactly.
type spread struct {
	perSlot  float64 // mean
	variance float64 // of the mean, as a share of its square
	weeks    float64 // effective number of weeks behind it
	week     int     // slots
}

// spreadOf measures the weekly totals, the last week first: five slots are a
// week though a holiday lies between them.
func spreadOf(slots []slot, week int) spread {
	totals := make([]float64, max(len(slots)/week, 1))
	items, amount := 0, 0.0
	for _, s := range slots {
		items += s.items
		amount += s.amount.Mean()
		if s.weeks < len(totals) {
			totals[s.weeks] += s.amount.Mean()
		}
	}
	mean, variance, weeks := weighted(totals)
	if mean == 0 || len(slots) < week { // no whole week to measure: all that is known is the mean
		totals, variance, weeks = nil, 0, 1
		mean = amount / float64(len(slots)) * float64(week)
	}
	usual := usualDispersion * amount / float64(items) * mean // in points, an item is worth several
	variance = (variance*weeks + usual*dispersionWeeks) / (weeks + dispersionWeeks)
	variance *= inflation(totals, mean)
	return spread{
		perSlot: mean / float64(week), variance: variance / (weeks * mean * mean),
		weeks: weeks, week: week,
	}
}

// weighted returns the mean of the weekly totals, their variance and how many
// weeks of equal weight would say as much.
func weighted(totals []float64) (mean, variance, weeks float64) {
	var sum, squares float64
	for i, y := range totals {
		g := recency(i)
		sum += g
		squares += g * g
		mean += g * y
	}
	mean /= sum
	weeks = sum * sum / squares
	for i, y := range totals {
		variance += recency(i) * (y - mean) * (y - mean)
	}
	if len(totals) > 1 {
		variance *= weeks / (weeks - 1) / sum
	}
	return mean, variance, weeks
}

// inflation is how much more the mean varies than that of independent weeks:
// the long-run variance (Newey and West's, with Bartlett's kernel) over the
// plain one.
func inflation(totals []float64, mean float64) float64 {
	n := len(totals)
	plain := autocovariance(totals, mean, 0)
	ratio := 1.0
	if plain > 0 {
		long := plain
		for lag := 1; lag <= min(maxLag, n-1); lag++ {
			long += 2 * (1 - float64(lag)/(maxLag+1)) * autocovariance(totals, mean, lag)
		}
		ratio = max(long/plain, lrvFloor)
	}
	ratio = (ratio*float64(n) + usualInflation*inflationWeeks) / (float64(n) + inflationWeeks)
	return max(ratio, 1)
}

func autocovariance(totals []float64, mean float64, lag int) float64 {
	sum := 0.0
	for i := lag; i < len(totals); i++ {
		sum += (totals[i] - mean) * (totals[i-lag] - mean)
	}
	return sum / max(float64(len(totals)-1), 1)
}

// sigma is the standard deviation of the logarithm of the pace over the time
// that so many items take. Where new ones arrive, only the difference between
// the pace and the arrivals gets work done, and is known less well.
func (s spread) sigma(items, arrivals float64) float64 {
	if s.perSlot == 0 {
		return 0
	}
	net := max(s.perSlot-arrivals, s.perSlot/10) / s.perSlot
	weeks := items / (s.perSlot * net * float64(s.week))
	drift := weeklyDrift * weeklyDrift * (weeks + s.weeks) / 3
	return math.Sqrt(math.Log1p(s.variance/(net*net) + drift))
}

// stretch is a set of paces, each with its weight: a pace of 1.1 gets as far in
// ten days as the usual one in eleven.
type stretch struct {
	pace, weight []float64
}

// noDoubt is the pace itself.
var noDoubt = stretch{pace: []float64{1}, weight: []float64{1}}

const nodes, nodeStep = 41, 0.2 // from -4 to 4 standard deviations

func stretched(sigma float64) stretch {
	s := stretch{pace: make([]float64, nodes), weight: studentWeights[:]}
	for i := range s.pace {
		s.pace[i] = math.Exp(sigma * nodeStep * float64(i-nodes/2))
	}
	return s
}

// studentWeights follow Student's t with six degrees of freedom: the variance
// is estimated too, so the tails are heavier than a normal distribution's.
var studentWeights = func() (w [nodes]float64) {
	sum := 0.0
	for i := range w {
		z := float64(i-nodes/2) * nodeStep
		w[i] = math.Pow(1+z*z/6, -3.5)
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}()
