package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"headway/bot"
	"headway/handlers"
	"headway/jobs"
	"headway/models"
	"headway/work"
)

// version is set by the linker in releases.
var version = "dev"

// app is everything that runs in one process.
type app struct {
	cfg    Config
	store  *models.Store
	bot    *bot.Bot
	worker *work.Worker
	ticks  []jobs.Tick
	heart  atomic.Pointer[jobs.Scheduler] // set while it beats
	home   atomic.Value                   // string: the workspace of the bot token in the environment, once known
	log    *slog.Logger
}

// newApp opens the database, brings it up to date, and wires the parts. now is
// the business clock.
func newApp(ctx context.Context, cfg Config, now func() time.Time, log *slog.Logger) (*app, error) {
	store, err := openStore(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	store.SetNow(now)
	if err := prepare(ctx, store); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	a := &app{cfg: cfg, store: store, log: log}
	a.bot, err = bot.New(bot.Options{AppToken: cfg.AppToken, BotToken: cfg.BotToken, Tokens: a.token, APIURL: cfg.SlackURL, Command: cfg.Command, Log: log})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	clients := &jiraClients{base: cfg.JiraURL, envToken: cfg.JiraToken, envTeam: a.envTeam, log: log}
	a.worker = &work.Worker{Store: store, Slack: slackPort{a.bot.Slack()}, Open: clients.open, Now: now, Wake: a.wake, Log: log, Command: cfg.Command,
		Renew: cfg.renewal(), CheckToken: a.checkToken}
	h := &handlers.App{Store: store, Work: a.worker, Slack: a.bot.Slack(), Health: a.bot.Health, Command: cfg.Command, EnvTeam: a.envTeam, Owner: cfg.Owner, EnvToken: !cfg.JiraToken.Empty(), Version: version, Log: log}
	h.Register(a.bot.Router())
	a.worker.ShowHome = h.ShowHome
	a.ticks = jobs.Table(a.worker)
	return a, nil
}

// openStore opens the database with its keys, and names a key file that it had
// to make.
func openStore(ctx context.Context, cfg Config, log *slog.Logger) (*models.Store, error) {
	keys, created, err := cfg.keys()
	if err != nil {
		return nil, err
	}
	if created != "" {
		log.Warn("made a new encryption key; keep a copy, without it the stored tokens are lost", "file", created)
	}
	store, err := models.Open(ctx, cfg.dsn(), keys, log)
	if err != nil {
		return nil, fmt.Errorf("%w: check DATABASE_URL and that the database can be reached", err)
	}
	return store, nil
}

// prepare migrates and makes sure that the keys open the tokens in the database:
// found out later, that would look as if Jira had failed.
func prepare(ctx context.Context, store *models.Store) error {
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	if _, err := store.Installations(ctx); err != nil {
		return err
	}
	teams, err := store.Teams(ctx)
	for _, id := range teams {
		if _, err := store.Team(id).Connections(ctx); err != nil {
			return err
		}
	}
	return err
}

// wake delivers now, so that a click shows its result within a second.
func (a *app) wake() {
	if heart := a.heart.Load(); heart != nil {
		heart.Wake("deliver")
		heart.Wake("home")
	}
}

// serve runs the heartbeat and the sockets until ctx ends, then drains both at
// once: ticks stop and what they claimed and did not begin goes back to the
// other replicas, while interactions under way are finished and acked. Messages
// that follow from those are sent by the other replicas, or by the next process.
func (a *app) serve(ctx context.Context) error {
	heart, err := jobs.Start(a.ticks, a.log)
	if err != nil {
		return err
	}
	a.heart.Store(heart)
	ctx, end := context.WithCancel(ctx)
	defer end()
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		stopped <- a.rest(heart)
	}()
	running := a.bot.Run(ctx)
	end() // also where Slack refused a token
	return errors.Join(running, <-stopped)
}

// rest ends the heartbeat and gives back the leases it leaves.
func (a *app) rest(heart *jobs.Scheduler) error {
	stopped := heart.Stop()
	if _, err := a.store.ReleaseLeases(context.Background()); err != nil {
		a.log.Warn("leases not given back; they lapse by themselves", "error", err)
	}
	return stopped
}

// monitor serves health and metrics until ctx ends.
func (a *app) monitor(ctx context.Context, addr string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("HEADWAY_LISTEN: %w: is another Headway running? Choose another port", err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors(a)...)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("health and metrics stopped", "error", err)
		}
	}()
	return nil
}

// readyz says whether interactions reach us and can be stored.
func (a *app) readyz(w http.ResponseWriter, r *http.Request) {
	switch {
	case !a.bot.Ready():
		http.Error(w, "not connected to Slack", http.StatusServiceUnavailable)
	case a.store.Ping(r.Context()) != nil:
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
	default:
		fmt.Fprintln(w, "ready")
	}
}
