package history

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// workday lets one person work for a day: unblock, finish, pull the next.
func (t *team) workday(w *worker, d time.Time) {
	if !t.chance(w.share * 0.93) {
		return
	}
	t.endWaits(w, d)
	t.trouble(w, d)
	hour, end := t.between(9, 9.8), 17.2
	if t.chance(0.06*w.share) && t.holds(w) < 2 {
		t.begin(w, w.at(d, hour)) // impatience
	}
	for hour < end {
		item := t.current(w, w.at(d, hour))
		if item == nil {
			item = t.begin(w, w.at(d, hour))
		}
		if item == nil {
			return
		}
		use := min(end-hour, item.effort*8)
		hour, item.effort = hour+use, item.effort-use/8
		item.stints = append(item.stints, w.at(d, hour-use/2))
		if item.effort < 0.01 {
			t.handOver(item, w, w.at(d, hour))
			hour += 0.3
		}
	}
}

// current is what the person works on: the urgent first, then the oldest.
func (t *team) current(w *worker, at time.Time) *draft {
	var best *draft
	for _, d := range t.wip {
		if d.owner != w || d.now.Status != inProgress || d.now.Flagged || !d.free(at) {
			continue
		}
		if best == nil || d.urgent && !best.urgent {
			best = d
		}
	}
	return best
}

// begin pulls the next issue and starts it; nil if there is none, or if too
// much is in the person's hands already.
func (t *team) begin(w *worker, at time.Time) *draft {
	if t.holds(w) > 2 {
		return nil
	}
	item := t.next(t.ready, at)
	if item == nil {
		if item = t.next(t.backlog, at); item == nil {
			return nil
		}
		if t.sprint != nil {
			item.change(at.Add(-2*time.Minute), w.id, item.toSprint(t.sprint))
		}
	}
	t.ready, t.backlog = without(t.ready, item), without(t.backlog, item)
	t.startItem(item, w, at)
	return item
}

// holds counts what the person has begun and not handed over.
func (t *team) holds(w *worker) int {
	n := 0
	for _, d := range t.wip {
		if d.owner == w && d.now.Status != inReview {
			n++
		}
	}
	return n
}

func (t *team) startItem(item *draft, w *worker, at time.Time) {
	item.owner = w
	changes := []Item{item.status(inProgress)}
	if item.now.Assignee != w.id {
		changes = append(changes, item.assign(w.id))
	}
	if t.board.Points && item.now.Points != nil && t.chance(0.05) {
		changes = append(changes, item.points(*item.now.Points+2))
	}
	item.change(at, w.id, changes...)
	t.wip = append(t.wip, item)
	if at.After(t.site.Rollout) && t.chance(0.4) {
		item.agent = true
		item.effort *= 0.72
		item.change(at.Add(4*time.Minute), w.id, item.relabel("ai-assisted"))
	}
	if item.epic != nil && item.epic.now.Status == toDo {
		item.epic.change(at.Add(6*time.Minute), AutomationAccount, item.epic.status(inProgress))
	}
}

// next is the free issue with the lowest rank.
func (t *team) next(list []*draft, at time.Time) *draft {
	var best *draft
	for _, d := range list {
		if d.free(at.Add(-5*time.Minute)) && d.rank < parked && (best == nil || d.rank < best.rank) {
			best = d
		}
	}
	return best
}

// handOver moves finished work on to review.
func (t *team) handOver(item *draft, w *worker, at time.Time) {
	t.subtasks(item)
	by := w.id
	if item.agent && t.chance(0.7) {
		by = AgentAccount
	}
	item.change(at, by, item.status(inReview))
	item.effort = t.between(0.15, 0.8)
}

// trouble blocks some of a person's issues or makes them wait for others.
func (t *team) trouble(w *worker, d time.Time) {
	for _, item := range t.wip {
		at := w.at(d, t.between(9, 9.9))
		if item.owner != w || item.now.Status != inProgress || item.now.Flagged || !item.free(at) || item.urgent {
			continue
		}
		days := 1 + int(2.2*t.rnd.ExpFloat64())
		switch roll := t.rnd.Float64(); {
		case roll < 0.025:
			item.until = at.AddDate(0, 0, days)
			t.block(item, w, at)
		case roll < 0.045:
			item.until = at.AddDate(0, 0, days)
			item.change(at, w.id, item.status(waiting))
		}
	}
}

func (t *team) block(item *draft, w *worker, at time.Time) {
	item.change(at, w.id, item.flag(true))
	if !t.chance(0.5) {
		return
	}
	other := t.next(t.backlog, at)
	if other == nil || other == item {
		return
	}
	item.change(at.Add(time.Minute), w.id, item.blockedBy(other))
	other.change(at.Add(time.Minute), w.id, other.blocks(item))
}

func (t *team) endWaits(w *worker, d time.Time) {
	for _, item := range t.wip {
		at := w.at(d, t.between(9, 9.5))
		if item.owner != w || item.until.IsZero() || at.Before(item.until) || !item.free(at) {
			continue
		}
		item.until = time.Time{}
		if item.now.Flagged {
			item.change(at, w.id, item.flag(false))
		}
		if item.now.Status == waiting {
			item.change(at, w.id, item.status(inProgress))
		}
	}
}

// review lets colleagues look at what waits for them.
func (t *team) review(d time.Time) {
	for _, item := range slices.Clone(t.wip) {
		w := t.anyone()
		at := w.at(d, t.between(9.5, 17.5))
		if item.now.Status != inReview || w == item.owner || !item.free(at) || !t.chance(0.62) {
			continue
		}
		if t.chance(0.12) && !item.urgent {
			item.change(at, w.id, item.status(inProgress))
			continue
		}
		t.complete(item, w.id, at)
	}
}

// complete moves an issue to Done the way the team does it: mostly with a
// resolution and the next release as its fix version.
func (t *team) complete(item *draft, by string, at time.Time) {
	changes := []Item{item.status(done)}
	if !t.chance(0.02) {
		changes = append(changes, item.resolution(resolvedDone))
	}
	if v := t.release.next; v != nil && t.chance(0.86) && !slices.Contains(item.now.FixVersions, v.ID) {
		changes = append(changes, fixVersion(nil, v))
	}
	if t.chance(0.1) {
		by = AutomationAccount
	}
	item.change(at, by, changes...)
	t.wip = without(t.wip, item)
	t.closed = append(t.closed, item)
	if t.chance(0.045) && !item.urgent {
		item.reopen = at.AddDate(0, 0, 1+t.rnd.IntN(9))
	}
}

func (t *team) reopenDone(d time.Time) {
	for _, item := range slices.Clone(t.closed) {
		if item.reopen.IsZero() {
			continue
		}
		at := item.owner.at(d, t.between(10, 16))
		if at.Before(item.reopen) {
			continue
		}
		item.reopen, item.effort = time.Time{}, t.between(0.3, 1.2)
		changes := []Item{item.status(inProgress)}
		if item.now.Resolution != "" {
			changes = append(changes, item.resolution(""))
		}
		item.change(at, t.anyone().id, changes...)
		t.closed = without(t.closed, item)
		t.wip = append(t.wip, item)
	}
}

// subtasks splits a finished issue into steps along the hours worked on it.
func (t *team) subtasks(item *draft) {
	if t.project.Key != "PAY" || len(item.stints) < 3 || item.now.Type != typeStory || !t.chance(0.35) || len(item.keys) > 1 {
		return
	}
	n := min(2+t.rnd.IntN(3), len(item.stints))
	for k := range n {
		from, to := item.stints[k*len(item.stints)/n], item.stints[(k+1)*len(item.stints)/n-1]
		s := t.open(from.Add(-time.Duration(20-k)*time.Minute), typeSubtask, []string{"Code", "Tests", "Texts", "Review notes"}[k])
		s.now.ParentID, s.now.Assignee, s.owner = item.ID, item.owner.id, item.owner
		s.born()
		s.change(from, item.owner.id, s.status(inProgress))
		s.change(to.Add(time.Duration(10+k)*time.Minute), item.owner.id, s.status(done), s.resolution(resolvedDone))
	}
}

// replenish keeps a kanban team's "Selected" column filled.
func (t *team) replenish(d time.Time) {
	at := t.lead.at(d, t.between(9.1, 9.6))
	for len(t.ready) < 5 {
		item := t.next(t.backlog, at)
		if item == nil {
			return
		}
		item.change(at, t.lead.id, item.status(selected))
		t.backlog = without(t.backlog, item)
		t.ready = append(t.ready, item)
		at = at.Add(40 * time.Second)
	}
}

// sorted are the backlog's free issues, the first to do first.
func (t *team) sorted(at time.Time) []*draft {
	var list []*draft
	for _, d := range t.backlog {
		if d.free(at) && d.rank < parked {
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(a, b *draft) int { return cmp.Compare(a.rank, b.rank) })
	return list
}

// parked is the rank from which on nobody takes an issue.
const parked = math.MaxInt32
