package work

import (
	"context"
	"errors"
	"time"

	"headway/blocks"
	"headway/models"
)

// HistoryWeeks are read before the running one on the first sync and by a full
// rebuild.
const HistoryWeeks = 52

const (
	refreshLease = 30 * time.Second // renewed while the reading runs, so it lapses soon after a crash
	refreshLimit = 30 * time.Minute
	beforeReport = time.Minute // a report waits no longer for fresh data
	freshEnough  = 5 * time.Minute
)

// ErrRefreshing says that the project, or another one of the same Jira
// connection, is being read already.
var ErrRefreshing = errors.New("work: the Jira connection is being read from already")

// errInterrupted says that the process is being stopped: no fault of Jira, and
// no reason to call the figures old.
var errInterrupted = errors.New("work: the reading was interrupted")

// Refresh brings the project's weekly rows up to date with Jira. Where nothing
// changed since the last reading a few small questions settle it; else it reads
// the issues of the open window, or of the whole history when full or never read
// under the definitions of today, and replaces those weeks in one transaction.
// A failed reading changes no figure: the project is marked stale.
func (w *Worker) Refresh(ctx context.Context, team models.Team, projectID string, full bool) error {
	_, err := w.refresh(ctx, team, projectID, full)
	return err
}

// refresh is Refresh, and says what it came to: noteUnchanged, noteEmpty, or how
// many issues were read.
func (w *Worker) refresh(ctx context.Context, team models.Team, projectID string, full bool) (note string, err error) {
	limited, cancel := context.WithTimeout(ctx, refreshLimit)
	defer cancel()
	p, err := team.Project(limited, projectID)
	if err != nil {
		return "", err
	}
	lease, held, err := team.Lease(limited, readingLease(p), refreshLease)
	if err != nil {
		return "", err
	}
	if !held {
		return "", ErrRefreshing
	}
	defer func() { _ = lease.Release(context.WithoutCancel(ctx)) }() // it lapses by itself otherwise
	r, err := w.begin(limited, team, p, lease, full)
	if err != nil {
		return "", err
	}
	reading, stop := keep(limited, lease)
	defer stop()
	note, err = r.run(reading)
	return note, w.ended(ctx, reading, r, err)
}

// readingLease names the right to read through a connection: one project at a
// time, whichever process, so that a site is never asked at twice its pace.
func readingLease(p models.Project) string { return "reading:" + p.ConnectionID }

// begin notes that the project is being read, and for whom.
func (w *Worker) begin(ctx context.Context, team models.Team, p models.Project, lease models.Lease, full bool) (*reading, error) {
	r := &reading{w: w, team: team, project: p, lease: lease, full: full, now: w.Now()}
	var err error
	if r.mark, err = team.Watermark(ctx, p.ID); err != nil {
		return nil, err
	}
	if r.def, err = team.Definition(ctx, p.ID); err != nil {
		return nil, err
	}
	if r.wishes, err = team.Readings(ctx, p.ID); err != nil {
		return nil, err
	}
	for _, wish := range r.wishes {
		r.full = r.full || wish.Full
	}
	r.full = r.full || r.mark.ReadUpTo.IsZero() || r.mark.Definition != r.def.Version
	r.mark.StartedAt = r.now
	return r, team.PutWatermark(ctx, r.mark)
}

// ended sorts what a reading ended with: taken over by another process,
// interrupted by a stop of this one, or failed.
func (w *Worker) ended(ctx, reading context.Context, r *reading, err error) error {
	switch {
	case err == nil:
		w.Wake()
		return nil
	case errors.Is(context.Cause(reading), ErrRefreshing), errors.Is(err, models.ErrLeaseLost):
		return ErrRefreshing
	case errors.Is(ctx.Err(), context.Canceled):
		return errInterrupted
	}
	return errors.Join(err, w.markStale(context.WithoutCancel(ctx), r, err))
}

// markStale keeps the figures and says since when they are old and why; a
// refused token closes the connection until an admin replaces it.
func (w *Worker) markStale(ctx context.Context, r *reading, cause error) error {
	mark := r.mark
	mark.State, mark.Problem, mark.EndedAt = models.RefreshStale, problemOf(cause), w.Now()
	if errors.Is(cause, errEmptyAnswer) && mark.EmptySince.IsZero() {
		mark.EmptySince = r.now
	}
	err := r.team.Atomically(ctx, func(tx models.Team) error {
		if err := tx.PutWatermark(ctx, mark); err != nil {
			return err
		}
		if err := r.touchHomes(ctx, tx, mark); err != nil {
			return err
		}
		return w.tellFailed(ctx, tx, r, mark)
	})
	w.Wake()
	w.notice(ctx, r.team, r.project.ConnectionID, blocks.RungAuth, cause)
	return err
}

// ReadingNow says whether a process is reading the project right now.
func (w *Worker) ReadingNow(ctx context.Context, team models.Team, p models.Project, mark models.Watermark) (bool, error) {
	if !mark.StartedAt.After(mark.EndedAt) {
		return false, nil
	}
	return team.Leased(ctx, readingLease(p))
}
