package page_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"headway/sandbox/page"
)

type object = map[string]any

// workspace stands in for the sandbox: it serves the page and answers the
// control surface from a fixture, with a bot of a few fixed habits.
type workspace struct {
	URL string

	mu       sync.Mutex
	World    object              `json:"world"`
	Messages map[string][]object `json:"messages"`
	Modal    object              `json:"modal"`
	Home     object              `json:"home"`
	views    []object
	t        *testing.T
	posted   int
	// elsewhere are further workspaces; the fixture's people and channels stand
	// in each of them.
	elsewhere []any
	calls     map[string]chan object
	watchers  map[chan object]struct{}
	ended     chan struct{}
}

// newestInFixture is above the ts of every message there, in Unix seconds.
const newestInFixture = 1795511200

func newWorkspace(t *testing.T) *workspace {
	t.Helper()
	raw, err := os.ReadFile("testdata/workspace.json")
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{t: t, calls: map[string]chan object{}, watchers: map[chan object]struct{}{}, ended: make(chan struct{})}
	if err := json.Unmarshal(raw, w); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.routes())
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(w.ended) })
	w.URL = server.URL
	return w
}

func (w *workspace) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", page.Handler())
	mux.HandleFunc("GET /control/events", w.serveEvents)
	w.get(mux, "teams", func(*http.Request) any { return object{"teams": append([]any{w.World["team"]}, w.elsewhere...)} })
	w.get(mux, "users", func(*http.Request) any { return object{"users": w.World["users"]} })
	w.get(mux, "state", func(r *http.Request) any { return w.stateFor(r.FormValue("user"), r.FormValue("team")) })
	w.get(mux, "messages", func(r *http.Request) any { return object{"messages": w.messagesFor(r)} })
	w.get(mux, "modal", func(*http.Request) any { return object{"views": w.views} })
	w.get(mux, "home", func(*http.Request) any { return object{"view": w.Home} })
	w.post(mux, "home", func(object) any { return acked(nil) })
	w.post(mux, "say", w.say)
	w.post(mux, "slash", w.slash)
	w.post(mux, "click", w.click)
	w.post(mux, "suggest", w.suggest)
	w.post(mux, "submit", w.submit)
	w.post(mux, "close", w.closeView)
	w.post(mux, "shortcut", func(object) any { w.openModal(); return acked(nil) })
	w.post(mux, "clock", w.moveClock)
	return mux
}

func (w *workspace) get(mux *http.ServeMux, path string, answer func(*http.Request) any) {
	mux.HandleFunc("GET /control/"+path, func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		writeJSON(rw, answer(r))
	})
}

func (w *workspace) post(mux *http.ServeMux, path string, answer func(object) any) {
	calls := make(chan object, 64)
	w.calls[path] = calls
	mux.HandleFunc("POST /control/"+path, func(rw http.ResponseWriter, r *http.Request) {
		var body object
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		calls <- body
		writeJSON(rw, answer(body))
	})
}

func writeJSON(rw http.ResponseWriter, v any) {
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(v)
}

func acked(payload any) object { return object{"acked": true, "payload": payload, "ms": 12} }

// next returns the body of the next call of a verb, and waits for it.
func (w *workspace) next(verb string) object {
	w.t.Helper()
	select {
	case body := <-w.calls[verb]:
		return body
	case <-time.After(time.Minute):
		w.t.Fatalf("%s was never called", verb)
		return nil
	}
}

// never fails when a verb was called.
func (w *workspace) never(verb string) {
	w.t.Helper()
	if len(w.calls[verb]) > 0 {
		w.t.Fatalf("%s was called: %v", verb, <-w.calls[verb])
	}
}

func (w *workspace) stateFor(user, team string) object {
	state := maps.Clone(w.World)
	state["me"] = user
	for _, other := range w.elsewhere {
		if other.(object)["id"] == team {
			state["team"] = other
		}
	}
	channels := slices.Clone(w.World["channels"].([]any))
	state["channels"] = append(channels, object{"id": dmOf(user), "name": "headway", "kind": "im", "user": "U0HEADWAY", "members": []string{user}})
	return state
}

func dmOf(user string) string { return "D" + user[1:] }

func (w *workspace) messagesFor(r *http.Request) []object {
	visible := []object{}
	for _, m := range w.Messages[r.FormValue("channel")] {
		if m["ts"].(string) <= r.FormValue("after") {
			continue
		}
		if to, private := m["ephemeral_to"]; !private || to == r.FormValue("user") {
			visible = append(visible, m)
		}
	}
	return visible
}

func (w *workspace) publish(m object) {
	channel := m["channel"].(string)
	now, _ := time.Parse(time.RFC3339, w.World["now"].(string))
	w.posted++
	m["ts"] = fmt.Sprintf("%d.%06d", max(now.Unix(), newestInFixture), 1000+w.posted)
	w.Messages[channel] = append(w.Messages[channel], m)
	w.changed(object{"kind": "message", "channel": channel, "ts": m["ts"]})
}

func (w *workspace) say(body object) any {
	w.publish(body)
	return object{"ok": true}
}

func (w *workspace) slash(object) any {
	w.openModal()
	return acked(nil)
}

func (w *workspace) openModal() {
	w.views = []object{maps.Clone(w.Modal)}
	w.changed(object{"kind": "modal"})
}

func (w *workspace) click(body object) any {
	if channel, ok := body["channel"].(string); ok {
		w.publish(object{"channel": channel, "user": "U0HEADWAY", "bot_id": "B0HEADWAY1", "text": "Thanks, on track."})
	}
	return acked(nil)
}

func (w *workspace) suggest(body object) any {
	text := object{"type": "plain_text", "text": fmt.Sprintf("PAY-812 %v", body["value"])}
	return acked(object{"options": []object{{"text": text, "value": "10812"}}})
}

// submit refuses the site of another company, as the bot does in its ack.
func (w *workspace) submit(body object) any {
	values := body["values"].(object)
	site := values["site"].(object)["value"].(object)["value"]
	if site != "https://acme.atlassian.net" {
		errors := object{"site": "This site is not known. It looks like https://name.atlassian.net."}
		w.views[0]["errors"] = errors
		w.changed(object{"kind": "modal"})
		return acked(object{"response_action": "errors", "errors": errors})
	}
	w.views = nil
	w.changed(object{"kind": "modal"})
	return acked(nil)
}

func (w *workspace) closeView(object) any {
	w.views = nil
	w.changed(object{"kind": "modal"})
	return acked(nil)
}

func (w *workspace) moveClock(object) any {
	now, _ := time.Parse(time.RFC3339, w.World["now"].(string))
	w.World["now"] = now.Add(time.Hour).Format(time.RFC3339)
	w.changed(object{"kind": "clock", "now": w.World["now"]})
	return object{"now": w.World["now"]}
}

// tell sends a notice to everyone who looks at the page.
func (w *workspace) tell(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed(object{"kind": "notice", "text": text})
}

func (w *workspace) changed(change object) {
	for watcher := range w.watchers {
		watcher <- change
	}
}

func (w *workspace) serveEvents(rw http.ResponseWriter, r *http.Request) {
	changes := make(chan object, 64)
	w.mu.Lock()
	w.watchers[changes] = struct{}{}
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.watchers, changes)
	}()
	rw.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(rw, ": hello\n\n")
	flusher := rw.(http.Flusher)
	for {
		flusher.Flush()
		select {
		case change := <-changes:
			data, _ := json.Marshal(change)
			fmt.Fprintf(rw, "event: change\ndata: %s\n\n", data)
		case <-r.Context().Done():
			return
		case <-w.ended:
			return
		}
	}
}
