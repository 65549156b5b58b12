package forecast

import "math"

// spread is how well the pace is known: its level against the mean of the
// history, and how it changes from here. A bootstrap takes the mean as known
// and promises too much. The zero value is a pace known exactly.
type spread struct {
	perSlot float64 // mean of the history
	week    int     // slots

	level    float64 // of the pace now, as a share of the mean
	variance float64 // of the level
	drift    float64 // variance that a week adds to the pace, as a share of its square
}

// What is believed of a team's weeks before they are seen, and for how many
// weeks that belief counts.
const (
	usualDispersion, dispersionWeeks = 1.5, 4.0 // variance of a count over its mean
	usualLikeness, likenessWeeks     = 1.3, 10.0
	likenessPower                    = 0.7 // so far does the likeness of weeks widen the spread
	maxLag                           = 4   // weeks whose likeness is measured
)

// spreadOf measures the totals of whole periods, mostly weeks: five slots are a
// week though a holiday lies between them.
func spreadOf(slots []slot, r rhythm, week int) spread {
	totals, within := periods(slots, r)
	n := float64(len(totals))
	usual := usualDispersion * perItem(slots) * r.mean * float64(r.period)
	if r.period == 1 {
		within = usual // nothing varies within one day
	}
	noise := (within*n + usual*dispersionWeeks) / (n + dispersionWeeks)
	mean := r.mean * float64(r.period)
	weeks := float64(r.period) / float64(week)
	s := levelOf(totals, mean, noise, weeks)
	likeness := (longRun(totals)/noise*n + usualLikeness*likenessWeeks/weeks) / (n + likenessWeeks/weeks)
	wider := math.Pow(likeness/usualLikeness, likenessPower)
	s.variance *= wider
	s.drift *= wider
	s.perSlot, s.week = r.mean, week
	return s
}

// perItem is what a finished item counts on average: 1, or its points.
func perItem(slots []slot) float64 {
	items, amount := 0, 0.0
	for _, s := range slots {
		items += s.items
		amount += s.amount.Mean()
	}
	return amount / float64(items)
}

// periods returns what was finished in each whole period, the last one first,
// and the variance that a total has if only its days vary, each around its
// share of the total.
func periods(slots []slot, r rhythm) (totals []float64, variance float64) {
	for end := len(slots); end >= r.period; end -= r.period {
		days := slots[end-r.period : end]
		total, expected := 0.0, 0.0
		for _, d := range days {
			total += d.amount.Mean()
			expected += r.on(d.date).mean
		}
		for _, d := range days {
			miss := d.amount.Mean()
			if expected > 0 {
				miss -= total * r.on(d.date).mean / expected
			}
			variance += miss * miss
		}
		totals = append(totals, total)
	}
	if len(totals) > 0 && r.period > 1 {
		variance *= float64(r.period) / float64(r.period-1) / float64(len(totals))
	}
	return totals, variance
}

// longRun is the variance of the totals as it counts for a long time, where
// neighbours resemble each other: Newey and West's, with Bartlett's kernel.
func longRun(totals []float64) float64 {
	mean := 0.0
	for _, y := range totals {
		mean += y / float64(len(totals))
	}
	sum := autocovariance(totals, mean, 0)
	for lag := 1; lag <= maxLag; lag++ {
		sum += 2 * (1 - float64(lag)/(maxLag+1)) * autocovariance(totals, mean, lag)
	}
	return max(sum, 0)
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
	pace := s.perSlot * s.level
	net := max(pace-arrivals, pace/10) / pace
	weeks := items / (pace * net * float64(s.week))
	variance := s.variance / (s.level * s.level * net * net)
	return math.Sqrt(math.Log1p(variance + s.drift*weeks/3)) // a mean over time drifts a third as far as its end
}

// paces are those that the team may have while it finishes so many items.
func (s spread) paces(items, arrivals float64) stretch {
	if s == (spread{}) {
		return noDoubt
	}
	return stretched(s.level, s.sigma(items, arrivals))
}
