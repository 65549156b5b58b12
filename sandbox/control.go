package sandbox

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"headway/sandbox/slack"
)

// mountControl adds the verbs that concern more than Slack; the others are
// served by the Slack side.
func (s *Sandbox) mountControl(mux *http.ServeMux) {
	mux.HandleFunc("POST /control/clock", s.moveClock)
	mux.HandleFunc("POST /control/fault", s.throwFault)
}

type clockRequest struct {
	Advance string `json:"advance"` // "1h", "24h", "next_monday"
	Set     string `json:"set"`     // RFC 3339
}

// moveClock reads the clock, or moves it forward and answers when that is done.
func (s *Sandbox) moveClock(w http.ResponseWriter, r *http.Request) {
	var q clockRequest
	if err := decode(w, r, &q); err != nil {
		refuse(w, "invalid_json", err.Error())
		return
	}
	if q != (clockRequest{}) {
		err := s.clock.move(r.Context(), func(now time.Time) (time.Time, error) { return s.target(q, now) })
		if err != nil {
			refuse(w, "invalid_clock", err.Error())
			return
		}
		s.slack.ClockMoved(s.clock.now())
	}
	answer(w, http.StatusOK, map[string]string{"now": s.clock.now().Format(time.RFC3339)})
}

func (s *Sandbox) target(q clockRequest, now time.Time) (time.Time, error) {
	switch {
	case q.Set != "":
		return time.Parse(time.RFC3339, q.Set)
	case q.Advance == "next_monday":
		return nextMonday(now, s.slack.Zone()), nil
	}
	d, err := time.ParseDuration(q.Advance)
	return now.Add(d), err
}

// throwFault offers the switch to Slack first, then to Jira.
func (s *Sandbox) throwFault(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
	var f slack.Fault
	if err == nil {
		err = json.Unmarshal(raw, &f)
	}
	if err != nil {
		refuse(w, "invalid_json", err.Error())
		return
	}
	err = s.slack.Fault(f)
	if err != nil {
		refuse(w, "invalid_fault", err.Error())
		return
	}
	answer(w, http.StatusOK, map[string]bool{"ok": true})
}

func decode(w http.ResponseWriter, r *http.Request, into any) error {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(into)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func refuse(w http.ResponseWriter, code, message string) {
	answer(w, http.StatusBadRequest, map[string]string{"error": code, "message": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// The caller may be gone; there is no one left to tell.
	_ = json.NewEncoder(w).Encode(body)
}
