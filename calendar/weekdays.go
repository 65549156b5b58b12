package calendar

import (
	"fmt"
	"strings"
	"time"
)

// Weekdays is a set of days of the week: bit 0 is Monday, bit 6 Sunday.
type Weekdays uint8

// The days as one-day sets, and the usual working week.
const (
	Monday Weekdays = 1 << iota
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
	Sunday

	MonToFri = Monday | Tuesday | Wednesday | Thursday | Friday
	EveryDay = MonToFri | Saturday | Sunday
)

var dayNames = [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// Has says whether the set holds the day.
func (w Weekdays) Has(day time.Weekday) bool { return w&(1<<((int(day)+6)%7)) != 0 }

// String names the days in order, runs of three or more joined:
// "Mon-Fri", "Mon, Wed, Fri"; "" for the empty set.
func (w Weekdays) String() string {
	var parts []string
	for first := 0; first < 7; first++ {
		last := first
		for last < 7 && w&(1<<last) != 0 {
			last++
		}
		if last-first >= 3 {
			parts = append(parts, dayNames[first]+"-"+dayNames[last-1])
			first = last
			continue
		}
		for ; first < last; first++ {
			parts = append(parts, dayNames[first])
		}
	}
	return strings.Join(parts, ", ")
}

// ParseWeekdays reads days by their English names or first three letters,
// separated by commas, with ranges: "mon,wed", "Mon-Fri", "sat-mon".
func ParseWeekdays(s string) (Weekdays, error) {
	var days Weekdays
	for part := range strings.SplitSeq(s, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, ok := parseDay(from)
		last := first
		if isRange {
			var okLast bool
			last, okLast = parseDay(to)
			ok = ok && okLast
		}
		if !ok {
			return 0, fmt.Errorf("%q is not a day like mon, or a range like mon-fri", strings.TrimSpace(part))
		}
		for day := first; ; day = (day + 1) % 7 {
			days |= 1 << day
			if day == last {
				break
			}
		}
	}
	return days, nil
}

func parseDay(s string) (int, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	for i, name := range dayNames {
		full := strings.ToLower(time.Weekday((i + 1) % 7).String())
		if s == full || s == strings.ToLower(name) {
			return i, true
		}
	}
	return 0, false
}
