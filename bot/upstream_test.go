package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// Bugs of slack-go that were reported to its authors, by the number of the
// report: whatever version is built in, a bot must not suffer from them.

// A connection that brings no ping was never given up.
func TestUpstream1093_ConnectionWithoutPingsIsReplaced(t *testing.T) {
	t.Parallel()
	s := newServer(t) // which never pings
	b := s.startPrepared(func(b *Bot) { b.conns[0].silence = time.Second })
	first := s.connected()
	begun := time.Now()
	receive(t, first.gone, "end of the connection that fell silent")
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("given up after %v only", took) // slack-go's own watch takes 30 s and more
	}
	for range 2 { // the second of the process, and the one in place of the first
		s.connected()
	}
	mustContain(t, b.log.String(), errSilent.Error())
}

// An end in the middle of deliveries sent on a closed channel and panicked.
func TestUpstream1125_EndAmidstDeliveriesDoesNotPanic(t *testing.T) {
	for range 10 {
		s := newServer(t) // a new one: on a slow machine a second connection of the last round may still wait at the old one
		b := s.start(echo)
		l := s.connected()
		flooded := make(chan struct{})
		go func() {
			defer close(flooded)
			for i := range 100 {
				l.deliver(fmt.Sprint("E", i), "slash_commands", slash("x"))
			}
		}()
		l.ack()
		b.stop()
		if err := receive(t, b.end, "end of Run"); err != nil {
			t.Fatal(err)
		}
		b.end <- nil // for the clean-up
		receive(t, flooded, "end of the deliveries")
	}
}

// An ack of 20 KB and more vanished without an error.
func TestUpstream1196_AckThatSlackWouldDropIsRefused(t *testing.T) {
	client := socketmode.New(slack.New(""), socketmode.OptionLog(log.New(io.Discard, "", 0)))
	if err := client.AckCtx(t.Context(), "E1", strings.Repeat("x", 20_480)); err == nil {
		t.Error("slack-go takes an ack of 20 KB")
	}
	if ackSize >= 20_000 {
		t.Errorf("our own guard stands at %d bytes", ackSize)
	}
}

// The wait between tries grew without bound, so that a bot came back hours
// after an outage.
func TestUpstream1585_WaitBetweenTriesIsAMinuteAtMost(t *testing.T) {
	c := newBench(t).conns[0]
	for wait := 100 * time.Millisecond; wait < time.Hour; wait *= 2 {
		ctx, stop := context.WithCancelCause(t.Context())
		c.troubled(stop, &slack.ConnectionErrorEvent{Backoff: wait, ErrorObj: errors.New("no route")})
		if given := errors.Is(context.Cause(ctx), errPatience); given != (wait > time.Minute) {
			t.Errorf("a wait of %v is cut short: %v", wait, given)
		}
		stop(nil)
	}
	var g gate
	now := time.Unix(1700000000, 0)
	for range 100 {
		wait := g.reserve(0, now)
		if wait > time.Minute {
			t.Fatalf("our own wait grew to %v", wait)
		}
		now = now.Add(wait)
	}
}

// A stream that ends within a message was read a thousand times, then the
// process panicked.
func TestUpstream1608_StreamThatEndsWithinAMessageIsReplaced(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.start(echo)
	l := s.connected()
	w, err := l.conn.Writer(t.Context(), websocket.MessageText)
	if err == nil {
		_, err = w.Write([]byte(`{"envelope_id":"E1","type":"slash_com`))
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = l.conn.CloseNow()
	for range 2 { // the second connection of the process, and the one in place of the lost
		s.connected()
	}
}

// Frames that are no JSON are left out; the connection serves on.
func TestUpstream1608_UnreadableFramesLeaveTheConnection(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.start(echo)
	l := s.connected()
	for _, frame := range []string{"", "{", "[1]", `"x"`, "nothing", `{"type":`, `{"envelope_id":7}`} {
		l.send(frame)
	}
	l.deliver("E1", "slash_commands", slash("still here"))
	mustContain(t, l.ack(), `"envelope_id":"E1"`, "still here")
}
