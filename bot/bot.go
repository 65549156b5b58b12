// Package bot is Headway's side of Slack: two Socket Mode connections, the
// router that gives each interaction to the function registered for it and acks
// in time, and the sender that posts.
//
// Rights are not its matter: what is registered decides them.
package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"headway/secret"
)

// Options are what a Bot needs.
type Options struct {
	AppToken secret.Secret // xapp-…, opens connections
	BotToken secret.Secret // xoxb-…, posts in its own workspace; may be empty with Tokens
	Tokens   Tokens        // of all workspaces, that of BotToken included; nil: BotToken is the only one
	APIURL   string        // "" for Slack itself; else an address of this machine, ".../api/"
	Command  string        // with its slash; "" for /headway
	Log      *slog.Logger  // nil for silence
}

const (
	turnSlots    = 256 // interactions under way; beyond, people are told to try again
	afterSlots   = 128 // followers of acks under way
	refusalSlots = 256
)

// Bot holds the connections to Slack. It is made by New and runs once.
type Bot struct {
	command  string
	app      secret.Secret
	base     string
	http     *http.Client
	log      *slog.Logger
	slack    *Slack
	lookUp   bool // tokens are looked up
	router   *Router
	meters   *meters
	gate     gate
	conns    [connections]*connection
	turns    *pool // interactions, until their ack
	refusals *pool
	after    *pool // what follows acks
	serving  *tracker
	trailing *tracker
	lastAck  atomic.Int64 // Unix nanoseconds
	running  atomic.Bool
	closing  atomic.Bool // interactions are turned away
}

// New checks the tokens by their prefixes; all that is wrong is told at once.
// Nothing is sent before Identify or Run.
func New(o Options) (*Bot, error) {
	base, urlErr := checkBase(o.APIURL)
	if err := errors.Join(checkTokens(o.AppToken, o.BotToken, o.Tokens != nil), urlErr); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	m, hc := &meters{}, newHTTPClient()
	b := &Bot{
		command: firstOf(o.Command, "/headway"), app: o.AppToken, base: base, http: hc, log: o.Log,
		slack: newSlack(base, o.BotToken, hc, m), router: newRouter(), meters: m,
		serving: &tracker{}, trailing: &tracker{},
	}
	if o.Tokens != nil {
		b.slack.tokens, b.lookUp = o.Tokens, true
	}
	b.turns = newPool(turnSlots, b.serving, b.log)
	b.refusals = newPool(refusalSlots, b.serving, b.log)
	b.after = newPool(afterSlots, b.trailing, b.log)
	for n := range b.conns {
		b.conns[n] = newConnection(b, n)
	}
	return b, nil
}

// Router is where handlers register, before Run.
func (b *Bot) Router() *Router { return b.router }

// Slack is the sender.
func (b *Bot) Slack() *Slack { return b.slack }

// opening is a client that opens connections. It holds no bot token: nothing
// shall post through it. slack-go's debug mode stays off: it shortens the life of
// connections and writes messages to the log.
func (b *Bot) opening(hc interface {
	Do(*http.Request) (*http.Response, error)
}) *slack.Client {
	return slack.New("", slack.OptionAppLevelToken(b.app.Reveal()), slack.OptionAPIURL(b.base), slack.OptionHTTPClient(hc))
}

// Health is how the connection does, for health checks and the doctor.
type Health struct {
	Connected int       // sockets that stand, of 2
	LastHello time.Time // zero before the first
	LastBytes time.Time // anything read from Slack, pings included
	Queue     int       // interactions, acks and followers under way
	Totals
}

// Health tells how the connection does.
func (b *Bot) Health() Health {
	h := Health{Queue: b.serving.count() + b.trailing.count(), Totals: b.meters.totals()}
	for _, c := range b.conns {
		if c.up.Load() {
			h.Connected++
		}
		h.LastHello = latest(h.LastHello, at(&c.hello))
		h.LastBytes = latest(h.LastBytes, at(&c.bytes))
	}
	return h
}

func at(nanos *atomic.Int64) time.Time {
	n := nanos.Load()
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n)
}

// Ready says whether interactions reach us: a connection stands and shutdown
// has not begun.
func (b *Bot) Ready() bool { return b.running.Load() && b.Health().Connected > 0 }

// Connected returns when the first connection stands, or with the error of ctx.
func (b *Bot) Connected(ctx context.Context) error {
	if !await(ctx, b.conns[0].greeted) {
		return ctx.Err()
	}
	return nil
}

// Idle returns when no interaction, no ack and nothing that follows one is
// under way, or with the error of ctx.
func (b *Bot) Idle(ctx context.Context) error {
	for b.serving.count()+b.trailing.count() > 0 {
		if err := b.serving.wait(ctx); err != nil {
			return err
		}
		if err := b.trailing.wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

const (
	serveLimit  = 2 * time.Second        // for interactions under way at shutdown, and those that come
	refuseLimit = 2 * time.Second        // for those under way, while others are turned away
	flushTime   = 250 * time.Millisecond // an ack is only queued; this lets the last one be written
	trailLimit  = 10 * time.Second       // for what follows acks
	endLimit    = 3 * time.Second        // for what was told to end
)

// Run connects and serves until ctx ends, then drains: interactions under way
// are finished and acked, followers of acks get 10 s. It returns nil then, or a
// *CredentialError when Slack refuses the app token for good, or the only bot
// token.
func (b *Bot) Run(ctx context.Context) error {
	defer b.http.CloseIdleConnections()
	if err := b.identified(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	sockets, hangUp := context.WithCancel(life)
	defer hangUp()

	b.running.Store(true)
	fatal, stopped := b.connect(sockets, life)
	var err error
	select {
	case <-ctx.Done():
	case err = <-fatal:
	}
	b.running.Store(false)
	b.finish()
	hangUp()
	stopped.Wait()
	b.trail(end)
	return err
}

// identified asks whom the own token speaks for until Slack says it;
// connections make no sense before. Where tokens are looked up, one that is
// refused must not keep us from serving the other workspaces.
func (b *Bot) identified(ctx context.Context) error {
	if b.lookUp {
		return nil
	}
	for wait := minSpacing; ; wait = min(2*wait, maxSpacing) {
		id, err := b.Identify(ctx)
		var refused *CredentialError
		switch {
		case err == nil:
			b.log.Info("slack workspace", "team", id.Team, "bot", id.BotUser)
			return nil
		case errors.As(err, &refused):
			return err
		case ctx.Err() != nil:
			return nil
		}
		b.log.Warn("slack can't be reached", "wait", wait.String(), "error", err)
		if pause(ctx, wait) != nil {
			return nil
		}
	}
}

// connect starts the connections, each after the hello of the one before.
func (b *Bot) connect(sockets, life context.Context) (<-chan error, *sync.WaitGroup) {
	fatal := make(chan error, connections)
	var running sync.WaitGroup
	for n, c := range b.conns {
		running.Go(func() {
			if n > 0 && !await(sockets, b.conns[n-1].greeted) {
				return
			}
			if err := c.run(sockets, life); err != nil {
				fatal <- err
			}
		})
	}
	return fatal, &running
}

func await(ctx context.Context, done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// finish lets interactions end and their acks be written. Slack goes on sending
// meanwhile; where that leaves no quiet moment, what comes is turned away with
// words, so that nobody is left without an answer.
func (b *Bot) finish() {
	if b.quietWithin(serveLimit) {
		return
	}
	b.closing.Store(true)
	if !b.quietWithin(refuseLimit) {
		b.log.Warn("interactions were cut off by shutdown", "under_way", b.serving.count())
	}
}

// quietWithin waits for a moment at which nothing is under way and the last ack
// is some time ago, less and less of it, so that a steady stream ends it too.
func (b *Bot) quietWithin(limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for quiet := flushTime; ; quiet /= 2 {
		if b.serving.wait(ctx) != nil {
			return false
		}
		last := b.lastAck.Load()
		_ = pause(ctx, time.Until(time.Unix(0, last).Add(quiet)))
		if b.lastAck.Load() == last && b.serving.count() == 0 {
			return true
		}
	}
}

// trail waits for what follows acks, then ends it.
func (b *Bot) trail(end context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), trailLimit)
	defer cancel()
	if err := b.Idle(ctx); err == nil {
		return
	}
	b.log.Warn("followers of acks were cut off by shutdown", "under_way", b.trailing.count())
	end()
	grace, done := context.WithTimeout(context.Background(), endLimit)
	defer done()
	_ = b.Idle(grace)
}
