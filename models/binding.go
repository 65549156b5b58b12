package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
)

// The audiences of a channel: who vouches that everyone in it may see the
// project.
const (
	AudienceUnknown  = "unknown"
	AudienceDeclared = "declared" // an admin said so
	AudienceVerified = "verified" // Jira was asked for each member
)

// Binding ties a channel to its project.
type Binding struct {
	Tenant
	ID         string    `gorm:"primaryKey" about:"id"`
	ProjectID  string    `about:"the project that the channel is about"`
	Channel    string    `about:"Slack channel"`
	Default    bool      `gorm:"column:is_default" about:"the project's main channel"`
	Audience   string    `about:"unknown, declared or verified: may all in it see the project"`
	DeclaredBy string    `about:"Slack user who declared it"`
	At         time.Time `gorm:"type:bigint;serializer:ms" about:"when it was bound or declared"`
}

// About implements Noun.
func (Binding) About() Table {
	return Table{Name: "bindings", Zone: Config, Purpose: "which channel is about which project"}
}

// Bind ties the channel or changes how it is tied. It gives ErrConflict when
// the channel is tied to another project.
func (t Team) Bind(ctx context.Context, b Binding) error {
	if b.ID == "" {
		b.ID = NewID()
	}
	if b.At.IsZero() {
		b.At = t.store.now()
	}
	return t.change(ctx, func(db *gorm.DB) error {
		was, err := one[Binding](locked(db).Where("channel = ?", b.Channel))
		switch {
		case err == nil && was.ProjectID != b.ProjectID:
			return known(gorm.ErrDuplicatedKey)
		case err != nil && !errors.Is(err, ErrNotFound):
			return err
		}
		on := conflict([]string{"team_id", "channel"}, "is_default", "audience", "declared_by", "at")
		return known(db.Clauses(on).Create(&b).Error)
	})
}

// Unbind unties the channel.
func (t Team) Unbind(ctx context.Context, channel string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Where("channel = ?", channel).Delete(&Binding{}))
	})
}

// Bindings lists the project's channels, the main one first.
func (t Team) Bindings(ctx context.Context, projectID string) ([]Binding, error) {
	return all[Binding](t.rows(ctx).Where("project_id = ?", projectID).Order("is_default DESC, id"))
}

// BindingOf returns the channel's binding and its project.
func (t Team) BindingOf(ctx context.Context, channel string) (Binding, Project, error) {
	b, err := one[Binding](t.rows(ctx).Where("channel = ?", channel))
	if err != nil {
		return Binding{}, Project{}, err
	}
	p, err := t.Project(ctx, b.ProjectID)
	return b, p, err
}
