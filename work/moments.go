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

	project models.Project
	rounds  []upcoming
}

// upcoming is the next round of one of the project's check-ins.
type upcoming struct {
	rhythm
	date calendar.Date
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
	all, err := team.Checkins(ctx, p.ID)
	if err != nil {
		return m, err
	}
	for _, c := range all {
		next, err := nextSlot(ctx, team, ScheduleCheckin, c.ID)
		if err != nil {
			return m, err
		}
		if next.Slot == "" {
			continue
		}
		date, err := calendar.ParseDate(next.Slot)
		if err != nil {
			return m, err
		}
		r, err := w.rhythm(ctx, team, p, c)
		if err != nil {
			return m, err
		}
		m.rounds = append(m.rounds, upcoming{r, date})
	}
	return m, nil
}

// nextSlot is the schedule while it is on, the zero one otherwise.
func nextSlot(ctx context.Context, team models.Team, kind, subject string) (models.Schedule, error) {
	s, err := team.ScheduleOf(ctx, kind, subject)
	if errors.Is(err, models.ErrNotFound) || (err == nil && s.State != models.On) {
		return models.Schedule{}, nil
	}
	return s, err
}

// Checkin is when someone in zone is asked next, in whichever check-in comes
// first: at their own local time, or at the one moment for all. It is zero
// without a round to come.
func (m Moments) Checkin(zone *time.Location) time.Time {
	return m.CheckinOf(zone, calendar.Person{})
}

// CheckinOf is Checkin for a person who is away now and then.
func (m Moments) CheckinOf(zone *time.Location, who calendar.Person) time.Time {
	_, at := m.first(zone, who)
	return at
}

func (m Moments) first(zone *time.Location, who calendar.Person) (next rhythm, at time.Time) {
	for _, u := range m.rounds {
		date, ok := u.availableFrom(u.date, who)
		if !ok {
			continue
		}
		if mine := askAt(u.checkin, m.project, models.Participant{Zone: zone.String()}, date).In(zone); at.IsZero() || mine.Before(at) {
			next, at = u.rhythm, mine
		}
	}
	return next, at
}

// CheckinWords is the next check-in for a whole team.
func (m Moments) CheckinWords(when func(time.Time) string) string {
	next, at := m.first(m.project.Location(), calendar.Person{})
	if at.IsZero() {
		return "not planned"
	}
	if next.checkin.Zone == "" {
		return when(at) + " in each member's own time"
	}
	return when(at)
}
