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
	return m.CheckinOf(zone, calendar.Person{})
}

// CheckinOf is Checkin for a person who is away now and then.
func (m Moments) CheckinOf(zone *time.Location, who calendar.Person) time.Time {
	cal, date := m.project.Calendar(), m.date
	for range 400 {
		switch {
		case date.IsZero():
			return time.Time{}
		case cal.Available(date, who):
			return askAt(m.checkin, m.project, models.Participant{Zone: zone.String()}, date).In(zone)
		}
		date = firstDate(cal, m.checkin.Days, date)
	}
	return time.Time{}
}

// CheckinWords is the next check-in for a whole team.
func (m Moments) CheckinWords(when func(time.Time) string) string {
	words := when(m.Checkin(m.project.Location()))
	if m.checkin.Zone == "" {
		return words + " in each member's own time"
	}
	return words
}
