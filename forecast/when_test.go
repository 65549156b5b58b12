package forecast_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"headway/calendar"
	"headway/forecast"
)

// weeksOf is a history of 18 equal weeks, each of five working days.
func weeksOf(days ...int) forecast.History {
	h := forecast.History{From: monday}
	for range 18 {
		h.Done = append(h.Done, append(slices.Clone(days), 0, 0)...)
	}
	return h
}

func learned(t testing.TB, h forecast.History) forecast.Pace {
	t.Helper()
	pace, err := forecast.Learn(h)
	if err != nil {
		t.Fatal(err)
	}
	return pace
}

// coin is a pace of one item or none each day, as likely.
func coin(t testing.TB) forecast.Pace {
	t.Helper()
	h := weeksOf(1, 0, 1, 0, 0)
	h.Calendar.Days = calendar.MonToFri &^ calendar.Friday
	return learned(t, h).Known()
}

func when(t testing.TB, pace forecast.Pace, s forecast.Scope) []forecast.Finish {
	t.Helper()
	finishes, err := pace.When(s)
	if err != nil {
		t.Fatal(err)
	}
	return finishes
}

func one(t testing.TB, pace forecast.Pace, items int) forecast.Finish {
	t.Helper()
	return when(t, pace, same(items, 1))[0]
}

func near(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.9f, want %.9f", what, got, want)
	}
}

func TestOneItemAtTheChanceOfACoinFinishesGeometrically(t *testing.T) {
	f := one(t, coin(t), 1)
	for slot := range 60 {
		near(t, "F", f.AfterSlot(slot), 1-math.Exp2(-float64(slot)), 1e-9)
	}
}

func TestABernoulliPaceFinishesByTheNegativeBinomial(t *testing.T) {
	pace := coin(t)
	for _, items := range []int{2, 7, 40} {
		f := one(t, pace, items)
		cdf := 0.0
		for slot := items; slot < 250; slot++ {
			// the last item falls into this slot, items-1 into those before
			cdf += math.Exp(logChoose(slot-1, items-1) - float64(slot)*math.Ln2)
			near(t, "F", f.AfterSlot(slot), cdf, 1e-9)
		}
	}
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

func TestAConstantPaceFinishesOnItsDay(t *testing.T) {
	pace := learned(t, weeksOf(2, 2, 2, 2, 2)).Known()
	f := one(t, pace, 7)
	if f.AfterSlot(3) != 0 || f.AfterSlot(4) != 1 {
		t.Errorf("two a day finish seven by the third day with %v and by the fourth with %v", f.AfterSlot(3), f.AfterSlot(4))
	}
	thursday := monday.AddDays(126 + 3)
	for _, p := range []float64{0.01, 0.5, 1} {
		if d, ok := f.By(p); !ok || d != thursday {
			t.Errorf("by %v at %v, want %v", d, p, thursday)
		}
	}
	if c := pace.HowMany(monday.AddDays(126 + 6)); c.Chance(10) != 1 || c.Chance(11) != 0 || c.AtLeast(0.99) != 10 {
		t.Errorf("a week of two a day: 10 with %v, 11 with %v", c.Chance(10), c.Chance(11))
	}
}

func TestWhatIsDoneIsDoneAlready(t *testing.T) {
	pace := steady(t)
	f := one(t, pace, 0)
	if d, ok := f.By(1); !ok || d != pace.Last() || f.Chance(pace.Last()) != 1 {
		t.Errorf("nothing left is done by %v, with %v", d, f.Chance(pace.Last()))
	}
	if f := one(t, pace, 1); f.Chance(pace.Last()) != 0 || f.Chance(calendar.Date{}) != 0 {
		t.Error("an item left may be done in the past")
	}
	if none := when(t, pace, forecast.Scope{}); len(none) != 0 {
		t.Errorf("no epics give %d dates", len(none))
	}
}

func TestTheWalkAgreesWithASimulation(t *testing.T) {
	trials := 4_000_000
	if testing.Short() {
		trials = 400_000
	}
	pace := learned(t, weeksOf(0, 3, 1, 0, 2)).Known()
	f := one(t, pace, 8)
	days := [5]int{0, 3, 1, 0, 2}
	random := rand.New(rand.NewPCG(1, 2))
	var finished [64]int
	for range trials {
		slot := 0
		bits := uint64(0)
		for sum := 0; sum < 8; slot++ {
			if slot%12 == 0 {
				bits = random.Uint64()
			}
			sum += days[bits%5]
			bits /= 5
		}
		finished[min(slot, len(finished)-1)]++
	}
	// Five standard errors of a share; a modulus of 2^64 by 5^12 is even to 1e-11.
	tolerance := 5 * 0.5 / math.Sqrt(float64(trials))
	sum := 0
	for slot, n := range finished[:len(finished)-1] {
		sum += n
		near(t, "F", f.AfterSlot(slot), float64(sum)/float64(trials), tolerance)
	}
}

func TestPermutingAHistoryOfEqualWeightChangesNothing(t *testing.T) {
	a, b := weeksOf(0, 3, 1, 0, 2), weeksOf(2, 1, 0, 3, 0)
	f, g := one(t, learned(t, a).Known(), 30), one(t, learned(t, b).Known(), 30)
	for slot := range 100 {
		near(t, "F", f.AfterSlot(slot), g.AfterSlot(slot), 1e-12)
	}
}

func TestAHolidayMovesEveryLaterDate(t *testing.T) {
	h := weeksOf(0, 3, 1, 0, 2)
	plain := one(t, learned(t, h), 30)
	off := h.From.AddDays(len(h.Done) + 2)
	h.Calendar.Off = map[calendar.Date]bool{off: true}
	moved := one(t, learned(t, h), 30)
	for _, p := range []float64{0.01, 0.3, 0.5, 0.85, 0.95, 0.999} {
		before, _ := plain.By(p)
		after, _ := moved.By(p)
		if want := (calendar.Calendar{}).AddWorking(before, 1); !before.Before(off) && after != want {
			t.Errorf("%v at %v moves to %v, want %v", before, p, after, want)
		}
		if before.Before(off) && after != before {
			t.Errorf("%v at %v moves to %v, before the holiday", before, p, after)
		}
	}
	if moved.Chance(off) != moved.Chance(off.AddDays(-1)) {
		t.Error("work gets done on a holiday")
	}
}

// A holiday in the past is no slow day: the team did nothing because it was not
// there.
func TestAHolidayOfThePastIsNoSlot(t *testing.T) {
	h := weeksOf(2, 2, 2, 2, 2)
	h.Calendar.Off = map[calendar.Date]bool{}
	for d := 7; d < 14; d++ {
		h.Done[d] = 0
		h.Calendar.Off[h.From.AddDays(d)] = true
	}
	if f := one(t, learned(t, h).Known(), 20); f.AfterSlot(10) != 1 {
		t.Errorf("20 items at two a day are done in ten days with %v", f.AfterSlot(10))
	}
}

func TestWorkClosedOnADayOffCountsOnTheWorkingDayBefore(t *testing.T) {
	friday, sunday := weeksOf(1, 1, 1, 1, 5), weeksOf(1, 1, 1, 1, 2)
	for d := range sunday.Done {
		if d%7 == 6 {
			sunday.Done[d] = 3
		}
	}
	f, g := one(t, learned(t, friday), 40), one(t, learned(t, sunday), 40)
	for slot := range 60 {
		near(t, "F", g.AfterSlot(slot), f.AfterSlot(slot), 0)
	}
}

func TestRecentWeeksCountMore(t *testing.T) {
	faster := weeksOf(1, 0, 1, 0, 1)
	for d := range faster.Done {
		if d >= 63 {
			faster.Done[d] *= 2
		}
	}
	slower := faster
	slower.Done = slices.Concat(faster.Done[63:], faster.Done[:63])
	early, _ := one(t, learned(t, faster), 40).By(0.5)
	late, _ := one(t, learned(t, slower), 40).By(0.5)
	if !early.Before(late) {
		t.Errorf("a team that got faster takes until %v, one that got slower until %v", early, late)
	}
}

func TestTooLittleHistorySaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		name string
		done []int
		want forecast.Missing
	}{
		{"nothing", nil, forecast.Missing{Items: 3, Days: 5}},
		{"all zero", make([]int, 126), forecast.Missing{Items: 3, Days: 5}},
		{"two items", []int{1, 0, 1, 0, 0}, forecast.Missing{Items: 1, Days: 3}},
		{"many on a day", []int{40, 0, 0, 0, 1}, forecast.Missing{Days: 3}},
		{"long ago", append([]int{1, 1, 1, 1, 1}, make([]int, 140)...), forecast.Missing{Items: 3, Days: 5}},
	} {
		_, err := forecast.Learn(forecast.History{From: monday, Done: c.done})
		var missing *forecast.Missing
		if !errors.Is(err, forecast.ErrTooLittleHistory) || !errors.As(err, &missing) || *missing != c.want {
			t.Errorf("%s: %v, want %+v", c.name, err, c.want)
		}
	}
}

func TestAHistoryThatCanNotBeIsRefused(t *testing.T) {
	for name, h := range map[string]forecast.History{
		"negative":         {From: monday, Done: []int{1, 2, -1}},
		"beyond counting":  {From: monday, Done: []int{1, 2, math.MaxInt}},
		"no day":           {Done: []int{1, 2, 3}},
		"other day counts": {From: monday, Done: []int{1, 2, 3}, Points: &forecast.Points{Done: []int{1}}},
	} {
		if _, err := forecast.Learn(h); err == nil || errors.Is(err, forecast.ErrTooLittleHistory) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAScopeBeyondCountingIsRefused(t *testing.T) {
	pace := steady(t)
	for _, s := range []forecast.Scope{
		same(10_001, 1), same(math.MaxInt, 2), same(101, 100), same(0, 70_000),
		{Epics: same(0, 70_000).Epics, Together: 2},
		{Epics: []forecast.PMF{forecast.Sum(forecast.Exactly(5000), forecast.Exactly(3))}},
	} {
		if _, err := pace.When(s); !errors.Is(err, forecast.ErrTooMuch) {
			t.Errorf("%v", err)
		}
	}
	if _, err := pace.When(same(100, 100)); err != nil {
		t.Error(err)
	}
}

func TestWhatIsTooFarAheadHasNoDate(t *testing.T) {
	pace := steady(t)
	if d, ok := one(t, pace, 10_000).By(0.5); ok {
		t.Errorf("10,000 items are done by %v", d)
	}
	never := calendar.Date{Year: 9999, Month: 12, Day: 31}
	if p := one(t, pace, 10_000).Chance(never); p < 0 || p > 0.5 {
		t.Errorf("with %v by the end of time", p)
	}
	near(t, "60 items by the end of time", one(t, pace, 60).Chance(never), 1, 1e-6)
}
