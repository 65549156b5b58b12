package bot

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

const (
	// connections is how many sockets one process holds. Slack gives an
	// interaction to one of them, so the second covers the gap while the first
	// reconnects.
	connections = 2
	// readLimit bounds one message from Slack.
	readLimit = 1 << 20
	// silenceLimit is how long a standing connection may bring no byte at all,
	// pings included, before it counts as dead.
	silenceLimit = time.Minute
)

var errSilent = errors.New("bot: the connection brought nothing for a minute")

// connection is one of the sockets, through all its reconnects.
type connection struct {
	bot       *Bot
	n         int
	silence   time.Duration
	up        atomic.Bool
	hello     atomic.Int64 // last hello, Unix nanoseconds
	bytes     atomic.Int64 // last bytes read, Unix nanoseconds
	greeted   chan struct{}
	greetOnce sync.Once
}

func newConnection(b *Bot, n int) *connection {
	return &connection{bot: b, n: n, silence: silenceLimit, greeted: make(chan struct{})}
}

// run keeps the connection up until ctx ends; life outlives it, for what is
// still being served. The error is one that no retry mends.
func (c *connection) run(ctx, life context.Context) error {
	for ctx.Err() == nil {
		err := c.session(ctx, life)
		c.up.Store(false)
		var refused *CredentialError
		if errors.As(err, &refused) {
			return err
		}
		if ctx.Err() == nil {
			c.bot.log.Warn("slack connection restarts", "connection", c.n, "error", err)
		}
	}
	return nil
}

// session runs one client of slack-go, which reconnects by itself, until it
// gives up or is given up.
func (c *connection) session(ctx, life context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	client := socketmode.New(c.bot.opening(opener{n: c.n, gate: &c.bot.gate, http: c.bot.http, meters: c.bot.meters}),
		socketmode.OptionDialer(c.dialer()), socketmode.OptionReadLimit(readLimit),
		socketmode.OptionLog(log.New(io.Discard, "", 0)))
	var watched sync.WaitGroup
	defer watched.Wait()
	defer stop(nil)
	watched.Go(func() { c.watch(ctx, stop) })

	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	for {
		select {
		case evt := <-client.Events:
			c.handle(life, stop, client, evt)
		case err := <-ended:
			return c.why(ctx, err)
		}
	}
}

// why finds the reason of an end: our own, or Slack's refusal.
func (c *connection) why(ctx context.Context, err error) error {
	if refused := refusal(appToken, err); refused != nil {
		return refused
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return failed("apps.connections.open", err)
}

// handle must never wait: while it does, pings go unseen and the connection
// dies.
func (c *connection) handle(life context.Context, stop context.CancelCauseFunc, client acker, evt socketmode.Event) {
	switch evt.Type {
	case socketmode.EventTypeConnecting:
		c.up.Store(false)
	case socketmode.EventTypeConnected:
		c.bytes.Store(time.Now().UnixNano())
	case socketmode.EventTypeHello:
		c.greet(evt.Request)
	case socketmode.EventTypeConnectionError:
		c.troubled(stop, evt.Data)
	case socketmode.EventTypeErrorWriteFailed:
		c.bot.meters.lostAcks.Add(1)
		c.bot.log.Warn("ack could not be written", "connection", c.n)
	case socketmode.EventTypeErrorBadMessage:
		c.takeBad(life, client, evt.Data)
	default:
		if evt.Request != nil {
			c.take(life, client, evt.Request.EnvelopeID, evt.Request.Type, evt.Request.Payload)
		}
	}
}

func (c *connection) greet(hello *socketmode.Request) {
	now := time.Now()
	c.up.Store(true)
	c.hello.Store(now.UnixNano())
	c.bot.gate.stands(c.n, now)
	if app := hello.ConnectionInfo.AppID; app != "" {
		c.bot.slack.knowApp(app)
	}
	c.greetOnce.Do(func() { close(c.greeted) })
	c.bot.log.Info("slack connection stands", "connection", c.n, "connections", hello.NumConnections)
}

var errPatience = errors.New("bot: slack-go waits too long between tries")

// troubled ends what slack-go would retry for ever, and restarts it when its
// backoff grows beyond a minute: after an outage people wait for us.
func (c *connection) troubled(stop context.CancelCauseFunc, data any) {
	e, ok := data.(*slack.ConnectionErrorEvent)
	if !ok || errors.Is(e.ErrorObj, context.Canceled) { // by us
		return
	}
	if refused := refusal(appToken, e.ErrorObj); refused != nil {
		stop(refused)
		return
	}
	c.bot.log.Warn("slack connection failed", "connection", c.n, "try", e.Attempt, "wait", e.Backoff.String(), "error", failed("apps.connections.open", e.ErrorObj))
	var limited *slack.RateLimitedError
	if e.Backoff > maxSpacing && !errors.As(e.ErrorObj, &limited) {
		stop(errPatience)
	}
}

func (c *connection) take(life context.Context, client acker, id, kind string, payload json.RawMessage) {
	c.bot.take(life, envelope{conn: client, id: id, kind: kind, payload: payload, received: time.Now()})
}

// takeBad takes a message that slack-go could not decode: it may be one that we
// can, and one with an id must be acked in any case.
func (c *connection) takeBad(life context.Context, client acker, data any) {
	bad, ok := data.(*socketmode.ErrorBadMessage)
	if !ok {
		return
	}
	var r struct {
		ID      string          `json:"envelope_id"`
		Type    string          `json:"type"`
		Payload json.RawMessage `json:"payload"`
	}
	_ = json.Unmarshal(bad.Message, &r) // what has a wrong type stays empty
	if r.ID == "" {
		c.bot.log.Warn("unreadable message from slack", "connection", c.n)
		return
	}
	c.take(life, client, r.ID, r.Type, r.Payload)
}

// watch ends a session whose connection stands but has fallen silent.
func (c *connection) watch(ctx context.Context, stop context.CancelCauseFunc) {
	tick := time.NewTicker(c.silence / 12)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if c.up.Load() && now.Sub(time.Unix(0, c.bytes.Load())) > c.silence {
				stop(errSilent)
			}
		}
	}
}

// dialer repeats what slack-go sets by itself: a smaller write buffer would cut
// an ack into frames that Slack does not put together again.
func (c *connection) dialer() *websocket.Dialer {
	plain := &net.Dialer{Timeout: callTimeout, KeepAlive: 15 * time.Second}
	return &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: 15 * time.Second,
		WriteBufferSize:  32 << 10,
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := plain.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return &stamped{Conn: conn, at: &c.bytes}, nil
		},
	}
}

// stamped notes when bytes were last read.
type stamped struct {
	net.Conn
	at *atomic.Int64
}

func (s *stamped) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if n > 0 {
		s.at.Store(time.Now().UnixNano())
	}
	return n, err
}
