package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"headway/work"
)

var quiet = slog.New(slog.DiscardHandler)

// start runs a table inside a synctest bubble, so that time is virtual.
func start(t *testing.T, table ...Tick) *Scheduler {
	t.Helper()
	s, err := Start(table, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func stop(t *testing.T, s *Scheduler) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
}

func TestTicksKeepTheirPaceForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int64
		s := start(t, Tick{"often", time.Minute, func(context.Context) error { runs.Add(1); return nil }})
		time.Sleep(24*time.Hour + time.Second) // virtual
		// gocron sometimes runs twice in one instant, which costs a query and does
		// no harm; it must never leave minutes out.
		if n := runs.Load(); n < 1440 || n > 1500 {
			t.Errorf("%d runs in a day, want one a minute", n)
		}
		stop(t, s)
	})
}

func TestAPanickingTickEndsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var others, again atomic.Int64
		s := start(t,
			Tick{"bad", time.Second, func(context.Context) error { again.Add(1); panic("on purpose") }},
			Tick{"failing", time.Second, func(context.Context) error { return errors.New("on purpose") }},
			Tick{"good", time.Second, func(context.Context) error { others.Add(1); return nil }})
		time.Sleep(10 * time.Second)
		if others.Load() < 9 || again.Load() < 9 {
			t.Errorf("after panics: %d runs of the others, %d of its own; want about 10 each", others.Load(), again.Load())
		}
		stop(t, s)
	})
}

func TestASlowTickRunsOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		s := start(t, Tick{"slow", time.Second, func(context.Context) error {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(5 * time.Second)
			now.Add(-1)
			return nil
		}})
		time.Sleep(time.Minute)
		if most.Load() != 1 {
			t.Errorf("%d at once", most.Load())
		}
		stop(t, s)
	})
}

func TestStopCancelsARunningTickAndWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		s := start(t, Tick{"long", time.Second, func(ctx context.Context) error {
			<-ctx.Done()
			ended.Store(true)
			return ctx.Err()
		}})
		time.Sleep(2 * time.Second)
		stop(t, s)
		if !ended.Load() {
			t.Error("the tick was still running after Stop")
		}
	})
}

func TestATickRunsAtTheStartAndWhenItIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int64
		s := start(t, Tick{"deliver", time.Hour, func(context.Context) error { runs.Add(1); return nil }})
		time.Sleep(time.Second)
		if runs.Load() != 1 {
			t.Errorf("%d runs at the start, want 1", runs.Load())
		}
		s.Wake("deliver")
		s.Wake("unknown")
		time.Sleep(time.Second)
		if runs.Load() != 2 {
			t.Errorf("%d runs after a wake, want 2", runs.Load())
		}
		stop(t, s)
	})
}

func TestTheTableNamesEachTickOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, tick := range Table(&work.Worker{}) {
		if seen[tick.Name] || tick.Every <= 0 || tick.Run == nil {
			t.Errorf("tick %+v", tick)
		}
		seen[tick.Name] = true
	}
}
