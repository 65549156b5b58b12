package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headway/sandbox"
	"headway/sandbox/history"
	"headway/secret"
)

// The people and channels of the sandbox, as the stories call them.
const (
	mira  = "U01MIRA"  // owner of the workspace, admin of Headway
	jonas = "U02JONAS" // manager; listed, never asked
	ada   = "U03ADA"
	tomas = "U04TOMAS" // New York
	priya = "U05PRIYA" // Kolkata
	lena  = "U06LENA"
	sam   = "U07SAM"  // New York
	anil  = "U08ANIL" // Kolkata
	noor  = "U09NOOR"
	gil   = "U10GIL"      // guest
	iris  = "U11IRIS"     // linked, but Jira shows her no project
	sten  = "U12STRANGER" // of another company

	payments = "C01PAY"
	platform = "C02PLAT"
	general  = "C03GEN"
	partners = "C04PART" // shared with another company
	leads    = "C05LEAD" // Headway is not in it
)

// startFresh runs Headway in a workspace where nobody has set it up yet. Its
// clock stands on the demo's Tuesday morning and can't be moved.
func startFresh(t *testing.T) *control {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	log := slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelError}))
	today := history.Anchor(time.Now(), demoZone)
	clock := startAt(today)
	world, err := sandbox.Start(ctx, sandbox.Options{Addr: "127.0.0.1:0", JiraAddr: "127.0.0.1:0", Now: clock.Now, History: history.Demo(today), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	line := world.Line()
	cfg := Config{AppToken: secret.Secret(line.AppToken), BotToken: secret.Secret(line.BotToken), DatabaseURL: secret.Secret(filepath.Join(t.TempDir(), "headway.db")),
		Command: "/headway", SlackURL: line.SlackAPIURL, JiraURL: line.JiraURL}
	bot, err := newApp(ctx, cfg, clock.Now, log)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bot.join(ctx); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- bot.serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Headway ended with %v", err)
		}
		if err := world.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := bot.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := bot.bot.Connected(ctx); err != nil {
		t.Fatal(err)
	}
	return &control{t: t, Line: line}
}

// says fails the test unless every part is among the words.
func says(t *testing.T, words string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(words, part) {
			t.Errorf("%q is missing in:\n%s", part, words)
		}
	}
}

// keepsQuietOf fails the test if any part is among the words.
func keepsQuietOf(t *testing.T, words string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(words, part) {
			t.Errorf("%q must not be said in:\n%s", part, words)
		}
	}
}
