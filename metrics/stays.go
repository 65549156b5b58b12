package metrics

import (
	"time"

	"headway/calendar"
)

// Stay is one stay of an issue in a status; To is zero while it lasts.
type Stay struct {
	Status   string
	Stage    Stage
	From, To time.Time
}

// Stays returns the stays of the issue as of now, oldest first. What lies after
// now has not happened; a move into the status where the issue already is does
// not start a new one.
func (r Rules) Stays(i Issue, now time.Time) []Stay {
	if i.Created.After(now) {
		return nil
	}
	i.Moves = movesUntil(now, i.Moves)
	var stays []Stay
	for _, v := range r.visits(nil, i) {
		stays = append(stays, Stay{v.status, v.stage, v.from, v.to})
	}
	return stays
}

// TimeInStatus returns how long the issue was in each status up to now, by
// status id: every stay counts, the one that lasts too.
func (r Rules) TimeInStatus(i Issue, now time.Time) map[string]time.Duration {
	sum := map[string]time.Duration{}
	for _, s := range r.Stays(i, now) {
		end := s.To
		if end.IsZero() {
			end = now
		}
		sum[s.Status] += max(0, end.Sub(s.From))
	}
	return sum
}

// Age is the age in calendar days, date(now) - date(since) + 1: what began
// today is one day old. It is never negative.
func Age(since, now time.Time, z *time.Location) int { return max(0, CycleDays(since, now, z)) }

// WorkingAge is the age in working days of the calendar, the first and the last
// day included.
func WorkingAge(c calendar.Calendar, since, now time.Time) int {
	return newRuler(c, now, 0).age(since)
}

// ruler counts working days up to today. Days far back are counted once and
// then looked up.
type ruler struct {
	calendar calendar.Calendar
	zone     *time.Location
	today    calendar.Date
	first    calendar.Date
	until    []int32 // working days from first to before day k
}

// newRuler makes a ruler that looks up the given number of days before today.
func newRuler(c calendar.Calendar, now time.Time, back int) ruler {
	m := ruler{calendar: c, zone: c.Zone}
	if m.zone == nil {
		m.zone = time.UTC
	}
	m.today = calendar.DateOf(now, m.zone)
	m.first = m.today.AddDays(-back)
	m.until = make([]int32, 1, back+2)
	for k := range back + 1 {
		n := m.until[k]
		if c.Working(m.first.AddDays(k)) {
			n++
		}
		m.until = append(m.until, n)
	}
	return m
}

// age counts the working days from the day of the instant to today, both
// included; 0 for an instant after today.
func (m ruler) age(since time.Time) int { return m.days(calendar.DateOf(since, m.zone), m.today) }

// days counts the working days from a to b, both included; b is today or before.
func (m ruler) days(a, b calendar.Date) int {
	if a.After(b) {
		return 0
	}
	from, to := a.Sub(m.first), b.Sub(m.first)
	if from < 0 || to+1 >= len(m.until) {
		return m.calendar.WorkingBetween(a, b)
	}
	return int(m.until[to+1] - m.until[from])
}

// back returns the n-th last working day, today included: the first day of a
// window of n working days.
func (m ruler) back(n int) calendar.Date {
	if m.calendar.Working(m.today) {
		n--
	}
	d := m.calendar.AddWorking(m.today, -n)
	if d.IsZero() { // a calendar without working days
		return m.today
	}
	return d
}

// withinADay says whether less than one working day lies between the instants:
// from Friday afternoon to Monday morning it does not take the weekend.
func (m ruler) withinADay(from, to time.Time) bool {
	began := m.age(from) - m.age(to) // working days that began in between
	return began == 0 || began == 1 && m.clock(to) < m.clock(from)
}

// clock returns the time since the local day began.
func (m ruler) clock(t time.Time) time.Duration {
	return t.Sub(calendar.DateOf(t, m.zone).Start(m.zone))
}
