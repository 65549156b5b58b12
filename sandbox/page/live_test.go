package page_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestThePageGoesOnWhenTheSandboxIsStartedAgain ends the server under the page
// and starts another one at the same address.
func TestThePageGoesOnWhenTheSandboxIsStartedAgain(t *testing.T) {
	w := newWorkspace(t)
	front := &swap{next: w.routes()}
	server := httptest.NewServer(front)
	t.Cleanup(server.Close)
	b := open(t, server.URL+"/?user=U01MIRA&channel=C03GEN")
	b.complaintsExpected()
	b.has(".composer")
	front.set(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { http.Error(rw, "gone", http.StatusServiceUnavailable) }))
	server.CloseClientConnections()
	b.has(".offline")
	b.tabTo(".composer textarea")
	b.press("Are you there?", kb.Enter)
	b.until("a toast tells it", `document.querySelector(".toasts").innerText.includes("does not answer")`)
	b.until("what was typed is kept", `document.querySelector(".composer textarea").value === "Are you there?"`)

	again := newWorkspace(t)
	again.Messages["C03GEN"] = []object{{"channel": "C03GEN", "ts": "1795511100.000200", "user": "U03ADA", "text": "Back again"}}
	front.set(again.routes())
	b.shows("Back again")
	b.hasNo(".offline")
}

func TestTheDeletedMessageGoesAwayByItself(t *testing.T) {
	line := startSandbox(t)
	b := open(t, line.PageURL+"?user=U01MIRA&channel=C01PAY")
	b.has(".composer")
	app := &bot{t: t, line: line}
	posted := app.call("chat.postMessage", line.BotToken, object{"channel": "C01PAY", "text": "Soon gone"})
	b.shows("Soon gone")
	app.call("chat.update", line.BotToken, object{"channel": "C01PAY", "ts": posted["ts"], "text": "Changed once"})
	b.shows("Changed once")
	b.shows("(edited)")
	app.call("chat.delete", line.BotToken, object{"channel": "C01PAY", "ts": posted["ts"]})
	b.until("it is gone", `!document.body.innerText.includes("Changed once")`)
}

// swap hands requests to a handler that can be exchanged while it serves.
type swap struct {
	mu   sync.Mutex
	next http.Handler
}

func (s *swap) set(next http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = next
}

func (s *swap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	next := s.next
	s.mu.Unlock()
	next.ServeHTTP(w, r)
}
