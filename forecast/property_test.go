package forecast_test

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"

	"headway/calendar"
	"headway/forecast"
)

// histories are teams of any size and calendar, with and without sprints.
func histories() *rapid.Generator[forecast.History] {
	return rapid.Custom(func(t *rapid.T) forecast.History {
		h := forecast.History{
			From: monday.AddDays(rapid.IntRange(0, 400).Draw(t, "from")),
			Done: rapid.SliceOfN(rapid.IntRange(0, rapid.SampledFrom([]int{1, 2, 5, 40}).Draw(t, "most")), 7, 200).Draw(t, "done"),
		}
		h.Calendar.Days = calendar.Weekdays(rapid.IntRange(0, 127).Draw(t, "days"))
		h.Calendar.Country = rapid.SampledFrom([]string{"", "DE", "US"}).Draw(t, "country")
		if length := rapid.SampledFrom([]int{0, 0, 7, 10, 14, 21}).Draw(t, "sprint"); length > 0 {
			for d := h.From; d.Before(h.From.AddDays(len(h.Done))); d = d.AddDays(length) {
				h.Sprints = append(h.Sprints, forecast.Sprint{From: d, To: d.AddDays(length - 1)})
			}
		}
		return h
	})
}

// paces are those of histories that suffice.
func paces(t *rapid.T) forecast.Pace {
	for {
		pace, err := forecast.Learn(histories().Draw(t, "history"))
		if err == nil {
			return pace
		}
		if !errors.Is(err, forecast.ErrTooLittleHistory) {
			t.Fatal(err)
		}
	}
}

func TestChancesRiseWithTimeAndFallWithItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pace := paces(t)
		n := rapid.IntRange(0, 120).Draw(t, "items")
		finishes, err := pace.When(forecast.Scope{Epics: []forecast.PMF{forecast.Exactly(n), forecast.Exactly(rapid.IntRange(0, 60).Draw(t, "more"))}})
		if err != nil {
			t.Fatal(err)
		}
		before := [2]float64{}
		for slot := range 300 {
			for j, f := range finishes {
				p := f.AfterSlot(slot)
				if !(p >= before[j]-1e-12 && p <= 1) {
					t.Fatalf("epic %d: %v after slot %d, %v before", j, p, slot, before[j])
				}
				before[j] = p
			}
			if before[1] > before[0]+1e-3 { // the wider spread of a longer way may show where both are next to impossible
				t.Fatalf("the second epic is done by slot %d with %v, the first with %v", slot, before[1], before[0])
			}
		}
	})
}

func TestByIsTheFirstDayOfItsChance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pace := paces(t)
		finishes, err := pace.When(same(rapid.IntRange(1, 80).Draw(t, "items"), rapid.IntRange(1, 3).Draw(t, "epics")))
		if err != nil {
			t.Fatal(err)
		}
		p := rapid.Float64Range(0.01, 0.999).Draw(t, "p")
		for _, f := range finishes {
			d, ok := f.By(p)
			if !ok {
				if q := f.AfterSlot(forecast.MaxSlots); q >= p {
					t.Fatalf("no day with %v, but the last one has %v", p, q)
				}
				continue
			}
			if f.Chance(d) < p-1e-9 || f.Chance(d.AddDays(-1)) >= p {
				t.Fatalf("by %v with %v, the day before with %v; asked for %v", d, f.Chance(d), f.Chance(d.AddDays(-1)), p)
			}
		}
	})
}

func TestHowManyIsWhenTurnedAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pace := paces(t)
		by := pace.Last().AddDays(rapid.IntRange(-3, 90).Draw(t, "days"))
		count := pace.HowMany(by)
		before := 1.0
		for m := range 60 {
			p := count.Chance(m)
			if p > before || p < 0 {
				t.Fatalf("at least %d with %v, one less with %v", m, p, before)
			}
			held := p == before // where a larger number would be the likelier one
			before = p
			if m > 8 && m%8 > 0 {
				continue
			}
			finishes, err := pace.When(same(m, 1))
			if err != nil {
				t.Fatal(err)
			}
			if want := finishes[0].Chance(by); math.Abs(p-want) > 1e-8 && !(held && p < want) {
				t.Fatalf("at least %d by %v with %v, but done by then with %v", m, by, p, want)
			}
		}
		q := rapid.Float64Range(0.01, 0.99).Draw(t, "q")
		if m := count.AtLeast(q); count.Chance(m) < q-1e-9 || count.Chance(m+1) >= q {
			t.Fatalf("%d with %v: %v, and one more %v", m, q, count.Chance(m), count.Chance(m+1))
		}
	})
}

func TestTheSameInputGivesTheSameOutput(t *testing.T) {
	scope := forecast.Scope{Epics: same(12, 5).Epics, Together: 3}
	for _, g := range generators[:3] {
		h := forecast.History{From: monday, Done: g.epic(0).history}
		a, b := when(t, learned(t, h), scope), when(t, learned(t, h), scope)
		for j := range a {
			for slot := range 100 {
				if a[j].AfterSlot(slot) != b[j].AfterSlot(slot) {
					t.Fatalf("%s: epic %d differs after slot %d", g.name, j, slot)
				}
			}
		}
	}
}

func FuzzForecast(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 9, 1, 0, 2, 3, 3, 1}, uint8(31), int16(20), uint8(2), uint8(1), int32(60))
	f.Add([]byte{255, 255, 255, 255, 255, 255}, uint8(0), int16(-5), uint8(0), uint8(0), int32(-60))
	f.Fuzz(func(t *testing.T, done []byte, days uint8, items int16, together, arrivals uint8, ahead int32) {
		h := forecast.History{From: monday, Calendar: calendar.Calendar{Days: calendar.Weekdays(days)}}
		for _, b := range done[:min(len(done), 400)] {
			h.Done = append(h.Done, int(b)*int(b)/16)
		}
		h.Sprints = []forecast.Sprint{{From: monday.AddDays(int(items)), To: monday.AddDays(int(together))}}
		pace, err := forecast.Learn(h)
		if err != nil {
			return
		}
		n := int(items) % 200
		finishes, err := pace.When(forecast.Scope{
			Epics:    []forecast.PMF{forecast.Exactly(n), forecast.Exactly(n / 2), forecast.Exactly(3)},
			Together: int(together), Arrivals: forecast.Exactly(int(arrivals) % 3),
		})
		if err != nil && !errors.Is(err, forecast.ErrTooLittleHistory) {
			t.Fatal(err)
		}
		by := pace.Last().AddDays(int(ahead))
		for _, finish := range finishes {
			if p := finish.Chance(by); !(p >= 0 && p <= 1) {
				t.Fatalf("a chance of %v", p)
			}
			if d, ok := finish.By(0.85); ok && d.Before(pace.Last()) {
				t.Fatalf("done by %v, before %v", d, pace.Last())
			}
		}
		if p := pace.HowMany(pace.Last().AddDays(int(ahead % 100))).Chance(n); !(p >= 0 && p <= 1) {
			t.Fatalf("a chance of %v", p)
		}
	})
}
