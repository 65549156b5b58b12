package work

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"headway/calendar"
	"headway/jira"
	"headway/metrics"
	"headway/models"
)

const (
	historyWeeks  = 52 // read on the first sync and by a full rebuild
	refreshLease  = 2 * time.Minute
	refreshLimit  = 30 * time.Minute
	beforeReport  = time.Minute // a report waits no longer for fresh data
	freshEnough   = 5 * time.Minute
	progressEvery = 200 // issues
	nightlyHour   = 2
	firstHour     = 8
	lastHour      = 17
)

// ErrRefreshing says that another process is reading the same project.
var ErrRefreshing = errors.New("work: the project is being refreshed already")

// Progress is how far a refresh is.
type Progress struct{ Issues, Total int }

// RefreshProjects refreshes every project whose hour has come.
func (w *Worker) RefreshProjects(ctx context.Context) error {
	return w.eachDue(ctx, ScheduleRefresh, w.refreshScheduled)
}

// refreshScheduled reads first and takes the slot afterwards: a process that
// dies in between leaves the slot due, and another one repeats the read.
func (w *Worker) refreshScheduled(ctx context.Context, team models.Team, scheduleID string, now time.Time) error {
	s, err := team.Schedule(ctx, scheduleID)
	if err != nil {
		return err
	}
	var out outcome
	if err := w.Refresh(ctx, team, s.SubjectID, false, nil); errors.Is(err, ErrRefreshing) {
		return nil
	} else if err != nil {
		out.state, out.note = models.RunFailed, problemOf(err)
	}
	_, err = runSlot(ctx, team, scheduleID, now, func(tx models.Team, s models.Schedule) (outcome, error) {
		p, err := tx.Project(ctx, s.SubjectID)
		if err != nil {
			return out, err
		}
		out.next, out.slot = NextRefresh(now, p.Location())
		return out, nil
	})
	return err
}

// NextRefresh is the next hour 08-17, or 02:00, in the project's zone after
// now, and its slot.
func NextRefresh(now time.Time, z *time.Location) (time.Time, string) {
	date := calendar.DateOf(now, z)
	for day := 0; ; day++ {
		d := date.AddDays(day)
		for hour := nightlyHour; hour <= lastHour; hour++ {
			if hour != nightlyHour && hour < firstHour {
				continue
			}
			if at := d.At(hour, 0, z); at.After(now) {
				return at, fmt.Sprintf("%sT%02d", d, hour)
			}
		}
	}
}

// Refresh reads the project's issues from Jira and rebuilds the weeks of the
// open window, or of the whole history when full or never read before, in one
// transaction. A failed or empty reading changes no figure: the project is
// marked stale.
func (w *Worker) Refresh(ctx context.Context, team models.Team, projectID string, full bool, progress func(Progress)) error {
	ctx, cancel := context.WithTimeout(ctx, refreshLimit)
	defer cancel()
	lease, held, err := team.Lease(ctx, "refresh:"+projectID, refreshLease)
	if err != nil {
		return err
	}
	if !held {
		return ErrRefreshing
	}
	defer func() { _ = lease.Release(context.WithoutCancel(ctx)) }() // it lapses by itself otherwise
	p, err := team.Project(ctx, projectID)
	if err != nil {
		return err
	}
	mark, err := team.Watermark(ctx, projectID)
	if err != nil {
		return err
	}
	r := reading{w: w, team: team, project: p, mark: mark, lease: &lease, progress: progress, full: full || mark.ReadUpTo.IsZero(), now: w.Now()}
	if err := r.run(ctx); err != nil {
		return errors.Join(err, w.markStale(context.WithoutCancel(ctx), team, p, mark, err))
	}
	return nil
}

// reading is one refresh under way.
type reading struct {
	w        *Worker
	team     models.Team
	project  models.Project
	mark     models.Watermark
	lease    *models.Lease // nil where nothing is stored
	progress func(Progress)
	full     bool
	now      time.Time

	seen, total int
}

func (r *reading) run(ctx context.Context) error {
	client, err := r.w.client(ctx, r.team, r.project.ConnectionID)
	if err != nil {
		return err
	}
	if _, err := client.Check(ctx); err != nil { // never anonymous
		return err
	}
	def, err := r.team.Definition(ctx, r.project.ID)
	if err != nil {
		return err
	}
	releases, err := client.Releases(ctx, r.project.JiraID)
	if err != nil {
		return err
	}
	window := r.window()
	statuses, err := client.Statuses(ctx, r.project.JiraID)
	if err != nil {
		return err
	}
	q := r.query(def.Rules, window, statuses, releases)
	if r.total, err = client.Count(ctx, q); err != nil {
		return err
	}
	var failed error
	rules := def.Rules
	rules.Version = def.Version
	rows := metrics.Aggregate(rules, window, r.issues(ctx, client.Issues(ctx, q), &failed), releases)
	if failed != nil {
		return failed
	}
	if r.seen == 0 && r.mark.Issues > 0 {
		return errEmptyAnswer
	}
	return r.team.ReplaceWeeks(ctx, r.project.ID, def.Version, rows, models.Watermark{
		ProjectID: r.project.ID, ReadUpTo: r.now, StartedAt: r.now, EndedAt: r.w.Now(), Issues: max(r.seen, r.mark.Issues*btoi(!r.full)),
		State: models.RefreshOK, Full: r.full})
}

// errEmptyAnswer is an empty answer after a full one: Jira gives it for a lost
// permission too, so it must never wipe figures.
var errEmptyAnswer = errors.New("work: Jira answered with no issues where there were some")

// window is the open window, or the whole history.
func (r *reading) window() metrics.Window {
	from, to := metrics.OpenWindow(r.now, r.project.Location())
	if r.full {
		from = to.Add(-historyWeeks)
	}
	return metrics.Window{Calendar: r.project.Calendar(), From: from, To: to, Now: r.now}
}

// query asks for every issue that a row of the window may need: what was
// updated since, what is under way by Jira's category or by the team's own
// mapping, and what the window's releases name, however long ago.
func (r *reading) query(rules metrics.Rules, window metrics.Window, statuses []jira.Status, releases []metrics.Release) jira.Query {
	return jira.Query{
		ProjectID:    r.project.JiraID,
		UpdatedSince: window.From.Start(r.project.Location()),
		OrInProgress: true,
		Statuses:     underWay(rules, statuses),
		Versions:     releasedIn(window, releases),
		Points:       r.project.EstimateField,
		Fields:       jira.Fields{Sprint: jira.Field{ID: r.project.SprintField}, Flagged: jira.Field{ID: r.project.FlagField}},
		Labels:       needLabels(rules),
	}
}

// underWay are the ids of statuses that the team counts as work under way and
// Jira does not. A status that is gone is left out: Jira refuses to search it.
func underWay(rules metrics.Rules, statuses []jira.Status) []string {
	var ids []string
	for _, s := range statuses {
		switch rules.Stage(s.ID) {
		case metrics.InProgress, metrics.InReview, metrics.Waiting:
			if s.Category != "indeterminate" {
				ids = append(ids, s.ID)
			}
		}
	}
	return ids
}

// releasedIn are the ids of versions released in a week of the window.
func releasedIn(window metrics.Window, releases []metrics.Release) []string {
	var ids []string
	for _, v := range releases {
		if !v.Released || v.Date.IsZero() {
			continue
		}
		if week := calendar.WeekOf(v.Date); week.Compare(window.From) >= 0 && week.Compare(window.To) <= 0 {
			ids = append(ids, v.ID)
		}
	}
	return ids
}

// issues counts what passes by, reports progress and keeps the lease alive; the
// first error ends the stream and is left in failed.
func (r *reading) issues(ctx context.Context, in iter.Seq2[metrics.Issue, error], failed *error) iter.Seq[metrics.Issue] {
	return func(yield func(metrics.Issue) bool) {
		for issue, err := range in {
			if err != nil {
				*failed = err
				return
			}
			r.seen++
			if r.seen%progressEvery == 0 {
				if *failed = r.tick(ctx); *failed != nil {
					return
				}
			}
			if !yield(issue) {
				return
			}
		}
	}
}

func (r *reading) tick(ctx context.Context) error {
	if r.progress != nil {
		r.progress(Progress{Issues: r.seen, Total: r.total})
	}
	if r.lease == nil {
		return nil
	}
	err := r.lease.Renew(ctx)
	if errors.Is(err, models.ErrLeaseLost) {
		return ErrRefreshing
	}
	return err
}

// needLabels says whether a rule looks at labels; they are read only then.
func needLabels(r metrics.Rules) bool {
	return len(r.ExcludeLabels)+len(r.Incident.Labels)+len(r.Failure.Labels)+len(r.Blocked.Labels) > 0
}

// markStale keeps the figures and says since when they are old and why; a
// refused token closes the connection until an admin replaces it.
func (w *Worker) markStale(ctx context.Context, team models.Team, p models.Project, mark models.Watermark, cause error) error {
	mark.ProjectID, mark.State, mark.Problem = p.ID, models.RefreshStale, problemOf(cause)
	return team.Atomically(ctx, func(tx models.Team) error {
		if err := tx.PutWatermark(ctx, mark); err != nil {
			return err
		}
		if !errors.Is(cause, jira.ErrUnauthorized) {
			return nil
		}
		return w.refuseConnection(ctx, tx, p)
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
