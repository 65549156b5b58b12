package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"headway/models"
	"headway/sandbox"
	"headway/sandbox/history"
	"headway/secret"
)

// forger stands between the bot and the sandbox's Slack and sends the bot
// whatever envelope a test makes up: clicks on forwarded buttons, forms that
// were never opened, from anyone. Calls of the Web API pass through.
type forger struct {
	t    *testing.T
	app  *app
	cfg  Config
	url  string
	sent int
	from string // the workspace that envelopes name; that of the person without one

	events int // made up so far

	mu     sync.Mutex
	conn   *websocket.Conn
	acks   map[string]chan json.RawMessage
	said   map[string]string // what came to a response URL, by its id
	called strings.Builder   // all that the bot showed by Slack's Web API
	shared map[string]bool   // channels that Slack says another company reads
}

// startForged runs the demo's bot, set up and before its first round, with all
// its envelopes made by the test.
func startForged(t *testing.T) (*forger, *demo) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	log := slog.New(slog.DiscardHandler)
	today := history.Anchor(time.Now(), demoZone)
	clock, site := startAt(dayBefore(today)), history.Demo(today)
	world, err := sandbox.Start(ctx, sandbox.Options{Addr: "127.0.0.1:0", JiraAddr: "127.0.0.1:0", Now: clock.Now, History: site, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	line := world.Line()
	f := &forger{t: t, acks: map[string]chan json.RawMessage{}, said: map[string]string{}, shared: map[string]bool{}}
	server := httptest.NewServer(f.handler(ctx, line.SlackAPIURL))
	f.url = server.URL
	f.cfg = Config{AppToken: secret.Secret(line.AppToken), ClientID: line.ClientID, ClientSecret: secret.Secret(line.ClientSecret), BotToken: secret.Secret(line.BotToken), DatabaseURL: secret.Secret(filepath.Join(t.TempDir(), "headway.db")),
		Command: "/headway", SlackURL: server.URL + "/api/", JiraURL: line.JiraURL}
	if f.app, err = newApp(ctx, f.cfg, clock.Now, log); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- f.app.bot.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the bot ended with %v", err)
		}
		server.CloseClientConnections()
		server.Close()
		_ = world.Close(context.Background())
		_ = f.app.store.Close()
	})
	if err := f.app.bot.Connected(ctx); err != nil {
		t.Fatal(err)
	}
	return f, &demo{app: f.app, clock: clock, world: world, site: site, ticks: f.app.ticks}
}

func (f *forger) handler(ctx context.Context, slack string) http.Handler {
	target, err := url.Parse(strings.TrimSuffix(slack, "/api/"))
	if err != nil {
		f.t.Fatal(err)
	}
	mux := http.NewServeMux()
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if channel := f.overhear(r); channel != "" {
			fmt.Fprintf(w, `{"ok":true,"channel":{"id":%q,"name":"shared","is_channel":true,"is_member":true,"is_ext_shared":true,"num_members":9}}`, channel)
			return
		}
		proxy.ServeHTTP(w, r)
	})
	mux.HandleFunc("/api/apps.connections.open", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"url":"ws%s/link"}`, strings.TrimPrefix(f.url, "http"))
	})
	mux.HandleFunc("/link", func(w http.ResponseWriter, r *http.Request) { f.serve(ctx, w, r) })
	mux.HandleFunc("/said/{id}", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.said[r.PathValue("id")] += string(body)
		fmt.Fprint(w, `{"ok":true}`)
	})
	return mux
}

// overhear notes what the bot shows in Slack, and names the channel of a call that
// asks about a shared one.
func (f *forger) overhear(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return ""
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, err := url.ParseQuery(string(body))
	f.mu.Lock()
	defer f.mu.Unlock()
	if shows(r.URL.Path) {
		if err != nil || strings.HasPrefix(string(body), "{") {
			f.called.Write(body)
		}
		for _, values := range form {
			f.called.WriteString(strings.Join(values, "\n") + "\n")
		}
	}
	if channel := form.Get("channel"); r.URL.Path == "/api/conversations.info" && f.shared[channel] {
		return channel
	}
	return ""
}

// shows says whether a call of the Web API shows something to people.
func shows(path string) bool {
	return slices.ContainsFunc([]string{"chat.", "views.", "files."}, func(family string) bool {
		return strings.HasPrefix(path, "/api/"+family)
	})
}

// overheard is all that the bot has shown by Slack's Web API since it was asked
// last.
func (f *forger) overheard() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.called.Reset()
	return f.called.String()
}

// share tells that another company reads a channel from now on.
func (f *forger) share(channel string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shared[channel] = true
}

// serve keeps one socket of the bot: pings it and hands its acks on.
func (f *forger) serve(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	hello := `{"type":"hello","num_connections":1,"connection_info":{"app_id":"A0HEADWAY1"},"debug_info":{"host":"forged","approximate_connection_time":18060}}`
	if conn.Write(ctx, websocket.MessageText, []byte(hello)) != nil {
		return
	}
	f.mu.Lock()
	f.conn = conn
	f.mu.Unlock()
	go keepAlive(ctx, conn)
	for {
		var ack struct {
			EnvelopeID string `json:"envelope_id"`
			Payload    json.RawMessage
		}
		if wsjson.Read(ctx, conn, &ack) != nil {
			return
		}
		f.mu.Lock()
		if waits := f.acks[ack.EnvelopeID]; waits != nil {
			waits <- ack.Payload
		}
		f.mu.Unlock()
	}
}

// keepAlive pings the bot as Slack does, until the connection ends.
func keepAlive(ctx context.Context, conn *websocket.Conn) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if conn.Ping(ctx) != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// forge sends a payload and returns all the words that came back: in the ack
// and behind it.
func (f *forger) forge(kind string, payload map[string]any) string {
	f.t.Helper()
	f.sent++
	id := fmt.Sprint(f.sent)
	payload["api_app_id"], payload["trigger_id"], payload["response_url"] = "A0HEADWAY1", "1794903900000."+id+".forged", f.url+"/said/"+id
	ack := make(chan json.RawMessage, 1)
	f.mu.Lock()
	f.acks[id] = ack
	err := wsjson.Write(f.t.Context(), f.conn, map[string]any{"envelope_id": id, "type": kind, "accepts_response_payload": true, "payload": payload})
	f.mu.Unlock()
	if err != nil {
		f.t.Fatal(err)
	}
	var words string
	select {
	case raw := <-ack:
		words = string(raw)
	case <-time.After(3 * time.Second):
		f.t.Fatalf("%s %v was not acked", kind, payload)
	}
	if err := f.app.bot.Idle(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return words + f.said[id]
}

const acmeID, otherID = "T0HEADWAY1", "T0OTHER01"

func homeOf(user string) string {
	if user == sten {
		return otherID
	}
	return acmeID
}

// homes are the workspace that an envelope of the person names and their own.
func (f *forger) homes(user string) (installed, own string) {
	if f.from != "" {
		return f.from, f.from
	}
	return acmeID, homeOf(user)
}

func (f *forger) command(user, channel, text string) string {
	f.t.Helper()
	_, own := f.homes(user)
	return f.forge("slash_commands", map[string]any{"command": "/headway", "text": text, "user_id": user, "team_id": own, "channel_id": channel})
}

func (f *forger) interaction(user, kind string, more map[string]any) string {
	f.t.Helper()
	installed, own := f.homes(user)
	payload := map[string]any{"type": kind, "team": map[string]any{"id": installed}, "user": map[string]any{"id": user, "team_id": own}}
	for k, v := range more {
		payload[k] = v
	}
	return f.forge("interactive", payload)
}

// click is one on a button with the action id, in a message of a channel.
func (f *forger) click(user, channel, actionID, value string) string {
	f.t.Helper()
	return f.interaction(user, "block_actions", map[string]any{
		"channel": map[string]any{"id": channel},
		"view":    map[string]any{"id": "", "private_metadata": "{}"},
		"actions": []any{map[string]any{"type": "button", "action_id": actionID, "block_id": "b", "value": value, "action_ts": fmt.Sprintf("%d.%06d", time.Now().Unix(), f.sent)}}})
}

// submit is one of a form that carries the context and has the values entered.
func (f *forger) submit(user, form, carried string, values map[string]any) string {
	f.t.Helper()
	installed, _ := f.homes(user)
	return f.interaction(user, "view_submission", map[string]any{"view": map[string]any{
		"id": fmt.Sprintf("V%d", f.sent), "hash": fmt.Sprint(f.sent), "type": "modal", "callback_id": form, "private_metadata": carried, "team_id": installed,
		"state": map[string]any{"values": values}, "blocks": []any{map[string]any{"type": "input", "block_id": "any"}}}})
}

// options is typing into a select whose choices the bot gives.
func (f *forger) options(user, actionID, typed string) string {
	f.t.Helper()
	return f.interaction(user, "block_suggestion", map[string]any{"action_id": actionID, "block_id": "b", "value": typed})
}

// event is what Slack tells of the workspace itself; id names it on every
// delivery.
func (f *forger) event(id string, at time.Time, inner map[string]any) {
	f.t.Helper()
	team := f.from
	if team == "" {
		team = acmeID
	}
	f.forge("events_api", map[string]any{"type": "event_callback", "team_id": team, "event_id": id, "event_time": at.Unix(), "event": inner,
		"authorizations": []any{map[string]any{"team_id": team, "user_id": "U0HEADWAY", "is_bot": true}}})
}

// team is what the bot stores of the workspace.
func (f *forger) team() models.Team { return f.app.store.Team(acmeID) }
