package metrics

import (
	"slices"
	"time"
)

const (
	bunchDays    = 2  // the last working days of a sprint
	keptSprints  = 13 // closed sprints that are looked at
	manySprints  = 3  // sprints in which an item must not be
	sprintActive = "active"
	sprintClosed = "closed"
)

// sprintFacts picks the active sprints and the last closed ones, in order of
// their start.
func (b Board) sprintFacts(r ruler) []sprintFacts {
	var active, closed []sprintFacts
	for _, s := range b.Sprints {
		f := sprintFacts{Sprint: s, dated: s.Dated()}
		switch {
		case s.State == sprintActive:
			active = append(active, f)
		case s.State == sprintClosed && f.dated:
			f.lateFrom = r.lateFrom(s, b.Now)
			closed = append(closed, f)
		}
	}
	byStart := func(x, y sprintFacts) int { return x.Start.Compare(y.Start) }
	slices.SortStableFunc(active, byStart)
	slices.SortStableFunc(closed, byStart)
	return append(closed[max(0, len(closed)-keptSprints):], active...)
}

// lateFrom returns the start of the last two working days of a sprint.
func (m ruler) lateFrom(s Sprint, now time.Time) time.Time {
	at := newRuler(m.calendar, s.until(now), 0)
	return at.back(bunchDays).Start(m.zone)
}

// addSprints counts an item for the sprints that it was in.
func (s *survey) addSprints(i Issue) {
	if len(i.Sprints) == 0 {
		return
	}
	for k := range s.sprints {
		f := &s.sprints[k]
		if slices.ContainsFunc(i.Sprints, func(p Span) bool { return p.Sprint == f.ID }) {
			s.addSprint(f, i)
		}
	}
}

func (s *survey) addSprint(f *sprintFacts, i Issue) {
	now := s.board.Now
	until := f.until(now)
	in := slices.ContainsFunc(i.Sprints, func(p Span) bool {
		return p.Sprint == f.ID && !p.From.After(until) && (p.To.IsZero() || p.To.After(until))
	})
	if in {
		f.items++
		f.unestimated += count(i.Points == nil)
	}
	events := s.board.Rules.SprintEvents(i, f.ID, until)
	scope, ok := TallySprint(f.Sprint, events, now)
	if !ok {
		return
	}
	f.merge(scope)
	last := s.path[len(s.path)-1].stage
	if in && scope.Committed.Items > 0 && last == ToDo {
		f.toDo++
	}
	if f.State == sprintActive && in && last != Done && s.board.stays(i) >= manySprints {
		f.carriedThree = append(f.carriedThree, i.ID)
	}
	for _, e := range events {
		if e.Change == SprintFinished && !e.At.Before(f.lateFrom) && !e.At.Before(f.Start) {
			f.late++
		}
	}
}

// snapshots applies what was noted when the sprints started and closed.
func (s *survey) snapshots() {
	for k := range s.sprints {
		f := &s.sprints[k]
		slices.Sort(f.carriedThree)
		for _, n := range s.board.Snapshots {
			if n.Sprint == f.ID && f.dated {
				f.Scope = n.Apply(f.Scope)
			}
		}
	}
}

// active returns the active sprints, closed the closed ones, oldest first.
func (s *survey) active() []sprintFacts { return s.inState(sprintActive) }

func (s *survey) closed() []sprintFacts { return s.inState(sprintClosed) }

func (s *survey) inState(state string) []sprintFacts {
	var list []sprintFacts
	for _, f := range s.sprints {
		if f.State == state {
			list = append(list, f)
		}
	}
	return list
}
