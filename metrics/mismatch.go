package metrics

import (
	"cmp"
	"slices"
	"time"

	"headway/calendar"
)

// SilentAfter is after how many working days without a change of status an item
// in progress counts as silent.
const SilentAfter = 5

// Doubt is an item in progress that its owner may not mean by "on track": it is
// flagged, or silent.
type Doubt struct {
	Key     string
	Flagged time.Time // since when; zero for a silent one
	Silent  int       // working days without a change of status
}

// Worth says whether the doubt is worth a question today: a flag always is, a
// silence when it begins and every fifth working day after. What was answered
// before is not kept, and the same question each morning would be a nuisance.
func (d Doubt) Worth() bool {
	return !d.Flagged.IsZero() || (d.Silent-SilentAfter)%SilentAfter == 1
}

// Doubts are those of a person's own items in progress, flagged ones first, the
// oldest doubt in front. Epics move slowly and are left out. Signal S13, the
// half for one person.
func Doubts(issues []Issue, cal calendar.Calendar, today calendar.Date, zone *time.Location) []Doubt {
	var found []Doubt
	for _, i := range issues {
		if i.Level > 0 {
			continue
		}
		d := Doubt{Key: i.Key, Flagged: i.flaggedSince(), Silent: i.silence(cal, today, zone)}
		if !d.Flagged.IsZero() || d.Silent > SilentAfter {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b Doubt) int {
		if a.Flagged.IsZero() != b.Flagged.IsZero() {
			return cmp.Compare(boolean(a.Flagged.IsZero()), boolean(b.Flagged.IsZero()))
		}
		return cmp.Or(a.Flagged.Compare(b.Flagged), cmp.Compare(b.Silent, a.Silent), cmp.Compare(a.Key, b.Key))
	})
	return found
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// flaggedSince is when the flag that stands was raised, zero without one.
func (i Issue) flaggedSince() time.Time {
	if n := len(i.Flags); n > 0 && i.Flags[n-1].Set {
		return i.Flags[n-1].At
	}
	return time.Time{}
}

// silence counts the working days after the one of the last move, or of the
// creation, up to today.
func (i Issue) silence(cal calendar.Calendar, today calendar.Date, zone *time.Location) int {
	last := i.Created
	if n := len(i.Moves); n > 0 {
		last = i.Moves[n-1].At
	}
	return cal.WorkingBetween(calendar.DateOf(last, zone).AddDays(1), today)
}
