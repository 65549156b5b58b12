package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

const (
	maxSockets     = 10
	maxFrame       = 20_480 // bytes of an ack
	frameTooLong   = "Max frame length of 20480 has been exceeded."
	linkLife       = 18060 // seconds that a connection lives, as hello says
	debugLinkLife  = 360
	writeDeadline  = 5 * time.Second
	readAheadLimit = 1 << 20
)

// openConnection answers apps.connections.open: header token only.
func (s *Server) openConnection(w http.ResponseWriter, r *http.Request) {
	const name = "apps.connections.open"
	token := bearer(r, args{}) // in the body it is no credential
	if wait := s.throttle(s.teams[0], name, 0, ""); wait > 0 {
		tooMany(w, wait)
		return
	}
	err := s.authoriseApp(token)
	if err != nil {
		s.answer(w, name, args{}, nil, err)
		return
	}
	ticket := s.hub.newTicket(s.timing.Ticket)
	url := "ws" + strings.TrimPrefix(s.base, "http") + "/link/?ticket=" + ticket + "&app_id=" + newHex(64)
	if r.FormValue("debug_reconnects") == "true" {
		url += "&debug_reconnects=true"
	}
	connect := []string{"connections:write"}
	s.answer(w, name, args{}, object{
		"url": url, "response_metadata": object{"scopes": connect, "acceptedScopes": connect},
	}, nil)
}

func (s *Server) authoriseApp(token string) error {
	switch {
	case token == "":
		return fail("not_authed")
	case !strings.HasPrefix(token, "xapp-"):
		return fail("not_allowed_token_type")
	case token != appToken:
		return fail("invalid_auth")
	case s.faults.revoked("app", ""):
		return fail("token_revoked")
	}
	return nil
}

// conn is one Socket Mode connection.
type conn struct {
	ws       *websocket.Conn
	halfOpen atomic.Bool   // looks alive, passes nothing
	closing  atomic.Bool   // a disconnect was announced
	greeted  chan struct{} // closed once hello is out, or failed
}

// serveLink accepts a socket, greets it and reads acks until it ends. Any origin
// may connect: the ticket is the credential, and Slack's clients name Slack's.
func (s *Server) serveLink(w http.ResponseWriter, r *http.Request) {
	if !s.hub.useTicket(r.URL.Query().Get("ticket")) {
		http.Error(w, "invalid ticket", http.StatusNotFound)
		return
	}
	c := &conn{greeted: make(chan struct{})}
	frames, sniffed := sniff(w)
	ws, err := websocket.Accept(sniffed, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true,
		CompressionMode:    websocket.CompressionDisabled,
		OnPingReceived:     func(context.Context, []byte) bool { return !c.halfOpen.Load() },
	})
	if err != nil {
		return // Accept has answered
	}
	defer ws.CloseNow()
	c.ws = ws
	ws.SetReadLimit(readAheadLimit)
	if reason := s.turnAway(); reason != "" {
		s.disconnect(c, reason)
		ws.Close(websocket.StatusNormalClosure, reason)
		return
	}
	life := linkLife
	if r.URL.Query().Get("debug_reconnects") == "true" {
		life = debugLinkLife
	}
	s.serveConn(c, frames, life)
}

// turnAway names the reason for which a fresh connection is ended at once.
func (s *Server) turnAway() string {
	switch {
	case s.faults.take("link_disabled", "", ""):
		return "link_disabled"
	case s.faults.take("too_many_websockets", "", "") || s.hub.live() >= maxSockets:
		return "too_many_websockets"
	}
	return ""
}

func (s *Server) serveConn(c *conn, frames *sniffer, life int) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	n := s.hub.add(c)
	defer s.hub.remove(c)
	hello := object{
		"type": "hello", "num_connections": n, "connection_info": object{"app_id": appID},
		"debug_info": object{"host": "applink-sandbox", "build_number": 10, "approximate_connection_time": life},
	}
	err := c.write(ctx, hello)
	close(c.greeted)
	if err != nil {
		return
	}
	s.spawn(func() { s.pingLoop(ctx, c) })
	s.spawn(func() {
		if wait(ctx, time.Duration(life)*time.Second) {
			s.retire(ctx, c, "refresh_requested")
		}
	})
	s.readLoop(ctx, c, frames)
}

// pingLoop ends a connection that no longer answers, unless it is meant to hang.
func (s *Server) pingLoop(ctx context.Context, c *conn) {
	tick := time.NewTicker(s.timing.Ping)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if c.halfOpen.Load() {
			continue
		}
		pong, cancel := context.WithTimeout(ctx, s.timing.Ping)
		err := c.ws.Ping(pong)
		cancel()
		if err != nil {
			c.ws.CloseNow()
			return
		}
	}
}

func (s *Server) readLoop(ctx context.Context, c *conn, frames *sniffer) {
	for {
		_, raw, err := c.ws.Read(ctx)
		if err != nil {
			return
		}
		inPieces := frames.takeFragmented()
		switch {
		case c.halfOpen.Load():
		case len(raw) > maxFrame:
			s.audit.violate(Incident{Kind: wrongAck, Detail: "frame longer than 20480 bytes"})
			c.ws.Close(websocket.StatusMessageTooBig, frameTooLong)
			return
		case inPieces:
			s.audit.violate(Incident{Kind: wrongAck, Detail: "ack in several frames, which Slack does not reassemble"})
		default:
			s.hub.received(c, raw)
		}
	}
}

func (c *conn) write(ctx context.Context, frame any) error {
	raw, err := json.Marshal(frame)
	if err != nil {
		return err
	}
	if c.halfOpen.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, writeDeadline)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageText, raw)
}

var errCut = errors.New("connection cut")

// cut writes half a frame and drops the connection.
func (c *conn) cut(ctx context.Context, frame any) error {
	raw, err := json.Marshal(frame)
	if err != nil {
		return err
	}
	if w, err := c.ws.Writer(ctx, websocket.MessageText); err == nil {
		w.Write(raw[:len(raw)/2])
	}
	c.ws.CloseNow()
	return errCut
}

// disconnect announces the end of a connection.
func (s *Server) disconnect(c *conn, reason string) {
	c.closing.Store(true)
	// A client that is gone needs no announcement.
	_ = c.write(s.ctx, object{
		"type": "disconnect", "reason": reason, "debug_info": object{"host": "applink-sandbox"},
	})
}

// retire announces the end, keeps taking acks for a while, and closes.
func (s *Server) retire(ctx context.Context, c *conn, reason string) {
	s.disconnect(c, reason)
	if wait(ctx, s.timing.Warning) {
		c.ws.Close(websocket.StatusNormalClosure, reason)
	}
}

// Disconnect sends a disconnect frame with the given reason on every open
// connection, keeps taking acks for Timing.Warning, and then closes them. It
// returns how many connections were told.
func (s *Server) Disconnect(reason string) int {
	conns := s.hub.all()
	for _, c := range conns {
		<-c.greeted
		s.spawn(func() { s.retire(s.ctx, c, reason) })
	}
	return len(conns)
}

// wait pauses on the machine's clock; false when ctx ends first.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
