package forecast_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"headway/calendar/caltest"
)

// The synthetic teams on which forecasts are scored. They are frozen, seeds and
// order of draws included, and the sums below prove it: whoever tunes the
// forecast tunes it on A1-A5; B1-B5 only validate.
type generator struct {
	name  string
	daily func(r *draws, days int) []int

	items0, truth0, items1, truth1 int // of the first two epics
	items, truth                   int // over all of them
}

const historyDays = 126

var generators = []generator{
	{"A1 Poisson", constant(0.5, 1.5, 1), 152, 53, 55, 100, 332_556, 133_510},
	{"A2 overdispersed", constant(0.5, 1.5, 2.5), 168, 50, 44, 71, 332_827, 135_959},
	{"A3 drift 6 %", drift(0.06, 2), 175, 44, 56, 185, 338_824, 140_633},
	{"A4 AR1(.7, .35)", autoregressive(0.7, 0.35, 1.5), 179, 46, 51, 150, 354_129, 130_895},
	{"A5 regime", regimes, 159, 39, 73, 122, 332_560, 146_858},
	{"B1 drift 9 %", drift(0.09, 1.2), 109, 96, 153, 5, 234_776, 95_823},
	{"B2 AR1(.5, .5)", autoregressive(0.5, 0.5, 1.2), 104, 57, 148, 9, 256_960, 81_300},
	{"B3 sprint batching", batching, 181, 40, 124, 12, 226_321, 93_027},
	{"B4 vacations", vacations, 142, 26, 122, 5, 201_703, 102_020},
	{"B5 slow team", constant(0.15, 0.25, 1.5), 37, 171, 20, 44, 49_751, 370_767},
}

// epic is one question: so many items are left after the history; they took
// truth calendar days.
type epic struct {
	history     []int // by calendar day, from a Monday
	left, truth int
}

func (g generator) validates() bool { return g.name[0] == 'B' }

func (g generator) epics() int {
	if g.validates() {
		return 2000
	}
	return 3000
}

func (g generator) epic(it int) epic {
	r, days := &draws{rand.New(rand.NewPCG(uint64(it), 7))}, historyDays+1400
	if g.validates() {
		r, days = &draws{rand.New(rand.NewPCG(uint64(it)+900_000, 11))}, historyDays+2800
	}
	e := epic{left: 8 + r.IntN(53)}
	daily := g.daily(r, days)
	e.history = daily[:historyDays]
	for sum := 0; sum < e.left; e.truth++ {
		sum += daily[historyDays+e.truth]
	}
	return e
}

// draws are the random numbers of one epic.
type draws struct{ *rand.Rand }

func (r draws) uniform(low, width float64) float64 { return low + width*r.Float64() }

func (r draws) poisson(mean float64) int {
	if mean <= 0 {
		return 0
	}
	n, limit := 0, math.Exp(-mean)
	for product := r.Float64(); product > limit; product *= r.Float64() {
		n++
	}
	return n
}

// gamma is Marsaglia and Tsang's.
func (r draws) gamma(shape float64) float64 {
	if shape < 1 {
		x := r.gamma(shape + 1)
		return x * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if u := r.Float64(); math.Log(u) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// negativeBinomial has the given ratio of variance to mean; 1 is Poisson.
func (r draws) negativeBinomial(mean, ratio float64) int {
	switch {
	case mean <= 0:
		return 0
	case ratio == 1:
		return r.poisson(mean)
	}
	return r.poisson(r.gamma(mean/(ratio-1)) * (ratio - 1))
}

// counts draws the weekdays of all days; weekends are 0 and draw nothing.
func (r draws) counts(days int, ratio float64, rate func(week int) float64) []int {
	daily := make([]int, days)
	for d := range daily {
		if d%7 < 5 {
			daily[d] = r.negativeBinomial(rate(d/7), ratio)
		}
	}
	return daily
}

func of(weeks []float64) func(int) float64 { return func(week int) float64 { return weeks[week] } }

func constant(low, width, ratio float64) func(*draws, int) []int {
	return func(r *draws, days int) []int {
		rate := r.uniform(low, width)
		return r.counts(days, ratio, func(int) float64 { return rate })
	}
}

func drift(weekly, ratio float64) func(*draws, int) []int {
	return func(r *draws, days int) []int {
		l := math.Log(r.uniform(0.5, 1.5))
		weeks := make([]float64, days/7+2)
		for k := range weeks {
			weeks[k] = math.Exp(l)
			l += weekly * r.NormFloat64()
		}
		return r.counts(days, ratio, of(weeks))
	}
}

func autoregressive(phi, sd, ratio float64) func(*draws, int) []int {
	return func(r *draws, days int) []int {
		l := math.Log(r.uniform(0.5, 1.5))
		x := sd * r.NormFloat64()
		weeks := make([]float64, days/7+2)
		for k := range weeks {
			weeks[k] = math.Exp(l + x)
			x = phi*x + sd*math.Sqrt(1-phi*phi)*r.NormFloat64()
		}
		return r.counts(days, ratio, of(weeks))
	}
}

func regimes(r *draws, days int) []int {
	rate, m := r.uniform(0.5, 1.5), 1.0
	weeks := make([]float64, days/7+2)
	for k := range weeks {
		if r.Float64() < 1.0/16 {
			m = 1.35
			if r.Float64() < 0.5 {
				m = 0.65
			}
		}
		weeks[k] = rate * m
	}
	return r.counts(days, 2, of(weeks))
}

func batching(r *draws, days int) []int {
	rate := r.uniform(0.5, 1.5)
	daily := r.counts(days, 1.5, func(int) float64 { return rate })
	for d0 := 0; d0+14 <= days; d0 += 14 {
		for d := d0; d <= d0+10; d++ {
			for range daily[d] {
				if r.Float64() < 0.6 {
					daily[d]--
					daily[d0+11]++
				}
			}
		}
	}
	return daily
}

func vacations(r *draws, days int) []int {
	rate := r.uniform(0.5, 1.5)
	weeks := make([]float64, days/7+4)
	for k := range weeks {
		weeks[k] = rate
	}
	for k := 0; k < len(weeks); k++ {
		if r.Float64() < 1.0/16 && k+1 < len(weeks) {
			weeks[k], weeks[k+1] = 0, 0
			k++
		}
	}
	return r.counts(days, 2, of(weeks))
}

func TestGeneratorsAreTheFrozenOnes(t *testing.T) {
	for _, g := range generators {
		first, second := g.epic(0), g.epic(1)
		if sum(first.history) != g.items0 || first.truth != g.truth0 || sum(second.history) != g.items1 || second.truth != g.truth1 {
			t.Errorf("%s begins with %d, %d and %d, %d", g.name, sum(first.history), first.truth, sum(second.history), second.truth)
		}
		if testing.Short() || caltest.UnderRaceDetector() { // one goroutine has no races
			continue
		}
		items, truth := 0, 0
		for it := range g.epics() {
			e := g.epic(it)
			items += sum(e.history)
			truth += e.truth
		}
		if items != g.items || truth != g.truth {
			t.Errorf("%s finishes %d items and takes %d days in all, want %d and %d", g.name, items, truth, g.items, g.truth)
		}
	}
}

func sum(days []int) (n int) {
	for _, d := range days {
		n += d
	}
	return n
}
