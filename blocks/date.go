package blocks

import (
	"fmt"
	"time"

	"headway/calendar"
)

// Day is "Tue 24 Nov", with the year when it is not the year of now. Both
// instants must be in the reader's zone.
func Day(t, now time.Time) string {
	if t.Year() != now.Year() {
		return t.Format("Mon 2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}

// Clock is "13:30" in t's zone.
func Clock(t time.Time) string { return t.Format("15:04") }

// When is the shortest way to say an instant seen from now: "today 13:30",
// "tomorrow 09:00", "Fri 09:00" within six days, else "Fri 4 Dec 09:00"; "not
// yet" for the zero time. Both must be in the reader's zone.
func When(t, now time.Time) string {
	if t.IsZero() {
		return "not yet"
	}
	t = t.In(now.Location())
	days := dateOf(t).Sub(dateOf(now))
	switch {
	case days == 0:
		return "today " + Clock(t)
	case days == 1:
		return "tomorrow " + Clock(t)
	case days == -1:
		return "yesterday " + Clock(t)
	case days > -7 && days < 7:
		return t.Format("Mon 15:04")
	}
	return Day(t, now) + " " + Clock(t)
}

// Moment is an instant in full, for what is read on other days too: "Mon 30 Nov
// 09:00". Both must be in the reader's zone.
func Moment(t, now time.Time) string { return Day(t, now) + " " + Clock(t) }

// weekday is "Mon" within six days before now, else Day. Both must be in the
// reader's zone.
func weekday(t, now time.Time) string {
	if days := dateOf(now).Sub(dateOf(t)); days >= 0 && days < 7 {
		return t.Format("Mon")
	}
	return Day(t, now)
}

// next is When for a moment to come; "not planned" for the zero time.
func next(t, now time.Time) string {
	if t.IsZero() {
		return "not planned"
	}
	return When(t, now)
}

// Date is a calendar day as Day writes it.
func Date(d calendar.Date, now time.Time) string { return Day(d.At(12, 0, time.UTC), now) }

// weekSpan is the days of a week: "16-22 Nov", "30 Nov - 6 Dec".
func weekSpan(w calendar.Week) string {
	from := w.Monday()
	to := from.AddDays(6)
	if from.Month == to.Month {
		return fmt.Sprintf("%d-%d %s", from.Day, to.Day, month(to))
	}
	return fmt.Sprintf("%d %s - %d %s", from.Day, month(from), to.Day, month(to))
}

func month(d calendar.Date) string { return d.Month.String()[:3] }

func dateOf(t time.Time) calendar.Date { return calendar.DateOf(t, t.Location()) }

// ago is how long before now t was, in the coarsest unit that is honest.
func ago(t, now time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return count(int(d.Minutes()), "minute", "minutes") + " ago"
	case d < 48*time.Hour:
		return count(int(d.Hours()), "hour", "hours") + " ago"
	}
	return count(int(d.Hours()/24), "day", "days") + " ago"
}

// clockTime is "09:05".
func clockTime(hour, minute int) string { return fmt.Sprintf("%02d:%02d", hour, minute) }

// span is a length of time in words: "2 minutes", "1 hour".
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return count(max(1, int(d.Round(time.Second).Seconds())), "second", "seconds")
	case d < time.Hour:
		return count(int(d.Round(time.Minute).Minutes()), "minute", "minutes")
	}
	if m := int(d.Round(time.Minute).Minutes()) % 60; m != 0 {
		return count(int(d.Hours()), "hour", "hours") + " " + count(m, "minute", "minutes")
	}
	return count(int(d.Round(time.Minute).Hours()), "hour", "hours")
}
