package forecast

// whenMoreArrive follows each epic alone: what is left of it falls with what is
// finished and rises with what arrives, so being done once doesn't follow from
// the sums.
func (p Pace) whenMoreArrive(ends []PMF, arrivals PMF) ([]Finish, error) {
	if p.prior != nil {
		return nil, &Missing{Items: max(1, sureItems-p.items)}
	}
	finishes := make([]Finish, len(ends))
	for j, end := range ends {
		future := p.future()
		known := remaining(end, future, arrivals)
		paces := p.spread.paces(end.Mean(), arrivals.Mean())
		future.walk(known.slots(), paces.slowest(), 1)
		finishes[j] = Finish{future: future, known: known, paces: paces}
	}
	return finishes, nil
}

// roomToGrow is how many items an epic is followed to. What outgrows it counts
// as not done.
func roomToGrow(items int) int { return 3*items + 100 }

// remaining returns the chance per slot that nothing is left.
func remaining(items PMF, f *future, arrivals PMF) curves {
	size := roomToGrow(items.high()) + 1
	v, next := make([]float64, size), make([]float64, size) // by items left; v[0] is done
	copy(v[items.low:], items.probabilities())
	c := curves{epics: 1, chance: []float64{v[0]}}
	low, high := max(items.low, 1), items.high()+1
	for slot := 1; slot <= maxSlots && low < high; slot++ {
		clear(next)
		next[0] = v[0]
		for _, done := range f.class(slot).steps {
			for more, q := range arrivals.probabilities() {
				move(next, v, low, high, arrivals.low+more-done.items, done.p*q)
			}
		}
		v, next = next, v
		low, high = occupied(v)
		c.chance = append(c.chance, min(v[0], 1))
	}
	return c
}

// move adds p times the mass of low..high, moved by so many items: to 0 where
// nothing is left, and nowhere where it outgrows the room.
func move(next, v []float64, low, high, by int, p float64) {
	for s := low; s < high; s++ {
		if to := max(s+by, 0); to < len(next) {
			next[to] += p * v[s]
		}
	}
}

// occupied is the range of unfinished states that matter.
func occupied(v []float64) (low, high int) {
	low, high = 1, len(v)
	for low < high && v[low] < leastMass {
		low++
	}
	for low < high && v[high-1] < leastMass {
		high--
	}
	return low, high
}
