package models

import (
	"context"

	"headway/calendar"
	"headway/metrics"
)

// Schedule returns one schedule.
func (t Team) Schedule(ctx context.Context, id string) (Schedule, error) {
	return one[Schedule](t.rows(ctx).Where("id = ?", id))
}

// ReportByID returns the report, if it is of the permit's project.
func (t Team) ReportByID(ctx context.Context, p Permit, id string) (Report, error) {
	if err := p.check(t); err != nil {
		return Report{}, err
	}
	return one[Report](t.rows(ctx).Where("project_id = ? AND id = ?", p.project, id))
}

// ProjectOfReport returns the project that a report is about; it tells nothing
// of the report itself.
func (t Team) ProjectOfReport(ctx context.Context, id string) (Project, error) {
	r, err := one[Report](t.rows(ctx).Where("id = ?", id).Select("team_id", "id", "project_id"))
	if err != nil {
		return Project{}, err
	}
	return t.Project(ctx, r.ProjectID)
}

// Enqueued says whether a message of that key is, or was, in the outbox.
func (t Team) Enqueued(ctx context.Context, key string) (bool, error) {
	found, err := all[Outbox](t.rows(ctx).Where("key = ?", key).Select("team_id", "id"))
	return len(found) > 0, err
}

// weekTallies are the closed rounds of a project and ISO week, by their local
// dates, with the counts that were frozen when they closed.
func (t Team) weekTallies(ctx context.Context, projectID string, week calendar.Week) ([]metrics.Tally, error) {
	monday := week.Monday()
	rounds, err := all[Round](t.rows(ctx).Where("project_id = ? AND state = ? AND date >= ? AND date <= ?",
		projectID, RoundClosed, monday.String(), monday.AddDays(6).String()).Order("date, id"))
	tallies := make([]metrics.Tally, 0, len(rounds))
	for _, r := range rounds {
		tallies = append(tallies, r.Tally())
	}
	return tallies, err
}
