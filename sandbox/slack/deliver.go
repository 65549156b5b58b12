package slack

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"time"
)

// Why an interaction was not acked; the texts are Slack's.
var (
	errNoConnection = errors.New("dispatch_failed")
	errTimeout      = errors.New("operation_timeout")
)

// envelope is one payload on its way to the app.
type envelope struct {
	id      string
	kind    string // slash_commands, interactive, events_api
	team    string // whose app it is for
	accepts bool   // an ack may carry a payload
	payload object

	event   bool
	attempt int
	reason  string
}

func (e envelope) frame() object {
	o := object{
		"envelope_id": e.id, "type": e.kind, "payload": e.payload, "accepts_response_payload": e.accepts,
	}
	if e.event {
		o["retry_attempt"], o["retry_reason"] = e.attempt, e.reason
	}
	return o
}

// deliver sends the envelope over one connection and waits for its ack until
// Slack's deadline. The payload of the ack is nil when the ack was empty.
func (s *Server) deliver(e envelope) (json.RawMessage, error) {
	s.faults.pause(s.ctx, "delay", e.kind, e.team)
	s.faults.swap(s.ctx, e.kind, e.team)
	c, _ := s.hub.pick()
	if c == nil {
		return nil, errNoConnection
	}
	w := &waiting{
		acks: make(chan json.RawMessage, 1), conns: map[*conn]bool{c: true},
		dropAck: s.faults.take("drop_ack", e.kind, e.team),
	}
	s.hub.expect(e.id, w)
	s.transmit(e, c, w)
	s.faults.passed()
	deadline := time.NewTimer(s.timing.Ack)
	defer deadline.Stop()
	select {
	case raw := <-w.acks:
		return s.opened(e, raw), nil
	case <-deadline.C:
	case <-s.ctx.Done():
	}
	s.hub.settle(e.id, "late ack")
	return nil, errTimeout
}

// transmit writes the frame, or spoils it as a fault switch asks. A frame that
// cannot be written is lost: Slack sends slash commands and clicks only once.
func (s *Server) transmit(e envelope, c *conn, w *waiting) {
	<-c.greeted
	switch {
	case s.faults.take("kill_socket", e.kind, e.team):
		_ = c.cut(s.ctx, e.frame())
		return
	case s.faults.take("half_open", e.kind, e.team):
		c.halfOpen.Store(true)
		return
	}
	if err := c.write(s.ctx, e.frame()); err != nil {
		return
	}
	if s.faults.take("duplicate", e.kind, e.team) {
		if other, _ := s.hub.pick(); other != nil {
			<-other.greeted
			s.hub.sentBy(w, other)
			_ = other.write(s.ctx, e.frame())
		}
	}
}

// opened drops the empty object that node's client sends with every ack, and
// notes a payload where none is allowed.
func (s *Server) opened(e envelope, raw json.RawMessage) json.RawMessage {
	trimmed := bytes.TrimSpace(raw)
	if len(trimmed) == 0 || string(trimmed) == "{}" || string(trimmed) == "null" {
		return nil
	}
	if !e.accepts {
		s.audit.violate(Incident{Kind: wrongAck, Method: text(e.payload, "type"), Detail: "payload in an ack that takes none"})
		return nil
	}
	return raw
}

// dispatchEvent delivers an event; unacked ones are sent again as Slack does.
// It returns the outcome of the first attempt.
func (s *Server) dispatchEvent(payload object) error {
	e := envelope{id: newUUID(), kind: "events_api", team: text(payload, "team_id"), payload: payload, event: true}
	_, err := s.deliver(e)
	if err != nil {
		s.spawn(func() { s.redeliver(e, errors.Is(err, errNoConnection)) })
	}
	return err
}

// redeliver repeats an event until it is acked. One that found no connection
// goes out, marked as a retry, when the app connects again.
func (s *Server) redeliver(e envelope, unsent bool) {
	e.reason = "timeout"
	for _, pause := range s.timing.Redelivery {
		if unsent && !s.awaitConnection() {
			return
		}
		if !wait(s.ctx, pause) {
			return
		}
		e.attempt++
		// Whether Slack keeps the envelope's id is not documented: both happen here.
		if rand.IntN(2) == 0 {
			e.id = newUUID()
		}
		_, err := s.deliver(e)
		if err == nil {
			return
		}
		unsent = errors.Is(err, errNoConnection)
	}
}

func (s *Server) awaitConnection() bool {
	for {
		c, arrived := s.hub.pick()
		if c != nil {
			return true
		}
		select {
		case <-arrived:
		case <-s.ctx.Done():
			return false
		}
	}
}
