package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"headway/metrics"
)

// Definition is one version of what each metric means in a project.
type Definition struct {
	Tenant
	ID        string        `gorm:"primaryKey" about:"id"`
	ProjectID string        `about:"the project it defines"`
	Version   int           `about:"counts up with each edit"`
	Rules     metrics.Rules `gorm:"type:text;serializer:doc" about:"the definitions, by Jira's ids"`
	By        string        `gorm:"column:by_user" about:"Slack user who edited it"`
	Reason    string        `about:"why, in the editor's words"`
	At        time.Time     `gorm:"type:bigint;serializer:ms" about:"when it was edited"`
}

// About implements Noun.
func (Definition) About() Table {
	return Table{Name: "definitions", Zone: Config, Purpose: "what each metric means in a project, every version"}
}

// AddDefinition stores the rules as the project's next version.
func (t Team) AddDefinition(ctx context.Context, projectID string, rules metrics.Rules, by, reason string) (Definition, error) {
	d := Definition{ID: NewID(), ProjectID: projectID, By: by, Reason: reason, At: t.store.now().UTC().Truncate(time.Millisecond)}
	err := t.change(ctx, func(db *gorm.DB) error {
		if _, err := one[Project](locked(db).Where("id = ?", projectID)); err != nil {
			return err
		}
		var last int
		if err := db.Model(&Definition{}).Where("project_id = ?", projectID).Select("COALESCE(MAX(version), 0)").Scan(&last).Error; err != nil {
			return known(err)
		}
		d.Version = last + 1
		d.Rules = rules
		d.Rules.Version = d.Version
		return known(db.Create(&d).Error)
	})
	return d, err
}

// Definition returns the project's current version.
func (t Team) Definition(ctx context.Context, projectID string) (Definition, error) {
	return one[Definition](t.rows(ctx).Where("project_id = ?", projectID).Order("version DESC"))
}

// Definitions lists the project's versions, the newest first.
func (t Team) Definitions(ctx context.Context, projectID string) ([]Definition, error) {
	return all[Definition](t.rows(ctx).Where("project_id = ?", projectID).Order("version DESC"))
}
