package calendar_test

import (
	"testing"
	"time"

	"headway/calendar"
	"headway/calendar/caltest"
)

func TestNextSlotIsStrictlyAfter(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	slot := calendar.Slot{Hour: 9, Minute: 30, Days: calendar.MonToFri}
	for _, c := range []struct{ after, day string }{
		{"2026-11-24T09:29:59+01:00", "2026-11-24"},
		{"2026-11-24T09:30:00+01:00", "2026-11-25"},
		{"2026-11-27T09:30:00+01:00", "2026-11-30"}, // over the weekend
		{"2026-11-28T12:00:00+01:00", "2026-11-30"},
		{"2026-11-23T23:30:00-10:00", "2026-11-25"}, // already Tuesday 10:30 in Berlin
	} {
		after, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		d, at, ok := calendar.NextSlot(slot, after, berlin)
		if !ok || d.String() != c.day || !at.After(after) || at.Format("15:04") != "09:30" {
			t.Errorf("after %s: %v at %v, want %s 09:30", c.after, d, at, c.day)
		}
	}
}

func TestSlotWithoutDaysNeverComes(t *testing.T) {
	if d, at, ok := calendar.NextSlot(calendar.Slot{Hour: 9}, time.Unix(0, 0), time.UTC); ok {
		t.Errorf("it comes on %v at %v", d, at)
	}
}

func TestSlotInAGapOverMidnightKeepsItsDate(t *testing.T) {
	// In Nuuk clocks jump from 23:00 to midnight on Saturday 28 March 2026.
	nuuk := zone(t, "America/Nuuk")
	slot := calendar.Slot{Hour: 23, Minute: 30, Days: calendar.EveryDay}
	day := date(t, "2026-03-28")
	d, at, _ := calendar.NextSlot(slot, day.At(22, 0, nuuk), nuuk)
	if d != day || at.Format("2006-01-02 15:04") != "2026-03-29 00:00" {
		t.Fatalf("it comes on %v at %v", d, at)
	}
	if d, _, _ := calendar.NextSlot(slot, at, nuuk); d != day.AddDays(1) {
		t.Errorf("the next one comes on %v", d)
	}
}

func TestDaysThatAnIslandSkippedHaveNoSlot(t *testing.T) {
	apia := zone(t, "Pacific/Apia")
	slot := calendar.Slot{Hour: 9, Days: calendar.EveryDay}
	d, _, _ := calendar.NextSlot(slot, date(t, "2011-12-29").At(9, 0, apia), apia)
	if d.String() != "2011-12-31" {
		t.Errorf("after 29 December 2011 it comes on %v, want 2011-12-31", d)
	}
}

// Each weekday slot occurs exactly once per local date, in every IANA zone
// and year, at its time of day or, where clocks skip that, right after the gap.
func TestEveryZoneHasEachSlotOncePerDate(t *testing.T) {
	slots := []calendar.Slot{
		{Hour: 0, Minute: 0, Days: calendar.MonToFri},
		{Hour: 2, Minute: 30, Days: calendar.EveryDay},
		{Hour: 23, Minute: 45, Days: calendar.Saturday | calendar.Sunday},
	}
	from, until := 2020, 2037
	if testing.Short() || caltest.UnderRaceDetector() { // one goroutine has no races, and takes a minute there
		until = 2021
	}
	for _, name := range caltest.Zones(t) {
		z := zone(t, name)
		for _, slot := range slots {
			checkSlots(t, slot, z, from, until)
		}
	}
}

func checkSlots(t *testing.T, slot calendar.Slot, z *time.Location, from, until int) {
	t.Helper()
	first := calendar.Date{Year: from, Month: time.January, Day: 1}
	after := first.Start(z).Add(-time.Nanosecond)
	want := first
	for {
		for !slot.Days.Has(want.Weekday()) {
			want = want.AddDays(1)
		}
		if want.Year > until {
			return
		}
		got, at, ok := calendar.NextSlot(slot, after, z)
		if got.Before(first) { // yesterday's slot, moved over midnight
			after = at
			continue
		}
		if !ok || got != want || !at.After(after) {
			t.Fatalf("%v %02d:%02d after %v: %v at %v, want %v", z, slot.Hour, slot.Minute, after, got, at, want)
		}
		if !onTime(slot, want, at) {
			t.Fatalf("%v %v: %02d:%02d comes at %v", z, want, slot.Hour, slot.Minute, at)
		}
		after, want = at, want.AddDays(1)
	}
}

// onTime accepts the wall time, the first of two; and after a gap the first
// instant after it, when the clock a second before showed less.
func onTime(slot calendar.Slot, d calendar.Date, at time.Time) bool {
	want := time.Date(d.Year, d.Month, d.Day, slot.Hour, slot.Minute, 0, 0, time.UTC)
	if !wall(at).Equal(want) {
		return wall(at).After(want) && wall(at.Add(-time.Second)).Before(want)
	}
	changed, _ := at.ZoneBounds()
	if at.Sub(changed) > 24*time.Hour {
		return true
	}
	return !wall(at.Add(-time.Hour)).Equal(want) && !wall(at.Add(-30*time.Minute)).Equal(want)
}

// wall is what a clock on the wall shows.
func wall(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
