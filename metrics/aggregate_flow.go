package metrics

import (
	"strings"
	"time"
)

// addFlow counts an item where it was created, started and finished.
func (a *aggregation) addFlow(i Issue) {
	if week := a.at(i.Created); week != nil {
		week.Created++
	}
	started, begun := a.path.started()
	if begun {
		if week := a.at(started); week != nil {
			week.Started++
		}
	}
	done, ok := a.path.finished()
	if !ok {
		return
	}
	day := a.days.index(done)
	week := a.week(day)
	if week == nil {
		return
	}
	week.Completed++
	week.DoneByDay[day%7]++
	if i.AI {
		week.CompletedAI++
	}
	group := week.class(i)
	group.Count++
	switch {
	case !begun:
		week.Excluded[ExcludedNeverStarted]++
	case !started.Before(done):
		week.Excluded[ExcludedDoneFirst]++
	default:
		week.CycleDays[CycleDays(started, done, a.zone)]++
		week.addTimes(i.AI, minutes(done.Sub(started)), group)
	}
}

// addTimes counts the time from start to done. Lead time has the same ends as
// cycle time until a definition sets others.
func (w *row) addTimes(ai bool, elapsed int64, group *ClassTime) {
	w.Cycle.Add(elapsed)
	w.Lead.Add(elapsed)
	group.Lead.Add(elapsed)
	if ai {
		w.LeadAI.Add(elapsed)
	}
}

func (w *row) class(i Issue) *ClassTime {
	key := class{i.Type, sizeBucket(i.Points), i.AI} // kind is cloned below: it may be part of a whole page
	group := w.classes[key]
	if group == nil {
		group = &ClassTime{Class: strings.Clone(key.kind), Bucket: key.bucket, AI: key.ai}
		w.classes[key] = group
	}
	return group
}

// sizeBucket groups estimates so that like is compared with like: up to 2
// points small, up to 5 medium, above large.
func sizeBucket(points *float64) string {
	switch {
	case points == nil:
		return "none"
	case *points <= 2:
		return "s"
	case *points <= 5:
		return "m"
	}
	return "l"
}

// addWork counts an item on each day at whose end it was under way.
func (a *aggregation) addWork() {
	started, ok := a.path.started()
	if !ok {
		return
	}
	for _, v := range a.path {
		if v.stage.started() {
			a.addSpell(started, v)
		}
	}
}

// addSpell counts one stay under way. The state at the end of a day is made by
// what happened before that instant, so the day of the entry counts and the
// day of the exit does not.
func (a *aggregation) addSpell(started time.Time, v visit) {
	from := max(a.days.index(v.from), 0)
	to := a.days.last + 1
	if !v.to.IsZero() {
		to = min(a.days.index(v.to), to)
	}
	if from >= to {
		return
	}
	a.wip[from]++
	a.wip[to]--
	for k := from / 7; k <= (to-1)/7; k++ {
		if end := a.lastDayOf(k); from <= end && end < to {
			a.rows[k].AgeAtEnd.Add((a.days.end(end) - started.Unix()) / 60)
		}
	}
}

// lastDayOf returns the day at whose end the state of week k is taken: Sunday,
// or today while the week is running.
func (a *aggregation) lastDayOf(k int) int { return min(7*k+6, a.days.last) }

// addVisits counts the stays that ended, each in the week of its end, and the
// moves into statuses that the definition does not know.
func (a *aggregation) addVisits() {
	var review time.Time
	var unmapped *row
	for k, v := range a.path {
		if v.stage == Unmapped {
			if week := a.at(v.from); week != nil && week != unmapped {
				week.Excluded[ExcludedUnmapped]++
				unmapped = week
			}
		}
		if v.to.IsZero() {
			break
		}
		if v.stage == InReview && (k == 0 || a.path[k-1].stage != InReview) {
			review = v.from
		}
		week := a.at(v.to)
		if week == nil {
			continue
		}
		week.status(v.status).add(minutes(v.to.Sub(v.from)))
		if v.stage == InReview && a.path[k+1].stage != InReview {
			week.Review.Add(minutes(v.to.Sub(review)))
		}
	}
}

func (w *row) status(id string) *StatusTime {
	s := w.statuses[id]
	if s == nil {
		s = &StatusTime{Status: strings.Clone(id)}
		w.statuses[id] = s
	}
	return s
}

func (s *StatusTime) add(minutes int64) {
	s.Visits++
	s.Time.Add(minutes)
}
