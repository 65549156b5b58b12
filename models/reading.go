package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
)

// What a person who asked for a reading was told last.
const (
	ReadingBegun  = "begun"  // that it has begun; the answer is to come
	ReadingFailed = "failed" // that it failed and is tried again
	ReadingOver   = "over"   // how it ended
)

// Reading is a person's wish to have a project read from Jira, who hears how it
// goes. It stands until a refresh that began after it has ended, whichever
// process that is.
type Reading struct {
	Tenant
	ID        string    `gorm:"primaryKey" about:"id"`
	ProjectID string    `about:"the project to read"`
	User      string    `gorm:"column:user_id" about:"Slack user who asked and hears how it goes"`
	Full      bool      `gorm:"column:full_read" about:"all weeks are to be read"`
	AskedAt   time.Time `gorm:"type:bigint;serializer:ms" about:"when it was asked for"`
	Told      string    `about:"what the person was told last: begun, failed or over"`
}

// About implements Noun.
func (Reading) About() Table {
	return Table{Name: "readings", Zone: Plumbing, Purpose: "tells who asked for a reading of Jira how it goes", Keep: 30 * day, By: "asked_at"}
}

// AskReading stores the wish.
func (t Team) AskReading(ctx context.Context, r *Reading) error {
	if r.ID == "" {
		r.ID = NewID()
	}
	if r.AskedAt.IsZero() {
		r.AskedAt = t.store.now()
	}
	r.Told = ReadingBegun
	return t.change(ctx, func(db *gorm.DB) error { return known(db.Create(r).Error) })
}

// Readings lists the project's wishes that are not fulfilled yet, the oldest
// first.
func (t Team) Readings(ctx context.Context, projectID string) ([]Reading, error) {
	return all[Reading](t.rows(ctx).Where("project_id = ? AND told <> ?", projectID, ReadingOver).Order("asked_at, id"))
}

// LastReading is the project's latest wish, fulfilled or not; the zero one
// without any.
func (t Team) LastReading(ctx context.Context, projectID string) (Reading, error) {
	r, err := one[Reading](t.rows(ctx).Where("project_id = ?", projectID).Order("asked_at DESC, id DESC").Limit(1))
	if errors.Is(err, ErrNotFound) {
		return Reading{}, nil
	}
	return r, err
}

// TellReading notes what the person was told.
func (t Team) TellReading(ctx context.Context, id, told string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&Reading{}).Where("id = ?", id).Update("told", told))
	})
}
