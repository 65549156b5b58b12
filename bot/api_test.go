package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// api stands in for Slack's Web API, in memory, so that tests can run in a
// bubble of virtual time.
type api struct {
	mu      sync.Mutex
	calls   []call
	answers map[string]func(call) *http.Response
}

// call is one request: form values, or the JSON body.
type call struct {
	method string // the last part of the path
	auth   string
	form   url.Values
	body   map[string]any
}

func (a *api) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	raw, _ := io.ReadAll(req.Body)
	c := call{method: req.URL.Path[strings.LastIndex(req.URL.Path, "/")+1:], auth: req.Header.Get("Authorization")}
	if strings.HasPrefix(req.Header.Get("Content-Type"), "application/json") {
		_ = json.Unmarshal(raw, &c.body)
	} else {
		c.form, _ = url.ParseQuery(string(raw))
	}
	a.mu.Lock()
	a.calls = append(a.calls, c)
	answer := a.answers[c.method]
	a.mu.Unlock()
	if answer == nil {
		return reply(`{"ok":true,"ts":"1.000001","channel":"D1"}`), nil
	}
	resp := answer(c)
	if resp == nil {
		return nil, io.ErrUnexpectedEOF
	}
	return resp, nil
}

func (a *api) on(method string, answer func(call) *http.Response) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[method] = answer
}

// says lets method always answer body.
func (a *api) says(method, body string) {
	a.on(method, func(call) *http.Response { return reply(body) })
}

// made are the calls of method so far.
func (a *api) made(method string) []call {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []call
	for _, c := range a.calls {
		if c.method == method {
			out = append(out, c)
		}
	}
	return out
}

func reply(body string) *http.Response { return status(http.StatusOK, body, nil) }

func status(code int, body string, h http.Header) *http.Response {
	if h == nil {
		h = http.Header{"Content-Type": {"application/json"}}
	}
	return &http.Response{StatusCode: code, Status: fmt.Sprint(code), Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// acks collects what was acked.
type acks struct {
	mu   sync.Mutex
	sent map[string]string // envelope id to payload, "null" for none
	held chan struct{}     // when set, AckCtx blocks as on a dead connection
}

func (a *acks) AckCtx(ctx context.Context, id string, payload any) error {
	if a.held != nil {
		select {
		case <-a.held:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	data, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent[id] = string(data)
	return nil
}

// of is the payload acked for id; ok is false when there was no ack.
func (a *acks) of(id string) (payload string, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	payload, ok = a.sent[id]
	return payload, ok
}

// bench is a Bot beside an API in memory, with nothing connected: envelopes are
// put in by hand.
type bench struct {
	*Bot
	t    testing.TB
	api  *api
	acks *acks
	log  *syncBuffer
}

const (
	testApp  = "A1"
	testTeam = "T1"
	testUser = "U1"
	appText  = "xapp-1-app-text"
	botText  = "xoxb-1-bot-text"
	hook     = "http://127.0.0.1:1/hook/secret-path"
)

func newBench(t testing.TB) *bench {
	t.Helper()
	log := &syncBuffer{}
	b, err := New(Options{AppToken: appText, BotToken: botText, APIURL: "http://127.0.0.1:1/api/", Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	a := &api{answers: map[string]func(call) *http.Response{}}
	a.says("conversations.open", `{"ok":true,"channel":{"id":"D1"}}`)
	b.http.Transport = a
	b.slack.know(Identity{Team: testTeam, BotUser: "UB"})
	b.slack.knowApp(testApp)
	return &bench{Bot: b, t: t, api: a, acks: &acks{sent: map[string]string{}}, log: log}
}

// syncBuffer is a log that several goroutines write.
type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.String()
}

// send serves one envelope to its end and returns what was acked.
func (b *bench) send(kind string, payload map[string]any) (string, bool) {
	b.t.Helper()
	e := b.envelope(kind, payload)
	b.take(b.t.Context(), e)
	if err := b.Idle(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	return b.acks.of(e.id)
}

func (b *bench) envelope(kind string, payload map[string]any) envelope {
	b.t.Helper()
	data, err := json.Marshal(payload)
	if err != nil {
		b.t.Fatal(err)
	}
	return envelope{conn: b.acks, id: "E" + reference(), kind: kind, payload: data, received: time.Now()}
}

// with are the fields that every interaction has, and more.
func with(fields map[string]any) map[string]any {
	all := map[string]any{
		"api_app_id": testApp, "trigger_id": "1.2.abc",
		"team": map[string]any{"id": testTeam},
		"user": map[string]any{"id": testUser, "name": "ada", "team_id": testTeam},
	}
	for k, v := range fields {
		all[k] = v
	}
	return all
}

func slash(text string) map[string]any {
	return map[string]any{
		"api_app_id": testApp, "team_id": testTeam, "user_id": testUser, "channel_id": "C1", "command": "/headway",
		"text": text, "trigger_id": "1.2.abc", "response_url": hook, "is_enterprise_install": "false",
	}
}

func clicked(actionID, value string) map[string]any {
	return with(map[string]any{
		"type": "block_actions", "response_url": hook,
		"channel": map[string]any{"id": "C1"}, "message": map[string]any{"ts": "1700.1"},
		"container": map[string]any{"type": "message", "message_ts": "1700.1", "channel_id": "C1"},
		"actions":   []any{map[string]any{"type": "button", "action_id": actionID, "block_id": "b", "value": value, "action_ts": "9.9"}},
	})
}

func submitted(form, carried string, values map[string]string) map[string]any {
	state, inputs := map[string]any{}, []any{}
	for _, field := range names(values) {
		state[field] = map[string]any{"e": map[string]any{"type": "plain_text_input", "value": values[field]}}
		inputs = append(inputs, map[string]any{"type": "input", "block_id": field})
	}
	return with(map[string]any{
		"type": "view_submission",
		"view": map[string]any{
			"id": "V1", "hash": "h1", "callback_id": form, "private_metadata": carried, "team_id": testTeam,
			"title": map[string]any{"text": "A form"}, "blocks": inputs, "state": map[string]any{"values": state},
		},
	})
}

func occurred(inner map[string]any) map[string]any {
	return map[string]any{"type": "event_callback", "api_app_id": testApp, "team_id": testTeam, "event_id": "Ev1", "event": inner}
}
