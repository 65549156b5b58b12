package calendar_test

import (
	"errors"
	"testing"

	"headway/calendar"
)

func TestSpansAreReadAsPeopleTypeThem(t *testing.T) {
	tuesday := date(t, "2026-11-24")
	for text, want := range map[string]string{
		"2026-12-24":              "2026-12-24",
		"2026-12-24..2027-01-02":  "2026-12-24..2027-01-02",
		"2026-12-24…2027-01-02":   "2026-12-24..2027-01-02",
		"2026-12-24...2027-01-02": "2026-12-24..2027-01-02",
		"today":                   "2026-11-24",
		"Tomorrow":                "2026-11-25",
		"today..2026-11-27":       "2026-11-24..2026-11-27",
		"1d":                      "2026-11-24",
		"3d":                      "2026-11-24..2026-11-26",
		"2w":                      "2026-11-24..2026-12-07",
		"52w":                     "2026-11-24..2027-11-22",
		"2026-01-01..2027-01-01":  "2026-01-01..2027-01-01",
	} {
		got, err := calendar.ParseSpan(text, tuesday)
		if err != nil || got.String() != want {
			t.Errorf("%q is %v, %v; want %s", text, got, err, want)
		}
	}
}

func TestWhatIsNoSpanSaysWhy(t *testing.T) {
	tuesday := date(t, "2026-11-24")
	for text, want := range map[string]error{
		"2026-12-24..2026-12-23": calendar.ErrBackwards,
		"tomorrow..today":        calendar.ErrBackwards,
		"2026-01-01..2027-01-02": calendar.ErrTooLong,
		"53w":                    calendar.ErrTooLong,
		"9999w":                  calendar.ErrTooLong,
		"":                       nil, "..": nil, "2026-02-30": nil, "24.12.2026": nil, "2026-12-24..": nil, "..2026-12-24": nil, "0d": nil, "-1d": nil, "next week": nil,
		"2026-12-24..2w": nil, "99999999999999999999d": nil,
	} {
		got, err := calendar.ParseSpan(text, tuesday)
		if err == nil || (want != nil && !errors.Is(err, want)) || (want == nil && (errors.Is(err, calendar.ErrBackwards) || errors.Is(err, calendar.ErrTooLong))) {
			t.Errorf("%q is %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestASpanHasItsFirstAndLastDay(t *testing.T) {
	s := calendar.Span{From: date(t, "2026-12-24"), To: date(t, "2026-12-26")}
	for day, want := range map[string]bool{"2026-12-23": false, "2026-12-24": true, "2026-12-26": true, "2026-12-27": false} {
		if s.Has(date(t, day)) != want {
			t.Errorf("%s: %v", day, !want)
		}
	}
	if s.Days() != 3 {
		t.Errorf("it has %d days", s.Days())
	}
}
