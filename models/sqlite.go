package models

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// openSQLite opens one writer and a pool of readers: with several writers
// some starve, and a deferred transaction that reads before it writes fails
// in spite of the busy timeout.
func openSQLite(s *Store, dsn string) error {
	uri, err := sqliteURI(dsn)
	if err != nil {
		return err
	}
	s.engine = sqliteEngine{}
	if s.write, s.plain, err = openFile(uri+"&_txlock=immediate", 1); err != nil {
		return err
	}
	s.read, _, err = openFile(uri+"&_pragma=query_only(1)", max(2, runtime.GOMAXPROCS(0)))
	return err
}

// pragmas of every connection; the address may set others after them.
const pragmas = "_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(1)"

// sqliteURI turns a path or "file:" address into one with our pragmas. A new
// file is made readable by its owner only: it holds answers and sealed tokens.
func sqliteURI(dsn string) (string, error) {
	path, escaped, own := dsn, (&url.URL{Path: dsn}).EscapedPath(), ""
	if address, isURI := strings.CutPrefix(dsn, "file:"); isURI {
		var err error
		escaped, own, _ = strings.Cut(address, "?")
		if path, err = url.PathUnescape(strings.TrimPrefix(escaped, "//")); err != nil {
			return "", fmt.Errorf("models: database file: %w", err)
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", fmt.Errorf("models: database file: %w", err)
	}
	if err := f.Close(); err != nil {
		return "", fmt.Errorf("models: database file: %w", err)
	}
	return "file:" + escaped + "?" + pragmas + "&" + own, nil
}

// openFile opens one pool, once with and once without the tenant guard to
// come.
func openFile(uri string, conns int) (guarded, plain *gorm.DB, err error) {
	pool, err := driver.Open(uri)
	if err != nil {
		return nil, nil, fmt.Errorf("models: %w", err)
	}
	pool.SetMaxOpenConns(conns)
	if guarded, err = gorm.Open(gormlite.OpenDB(pool), gormConfig()); err != nil {
		return nil, nil, fmt.Errorf("models: %w", errors.Join(err, pool.Close()))
	}
	plain, err = gorm.Open(gormlite.OpenDB(pool), gormConfig())
	return guarded, plain, err
}

// gormConfig is the same for both databases. The log is off: GORM's lines
// hold the values of a statement.
func gormConfig() *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard,
		TranslateError:         true,
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
}

type sqliteEngine struct{}

func (sqliteEngine) name() string                       { return "sqlite" }
func (sqliteEngine) clock(*gorm.DB) (time.Time, error)  { return time.Now(), nil }
func (sqliteEngine) lockForMigration(tx *gorm.DB) error { return nil } // the transaction is immediate
func (sqliteEngine) transient(err error) bool {
	return errors.Is(err, sqlite3.BUSY) || errors.Is(err, sqlite3.LOCKED)
}
