package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// LinkedByEmail stands in AccountLink.By when both sides have the same
// verified address.
const LinkedByEmail = "email"

// AccountLink says which Jira account a Slack user is. It is never
// self-declared.
type AccountLink struct {
	Tenant
	ID           string    `gorm:"primaryKey" about:"id"`
	User         string    `gorm:"column:user_id" about:"Slack user"`
	ConnectionID string    `about:"the Jira connection the account is at"`
	AccountID    string    `about:"Jira's id of the account"`
	By           string    `gorm:"column:by_user" about:"Slack user who confirmed it, or email"`
	At           time.Time `gorm:"type:bigint;serializer:ms" about:"when it was confirmed"`
}

// About implements Noun.
func (AccountLink) About() Table {
	return Table{Name: "account_links", Zone: Config, Purpose: "asks Jira what a person may see, before it is shown"}
}

// Link links the person at that connection, in place of an earlier link.
func (t Team) Link(ctx context.Context, l AccountLink) error {
	if l.ID == "" {
		l.ID = NewID()
	}
	if l.At.IsZero() {
		l.At = t.store.now()
	}
	return t.change(ctx, func(db *gorm.DB) error {
		on := conflict([]string{"team_id", "connection_id", "user_id"}, "account_id", "by_user", "at")
		return known(db.Clauses(on).Create(&l).Error)
	})
}

// Unlink removes the person's link at that connection.
func (t Team) Unlink(ctx context.Context, user, connectionID string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Where("user_id = ? AND connection_id = ?", user, connectionID).Delete(&AccountLink{}))
	})
}

// LinkOf returns the person's link at that connection.
func (t Team) LinkOf(ctx context.Context, user, connectionID string) (AccountLink, error) {
	return one[AccountLink](t.rows(ctx).Where("user_id = ? AND connection_id = ?", user, connectionID))
}

// Links lists the links at that connection.
func (t Team) Links(ctx context.Context, connectionID string) ([]AccountLink, error) {
	return all[AccountLink](t.rows(ctx).Where("connection_id = ?", connectionID).Order("user_id"))
}
