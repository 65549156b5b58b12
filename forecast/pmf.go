package forecast

import (
	"errors"
	"fmt"
)

// PMF is the distribution of a whole number of items that may not be known for
// sure. The zero value is certainly 0.
type PMF struct {
	low int       // the smallest value
	p   []float64 // p[i] is the probability of low+i; empty where low is certain
}

// Exactly is a number known for sure; a negative one is 0.
func Exactly(n int) PMF { return PMF{low: min(max(n, 0), maxItems+1)} }

// ErrNothingObserved says that there is no value to learn a distribution from.
var ErrNothingObserved = errors.New("forecast: nothing observed")

// Observed is a number that will be one of those seen before, each as likely
// as the others: the sizes of finished epics for one without children.
func Observed(values []int) (PMF, error) {
	if len(values) == 0 {
		return PMF{}, ErrNothingObserved
	}
	var mix mixture
	for _, v := range values {
		if v < 0 || v > maxItems {
			return PMF{}, fmt.Errorf("forecast: %d is not a number of items from 0 to %d", v, maxItems)
		}
		mix.add(Exactly(v), 1)
	}
	return mix.pmf(), nil
}

// Sum is the sum of as many draws of each as count says: growth, where every
// item becomes one and some more, or the points of items without an estimate.
func Sum(count, each PMF) PMF {
	var mix mixture
	total := PMF{}
	for n := range count.high() + 1 {
		if p := count.at(n); p > 0 {
			mix.add(total, p)
		}
		if n < count.high() {
			total = total.Plus(each)
		}
	}
	return mix.pmf()
}

// Plus is the sum of two independent numbers. What exceeds the largest scope
// stays just above it.
func (a PMF) Plus(b PMF) PMF {
	if len(a.p) == 0 {
		a, b = b, a
	}
	if len(b.p) == 0 && a.high()+b.low <= maxItems { // merely moved; the probabilities are never written again
		return PMF{low: a.low + b.low, p: a.p}
	}
	sum := PMF{low: min(a.low+b.low, maxItems+1)}
	sum.p = make([]float64, min(a.high()+b.high(), maxItems+1)-sum.low+1)
	for i, p := range a.probabilities() {
		for j, q := range b.probabilities() {
			sum.p[min(a.low+i+b.low+j, maxItems+1)-sum.low] += p * q
		}
	}
	return sum.trimmed()
}

// Mean returns the expected value.
func (a PMF) Mean() float64 {
	mean := float64(a.low)
	for i, p := range a.p {
		mean += float64(i) * p
	}
	return mean
}

var certain = []float64{1}

func (a PMF) probabilities() []float64 {
	if len(a.p) == 0 {
		return certain
	}
	return a.p
}

func (a PMF) high() int { return a.low + max(len(a.p), 1) - 1 }

func (a PMF) at(n int) float64 {
	if n < a.low || n > a.high() {
		return 0
	}
	return a.probabilities()[n-a.low]
}

// trimmed drops ends that are too improbable to matter: without it the sum of
// many draws would spread over everything that is possible at all.
func (a PMF) trimmed() PMF {
	for len(a.p) > 1 && a.p[0] < leastMass {
		a.low, a.p = a.low+1, a.p[1:]
	}
	for len(a.p) > 1 && a.p[len(a.p)-1] < leastMass {
		a.p = a.p[:len(a.p)-1]
	}
	return a
}

// mixture gathers weighted distributions; weights need not sum to 1.
type mixture struct {
	p      []float64 // by value
	weight float64
}

func (m *mixture) add(a PMF, weight float64) {
	if grow := a.high() + 1 - len(m.p); grow > 0 {
		m.p = append(m.p, make([]float64, grow)...)
	}
	for i, p := range a.probabilities() {
		m.p[a.low+i] += weight * p
	}
	m.weight += weight
}

func (m *mixture) pmf() PMF {
	for i := range m.p {
		m.p[i] /= m.weight
	}
	return PMF{p: m.p}.trimmed()
}
