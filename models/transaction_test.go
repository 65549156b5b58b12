package models_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"

	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
)

func rules() metrics.Rules { return metrics.Rules{Stages: map[string]metrics.Stage{"1": metrics.Done}} }

var errOurs = errors.New("ours")

func TestOneKeyHasOneEffectHoweverManyDeliverIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		stores := []*models.Store{open(), open()}
		must(t, stores[0].Team("T1").EnsureWorkspace(t.Context(), "Acme"))
		var group sync.WaitGroup
		var effects, dups atomic.Int64
		for i := range 8 {
			group.Go(func() {
				dup, err := stores[i%2].Team("T1").Once(t.Context(), "sl:42", func(tx models.Team) error {
					effects.Add(1)
					return tx.Audit(t.Context(), models.Audit{Verb: "project.create"})
				})
				if err != nil {
					t.Error(err)
				}
				if dup {
					dups.Add(1)
				}
			})
		}
		group.Wait()
		lines := got(stores[1].Team("T1").AuditSince(t.Context(), "", noon.AddDate(-90, 0, 0), 99))(t)
		if len(lines) != 1 || dups.Load() != 7 {
			t.Errorf("%d effects, %d stored, %d duplicates", effects.Load(), len(lines), dups.Load())
		}
	})
}

func TestAFailedEffectStoresNothingAndTakesNoKey(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		fail := func(tx models.Team) error {
			must(t, tx.SetOwner(ctx, "U9"))
			return errOurs
		}
		for range 2 {
			if dup, err := team.Once(ctx, "vs:1", fail); dup || !errors.Is(err, errOurs) {
				t.Fatal(dup, err)
			}
		}
		if w := got(team.Workspace(ctx))(t); w.Owner != "U1" {
			t.Errorf("owner %s", w.Owner)
		}
		if dup := got(team.Once(ctx, "vs:1", func(models.Team) error { return nil }))(t); dup {
			t.Error("the key was taken")
		}
	})
}

func TestAPanicInATransactionRollsBack(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		func() {
			defer func() { _ = recover() }()
			_, _ = team.Once(t.Context(), "ba:1", func(tx models.Team) error {
				must(t, tx.SetOwner(t.Context(), "U9"))
				panic("crash")
			})
		}()
		if w := got(team.Workspace(t.Context()))(t); w.Owner != "U1" {
			t.Errorf("owner %s", w.Owner)
		}
	})
}

func TestATransactionReadsWhatItWroteAndJoins(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.Atomically(ctx, func(tx models.Team) error {
			must(t, tx.SetOwner(ctx, "U5"))
			return tx.Atomically(ctx, func(inner models.Team) error {
				if w := got(inner.Workspace(ctx))(t); w.Owner != "U5" {
					t.Errorf("owner %s", w.Owner)
				}
				return nil
			})
		}))
	})
}

func TestAnInteractionNeedsAKey(t *testing.T) {
	s := storetest.SQLite(t)
	if _, err := s.Team("T1").Once(t.Context(), "", func(models.Team) error { return nil }); err == nil {
		t.Error("no error")
	}
}

func TestReadersDoNotWaitForAWriter(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.Atomically(ctx, func(tx models.Team) error {
			must(t, tx.SetOwner(ctx, "U5"))
			if w := got(team.Workspace(ctx))(t); w.Owner != "U1" { // outside the transaction
				t.Errorf("read an uncommitted owner %s", w.Owner)
			}
			return nil
		}))
	})
}

func TestATransientFailureRunsTheWholeTransactionAgain(t *testing.T) {
	transient := map[string]error{"sqlite": sqlite3.BUSY, "postgres": &pgconn.PgError{Code: "40001"}}
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		for _, test := range []struct{ failures, calls int }{{2, 3}, {9, 4}} {
			calls := 0
			err := team.Atomically(t.Context(), func(tx models.Team) error {
				must(t, tx.SetOwner(t.Context(), "U9"))
				if calls++; calls <= test.failures {
					return fmt.Errorf("work: %w", transient[s.Dialect()])
				}
				return nil
			})
			if calls != test.calls || (err == nil) != (test.failures < calls) {
				t.Errorf("%d failures: %d calls, %v", test.failures, calls, err)
			}
		}
	})
}

func TestALostConnectionIsNotSeenByTheCaller(t *testing.T) {
	dsn := storetest.PostgresDSN(t)
	s, other := storetest.Open(t, dsn), storetest.Open(t, dsn)
	team := s.Team("T1")
	must(t, team.EnsureWorkspace(t.Context(), "Acme"))
	calls := 0
	dup := got(team.Once(t.Context(), "sl:1", func(tx models.Team) error {
		if calls++; calls == 1 {
			must(t, other.Plain(t.Context()).Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").Error)
		}
		return tx.SetOwner(t.Context(), "U2")
	}))(t)
	if w := got(team.Workspace(t.Context()))(t); dup || w.Owner != "U2" || calls != 2 {
		t.Errorf("duplicate %v, owner %s, %d calls", dup, w.Owner, calls)
	}
}

func TestAMistakenWaitOnTheOneWriterEnds(t *testing.T) {
	s := storetest.SQLite(t)
	team := s.Team("T1")
	_, err := team.Once(t.Context(), "sl:1", func(models.Team) error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		return team.EnsureWorkspace(ctx, "Acme") // not the transaction's Team
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
