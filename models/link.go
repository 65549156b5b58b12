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
	Undone       bool      `about:"an admin took the link back: it is not made again by email"`
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
		if err := t.admitted(db, l); err != nil {
			return err
		}
		on := conflict([]string{"team_id", "connection_id", "user_id"}, "account_id", "by_user", "at", "undone")
		return known(db.Clauses(on).Create(&l).Error)
	})
}

// admitted keeps the email from linking somebody whose data were just erased; an
// admin may.
func (t Team) admitted(db *gorm.DB, l AccountLink) error {
	if l.By == LinkedByEmail {
		return t.notErased(db, l.User)
	}
	return t.welcome(db, l.User)
}

// Unlink takes the person's link at that connection back; only an admin makes
// another one.
func (t Team) Unlink(ctx context.Context, by, user, connectionID string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&AccountLink{}).Where("user_id = ? AND connection_id = ? AND undone = ?", user, connectionID, false).
			Updates(map[string]any{"undone": true, "account_id": "", "by_user": clean(by), "at": ms(t.store.now())}))
	})
}

// LinkOf returns the person's link at that connection.
func (t Team) LinkOf(ctx context.Context, user, connectionID string) (AccountLink, error) {
	return one[AccountLink](t.rows(ctx).Where("user_id = ? AND connection_id = ? AND undone = ?", user, connectionID, false))
}

// LinkUndone says whether an admin took the person's link back.
func (t Team) LinkUndone(ctx context.Context, user, connectionID string) (bool, error) {
	found, err := all[AccountLink](t.rows(ctx).Where("user_id = ? AND connection_id = ? AND undone = ?", user, connectionID, true))
	return len(found) > 0, err
}

// Links lists the links at that connection.
func (t Team) Links(ctx context.Context, connectionID string) ([]AccountLink, error) {
	return all[AccountLink](t.rows(ctx).Where("connection_id = ? AND undone = ?", connectionID, false).Order("user_id"))
}
