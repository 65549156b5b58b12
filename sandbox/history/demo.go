package history

import (
	"math/rand/v2"
	"time"
)

const (
	weeksBefore  = 53 // of generated history before the anchor's week
	weeksAfter   = 18 // from the anchor's week on
	rolloutWeek  = weeksBefore - 16
	firstSprint  = 27
	bulkCloseDay = 33*7 + 4
)

// Demo generates the invented team of the demo: project PAY with a scrum board
// and OPS with a kanban board, from 53 weeks before the anchor's Monday to 18
// weeks after it, in Europe/Berlin weeks. The same anchor week gives the same
// site to the last byte.
func Demo(anchor time.Time) *Site {
	berlin := newWorker(1, 1).zone
	site := demoSite()
	site.Anchor = anchor
	start := Monday(anchor.In(berlin)).AddDate(0, 0, -7*weeksBefore)
	site.Rollout = start.AddDate(0, 0, 7*rolloutWeek)

	var all []*draft
	pay, ops := payTeam(site, start, &all), opsTeam(site, start, &all)
	pay.firstBacklog(46)
	ops.firstBacklog(22)
	for n := range 7 * (weeksBefore + weeksAfter) {
		d := start.AddDate(0, 0, n)
		pay.day(d)
		ops.day(d)
		extras(n, d, pay, ops)
	}
	finish(site, all)
	return site
}

func payTeam(site *Site, start time.Time, all *[]*draft) *team {
	board := &Board{Type: "scrum", Points: true}
	project := demoProject(10001, "PAY", "Payments", board, typeEpic, typeStory, typeTask, typeBug, typeSubtask)
	site.Projects = append(site.Projects, project)
	t := &team{
		site: site, project: project, board: board, all: all, start: start,
		rnd: rand.New(rand.NewPCG(2026, 1)), arrivals: 1.2, effort: 1.85,
		plans: payEpics, work: payWork, bugs: payBugs,
		people: []worker{ // east first, as the day goes
			newWorker(5, 1), newWorker(8, 0.5), newWorker(3, 1), newWorker(6, 0.7),
			newWorker(9, 0.4), newWorker(4, 1), newWorker(7, 0.7),
		},
	}
	t.release.naming = func(n int) string { return "Payments 4." + itoa(n) }
	t.release.chance, t.release.weekday, t.release.id = 0.74, time.Thursday, 11000
	t.lead, t.second = new(newWorker(1, 1)), new(newWorker(2, 1))
	return t
}

func opsTeam(site *Site, start time.Time, all *[]*draft) *team {
	board := &Board{Type: "kanban"}
	project := demoProject(10002, "OPS", "Platform", board, typeEpic, typeTask, typeBug, typeIncident, typeSubtask)
	site.Projects = append(site.Projects, project)
	t := &team{
		site: site, project: project, board: board, all: all, start: start,
		rnd: rand.New(rand.NewPCG(2026, 2)), arrivals: 0.85, effort: 0.95,
		plans: opsEpics, work: opsWork, bugs: opsBugs,
		people: []worker{newWorker(8, 0.5), newWorker(6, 0.3), newWorker(9, 0.6), newWorker(7, 0.3)},
	}
	t.release.naming = func(n int) string { return "Platform " + itoa(200+n) }
	t.release.chance, t.release.weekday, t.release.id = 0.85, time.Tuesday, 12000
	t.lead, t.second = new(newWorker(1, 1)), new(newWorker(2, 1))
	return t
}

// firstBacklog is what lay there when the history begins: real work and a heap
// of old ideas that nobody will ever take.
func (t *team) firstBacklog(n int) {
	for k := range n {
		at := t.lead.at(t.start.AddDate(0, 0, -60+k), t.between(9, 17))
		if k%2 == 0 {
			t.write(at, typeTask, t.title(t.work), nil).rank = parked
			continue
		}
		t.write(at, []string{typeBug, typeTask}[k/2%2], t.title(t.work), nil)
	}
}

// extras are the single events that a real history has too.
func extras(day int, d time.Time, pay, ops *team) {
	switch day {
	case bulkCloseDay:
		pay.bulkClose(d)
	case 20*7 + 1, 56*7 + 2:
		move(d, pay, ops)
	case 41*7 + 3:
		move(d, ops, pay)
	case 25*7 + 2, 46*7 + 1, 55*7 + 3:
		pay.remove(d)
	case 34*7 + 2, 57*7 + 1:
		pay.reparent(d)
	case weeksBefore*7 - 4: // so that something is blocked when the demo starts
		pay.blockLongest(d)
	}
}

// bulkClose ends the oldest ideas within minutes.
func (t *team) bulkClose(d time.Time) {
	at := t.lead.at(d, 16.4)
	for _, item := range append([]*draft{}, t.backlog...) {
		if item.rank == parked {
			at = at.Add(4 * time.Second)
			item.change(at, t.lead.id, item.status(done), item.resolution(resolvedWontDo))
			t.backlog = without(t.backlog, item)
		}
	}
}

// spare is a backlog issue outside of epics and sprints, of a type that both
// projects have, with a rank below the limit: the one that would be taken last.
func (t *team) spare(at time.Time, limit float64) *draft {
	var last *draft
	for _, d := range t.backlog {
		fits := d.epic == nil && len(d.now.Sprints) == 0 && (d.now.Type == typeTask || d.now.Type == typeBug)
		if fits && d.rank < limit && d.free(at) && (last == nil || d.rank > last.rank) {
			last = d
		}
	}
	return last
}

func move(d time.Time, from, to *team) {
	at := from.lead.at(d, 11.3)
	item := from.spare(at, parked+1)
	if item == nil {
		return
	}
	key := item.grant(to.project, at)
	item.change(at, from.lead.id,
		Item{"Project", "project", new(from.project.ID), new(from.project.Name), new(to.project.ID), new(to.project.Name)},
		Item{Field: "Key", FromText: new(item.now.Key), ToText: new(key)})
	item.rank = 900
	from.backlog = without(from.backlog, item)
	to.backlog = append(to.backlog, item)
}

// blockLongest flags the issue that has been in progress for longest.
func (t *team) blockLongest(d time.Time) {
	for _, item := range t.wip {
		at := item.owner.at(d, 17.4)
		if item.now.Status == inProgress && !item.now.Flagged && item.free(at) {
			item.until = at.AddDate(0, 0, 7)
			t.block(item, item.owner, at)
			return
		}
	}
}

func (t *team) remove(d time.Time) {
	at := t.lead.at(d, 12.1)
	if item := t.spare(at, parked+1); item != nil {
		item.Deleted = at
		t.backlog = without(t.backlog, item)
	}
}

// reparent moves a child to the epic after its own.
func (t *team) reparent(d time.Time) {
	at := t.lead.at(d, 15.2)
	for _, item := range t.sorted(at) {
		if item.epic == nil {
			continue
		}
		for _, other := range t.epics {
			if other.draft != item.epic && other.draft.now.Status == inProgress {
				item.change(at, t.lead.id, item.parent(other.draft))
				item.epic = other.draft
				return
			}
		}
	}
}
