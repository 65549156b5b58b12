package calendar

import "time"

// Calendar says which days a project works. Days without any day means
// Monday to Friday.
type Calendar struct {
	Zone    *time.Location
	Days    Weekdays
	Country string        // ISO 3166 code of the public holidays; "" has none
	Off     map[Date]bool // days off of the team
}

// Working says whether the project works on the day.
func (c Calendar) Working(d Date) bool {
	days := c.Days
	if days&EveryDay == 0 {
		days = MonToFri
	}
	return days.Has(d.Weekday()) && !c.Off[d] && !Holiday(c.Country, d)
}

// AddWorking returns the n-th working day after d, before d where n is
// negative; d itself for 0. A calendar without working days for a whole year
// gives the zero Date.
func (c Calendar) AddWorking(d Date, n int) Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for idle := 0; n > 0; {
		d = d.AddDays(step)
		if c.Working(d) {
			n, idle = n-1, 0
		} else if idle++; idle > 366 {
			return Date{}
		}
	}
	return d
}

// WorkingBetween counts the working days from a to b, both included; 0 when b
// is before a.
func (c Calendar) WorkingBetween(a, b Date) int {
	n := 0
	for d := a; !d.After(b); d = d.AddDays(1) {
		if c.Working(d) {
			n++
		}
	}
	return n
}

// PublicHoliday is a holiday under the name that its country gives it.
type PublicHoliday struct {
	Date Date
	Name string
}

// NextHolidays lists the first n public holidays from a day on, within a year,
// that fall on a day of the week on which the project works.
func (c Calendar) NextHolidays(from Date, n int) []PublicHoliday {
	week := Calendar{Days: c.Days}
	var found []PublicHoliday
	for d := from; len(found) < n && d.Sub(from) <= 366; d = d.AddDays(1) {
		if name := HolidayName(c.Country, d); name != "" && week.Working(d) {
			found = append(found, PublicHoliday{d, name})
		}
	}
	return found
}

// Person is what the calendar knows of one person's time.
type Person struct {
	Away     []Span
	PartTime Weekdays // the days of the week on which this person does not work
}

// Available says whether the project works on the day and the person does too.
func (c Calendar) Available(d Date, p Person) bool {
	if !c.Working(d) || p.PartTime.Has(d.Weekday()) {
		return false
	}
	for _, away := range p.Away {
		if away.Has(d) {
			return false
		}
	}
	return true
}
