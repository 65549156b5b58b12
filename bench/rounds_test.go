package bench

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"headway/calendar"
	"headway/models"
	"headway/models/storetest"
	"headway/work"
)

// people is how many a workspace's one check-in asks.
const people = 8

// BenchmarkRounds lets the check-ins of so many workspaces fall due in one slot:
// one process opens the rounds and puts every prompt into the outbox. Before it,
// the heap that a workspace at rest takes.
func BenchmarkRounds(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *models.Store{"sqlite": storetest.DurableSQLite, "postgres": storetest.DurablePostgres} {
		for _, workspaces := range []int{1000, 10_000} {
			b.Run(fmt.Sprintf("%s/workspaces=%d", name, workspaces), func(b *testing.B) {
				for range b.N {
					measureRounds(b, open(b), workspaces)
				}
				b.ReportMetric(0, "ns/op") // says nothing that the rates don't
			})
		}
	}
}

// nineThirty is when all of them are due, a Tuesday.
var nineThirty = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

func measureRounds(b *testing.B, store *models.Store, workspaces int) {
	b.Helper()
	b.StopTimer()
	ctx, now := context.Background(), nineThirty.Add(-time.Minute)
	store.SetNow(func() time.Time { return now })
	w := &work.Worker{Store: store, Open: func(models.Connection) (work.Jira, error) { return links{}, nil },
		Now: func() time.Time { return now }, Wake: func() {}, Log: slog.New(slog.DiscardHandler), Command: "/headway"}
	before := heap()
	for i := range workspaces {
		settle(ctx, b, store.Team(fmt.Sprintf("T%05d", i)))
	}
	if err := w.OpenRounds(ctx); err != nil { // looks once, nothing is due
		b.Fatal(err)
	}
	b.ReportMetric(float64(heap()-before)/float64(workspaces), "B/workspace")

	now = nineThirty
	b.StartTimer()
	opened := until(b, w.OpenRounds, func() bool {
		_, err := store.Team(fmt.Sprintf("T%05d", workspaces-1)).RoundOn(ctx, "k1", calendar.Date{Year: 2026, Month: 11, Day: 24})
		return err == nil
	})
	asked := until(b, w.AskMembers, func() bool {
		due, err := store.DueMembers(ctx, now, 1)
		return err == nil && len(due) == 0
	})
	b.StopTimer()
	b.ReportMetric(float64(workspaces)/opened.Seconds(), "rounds/s")
	b.ReportMetric(float64(workspaces*people)/asked.Seconds(), "prompts/s")
}

// until runs a tick until its work is done, and returns how long that took.
func until(b *testing.B, tick func(context.Context) error, done func() bool) time.Duration {
	b.Helper()
	begun := time.Now()
	for !done() {
		if err := tick(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(begun)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // far below 2^63
}

// settle is a workspace with a project and its check-in, due at half past nine.
func settle(ctx context.Context, b *testing.B, team models.Team) {
	b.Helper()
	members := make([]models.Participant, people)
	for i := range members {
		members[i] = models.Participant{User: fmt.Sprintf("U%d", i), Zone: "UTC"}
	}
	err := team.Atomically(ctx, func(tx models.Team) error {
		for _, step := range []func() error{
			func() error { return tx.EnsureWorkspace(ctx, "Acme") },
			func() error {
				return tx.PutConnection(ctx, &models.Connection{ID: "c1", Site: "acme", Email: "a@acme.test", Token: "t", State: models.ConnectionOK})
			},
			func() error {
				return tx.PutProject(ctx, &models.Project{ID: "p1", ConnectionID: "c1", JiraID: 1, Key: "PAY", Name: "Payments", Zone: "UTC", Workdays: calendar.MonToFri, State: models.ProjectActive})
			},
			func() error {
				return tx.PutCheckin(ctx, &models.Checkin{ID: "k1", ProjectID: "p1", Name: "Payments", Days: calendar.MonToFri, Hour: 9, Minute: 30, Zone: "UTC", WindowMinutes: 240, Privacy: models.PrivacyTeam, Channel: "C1", State: models.On})
			},
			func() error { return tx.SetParticipants(ctx, "p1", members) },
			func() error {
				return tx.PutSchedule(ctx, &models.Schedule{Kind: work.ScheduleCheckin, SubjectID: "k1", ProjectID: "p1", NextDue: nineThirty, Slot: "2026-11-24"})
			},
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// links is a Jira of which only addresses are asked.
type links struct{ work.Jira }

func (links) BrowseURL(key string) string { return "https://acme.test/browse/" + key }
