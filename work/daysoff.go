package work

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

const (
	mostDaysOff  = 400 // of a project
	daysOffSince = 366 // days that past ones are kept, for ages in working days
)

// AddDaysOff makes those of the days on which the project works days off of the
// team, and returns them. Refusals belong to the form's first day.
func (w *Worker) AddDaysOff(ctx context.Context, tx models.Team, user, projectID string, days calendar.Span, label string) ([]models.DayOff, error) {
	p, err := tx.LockProject(ctx, projectID)
	if err != nil {
		return nil, err
	}
	if days.From.Before(w.Today(p)) {
		return nil, FieldError{blocks.FieldFrom, days.From.String() + " is past. Days off can be added from today on."}
	}
	var added []models.DayOff
	for d := days.From; !d.After(days.To); d = d.AddDays(1) {
		if p.Calendar().Working(d) {
			added = append(added, models.DayOff{Date: d, Label: label})
		}
	}
	if len(added) == 0 {
		return nil, FieldError{blocks.FieldFrom, offAnyway(p, days)}
	}
	kept := slices.DeleteFunc(p.DaysOff, func(d models.DayOff) bool { return w.Today(p).Sub(d.Date) > daysOffSince })
	if len(kept)+len(added) > mostDaysOff {
		return nil, FieldError{blocks.FieldFrom, fmt.Sprintf("At most %d days off fit. Remove some, or leave %s out of the working days.", mostDaysOff, p.Key)}
	}
	return added, w.putDaysOff(ctx, tx, user, p, append(kept, added...), "calendar.add", days)
}

// RemoveDaysOff takes the team's days off that lie within the days back, and
// returns them.
func (w *Worker) RemoveDaysOff(ctx context.Context, tx models.Team, user, projectID string, days calendar.Span) ([]models.DayOff, error) {
	p, err := tx.LockProject(ctx, projectID)
	if err != nil {
		return nil, err
	}
	var removed, kept []models.DayOff
	for _, d := range p.DaysOff {
		if days.Has(d.Date) {
			removed = append(removed, d)
		} else {
			kept = append(kept, d)
		}
	}
	if len(removed) == 0 {
		return nil, FieldError{blocks.FieldRemove, notOff(p, days)}
	}
	return removed, w.putDaysOff(ctx, tx, user, p, kept, "calendar.remove", days)
}

func (w *Worker) putDaysOff(ctx context.Context, tx models.Team, user string, p models.Project, days []models.DayOff, verb string, span calendar.Span) error {
	slices.SortFunc(days, func(a, b models.DayOff) int { return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Label, b.Label)) })
	if err := tx.SetDaysOff(ctx, p.ID, days); err != nil {
		return err
	}
	if err := w.calendarChanged(ctx, tx, p.ID); err != nil {
		return err
	}
	return w.audit(ctx, tx, user, verb, p.ID, span.String())
}

// calendarChanged lets a project's next round, its open ones and the people in
// them follow its calendar.
func (w *Worker) calendarChanged(ctx context.Context, tx models.Team, projectID string) error {
	p, err := tx.LockProject(ctx, projectID)
	if err != nil {
		return err
	}
	people, err := tx.Participants(ctx, projectID)
	if err != nil {
		return err
	}
	people = slices.DeleteFunc(people, func(m models.Participant) bool { return m.Observer })
	if err := w.followRounds(ctx, tx, p, users(people)...); err != nil {
		return err
	}
	return w.moveRound(ctx, tx, projectID)
}

// offAnyway says why none of the days is a working one.
func offAnyway(p models.Project, days calendar.Span) string {
	if days.From != days.To {
		return "The team is off on all of these days anyway."
	}
	day := days.From
	if slices.ContainsFunc(p.DaysOff, func(d models.DayOff) bool { return d.Date == day }) {
		return day.String() + " is a day off of the team already."
	}
	if name := calendar.HolidayName(p.Country, day); name != "" {
		return day.String() + " is off anyway: it is a public holiday, " + name + "."
	}
	return fmt.Sprintf("%s is off anyway: it is a %s, and %s works %s.", day, day.Weekday(), p.Key, p.Workdays)
}

// notOff says why none of the days is a day off of the team.
func notOff(p models.Project, days calendar.Span) string {
	day := days.From
	switch {
	case days.From != days.To:
		return "None of these days is a day off of the team."
	case calendar.HolidayName(p.Country, day) != "":
		return day.String() + " is a public holiday, " + calendar.HolidayName(p.Country, day) + ". It comes with the country, and `project edit` can change that."
	case !p.Calendar().Working(day):
		return day.String() + " is no working day in any case, so there is nothing to remove."
	default:
		return day.String() + " is a working day already."
	}
}
