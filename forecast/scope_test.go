package forecast_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"headway/forecast"
)

func TestOneAtATimeIsStrictOrder(t *testing.T) {
	pace := steady(t)
	strict := when(t, pace, same(20, 3))
	one := when(t, pace, forecast.Scope{Epics: same(20, 3).Epics, Together: 1})
	for j := range strict {
		alone := when(t, pace, same(20*(j+1), 1))[0]
		for slot := range 200 {
			near(t, "together 1", one[j].AfterSlot(slot), strict[j].AfterSlot(slot), 0)
			near(t, "as one epic", alone.AfterSlot(slot), strict[j].AfterSlot(slot), 1e-9)
		}
	}
}

// Each finished item goes to one of the first w unfinished epics; at one item a
// day an epic ends on the day of its last one.
func TestEpicsUnderWayTogetherAgreeWithASimulation(t *testing.T) {
	pace := learned(t, weeksOf(1, 1, 1, 1, 1)).Known()
	const trials = 20_000
	for _, c := range []struct {
		together int
		sizes    []int
	}{
		{2, []int{35, 20, 20}},
		{3, []int{4, 0, 9, 2, 6, 5}},
		{5, []int{3, 1, 2}},
		{4, []int{60, 60, 60, 60, 60, 60}}, // too many states: drawn
	} {
		var scope forecast.Scope
		for _, n := range c.sizes {
			scope.Epics = append(scope.Epics, forecast.Exactly(n))
		}
		scope.Together = c.together
		ends := drawnEnds(c.sizes, c.together, trials)
		worst := 0.0
		for j, f := range when(t, pace, scope) {
			sum := 0
			for slot, n := range ends[j] {
				sum += n
				worst = max(worst, math.Abs(f.AfterSlot(slot)-float64(sum)/trials))
			}
		}
		t.Logf("%d of %v at once: at most %.4f off", c.together, c.sizes, worst)
		if worst > 4.5*math.Sqrt2*0.5/math.Sqrt(trials) { // the worst of many; both sides may be drawn
			t.Errorf("%d of %v at once: %.4f off", c.together, c.sizes, worst)
		}
	}
}

// drawnEnds counts for each epic how often which item was its last; an empty
// epic ends when it would begin.
func drawnEnds(sizes []int, together, trials int) [][]int {
	random := rand.New(rand.NewPCG(3, 4))
	total := 0
	for _, n := range sizes {
		total += n
	}
	ends := make([][]int, len(sizes))
	for j := range ends {
		ends[j] = make([]int, total+1)
	}
	open := make([]int, 0, together)
	for range trials {
		left := slices.Clone(sizes)
		open, next := open[:0], 0
		for done := 0; ; done++ {
			for len(open) < together && next < len(left) {
				if left[next] == 0 {
					ends[next][done]++
				} else {
					open = append(open, next)
				}
				next++
			}
			if len(open) == 0 {
				break
			}
			i := random.IntN(len(open))
			j := open[i]
			if left[j]--; left[j] == 0 {
				ends[j][done+1]++
				open = slices.Delete(open, i, i+1)
			}
		}
	}
	return ends
}

func TestAnUnknownSizeIsAMixtureOfItsSizes(t *testing.T) {
	pace := steady(t)
	size, err := forecast.Observed([]int{5, 20, 20, 45})
	if err != nil {
		t.Fatal(err)
	}
	for _, together := range []int{1, 2} {
		got := when(t, pace.Known(), forecast.Scope{Epics: []forecast.PMF{forecast.Exactly(10), size}, Together: together})
		for slot := range 120 {
			want := 0.0
			for _, n := range []int{5, 20, 20, 45} {
				known := when(t, pace.Known(), forecast.Scope{Epics: []forecast.PMF{forecast.Exactly(10), forecast.Exactly(n)}, Together: together})
				want += known[1].AfterSlot(slot) / 4
			}
			near(t, "F", got[1].AfterSlot(slot), want, 1e-9)
		}
	}
}

func TestManyUnknownSizesTogetherAreDrawn(t *testing.T) {
	pace := learned(t, weeksOf(1, 1, 1, 1, 1)).Known()
	size, _ := forecast.Observed([]int{1, 4, 9, 16, 25, 36, 49, 64, 81, 100})
	scope := forecast.Scope{Together: 8}
	for range 12 {
		scope.Epics = append(scope.Epics, size)
	}
	finishes := when(t, pace, scope)
	first, _ := finishes[0].By(0.5)
	last, _ := finishes[11].By(0.5)
	if !first.Before(last) {
		t.Errorf("the first of twelve is done by %v, the last by %v", first, last)
	}
}

func TestObservedRefusesWhatIsNoSize(t *testing.T) {
	if _, err := forecast.Observed(nil); !errors.Is(err, forecast.ErrNothingObserved) {
		t.Errorf("nothing: %v", err)
	}
	for _, n := range []int{-1, 10_001, math.MaxInt} {
		if _, err := forecast.Observed([]int{3, n}); err == nil {
			t.Errorf("%d is taken for a size", n)
		}
	}
}

func TestSumIsThatOfItsDraws(t *testing.T) {
	die, _ := forecast.Observed([]int{1, 2, 3, 4, 5, 6})
	near(t, "two dice", forecast.Sum(forecast.Exactly(2), die).Mean(), 7, 1e-12)
	near(t, "as many dice as a die shows", forecast.Sum(die, die).Mean(), 3.5*3.5, 1e-12)
	near(t, "none", forecast.Sum(forecast.Exactly(0), die).Mean(), 0, 0)
	near(t, "plus", die.Plus(forecast.Exactly(4)).Plus(die).Mean(), 11, 1e-12)
	near(t, "negative", forecast.Exactly(-3).Mean(), 0, 0)
	// Three of 36 throws of two dice show 4.
	pace := learned(t, weeksOf(1, 1, 1, 1, 1)).Known()
	f := when(t, pace, forecast.Scope{Epics: []forecast.PMF{die.Plus(die)}})[0]
	near(t, "at most 4", f.AfterSlot(4), 6.0/36, 1e-12)
	near(t, "exactly 4", f.AfterSlot(4)-f.AfterSlot(3), 3.0/36, 1e-12)
}

func TestGrowthMovesAnEpicByWhatEachItemBecomes(t *testing.T) {
	pace := learned(t, weeksOf(1, 1, 1, 1, 1)).Known()
	more, _ := forecast.Observed([]int{0, 0, 1}) // every third item brings another one
	grown := forecast.Sum(forecast.Exactly(30), forecast.Exactly(1).Plus(more))
	near(t, "mean", grown.Mean(), 40, 1e-9)
	f := when(t, pace, forecast.Scope{Epics: []forecast.PMF{grown}})[0]
	if f.AfterSlot(29) != 0 || !(f.AfterSlot(40) > 0.4 && f.AfterSlot(40) < 0.7) || f.AfterSlot(60) < 1-1e-12 {
		t.Errorf("30 items that grow to 40 at one a day: %v after 29, %v after 40, %v after 60", f.AfterSlot(29), f.AfterSlot(40), f.AfterSlot(60))
	}
}

func TestArrivalsLengthenTheWayByWhatArrives(t *testing.T) {
	// Two finished and one new each day is one a day less; done when the end of
	// a day leaves nothing.
	pace := learned(t, weeksOf(2, 2, 2, 2, 2)).Known()
	scope := same(7, 1)
	scope.Arrivals = forecast.Exactly(1)
	f := when(t, pace, scope)[0]
	if f.AfterSlot(6) != 0 || f.AfterSlot(7) != 1 {
		t.Errorf("after six days %v, after seven %v", f.AfterSlot(6), f.AfterSlot(7))
	}
}

func TestArrivalsAgreeWithASimulation(t *testing.T) {
	pace := coin(t)
	scope := same(5, 1)
	scope.Arrivals, _ = forecast.Observed([]int{0, 0, 0, 1})
	f := when(t, pace, scope)[0]
	const trials, days = 100_000, 60
	random := rand.New(rand.NewPCG(5, 6))
	var done [days + 1]int
	for range trials {
		left := 5
		for day := 1; day <= days && left > 0; day++ {
			left -= random.IntN(2)
			if random.IntN(4) == 0 {
				left++
			}
			if left == 0 {
				done[day]++
			}
		}
	}
	sum := 0
	for day, n := range done {
		sum += n
		near(t, "F", f.AfterSlot(day), float64(sum)/trials, 4.5*0.5/math.Sqrt(trials))
	}
}

func TestMoreArrivingThanGetsDoneMayNeverEnd(t *testing.T) {
	pace := coin(t)
	scope := same(40, 1)
	scope.Arrivals = forecast.Exactly(1)
	f := when(t, pace, scope)[0]
	if d, ok := f.By(0.5); ok || f.AfterSlot(forecast.MaxSlots) > 0 {
		t.Errorf("done by %v, with %v in the end", d, f.AfterSlot(forecast.MaxSlots))
	}
	spread := when(t, steady(t), forecast.Scope{Epics: scope.Epics, Arrivals: forecast.Exactly(2)})[0]
	if p := spread.AfterSlot(forecast.MaxSlots); p > 0.5 {
		t.Errorf("two arrive and not two are finished each day, and it ends with %v", p)
	}
}
