package calendar

import (
	"errors"
	"strconv"
	"strings"
)

// Span is a stretch of days, both included.
type Span struct{ From, To Date }

// Has says whether the day is one of the span's.
func (s Span) Has(d Date) bool { return !d.Before(s.From) && !d.After(s.To) }

// Days is how many days the span has.
func (s Span) Days() int { return s.To.Sub(s.From) + 1 }

// String is "2026-12-24..2026-12-31", or the one day.
func (s Span) String() string {
	if s.From == s.To {
		return s.From.String()
	}
	return s.From.String() + ".." + s.To.String()
}

// Why a span is none, besides days that don't exist.
var (
	ErrBackwards = errors.New("the last day comes before the first")
	ErrTooLong   = errors.New("longer than a year")
)

// ParseSpan reads "2026-12-24", "2026-12-24..2027-01-02", "today", "tomorrow",
// and "3d" or "2w", which begin today. At most a year is one.
func ParseSpan(text string, today Date) (Span, error) {
	text = strings.ReplaceAll(strings.ToLower(text), "…", "..") // keyboards make one of several dots
	if n, ok := ParseLength(text); ok {
		return Span{today, today.AddDays(n - 1)}.checked()
	}
	first, last, isRange := strings.Cut(text, "..")
	from, err := parseDayOf(first, today)
	if err != nil || !isRange {
		return Span{from, from}, err
	}
	to, err := parseDayOf(strings.TrimLeft(last, "."), today)
	if err != nil {
		return Span{}, err
	}
	return Span{from, to}.checked()
}

func (s Span) checked() (Span, error) {
	switch {
	case s.To.Before(s.From):
		return Span{}, ErrBackwards
	case s.Days() > 366:
		return Span{}, ErrTooLong
	}
	return s, nil
}

// ParseLength reads "3d" and "2w" as days, at least one.
func ParseLength(s string) (days int, ok bool) {
	for unit, length := range map[string]int{"d": 1, "w": 7} {
		number, found := strings.CutSuffix(s, unit)
		if n, err := strconv.ParseUint(number, 10, 16); found && err == nil && n > 0 && n < 10_000 {
			return int(n) * length, true
		}
	}
	return 0, false
}

func parseDayOf(s string, today Date) (Date, error) {
	switch s = strings.TrimSpace(s); s {
	case "today":
		return today, nil
	case "tomorrow":
		return today.AddDays(1), nil
	}
	return ParseDate(s)
}
