// Package jobs is the heartbeat: a constant table of ticks run by gocron. The
// rows in the database decide what is due, so every replica runs the same ticks
// and nothing here keeps state; a tick that is missed is made up for by the
// next one.
package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/google/uuid"

	"headway/work"
)

// Tick is one verb that the clock starts.
type Tick struct {
	Name  string
	Every time.Duration
	Run   func(context.Context) error
}

// Table is the whole timetable.
func Table(w *work.Worker) []Tick {
	return []Tick{
		{"open", 15 * time.Second, w.OpenRounds},
		{"ask", 10 * time.Second, w.AskMembers},
		{"remind", 15 * time.Second, w.RemindMembers},
		{"blockers", 30 * time.Second, w.RemindBlocked},
		{"close", 15 * time.Second, w.CloseRounds},
		{"refresh", 30 * time.Second, w.RefreshProjects},
		{"watch", 30 * time.Second, w.WatchConnections},
		{"audience", 10 * time.Second, w.LookAtChannels},
		{"report", 30 * time.Second, w.PostReports},
		{"deliver", time.Second, func(ctx context.Context) error { _, err := w.Deliver(ctx); return err }},
		{"installations", 5 * time.Minute, w.KeepInstallations},
		{"home", 5 * time.Second, w.RenewHomes},
		{"purge", time.Hour, w.Purge},
	}
}

// Scheduler runs a table of ticks, each one at a time.
type Scheduler struct {
	cron   gocron.Scheduler
	cancel context.CancelFunc
	ticks  map[string]gocron.Job
	log    *slog.Logger

	mu       sync.Mutex
	stopping bool
	running  sync.WaitGroup
}

// Start begins the ticks, each at once: what fell due while nobody ran waits no
// longer, and a process that keeps dying young still does its work. They end
// with Stop.
func Start(table []Tick, log *slog.Logger) (*Scheduler, error) {
	cron, err := gocron.NewScheduler(
		gocron.WithLocation(time.UTC),
		gocron.WithStopTimeout(10*time.Second),
		gocron.WithGlobalJobOptions(gocron.WithEventListeners(gocron.AfterJobRunsWithPanic(
			func(_ uuid.UUID, name string, recovered any) {
				log.Error("tick panicked", "tick", name, "panic", fmt.Sprint(recovered))
			}))),
	)
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Scheduler{cron: cron, cancel: cancel, ticks: map[string]gocron.Job{}, log: log}
	for _, t := range table {
		if err := s.add(ctx, t); err != nil {
			cancel()
			return nil, err
		}
	}
	cron.Start()
	for _, t := range table {
		s.Wake(t.Name)
	}
	return s, nil
}

func (s *Scheduler) add(ctx context.Context, t Tick) error {
	run := func() {
		if !s.begin() {
			return
		}
		defer s.running.Done()
		if err := t.Run(ctx); err != nil && ctx.Err() == nil { // a stop interrupts, that is no failure
			s.log.Error("tick failed", "tick", t.Name, "error", err)
		}
	}
	job, err := s.cron.NewJob(gocron.DurationJob(t.Every), gocron.NewTask(run),
		gocron.WithName(t.Name), gocron.WithSingletonMode(gocron.LimitModeReschedule))
	if err != nil {
		return fmt.Errorf("jobs: tick %s: %w", t.Name, err)
	}
	s.ticks[t.Name] = job
	return nil
}

// Wake runs one tick now, so that a click shows its result within a second.
func (s *Scheduler) Wake(name string) {
	if job, ok := s.ticks[name]; ok {
		if err := job.RunNow(); err != nil {
			s.log.Debug("tick not woken", "tick", name, "error", err)
		}
	}
}

// begin counts a tick in, unless Stop was called.
func (s *Scheduler) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.stopping {
		s.running.Add(1)
	}
	return !s.stopping
}

// Stop lets running ticks see a cancelled context and waits for them. gocron is
// shut down only then: it spins while it waits.
func (s *Scheduler) Stop() error {
	s.mu.Lock()
	s.stopping = true
	s.mu.Unlock()
	s.cancel()
	s.running.Wait()
	if err := s.cron.Shutdown(); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	return nil
}
