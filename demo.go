package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"headway/calendar"
	"headway/jobs"
	"headway/sandbox"
	"headway/sandbox/history"
	"headway/secret"
)

type demoCmd struct {
	Addr     string `default:"127.0.0.1:0" help:"Address of the browser page, Slack and control surface."`
	JiraAddr string `default:"127.0.0.1:0" help:"Address of Jira."`
	JSON     bool   `help:"Print one line of JSON for tools in place of words."`
	Data     string `help:"Folder that keeps the database; default a temporary one." type:"path"`
	Verbose  bool   `help:"Show the bot's log."`
	Today    string `help:"Begin on the latest Tuesday up to this date instead of up to today, such as 2027-03-28."`
	Team     bool   `default:"true" negatable:"" help:"Let teammates answer after their reminder; --no-team leaves every answer to you."`
	historyFlags
}

// demoZone is where the demo's projects live.
var demoZone = mustZone("Europe/Berlin")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // zones are built in
	}
	return z
}

// demo is the bot, the sandbox and the clock that drives both.
type demo struct {
	app   *app
	clock *clock
	world *sandbox.Sandbox
	site  *history.Site
	team  bool // teammates answer by themselves

	// ticking keeps the heartbeat out while time is moved step by step.
	ticking sync.Mutex
	ticks   []jobs.Tick // without that lock, for whoever holds it
}

// Run starts the demo and serves until SIGTERM.
func (d demoCmd) Run(ctx context.Context) error {
	level := slog.LevelError
	if d.Verbose {
		level = slog.LevelInfo
	}
	return d.run(ctx, os.Stdout, newLog(os.Stderr, level))
}

func (d demoCmd) run(ctx context.Context, out io.Writer, log *slog.Logger) error {
	today, err := d.anchor()
	if err != nil {
		return err
	}
	site, err := d.load(today)
	if err != nil {
		return err
	}
	folder, cleanup, err := d.folder()
	if err != nil {
		return err
	}
	defer cleanup()
	// A day ahead of today, so that the first day can be lived through.
	run := &demo{clock: startAt(dayBefore(today)), site: site, team: d.Team}
	run.world, err = sandbox.Start(ctx, sandbox.Options{Addr: d.Addr, JiraAddr: d.JiraAddr, Now: run.clock.Now, Advance: run.advance, Next: run.next, History: site, Events: subscribed("/headway"), Log: log})
	if err != nil {
		return err
	}
	line := run.world.Line()
	cfg := Config{AppToken: secret.Secret(line.AppToken), BotToken: secret.Secret(line.BotToken), DatabaseURL: secret.Secret(filepath.Join(folder, "headway.db")),
		Command: "/headway", SlackURL: line.SlackAPIURL, JiraURL: line.JiraURL}
	if run.app, err = newApp(ctx, cfg, run.clock.Now, log); err != nil {
		return explain(err)
	}
	defer run.app.store.Close()
	return run.serve(ctx, func() error { return d.announce(out, line, site) }, today)
}

// anchor is the Tuesday morning on which the demo's clock starts.
func (d demoCmd) anchor() (time.Time, error) {
	if d.Today == "" {
		return history.Anchor(time.Now(), demoZone), nil
	}
	day, err := calendar.ParseDate(d.Today)
	if err != nil {
		return time.Time{}, fmt.Errorf("--today: %w", err)
	}
	return history.Anchor(day.End(demoZone), demoZone), nil
}

// serve lives through the first day, says where to click, and goes on until
// ctx ends.
func (d *demo) serve(ctx context.Context, announce func() error, today time.Time) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	d.ticks = slices.Clone(d.app.ticks)
	for i, tick := range d.ticks {
		d.app.ticks[i].Run = func(ctx context.Context) error {
			d.ticking.Lock()
			defer d.ticking.Unlock()
			return tick.Run(ctx)
		}
	}
	d.ticking.Lock()
	done := make(chan error, 1)
	go func() { done <- d.app.serve(ctx) }()
	go func() {
		defer d.ticking.Unlock()
		err := d.begin(ctx, today)
		if err == nil {
			err = announce()
		}
		if err != nil {
			cancel(err)
		}
	}()
	err := <-done
	closing, stop := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer stop()
	if closed := d.world.Close(closing); err == nil {
		err = closed
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) && err == nil {
		err = cause
	}
	return err
}

// folder is where the database lives.
func (d demoCmd) folder() (path string, cleanup func(), err error) {
	if d.Data != "" {
		return d.Data, func() {}, os.MkdirAll(d.Data, 0o700)
	}
	path, err = os.MkdirTemp("", "headway-demo-")
	return path, func() { _ = os.RemoveAll(path) }, err
}

func (d demoCmd) announce(out io.Writer, line sandbox.Line, site *history.Site) error {
	if d.JSON {
		return json.NewEncoder(out).Encode(line) //nolint:gosec // the sandbox's secret is public
	}
	also := ""
	if len(site.Projects) > 1 {
		also = " You can set up " + site.Projects[1].Name + " too."
	}
	_, err := fmt.Fprintf(out, `Headway's demo is ready. Open %s

You are Mira, who set up %s. Try /headway in #payments, answer a check-in as
someone else, move the clock.%s
Nothing leaves this machine. Ctrl-C ends it.
`, line.PageURL, site.Projects[0].Name, also)
	return err
}
