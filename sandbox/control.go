package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"headway/sandbox/jira"
	"headway/sandbox/slack"
)

// mountControl adds the verbs that concern more than Slack; the others are
// served by the Slack side.
func (s *Sandbox) mountControl(mux *http.ServeMux) {
	mux.HandleFunc("POST /control/clock", s.moveClock)
	mux.HandleFunc("POST /control/fault", s.throwFault)
	mux.HandleFunc("POST /control/jira/rate-limit", s.limitJira)
	mux.HandleFunc("GET /control/violations", s.listViolations)
	mux.HandleFunc("GET /control/refusals", s.listRefusals)
}

type clockRequest struct {
	Advance string `json:"advance"` // "1h", "24h", "next_monday", "next_event"
	Set     string `json:"set"`     // RFC 3339
}

// moveClock reads the clock, or moves it forward and answers when that is done.
// A page that is reloaded meanwhile does not leave time halfway.
func (s *Sandbox) moveClock(w http.ResponseWriter, r *http.Request) {
	var q clockRequest
	if err := decode(w, r, &q); err != nil {
		refuse(w, "invalid_json", err.Error())
		return
	}
	if q != (clockRequest{}) {
		err := s.move(q)
		switch {
		case errors.Is(err, errTarget):
			refuse(w, "invalid_clock", err.Error())
			return
		case err != nil:
			answer(w, http.StatusInternalServerError, map[string]string{"error": "advance_failed", "message": err.Error()})
			return
		}
		s.slack.ClockMoved(s.clock.now())
	}
	answer(w, http.StatusOK, map[string]string{"now": s.clock.now().Format(time.RFC3339)})
}

func (s *Sandbox) move(q clockRequest) error {
	if q.Advance == "next_event" {
		return s.untilSomethingHappens()
	}
	return s.clock.move(s.life, func(now time.Time) (time.Time, error) { return s.target(q, now) })
}

// untilSomethingHappens goes from one thing the bot has to do to the next until
// a message is posted or edited: most of what it does in between, such as
// reading from Jira, nobody sees.
func (s *Sandbox) untilSomethingHappens() error {
	if s.next == nil {
		return fmt.Errorf("%w: no bot tells this sandbox what it does next", errTarget)
	}
	last, before := s.clock.now().Add(longestQuiet), s.slack.Stamped()
	for s.slack.Stamped() == before {
		to, ok, err := s.next(s.life)
		if err != nil {
			return err
		}
		if !ok || to.After(last) {
			return fmt.Errorf("%w: nothing is planned for the next %d days", errTarget, int(longestQuiet.Hours()/24))
		}
		if err := s.clock.move(s.life, func(now time.Time) (time.Time, error) { return later(now, to), nil }); err != nil {
			return err
		}
	}
	return nil
}

// longestQuiet is how far ahead the next event is looked for.
const longestQuiet = 14 * 24 * time.Hour

// later keeps a move that someone else made meanwhile.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
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

// throwFault hands the switch to the server that has it. "clear" reaches both.
func (s *Sandbox) throwFault(w http.ResponseWriter, r *http.Request) {
	var raw json.RawMessage
	var f slack.Fault
	err := decode(w, r, &raw)
	if err == nil {
		err = json.Unmarshal(raw, &f)
	}
	if err != nil {
		refuse(w, "invalid_json", err.Error())
		return
	}
	switch {
	case slices.Contains(slack.FaultNames(), f.Fault):
		err = s.slack.Fault(f)
	case slices.Contains(jira.FaultNames(), f.Fault):
		err = s.jira.Fault(f.Fault, raw)
	default:
		err = errors.New("fault is one of " + strings.Join(slices.Concat(slack.FaultNames(), jira.FaultNames()), ", "))
	}
	if err != nil {
		refuse(w, "invalid_fault", err.Error())
		return
	}
	if f.Fault == "clear" {
		s.jira.ClearFaults()
	}
	answer(w, http.StatusOK, map[string]bool{"ok": true})
}

type jiraLimit struct {
	Times      int `json:"times"`
	RetryAfter int `json:"retry_after"` // seconds
}

// limitJira lets Jira's next calls end in 429.
func (s *Sandbox) limitJira(w http.ResponseWriter, r *http.Request) {
	var q jiraLimit
	if err := decode(w, r, &q); err != nil {
		refuse(w, "invalid_json", err.Error())
		return
	}
	if q.Times <= 0 || q.RetryAfter <= 0 {
		refuse(w, "invalid_arguments", "Give times and retry_after in seconds, both above 0.")
		return
	}
	s.jira.RateLimit(q.Times, q.RetryAfter)
	answer(w, http.StatusOK, map[string]bool{"ok": true})
}

// listViolations joins the mistakes that both servers saw.
func (s *Sandbox) listViolations(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string][]any{"violations": joined(s.slack.Violations(), s.jira.Violations())})
}

func (s *Sandbox) listRefusals(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string][]any{"refusals": joined(s.slack.Refusals(), s.jira.Refusals())})
}

func joined(ofSlack []slack.Incident, ofJira []jira.Record) []any {
	all := []any{}
	for _, i := range ofSlack {
		all = append(all, i)
	}
	for _, r := range ofJira {
		all = append(all, r)
	}
	return all
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
