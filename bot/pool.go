package bot

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
)

// tracker counts what is under way and tells when nothing is.
type tracker struct {
	mu   sync.Mutex
	n    int
	zero chan struct{}
}

func (t *tracker) add() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == 0 {
		t.zero = make(chan struct{})
	}
	t.n++
}

func (t *tracker) done() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n--
	if t.n == 0 {
		close(t.zero)
	}
}

func (t *tracker) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}

// wait returns when nothing is under way.
func (t *tracker) wait(ctx context.Context) error {
	t.mu.Lock()
	busy, zero := t.n > 0, t.zero
	t.mu.Unlock()
	if !busy {
		return nil
	}
	select {
	case <-zero:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pool runs at most as many functions at once as it has slots. A full pool
// says so at once, as its callers must never wait.
type pool struct {
	slots   chan struct{}
	tracker *tracker
	log     *slog.Logger
}

func newPool(size int, t *tracker, log *slog.Logger) *pool {
	return &pool{slots: make(chan struct{}, size), tracker: t, log: log}
}

func (p *pool) try(f func()) bool {
	select {
	case p.slots <- struct{}{}:
	default:
		return false
	}
	p.tracker.add()
	go func() {
		defer p.tracker.done()
		defer func() { <-p.slots }()
		defer p.survive()
		f()
	}()
	return true
}

// survive keeps a mistake of ours from ending the process.
func (p *pool) survive() {
	if v := recover(); v != nil {
		p.log.Error("panic outside a handler", "panic", panicText(v), "stack", string(debug.Stack()))
	}
}
