package models

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// migrationLock is the advisory lock that lets one process migrate at a time.
const migrationLock = 7249108

// limits keep a stuck statement from holding an interaction or a lock; the
// address may set its own.
var limits = map[string]string{
	"statement_timeout":                   "5000",
	"lock_timeout":                        "2000",
	"idle_in_transaction_session_timeout": "10000",
}

func openPostgres(s *Store, dsn string) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return fmt.Errorf("models: %w", err) // pgx blots out the password
	}
	if cfg.ConnectTimeout == 0 || cfg.ConnectTimeout > time.Minute {
		cfg.ConnectTimeout = 3 * time.Second
	}
	for name, value := range limits {
		if _, set := cfg.RuntimeParams[name]; !set {
			cfg.RuntimeParams[name] = value
		}
	}
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(12)
	pool.SetMaxIdleConns(4)
	s.engine = postgresEngine{}
	dialector := func() gorm.Dialector { return postgres.New(postgres.Config{Conn: pool}) }
	if s.write, err = gorm.Open(dialector(), gormConfig()); err == nil {
		s.read = s.write
		s.plain, err = gorm.Open(dialector(), gormConfig())
	}
	if err != nil {
		return fmt.Errorf("models: %w", errors.Join(err, pool.Close()))
	}
	return nil
}

type postgresEngine struct{}

func (postgresEngine) name() string { return "postgres" }

func (postgresEngine) clock(db *gorm.DB) (time.Time, error) {
	var n int64
	err := db.Raw("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").Scan(&n).Error
	return fromMillis(n), err
}

// lockForMigration waits for as long as another process migrates.
func (postgresEngine) lockForMigration(tx *gorm.DB) error {
	return tx.Exec(fmt.Sprintf("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(%d)", migrationLock)).Error
}

// transient: serialization and deadlock, connection trouble, a server that is
// shutting down or starting up.
func (postgresEngine) transient(err error) bool {
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01" || strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "57P0")
	}
	refused := (*pgconn.ConnectError)(nil)
	return errors.As(err, &refused) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}
