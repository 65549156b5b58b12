package metrics

import (
	"cmp"
	"slices"
	"time"

	"headway/calendar"
)

// ships are the deployments of a project and the failures linked to them.
type ships interface {
	add(i Issue) // an issue of level 0, its moves cut at now
	finish()     // count into the rows
}

func newShips(r Rules, releases []Release, a *aggregation) ships {
	if r.DeployedBy != "" {
		return &entries{a: a}
	}
	return newVersions(releases, a)
}

// deployed counts one deployment on day i of the window.
func (a *aggregation) deployed(day int, failed, rework bool) {
	week := a.week(day)
	if week == nil {
		return
	}
	week.Deployments++
	week.FailureDen++
	week.DeployDays |= 1 << (day % 7)
	if failed {
		week.FailureNum++
	}
	if rework {
		week.DeploymentsRework++
	}
}

// versions are deployments by released versions. All versions are searched for
// the cause of a failure, not only those of the window: otherwise the link
// would depend on the range that was read.
type versions struct {
	a       *aggregation
	byID    map[string]*version
	shipped []*version // released and dated, up to today, by date and id
}

type version struct {
	id     string
	date   calendar.Date
	failed bool // at least one failure is linked to it
	fixes  bool // it holds failures that were fixed
	other  bool // it holds something else
}

func newVersions(releases []Release, a *aggregation) *versions {
	vs := &versions{a: a, byID: make(map[string]*version, len(releases))}
	today := calendar.DateOf(a.now, a.zone)
	for _, r := range releases {
		v := &version{id: r.ID, date: r.Date}
		vs.byID[r.ID] = v
		switch {
		case !r.Released:
		case r.Date.IsZero():
			vs.excludeNow(ExcludedNoDate)
		case r.Date.After(today):
			vs.excludeNow(ExcludedDateAhead)
		default:
			vs.shipped = append(vs.shipped, v)
		}
	}
	slices.SortFunc(vs.shipped, func(x, y *version) int {
		return cmp.Or(x.date.Compare(y.date), compareIDs(x.id, y.id))
	})
	return vs
}

// compareIDs orders Jira's numeric ids: a longer one is larger.
func compareIDs(x, y string) int {
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
}

// excludeNow counts a version that belongs to no week yet in the week of now,
// so that the sum over weeks counts it once.
func (vs *versions) excludeNow(why Exclusion) {
	if week := vs.a.week(vs.a.days.last); week != nil {
		week.Excluded[why]++
	}
}

func (vs *versions) add(i Issue) {
	failure := vs.a.rules.Failure.Matches(i)
	for _, id := range i.Fix {
		if v := vs.byID[id]; v != nil {
			v.fixes = v.fixes || failure
			v.other = v.other || !failure
		}
	}
	if failure && !vs.linkAffected(i) {
		vs.linkLatest(i)
	}
}

// linkAffected links a failure to the versions it says it affects. Ids of
// deleted versions count as nothing said.
func (vs *versions) linkAffected(i Issue) bool {
	known := false
	for _, id := range i.Affects {
		if v := vs.byID[id]; v != nil {
			v.failed, known = true, true
		}
	}
	return known
}

// linkLatest infers the cause of a failure: the latest version released up to
// the local day on which the failure was created.
func (vs *versions) linkLatest(i Issue) {
	created := calendar.DateOf(i.Created, vs.a.zone)
	n, _ := slices.BinarySearchFunc(vs.shipped, created, func(v *version, d calendar.Date) int {
		if v.date.After(d) {
			return 1
		}
		return -1
	})
	if n > 0 {
		vs.shipped[n-1].failed = true
		return
	}
	vs.a.excludeFailure(i.Created)
}

func (a *aggregation) excludeFailure(created time.Time) {
	if week := a.at(created); week != nil {
		week.Excluded[ExcludedNoVersion]++
	}
}

func (vs *versions) finish() {
	for _, v := range vs.shipped {
		vs.a.deployed(v.date.Sub(vs.a.days.first), v.failed, v.fixes && !v.other)
	}
}

// entries are deployments by the first entry of an issue into a status. They
// are the one thing that grows with the number of issues: an instant each.
type entries struct {
	a        *aggregation
	at       []time.Time
	failures []time.Time // when failures were created
}

// oneDeployment is how close entries must be to be one deployment.
const oneDeployment = 10 * time.Minute

func (e *entries) add(i Issue) {
	for _, v := range e.a.path {
		if v.status == e.a.rules.DeployedBy {
			e.at = append(e.at, v.from)
			break
		}
	}
	if e.a.rules.Failure.Matches(i) {
		e.failures = append(e.failures, i.Created)
	}
}

func (e *entries) finish() {
	slices.SortFunc(e.at, time.Time.Compare)
	deployments := e.at[:0]
	for _, at := range e.at {
		if n := len(deployments); n == 0 || at.Sub(deployments[n-1]) > oneDeployment {
			deployments = append(deployments, at)
		}
	}
	failed := make([]bool, len(deployments))
	for _, created := range e.failures {
		n, exact := slices.BinarySearchFunc(deployments, created, time.Time.Compare)
		switch {
		case exact:
			failed[n] = true
		case n > 0:
			failed[n-1] = true
		case !e.a.deployedBefore:
			e.a.excludeFailure(created)
		}
	}
	for k, at := range deployments {
		e.a.deployed(e.a.days.index(at), failed[k], false)
	}
}
