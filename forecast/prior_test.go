package forecast_test

import (
	"errors"
	"math"
	"testing"

	"headway/forecast"
)

// young finished one item a week for six weeks.
func young() forecast.History {
	h := forecast.History{From: monday}
	for range 6 {
		h.Done = append(h.Done, 0, 0, 1, 0, 0, 0, 0)
	}
	return h
}

// With the pace gamma distributed, P(T <= t) is the regularised incomplete beta
// function I_{t/(b+t)}(n, a); here by Simpson's rule.
func TestAYoungTeamFollowsTheClosedFormOfItsPrior(t *testing.T) {
	pace := learned(t, young())
	if !pace.LowConfidence() {
		t.Error("six items are taken for plenty")
	}
	a, b := 1+6.0, 1+30.0
	for _, n := range []int{1, 2, 5, 30} {
		f := one(t, pace, n)
		for _, slot := range []int{1, 5, 20, 100, 400} {
			near(t, "F", f.AfterSlot(slot), incompleteBeta(float64(slot)/(b+float64(slot)), float64(n), a), 1e-8)
		}
	}
}

func incompleteBeta(x, p, q float64) float64 {
	lp, _ := math.Lgamma(p)
	lq, _ := math.Lgamma(q)
	lpq, _ := math.Lgamma(p + q)
	density := func(u float64) float64 { return math.Pow(u, p-1) * math.Pow(1-u, q-1) * math.Exp(lpq-lp-lq) }
	const steps = 20_000
	sum := density(0) + density(x)
	for i := 1; i < steps; i++ {
		sum += density(x*float64(i)/steps) * float64(2+2*(i%2))
	}
	return sum * x / steps / 3
}

func TestThePriorCountsAsIfItHadBeenSeen(t *testing.T) {
	h := young()
	h.Prior = forecast.Prior{Items: 60, Days: 60}
	fast, _ := one(t, learned(t, h), 10).By(0.85)
	slow, _ := one(t, learned(t, young()), 10).By(0.85)
	if !fast.Before(slow) {
		t.Errorf("beside teams of an item a day until %v, without until %v", fast, slow)
	}
}

func TestAnOverwhelmingPriorStillLeavesTheTeamItsSay(t *testing.T) {
	h := young()
	h.Prior = forecast.Prior{Items: 1e6, Days: 1e6}
	f := one(t, learned(t, h), 1000)
	for _, slot := range []int{10, 900} { // at 26 items in 50 days, 900 are too few
		if p := f.AfterSlot(slot); !(p >= 0 && p < 0.5) {
			t.Errorf("a thousand items after %d days with %v", slot, p)
		}
	}
	near(t, "in the end", f.AfterSlot(forecast.MaxSlots), 1, 0.01)
}

func TestAYoungTeamsCountIsItsDatesTurnedAround(t *testing.T) {
	pace := learned(t, young())
	by := pace.Last().AddDays(14)
	count := pace.HowMany(by)
	for m := range 20 {
		near(t, "P", count.Chance(m), one(t, pace, m).Chance(by), 1e-9)
	}
}

func TestWhatTooFewItemsCanNotSayIsRefused(t *testing.T) {
	scope := same(5, 1)
	scope.Arrivals = forecast.Exactly(1)
	_, err := learned(t, young()).When(scope)
	var missing *forecast.Missing
	if !errors.As(err, &missing) || missing.Items != 14 {
		t.Errorf("arrivals: %v", err)
	}
	unpointed := weeksOf(1, 1, 1, 1, 1)
	unpointed.Points = &forecast.Points{Done: make([]int, 126), Unestimated: make([]int, 126)}
	if _, err := forecast.Learn(unpointed); !errors.As(err, &missing) || missing.Items != 20 {
		t.Errorf("no points: %v", err)
	}
	h := young()
	h.Points = &forecast.Points{Done: h.Done, Unestimated: make([]int, len(h.Done))}
	if _, err := forecast.Learn(h); !errors.As(err, &missing) || missing.Items != 14 {
		t.Errorf("points: %v", err)
	}
}
