package calendar

import (
	"errors"
	"regexp"
	"strings"
)

var (
	errPast = errors.New("calendar: no stretch of days")

	monthPattern = regexp.MustCompile(`^\d{4}-\d{2}$`)
)

// ParsePast reads a stretch of past days as people type it, seen from today:
// "2w" and "30d" end today, "2026-11" is a month, "2026-11-01..2026-11-24" and
// "2026-11-24" are days. It ends today at the latest; one that lies ahead is an
// error.
func ParsePast(s string, today Date) (Span, error) {
	span, err := readPast(strings.ToLower(strings.TrimSpace(s)), today)
	if err != nil || span.To.Before(span.From) || span.From.After(today) {
		return Span{}, errPast
	}
	if span.To.After(today) {
		span.To = today
	}
	return span, nil
}

func readPast(s string, today Date) (Span, error) {
	if days, ok := ParseLength(s); ok {
		return Span{today.AddDays(1 - days), today}, nil
	}
	if monthPattern.MatchString(s) {
		first, err := ParseDate(s + "-01")
		return Span{first, Date{first.Year, first.Month + 1, 1}.AddDays(-1)}, err
	}
	from, to, both := strings.Cut(s, "..")
	if !both {
		to = from
	}
	var span Span
	var err error
	if span.From, err = ParseDate(strings.TrimSpace(from)); err != nil {
		return span, err
	}
	span.To, err = ParseDate(strings.TrimSpace(to))
	return span, err
}

// ParseSince reads a past day as people type it, seen from today: "2w", "10d",
// "2026-11-01".
func ParseSince(s string, today Date) (Date, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if days, ok := ParseLength(s); ok {
		return today.AddDays(-days), nil
	}
	d, err := ParseDate(s)
	if err != nil || d.After(today) {
		return Date{}, errPast
	}
	return d, nil
}
