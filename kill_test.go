package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"headway/calendar"
	"headway/models"
	"headway/models/storetest"
	"headway/sandbox"
	"headway/sandbox/history"
)

const (
	killedTeam    = "T0HEADWAY1"
	killedChannel = "C01PAY"
	killsEach     = 50
	killsShort    = 10
	quietLimit    = 3 * time.Minute // until the last message is out, leases of the dead included
)

// TestNothingIsLostWhenKilled kills the bot at random moments of the setup, of
// days of check-ins and of Mondays with their reports, and starts it again.
// Every answer that was acked must be there, every post that was due in Slack,
// and there may be no more copies than times that a row was uncertain.
// HEADWAY_KILL_SEED repeats a run as far as the machine allows.
func TestNothingIsLostWhenKilled(t *testing.T) {
	t.Parallel() // it mostly waits for the leases of the dead
	seed, err := strconv.ParseUint(os.Getenv("HEADWAY_KILL_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	for name, dsn := range map[string]func(*testing.T) string{"sqlite": killedFile, "postgres": storetest.PostgresDSN} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Logf("HEADWAY_KILL_SEED=%d", seed)
			k := newKilling(t, dsn(t), seed)
			k.run(t)
			k.check(t)
		})
	}
}

// killedFile is a SQLite file as serve makes one, so that its first migration
// is killed too.
func killedFile(t *testing.T) string { return filepath.Join(t.TempDir(), "headway.db") }

// killing is one database, its sandbox, and the bot that dies on it.
type killing struct {
	crowd *crowd
	clock *clock
	store *models.Store
	env   []string
	seed  uint64
	kills int // to be

	moments []time.Time
	project models.Project // once it is set up

	killed atomic.Int64
	passed atomic.Int64 // moments
	alive  atomic.Pointer[life]
	acks   []time.Duration // from each restart to the first ack
	lives  []*life
}

func newKilling(t *testing.T, dsn string, seed uint64) *killing {
	first := calendar.Date{Year: 2026, Month: time.November, Day: 26} // a Thursday
	k := &killing{clock: startAt(first.At(8, 0, demoZone)), seed: seed, kills: killsEach, moments: moments(first, 12)}
	if testing.Short() {
		k.kills, k.moments = killsShort, moments(first, 5)
	}
	site := recent(history.Demo(k.clock.Now()), first.At(0, 0, demoZone).AddDate(0, 0, -56))
	world, err := sandbox.Start(t.Context(), sandbox.Options{Now: k.clock.Now, History: site, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close(context.Background()) })
	k.crowd = &crowd{Line: world.Line(), site: site.Name, channel: killedChannel, now: k.clock.Now}
	key := models.NewKey()
	k.env = []string{childEnv + "=1", "SLACK_APP_TOKEN=" + k.crowd.AppToken, "SLACK_BOT_TOKEN=" + k.crowd.BotToken, "DATABASE_URL=" + dsn,
		"HEADWAY_KEYS=" + key, "SLACK_API_URL=" + k.crowd.SlackAPIURL, "HEADWAY_JIRA_URL=" + k.crowd.JiraURL}
	keys, err := models.ParseKeys(key)
	if err != nil {
		t.Fatal(err)
	}
	if k.store, err = models.Open(t.Context(), dsn, keys, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.store.Close() })
	return k
}

// recent leaves out what happened to issues before since, so that a reading of
// Jira fits into a short life.
func recent(site *history.Site, since time.Time) *history.Site {
	short := *site
	short.Issues = slices.DeleteFunc(slices.Clone(site.Issues), func(i *history.Issue) bool { return i.Created.Before(since) })
	return &short
}

// moments are when something is due in the days from first on: the check-in in
// two zones, its reminders, its ends, and the report on Mondays.
func moments(first calendar.Date, days int) []time.Time {
	var all []time.Time
	for n := range days {
		day := first.AddDays(n)
		switch day.Weekday() {
		case time.Saturday, time.Sunday:
			continue
		case time.Monday:
			all = append(all, day.At(9, 0, demoZone).Add(time.Second))
		}
		for _, hour := range []int{9, 11, 13, 15, 17, 19} {
			all = append(all, day.At(hour, 30, demoZone).Add(time.Second))
		}
	}
	return all
}

// run kills the bot until all kills are made and all moments have passed, then
// lets it live until nothing is left to send.
func (k *killing) run(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	t.Cleanup(k.bury)
	killed := make(chan error, 1)
	go func() { killed <- k.kill(ctx) }()
	if err := k.live(ctx); err != nil {
		t.Fatalf("%v; %s", err, k.where())
	}
	if err := <-killed; err != nil {
		t.Fatalf("%v; %s", err, k.where())
	}
	quiet, stop := context.WithTimeout(ctx, quietLimit)
	defer stop()
	if err := k.until(quiet, k.delivered); err != nil {
		t.Fatalf("the outbox does not empty: %v; %s", err, k.where())
	}
	if err := k.alive.Load().end(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if state := k.alive.Load().cmd.ProcessState; !state.Success() {
		t.Errorf("the bot did not drain: %v\n%s", state, k.alive.Load().log)
	}
}

// bury ends what a failed test leaves behind.
func (k *killing) bury() {
	if l := k.alive.Load(); l != nil {
		_ = l.end(syscall.SIGKILL)
	}
}

func (k *killing) where() string {
	return fmt.Sprintf("%d of %d kills, %d of %d moments, log of the last life:\n%s", k.killed.Load(), k.kills, k.passed.Load(), len(k.moments), k.alive.Load().log)
}

// kill starts the bot, kills it at a random moment and starts it again at
// once, until all kills are made; the last one lives.
func (k *killing) kill(ctx context.Context) error {
	dice := rand.New(rand.NewPCG(k.seed, 1))
	for {
		l, err := begin(k.env, k.clock)
		if err != nil {
			return err
		}
		k.alive.Store(l)
		k.lives = append(k.lives, l)
		if int(k.killed.Load()) == k.kills {
			return nil
		}
		if err := k.await(ctx, l, dice); err != nil {
			return err
		}
		if err := l.end(syscall.SIGKILL); err != nil {
			return err
		}
		k.killed.Add(1)
	}
}

// await waits for the moment of a kill: 100 to 800 ms after the start for every
// fourth, else after the first connection stands; never so early that no kills
// are left for what is still to come.
func (k *killing) await(ctx context.Context, l *life, dice *rand.Rand) error {
	after := time.Duration(100+dice.IntN(700)) * time.Millisecond
	if dice.IntN(4) > 0 {
		select {
		case <-l.ready:
			k.firstAck(ctx, l)
		case <-l.dead:
			return fmt.Errorf("the bot ended by itself")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.dead:
		return fmt.Errorf("the bot ended by itself")
	case <-ctx.Done():
		return ctx.Err()
	}
	const ahead = 8
	return k.until(ctx, func(context.Context) bool {
		return int(k.killed.Load())*len(k.moments) <= (int(k.passed.Load())+ahead)*k.kills
	})
}

// firstAck measures from the start of a life to its first ack.
func (k *killing) firstAck(ctx context.Context, l *life) {
	if _, ok := k.crowd.try(ctx, "/slash", map[string]any{"channel": killedChannel, "user": demoManager, "command": "/headway", "text": "help"}); ok {
		k.acks = append(k.acks, time.Since(l.started))
	}
}

// live is what happens meanwhile: the setup, then moment by moment the days
// with their answers.
func (k *killing) live(ctx context.Context) error {
	if err := k.crowd.setUp(ctx, k.isSetUp(ctx)); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	days, over := context.WithCancel(ctx)
	defer over()
	for n, user := range crew {
		go k.crowd.answer(days, user, rand.New(rand.NewPCG(k.seed, uint64(10+n))))
	}
	dice := rand.New(rand.NewPCG(k.seed, 2))
	for n, at := range k.moments {
		if err := k.until(ctx, func(context.Context) bool { return int(k.killed.Load())*len(k.moments) >= n*k.kills }); err != nil {
			return err
		}
		if err := k.disturb(ctx, dice); err != nil {
			return err
		}
		k.clock.forward(at)
		_ = k.alive.Load().tell(k.clock) // a dead one needs no clock
		if err := k.until(ctx, k.nothingDue); err != nil {
			return fmt.Errorf("at %s: %w", at, err)
		}
		k.passed.Add(1)
	}
	return nil
}

// disturb lets Slack answer late, post and answer with an error, or refuse an
// edit, now and then.
func (k *killing) disturb(ctx context.Context, dice *rand.Rand) error {
	fault := map[string]any{"method": "chat.postMessage"}
	switch dice.IntN(12) {
	case 0:
		fault["fault"] = "post_then_500"
	case 1:
		fault["fault"], fault["ms"] = "slow_api", 300
	case 2, 3:
		fault["fault"], fault["method"] = "http_500", "chat.update"
	default:
		return nil
	}
	var out any
	return k.crowd.ask(ctx, http.MethodPost, "/fault", fault, &out)
}

// isSetUp notes the project once the wizard is through.
func (k *killing) isSetUp(ctx context.Context) func() bool {
	return func() bool {
		active, err := k.store.Team(killedTeam).Projects(ctx, models.ProjectActive)
		if err != nil || len(active) == 0 {
			return false
		}
		k.project = active[0]
		return true
	}
}

// nothingDue says whether the bot has done all that the clock asks for.
func (k *killing) nothingDue(ctx context.Context) bool {
	now := k.clock.Now()
	checkins, err1 := k.store.Due(ctx, "checkin", now, 1)
	reports, err2 := k.store.Due(ctx, "report", now, 1)
	members, err3 := k.store.DueMembers(ctx, now, 1)
	reminders, err4 := k.store.DueReminders(ctx, now, 1)
	rounds, err5 := k.store.DueRounds(ctx, now, 1)
	for _, err := range []error{err1, err2, err3, err4, err5} {
		if err != nil {
			return false
		}
	}
	return len(checkins)+len(reports)+len(members)+len(reminders)+len(rounds) == 0
}

func (k *killing) delivered(ctx context.Context) bool {
	depth, err := k.store.OutboxDepth(ctx)
	return err == nil && depth.Pending+depth.Uncertain == 0 && k.nothingDue(ctx)
}

// until waits for a condition.
func (k *killing) until(ctx context.Context, met func(context.Context) bool) error {
	for !met(ctx) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		beat(ctx)
	}
	return nil
}
