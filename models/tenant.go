package models

import (
	"context"
	"fmt"
	"reflect"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Tenant makes a struct a tenant's row: team_id leads its primary key and is
// set and checked by the store, never by the caller.
type Tenant struct {
	TeamID string `gorm:"primaryKey" about:"Slack workspace"`
}

// Team reaches the rows of one workspace and of no other. Its methods work
// outside and inside a transaction; inside, use the Team handed to the
// function: on SQLite any other one waits for it.
type Team struct {
	store *Store
	id    string
	tx    *gorm.DB // nil outside a transaction
}

// Team returns the rows of the Slack workspace id.
func (s *Store) Team(id string) Team { return Team{store: s, id: id} }

// ID is the Slack id of the workspace.
func (t Team) ID() string { return t.id }

// rows reads the team's rows, inside the transaction if there is one.
func (t Team) rows(ctx context.Context) *gorm.DB {
	if t.tx != nil {
		return t.tx.WithContext(ctx)
	}
	return ofTeam(t.store.read, t.id).WithContext(ctx)
}

const (
	settingTeam   = "headway:team"
	settingAcross = "headway:across"
)

// ofTeam binds a session to one team.
func ofTeam(db *gorm.DB, id string) *gorm.DB {
	return db.Set(settingTeam, id).Set(settingAcross, false).Session(&gorm.Session{})
}

// acrossTeams opens a session that may see all teams and run SQL written by
// hand: claims, housekeeping, savepoints, the clock.
func acrossTeams(db *gorm.DB) *gorm.DB {
	return db.Set(settingTeam, "").Set(settingAcross, true).Session(&gorm.Session{})
}

// guardTenants makes every statement carry its team. It fails closed: a
// statement without a team, without a known table or written by hand is an
// error, not a leak.
func guardTenants(db *gorm.DB) error {
	cb := db.Callback()
	for _, err := range []error{
		cb.Create().Before("gorm:create").Register("headway:tenant", stampTeam),
		cb.Query().Before("gorm:query").Register("headway:tenant", filterTeam),
		cb.Update().Before("gorm:update").Register("headway:tenant", filterTeam),
		cb.Delete().Before("gorm:delete").Register("headway:tenant", filterTeam),
		cb.Row().Before("gorm:row").Register("headway:tenant", filterTeam),
		cb.Raw().Before("gorm:raw").Register("headway:tenant", filterTeam),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// teamOf returns the statement's team; an error is already noted when it has
// none and may not do without.
func teamOf(db *gorm.DB) (id string, ok bool) {
	v, _ := db.Get(settingTeam)
	if id, _ = v.(string); id != "" {
		return id, true
	}
	if across, _ := db.Get(settingAcross); across != true {
		_ = db.AddError(ErrTenant)
	}
	return "", false
}

// filterTeam narrows a statement to its team. What the query asked for is
// wrapped first, so that an OR in it can't reach past the team.
func filterTeam(db *gorm.DB) {
	id, ok := teamOf(db)
	if !ok {
		return
	}
	stmt := db.Statement
	if stmt.SQL.Len() > 0 || stmt.Schema == nil || stmt.Schema.LookUpField("team_id") == nil {
		_ = db.AddError(fmt.Errorf("%w: written by hand or of an unknown table", ErrTenant))
		return
	}
	mine := clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: "team_id"}, Value: id}
	c := stmt.Clauses["WHERE"]
	if where, ok := c.Expression.(clause.Where); ok && len(where.Exprs) > 0 {
		c.Expression = clause.Where{Exprs: []clause.Expression{clause.And(where.Exprs...)}}
		stmt.Clauses["WHERE"] = c
	}
	stmt.AddClause(clause.Where{Exprs: []clause.Expression{mine}})
}

// stampTeam puts the team into new rows and cleans their text. A row that
// already names another team is refused.
func stampTeam(db *gorm.DB) {
	id, ok := teamOf(db)
	if !ok {
		_ = db.AddError(ErrTenant) // nothing is created across teams
		return
	}
	if db.Statement.Schema == nil || db.Statement.Schema.LookUpField("team_id") == nil {
		_ = db.AddError(ErrTenant)
		return
	}
	eachRow(db.Statement.ReflectValue, func(row reflect.Value) {
		if err := stampRow(db, row, id); err != nil {
			_ = db.AddError(err)
		}
	})
}

func stampRow(db *gorm.DB, row reflect.Value, id string) error {
	ctx, schema := db.Statement.Context, db.Statement.Schema
	team := schema.LookUpField("team_id")
	if was, zero := team.ValueOf(ctx, row); !zero && was != id {
		return fmt.Errorf("%w: the row is another team's", ErrTenant)
	}
	cleanRow(ctx, schema, row)
	return team.Set(ctx, row, id)
}

func eachRow(v reflect.Value, do func(reflect.Value)) {
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			do(reflect.Indirect(v.Index(i)))
		}
	default:
		do(v)
	}
}
