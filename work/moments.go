package work

import (
	"context"
	"errors"
	"time"

	"headway/calendar"
	"headway/models"
)

// Moments are when a project's next things happen; zero for what is not
// planned.
type Moments struct {
	Report, Refresh time.Time

	checkin models.Checkin
	project models.Project
	date    calendar.Date // of the next round, zero for none
}

// NextMoments looks them up.
func (w *Worker) NextMoments(ctx context.Context, team models.Team, p models.Project) (Moments, error) {
	m := Moments{project: p}
	report, err := nextSlot(ctx, team, ScheduleReport, p.ID)
	if err != nil {
		return m, err
	}
	refresh, err := nextSlot(ctx, team, ScheduleRefresh, p.ID)
	if err != nil {
		return m, err
	}
	m.Report, m.Refresh = report.NextDue, refresh.NextDue
	m.checkin, err = team.CheckinOf(ctx, p.ID)
	if errors.Is(err, models.ErrNotFound) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	round, err := nextSlot(ctx, team, ScheduleCheckin, m.checkin.ID)
	if err != nil || round.Slot == "" {
		return m, err
	}
	m.date, err = calendar.ParseDate(round.Slot)
	return m, err
}

// nextSlot is the schedule while it is on, the zero one otherwise.
func nextSlot(ctx context.Context, team models.Team, kind, subject string) (models.Schedule, error) {
	s, err := team.ScheduleOf(ctx, kind, subject)
	if errors.Is(err, models.ErrNotFound) || (err == nil && s.State != models.On) {
		return models.Schedule{}, nil
	}
	return s, err
}

// Checkin is when someone in zone is asked next: at their own local time, or at
// the one moment for all. It is zero without a round to come.
func (m Moments) Checkin(zone *time.Location) time.Time {
	if m.date.IsZero() {
		return time.Time{}
	}
	return m.date.At(m.checkin.Hour, m.checkin.Minute, memberZone(m.checkin, m.project, zone.String())).In(zone)
}

// CheckinWords is the next check-in for a whole team.
func (m Moments) CheckinWords(when func(time.Time) string) string {
	words := when(m.Checkin(m.project.Location()))
	if m.checkin.Zone == "" {
		return words + " in each member's own time"
	}
	return words
}
