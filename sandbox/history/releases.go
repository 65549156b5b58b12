package history

import (
	"slices"
	"time"
)

// releases is a team's rhythm of releasing.
type releases struct {
	naming  func(n int) string
	chance  float64 // of a release on its weekday
	weekday time.Weekday
	id      int
	count   int
	next    *Version // being filled
	failure *Version // released, with failures to be reported
	faults  int      // still to be reported
	latest  *Version // released
	parking *Version // never released
}

// releaseDay keeps the next version planned, releases it on most of its
// weekdays, and lets about every fifth release fail in the days after.
func (t *team) releaseDay(d time.Time) {
	r := &t.release
	if r.next == nil {
		r.next = t.planVersion(d)
		t.park(d)
	}
	t.reportFailure(d)
	if d.Weekday() != r.weekday || !t.chance(r.chance) {
		return
	}
	at := t.second.at(d, t.between(14.5, 16.5))
	v := r.next
	if r.count%9 != 5 {
		v.ReleaseDate = at.Format(DateLayout)
	}
	v.Released = at
	v.Archived = false
	r.latest, r.next = v, t.planVersion(d)
	t.carryFixVersions(v, r.next, at)
	if t.chance(0.2) {
		r.failure, r.faults = v, 1+t.rnd.IntN(2)
	}
}

func (t *team) planVersion(d time.Time) *Version {
	r := &t.release
	r.count++
	r.id++
	v := &Version{ID: itoa(r.id), Name: r.naming(r.count), Created: t.second.at(d, 17.1)}
	planned := d.AddDate(0, 0, 7)
	for planned.Weekday() != r.weekday {
		planned = planned.AddDate(0, 0, 1)
	}
	v.Planned = planned.Format(DateLayout)
	t.project.Versions = append(t.project.Versions, v)
	return v
}

// park makes the version where teams put what they will not do soon.
func (t *team) park(d time.Time) {
	r := &t.release
	r.parking = &Version{ID: itoa(r.id + 900), Name: "Later", Created: t.second.at(d, 17.2)}
	t.project.Versions = append(t.project.Versions, r.parking)
	for _, item := range t.backlog {
		if item.rank == parked && t.chance(0.4) {
			item.change(t.second.at(d, 17.3), t.second.id, fixVersion(nil, r.parking))
		}
	}
}

// carryFixVersions moves what was not ready in time to the next version.
func (t *team) carryFixVersions(from, to *Version, at time.Time) {
	for _, item := range slices.Concat(t.wip, t.ready) {
		if slices.Contains(item.now.FixVersions, from.ID) {
			item.change(at, t.second.id, fixVersion(from, nil), fixVersion(nil, to))
		}
	}
	for _, item := range t.ready {
		if t.chance(0.12) && len(item.now.FixVersions) == 0 && item.free(at) {
			item.change(at.Add(3*time.Minute), t.second.id, fixVersion(nil, to))
		}
	}
}

// reportFailure writes the bugs that name the failed release.
func (t *team) reportFailure(d time.Time) {
	r := &t.release
	if r.faults == 0 || !t.chance(0.5) {
		return
	}
	r.faults--
	at := t.second.at(d, t.between(9.5, 17))
	if at.Before(r.failure.Released) {
		at = r.failure.Released.Add(50 * time.Minute)
	}
	bug := t.open(at, typeBug, t.title(t.bugs))
	bug.now.Versions, bug.now.Priority, bug.now.Labels = []string{r.failure.ID}, prioHigh, []string{"regression"}
	bug.rank = 20
	bug.effort = t.between(0.3, 1.2)
	bug.born()
	t.backlog = append(t.backlog, bug)
}
