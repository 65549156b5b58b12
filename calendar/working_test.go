package calendar_test

import (
	"slices"
	"sync"
	"testing"

	"headway/calendar"
)

func TestWeekendsHolidaysAndDaysOffAreNotWorked(t *testing.T) {
	german := calendar.Calendar{Country: "DE", Off: map[calendar.Date]bool{date(t, "2026-11-27"): true}}
	american := calendar.Calendar{Country: "US"}
	plain := calendar.Calendar{}
	sunday := calendar.Calendar{Days: calendar.Sunday}
	for _, c := range []struct {
		name string
		in   calendar.Calendar
		day  string
		want bool
	}{
		{"weekday", german, "2026-11-26", true},
		{"weekend", german, "2026-11-28", false},
		{"day off", german, "2026-11-27", false},
		{"the same day elsewhere", plain, "2026-11-27", true},
		{"German Unity Day on a Saturday is not moved", german, "2026-10-02", true},
		{"Easter Monday", german, "2026-04-06", false},
		{"Easter Monday without a country", plain, "2026-04-06", true},
		{"a regional holiday", german, "2026-11-01", false}, // a Sunday
		{"a regional holiday on a weekday", german, "2027-01-06", true},
		{"Thanksgiving", american, "2026-11-26", false},
		{"the Friday before a Saturday holiday", american, "2026-07-03", false},
		{"New Year's Day observed in the old year", american, "2021-12-31", false},
		{"own working days", sunday, "2026-11-29", true},
		{"not an own working day", sunday, "2026-11-30", false},
		{"unknown country", calendar.Calendar{Country: "XX"}, "2026-12-25", true},
		{"Midsummer Eve, customary but no public holiday", calendar.Calendar{Country: "SE"}, "2026-06-19", true},
		{"Australia Day, in every state", calendar.Calendar{Country: "AU"}, "2026-01-26", false},
		{"Melbourne Cup, in one state", calendar.Calendar{Country: "AU"}, "2026-11-03", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.in.Working(date(t, c.day)); got != c.want {
				t.Errorf("%s: working %v, want %v", c.day, got, c.want)
			}
		})
	}
}

func TestWorkingDaysAreCounted(t *testing.T) {
	cal := calendar.Calendar{Country: "DE"}
	thursday := date(t, "2026-12-24")
	for n, want := range map[int]string{0: "2026-12-24", 1: "2026-12-28", 2: "2026-12-29", 5: "2027-01-04", -1: "2026-12-23", -4: "2026-12-18"} {
		if got := cal.AddWorking(thursday, n).String(); got != want {
			t.Errorf("%d working days from %v: %s, want %s", n, thursday, got, want)
		}
	}
	for end, want := range map[string]int{"2026-12-23": 0, "2026-12-24": 1, "2026-12-27": 1, "2027-01-04": 6} {
		if got := cal.WorkingBetween(thursday, date(t, end)); got != want {
			t.Errorf("from %v to %s: %d working days, want %d", thursday, end, got, want)
		}
	}
}

func TestCalendarWithoutWorkingDaysGivesNoDate(t *testing.T) {
	never := calendar.Calendar{Days: calendar.Monday, Off: map[calendar.Date]bool{}}
	for d := date(t, "2026-01-01"); d.Year < 2029; d = d.AddDays(1) {
		never.Off[d] = true
	}
	if got := never.AddWorking(date(t, "2026-02-01"), 1); !got.IsZero() {
		t.Errorf("it gives %v", got)
	}
}

func TestPeopleAreAwayOrWorkPartTime(t *testing.T) {
	cal := calendar.Calendar{Country: "DE"}
	p := calendar.Person{
		Away:     []calendar.Span{{From: date(t, "2026-11-10"), To: date(t, "2026-11-12")}},
		PartTime: calendar.Friday,
	}
	for day, want := range map[string]bool{
		"2026-11-09": true, "2026-11-10": false, "2026-11-12": false, "2026-11-13": false, // a Friday
		"2026-11-16": true, "2026-11-14": false, "2026-12-25": false,
	} {
		if got := cal.Available(date(t, day), p); got != want {
			t.Errorf("%s: available %v, want %v", day, got, want)
		}
	}
	if !cal.Available(date(t, "2026-11-13"), calendar.Person{}) {
		t.Error("someone without absences is away")
	}
}

func TestCountriesAreSortedAndHaveHolidays(t *testing.T) {
	countries := calendar.Countries()
	codes := map[string]bool{}
	names := make([]string, 0, len(countries))
	for _, c := range countries {
		if len(c.Code) != 2 || codes[c.Code] {
			t.Errorf("%q is no code, or there twice", c.Code)
		}
		codes[c.Code] = true
		names = append(names, c.Name)
		holidays := 0
		for d := date(t, "2026-01-01"); d.Year == 2026; d = d.AddDays(1) {
			if calendar.Holiday(c.Code, d) {
				holidays++
			}
		}
		if holidays < 5 || holidays > 30 {
			t.Errorf("%s has %d holidays in 2026", c.Name, holidays)
		}
	}
	if !slices.IsSorted(names) {
		t.Error("countries are not sorted by name")
	}
}

func TestHolidaysAreSafeToAskTogether(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for year := 2020; year < 2040; year++ {
				if !calendar.Holiday("GB", calendar.Date{Year: year, Month: 12, Day: 25}) {
					t.Errorf("25 December %d is no holiday", year)
				}
			}
		})
	}
	wg.Wait()
}

func TestHolidaysToComeHaveTheirNames(t *testing.T) {
	german := calendar.Calendar{Country: "DE", Off: map[calendar.Date]bool{date(t, "2026-12-25"): true}}
	want := []calendar.PublicHoliday{
		{Date: date(t, "2026-12-25"), Name: "Weihnachtstag"}, // the 26th is a Saturday
		{Date: date(t, "2027-01-01"), Name: "Neujahrstag"},
		{Date: date(t, "2027-03-26"), Name: "Karfreitag"},
	}
	if got := german.NextHolidays(date(t, "2026-12-25"), 3); !slices.Equal(got, want) {
		t.Errorf("they are %v, want %v", got, want)
	}
	for name, c := range map[string]calendar.Calendar{
		"no country": {}, "an unknown country": {Country: "XX"}, "a team that works on Sundays": {Country: "ZZ", Days: calendar.Sunday},
	} {
		if got := c.NextHolidays(date(t, "2026-12-25"), 3); len(got) > 0 {
			t.Errorf("%s has %v", name, got)
		}
	}
	if name := calendar.HolidayName("US", date(t, "2026-07-03")); name == "" {
		t.Error("a holiday has no name on the day on which it is observed")
	}
	for _, c := range calendar.Countries() {
		for _, h := range (calendar.Calendar{Country: c.Code, Days: calendar.EveryDay}).NextHolidays(date(t, "2026-01-01"), 40) {
			if h.Name == "" || h.Date.Year > 2027 {
				t.Errorf("%s: %v", c.Name, h)
			}
		}
	}
}
