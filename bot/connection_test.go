package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// echo answers the command with what was said.
func echo(r *Router) {
	r.OnCommand(func(_ context.Context, _ Who, text string) (Reply, error) { return Reply{Message: message(text)}, nil })
}

func TestEachConnectionServesAndTheSecondComesAfterTheFirst(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	b := s.start(echo)
	first := s.connected()
	first.deliver("E1", "slash_commands", slash("one"))
	mustContain(t, first.ack(), `"envelope_id":"E1"`, `"text":"one"`)
	begun := time.Now()
	second := s.connected()
	if waited := time.Since(begun); waited < stagger/2 {
		t.Errorf("the second came after %v", waited)
	}
	second.deliver("E2", "slash_commands", slash("two"))
	mustContain(t, second.ack(), `"envelope_id":"E2"`, `"text":"two"`)
	if h := b.Health(); h.Connected != 2 || !b.Ready() || h.LastHello.IsZero() || h.LastBytes.IsZero() {
		t.Errorf("health %+v, ready %v", h, b.Ready())
	}
}

func TestDisconnectOfOneLeavesTheOther(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.start(echo)
	first, second := s.connected(), s.connected()
	for i, reason := range []string{"warning", "refresh_requested"} {
		first.send(fmt.Sprintf(`{"type":"disconnect","reason":%q}`, reason))
		id := fmt.Sprint("E", i)
		second.deliver(id, "slash_commands", slash(reason))
		mustContain(t, second.ack(), id)
		receive(t, first.gone, "end of the connection")
		first = s.connected()
	}
}

func TestT01_ServerThatAlwaysDisconnectsIsNotCalledInALoop(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.greets.Store(false)
	s.start(nil)
	begun := time.Now()
	for range 3 {
		s.connected().send(`{"type":"disconnect","reason":"too_many_websockets"}`)
	}
	if took := time.Since(begun); took < 2500*time.Millisecond || s.opens.Load() > 3 {
		t.Errorf("%d opens in %v", s.opens.Load(), took)
	}
}

func TestT01_GateDoublesUpToAMinuteAndForgives(t *testing.T) {
	var g gate
	now := time.Unix(1700000000, 0)
	var waits []time.Duration
	for range 9 {
		wait := g.reserve(0, now)
		waits = append(waits, wait)
		now = now.Add(wait)
	}
	want := "[0s 1s 2s 4s 8s 16s 32s 1m0s 1m0s]"
	if got := fmt.Sprint(waits); got != want {
		t.Errorf("waits %s, want %s", got, want)
	}
	now = now.Add(maxSpacing + time.Second)
	if wait := g.reserve(0, now); wait != 0 || g.slots[0].spacing != maxSpacing {
		t.Errorf("after a minute of failing, a wait of %v and a spacing of %v", wait, g.slots[0].spacing)
	}
	g.stands(0, now)
	if g.reserve(0, now.Add(time.Second)); g.slots[0].spacing != maxSpacing {
		t.Errorf("after a connection of a second, a spacing of %v", g.slots[0].spacing)
	}
	now = g.slots[0].last
	g.stands(0, now)
	now = now.Add(maxSpacing + time.Second)
	if wait := g.reserve(0, now); wait != 0 || g.slots[0].spacing != minSpacing {
		t.Errorf("after a connection of more than a minute, a wait of %v and a spacing of %v", wait, g.slots[0].spacing)
	}
	if wait := g.reserve(1, now); wait != stagger {
		t.Errorf("the other connection waits %v", wait)
	}
	if wait := g.reserve(0, now); wait != time.Second {
		t.Errorf("behind one that waits itself, %v", wait)
	}
}

func TestT02_TokenThatSlackRefusesEndsRunWithACure(t *testing.T) {
	for _, code := range []string{"token_expired", "not_authed", "invalid_auth", "account_inactive", "token_revoked", "no_permission",
		"not_allowed_token_type", "team_access_not_granted", "missing_scope", "link_disabled"} {
		t.Run(code, func(t *testing.T) {
			s := newServer(t)
			s.refusal.Store(code)
			b := s.start(nil)
			err := receive(t, b.end, "end of Run")
			b.end <- nil // for the clean-up
			var refused *CredentialError
			if !errors.As(err, &refused) || refused.Code != code {
				t.Fatalf("got %v", err)
			}
			mustContain(t, err.Error(), "app token", "api.slack.com/apps")
			if s.opens.Load() != 1 || b.Ready() {
				t.Errorf("%d opens, ready %v", s.opens.Load(), b.Ready())
			}
		})
	}
}

func TestT03_StalledHandlersLeaveTheConnectionAlive(t *testing.T) {
	s := newServer(t)
	release := make(chan struct{})
	b := s.start(func(r *Router) {
		r.OnCommand(func(context.Context, Who, string) (Reply, error) { <-release; return Reply{}, nil })
	})
	l := s.connected()
	for i := range turnSlots + 80 {
		l.deliver(fmt.Sprint("E", i), "slash_commands", slash(""))
	}
	for range 80 {
		mustContain(t, l.ack(), busyNow)
	}
	if b.Health().Refused != 80 {
		t.Errorf("%d refused", b.Health().Refused)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := l.conn.Ping(ctx); err != nil {
		t.Errorf("the connection does not answer a ping: %v", err)
	}
	close(release)
	for range turnSlots {
		l.ack()
	}
}

func TestT07_LargestAckTravelsInOneFrame(t *testing.T) {
	b := newBench(t)
	if size := b.conns[0].dialer().WriteBufferSize; size <= ackSize {
		t.Errorf("the write buffer of %d bytes cuts acks of %d", size, ackSize)
	}
	if d := b.conns[0].dialer(); d.Proxy == nil || d.HandshakeTimeout == 0 {
		t.Error("a dialer of our own must keep the proxy and the handshake timeout")
	}
}

func TestT09_MessageThatSlackGoCannotDecodeIsServedOrAcked(t *testing.T) {
	s := newServer(t)
	seen := make(chan string, 1)
	s.start(func(r *Router) {
		r.OnEvent("brand_new", func(_ context.Context, w Who, _ json.RawMessage) (Reply, error) { seen <- w.Key; return Reply{}, nil })
	})
	l := s.connected()
	l.deliver("E1", "future_thing", map[string]any{"x": 1})
	mustContain(t, l.ack(), `"envelope_id":"E1"`)
	l.deliver("E2", "events_api", occurred(map[string]any{"type": "brand_new"}))
	mustContain(t, l.ack(), `"envelope_id":"E2"`)
	if k := receive(t, seen, "the event"); k != "ev:Ev1" {
		t.Errorf("key %q", k)
	}
}

func TestShutdownFinishesWhatIsUnderWay(t *testing.T) {
	s := newServer(t)
	begun, release, followed := make(chan struct{}), make(chan struct{}), make(chan struct{})
	b := s.start(func(r *Router) {
		r.OnCommand(func(context.Context, Who, string) (Reply, error) {
			close(begun)
			<-release
			return Reply{Message: message("done"), After: func(context.Context) error { close(followed); return nil }}, nil
		})
	})
	l := s.connected()
	l.deliver("E1", "slash_commands", slash(""))
	receive(t, begun, "the handler")
	b.stop()
	close(release)
	mustContain(t, l.ack(), `"text":"done"`)
	if err := receive(t, b.end, "end of Run"); err != nil {
		t.Errorf("Run ended with %v", err)
	}
	b.end <- nil
	receive(t, followed, "what follows the ack")
	if b.Ready() {
		t.Error("ready after the end")
	}
}

func TestShutdownUnderLoadAnswersEverybody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	begun, release := make(chan struct{}), make(chan struct{})
	b := s.start(func(r *Router) {
		r.OnCommand(func(_ context.Context, _ Who, text string) (Reply, error) {
			if text == "slow" {
				close(begun)
				<-release
			}
			return Reply{Message: message("done " + text)}, nil
		})
	})
	l := s.connected()
	l.deliver("E0", "slash_commands", slash("slow"))
	receive(t, begun, "the slow handler")
	b.stop()
	for refused := false; !refused; { // served at first, then turned away
		l.deliver("E1", "slash_commands", slash("quick"))
		ack := l.ack()
		if refused = strings.Contains(ack, restarting); !refused {
			mustContain(t, ack, "done quick")
		}
	}
	l.deliver("E2", "events_api", occurred(map[string]any{"type": "joined"}))
	close(release)
	mustContain(t, l.ack(), "done slow")
	if err := receive(t, b.end, "end of Run"); err != nil {
		t.Error(err)
	}
	b.end <- nil
	select {
	case ack := <-l.acks:
		t.Errorf("an event that was not served was acked: %s", ack)
	default:
	}
}

func TestStartAndStopLeaveNothingBehind(t *testing.T) {
	s := newServer(t)
	for range 20 { // goleak looks at the end of all tests
		b := s.start(nil)
		s.connected()
		b.stop()
		if err := receive(t, b.end, "end of Run"); err != nil {
			t.Fatal(err)
		}
		b.end <- nil
	}
}

func TestSilentConnectionIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newBench(t).conns[0]
		ctx, stop := context.WithCancelCause(t.Context())
		go c.watch(ctx, stop)
		c.up.Store(true)
		c.bytes.Store(time.Now().UnixNano())
		<-time.After(silenceLimit)
		c.bytes.Store(time.Now().UnixNano()) // a ping
		<-time.After(silenceLimit)
		if ctx.Err() != nil {
			t.Error("given up although bytes came")
		}
		<-ctx.Done()
		if !errors.Is(context.Cause(ctx), errSilent) {
			t.Errorf("ended by %v", context.Cause(ctx))
		}
	})
}

func TestLongBackoffIsCutShortUnlessSlackAskedForIt(t *testing.T) {
	c := newBench(t).conns[0]
	for name, e := range map[string]struct {
		err   error
		wait  time.Duration
		stops bool
	}{
		"short":   {errors.New("no route"), time.Second, false},
		"long":    {errors.New("no route"), 2 * time.Minute, true},
		"limited": {&slack.RateLimitedError{RetryAfter: 2 * time.Minute}, 2 * time.Minute, false},
	} {
		ctx, stop := context.WithCancelCause(t.Context())
		c.troubled(stop, &slack.ConnectionErrorEvent{Backoff: e.wait, ErrorObj: e.err})
		if stopped := ctx.Err() != nil; stopped != e.stops {
			t.Errorf("%s: stopped %v", name, stopped)
		}
		stop(nil)
	}
}

func TestLostAcksAreCounted(t *testing.T) {
	b := newBench(t)
	b.conns[0].handle(t.Context(), nil, nil, socketmode.Event{Type: socketmode.EventTypeErrorWriteFailed})
	if lost := b.Health().LostAcks; lost != 1 {
		t.Errorf("%d lost", lost)
	}
}
