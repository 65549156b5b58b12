package forecast

import (
	"math/rand/v2"
	"slices"
)

const (
	mostTrials, leastTrials = 20_000, 1_000
	mostDraws               = 20_000_000
)

// drawn is what together returns, by chance: several big epics at once have
// more states than can be followed. Only who gets an item is drawn, when it is
// finished stays exact. The seed is fixed, so the same epics always end alike.
func drawn(epics []PMF, w, total int) []PMF {
	random := rand.New(rand.NewPCG(1, 1))
	trials := min(max(mostDraws/max(total, 1), leastTrials), mostTrials)
	ends := make([]mixture, len(epics))
	for range trials {
		draw(random, epics, w, func(epic, done int) { ends[epic].add(Exactly(done), 1) })
	}
	return distributions(ends)
}

type underWay struct{ epic, left int }

// draw lets the epics end once.
func draw(random *rand.Rand, epics []PMF, w int, end func(epic, done int)) {
	open := make([]underWay, 0, w)
	next := 0
	for done := 0; ; done++ {
		for ; len(open) < w && next < len(epics); next++ {
			if size := epics[next].draw(random); size > 0 {
				open = append(open, underWay{next, size})
			} else {
				end(next, done)
			}
		}
		if len(open) == 0 {
			return
		}
		i := random.IntN(len(open))
		if open[i].left--; open[i].left == 0 {
			end(open[i].epic, done+1)
			open = slices.Delete(open, i, i+1)
		}
	}
}

func (a PMF) draw(random *rand.Rand) int {
	if len(a.p) == 0 {
		return a.low
	}
	u := random.Float64()
	for i, p := range a.p {
		if u -= p; u < 0 {
			return a.low + i
		}
	}
	return a.high()
}
