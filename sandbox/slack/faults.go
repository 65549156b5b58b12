package slack

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Fault is a switch of POST /control/fault.
type Fault struct {
	Fault   string   `json:"fault"`
	Team    string   `json:"team"`    // only in this workspace; lasting faults without one: in the first
	Times   int      `json:"times"`   // how often it strikes; default 1
	Method  string   `json:"method"`  // only calls of this Web API method, or envelopes of this type
	MS      int      `json:"ms"`      // for delay and slow_api
	Token   string   `json:"token"`   // for revoke_token: "bot" or "app"
	Block   string   `json:"block"`   // for invalid_blocks: the block type that is refused
	Scopes  []string `json:"scopes"`  // for scopes: what the bot token may do from now on
	Channel string   `json:"channel"` // for archive_channel
	Seconds int      `json:"seconds"` // for token_rotation: life of a token, default 12 hours; for edit_window: age of a message
	Error   string   `json:"error"`   // for error: what the call answers
	On      *bool    `json:"on"`      // false switches a lasting fault off
}

// off tells whether a lasting fault is to end.
func (f Fault) off() bool { return f.On != nil && !*f.On }

// counted faults strike a number of times, then vanish.
var countedFaults = []string{
	"drop_ack", "delay", "duplicate", "out_of_order", "kill_socket", "half_open", "http_500", "post_then_500",
	"slow_api", "link_disabled", "too_many_websockets", "invalid_blocks", "error",
}

// lasting faults stay until they are switched off.
var lastingFaults = []string{
	"client_msg_id", "tier_limits", "revoke_token", "scopes", "archive_channel", "token_rotation", "org_install",
	"edit_window",
}

type faults struct {
	mu      sync.Mutex
	pending []*Fault
	lasting map[string]bool
	passing chan struct{} // closed when an envelope has gone out
}

func newFaults() *faults {
	return &faults{lasting: map[string]bool{}, passing: make(chan struct{})}
}

func (f *faults) plan(x Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	x.Times = max(1, x.Times)
	f.pending = append(f.pending, &x)
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending, f.lasting = nil, map[string]bool{}
}

func (f *faults) set(name string, on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lasting[name] = on
}

func (f *faults) on(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lasting[name]
}

// revoked tells whether a team's "bot" token, or the "app" token of no team, is
// switched off.
func (f *faults) revoked(token, team string) bool { return f.on("revoke_token " + token + team) }

// take spends one strike of a fault that fits the method or envelope type and
// the team; what concerns no team has none.
func (f *faults) take(name, subject, team string) bool { return f.strike(name, subject, team) != nil }

func (f *faults) strike(name, subject, team string) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, x := range f.pending {
		if x.Fault != name || (x.Method != "" && x.Method != subject) || (x.Team != "" && x.Team != team) {
			continue
		}
		x.Times--
		if x.Times == 0 {
			f.pending = slices.Delete(f.pending, i, i+1)
		}
		return x
	}
	return nil
}

// refusal is the error that a fault switch puts in the place of a method's answer.
func (f *faults) refusal(method, team string) string {
	if x := f.strike("error", method, team); x != nil {
		return x.Error
	}
	return ""
}

// pause waits as long as a fault with "ms" asks.
func (f *faults) pause(ctx context.Context, name, subject, team string) {
	if x := f.strike(name, subject, team); x != nil {
		wait(ctx, time.Duration(x.MS)*time.Millisecond)
	}
}

// swap holds an envelope until the next one has overtaken it.
func (f *faults) swap(ctx context.Context, kind, team string) {
	if f.strike("out_of_order", kind, team) == nil {
		return
	}
	f.mu.Lock()
	overtaken := f.passing
	f.mu.Unlock()
	limit, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	select {
	case <-overtaken:
	case <-limit.Done():
	}
}

// passed tells held envelopes that another one has gone out.
func (f *faults) passed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.passing)
	f.passing = make(chan struct{})
}

// refusedBlock finds a block of a type that a fault switch refuses.
func (f *faults) refusedBlock(blocks list, team string) (int, string) {
	for i, v := range blocks {
		b, _ := v.(object)
		kind := text(b, "type")
		if f.refuses(kind, team) {
			return i, kind
		}
	}
	return 0, ""
}

func (f *faults) refuses(kind, team string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, x := range f.pending {
		if x.Fault == "invalid_blocks" && (x.Block == "" || x.Block == kind) && (x.Team == "" || x.Team == team) {
			x.Times--
			if x.Times == 0 {
				f.pending = slices.Delete(f.pending, i, i+1)
			}
			return true
		}
	}
	return false
}
