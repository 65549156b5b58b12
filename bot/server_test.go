package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// server is a small Slack with real sockets. What it does with a connection is
// the test's script.
type server struct {
	*httptest.Server
	t       *testing.T
	opens   atomic.Int32
	refusal atomic.Value // string: the error of apps.connections.open
	links   chan *link
	greets  atomic.Bool  // says hello; else the test does what it likes
	latency atomic.Int64 // of apps.connections.open, nanoseconds
	mu      sync.Mutex
	queries []string
}

// link is one socket, seen from Slack.
type link struct {
	t    *testing.T
	conn *websocket.Conn
	acks chan string // raw frames from the bot
	gone chan struct{}
}

const patience = 30 * time.Second

func newServer(t *testing.T) *server {
	s := &server{t: t, links: make(chan *link, 100)}
	s.greets.Store(true)
	s.refusal.Store("")
	mux := http.NewServeMux()
	mux.HandleFunc("/api/auth.test", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"ok":true,"team":"Acme","team_id":"T1","user_id":"UB","bot_id":"B1"}`)
	})
	mux.HandleFunc("/api/apps.connections.open", s.open)
	mux.HandleFunc("/link/", s.link)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *server) open(w http.ResponseWriter, r *http.Request) {
	s.opens.Add(1)
	<-time.After(time.Duration(s.latency.Load()))
	if body, _ := io.ReadAll(r.Body); strings.Contains(string(body)+fmt.Sprint(r.Header), "xoxb-") {
		s.t.Error("T17: the bot token was sent to open a connection")
	}
	if code := s.refusal.Load().(string); code != "" {
		fmt.Fprintf(w, `{"ok":false,"error":%q}`, code)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+appText {
		fmt.Fprint(w, `{"ok":false,"error":"not_authed"}`)
		return
	}
	fmt.Fprintf(w, `{"ok":true,"url":%q}`, "ws"+strings.TrimPrefix(s.URL, "http")+"/link/?ticket=t")
}

func (s *server) link(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.queries = append(s.queries, r.URL.RawQuery)
	s.mu.Unlock()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	l := &link{t: s.t, conn: conn, acks: make(chan string, 200), gone: make(chan struct{})}
	if s.greets.Load() {
		l.send(`{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}`)
	}
	s.links <- l
	l.read()
}

func (l *link) read() {
	defer close(l.gone)
	for {
		_, data, err := l.conn.Read(context.Background())
		if err != nil {
			_ = l.conn.CloseNow()
			return
		}
		l.acks <- string(data)
	}
}

// send writes one frame; a connection that is gone takes none.
func (l *link) send(frame string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = l.conn.Write(ctx, websocket.MessageText, []byte(frame))
}

func (l *link) deliver(id, kind string, payload map[string]any) {
	data, err := json.Marshal(map[string]any{"envelope_id": id, "type": kind, "payload": payload})
	if err != nil {
		l.t.Error(err)
	}
	l.send(string(data))
}

// ack waits for a frame from the bot.
func (l *link) ack() string {
	l.t.Helper()
	return receive(l.t, l.acks, "an ack")
}

func (s *server) connected() *link {
	s.t.Helper()
	return receive(s.t, s.links, "a connection")
}

func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s within %v", what, patience)
		panic("unreachable")
	}
}

// running is a Bot that runs against a server until the test ends.
type running struct {
	*Bot
	log  *syncBuffer
	stop context.CancelFunc
	end  chan error
}

func (s *server) start(register func(*Router)) *running {
	s.t.Helper()
	return s.startPrepared(func(b *Bot) {
		if register != nil {
			register(b.Router())
		}
	})
}

func (s *server) startPrepared(prepare func(*Bot)) *running {
	s.t.Helper()
	log := &syncBuffer{}
	b, err := New(Options{AppToken: appText, BotToken: botText, APIURL: s.URL + "/api/", Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		s.t.Fatal(err)
	}
	prepare(b)
	ctx, stop := context.WithCancel(context.Background())
	r := &running{Bot: b, log: log, stop: stop, end: make(chan error, 1)}
	done := make(chan struct{})
	go func() { defer close(done); r.end <- b.Run(ctx) }()
	s.t.Cleanup(func() { stop(); receive(s.t, done, "end of Run") })
	return r
}
