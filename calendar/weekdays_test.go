package calendar_test

import (
	"testing"
	"time"

	"headway/calendar"
)

func TestWeekdaysAreReadAndNamed(t *testing.T) {
	for text, want := range map[string]string{
		"mon-fri": "Mon-Fri", "Mon, Wed ,FRIDAY": "Mon, Wed, Fri", "sat-mon": "Mon, Sat, Sun", "mon,tue": "Mon, Tue",
		"sun": "Sun", "mon-sun": "Mon-Sun", "tue-thu,sat": "Tue-Thu, Sat", "wed-wed": "Wed",
	} {
		days, err := calendar.ParseWeekdays(text)
		if err != nil || days.String() != want {
			t.Errorf("ParseWeekdays(%q) = %q, %v, want %q", text, days, err, want)
		}
		if again, err := calendar.ParseWeekdays(want); err != nil || again != days {
			t.Errorf("%q reads back as %q, %v", want, again, err)
		}
	}
}

func TestParseWeekdaysRefusesOtherWords(t *testing.T) {
	for _, s := range []string{"", "mo", "mon,", "mon-", "-fri", "mon-wed-fri", "daily", "mon;tue"} {
		if days, err := calendar.ParseWeekdays(s); err == nil {
			t.Errorf("ParseWeekdays(%q) = %q, want an error", s, days)
		}
	}
}

func TestMonToFriHasNoWeekend(t *testing.T) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		weekend := day == time.Saturday || day == time.Sunday
		if calendar.MonToFri.Has(day) == weekend || !calendar.EveryDay.Has(day) {
			t.Errorf("%v is in the wrong set", day)
		}
	}
}
