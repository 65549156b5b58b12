package forecast

import "math"

// How much a pace may drift in a week, as a share, and how likely that is
// beside the others; and how much more than by chance weeks may vary for
// themselves.
var (
	drifts = [...]struct{ weekly, prior float64 }{{0.01, 1.5}, {0.03, 1}, {0.05, 1}, {0.08, 1}, {0.12, 1}}
	noises = [...]float64{1, 1.5, 2.5}
)

// levelOf follows the pace through the periods, oldest first: a random walk
// that is seen through noise (the local level model, Kalman's filter). How fast
// it walks and how loud the noise is are not known: each pair counts as
// likely as the totals make it, so a steady team gets a narrow forecast and a
// changing one follows its last weeks. Totals are given last one first, weeks is
// the length of a period.
func levelOf(totals []float64, mean, noise, weeks float64) spread {
	var filters []filter
	best := math.Inf(-1)
	for _, d := range drifts {
		for _, louder := range noises {
			f := filter{level: 1, variance: 1, drift: d.weekly * d.weekly, likelihood: math.Log(d.prior)}
			for i := len(totals) - 1; i >= 0; i-- {
				f.see(totals[i]/mean, weeks, louder*noise/(mean*mean))
			}
			f.level = max(f.level, 0.1)
			best = max(best, f.likelihood)
			filters = append(filters, f)
		}
	}
	return mixed(filters, best)
}

// filter is what is known of the level under one drift and noise.
type filter struct {
	level, variance float64
	drift           float64 // per week
	likelihood      float64 // logarithm
}

func (f *filter) see(total, weeks, noise float64) {
	f.variance += f.drift * weeks
	expected := f.variance + noise
	miss := total - f.level
	f.likelihood -= (math.Log(expected) + miss*miss/expected) / 2
	gain := f.variance / expected
	f.level += gain * miss
	f.variance *= 1 - gain
}

// mixed returns the mean and the variance over all filters.
func mixed(filters []filter, best float64) spread {
	var s spread
	sum := 0.0
	for i := range filters {
		f := &filters[i]
		f.likelihood = math.Exp(f.likelihood - best)
		sum += f.likelihood
		s.level += f.likelihood * f.level
		s.drift += f.likelihood * f.drift
	}
	s.level /= sum
	s.drift /= sum
	for _, f := range filters {
		off := f.level - s.level
		s.variance += f.likelihood / sum * (f.variance + off*off)
	}
	return s
}
