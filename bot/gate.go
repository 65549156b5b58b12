package bot

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// Without a throttle a server that says "disconnect" at once is called
	// thousands of times a second.
	minSpacing = time.Second
	maxSpacing = time.Minute
	// stagger keeps the two connections from being opened, and five hours later
	// from ending, together.
	stagger = 2 * time.Second
)

// gate spaces the calls of apps.connections.open: for one connection 1 s, 2 s,
// 4 s … 60 s, from the start again once it stood for more than a minute; for
// different connections at least the stagger, except that nobody waits for one
// that itself still waits.
type gate struct {
	mu    sync.Mutex
	slots [connections]slot
}

type slot struct {
	last    time.Time // the last call
	hello   time.Time // since when the connection it gave stands; zero without a hello
	spacing time.Duration
}

// stands notes that connection n was greeted.
func (g *gate) stands(n int, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.slots[n].hello = now
}

// reserve books the next call of connection n and returns how long it waits.
func (g *gate) reserve(n int, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	s := &g.slots[n]
	if !s.hello.IsZero() && now.Sub(s.hello) > maxSpacing {
		s.spacing = 0
	}
	s.hello = time.Time{}
	at := latest(now, s.last.Add(s.spacing))
	for i, other := range g.slots {
		if i != n && !other.last.IsZero() && !other.last.After(at) {
			at = latest(at, other.last.Add(stagger))
		}
	}
	s.last = at
	s.spacing = min(max(2*s.spacing, minSpacing), maxSpacing)
	return at.Sub(now)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// opener is the HTTP client of connection n. It waits in Do, where the wait
// does not count against the timeout of the call.
type opener struct {
	n      int
	gate   *gate
	http   *http.Client
	meters *meters
}

func (o opener) Do(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, "/apps.connections.open") {
		if err := pause(req.Context(), o.gate.reserve(o.n, time.Now())); err != nil {
			return nil, err
		}
		o.meters.opens.Add(1)
	}
	return o.http.Do(req)
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
