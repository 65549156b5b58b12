package work

import (
	"context"
	"errors"
	"fmt"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

const (
	historyWeeks  = 52               // read on the first sync and by a full rebuild
	refreshLease  = 30 * time.Second // renewed while the reading runs, so it lapses soon after a crash
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
	r := reading{w: w, team: team, project: p, mark: mark, progress: progress, full: full || mark.ReadUpTo.IsZero(), now: w.Now()}
	reading, stop := keep(ctx, lease)
	defer stop()
	if err := r.run(reading); err != nil {
		if errors.Is(context.Cause(reading), ErrRefreshing) {
			return ErrRefreshing
		}
		return errors.Join(err, w.markStale(context.WithoutCancel(ctx), team, p, mark, err))
	}
	return nil
}

// markStale keeps the figures and says since when they are old and why; a
// refused token closes the connection until an admin replaces it.
func (w *Worker) markStale(ctx context.Context, team models.Team, p models.Project, mark models.Watermark, cause error) error {
	mark.ProjectID, mark.State, mark.Problem = p.ID, models.RefreshStale, problemOf(cause)
	err := team.PutWatermark(ctx, mark)
	w.notice(ctx, team, p.ConnectionID, blocks.RungAuth, cause)
	return err
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
