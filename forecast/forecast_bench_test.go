package forecast_test

import (
	"fmt"
	"testing"

	"headway/forecast"
)

// steady is the first epic of A1: 18 weeks of history.
func steady(t testing.TB) forecast.Pace {
	t.Helper()
	pace, err := forecast.Learn(forecast.History{From: monday, Done: generators[0].epic(0).history})
	if err != nil {
		t.Fatal(err)
	}
	return pace
}

func same(items, epics int) forecast.Scope {
	var s forecast.Scope
	for range epics {
		s.Epics = append(s.Epics, forecast.Exactly(items))
	}
	return s
}

// read takes from a forecast what a table shows of it.
func read(b *testing.B, pace forecast.Pace, scope forecast.Scope) {
	finishes, err := pace.When(scope)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range finishes {
		for _, p := range []float64{0.5, 0.7, 0.85, 0.95} {
			f.By(p)
		}
	}
}

func BenchmarkWhen(b *testing.B) {
	pace := steady(b)
	for _, c := range []struct {
		name  string
		scope forecast.Scope
	}{
		{"60 items", same(60, 1)},
		{"600 items in 10 epics", same(60, 10)},
		{"3000 items in 100 epics", same(30, 100)},
		{"75 items in 3 epics, 2 at once", forecast.Scope{Epics: []forecast.PMF{forecast.Exactly(35), forecast.Exactly(20), forecast.Exactly(20)}, Together: 2}},
		{"600 items in 10 epics, 2 at once", forecast.Scope{Epics: same(60, 10).Epics, Together: 2}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pace.When(c.scope); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+", four dates each", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				read(b, pace, c.scope)
			}
		})
	}
}

func BenchmarkLearn(b *testing.B) {
	h := forecast.History{From: monday, Done: generators[0].epic(0).history}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := forecast.Learn(h); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHowMany(b *testing.B) {
	pace := steady(b)
	for _, days := range []int{14, 365} {
		b.Run(fmt.Sprint(days, " days"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				pace.HowMany(pace.Last().AddDays(days))
			}
		})
	}
}
