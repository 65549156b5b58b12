package calendar

import "time"

// Slot is a time of day on some days of the week, without zone.
type Slot struct {
	Hour, Minute int
	Days         Weekdays
}

// NextSlot returns the first occurrence of s in zone z that lies strictly
// after the given instant: its local date, which names it, and its instant.
// Each local date has at most one occurrence whatever the clocks do; ok is
// false when s has no days.
func NextSlot(s Slot, after time.Time, z *time.Location) (date Date, at time.Time, ok bool) {
	if s.Days&EveryDay == 0 {
		return Date{}, time.Time{}, false
	}
	// A gap over midnight moves yesterday's occurrence into today.
	d := DateOf(after, z).AddDays(-1)
	for ; ; d = d.AddDays(1) {
		if !s.Days.Has(d.Weekday()) {
			continue
		}
		at := d.At(s.Hour, s.Minute, z)
		if at.After(after) && (DateOf(at, z) == d || d.exists(z)) {
			return d, at, true
		}
	}
}

// exists is false for the days that islands skipped by crossing the date line.
func (d Date) exists(z *time.Location) bool { return DateOf(d.Start(z), z) == d }
