package models

import (
	"context"
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
}

// About implements Noun.
func (Connection) About() Table {
	return Table{Name: "connections", Zone: Config, Purpose: "the Jira sites that Headway reads"}
}

func (c Connection) place() place {
	return place{team: c.TeamID, table: "connections", column: "token", row: c.ID}
}

// PutConnection inserts the connection or replaces the one with its id.
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
	return t.change(ctx, func(db *gorm.DB) error { return upsert(db, c) })
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

// SetConnectionState notes whether Jira took the token, and when.
func (t Team) SetConnectionState(ctx context.Context, id, state string, at time.Time) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&Connection{}).Where("id = ?", id).
			Updates(map[string]any{"state": state, "checked_at": ms(at)}))
	})
}
