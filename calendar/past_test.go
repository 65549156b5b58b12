package calendar

import "testing"

func TestPastDaysAreReadAsPeopleTypeThem(t *testing.T) {
	today := Date{2026, 11, 24}
	for typed, want := range map[string]Span{
		"2w":                     {Date{2026, 11, 11}, today},
		"30D":                    {Date{2026, 10, 26}, today},
		"1d":                     {today, today},
		"2026-10":                {Date{2026, 10, 1}, Date{2026, 10, 31}},
		"2024-02":                {Date{2024, 2, 1}, Date{2024, 2, 29}},
		"2025-12":                {Date{2025, 12, 1}, Date{2025, 12, 31}},
		"2026-11":                {Date{2026, 11, 1}, today}, // so far
		"2026-11-01..2026-11-20": {Date{2026, 11, 1}, Date{2026, 11, 20}},
		"2026-11-20":             {Date{2026, 11, 20}, Date{2026, 11, 20}},
		"2026-11-20..2027-01-01": {Date{2026, 11, 20}, today},
	} {
		if got, err := ParsePast(typed, today); err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "0d", "w", "-2w", "2y", "99999d", "2026-13", "2026-12", "2026-02-30", "2026-11-20..2026-11-01", "2026-11-25", "..", "2026-11-01..", "tomorrow"} {
		if got, err := ParsePast(typed, today); err == nil {
			t.Errorf("%q is read as %v", typed, got)
		}
	}
}

func TestADaySinceIsReadAsPeopleTypeIt(t *testing.T) {
	today := Date{2026, 11, 24}
	for typed, want := range map[string]Date{"2w": {2026, 11, 10}, "10d": {2026, 11, 14}, "2026-11-01": {2026, 11, 1}, "2026-11-24": today} {
		if got, err := ParseSince(typed, today); err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "0w", "2026-11-25", "monday", "2026-11"} {
		if got, err := ParseSince(typed, today); err == nil {
			t.Errorf("%q is read as %v", typed, got)
		}
	}
}
