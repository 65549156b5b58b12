package calendar

import "time"

// Start returns the first instant of the day in zone z. That is midnight,
// except where a clock change skips midnight.
func (d Date) Start(z *time.Location) time.Time { return d.At(0, 0, z) }

// End returns the first instant of the next day: days are half open.
func (d Date) End(z *time.Location) time.Time { return d.AddDays(1).Start(z) }

// At returns the instant at which clocks in zone z show hour:minute on the day.
// A time that a clock change skips gives the first valid instant after the
// gap; a time that happens twice gives the first of the two.
//
// time.Date is no help here: it resolves a gap forwards in one zone and
// backwards in another, even to the day before.
func (d Date) At(hour, minute int, z *time.Location) time.Time {
	wall := time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, time.UTC)
	// No zone is further than 24 hours from UTC, so the period that holds
	// this probe ends before the wanted instant or holds it.
	probe := wall.Add(-24 * time.Hour).In(z)
	for {
		_, offset := probe.Zone()
		start, end := probe.ZoneBounds()
		at := wall.Add(-time.Duration(offset) * time.Second)
		switch {
		case !start.IsZero() && at.Before(start):
			return start.In(z)
		case end.IsZero() || at.Before(end):
			return at.In(z)
		}
		probe = end
	}
}
