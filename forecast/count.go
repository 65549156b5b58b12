package forecast

import (
	"math"
	"sort"

	"headway/calendar"
)

// Count is how many items will be done by a day: a distribution.
type Count struct {
	atLeast []float64 // by number; falls from 1 at 0
}

// Chance returns the probability that at least so many items are done.
func (c Count) Chance(items int) float64 {
	switch {
	case items <= 0:
		return 1
	case items < len(c.atLeast):
		return c.atLeast[items]
	}
	return 0
}

// AtLeast returns the largest number of items that is reached with probability
// p: 0.5 gives the median, 0.85 a number that is missed once in seven times.
func (c Count) AtLeast(p float64) int {
	return max(0, sort.Search(len(c.atLeast), func(m int) bool { return c.atLeast[m] < p-roundingUp })-1)
}

// HowMany returns how many items, in the forecast's unit, will be done after
// the history's last day and by the end of the given one: P(S >= m) is
// P(T <= day) of a scope of m. Numbers above 10,000 are not followed.
func (p Pace) HowMany(by calendar.Date) Count {
	f := p.future()
	slots := f.slots(by)
	switch {
	case slots == 0:
		return Count{atLeast: []float64{1}}
	case p.prior != nil:
		return Count{atLeast: survivors(newPolya(maxItems, *p.prior).after(slots))}
	}
	most, fastest := p.most(slots)
	f.walk(slots, 1, fastest)
	numbers := make([]number, most+1)
	for m := range numbers {
		numbers[m] = number{paces: p.spread.paces(float64(m), 0)}
	}
	return count(newWalk(most, f), numbers, f, slots)
}

// number is one number of items on the way through its paces.
type number struct {
	paces  stretch
	node   int // the pace that is next
	chance float64
}

// count walks once for all numbers: each takes what it needs of a slot's chances
// and leaves the rest, which would be a table of every slot and number.
func count(w *walk, numbers []number, f *future, slots int) Count {
	before, now := make([]float64, len(numbers)), make([]float64, len(numbers))
	for slot, first := 1, 1; first < len(numbers) && slot <= maxSlots; slot++ {
		low, v := w.next()
		before, now = now, before
		survival(now, low, v)
		for m := first; m < len(numbers) && m <= low+len(v); m++ { // what lies above is not reached yet
			numbers[m].pass(f, slots, slot, before[m], now[m])
		}
		for ; first < len(numbers) && first <= low; first++ { // reached for sure
			numbers[first].pass(f, slots, math.MaxInt, 1, 1)
		}
	}
	for m := range numbers { // what lies too far ahead
		numbers[m].pass(f, slots, math.MaxInt, now[m], now[m])
	}
	c := Count{atLeast: []float64{1}}
	for m := 1; m < len(numbers) && numbers[m].chance >= leftMass; m++ {
		// A larger number is spread a little wider; where it is next to
		// impossible that alone must not make it the likelier one.
		c.atLeast = append(c.atLeast, min(numbers[m].chance, c.atLeast[m-1]))
	}
	return c
}

// pass takes the paces that get as far by the end of slots as the mean one
// within the slot, or before it where the number was not reached yet.
func (n *number) pass(f *future, slots, slot int, before, now float64) {
	for ; n.node < len(n.paces.pace); n.node++ {
		at := f.paced(slots, n.paces.pace[n.node])
		if at > float64(slot) {
			return
		}
		share := max(0, 1-(float64(slot)-at))
		n.chance += n.paces.weight[n.node] * (before + share*(now-before))
	}
}

// survival fills in the chances of at least 1, 2, .. items.
func survival(chances []float64, low int, v []float64) {
	left := 1.0
	for m := 1; m < len(chances); m++ {
		if i := m - 1 - low; i >= 0 && i < len(v) {
			left -= v[i]
		}
		chances[m] = max(left, 0)
	}
}

// survivors are the chances of at least 0, 1, .. items.
func survivors(v []float64) []float64 {
	atLeast := []float64{1}
	left := 1.0
	for _, mass := range v {
		if left -= mass; left < leftMass {
			break
		}
		atLeast = append(atLeast, left)
	}
	return atLeast
}

// most returns a number that is next to never exceeded, and the fastest pace.
func (p Pace) most(slots int) (items int, fastest float64) {
	step := 0
	for _, c := range p.days.classes {
		step = max(step, c.steps[len(c.steps)-1].items)
	}
	usual := p.days.mean * float64(slots)
	fastest = p.spread.paces(usual, 0).fastest()
	usual *= fastest
	return int(min(usual+8*math.Sqrt(usual*float64(step))+float64(step), maxItems)), fastest
}
