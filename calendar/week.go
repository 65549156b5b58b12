package calendar

import (
	"cmp"
	"fmt"
	"time"
)

// Week is an ISO week, Monday first.
type Week struct {
	Year, Number int
}

// WeekOf returns the ISO week that holds the day.
func WeekOf(d Date) Week {
	y, n := d.utc().ISOWeek()
	return Week{y, n}
}

// ParseWeek reads "2026-W47". Weeks that do not exist are refused.
func ParseWeek(s string) (Week, error) {
	var w Week
	if _, err := fmt.Sscanf(s, "%4d-W%2d", &w.Year, &w.Number); err != nil || w.Year < 1 || w.String() != s || WeekOf(w.Monday()) != w {
		return Week{}, fmt.Errorf("%q is not a week like 2026-W47", s)
	}
	return w, nil
}

// String returns "2026-W47", or "" for the zero week.
func (w Week) String() string {
	if w.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-W%02d", w.Year, w.Number)
}

// MarshalText writes the form of String.
func (w Week) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads the form of String; empty text is the zero week.
func (w *Week) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*w = Week{}
		return nil
	}
	parsed, err := ParseWeek(string(text))
	if err != nil {
		return err
	}
	*w = parsed
	return nil
}

// IsZero says whether there is no week.
func (w Week) IsZero() bool { return w == Week{} }

// Monday returns the first day of the week.
func (w Week) Monday() Date {
	// ISO 8601: 4 January always lies in week 1.
	fourth := Date{w.Year, time.January, 4}
	sinceMonday := (int(fourth.Weekday()) + 6) % 7
	return fourth.AddDays(7*(w.Number-1) - sinceMonday)
}

// Add returns the week n weeks later, earlier where n is negative.
func (w Week) Add(n int) Week { return WeekOf(w.Monday().AddDays(7 * n)) }

// Next returns the week after.
func (w Week) Next() Week { return w.Add(1) }

// Prev returns the week before.
func (w Week) Prev() Week { return w.Add(-1) }

// Sub returns the number of weeks from other to w.
func (w Week) Sub(other Week) int { return w.Monday().Sub(other.Monday()) / 7 }

// Compare returns -1, 0 or 1 as w is before, equal to or after other.
func (w Week) Compare(other Week) int {
	return cmp.Or(cmp.Compare(w.Year, other.Year), cmp.Compare(w.Number, other.Number))
}

// Start returns the first instant of the week's Monday in zone z.
func (w Week) Start(z *time.Location) time.Time { return w.Monday().Start(z) }

// End returns the first instant of the next week: weeks are half open.
func (w Week) End(z *time.Location) time.Time { return w.Next().Start(z) }
