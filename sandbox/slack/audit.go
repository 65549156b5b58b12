package slack

import (
	"sync"
	"time"
)

// Incident is one thing the bot did that Slack would not have liked.
type Incident struct {
	At      string `json:"at"`     // RFC 3339, UTC, the machine's clock
	Server  string `json:"server"` // "slack"
	Kind    string `json:"kind"`
	Method  string `json:"method,omitempty"`
	Error   string `json:"error,omitempty"`
	Detail  string `json:"detail,omitempty"`
	Channel string `json:"channel,omitempty"`
}

// Kinds of violations.
const (
	malformedCall    = "malformed_call"
	beforeRetryAfter = "before_retry_after"
	aboveRate        = "above_rate"
	wrongAck         = "wrong_ack"
)

// Kinds of refusals: answers a correct bot must live with.
const (
	refusedCall = "refused_call"
	ackIgnored  = "ack_ignored"
)

// audit keeps violations (mistakes of the bot) apart from refusals (what may
// happen to any bot).
type audit struct {
	mu         sync.Mutex
	violations []Incident
	refusals   []Incident
}

func newAudit() *audit { return &audit{violations: []Incident{}, refusals: []Incident{}} }

func (a *audit) violate(i Incident) { a.add(&a.violations, i) }
func (a *audit) refuse(i Incident)  { a.add(&a.refusals, i) }

func (a *audit) add(to *[]Incident, i Incident) {
	a.mu.Lock()
	defer a.mu.Unlock()
	i.Server, i.At = "slack", time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	*to = append(*to, i)
}

func (a *audit) list(of *[]Incident) []Incident {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Incident{}, *of...)
}

// Violations lists the bot's mistakes so far: malformed calls, calls before
// Retry-After was over, posts above the rate, wrong acks. Oldest first.
func (s *Server) Violations() []Incident { return s.audit.list(&s.audit.violations) }

// Refusals lists ordinary refusals such as not_in_channel, oldest first.
func (s *Server) Refusals() []Incident { return s.audit.list(&s.audit.refusals) }
