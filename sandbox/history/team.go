package history

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// team is one project's people and its work in hand while the days are played.
type team struct {
	site    *Site
	project *Project
	board   *Board
	rnd     *rand.Rand
	all     *[]*draft // of every team
	people  []worker
	lead    *worker
	second  *worker

	arrivals float64 // issues outside of epics per working day
	effort   float64 // median working days of an issue
	plans    []epicPlan
	work     []string
	bugs     []string
	titles   int

	start   time.Time // midnight of the first Monday
	epics   []*plannedEpic
	backlog []*draft
	ready   []*draft // chosen, not started
	wip     []*draft
	closed  []*draft // may be re-opened
	sprint  *Sprint  // the active one
	release releases
}

// worker is a person and how much of the week they give to the team.
type worker struct {
	id    string
	zone  *time.Location
	share float64
}

// at is an hour of the calendar day in the person's own zone.
func (w *worker) at(day time.Time, hour float64) time.Time {
	minutes := int(hour * 60)
	rest := time.Duration((hour*60 - float64(minutes)) * float64(time.Minute))
	return time.Date(day.Year(), day.Month(), day.Day(), 0, minutes, 0, 0, w.zone).Add(rest)
}

func newWorker(n int, share float64) worker {
	p := people[n-1]
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		panic("the embedded zone database lacks " + p.Zone)
	}
	return worker{p.AccountID, zone, share}
}

// day plays one calendar day.
func (t *team) day(d time.Time) {
	t.outages(d)
	if d.Weekday() == time.Saturday || d.Weekday() == time.Sunday {
		return
	}
	t.arrive(d)
	t.growEpics(d)
	if t.board.Type == "scrum" {
		t.sprintDay(d)
	} else {
		t.replenish(d)
	}
	for i := range t.people {
		t.workday(&t.people[i], d)
	}
	t.review(d)
	t.reopenDone(d)
	t.groom(d)
	t.closeEpics(d)
	t.releaseDay(d)
}

// week is the number of whole weeks since the start.
func (t *team) week(d time.Time) int {
	return int(math.Floor(d.Sub(t.start).Hours()/24+0.5)) / 7
}

func (t *team) chance(p float64) bool { return t.rnd.Float64() < p }

func (t *team) between(lo, hi float64) float64 { return lo + (hi-lo)*t.rnd.Float64() }

func (t *team) poisson(mean float64) int {
	n, p := 0, t.rnd.Float64()
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= t.rnd.Float64()
	}
	return n
}

func (t *team) anyone() *worker { return &t.people[t.rnd.IntN(len(t.people))] }

// open makes an issue. The caller puts it where it belongs.
func (t *team) open(at time.Time, typ, title string) *draft {
	at = at.Truncate(time.Millisecond)
	d := &draft{Issue: &Issue{ID: int64(len(*t.all) + 1), Created: at}, site: t.site, last: at}
	d.now = Fields{ProjectID: t.project.ID, Summary: title, Type: typ, Status: toDo, Priority: prioMedium}
	d.now.Key = d.grant(t.project, at)
	d.effort = t.effort * math.Exp(0.75*t.rnd.NormFloat64())
	d.rank = 1000 + 400*t.rnd.Float64()
	*t.all = append(*t.all, d)
	return d
}

// born fixes the values an issue is created with.
func (d *draft) born() { d.First = d.now }

// write makes an ordinary issue and puts it into the backlog.
func (t *team) write(at time.Time, typ, title string, epic *draft) *draft {
	d := t.open(at, typ, title)
	if epic != nil {
		d.epic, d.now.ParentID = epic, epic.ID
		d.rank = epic.rank + 60*t.rnd.Float64()
	}
	if typ == typeBug && t.chance(0.35) {
		d.now.Priority = prioHigh
		d.rank -= 800
	}
	if t.chance(0.12) {
		d.now.Labels = []string{"tech-debt"}
	}
	estimate, known := t.estimate(d), t.board.Points && t.chance(0.9)
	if known && t.chance(0.6) {
		d.now.Points = &estimate
		known = false
	}
	d.born()
	if known {
		d.change(t.lead.at(nextWorkday(at), t.between(14, 16)), t.lead.id, d.points(estimate))
	}
	t.backlog = append(t.backlog, d)
	return d
}

// estimate is what the team believes, in the numbers of planning poker.
func (t *team) estimate(d *draft) float64 {
	guess := d.effort / t.effort * math.Exp(0.3*t.rnd.NormFloat64())
	for _, step := range []struct{ below, points float64 }{{0.5, 1}, {0.9, 2}, {1.6, 3}, {2.8, 5}} {
		if guess < step.below {
			return step.points
		}
	}
	return 8
}

// arrive writes the day's issues that belong to no epic.
func (t *team) arrive(d time.Time) {
	for range t.poisson(t.arrivals) {
		by := t.anyone()
		at := by.at(d, t.between(9.2, 16.8))
		if t.chance(0.45) {
			t.write(at, typeBug, t.title(t.bugs), nil)
			continue
		}
		typ := typeTask
		if t.board.Points && t.chance(0.6) {
			typ = typeStory
		}
		t.write(at, typ, t.title(t.work), nil)
	}
}

// title takes the lists' titles in turn.
func (t *team) title(list []string) string {
	t.titles++
	return list[t.titles*7%len(list)]
}

func without(list []*draft, gone *draft) []*draft {
	return slices.DeleteFunc(list, func(d *draft) bool { return d == gone })
}

func nextWorkday(t time.Time) time.Time {
	for t = t.AddDate(0, 0, 1); t.Weekday() == time.Saturday || t.Weekday() == time.Sunday; {
		t = t.AddDate(0, 0, 1)
	}
	return t
}
