package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"headway/calendar"
	"headway/models"
	"headway/models/storetest"
	"headway/sandbox"
	"headway/sandbox/history"
	"headway/secret"
)

// TestAFirstReadingThatIsKilledEndsAsIfItHadNotBeen loads Jira with a recorded
// history, kills the bot in the middle of the first reading and starts it again.
// The weeks must be those of a reading that nobody disturbed, to the last byte,
// and the one message to whoever set the project up must say how it ended.
func TestAFirstReadingThatIsKilledEndsAsIfItHadNotBeen(t *testing.T) {
	for _, name := range recordedFiles {
		for dialect, dsn := range map[string]func(*testing.T) string{"sqlite": killedFile, "postgres": storetest.PostgresDSN} {
			t.Run(name+"/"+dialect, func(t *testing.T) {
				t.Parallel() // it mostly waits for the lease of the dead
				k := newInterrupted(t, sharedFile(t, name))
				calm := k.project(t, killedFile(t))
				k.readCalmly(t, calm)
				killed := k.project(t, dsn(t))
				at := k.killInside(t, killed)
				resumed := k.resume(t, killed)
				want, got := calm.rows(t), killed.rows(t)
				if len(want) != 53 || !maps.Equal(want, got) {
					t.Errorf("%d weeks, undisturbed %d; differing: %v", len(got), len(want), differing(want, got))
				}
				k.checkMessage(t)
				t.Logf("killed after %d of %d pages, %d weeks the same, whole again %s after the restart", at, k.pages, len(got), resumed.Round(100*time.Millisecond))
			})
		}
	}
}

// interrupted is a sandbox whose Jira answers page by page, and counts them.
type interrupted struct {
	crowd
	site  *history.Site
	world *sandbox.Sandbox
	clock *clock
	front string // of Jira
	read  atomic.Int64
	pages int64 // of a whole reading
	key   string

	troubles journal // between the bot and Jira
}

const pageOfKilled = 50

func newInterrupted(t *testing.T, path string) *interrupted {
	t.Helper()
	anchor := calendar.Date{Year: 2026, Month: time.November, Day: 24}.At(9, 25, demoZone)
	site, err := history.Load(path, time.Time{}, anchor)
	if err != nil {
		t.Fatal(err)
	}
	k := &interrupted{site: site, clock: startAt(quietMoment(site, anchor)), key: models.NewKey()}
	world, err := sandbox.Start(t.Context(), sandbox.Options{Now: k.clock.Now, History: site, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	k.world = world
	t.Cleanup(func() { _ = world.Close(context.Background()) })
	k.crowd = crowd{Line: world.Line(), site: site.Name, channel: killedChannel, now: k.clock.Now}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/changelog/bulkfetch") {
			k.read.Add(1)
		}
		k.pass(w, r)
	}))
	t.Cleanup(front.Close)
	k.front = front.URL
	k.fault(t, map[string]any{"fault": "shrink", "size": pageOfKilled})
	return k
}

// pass hands a call on to Jira. All calls only read, so one that is cut off
// between the two is made again: this is about the bot's death, not the network's.
func (k *interrupted) pass(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	for try := 0; err == nil && try < 3; try++ {
		var answer []byte
		var resp *http.Response
		if resp, answer, err = k.call(r, body); err == nil {
			maps.Copy(w.Header(), resp.Header)
			w.WriteHeader(resp.StatusCode)
			_, err = w.Write(answer)
			break
		}
		fmt.Fprintln(&k.troubles, err)
		err = r.Context().Err()
	}
	if err != nil { // of calls that the killed one left, too
		fmt.Fprintln(&k.troubles, err)
	}
}

func (k *interrupted) call(r *http.Request, body []byte) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(r.Context(), r.Method, k.JiraURL+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	req.Header = r.Header.Clone()
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp, answer, err
}

// quietMoment is the first instant from at on at which nothing happens for a
// quarter of an hour, in which a reading by another process finds the same.
func quietMoment(site *history.Site, at time.Time) time.Time {
	const long = 15 * time.Minute
	busy := func(t time.Time) bool { return !t.Before(at) && t.Before(at.Add(long)) }
	for slices.ContainsFunc(site.Issues, func(i *history.Issue) bool {
		return busy(i.Created) || slices.ContainsFunc(i.Changes, func(c history.Change) bool { return busy(c.At) })
	}) {
		at = at.Add(long)
	}
	return at
}

func (k *interrupted) fault(t *testing.T, args map[string]any) {
	t.Helper()
	var out any
	if err := k.ask(t.Context(), http.MethodPost, "/fault", args, &out); err != nil {
		t.Fatal(err)
	}
}

// startedProject is a project that is set up and waits for its first reading.
type startedProject struct {
	app     *app
	team    models.Team
	project models.Project
	env     []string
	alive   *life
}

// project sets one up on a database, with the wizard's verbs.
func (k *interrupted) project(t *testing.T, dsn string) *startedProject {
	t.Helper()
	cfg := Config{AppToken: secret.Secret(k.AppToken), BotToken: secret.Secret(k.BotToken), DatabaseURL: secret.Secret(dsn), Keys: secret.Secret(k.key), Command: "/headway", SlackURL: k.SlackAPIURL, JiraURL: k.front}
	a, err := newApp(t.Context(), cfg, k.clock.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.store.Close() })
	who, err := a.join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	setup := &demo{app: a, clock: k.clock, site: k.site, world: k.world}
	s := &startedProject{app: a, team: a.store.Team(who.Team)}
	if s.project, err = setup.setUp(t.Context(), s.team); err != nil {
		t.Fatal(err)
	}
	s.env = []string{childEnv + "=1", "SLACK_APP_TOKEN=" + k.AppToken, "SLACK_BOT_TOKEN=" + k.BotToken, "DATABASE_URL=" + dsn,
		"HEADWAY_KEYS=" + k.key, "SLACK_API_URL=" + k.SlackAPIURL, "HEADWAY_JIRA_URL=" + k.front}
	return s
}

// readCalmly reads the project in this process and notes how long that is.
func (k *interrupted) readCalmly(t *testing.T, s *startedProject) {
	t.Helper()
	k.read.Store(0)
	if err := s.app.worker.ReadNow(t.Context(), s.team, s.project.ID); err != nil {
		t.Fatal(err)
	}
	if k.pages = k.read.Load(); k.pages < 4 {
		t.Fatalf("a reading has only %d pages", k.pages)
	}
}

// killInside starts the bot and kills it when half of the pages are read.
func (k *interrupted) killInside(t *testing.T, s *startedProject) (at int64) {
	t.Helper()
	k.read.Store(0)
	half := k.pages / 2
	k.fault(t, map[string]any{"fault": "slow", "ms": 400, "path": "bulkfetch"})
	k.start(t, s)
	k.await(t, s, "half of the pages", func() bool { return k.read.Load() > half })
	if err := s.alive.end(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	mark, err := s.team.Watermark(t.Context(), s.project.ID)
	if err != nil || mark.State != models.RefreshNever || mark.StartedAt.IsZero() {
		t.Fatalf("killed outside of the reading: %+v, %v", mark, err)
	}
	k.fault(t, map[string]any{"fault": "slow", "on": false})
	return k.read.Load()
}

func (k *interrupted) start(t *testing.T, s *startedProject) {
	t.Helper()
	var err error
	if s.alive, err = begin(s.env, k.clock); err != nil {
		t.Fatal(err)
	}
	alive := s.alive
	t.Cleanup(func() { _ = alive.end(syscall.SIGKILL) })
}

// resume starts the bot again and returns how long it took until the project was
// read.
func (k *interrupted) resume(t *testing.T, s *startedProject) time.Duration {
	t.Helper()
	k.start(t, s)
	k.await(t, s, "the resumed reading", func() bool {
		mark, err := s.team.Watermark(t.Context(), s.project.ID)
		return err == nil && mark.State == models.RefreshOK
	})
	return time.Since(s.alive.started)
}

// await waits two minutes at most, which a loaded machine may need.
func (k *interrupted) await(t *testing.T, s *startedProject, what string, met func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for !met() {
		if ctx.Err() != nil {
			t.Fatalf("no %s; the bot said:\n%s\non the way to Jira:\n%s", what, s.alive.log, &k.troubles)
		}
		beat(ctx)
	}
}

// rows are the stored weeks, written down to the last byte.
func (s *startedProject) rows(t *testing.T) map[string]string {
	t.Helper()
	permit := models.NewPermit(s.team.ID(), s.project.ID, demoOwner, time.Now().Add(time.Minute))
	weeks, err := s.team.Weeks(t.Context(), permit, calendar.Week{Year: 2000, Number: 1}, calendar.Week{Year: 2100, Number: 1})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, w := range weeks {
		rows[w.Week.String()] = fmt.Sprintf("%+v", w)
	}
	return rows
}

func differing(want, got map[string]string) (weeks []string) {
	for week, row := range want {
		if got[week] != row {
			weeks = append(weeks, week)
		}
	}
	return weeks
}

// checkMessage wants one message on the reading in the person's DM, and its last
// word.
func (k *interrupted) checkMessage(t *testing.T) {
	t.Helper()
	var standing []string
	deadline := time.Now().Add(time.Minute)
	for {
		found, err := k.messages(t.Context(), demoOwner)
		if err != nil {
			t.Fatal(err)
		}
		standing = standing[:0]
		for _, m := range found {
			if strings.Contains(m.Text, "from Jira") {
				standing = append(standing, m.Text)
			}
		}
		if len(standing) == 1 && strings.HasPrefix(standing[0], "Read ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the person is left with %q", standing)
		}
		beat(t.Context())
	}
}
