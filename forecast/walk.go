package forecast

// states is what may be finished after each slot.
type states interface {
	// next moves one slot on and returns v and low: v[i] is the probability
	// that low+i items are finished by then, for all numbers below the scope
	// that matter. What v lacks to 1 has the whole scope finished.
	next() (low int, v []float64)
}

// walk is the sum of independent slots.
type walk struct {
	v, spare []float64 // by items finished; empty outside low..high
	low      int
	high     int
	slot     int
	future   *future
}

func newWalk(scope int, f *future) *walk {
	w := &walk{v: make([]float64, scope), spare: make([]float64, scope), high: min(scope, 1), future: f}
	if scope > 0 {
		w.v[0] = 1
	}
	return w
}

func (w *walk) next() (int, []float64) {
	w.slot++
	steps := w.future.class(w.slot).steps
	most := steps[len(steps)-1].items
	high := min(w.high+most, len(w.v))
	clear(w.spare[w.low:high])
	for _, s := range steps {
		from := w.v[w.low:max(w.low, min(w.high, len(w.v)-s.items))]
		if len(from) == 0 {
			break
		}
		to := w.spare[w.low+s.items:][:len(from)]
		for i, mass := range from {
			to[i] += s.p * mass
		}
	}
	w.v, w.spare, w.high = w.spare, w.v, high
	w.narrow()
	return w.low, w.v[w.low:w.high]
}

func (w *walk) narrow() {
	for w.low < w.high && w.v[w.low] < leastMass {
		w.low++
	}
	for w.low < w.high && w.v[w.high-1] < leastMass {
		w.high--
	}
}

// ending is which of the finished items, in order, ends an epic.
type ending struct {
	low   int       // surely not an earlier one
	tails []float64 // tails[i] is the probability that it comes after item low+i
}

func endingOf(p PMF) ending {
	e := ending{low: p.low, tails: make([]float64, max(len(p.p)-1, 0))}
	left := 0.0
	for i := len(p.p) - 1; i > 0; i-- {
		left += p.p[i]
		e.tails[i-1] = left
	}
	return e
}

// curves holds for every slot from 0 on the chance that an epic is done by its
// end, for several epics.
type curves struct {
	chance []float64 // row by row
	epics  int
}

// follow walks until all is done. With c the item that ends an epic,
// P(T <= t) = sum over c of P(L = c) P(S_t >= c), with one walk S for all.
func follow(s states, scope int, ends []ending) curves {
	c := curves{epics: len(ends), chance: make([]float64, 0, 64*len(ends))}
	below := make([]float64, scope+1)
	low, v := 0, []float64{1}[:min(scope, 1)]
	for slot := 0; ; slot++ {
		left := c.append(low, v, ends, below)
		if left < leftMass || slot == maxSlots {
			return c
		}
		low, v = s.next()
	}
}

// append adds the row of one slot and returns the mass that has not finished
// the whole scope.
func (c *curves) append(low int, v []float64, ends []ending, below []float64) float64 {
	left := 0.0
	for i, mass := range v {
		below[i] = left // the mass of states before low+i
		left += mass
	}
	below[len(v)] = left
	for _, e := range ends {
		open := below[min(max(e.low-low, 0), len(v))]
		for i := max(low-e.low, 0); i < len(e.tails) && e.low+i < low+len(v); i++ {
			open += v[e.low+i-low] * e.tails[i]
		}
		c.chance = append(c.chance, min(max(1-open, 0), 1))
	}
	return left
}
