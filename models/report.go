package models

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"headway/calendar"
)

// Report is a report that was given, with the numbers it was made of, so that
// it can be shown again as it was.
type Report struct {
	Tenant
	ID        string        `gorm:"primaryKey" about:"id"`
	Number    int           `about:"counts up in the workspace"`
	Key       string        `about:"names a scheduled report, so that it is made once"`
	ProjectID string        `about:"the project it is about"`
	Kind      string        `about:"which report: weekly, flow"`
	Week      calendar.Week `gorm:"type:text;serializer:text" about:"the ISO week it reports"`
	Template  int           `about:"version of its words"`
	Input     string        `about:"the numbers it was made of, as JSON"`
	Safe      bool          `about:"it is the safe summary for a channel of unknown audience"`
	CreatedAt time.Time     `gorm:"type:bigint;serializer:ms;autoCreateTime:false" about:"when it was made"`
	CreatedBy string        `about:"Slack user who asked for it; empty when scheduled"`
	Opens     int           `about:"how often somebody opened it; nobody knows who"`
}

// About implements Noun.
func (Report) About() Table {
	return Table{Name: "reports", Zone: Metrics, Purpose: "shows a report again as it was", Keep: 104 * week, By: "created_at"}
}

// Ref is the number as people see it, such as R-2041.
func (r Report) Ref() string { return "R-" + strconv.Itoa(r.Number) }

// ParseReportRef reads a number as people write it: R-2041, r2041 or 2041.
func ParseReportRef(s string) (int, error) {
	digits := strings.TrimPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "R"), "-")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("models: %q is not a report number", clean(s))
	}
	return n, nil
}

// AddReport stores the report under the workspace's next number, which it
// sets. Scheduled reports have a Key; a second one with it is ErrConflict.
func (t Team) AddReport(ctx context.Context, r *Report) error {
	if r.ID == "" {
		r.ID = NewID()
	}
	if r.Key == "" {
		r.Key = r.ID
	}
	if r.CreatedAt.IsZero() {
		r.CreatedAt = t.store.now()
	}
	return t.change(ctx, func(db *gorm.DB) error {
		if err := touched(db.Model(&Workspace{}).Where("team_id = ?", t.id).Update("report_seq", gorm.Expr("report_seq + 1"))); err != nil {
			return err
		}
		w, err := one[Workspace](db)
		if err != nil {
			return err
		}
		r.Number = w.ReportSeq
		return known(db.Create(r).Error)
	})
}

// Report returns the report of that number, if it is of the permit's project.
func (t Team) Report(ctx context.Context, p Permit, number int) (Report, error) {
	if err := p.check(t); err != nil {
		return Report{}, err
	}
	return one[Report](t.rows(ctx).Where("project_id = ? AND number = ?", p.project, number))
}

// OpenedReport counts that somebody opened the report.
func (t Team) OpenedReport(ctx context.Context, id string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&Report{}).Where("id = ?", id).Update("opens", gorm.Expr("opens + 1")))
	})
}

// ReportsOfWeek lists the project's reports on a week without their numbers.
func (t Team) ReportsOfWeek(ctx context.Context, projectID string, week calendar.Week) ([]Report, error) {
	return all[Report](t.rows(ctx).Where("project_id = ? AND week = ?", projectID, week.String()).Omit("input").Order("number"))
}

// LatestReports lists the project's last n reports without their numbers, the
// newest first.
func (t Team) LatestReports(ctx context.Context, projectID string, n int) ([]Report, error) {
	return all[Report](t.rows(ctx).Where("project_id = ?", projectID).Omit("input").Order("number DESC").Limit(n))
}
