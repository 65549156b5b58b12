package history

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// plannedEpic is an epic and the days on which its children appear.
type plannedEpic struct {
	*draft
	plan   epicPlan
	births []int // days since the start, in order
	next   int
}

// growEpics writes the epics whose time has come and the day's children.
func (t *team) growEpics(d time.Time) {
	today := t.dayNumber(d)
	for len(t.plans) > len(t.epics) {
		plan := t.plans[len(t.epics)]
		if 7*plan.week-12 > today {
			break
		}
		t.epics = append(t.epics, t.writeEpic(plan, d))
	}
	for _, e := range t.epics {
		at := t.lead.at(d, t.between(9.5, 12))
		for ; e.next < len(e.births) && e.births[e.next] <= today; e.next++ {
			at = at.Add(time.Duration(60+t.rnd.IntN(400)) * time.Second)
			t.write(at, t.childType(), fmt.Sprintf(chores[(e.next*11+int(e.ID))%len(chores)], e.plan.topic), e.draft)
		}
	}
}

func (t *team) dayNumber(d time.Time) int { return int(d.Sub(t.start).Hours()/24 + 0.5) }

func (t *team) childType() string {
	if t.board.Points && t.chance(0.75) {
		return typeStory
	}
	return typeTask
}

func (t *team) writeEpic(plan epicPlan, d time.Time) *plannedEpic {
	e := &plannedEpic{draft: t.open(t.lead.at(d, t.between(13, 16)), typeEpic, plan.title), plan: plan}
	e.rank = float64(100 + 40*len(t.epics))
	if plan.due > 0 {
		e.now.Due = t.start.AddDate(0, 0, 7*plan.due+4).Format(DateLayout)
	}
	e.draft.born()
	for n := range plan.size {
		day := 7*plan.week + n/8
		if n >= plan.size*2/3 {
			day = 7*plan.week + t.rnd.IntN(7*plan.grow)
		}
		e.births = append(e.births, day)
	}
	slices.Sort(e.births)
	return e
}

// closeEpics ends the epics whose children are all there and done.
func (t *team) closeEpics(d time.Time) {
	for _, e := range t.epics {
		at := t.second.at(d, 17.6)
		if e.now.Status != inProgress || e.next < len(e.births) || t.openChildren(e.draft) > 0 || !e.free(at) {
			continue
		}
		e.change(at, t.second.id, e.status(done), e.resolution(resolvedDone))
	}
}

func (t *team) openChildren(epic *draft) int {
	n := 0
	for _, d := range *t.all {
		if d.epic == epic && d.now.Status != done && d.Deleted.IsZero() {
			n++
		}
	}
	return n
}

// groom closes now and then an issue that nobody will do.
func (t *team) groom(d time.Time) {
	at := t.second.at(d, t.between(15, 17))
	if d.Weekday() != time.Wednesday || !t.chance(0.45) {
		return
	}
	item := t.spare(at, parked)
	if item == nil {
		return
	}
	why := resolvedWontDo
	if t.chance(0.4) {
		why = resolvedDuplicate
	}
	item.change(at, t.second.id, item.status(done), item.resolution(why))
	t.backlog = without(t.backlog, item)
}

func itoa(n int) string { return strconv.Itoa(n) }
