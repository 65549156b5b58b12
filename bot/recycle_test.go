package bot

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"
)

// traffic is Slack under load: each command goes out on one of the connections
// that stand, in turn.
type traffic struct {
	s  *server
	mu sync.Mutex
	*sync.Cond
	links   []*link // to choose from
	turn    int
	sent    int
	waiting map[string]*link // commands without an ack, by envelope
	lost    int              // nobody was connected
}

func newTraffic(s *server) *traffic {
	f := &traffic{s: s, waiting: map[string]*link{}}
	f.Cond = sync.NewCond(&f.mu)
	return f
}

// admit takes the connections that the bot opens until none is to come.
func (f *traffic) admit(over <-chan struct{}) {
	for {
		select {
		case l := <-f.s.links:
			f.mu.Lock()
			f.links = append(f.links, l)
			f.Broadcast()
			f.mu.Unlock()
			go f.read(l)
		case <-over:
			return
		}
	}
}

func (f *traffic) read(l *link) {
	for {
		select {
		case raw := <-l.acks:
			var ack struct {
				ID string `json:"envelope_id"`
			}
			if err := json.Unmarshal([]byte(raw), &ack); err != nil {
				f.s.t.Error(err)
			}
			f.mu.Lock()
			if f.waiting[ack.ID] == l { // on another connection it does not count
				delete(f.waiting, ack.ID)
			}
			f.Broadcast()
			f.mu.Unlock()
		case <-l.gone:
			return
		}
	}
}

// send gives one command to the connection whose turn it is.
func (f *traffic) send() {
	f.mu.Lock()
	f.sent++
	id := fmt.Sprint("E", f.sent)
	if len(f.links) == 0 {
		f.lost++
		f.mu.Unlock()
		return
	}
	f.turn++
	l := f.links[f.turn%len(f.links)]
	f.waiting[id] = l
	f.mu.Unlock()
	l.deliver(id, "slash_commands", slash("x"))
}

// await waits until a condition on the traffic holds.
func (f *traffic) await(what string, holds func() bool) {
	f.s.t.Helper()
	timer := time.AfterFunc(3*patience, f.Broadcast)
	defer timer.Stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	for begun := time.Now(); !holds(); f.Wait() {
		if time.Since(begun) >= 3*patience {
			f.s.t.Fatalf("no %s within %v", what, 3*patience)
		}
	}
}

// recycle renews the connection that stands longest, as Slack does every few
// hours: it chooses that one no more, and tells it to go once it owes no ack.
func (f *traffic) recycle() {
	f.s.t.Helper()
	f.await("two connections", func() bool { return len(f.links) == connections })
	f.mu.Lock()
	old := f.links[0]
	f.links = f.links[1:]
	f.mu.Unlock()
	f.await("acks of the old connection", func() bool {
		for _, l := range f.waiting {
			if l == old {
				return false
			}
		}
		return true
	})
	old.send(`{"type":"disconnect","reason":"refresh_requested"}`)
	receive(f.s.t, old.gone, "end of the old connection")
}

func TestNoCommandIsLostWhileConnectionsAreRenewed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.latency.Store(int64(400 * time.Millisecond))
	s.start(echo)
	f := newTraffic(s)
	over := make(chan struct{})
	defer close(over)
	go f.admit(over)
	f.await("first connection", func() bool { return len(f.links) > 0 })

	renewed := make(chan struct{})
	var sending sync.WaitGroup
	sending.Go(func() {
		pace := time.NewTicker(10 * time.Millisecond)
		defer pace.Stop()
		for {
			select {
			case <-pace.C:
				f.send()
			case <-renewed:
				return
			}
		}
	})
	for range 3 {
		f.recycle()
	}
	f.await("two connections", func() bool { return len(f.links) == connections })
	close(renewed)
	sending.Wait()
	f.await("acks of all", func() bool { return len(f.waiting) == 0 })
	t.Logf("%d commands over 3 renewals, %d connections opened", f.sent, s.opens.Load())
	if f.lost > 0 || f.sent < 300 {
		t.Errorf("%d of %d commands met no connection", f.lost, f.sent)
	}
}
