package history

import (
	"fmt"
	"time"
)

// bulkDay is how many issues done on one day are housekeeping, not work.
const bulkDay = 30

// busiest is the Monday after the 26 weeks in which most was done, at least
// lastWeeks before the last change.
func (r *recorded) busiest() (time.Time, error) {
	perDay, last := map[time.Time]int{}, time.Time{}
	for _, i := range r.Issues {
		for _, h := range i.Histories {
			at := time.Time(h.At).UTC()
			if at.After(last) {
				last = at
			}
			perDay[utcDay(at)] += h.ended()
		}
	}
	weeks := map[time.Time]int{}
	first := last
	for day, n := range perDay {
		if n <= bulkDay {
			weeks[Monday(day)] += n
		}
		if day.Before(first) {
			first = day
		}
	}
	best, most := time.Time{}, -1
	for end := Monday(first).Add(26 * week); !end.After(last.Add(-lastWeeks * week)); end = end.Add(week) {
		sum := 0
		for k := range 26 {
			sum += weeks[end.Add(-time.Duration(k+1)*week)]
		}
		if sum > most {
			best, most = end, sum
		}
	}
	if most < 0 {
		return best, fmt.Errorf("%w: it has less than 38 weeks", ErrTooShort)
	}
	return best, nil
}

// span is from the first issue's creation to the last change.
func (r *recorded) span() (first, last time.Time) {
	first = time.Time(r.Issues[0].Created)
	for _, i := range r.Issues {
		if c := time.Time(i.Created); c.Before(first) {
			first = c
		}
		for _, h := range i.Histories {
			if at := time.Time(h.At); at.After(last) {
				last = at
			}
		}
	}
	return first, last
}

// ended counts the moves into a done status.
func (h *recordedHistory) ended() int {
	n := 0
	for _, it := range h.Items {
		if str(it[0]) == "status" && category(str(it[3])) == CategoryDone && category(str(it[1])) != CategoryDone {
			n++
		}
	}
	return n
}

func category(status string) string {
	for _, s := range recordedStatuses {
		if s.ID == status {
			return s.Category
		}
	}
	return ""
}
