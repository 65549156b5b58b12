package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"headway/models"
)

type serveCmd struct{ Config }

// Run serves until SIGTERM.
func (s serveCmd) Run(ctx context.Context) error {
	mistakes := s.Mistakes()
	if mistakes != nil && s.BotToken.Empty() && s.ClientID == "" {
		mistakes = errors.Join(mistakes, errNoWorkspace)
	}
	if mistakes != nil {
		return fmt.Errorf("the configuration needs attention:\n%w", mistakes)
	}
	log := newLog(os.Stderr, slog.LevelInfo)
	a, err := newApp(ctx, s.Config, time.Now, log)
	if err != nil {
		return explain(err)
	}
	defer a.store.Close()
	workspaces, err := a.joinAll(ctx)
	if err != nil {
		return explain(err)
	}
	if err := a.monitor(ctx, s.Listen); err != nil {
		return err
	}
	log.Info("Headway runs", "version", version, "workspaces", workspaces, "database", a.store.Dialect(), "health", s.Listen)
	return explain(a.serve(ctx))
}

// explain adds what to do where an error that an operator meets does not say it.
func explain(err error) error {
	if errors.Is(err, models.ErrKey) {
		return fmt.Errorf("%w: put the key that sealed them back into HEADWAY_KEYS or the key file", err)
	}
	return err
}

type migrateCmd struct{ Config }

// Run migrates and says where the database stands.
func (m migrateCmd) Run(ctx context.Context) error {
	store, err := openStore(ctx, m.Config, newLog(os.Stderr, slog.LevelWarn))
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		return explain(err)
	}
	v, err := store.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%s is at schema version %d.\n", store.Dialect(), v)
	return err
}

type healthCmd struct {
	Listen string `env:"HEADWAY_LISTEN" default:"127.0.0.1:9090" help:"Address of the running bot's health page."`
}

// Run asks /readyz.
func (h healthCmd) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	host, port, err := net.SplitHostPort(h.Listen)
	if err != nil {
		return errors.New("HEADWAY_LISTEN must be host:port")
	}
	if host == "" || net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return errors.New("Headway does not answer at " + h.Listen)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New("Headway is not ready")
	}
	_, err = fmt.Println("ready")
	return err
}

type keyCmd struct{}

// Run prints a key.
func (keyCmd) Run() error {
	_, err := fmt.Println(models.NewKey())
	return err
}
