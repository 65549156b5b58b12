package calendar_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"headway/calendar"
)

func TestWeeksAtTheTurnOfTheYear(t *testing.T) {
	for day, want := range map[string]string{
		"2026-12-31": "2026-W53", "2027-01-01": "2026-W53", "2027-01-03": "2026-W53", "2027-01-04": "2027-W01",
		"2024-12-29": "2024-W52", "2024-12-30": "2025-W01", "2021-01-03": "2020-W53", "2026-11-22": "2026-W47",
	} {
		if got := calendar.WeekOf(date(t, day)).String(); got != want {
			t.Errorf("%s lies in %s, want %s", day, got, want)
		}
	}
}

func TestParseWeekRefusesWhatIsNoWeek(t *testing.T) {
	for _, s := range []string{"", "2026-W54", "2025-W53", "2026-W00", "2026-W7", "2026W07", "2026-W07x", "26-W07", "-026-W07"} {
		if w, err := calendar.ParseWeek(s); err == nil {
			t.Errorf("ParseWeek(%q) = %v, want an error", s, w)
		}
	}
}

func TestWeekArithmeticAgreesWithDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.DateOf(time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "unix"), 0), time.UTC)
		n := rapid.IntRange(-300, 300).Draw(t, "n")
		w := calendar.WeekOf(d)
		monday := w.Monday()
		if monday.Weekday() != time.Monday || d.Sub(monday) < 0 || d.Sub(monday) > 6 {
			t.Fatalf("%v begins on %v and should hold %v", w, monday, d)
		}
		moved := w.Add(n)
		if moved.Sub(w) != n || moved.Compare(w) != sign(n) || moved != calendar.WeekOf(d.AddDays(7*n)) {
			t.Fatalf("%v + %d weeks = %v", w, n, moved)
		}
		if w.Next().Prev() != w {
			t.Fatalf("the week before the one after %v is %v", w, w.Next().Prev())
		}
		back, err := calendar.ParseWeek(w.String())
		if err != nil || back != w {
			t.Fatalf("%v reads back as %v, %v", w, back, err)
		}
	})
}

func TestWeeksAreCutInTheZone(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	spring := calendar.Week{Year: 2026, Number: 13} // clocks go forward on its Sunday
	if got := spring.End(berlin).Sub(spring.Start(berlin)); got != 167*time.Hour {
		t.Errorf("the week of the spring change has %v, want 167h", got)
	}
	want := time.Date(2026, 3, 22, 23, 0, 0, 0, time.UTC)
	if got := spring.Start(berlin); !got.Equal(want) {
		t.Errorf("it starts at %v, want %v", got.UTC(), want)
	}
}
