package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"headway/calendar"
	"headway/secret"
)

// The states of a connection.
const (
	ConnectionOK      = "ok"
	ConnectionRefused = "refused" // Jira no longer takes the token
)

// Connection is an account at a Jira Cloud site. Token is in clear only here
// in memory; the database holds it sealed, or not at all when it comes from
// the environment.
type Connection struct {
	Tenant
	ID        string        `gorm:"primaryKey" about:"id"`
	Site      string        `about:"name of the site, as in NAME.atlassian.net"`
	CloudID   string        `about:"the site's id where the token works only through the gateway"`
	Email     string        `about:"email of the Jira account whose token it is"`
	Token     secret.Secret `gorm:"-"`
	Sealed    []byte        `gorm:"column:token" json:"-" about:"the token, sealed with a key from outside the database"`
	FromEnv   bool          `about:"the token is read from the environment, none is stored"`
	AccountID string        `about:"Jira's id of that account"`
	ExpiresOn calendar.Date `gorm:"type:text;serializer:text" about:"day on which the token ends; empty when unknown"`
	State     string        `about:"ok or refused"`
	CheckedAt time.Time     `gorm:"type:bigint;serializer:ms" about:"when Jira last answered for it"`
	Version   int           `about:"counts up with each token"`
	Viewers   string        `about:"how Jira is asked who may see what: check, search, none; empty before it was tried"`
	Warned    int           `about:"days before the token's end that the admins were last warned at; 0 for not yet"`
}

// The ways in which a connection can ask Jira who may see a project.
const (
	ViewersCheck  = "check"  // the permissions of any account, as the token's account administers Jira
	ViewersSearch = "search" // a search among those who may see it
	ViewersNone   = "none"   // neither: nobody is shown anything
)

// About implements Noun.
func (Connection) About() Table {
	return Table{Name: "connections", Zone: Config, Purpose: "the Jira sites that Headway reads"}
}

func (c Connection) place() place {
	return place{team: c.TeamID, table: "connections", column: "token", row: c.ID}
}

// PutConnection inserts the connection or replaces the one with its id. Its
// version counts up and its warnings begin anew.
func (t Team) PutConnection(ctx context.Context, c *Connection) (err error) {
	if c.ID == "" {
		c.ID = NewID()
	}
	c.TeamID = t.id
	if c.FromEnv {
		c.Token = ""
	}
	if c.Sealed, err = t.store.keys.seal(c.Token, c.place()); err != nil {
		return err
	}
	return t.change(ctx, func(db *gorm.DB) error {
		was, err := one[Connection](locked(db).Where("id = ?", c.ID))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		c.Version, c.Warned = was.Version+1, 0
		return upsert(db, c)
	})
}

// Connections lists the team's connections with their tokens.
func (t Team) Connections(ctx context.Context) ([]Connection, error) {
	found, err := all[Connection](t.rows(ctx).Order("id"))
	for i := range found {
		if err == nil {
			found[i].Token, err = t.store.keys.open(found[i].Sealed, found[i].place())
		}
	}
	return found, err
}

// Connection returns one connection with its token.
func (t Team) Connection(ctx context.Context, id string) (Connection, error) {
	c, err := one[Connection](t.rows(ctx).Where("id = ?", id))
	if err != nil {
		return Connection{}, err
	}
	c.Token, err = t.store.keys.open(c.Sealed, c.place())
	return c, err
}

// RefuseConnection notes that Jira no longer takes the token of that version.
// won is false when it is noted already or the token was replaced.
func (t Team) RefuseConnection(ctx context.Context, id string, version int, at time.Time) (won bool, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		res := db.Model(&Connection{}).Where("id = ? AND version = ? AND state = ?", id, version, ConnectionOK).
			Updates(map[string]any{"state": ConnectionRefused, "checked_at": ms(at)})
		won = res.RowsAffected > 0
		return known(res.Error)
	})
	return won && err == nil, err
}

// ReviveConnection notes that Jira takes a refused token after all. won is false
// when it was not refused. Its version counts up, so that the next refusal is
// another one.
func (t Team) ReviveConnection(ctx context.Context, id string, at time.Time) (won bool, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		res := db.Model(&Connection{}).Where("id = ? AND state = ?", id, ConnectionRefused).
			Updates(map[string]any{"state": ConnectionOK, "checked_at": ms(at), "version": gorm.Expr("version + 1")})
		won = res.RowsAffected > 0
		return known(res.Error)
	})
	return won && err == nil, err
}

// SetViewers notes in which way the connection can ask who may see what.
func (t Team) SetViewers(ctx context.Context, id, viewers string, at time.Time) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&Connection{}).Where("id = ?", id).Updates(map[string]any{"viewers": viewers, "checked_at": ms(at)}))
	})
}

// SetWarned notes that the admins are warned so many days before the token's
// end. won is false when they were at that point before, or the token was
// replaced.
func (t Team) SetWarned(ctx context.Context, id string, version, days int) (won bool, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		res := db.Model(&Connection{}).Where("id = ? AND version = ? AND (warned = 0 OR warned > ?)", id, version, days).Update("warned", days)
		won = res.RowsAffected > 0
		return known(res.Error)
	})
	return won && err == nil, err
}
