package work

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"headway/calendar"
	"headway/models"
)

const (
	nightlyHour = 2
	firstHour   = 8
	lastHour    = 17

	connectionsAtOnce = 4                // a site that answers slowly must not hold up the others
	retryFirst        = 10 * time.Minute // of a project that has no figures yet
	retryFirstFor     = 2 * time.Hour    // afterwards it waits for its hour like any other
)

// RefreshProjects refreshes every project whose hour has come: those of one Jira
// connection one after the other, several connections side by side.
func (w *Worker) RefreshProjects(ctx context.Context) error {
	due, err := w.Store.Due(ctx, ScheduleRefresh, w.Now(), batch)
	if err != nil {
		return err
	}
	lines, err := w.byConnection(ctx, due)
	if err != nil {
		return err
	}
	var running sync.WaitGroup
	places := make(chan struct{}, connectionsAtOnce)
	for _, line := range lines {
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			w.refreshLine(ctx, line)
		})
	}
	running.Wait()
	return ctx.Err()
}

// byConnection sorts what is due into one line per Jira connection, the longest
// due first.
func (w *Worker) byConnection(ctx context.Context, due []models.Due) (lines [][]models.Due, err error) {
	at := map[[2]string]int{}
	for _, d := range due {
		p, err := w.projectOf(ctx, d)
		if errors.Is(err, models.ErrNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		key := [2]string{d.TeamID, p.ConnectionID}
		if _, ok := at[key]; !ok {
			at[key] = len(lines)
			lines = append(lines, nil)
		}
		lines[at[key]] = append(lines[at[key]], d)
	}
	return lines, nil
}

func (w *Worker) projectOf(ctx context.Context, d models.Due) (models.Project, error) {
	team := w.Store.Team(d.TeamID)
	s, err := team.Schedule(ctx, d.ScheduleID)
	if err != nil {
		return models.Project{}, err
	}
	return team.Project(ctx, s.SubjectID)
}

func (w *Worker) refreshLine(ctx context.Context, line []models.Due) {
	for _, d := range line {
		if err := w.refreshScheduled(ctx, w.Store.Team(d.TeamID), d.ScheduleID); err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "due work failed", "kind", ScheduleRefresh, "team", d.TeamID, "schedule", d.ScheduleID, "error", err)
		}
	}
}

// ReadNow reads a project that is due without waiting for the next tick.
func (w *Worker) ReadNow(ctx context.Context, team models.Team, projectID string) error {
	s, err := team.ScheduleOf(ctx, ScheduleRefresh, projectID)
	if err != nil {
		return err
	}
	return w.refreshScheduled(ctx, team, s.ID)
}

// refreshScheduled reads first and takes the slot afterwards: a process that
// dies in between leaves the slot due, and another one repeats the read.
func (w *Worker) refreshScheduled(ctx context.Context, team models.Team, scheduleID string) error {
	now := w.Now()
	s, err := team.Schedule(ctx, scheduleID)
	if err != nil || s.State != models.On || s.NextDue.IsZero() || s.NextDue.After(now) {
		return err
	}
	var out outcome
	out.note, err = w.refresh(ctx, team, s.SubjectID, false)
	switch {
	case errors.Is(err, ErrRefreshing), errors.Is(err, errInterrupted):
		return nil // it stays due
	case err != nil:
		out.state, out.note = models.RunFailed, problemOf(err)
		w.Log.WarnContext(ctx, "Jira not read", "team", team.ID(), "project", s.SubjectID, "problem", out.note)
	}
	_, err = runSlot(ctx, team, scheduleID, now, func(tx models.Team, s models.Schedule) (outcome, error) {
		p, err := tx.Project(ctx, s.SubjectID)
		if err != nil {
			return out, err
		}
		out.next, out.slot, err = w.nextReading(ctx, tx, p, out.note)
		return out, err
	})
	return err
}

// nextReading is when the project is read next: at once for a wish that came
// while it was being read, soon for a first reading that failed, else at its
// hour. A refused token waits for a new one, which makes it due.
func (w *Worker) nextReading(ctx context.Context, tx models.Team, p models.Project, note string) (time.Time, string, error) {
	wishes, err := tx.Readings(ctx, p.ID)
	if err != nil {
		return time.Time{}, "", err
	}
	now := w.Now()
	for _, wish := range wishes {
		switch {
		case wish.Told == models.ReadingBegun:
			return now, slotAt(now), nil
		case note != ProblemUnauthorized && now.Sub(wish.AskedAt) < retryFirstFor:
			at := now.Add(retryFirst)
			return at, slotAt(at), nil
		}
	}
	next, slot := NextRefresh(now, p.Location())
	return next, slot, nil
}

// slotAt names a slot beside the hours.
func slotAt(t time.Time) string { return "at " + t.UTC().Format(time.RFC3339Nano) }

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
