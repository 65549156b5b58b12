package calendar_test

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func TestAtOnDaysWhenClocksChange(t *testing.T) {
	for _, c := range []struct {
		name, zone, day string
		hour, minute    int
		want            string
	}{
		{"plain", "Europe/Berlin", "2026-11-24", 9, 30, "2026-11-24T09:30:00+01:00"},
		{"gap", "America/New_York", "2026-03-08", 2, 30, "2026-03-08T03:00:00-04:00"},
		{"first minute of a gap", "America/New_York", "2026-03-08", 2, 0, "2026-03-08T03:00:00-04:00"},
		{"just before a gap", "America/New_York", "2026-03-08", 1, 59, "2026-03-08T01:59:00-05:00"},
		{"just after a gap", "America/New_York", "2026-03-08", 3, 0, "2026-03-08T03:00:00-04:00"},
		{"gap that Go resolves forwards", "Europe/Berlin", "2026-03-29", 2, 30, "2026-03-29T03:00:00+02:00"},
		{"gap of half an hour", "Australia/Lord_Howe", "2026-10-04", 2, 15, "2026-10-04T02:30:00+11:00"},
		{"gap at midnight", "America/Santiago", "2026-09-06", 0, 0, "2026-09-06T01:00:00-03:00"},
		{"overlap", "America/New_York", "2026-11-01", 1, 30, "2026-11-01T01:30:00-04:00"},
		{"end of an overlap", "America/New_York", "2026-11-01", 2, 0, "2026-11-01T02:00:00-05:00"},
		{"overlap at midnight", "America/Havana", "2026-11-01", 0, 30, "2026-11-01T00:30:00-04:00"},
		{"no changes at all", "Etc/GMT+5", "2026-11-01", 1, 30, "2026-11-01T01:30:00-05:00"},
		{"a day that was skipped", "Pacific/Apia", "2011-12-30", 12, 0, "2011-12-31T00:00:00+14:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := date(t, c.day).At(c.hour, c.minute, zone(t, c.zone)).Format(time.RFC3339)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestDaysMeetWithoutGapOrOverlap(t *testing.T) {
	for _, name := range []string{"America/Santiago", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Europe/Berlin", "UTC"} {
		z := zone(t, name)
		for d := date(t, "2026-01-01"); d.Year < 2028; d = d.AddDays(1) {
			next := d.AddDays(1)
			if !d.End(z).Equal(next.Start(z)) {
				t.Fatalf("%s: %v ends at %v, %v starts at %v", name, d, d.End(z), next, next.Start(z))
			}
			last := d.End(z).Add(-time.Second)
			if y, m, day := last.Date(); y != d.Year || m != d.Month || day != d.Day {
				t.Fatalf("%s: the last second of %v is %v", name, d, last)
			}
		}
	}
}
