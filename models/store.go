// Package models holds the nouns of Headway, the rules on a single noun, the
// queries and the migrations, on embedded SQLite and on PostgreSQL alike.
//
// Store.Team is the only way to a tenant's rows; what a Store itself does
// across teams is claiming due work and housekeeping. Instants are time.Time
// in UTC, cut to milliseconds, and int64 milliseconds in the database; the
// zero time is stored as 0. A missing row is ErrNotFound, a row that another
// one forbids is ErrConflict.
package models

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Store is one database. It is safe for concurrent use.
type Store struct {
	write *gorm.DB // SQLite: one connection
	read  *gorm.DB // SQLite: a pool that can't write; PostgreSQL: the same as write
	plain *gorm.DB // without the tenant guard, for migrations only

	engine engine
	keys   Keys
	log    *slog.Logger
	holder string // names this process in leases
	now    func() time.Time
}

// engine is what differs between the databases beyond SQL that GORM writes.
type engine interface {
	name() string
	// clock reads the machine clock that leases and pacing go by.
	clock(db *gorm.DB) (time.Time, error)
	// lockForMigration keeps other processes out until the transaction ends.
	lockForMigration(tx *gorm.DB) error
	// transient says whether the whole transaction is worth another try.
	transient(err error) bool
}

// Open connects to "postgres://…" or opens a SQLite file, given as a path or
// "file:…". It migrates nothing. A database that can't be reached is an error
// here, without its password in the text.
func Open(ctx context.Context, dsn string, keys Keys, log *slog.Logger) (*Store, error) {
	s := &Store{keys: keys, log: log, holder: NewID(), now: time.Now}
	open := openSQLite
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		open = openPostgres
	}
	err := open(s, dsn)
	for _, db := range s.pools() {
		if err == nil {
			err = known(guardTenants(db))
		}
	}
	if err == nil {
		err = s.Ping(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// pools are the connections that are open, each once.
func (s *Store) pools() []*gorm.DB {
	switch {
	case s.write == nil:
		return nil
	case s.read == nil || s.read == s.write:
		return []*gorm.DB{s.write}
	}
	return []*gorm.DB{s.write, s.read}
}

// SetNow gives the store the business clock, for the moments that callers
// don't pass in; time.Now without it. Call it before the store is used.
func (s *Store) SetNow(now func() time.Time) { s.now = now }

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.engine.name() }

// Ping asks the database for an answer.
func (s *Store) Ping(ctx context.Context) error {
	for _, db := range s.pools() {
		pool, err := db.DB()
		if err == nil {
			err = pool.PingContext(ctx)
		}
		if err != nil {
			return fmt.Errorf("models: the %s database does not answer: %w", s.Dialect(), err)
		}
	}
	return nil
}

// Close ends all connections.
func (s *Store) Close() error {
	var errs []error
	for _, db := range s.pools() {
		if pool, err := db.DB(); err == nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Teams lists the ids of all workspaces, in order.
func (s *Store) Teams(ctx context.Context) ([]string, error) {
	var ids []string
	err := acrossTeams(s.read).WithContext(ctx).Model(&Workspace{}).Order("team_id").Pluck("team_id", &ids).Error
	return ids, known(err)
}

// machineNow is the machine clock that leases and pacing go by: the
// database's on PostgreSQL, so that replicas agree.
func (s *Store) machineNow(db *gorm.DB) (time.Time, error) {
	now, err := s.engine.clock(acrossTeams(db))
	if err != nil {
		return time.Time{}, known(err)
	}
	return now.UTC().Truncate(time.Millisecond), nil
}

// one returns the row of a query, ErrNotFound without one.
func one[T any](q *gorm.DB) (T, error) {
	var row T
	err := q.Take(&row).Error
	return row, known(err)
}

// all returns the rows of a query.
func all[T any](q *gorm.DB) ([]T, error) {
	var rows []T
	err := q.Find(&rows).Error
	return rows, known(err)
}

// insertNew inserts the row unless one with its key is there; created says
// which.
func insertNew(db *gorm.DB, row any) (created bool, err error) {
	res := db.Clauses(clause.OnConflict{DoNothing: true}).Create(row)
	return res.RowsAffected > 0, known(res.Error)
}

// locked makes a query hold its rows until the transaction ends. SQLite has
// one writer and needs no row lock.
func locked(db *gorm.DB) *gorm.DB {
	return db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
}

// conflict describes an upsert: on the unique columns, all other columns but
// the identity are replaced.
func conflict(columns []string, replaced ...string) clause.OnConflict {
	on := clause.OnConflict{DoUpdates: clause.AssignmentColumns(replaced)}
	for _, c := range columns {
		on.Columns = append(on.Columns, clause.Column{Name: c})
	}
	return on
}
