package bot

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"headway/blocks"
)

// The traps of Socket Mode and of slack-go, by their numbers: T01 to T25. Each
// test fails when the cure is taken away. Others stand beside what they are
// about.

func TestT04_AcksWithoutAConnectionGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) { return Reply{}, nil })
		offline := socketmode.New(b.opening(b.http), socketmode.OptionLog(log.New(io.Discard, "", 0)))
		begun := time.Now()
		for range 30 {
			e := b.envelope("slash_commands", slash(""))
			e.conn = offline
			b.take(t.Context(), e)
		}
		if err := b.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took != ackWithin {
			t.Errorf("30 acks without a connection took %v", took)
		}
		if lost := b.Health().LostAcks; lost != 10 { // slack-go queues 20
			t.Errorf("%d of 30 acks are known to be lost", lost)
		}
	})
}

func TestT08_ConnectionsAreNotShortenedAndContentIsNotLogged(t *testing.T) {
	s := newServer(t)
	b := s.start(echo)
	l := s.connected()
	l.deliver("E1", "slash_commands", slash("my salary"))
	l.ack()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queries) == 0 {
		t.Fatal("no connection was dialled")
	}
	for _, q := range s.queries {
		if strings.Contains(q, "debug_reconnects") {
			t.Errorf("dialled with %s", q)
		}
	}
	if strings.Contains(b.log.String(), "salary") {
		t.Errorf("the log holds what a person wrote:\n%s", b.log.String())
	}
}

func TestT13_ResponseURLIsPostedWithoutNullsAndMayAnswerBarely(t *testing.T) {
	b := newBench(t)
	b.api.on("secret-path", func(call) *http.Response { return status(http.StatusOK, "ok", http.Header{}) })
	if err := b.Slack().Respond(t.Context(), hook, *message("Thanks"), false); err != nil {
		t.Errorf("an answer without a content type counts as failed: %v", err)
	}
	for name, value := range b.api.made("secret-path")[0].body {
		if value == nil {
			t.Errorf("%s is null", name)
		}
		if name == "metadata" || name == "replace_original" {
			t.Errorf("%s is %v", name, value)
		}
	}
	_, _, err := b.slack.own.PostMessage("C1", slack.MsgOptionResponseURL(hook, slack.ResponseTypeEphemeral), slack.MsgOptionText("x", false))
	if err == nil {
		t.Error("slack-go takes such an answer by now: its own way may serve")
	}
}

func TestT17_WhatOpensConnectionsHoldsNoBotToken(t *testing.T) {
	b := newBench(t)
	sm := socketmode.New(b.opening(b.http), socketmode.OptionLog(log.New(io.Discard, "", 0)))
	if _, err := sm.AuthTest(); err != nil {
		t.Fatal(err)
	}
	if _, err := sm.OpenView("1.2.abc", slack.ModalViewRequest{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range slices.Concat(b.api.made("auth.test"), b.api.made("views.open")) {
		if strings.Contains(c.auth+c.form.Get("token"), "xoxb-") {
			t.Errorf("%s would be called by the socket's client with the bot token", c.method)
		}
	}
}

func TestT18_RedeliveryIsServedUnderTheSameKey(t *testing.T) {
	s := newServer(t)
	keys := make(chan string, 10)
	s.start(func(r *Router) {
		r.OnEvent("member_joined_channel", func(_ context.Context, w Who, _ json.RawMessage) (Reply, error) {
			keys <- w.Key
			return Reply{}, nil
		})
	})
	l := s.connected()
	payload := occurred(map[string]any{"type": "member_joined_channel", "user": testUser, "channel": "C1"})
	for _, d := range []struct { // Slack keeps the envelope's id or makes a new one, and counts or does not
		id      string
		attempt int
	}{{"E1", 0}, {"E1", 1}, {"E2", 1}, {"E3", 3}} {
		frame, err := json.Marshal(map[string]any{"envelope_id": d.id, "type": "events_api", "payload": payload, "retry_attempt": d.attempt, "retry_reason": "timeout"})
		if err != nil {
			t.Fatal(err)
		}
		l.send(string(frame))
		mustContain(t, l.ack(), d.id)
		if k := receive(t, keys, "the event"); k != "ev:Ev1" {
			t.Errorf("attempt %d in %s has the key %q", d.attempt, d.id, k)
		}
	}
}

func TestT18_EveryKindHasAKeyThatOutlivesItsEnvelope(t *testing.T) {
	for name, c := range map[string]struct {
		kind    string
		payload map[string]any
		key     string
	}{
		"command":  {"slash_commands", slash(""), "sl:1.2.abc"},
		"click":    {"interactive", clicked("press:r7", ""), "ba:T1:U1:press:r7:9.9"},
		"form":     {"interactive", submitted("edit", `""`, map[string]string{"name": "x"}), "vs:V1:h1"},
		"shortcut": {"interactive", with(map[string]any{"type": "shortcut", "callback_id": "s"}), "sc:1.2.abc"},
		"event":    {"events_api", occurred(map[string]any{"type": "joined"}), "ev:Ev1"},
	} {
		b := newBench(t)
		for range 2 { // each in an envelope of its own
			u, err := b.understand(b.envelope(c.kind, c.payload))
			if err != nil || u.who.Key != c.key {
				t.Errorf("%s has the key %q, want %q (%v)", name, u.who.Key, c.key, err)
			}
		}
	}
}

func TestT23_TokenInABodyStaysOutOfLogAndErrors(t *testing.T) {
	b := newBench(t)
	var sent string
	b.http.Transport = transport(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		sent = string(body)
		return nil, errors.Join(errors.New("read tcp: connection reset"), err)
	})
	_, err := b.Slack().Post(t.Context(), testTeam, "C1", *message("x"), PostOptions{})
	if !strings.Contains(sent, "token="+botText) {
		t.Fatalf("slack-go sends the token another way by now: %s", sent)
	}
	b.log.WriteString(err.Error())
	b.tell(t.Context(), turn{kind: click, who: Who{Team: testTeam, User: testUser, ResponseURL: hook}}, *message("x"))
	for _, secret := range []string{botText, "secret-path"} {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("%q is in the log: %s", secret, b.log.String())
		}
	}
}

func TestT24_ViewIsOpenedWhileItsTriggerLives(t *testing.T) {
	b := newBench(t)
	opened := 0
	b.api.on("views.open", func(c call) *http.Response {
		if opened++; c.body["trigger_id"] != "1.2.abc" {
			t.Errorf("opened by %v", c.body["trigger_id"])
		}
		if len(b.acks.sent) != 0 {
			t.Error("the view was opened behind the ack, where nothing bounds the wait")
		}
		return reply(`{"ok":false,"error":"expired_trigger_id"}`)
	})
	b.Router().OnCommand(func(ctx context.Context, w Who, _ string) (Reply, error) {
		_, err := b.Slack().Open(ctx, w.Team, w.Trigger, blocks.View{Title: "T"})
		var f slackFailure
		if !errors.As(err, &f) || f.Code() != "expired_trigger_id" || !f.Permanent() {
			t.Errorf("an expired trigger gives %v", err)
		}
		return Reply{}, err
	})
	payload, _ := b.send("slash_commands", slash(""))
	mustContain(t, payload, "Something went wrong")
	if opened != 1 {
		t.Errorf("a trigger serves once, it was tried %d times", opened)
	}
}

func TestT25_PostIsTriedOnce(t *testing.T) {
	for name, answer := range map[string]*http.Response{
		"cut connection": nil,
		"server error":   status(http.StatusBadGateway, "<html>", nil),
		"in words":       reply(`{"ok":false,"error":"internal_error"}`),
	} {
		b := newBench(t)
		b.api.on("chat.postMessage", func(call) *http.Response { return answer })
		_, err := b.Slack().Post(t.Context(), testTeam, "C1", *message("x"), PostOptions{})
		var f slackFailure
		if !errors.As(err, &f) || !f.Uncertain() {
			t.Errorf("%s: %v is not told to be uncertain", name, err)
		}
		if n := len(b.api.made("chat.postMessage")); n != 1 {
			t.Errorf("%s: posted %d times", name, n)
		}
	}
}
