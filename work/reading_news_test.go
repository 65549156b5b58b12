package work_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"headway/models"
	"headway/models/storetest"
	"headway/work"
)

// asked is a project that waits for its first reading, and the Slack in which
// its asker is told.
type asked struct {
	*world
	open    func() *models.Store
	worker  *work.Worker
	slack   *slackLog
	team    models.Team
	project models.Project
}

func eachAsked(t *testing.T, test func(t *testing.T, a asked)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		w, store := newWorld(t, demoSite(), tuesday), open()
		a := asked{world: w, open: open, worker: w.worker(store, w.Now)}
		a.slack = a.worker.Slack.(*slackLog)
		a.team, a.project = follow(t, store, "T1", "PAY", payID, demoRules)
		a.ask(t, true)
		test(t, a)
	})
}

func (a asked) ask(t *testing.T, full bool) {
	t.Helper()
	must(t, a.team.Atomically(t.Context(), func(tx models.Team) error {
		return a.worker.AskReading(t.Context(), tx, asker, a.project, full)
	}))
}

// told is what stands in Slack once everything is sent that is due.
func (a asked) told(t *testing.T) []string {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		if _, err := a.worker.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		depth, err := a.team.OutboxDepth(t.Context())
		must(t, err)
		if depth.Pending+depth.Uncertain == 0 {
			return a.slack.standing()
		}
		if time.Now().After(deadline) {
			t.Fatalf("the outbox does not empty: %+v", depth)
		}
		<-time.After(20 * time.Millisecond) // posts to a person keep Slack's pace
	}
}

// saying wants one message per text, in that order.
func (a asked) saying(t *testing.T, texts ...string) {
	t.Helper()
	standing := a.told(t)
	same := len(standing) == len(texts)
	for i := range texts {
		same = same && strings.Contains(standing[i], texts[i])
	}
	if !same {
		t.Errorf("Slack shows %q, want %q", standing, texts)
	}
}

func TestWhoAskedIsToldThatItBeginsAndHowItEnded(t *testing.T) {
	t.Parallel()
	eachAsked(t, func(t *testing.T, a asked) {
		a.saying(t, "I've begun to read PAY team")
		must(t, a.worker.ReadNow(t.Context(), a.team, a.project.ID))
		a.saying(t, "Read PAY team from Jira: ")
		wishes, err := a.team.Readings(t.Context(), a.project.ID)
		if err != nil || len(wishes) > 0 {
			t.Errorf("%+v, %v", wishes, err)
		}
		runs, err := a.team.Runs(t.Context(), a.project.ID, 9)
		if err != nil || len(runs) != 1 || runs[0].State != models.RunDone || runs[0].Note == "" {
			t.Errorf("%+v, %v", runs, err)
		}
		s, err := a.team.ScheduleOf(t.Context(), work.ScheduleRefresh, a.project.ID)
		if err != nil || s.Slot != "2026-11-24T10" {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

func TestAnotherProcessFinishesAReadingThatWasInterrupted(t *testing.T) {
	t.Parallel()
	eachAsked(t, func(t *testing.T, a asked) {
		a.saying(t, "I've begun to read PAY team")
		dying, die := context.WithCancel(t.Context())
		a.holding(func(r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/bulkfetch") {
				die()
			}
		})
		if err := a.worker.ReadNow(dying, a.team, a.project.ID); err != nil {
			t.Fatal(err)
		}
		a.holding(nil)
		if mark := markOf(t, a.team, a.project); mark.State != models.RefreshNever {
			t.Errorf("a stop is no failure of Jira: %+v", mark)
		}
		store := a.open()
		heir := a.world.worker(store, a.Now)
		heir.Slack = a.slack
		must(t, heir.RefreshProjects(t.Context()))
		a.saying(t, "Read PAY team from Jira: ")
	})
}

func TestAFirstReadingThatFailsIsTriedSoonAndToldAnew(t *testing.T) {
	t.Parallel()
	eachAsked(t, func(t *testing.T, a asked) {
		a.saying(t, "I've begun")
		a.fault("forbidden", "{}")
		must(t, a.worker.ReadNow(t.Context(), a.team, a.project.ID))
		a.saying(t, "PAY team could not be read. ")
		a.at(tuesday.Add(10 * time.Minute))
		must(t, a.worker.RefreshProjects(t.Context()))
		a.saying(t, "I keep trying and tell you here when it worked.")
		a.server.ClearFaults()
		a.at(tuesday.Add(20 * time.Minute))
		must(t, a.worker.RefreshProjects(t.Context()))
		a.saying(t, "PAY team could not be read. ", "Read PAY team from Jira: ")
	})
}

func TestAWishThatCameWhileItWasReadIsReadToo(t *testing.T) {
	t.Parallel()
	eachAsked(t, func(t *testing.T, a asked) {
		ctx := t.Context()
		var late sync.Once
		a.holding(func(r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/bulkfetch") {
				late.Do(func() {
					a.at(tuesday.Add(time.Second))
					a.ask(t, false)
				})
			}
		})
		must(t, a.worker.ReadNow(ctx, a.team, a.project.ID))
		wishes, err := a.team.Readings(ctx, a.project.ID)
		if err != nil || len(wishes) != 1 || wishes[0].Full {
			t.Fatalf("%+v, %v", wishes, err)
		}
		must(t, a.worker.RefreshProjects(ctx))
		a.saying(t, "Read PAY team from Jira: ", "PAY team is up to date: ")
	})
}

func TestAReadingIsAskedForOnceInTenMinutes(t *testing.T) {
	t.Parallel()
	eachAsked(t, func(t *testing.T, a asked) {
		ctx := t.Context()
		must(t, a.worker.ReadNow(ctx, a.team, a.project.ID))
		ask := func() error {
			return a.team.Atomically(ctx, func(tx models.Team) error { return a.worker.AskRefresh(ctx, tx, asker, a.project, false) })
		}
		a.at(tuesday.Add(9 * time.Minute))
		before, err := a.team.ScheduleOf(ctx, work.ScheduleRefresh, a.project.ID)
		must(t, err)
		var refusal work.Refusal
		if err := ask(); !errors.As(err, &refusal) || !strings.Contains(refusal.Say, "today 09:25") || !strings.Contains(refusal.Say, "today 09:35") {
			t.Errorf("%v", err)
		}
		if after, err := a.team.ScheduleOf(ctx, work.ScheduleRefresh, a.project.ID); err != nil || after != before {
			t.Errorf("a refusal moved the schedule: %+v, %v", after, err)
		}
		a.at(tuesday.Add(10 * time.Minute))
		must(t, ask())
		must(t, a.worker.ReadNow(ctx, a.team, a.project.ID))
		if standing := a.told(t); len(standing) != 2 || !strings.Contains(standing[1], "up to date") {
			t.Errorf("%q", standing)
		}
		lines, err := a.team.AuditSince(ctx, a.project.ID, tuesday, 99)
		if err != nil || !slices.ContainsFunc(lines, func(l models.Audit) bool { return l.Verb == "project.refresh" && l.Actor == asker }) {
			t.Errorf("%+v, %v", lines, err)
		}
		paused := a.project
		paused.State = models.ProjectPaused
		a.project = paused
		a.at(tuesday.Add(time.Hour))
		if err := ask(); !errors.As(err, &refusal) || !strings.Contains(refusal.Say, "paused") {
			t.Errorf("%v", err)
		}
	})
}

func TestProgressIsShownWhileJiraIsSlow(t *testing.T) {
	t.Parallel()
	eachAsked(t, func(t *testing.T, a asked) {
		a.saying(t, "I've begun")
		a.fault("shrink", `{"size":40}`)
		a.fault("slow", `{"ms":1100,"path":"bulkfetch"}`)
		var mu sync.Mutex
		var seen []string
		a.holding(func(*http.Request) {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, a.slack.standing()[0])
		})
		must(t, a.worker.ReadNow(t.Context(), a.team, a.project.ID))
		a.holding(nil)
		if !slices.ContainsFunc(seen, func(s string) bool {
			return strings.Contains(s, "Reading PAY team from Jira: ") && strings.Contains(s, "░")
		}) {
			t.Errorf("no progress in %q", slices.Compact(seen))
		}
		a.saying(t, "Read PAY team from Jira: ")
	})
}
