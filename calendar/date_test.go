package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"headway/calendar"
)

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestParseDateRefusesWhatIsNoDay(t *testing.T) {
	for _, s := range []string{"", "2026-02-29", "2026-13-01", "2026-1-2", "24.12.2026", "2026-12-24T00:00:00Z", " 2026-12-24"} {
		if d, err := calendar.ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %v, want an error", s, d)
		}
	}
}

func TestDateOfIsTheLocalDay(t *testing.T) {
	at := time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"UTC": "2026-11-24", "Europe/Berlin": "2026-11-25", "America/New_York": "2026-11-24", "Pacific/Kiritimati": "2026-11-25",
	} {
		if got := calendar.DateOf(at, zone(t, name)).String(); got != want {
			t.Errorf("in %s: %s, want %s", name, got, want)
		}
	}
}

func TestDateArithmeticAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.DateOf(time.Unix(rapid.Int64Range(-1e9, 4e9).Draw(t, "unix"), 0), time.UTC)
		n := rapid.IntRange(-5000, 5000).Draw(t, "n")
		moved := d.AddDays(n)
		if moved.Sub(d) != n {
			t.Fatalf("%v + %d days = %v, %d days apart", d, n, moved, moved.Sub(d))
		}
		if sign(n) != moved.Compare(d) || moved.After(d) != (n > 0) || moved.Before(d) != (n < 0) {
			t.Fatalf("%v and %v are ordered wrongly", d, moved)
		}
		if int(moved.Weekday()) != ((int(d.Weekday())+n)%7+7)%7 {
			t.Fatalf("%v is a %v", moved, moved.Weekday())
		}
		back, err := calendar.ParseDate(d.String())
		if err != nil || back != d {
			t.Fatalf("%v reads back as %v, %v", d, back, err)
		}
	})
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func TestDatesAndWeeksStandInJSON(t *testing.T) {
	type document struct {
		On    calendar.Date
		None  calendar.Date
		Week  calendar.Week
		Never calendar.Week
		Off   map[calendar.Date]bool
	}
	in := document{
		On: date(t, "2026-12-24"), Week: calendar.Week{Year: 2026, Number: 52},
		Off: map[calendar.Date]bool{date(t, "2026-12-31"): true},
	}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"On":"2026-12-24","None":"","Week":"2026-W52","Never":"","Off":{"2026-12-31":true}}`
	if string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
	var out document
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if out.On != in.On || !out.None.IsZero() || out.Week != in.Week || !out.Never.IsZero() || !out.Off[date(t, "2026-12-31")] {
		t.Errorf("read back as %+v", out)
	}
	if err := json.Unmarshal([]byte(`{"On":"2026-02-30"}`), &out); err == nil {
		t.Error("30 February was read")
	}
	if err := json.Unmarshal([]byte(`{"Week":"2026-W54"}`), &out); err == nil {
		t.Error("week 54 was read")
	}
}
