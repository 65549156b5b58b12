package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"headway/sandbox/slack"
)

type object = map[string]any

// world is a running sandbox Slack and a client of its HTTP surfaces.
type world struct {
	*testing.T
	slack *slack.Server
	url   string
}

// quick are Slack's deadlines, short enough for a test to wait for.
func quick() slack.Timing {
	return slack.Timing{
		Ack: 250 * time.Millisecond, Trigger: 3 * time.Second, Ping: time.Second, Warning: 20 * time.Millisecond,
		Ticket: time.Minute, Hook: time.Minute,
		Redelivery: []time.Duration{0, time.Millisecond, time.Millisecond},
	}
}

func start(t *testing.T, timing slack.Timing) *world {
	t.Helper()
	front := httptest.NewUnstartedServer(nil)
	base := "http://" + front.Listener.Addr().String()
	s := slack.New(slack.Options{BaseURL: base, Timing: timing})
	front.Config.Handler = s.Handler()
	front.Start()
	t.Cleanup(front.Close)
	t.Cleanup(s.Close)
	return &world{T: t, slack: s, url: base}
}

// call calls a Web API method with the bot's token and a form.
func (w *world) call(method string, form ...string) object {
	w.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	return w.do(method, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
}

// callJSON calls a Web API method with a JSON body.
func (w *world) callJSON(method string, body any) object {
	w.Helper()
	return w.do(method, "application/json", bytes.NewReader(encode(w, body)))
}

func (w *world) do(method, contentType string, body io.Reader) object {
	w.Helper()
	_, out := w.request(method, contentType, w.slack.BotToken(), body)
	return out
}

func (w *world) request(method, contentType, token string, body io.Reader) (*http.Response, object) {
	w.Helper()
	r, err := http.NewRequest(http.MethodPost, w.url+"/api/"+method, body)
	w.must(err)
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "Bearer "+token)
	return w.send(r)
}

func (w *world) send(r *http.Request) (*http.Response, object) {
	w.Helper()
	resp, err := http.DefaultClient.Do(r)
	w.must(err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	w.must(err)
	out := object{}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		w.must(json.Unmarshal(raw, &out))
	}
	return resp, out
}

// control posts to the control surface and expects success.
func (w *world) control(verb string, body any) object {
	w.Helper()
	status, out := w.tryControl(verb, body)
	if status != http.StatusOK {
		w.Fatalf("POST /control/%s: %d %v", verb, status, out)
	}
	return out
}

func (w *world) tryControl(verb string, body any) (int, object) {
	w.Helper()
	r, err := http.NewRequest(http.MethodPost, w.url+"/control/"+verb, bytes.NewReader(encode(w, body)))
	w.must(err)
	resp, out := w.send(r)
	return resp.StatusCode, out
}

// look reads from the control surface.
func (w *world) look(path string) object {
	w.Helper()
	r, err := http.NewRequest(http.MethodGet, w.url+"/control/"+path, nil)
	w.must(err)
	_, out := w.send(r)
	return out
}

func (w *world) messages(query string) []object {
	w.Helper()
	return objects(w.look("messages?" + query)["messages"])
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) noViolations() {
	w.Helper()
	if v := w.slack.Violations(); len(v) > 0 {
		w.Errorf("violations: %+v", v)
	}
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func objects(v any) []object {
	items, _ := v.([]any)
	out := make([]object, len(items))
	for i, item := range items {
		out[i], _ = item.(object)
	}
	return out
}

// dig follows keys and indices into decoded JSON.
func dig(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			o, _ := v.(object)
			v = o[step]
		case int:
			items, _ := v.([]any)
			if step >= len(items) {
				return nil
			}
			v = items[step]
		}
	}
	return v
}

// bot is a Socket Mode client that speaks raw frames.
type bot struct {
	w      *world
	conn   *websocket.Conn
	frames chan object
	ended  chan error
}

func (w *world) ticket() string {
	w.Helper()
	_, out := w.request("apps.connections.open", "application/json", w.slack.AppToken(), nil)
	address, _ := out["url"].(string)
	if address == "" {
		w.Fatalf("apps.connections.open: %v", out)
	}
	return address
}

// connect opens a connection and reads its hello.
func (w *world) connect() *bot {
	w.Helper()
	b := w.dial()
	if hello := b.next(); hello["type"] != "hello" {
		w.Fatalf("first frame: %v", hello)
	}
	return b
}

func (w *world) dial() *bot {
	w.Helper()
	header := http.Header{"Origin": {"https://api.slack.com"}}
	conn, _, err := websocket.Dial(w.Context(), w.ticket(), &websocket.DialOptions{HTTPHeader: header})
	w.must(err)
	conn.SetReadLimit(1 << 20)
	w.Cleanup(func() { conn.CloseNow() })
	b := &bot{w: w, conn: conn, frames: make(chan object, 64), ended: make(chan error, 1)}
	go b.read()
	return b
}

func (b *bot) read() {
	for {
		_, raw, err := b.conn.Read(context.Background())
		if err != nil {
			b.ended <- err
			return
		}
		var frame object
		if json.Unmarshal(raw, &frame) == nil {
			b.frames <- frame
		}
	}
}

func (b *bot) next() object {
	b.w.Helper()
	select {
	case f := <-b.frames:
		return f
	case err := <-b.ended:
		b.ended <- err
		select {
		case f := <-b.frames: // came before the end
			return f
		default:
			b.w.Fatalf("connection ended: %v", err)
		}
	case <-time.After(5 * time.Second):
		b.w.Fatal("no frame in 5 s")
	}
	return nil
}

func (b *bot) send(frame any) {
	b.w.Helper()
	b.w.must(b.conn.Write(b.w.Context(), websocket.MessageText, encode(b.w, frame)))
}

func (b *bot) ack(frame object, payload any) {
	b.w.Helper()
	reply := object{"envelope_id": frame["envelope_id"]}
	if payload != nil {
		reply["payload"] = payload
	}
	b.send(reply)
}

// answers acks every envelope with what f returns, until the test ends.
func (b *bot) answers(f func(payload object) any) {
	go func() {
		for {
			select {
			case frame := <-b.frames:
				payload, _ := frame["payload"].(object)
				reply := object{"envelope_id": frame["envelope_id"]}
				if p := f(payload); p != nil {
					reply["payload"] = p
				}
				raw, err := json.Marshal(reply)
				if err != nil || b.conn.Write(context.Background(), websocket.MessageText, raw) != nil {
					return
				}
			case <-b.w.Context().Done():
				return
			}
		}
	}()
}

// eventually looks again until the condition is met, for ten seconds at most.
func (w *world) eventually(met func() bool) {
	w.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); !met(); <-tick.C {
		if time.Now().After(deadline) {
			w.Fatal("still not so after 10 s")
		}
	}
}
