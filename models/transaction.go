package models

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"gorm.io/gorm"
)

const (
	onceLimit        = 2 * time.Second  // an interaction's share of Slack's 3 s
	transactionLimit = 30 * time.Second // a mistaken wait on SQLite's one writer ends
	retries          = 3
)

// Dedupe remembers that an interaction's effect is stored. It holds no
// payload.
type Dedupe struct {
	Tenant
	Key       string    `gorm:"primaryKey" about:"keyed hash of the id that Slack gave the interaction, which may name the person"`
	CreatedAt time.Time `gorm:"type:bigint;serializer:ms;autoCreateTime:false" about:"when it was stored, machine clock"`
}

// TableName keeps GORM from inventing a plural.
func (Dedupe) TableName() string { return "dedupe" }

// About implements Noun.
func (Dedupe) About() Table {
	return Table{Name: "dedupe", Zone: Plumbing, Purpose: "makes an interaction that Slack delivers twice count once",
		Keep: 24 * time.Hour, By: "created_at", Machine: true}
}

// Once stores the effect of one interaction together with its dedupe key, in
// one transaction of at most 2 s. dup says that the key was there already and
// fn did not run. When fn fails nothing is stored and the key stays free, so
// that a corrected attempt works.
func (t Team) Once(ctx context.Context, key string, fn func(tx Team) error) (dup bool, err error) {
	if key == "" {
		return false, errors.New("models: an interaction without a key")
	}
	ctx, cancel := context.WithTimeout(ctx, onceLimit)
	defer cancel()
	err = t.Atomically(ctx, func(tx Team) error {
		created, err := insertNew(tx.rows(ctx), &Dedupe{Key: t.store.keys.mark(t.id, key), CreatedAt: time.Now()})
		if dup = err == nil && !created; dup || err != nil {
			return err
		}
		return fn(tx)
	})
	return dup && err == nil, err
}

// Atomically runs fn in one transaction; an error or panic in it rolls back.
// fn may run again when the database asks for a retry, so it should only
// touch tx and its own results. Inside a transaction it joins.
func (t Team) Atomically(ctx context.Context, fn func(tx Team) error) error {
	if t.tx != nil {
		return fn(t)
	}
	return t.store.transact(ctx, func(tx *gorm.DB) error {
		return fn(Team{store: t.store, id: t.id, tx: ofTeam(tx, t.id)})
	})
}

// change runs fn with the team's rows in a transaction.
func (t Team) change(ctx context.Context, fn func(db *gorm.DB) error) error {
	return t.Atomically(ctx, func(tx Team) error { return fn(tx.rows(ctx)) })
}

// transact tries a whole transaction again while its failure is transient. A
// commit of unknown outcome is harmless: every effect has a unique key.
func (s *Store) transact(ctx context.Context, fn func(tx *gorm.DB) error) error {
	ctx, cancel := context.WithTimeout(ctx, transactionLimit)
	defer cancel()
	for try := 1; ; try++ {
		err := s.write.WithContext(ctx).Transaction(fn)
		if err == nil || try > retries || !s.engine.transient(err) {
			return err
		}
		s.log.WarnContext(ctx, "transaction tried again", "try", try, "error", err)
		if waitErr := pause(ctx, try); waitErr != nil {
			return fmt.Errorf("models: %w", errors.Join(waitErr, err))
		}
	}
}

// pause waits a little longer with every try, with jitter so that two
// transactions that met don't meet again.
func pause(ctx context.Context, try int) error {
	timer := time.NewTimer(time.Duration(try)*20*time.Millisecond + rand.N(20*time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
