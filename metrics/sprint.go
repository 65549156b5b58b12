package metrics

import (
	"cmp"
	"slices"
	"time"
)

// Amount is a number of items and the sum of their estimates.
type Amount struct {
	Items  int
	Points float64
}

func (a *Amount) add(items int, points float64) {
	a.Items += items
	a.Points += points
}

// Scope is what happened to the work of a sprint. Committed + Added + Changed
// - Removed - Completed = Remaining, in items and in points.
type Scope struct {
	Committed Amount  // in the sprint and not done just before its start
	Added     Amount  // came in since
	Changed   float64 // net change of the estimates of what is in it, points
	Removed   Amount
	Completed Amount
	Kept      Amount // the committed part of Completed, at the committed estimates
	Remaining Amount

	Exact bool // Committed was noted when the sprint started, not rebuilt
}

// SayDo is the completed share of what was committed, in items, and in points
// as estimated at the start. A part without anything committed has Den 0.
func (s Scope) SayDo() (items Ratio, points float64) {
	if s.Committed.Points > 0 {
		points = s.Kept.Points / s.Committed.Points
	}
	return Ratio{s.Kept.Items, s.Committed.Items}, points
}

func (s *Scope) merge(other Scope) {
	s.Committed.add(other.Committed.Items, other.Committed.Points)
	s.Added.add(other.Added.Items, other.Added.Points)
	s.Changed += other.Changed
	s.Removed.add(other.Removed.Items, other.Removed.Points)
	s.Completed.add(other.Completed.Items, other.Completed.Points)
	s.Kept.add(other.Kept.Items, other.Kept.Points)
	s.Remaining.add(other.Remaining.Items, other.Remaining.Points)
}

// SprintSnapshot is what was noted of a sprint at its start and at its close:
// counts and points, no issue.
type SprintSnapshot struct {
	Sprint    int64
	Committed Amount
	Closed    *Scope // nil until the sprint is closed
}

// Apply returns the scope with what the snapshot knows better than the history
// from which it was rebuilt.
func (n SprintSnapshot) Apply(rebuilt Scope) Scope {
	s := rebuilt
	if n.Closed != nil {
		s = *n.Closed
	}
	s.Committed, s.Exact = n.Committed, true
	s.Kept.Items = min(s.Kept.Items, s.Committed.Items)
	s.Kept.Points = min(s.Kept.Points, s.Committed.Points)
	return s
}

// Dated says whether the sprint has begun at a known time; only then has it a
// scope.
func (s Sprint) Dated() bool { return s.State != "future" && !s.Start.IsZero() }

// until returns the instant as of which the sprint is judged.
func (s Sprint) until(now time.Time) time.Time {
	if s.State == "closed" && !s.Done.IsZero() {
		return earlier(s.Done, now)
	}
	return now
}

// SprintChange is what happened to an issue with regard to a sprint.
type SprintChange uint8

// The changes, in the order in which those of one instant are taken.
const (
	SprintEntered SprintChange = iota
	SprintEstimated
	SprintFinished
	SprintLeft
)

// SprintEvent is one change of one issue; Points is its estimate afterwards, 0
// without one.
type SprintEvent struct {
	Issue  int64
	At     time.Time
	Change SprintChange
	Points float64
}

// SprintEvents returns what happened to the issue with regard to the sprint as
// of now, oldest first: stays, and while it stays changes of the estimate and
// its end, after which nothing counts. An issue that was done before it came
// in has no events.
func (r Rules) SprintEvents(i Issue, sprint int64, now time.Time) []SprintEvent {
	i.Moves = movesUntil(now, i.Moves)
	done, finished := r.Finished(i)
	var events []SprintEvent
	for _, s := range i.Sprints {
		if s.Sprint == sprint && !s.From.After(now) && (!finished || s.From.Before(done)) {
			events = i.addStay(events, s, done, now)
		}
	}
	return events
}

func (i Issue) addStay(events []SprintEvent, s Span, done, now time.Time) []SprintEvent {
	end := s.To
	if end.IsZero() || end.After(now) {
		end = now.Add(1)
	}
	finished := !done.IsZero() && done.Before(end)
	if finished {
		end = done
	}
	events = append(events, SprintEvent{i.ID, s.From, SprintEntered, i.pointsAt(s.From)})
	for _, e := range i.Estimates {
		if e.At.After(s.From) && e.At.Before(end) {
			events = append(events, SprintEvent{i.ID, e.At, SprintEstimated, value(e.Points)})
		}
	}
	switch {
	case finished:
		events = append(events, SprintEvent{i.ID, done, SprintFinished, i.pointsAt(done)})
	case !end.After(now):
		events = append(events, SprintEvent{i.ID, end, SprintLeft, i.pointsAt(end)})
	}
	return events
}

func value(points *float64) float64 {
	if points == nil {
		return 0
	}
	return *points
}

// pointsAt returns the estimate at an instant, a change at that very instant
// included; 0 without one.
func (i Issue) pointsAt(at time.Time) float64 {
	if len(i.Estimates) == 0 {
		return value(i.Points)
	}
	points := 0.0
	for _, e := range i.Estimates {
		if e.At.After(at) {
			break
		}
		points = value(e.Points)
	}
	return points
}

// TallySprint makes the scope of a sprint from the events of its issues, in any
// order, as of now or as of its close. It is false for a sprint that has not
// begun or whose dates are unknown.
func TallySprint(s Sprint, events []SprintEvent, now time.Time) (Scope, bool) {
	var scope Scope
	until := s.until(now)
	if !s.Dated() || until.Before(s.Start) {
		return scope, false
	}
	ordered := slices.Clone(events)
	slices.SortStableFunc(ordered, func(a, b SprintEvent) int {
		return cmp.Or(cmp.Compare(a.Issue, b.Issue), a.At.Compare(b.At), cmp.Compare(a.Change, b.Change))
	})
	for first := 0; first < len(ordered); {
		last := first
		for last < len(ordered) && ordered[last].Issue == ordered[first].Issue {
			last++
		}
		scope.addIssue(s.Start, until, ordered[first:last])
		first = last
	}
	return scope, true
}

// addIssue counts the events of one issue.
func (s *Scope) addIssue(start, until time.Time, events []SprintEvent) {
	p := part{scope: s}
	for _, e := range events {
		if e.At.After(until) {
			break
		}
		if !e.At.Before(start) {
			p.begin()
		}
		p.take(e)
	}
	p.begin()
	if p.in {
		s.Remaining.add(1, p.points)
	}
}

// part is one issue's part in a sprint.
type part struct {
	scope     *Scope
	begun     bool // the sprint has
	in, done  bool
	points    float64
	committed bool
	promised  float64 // the points when it was committed
}

// begin takes what is in the sprint as committed.
func (p *part) begin() {
	if p.begun {
		return
	}
	p.begun = true
	if p.in {
		p.committed, p.promised = true, p.points
		p.scope.Committed.add(1, p.points)
	}
}

func (p *part) take(e SprintEvent) {
	switch e.Change {
	case SprintEntered:
		if !p.in && !p.done {
			p.in, p.points = true, e.Points
			p.count(&p.scope.Added)
		}
	case SprintEstimated:
		if p.in {
			if p.begun {
				p.scope.Changed += e.Points - p.points
			}
			p.points = e.Points
		}
	case SprintLeft:
		if p.in {
			p.in = false
			p.count(&p.scope.Removed)
		}
	case SprintFinished:
		p.finish()
	}
}

// count counts the issue, once the sprint has begun.
func (p *part) count(a *Amount) {
	if p.begun {
		a.add(1, p.points)
	}
}

func (p *part) finish() {
	if !p.in {
		return
	}
	p.in, p.done = false, true
	p.count(&p.scope.Completed)
	if p.committed {
		p.scope.Kept.add(1, p.promised)
	}
}
