package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"headway/calendar"
)

// The states of a project's last refresh.
const (
	RefreshNever = "never"
	RefreshOK    = "ok"
	RefreshStale = "stale" // the last attempt failed; figures are of ReadUpTo
)

// Watermark says up to when a project was read from Jira, how that went, and
// what the next refresh compares before it reads all over again.
type Watermark struct {
	Tenant
	ProjectID string    `gorm:"primaryKey" about:"the project"`
	ReadUpTo  time.Time `gorm:"type:bigint;serializer:ms" about:"Jira was read up to here"`
	StartedAt time.Time `gorm:"type:bigint;serializer:ms" about:"when the last refresh started; it runs, or died, while this is after its end"`
	EndedAt   time.Time `gorm:"type:bigint;serializer:ms" about:"when it ended"`
	Issues    int       `about:"how many issues it read, the full reading before it included"`
	State     string    `about:"never, ok or stale"`
	Problem   string    `about:"code of what went wrong, no text of Jira"`
	Full      bool      `gorm:"column:full_read" about:"it read all weeks"`

	Definition int           `about:"version of the definitions that the weeks were made under"`
	OpenFrom   calendar.Week `gorm:"type:text;serializer:text" about:"first week that may still change; earlier ones are frozen"`
	Basis      string        `about:"fingerprint of all that weeks are made from beside issues"`
	Counted    int           `about:"how many issues Jira counted when the weeks were made"`
	EmptySince time.Time     `gorm:"type:bigint;serializer:ms" about:"since when Jira shows no issue of the project; 0 while it does"`
}

// TableName names it after what it is a row of.
func (Watermark) TableName() string { return "refreshes" }

// About implements Noun.
func (Watermark) About() Table {
	return Table{Name: "refreshes", Zone: Metrics, Purpose: "says how fresh a project's figures are"}
}

// Watermark returns the project's watermark; state never before the first
// refresh.
func (t Team) Watermark(ctx context.Context, projectID string) (Watermark, error) {
	found, err := all[Watermark](t.rows(ctx).Where("project_id = ?", projectID))
	if err != nil || len(found) == 0 {
		return Watermark{Tenant: Tenant{t.id}, ProjectID: projectID, State: RefreshNever}, err
	}
	return found[0], nil
}

// PutWatermark replaces the project's watermark.
func (t Team) PutWatermark(ctx context.Context, w Watermark) error {
	return t.change(ctx, func(db *gorm.DB) error {
		on := conflict([]string{"team_id", "project_id"}, "read_up_to", "started_at", "ended_at", "issues", "state", "problem", "full_read",
			"definition", "open_from", "basis", "counted", "empty_since")
		return known(db.Clauses(on).Create(&w).Error)
	})
}
