package slack

import (
	"encoding/json"
	"maps"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// hub knows the open connections, the tickets for new ones, and the envelopes
// that wait for their ack.
type hub struct {
	s *Server

	mu      sync.Mutex
	tickets map[string]time.Time // ticket, until when
	conns   []*conn
	turn    int
	arrived chan struct{} // closed and replaced when a connection is there
	waiting map[string]*waiting
	settled map[string]string // envelope id, why a later ack is ignored
}

// maxSettled bounds what is remembered of envelopes that are through.
const maxSettled = 4096

// waiting is an envelope on its way.
type waiting struct {
	acks    chan json.RawMessage
	conns   map[*conn]bool // an ack counts on the connection it was delivered by
	dropAck bool
}

func newHub(s *Server) *hub {
	return &hub{
		s: s, tickets: map[string]time.Time{}, arrived: make(chan struct{}),
		waiting: map[string]*waiting{}, settled: map[string]string{},
	}
}

func (h *hub) newTicket(life time.Duration) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.tickets, func(_ string, until time.Time) bool { return time.Now().After(until) })
	t := newUUID()
	h.tickets[t] = time.Now().Add(life)
	return t
}

// useTicket spends a ticket: each opens one connection.
func (h *hub) useTicket(t string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	until, ok := h.tickets[t]
	delete(h.tickets, t)
	return ok && time.Now().Before(until)
}

func (h *hub) add(c *conn) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns = append(h.conns, c)
	close(h.arrived)
	h.arrived = make(chan struct{})
	return len(h.conns)
}

func (h *hub) remove(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, o := range h.conns {
		if o == c {
			h.conns = append(h.conns[:i:i], h.conns[i+1:]...)
			return
		}
	}
}

func (h *hub) live() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

func (h *hub) all() []*conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]*conn(nil), h.conns...)
}

func (h *hub) closeAll() {
	for _, c := range h.all() {
		c.ws.Close(websocket.StatusGoingAway, "")
	}
}

// pick takes the connections in turn; one that is about to close only when
// there is no other. Without any it returns nil and a channel that is closed
// when the next one comes.
func (h *hub) pick() (*conn, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var last *conn
	for range h.conns {
		h.turn++
		c := h.conns[h.turn%len(h.conns)]
		if !c.closing.Load() {
			return c, nil
		}
		last = c
	}
	return last, h.arrived
}

func (h *hub) expect(envelopeID string, w *waiting) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting[envelopeID] = w
	delete(h.settled, envelopeID)
}

// sentBy notes that connection c carries the envelope too.
func (h *hub) sentBy(w *waiting, c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w.conns[c] = true
}

// settle stops waiting; later acks are ignored for the given reason.
func (h *hub) settle(envelopeID, reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conclude(envelopeID, reason)
}

// conclude remembers why a later ack is ignored, for a bounded number of envelopes.
func (h *hub) conclude(envelopeID, reason string) {
	delete(h.waiting, envelopeID)
	if len(h.settled) >= maxSettled {
		clear(h.settled)
	}
	h.settled[envelopeID] = reason
}

// received takes one frame from the client.
func (h *hub) received(c *conn, raw []byte) {
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(raw, &ack); err != nil || ack.EnvelopeID == "" {
		h.s.audit.violate(Incident{Kind: wrongAck, Detail: "frame is no {\"envelope_id\": …} object"})
		return
	}
	if why := h.match(c, ack.EnvelopeID, ack.Payload); why != "" {
		h.s.audit.refuse(Incident{Kind: ackIgnored, Detail: why})
	}
}

// match hands an ack to the envelope that waits for it, or says why it cannot.
func (h *hub) match(c *conn, envelopeID string, payload json.RawMessage) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	w, ok := h.waiting[envelopeID]
	switch {
	case !ok && h.settled[envelopeID] != "":
		return h.settled[envelopeID]
	case !ok:
		return "unknown envelope_id"
	case !w.conns[c]:
		return "ack came on another connection than its envelope"
	case w.dropAck:
		return ""
	}
	h.conclude(envelopeID, "duplicate ack")
	w.acks <- payload
	return ""
}
