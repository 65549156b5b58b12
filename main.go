// Headway is a Slack-first delivery bot for teams on Jira Cloud.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones are the product's arithmetic, not the machine's

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"
	"github.com/lmittmann/tint"
)

type cli struct {
	Demo     demoCmd     `cmd:"" help:"Try Headway with a sandbox Slack and Jira; no account, no network."`
	Serve    serveCmd    `cmd:"" help:"Run the bot."`
	Install  installCmd  `cmd:"" help:"Add a workspace by Slack's OAuth, while serve runs or before."`
	Sandbox  sandboxCmd  `cmd:"" help:"Run only the sandbox Slack and Jira."`
	Gallery  galleryCmd  `cmd:"" help:"Show every message, modal and Home tab as a page to look through."`
	Manifest manifestCmd `cmd:"" help:"Print the Slack app manifest."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database to this version."`
	Doctor   doctorCmd   `cmd:"" help:"Check configuration, database, Slack and Jira, with the cure for what fails."`
	Health   healthCmd   `cmd:"" help:"Ask the running bot whether it is ready; exit code 0 or 1."`
	Key      keyCmd      `cmd:"" help:"Print a new encryption key for HEADWAY_KEYS."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

func main() {
	if err := godotenv.Load(); err != nil && !errors.Is(err, os.ErrNotExist) {
		fail(fmt.Errorf(".env can't be read: %w", err))
	}
	if err := readSecretFiles(); err != nil {
		fail(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	var c cli
	k := kong.Parse(&c, kong.Name("headway"), kong.Description("A calm delivery bot for Slack and Jira."), kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err := k.Run(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "headway:", err)
	os.Exit(1)
}

// newLog writes JSON for machines and short lines for a terminal.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return slog.New(tint.NewTextHandler(w, &tint.Options{Level: level, TimeFormat: "15:04:05"}))
		}
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	_, err := fmt.Println(version)
	return err
}
