// Package sandbox is a Slack and a Jira Cloud to run the bot against, on
// loopback and with no account: for the demo, for end-to-end tests and for
// outside tools. It knows no other package of Headway; it speaks the wire
// formats of both services, so it cannot share the bot's mistakes.
package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"headway/sandbox/history"
	"headway/sandbox/jira"
	"headway/sandbox/page"
	"headway/sandbox/slack"
)

const (
	jiraEmail = "headway@acme.test"
	jiraToken = "sandbox-jira-token"
)

// Options configure Start; the zero value is a sandbox with the demo's team on
// free ports and a clock of its own.
type Options struct {
	Addr     string           // host:port of Slack, control surface and page; default "127.0.0.1:0"
	JiraAddr string           // host:port of Jira; default "127.0.0.1:0"
	Now      func() time.Time // the business clock, which stamps all data; default time.Now
	// Advance moves the business clock and returns when everything due on the
	// way is done. Without it the sandbox moves a clock of its own, which starts
	// at Now.
	Advance func(ctx context.Context, to time.Time) error
	// Next is the first instant after the business clock at which the bot has
	// something to do; ok is false when there is none. Without it nobody can ask
	// the clock to go to what happens next.
	Next    func(ctx context.Context) (next time.Time, ok bool, err error)
	History *history.Site // what Jira holds; default history.Demo at Now
	Command string        // the app's slash command; default "/headway"
	Events  []string      // what the app's manifest subscribes to; nil: all events
	Log     *slog.Logger
}

// Line is what a tool needs to connect a bot, as one line of JSON.
type Line struct {
	SlackAPIURL string `json:"slack_api_url"` // ends with /api/
	AppToken    string `json:"app_token"`
	BotToken    string `json:"bot_token"`
	// ClientID and ClientSecret install the app in the second workspace.
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	JiraURL      string `json:"jira_url"`
	JiraEmail    string `json:"jira_email"`
	JiraToken    string `json:"jira_token"`
	ControlURL   string `json:"control_url"` // without a trailing slash
	PageURL      string `json:"page_url"`
}

// Sandbox is both servers, running.
type Sandbox struct {
	slack *slack.Server
	jira  *jira.Server
	clock *clock
	next  func(context.Context) (time.Time, bool, error)
	life  context.Context // Start's: a move of the clock outlives who asked for it

	slackBase, jiraBase string
	servers             []*http.Server
}

// Start opens both listeners and serves until Close. It refuses addresses that
// are not loopback. The tokens are public, so nothing may reach it from outside.
func Start(ctx context.Context, o Options) (*Sandbox, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	front, err := listen(ctx, o.Addr)
	if err != nil {
		return nil, err
	}
	back, err := listen(ctx, o.JiraAddr)
	if err != nil {
		front.Close()
		return nil, err
	}
	s := &Sandbox{
		life:      ctx,
		clock:     newClock(o.Now, o.Advance),
		next:      o.Next,
		slackBase: "http://" + front.Addr().String(),
		jiraBase:  "http://" + back.Addr().String(),
	}
	if o.History == nil {
		o.History = history.Demo(s.clock.now())
	}
	s.slack = slack.New(slack.Options{BaseURL: s.slackBase, Now: s.clock.now, Command: o.Command, Events: o.Events})
	s.jira = jira.New(jira.Config{Now: s.clock.now, Site: o.History, Email: jiraEmail, Token: jiraToken, Log: o.Log})
	s.serve(front, s.frontHandler(), o.Log)
	s.serve(back, s.jira, o.Log)
	return s, nil
}

// frontHandler joins what shares the first listener. Only the socket may be
// opened from elsewhere: Slack's clients name Slack as their origin, and its
// ticket is credential enough.
func (s *Sandbox) frontHandler() http.Handler {
	slackSide := s.slack.Handler()
	own := http.NewServeMux()
	for _, path := range []string{"/api/", "/oauth/", "/response/", "/files/", "/control/"} {
		own.Handle(path, slackSide)
	}
	s.mountControl(own)
	own.HandleFunc("GET /archives/{channel}/{message}", toPage)
	own.Handle("/", page.Handler())

	mux := http.NewServeMux()
	mux.Handle("/link/", slackSide)
	mux.Handle("/", sameOrigin(s.slackBase, own))
	return mux
}

func (s *Sandbox) serve(l net.Listener, h http.Handler, log *slog.Logger) {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	s.servers = append(s.servers, server)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("sandbox stopped serving", "addr", l.Addr().String(), "error", err)
		}
	}()
}

// Line returns the addresses and credentials.
func (s *Sandbox) Line() Line {
	return Line{
		SlackAPIURL: s.slackBase + "/api/", AppToken: s.slack.AppToken(), BotToken: s.slack.BotToken(),
		ClientID: s.slack.ClientID(), ClientSecret: s.slack.ClientSecret(),
		JiraURL: s.jiraBase, JiraEmail: jiraEmail, JiraToken: jiraToken,
		ControlURL: s.slackBase + "/control", PageURL: s.slackBase + "/",
	}
}

// Close cuts the sockets and waits for running calls until ctx ends.
func (s *Sandbox) Close(ctx context.Context) error {
	s.slack.Close()
	var err error
	for _, server := range s.servers {
		err = errors.Join(err, server.Shutdown(ctx))
	}
	return err
}
