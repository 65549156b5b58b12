// Package calendar holds dates, ISO weeks, working days and the next slot of a
// schedule in a zone. It is pure: it knows no clock.
package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a local calendar day without zone. The zero value is "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

const dateLayout = time.DateOnly

// DateOf returns the day that t falls on in zone z.
func DateOf(t time.Time, z *time.Location) Date {
	y, m, d := t.In(z).Date()
	return Date{y, m, d}
}

// ParseDate reads "2026-12-24". Days that do not exist are refused.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date like 2026-12-24", s)
	}
	return DateOf(t, time.UTC), nil
}

// String returns "2026-12-24", or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format(dateLayout)
}

// MarshalText writes the form of String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of String; empty text is no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// IsZero says whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// AddDays returns the day n days later, earlier where n is negative.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC), time.UTC)
}

// Sub returns the number of days from other to d; 1 when d is the day after.
func (d Date) Sub(other Date) int {
	return int(d.utc().Sub(other.utc()) / (24 * time.Hour))
}

// Compare returns -1, 0 or 1 as d is before, on or after other.
func (d Date) Compare(other Date) int {
	return cmp.Or(
		cmp.Compare(d.Year, other.Year),
		cmp.Compare(d.Month, other.Month),
		cmp.Compare(d.Day, other.Day),
	)
}

// Before says whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// After says whether d is later than other.
func (d Date) After(other Date) bool { return d.Compare(other) > 0 }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

func (d Date) utc() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}
