package models

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

//go:embed migrations
var migrations embed.FS

// migrationTable is gormigrate's own; it belongs to no team.
const migrationTable = "schema_migrations"

// Migrate brings the database to this program's schema: the SQL files of its
// dialect that have not run yet, in order, in one transaction under a lock, so
// that any number of processes may start at once. A shipped file is never
// edited. It gives ErrNewerSchema when the database is ahead.
func (s *Store) Migrate(ctx context.Context) error {
	steps, err := s.steps()
	if err != nil {
		return err
	}
	options := &gormigrate.Options{TableName: migrationTable, IDColumnName: "id", IDColumnSize: 255, ValidateUnknownMigrations: true}
	err = s.plain.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := s.engine.lockForMigration(tx); err != nil {
			return err
		}
		return gormigrate.New(tx, options, steps).Migrate()
	})
	if errors.Is(err, gormigrate.ErrUnknownPastMigration) {
		return fmt.Errorf("models: %w: start the newer Headway again, or restore the backup from before the upgrade", ErrNewerSchema)
	}
	if err != nil {
		return fmt.Errorf("models: migrate: %w", err)
	}
	return nil
}

// SchemaVersion is the number of the last migration that ran, 0 in an empty
// database.
func (s *Store) SchemaVersion(ctx context.Context) (int, error) {
	db := s.plain.WithContext(ctx)
	if !db.Migrator().HasTable(migrationTable) {
		return 0, nil
	}
	var id string
	if err := db.Table(migrationTable).Select("max(id)").Scan(&id).Error; err != nil {
		return 0, known(err)
	}
	number, _, _ := strings.Cut(id, "_")
	version, err := strconv.Atoi(number)
	if err != nil {
		return 0, fmt.Errorf("models: migration %q has no number", id)
	}
	return version, nil
}

// steps reads this dialect's files; the name of a file without ".sql" is the
// migration's id.
func (s *Store) steps() ([]*gormigrate.Migration, error) {
	files, err := fs.Glob(migrations, "migrations/"+s.Dialect()+"/*.sql")
	if err != nil {
		return nil, fmt.Errorf("models: %w", err)
	}
	steps := make([]*gormigrate.Migration, 0, len(files))
	for _, file := range files {
		sql, err := migrations.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("models: %w", err)
		}
		id := strings.TrimSuffix(file[strings.LastIndex(file, "/")+1:], ".sql")
		steps = append(steps, &gormigrate.Migration{ID: id, Migrate: func(tx *gorm.DB) error {
			return tx.Exec(string(sql)).Error
		}})
	}
	return steps, nil
}
