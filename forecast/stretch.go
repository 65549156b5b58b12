package forecast

import "math"

// stretch is a set of paces, each with its weight: a pace of 1.1 gets as far in
// ten days as the mean one in eleven.
type stretch struct {
	pace, weight []float64
}

// noDoubt is the mean pace alone.
var noDoubt = stretch{pace: []float64{1}, weight: []float64{1}}

const nodes, nodeStep = 41, 0.2 // from -4 to 4 standard deviations

// stretched spreads the pace around the level, by sigma in its logarithm.
func stretched(level, sigma float64) stretch {
	s := stretch{pace: make([]float64, nodes), weight: studentWeights[:]}
	for i := range s.pace {
		s.pace[i] = level * math.Exp(sigma*nodeStep*float64(i-nodes/2))
	}
	return s
}

func (s stretch) slowest() float64 { return s.pace[0] }

func (s stretch) fastest() float64 { return s.pace[len(s.pace)-1] }

// studentWeights follow Student's t with six degrees of freedom: the spread is
// an estimate too, so the tails are heavier than a normal distribution's.
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
