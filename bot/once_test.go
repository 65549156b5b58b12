package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"headway/models"
	"headway/models/storetest"
)

// effects registers handlers of every kind that store one line, and calls
// stored behind each commit or duplicate.
func effects(r *Router, team models.Team, stored func(dup bool) error) {
	once := func(ctx context.Context, w Who) (Reply, error) {
		dup, err := team.Once(ctx, w.Key, func(tx models.Team) error { return tx.Audit(ctx, models.Audit{Verb: w.Key}) })
		if err == nil {
			err = stored(dup)
		}
		return Reply{}, err
	}
	r.OnCommand(func(ctx context.Context, w Who, _ string) (Reply, error) { return once(ctx, w) })
	r.OnEvent("member_joined_channel", func(ctx context.Context, w Who, _ json.RawMessage) (Reply, error) { return once(ctx, w) })
	On(r, press, func(ctx context.Context, c Click[answerID]) (Reply, error) { return once(ctx, c.Who) })
	OnSubmit(r, edit, func(ctx context.Context, w Who, _, _ string) (Reply, error) { return once(ctx, w) })
}

// kinds are one interaction of each kind that may store something.
func kinds() map[string][]map[string]any {
	return map[string][]map[string]any{
		"events_api":     {occurred(map[string]any{"type": "member_joined_channel", "user": testUser, "channel": "C1"})},
		"slash_commands": {slash("")},
		"interactive":    {clicked("press:r7", ""), submitted("edit", `""`, map[string]string{"name": "x"})},
	}
}

// lines are how often each effect was stored.
func lines(t *testing.T, team models.Team) map[string]int {
	t.Helper()
	all, err := team.AuditSince(t.Context(), "", time.Now().Add(-time.Hour), 20_000)
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, line := range all {
		n[line.Verb]++
	}
	return n
}

// deliverAll sends one interaction of each kind; ids begin with prefix.
func deliverAll(l *link, prefix string) (ids []string) {
	for kind, payloads := range kinds() {
		for _, p := range payloads {
			ids = append(ids, prefix+kind+p["api_app_id"].(string))
			l.deliver(ids[len(ids)-1], kind, p)
		}
	}
	return ids
}

func TestDeathBetweenCommitAndAckLeavesOneEffect(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s, store := newServer(t), open()
		team := store.Team(testTeam)
		if err := team.EnsureWorkspace(t.Context(), "Acme"); err != nil {
			t.Fatal(err)
		}
		committed, dead := make(chan struct{}, 100), make(chan struct{})
		first := s.start(func(r *Router) {
			effects(r, team, func(bool) error { committed <- struct{}{}; <-dead; return nil })
		})
		l := s.connected()
		sent := deliverAll(l, "E1")
		for range sent {
			receive(t, committed, "commit")
		}
		_ = l.conn.CloseNow() // what is acked from here on reaches nobody
		first.stop()
		close(dead)
		if err := receive(t, first.end, "end of Run"); err != nil {
			t.Errorf("Run ended with %v", err)
		}
		first.end <- nil
		select {
		case ack := <-l.acks:
			t.Fatalf("acked before its death: %s", ack)
		default:
		}

		dups := make(chan bool, 100)
		s.start(func(r *Router) { effects(r, open().Team(testTeam), func(dup bool) error { dups <- dup; return nil }) })
		l = s.connected()
		for _, prefix := range []string{"E1", "E2"} { // Slack keeps the envelope's id or makes a new one
			for range deliverAll(l, prefix) {
				l.ack()
				if !receive(t, dups, "redelivery") {
					t.Error("a redelivery was taken for a new interaction")
				}
			}
		}
		if stored := lines(t, team); len(stored) != len(sent) {
			t.Errorf("%d effects are stored: %v", len(stored), stored)
		}
		for key, n := range lines(t, team) {
			if n != 1 {
				t.Errorf("%s is stored %d times", key, n)
			}
		}
	})
}

func TestFailureBeforeCommitLeavesTheRedeliveryItsEffect(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s, team := newServer(t), open().Team(testTeam)
		if err := team.EnsureWorkspace(t.Context(), "Acme"); err != nil {
			t.Fatal(err)
		}
		failing, tried := true, make(chan struct{}, 2)
		s.start(func(r *Router) {
			r.OnEvent("member_joined_channel", func(ctx context.Context, w Who, _ json.RawMessage) (Reply, error) {
				_, err := team.Once(ctx, w.Key, func(tx models.Team) error {
					if err := tx.Audit(ctx, models.Audit{Verb: w.Key}); err != nil || !failing {
						return err
					}
					failing = false
					return errors.New("disk")
				})
				tried <- struct{}{}
				return Reply{}, err
			})
		})
		l := s.connected()
		joined := occurred(map[string]any{"type": "member_joined_channel", "user": testUser, "channel": "C1"})
		l.deliver("E1", "events_api", joined)
		receive(t, tried, "failure")
		l.deliver("E2", "slash_commands", slash("")) // nobody serves it, and it is acked all the same
		mustContain(t, l.ack(), `"E2"`)
		l.deliver("E3", "events_api", joined)
		mustContain(t, l.ack(), `"E3"`)
		if n := lines(t, team); n["ev:Ev1"] != 1 || len(n) != 1 {
			t.Errorf("stored: %v", n)
		}
	})
}

// TestTenThousandDoubledEnvelopesHaveOneEffectEach takes each envelope twice at
// the same time; the handlers store one line of a person's own.
func TestTenThousandDoubledEnvelopesHaveOneEffectEach(t *testing.T) {
	const envelopes = 10_000
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		b, team := newBench(t), open().Team(testTeam)
		if err := team.EnsureWorkspace(t.Context(), "Acme"); err != nil {
			t.Fatal(err)
		}
		effects(b.Router(), team, func(bool) error { return nil })
		for range 5 { // what a busy machine let fail is delivered again, as Slack and people do
			serveDoubled(b, envelopes)
			stored := lines(t, team)
			for key, n := range stored {
				if n != 1 {
					t.Errorf("%s is stored %d times", key, n)
				}
			}
			if len(stored) == envelopes {
				t.Logf("%+v", b.Health().Totals)
				return
			}
		}
		t.Errorf("not all took effect: %+v\n%.2000s", b.Health().Totals, b.log.String())
	})
}

// serveDoubled serves each of n interactions twice, side by side.
func serveDoubled(b *bench, n int) {
	var group sync.WaitGroup
	next := make(chan int)
	for range 8 {
		group.Go(func() {
			for i := range next {
				kind, payload := numbered(i)
				first, second := b.envelope(kind, payload), b.envelope(kind, payload)
				var twin sync.WaitGroup
				twin.Go(func() { b.serve(b.t.Context(), second) })
				b.serve(b.t.Context(), first)
				twin.Wait()
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}

// numbered is the ith interaction, the kinds in turn.
func numbered(i int) (kind string, payload map[string]any) {
	id := fmt.Sprint(i)
	switch i % 4 {
	case 0:
		payload = slash("")
		payload["trigger_id"] = id
		return "slash_commands", payload
	case 1:
		payload = occurred(map[string]any{"type": "member_joined_channel", "user": testUser, "channel": "C1"})
		payload["event_id"] = id
		return "events_api", payload
	case 2:
		return "interactive", clicked("press:"+id, "")
	}
	payload = submitted("edit", `""`, map[string]string{"name": "x"})
	payload["view"].(map[string]any)["hash"] = id
	return "interactive", payload
}
