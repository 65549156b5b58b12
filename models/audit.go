package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
)

// Audit is one line of the team's log: who changed or viewed what. Detail is
// JSON without free text and without ticket text.
type Audit struct {
	Tenant
	ID        string    `gorm:"primaryKey" about:"id"`
	At        time.Time `gorm:"type:bigint;serializer:ms" about:"when it happened"`
	Actor     string    `about:"Slack user who did it; empty for Headway itself"`
	Verb      string    `about:"what was done, such as project.create"`
	ProjectID string    `about:"the project it concerns; empty for the workspace"`
	Subject   string    `person:"within" about:"id of what it was done to"`
	Detail    string    `person:"within" about:"values before and after, as JSON, no free text"`
}

// TableName keeps GORM from inventing a plural.
func (Audit) TableName() string { return "audit" }

// About implements Noun.
func (Audit) About() Table {
	return Table{Name: "audit", Zone: Config, Purpose: "shows the team what was configured and who looked", Keep: 365 * day, By: "at"}
}

// Audit writes one line of the log. Somebody whose data were just erased stands
// in it as a former member.
func (t Team) Audit(ctx context.Context, a Audit) error {
	if a.ID == "" {
		a.ID = NewID()
	}
	if a.At.IsZero() {
		a.At = t.store.now()
	}
	return t.change(ctx, func(db *gorm.DB) error {
		err := t.notErased(db, a.Actor)
		if errors.Is(err, ErrErased) {
			a.Actor = FormerMember
		}
		if err = ignoreErased(err); err != nil {
			return err
		}
		return known(db.Create(&a).Error)
	})
}

// AuditSince lists the project's lines since then, the newest n first. Lines
// of the workspace as a whole are among them.
func (t Team) AuditSince(ctx context.Context, projectID string, since time.Time, n int) ([]Audit, error) {
	return all[Audit](t.rows(ctx).Where("project_id IN ? AND at >= ?", []string{projectID, ""}, ms(since)).
		Order("at DESC, id DESC").Limit(n))
}
