// Package storetest gives tests a migrated database: embedded SQLite always,
// and a real throw-away PostgreSQL where one is installed. Without PostgreSQL
// such a test is skipped with a clear line, and fails where CI=true.
package storetest

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"headway/models"
)

// keys seals what the tests of this process store.
var keys = sync.OnceValue(func() models.Keys {
	k, err := models.ParseKeys(models.NewKey())
	if err != nil {
		panic(err)
	}
	return k
})

// Each runs the test on an empty, migrated database of each kind. Every call
// of open is another Store on the same database, as another process has; it
// is closed when the test ends.
func Each(t *testing.T, test func(t *testing.T, open func() *models.Store)) {
	t.Helper()
	for name, dsn := range map[string]func(*testing.T) string{"sqlite": SQLiteDSN, "postgres": PostgresDSN} {
		t.Run(name, func(t *testing.T) {
			address := dsn(t)
			test(t, func() *models.Store { return Open(t, address) })
		})
	}
}

// SQLite returns a Store on an empty, migrated SQLite file.
func SQLite(t *testing.T) *models.Store {
	t.Helper()
	return Open(t, SQLiteDSN(t))
}

// Postgres returns a Store on an empty, migrated PostgreSQL database.
func Postgres(t *testing.T) *models.Store {
	t.Helper()
	return Open(t, PostgresDSN(t))
}

// SQLiteDSN is the address of an empty, migrated SQLite file, for another
// process too. It does not wait for the disk, which a power cut would punish
// and a killed process does not.
func SQLiteDSN(t *testing.T) string {
	t.Helper()
	empty, err := migratedFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "headway.db")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return unsynced(path)
}

// DurableSQLite returns a Store on an empty, migrated SQLite file that waits for
// the disk, as in earnest.
func DurableSQLite(t testing.TB) *models.Store {
	t.Helper()
	s := Open(t, filepath.Join(t.TempDir(), "headway.db"))
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func unsynced(path string) string { return "file:" + path + "?_pragma=synchronous(off)" }

// migratedFile is the content of an empty, migrated SQLite file.
var migratedFile = sync.OnceValues(func() (content []byte, err error) {
	dir, err := os.MkdirTemp("", "headway-sqlite")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "template.db")
	s, err := open(unsynced(path))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.Migrate(context.Background()), s.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Open returns a Store on that database, closed when the test ends.
func Open(t testing.TB, dsn string) *models.Store {
	t.Helper()
	s, err := open(dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func open(dsn string) (*models.Store, error) {
	return models.Open(context.Background(), dsn, keys(), slog.New(slog.DiscardHandler))
}
