package forecast

import "math"

// Prior is what is believed of a team's pace before its first item: as if it
// had been seen to finish Items in Days working days. The pace then follows a
// gamma distribution of shape Items and rate Days. The zero value means one
// item in one day, which soon counts for little; more than 20 items count as 20.
type Prior struct {
	Items, Days float64
}

// after returns the belief once so many items were finished in so many slots.
func (p Prior) after(items, slots int) *Prior {
	if p.Items <= 0 || p.Days <= 0 {
		p = Prior{Items: 1, Days: 1}
	}
	if p.Items > sureItems { // never more than what a team needs to speak for itself
		p = Prior{Items: sureItems, Days: p.Days * sureItems / p.Items}
	}
	return &Prior{Items: p.Items + float64(items), Days: p.Days + float64(slots)}
}

// polya is the states of a team whose pace is drawn from a gamma distribution
// and whose days are Poisson: the number finished after t slots is negative
// binomial, and P(T <= t) the regularised incomplete beta function
// I_{t/(b+t)}(n, a).
type polya struct {
	prior Prior
	slot  int
	v     []float64
}

func newPolya(scope int, p Prior) *polya { return &polya{prior: p, v: make([]float64, scope)} }

func (y *polya) next() (int, []float64) {
	y.slot++
	return 0, y.after(y.slot)
}

// after fills v with the probabilities of 0, 1, .. items after the slot.
func (y *polya) after(slot int) []float64 {
	a, b, t := y.prior.Items, y.prior.Days, float64(slot)
	mass := math.Pow(b/(b+t), a)
	for s := range y.v {
		y.v[s] = mass
		mass *= (a + float64(s)) / float64(s+1) * t / (b + t)
	}
	return y.v
}
