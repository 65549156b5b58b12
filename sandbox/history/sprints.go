package history

import (
	"fmt"
	"slices"
	"time"
)

// sprintDay does what the calendar of a scrum team asks for: every second
// Monday a sprint ends and the next starts, the Friday before it is prepared.
func (t *team) sprintDay(d time.Time) {
	second := t.week(d)%2 == 1
	switch {
	case !second && d.Weekday() == time.Monday:
		t.turnSprint(d)
	case second && d.Weekday() == time.Friday:
		t.prepare(d)
	case !second && d.Weekday() == time.Thursday:
		t.dropFromSprint(d)
	case d.Weekday() == time.Wednesday:
		t.addToSprint(d)
	}
}

func (t *team) newSprint(created time.Time) *Sprint {
	n := firstSprint + len(t.board.Sprints)
	sp := &Sprint{ID: int64(n), Name: fmt.Sprintf("Sprint %d", n), Created: created}
	t.board.Sprints = append(t.board.Sprints, sp)
	return sp
}

// upcoming is the sprint after the active one.
func (t *team) upcoming(d time.Time) *Sprint {
	sprints := t.board.Sprints
	if n := len(sprints); n > 0 && sprints[n-1] != t.sprint {
		return sprints[n-1]
	}
	return t.newSprint(t.lead.at(d, 10.5))
}

// prepare puts the surest candidates into the upcoming sprint.
func (t *team) prepare(d time.Time) {
	sp, at := t.upcoming(d), t.lead.at(d, 14.1)
	for n, item := range t.sorted(at) {
		if n == 9 {
			return
		}
		at = at.Add(50 * time.Second)
		item.change(at, t.lead.id, item.toSprint(sp))
	}
}

func (t *team) turnSprint(d time.Time) {
	sp, at := t.upcoming(d), t.lead.at(d, 9.75)
	if t.sprint != nil {
		t.sprint.Completed = at
		for _, item := range slices.Concat(t.wip, t.ready) {
			at = at.Add(time.Second)
			item.change(at, t.lead.id, item.toSprint(sp))
		}
	}
	t.plan(sp, t.lead.at(d, 9.85))
	sp.Started = t.lead.at(d, 10.1)
	sp.Start, sp.End = sp.Started, t.lead.at(d.AddDate(0, 0, 14), 9.5)
	sp.Goal = "Bring " + t.goal() + " further"
	t.sprint = sp
	t.newSprint(t.lead.at(d, 10.3))
	t.selectPlanned(t.lead.at(d, 10.2))
}

// goal names the first epic that is still open.
func (t *team) goal() string {
	for _, e := range t.epics {
		if e.draft.now.Status != done && e.plan.size > 0 {
			return e.plan.topic
		}
	}
	return "small things"
}

// plan fills the sprint up to what the team usually gets done.
func (t *team) plan(sp *Sprint, at time.Time) {
	want := 23 + t.rnd.IntN(5) - len(t.wip) - len(t.ready)
	for _, item := range t.sorted(at) {
		chosen := slices.Contains(item.now.Sprints, sp.ID)
		if !chosen && want <= 0 {
			continue
		}
		want--
		if !chosen {
			at = at.Add(9 * time.Second)
			item.change(at, t.lead.id, item.toSprint(sp))
		}
		t.backlog = without(t.backlog, item)
		t.ready = append(t.ready, item)
	}
}

// selectPlanned lets the automation rule move what was planned out of "To Do".
func (t *team) selectPlanned(at time.Time) {
	for n, item := range t.ready {
		if item.now.Status == toDo && n%4 != 3 {
			at = at.Add(2 * time.Second)
			item.change(at, AutomationAccount, item.status(selected))
		}
	}
}

// addToSprint brings something unplanned into the running sprint.
func (t *team) addToSprint(d time.Time) {
	at := t.lead.at(d, t.between(11, 15))
	for range t.rnd.IntN(3) {
		item := t.next(t.backlog, at)
		if item == nil || t.sprint == nil {
			return
		}
		item.change(at, t.lead.id, item.toSprint(t.sprint))
		t.backlog = without(t.backlog, item)
		t.ready = append(t.ready, item)
	}
}

func (t *team) dropFromSprint(d time.Time) {
	at := t.lead.at(d, 13.4)
	if len(t.ready) < 4 || !t.chance(0.6) {
		return
	}
	item := t.ready[len(t.ready)-1]
	if !item.free(at) {
		return
	}
	changes := []Item{item.sprints(slices.DeleteFunc(slices.Clone(item.now.Sprints), func(id int64) bool { return id == t.sprint.ID }))}
	if item.now.Status == selected {
		changes = append(changes, item.status(toDo))
	}
	item.change(at, t.lead.id, changes...)
	item.rank += 100
	t.ready = without(t.ready, item)
	t.backlog = append(t.backlog, item)
}
