package slack

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// mountControl adds the verbs through which people, tests and the browser page
// act. docs/sandbox.md shows each with an example.
func (s *Server) mountControl(mux *http.ServeMux) {
	mux.HandleFunc("POST /control/slash", verb(s, s.slash))
	mux.HandleFunc("POST /control/click", verb(s, s.click))
	mux.HandleFunc("POST /control/submit", verb(s, s.submit))
	mux.HandleFunc("POST /control/close", verb(s, s.closeView))
	mux.HandleFunc("POST /control/home", verb(s, s.openHome))
	mux.HandleFunc("POST /control/shortcut", verb(s, s.runShortcut))
	mux.HandleFunc("POST /control/suggest", verb(s, s.suggest))
	mux.HandleFunc("POST /control/say", verb(s, s.say))
	mux.HandleFunc("POST /control/disconnect", verb(s, s.disconnectAll))
	mux.HandleFunc("POST /control/rate-limit", verb(s, s.planRateLimit))
	mux.HandleFunc("POST /control/fault", verb(s, s.planFault))

	mux.HandleFunc("GET /control/messages", s.listMessages)
	mux.HandleFunc("GET /control/modal", query(s, showModals))
	mux.HandleFunc("GET /control/home", query(s, showHome))
	mux.HandleFunc("GET /control/teams", s.listTeams)
	mux.HandleFunc("GET /control/users", query(s, listUsers))
	mux.HandleFunc("GET /control/channels", query(s, listChannels))
	mux.HandleFunc("GET /control/state", query(s, showState))
	mux.HandleFunc("GET /control/events", s.streamEvents)
	mux.HandleFunc("GET /control/violations", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, object{"violations": s.Violations()})
	})
	mux.HandleFunc("GET /control/refusals", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, object{"refusals": s.Refusals()})
	})
	mux.HandleFunc("/control/", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusNotFound, &badRequest{Code: "unknown_verb", Message: "There is no " + r.Method + " " + r.URL.Path + "; docs/sandbox.md lists all."})
	})
}

// verb decodes a JSON body, finds the team and answers with JSON.
func verb[T any](s *Server, run func(*workspace, T) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var raw json.RawMessage
		var scope struct {
			Team string `json:"team"`
		}
		var q T
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&raw)
		if err == nil {
			err = errors.Join(json.Unmarshal(raw, &scope), json.Unmarshal(raw, &q))
		}
		if err != nil {
			answerControl(w, nil, reject("invalid_json", "Send one JSON object as the body: %v.", err))
			return
		}
		ws, ok := s.team(scope.Team)
		if !ok {
			answerControl(w, nil, reject("team_not_found", "There is no team %q.", scope.Team))
			return
		}
		out, err := run(ws, q)
		answerControl(w, out, err)
	}
}

// query answers a read, with the workspace locked.
func query(s *Server, read func(*workspace, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ws, ok := s.team(r.FormValue("team"))
		if !ok {
			answerControl(w, nil, reject("team_not_found", "There is no team %q.", r.FormValue("team")))
			return
		}
		ws.mu.Lock()
		out, err := read(ws, r)
		ws.mu.Unlock() // a reader that stalls must not hold the workspace
		answerControl(w, out, err)
	}
}

func answerControl(w http.ResponseWriter, out any, err error) {
	var bad *badRequest
	switch {
	case errors.As(err, &bad):
		writeJSON(w, http.StatusBadRequest, bad)
	case err != nil:
		writeJSON(w, http.StatusInternalServerError, object{"error": "internal", "message": err.Error()})
	default:
		writeJSON(w, http.StatusOK, out)
	}
}

// listMessages answers at once, or waits up to wait_ms for a first message.
func (s *Server) listMessages(w http.ResponseWriter, r *http.Request) {
	wait, err := strconv.Atoi(cmp.Or(r.FormValue("wait_ms"), "0"))
	ws, ok := s.team(r.FormValue("team"))
	if err != nil || !ok {
		answerControl(w, nil, reject("invalid_arguments", "wait_ms is a number of milliseconds; team an id."))
		return
	}
	over := time.NewTimer(time.Duration(wait) * time.Millisecond)
	defer over.Stop()
	for {
		changed := s.feed.next()
		found, err := ws.messages(r.FormValue("channel"), r.FormValue("user"), r.FormValue("after"))
		if err != nil || len(found) > 0 || wait == 0 {
			answerControl(w, object{"messages": found}, err)
			return
		}
		select {
		case <-changed:
		case <-over.C:
			answerControl(w, object{"messages": found}, nil)
			return
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// messages lists what was posted or edited after a ts, in ts order. Empty
// arguments mean any channel, any reader, from the start.
func (ws *workspace) messages(channelID, userID, after string) (list, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	in := ws.channels
	if channelID != "" {
		c := ws.conversationOf(channelID)
		if c == nil {
			return nil, reject("channel_not_found", "There is no channel %q; GET /control/channels lists them.", channelID)
		}
		in = []*channel{c}
	}
	if userID != "" {
		if _, err := ws.person(userID); err != nil {
			return nil, err
		}
	}
	var found []*message
	for _, c := range in {
		for _, m := range c.Messages {
			if m.changedAfter(after) && (userID == "" || m.visibleTo(c, userID)) {
				found = append(found, m)
			}
		}
	}
	slices.SortFunc(found, func(a, b *message) int { return cmp.Compare(a.TS, b.TS) })
	out := list{}
	for _, m := range found {
		out = append(out, ws.asControl(m))
	}
	return out, nil
}

func (s *Server) disconnectAll(_ *workspace, q struct {
	Reason string `json:"reason"`
}) (any, error) {
	reason := cmp.Or(q.Reason, "refresh_requested")
	if !slices.Contains([]string{"warning", "refresh_requested", "link_disabled", "too_many_websockets"}, reason) {
		return nil, reject("invalid_reason", "reason is warning, refresh_requested, link_disabled or too_many_websockets.")
	}
	return object{"disconnected": s.Disconnect(reason)}, nil
}

type rateLimitRequest struct {
	Method     string  `json:"method"`
	Times      int     `json:"times"`
	RetryAfter float64 `json:"retry_after"`
}

func (s *Server) planRateLimit(_ *workspace, q rateLimitRequest) (any, error) {
	if q.RetryAfter <= 0 || q.Times <= 0 {
		return nil, reject("invalid_arguments", "Give times and retry_after, both above 0; method is optional.")
	}
	method := cmp.Or(q.Method, "*")
	if _, known := s.methods[method]; !known && method != "*" && method != "apps.connections.open" {
		return nil, reject("unknown_method", "There is no method %q.", method)
	}
	s.limits.plan(method, q.Times, time.Duration(q.RetryAfter*float64(time.Second)))
	return object{"ok": true}, nil
}

func (s *Server) planFault(_ *workspace, f Fault) (any, error) {
	if err := s.Fault(f); err != nil {
		return nil, err
	}
	return object{"ok": true}, nil
}
