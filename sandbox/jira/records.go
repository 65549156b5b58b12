package jira

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Record is one call that broke a rule or was refused.
type Record struct {
	At     time.Time `json:"at"` // machine clock
	Server string    `json:"server"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Status int       `json:"status,omitempty"`
	What   string    `json:"what"`
}

type records struct {
	mu                   sync.Mutex
	violations, refusals []Record
}

func (s *Server) violation(r *http.Request, what string) {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.violations = append(s.log.violations, record(r, 0, what))
}

func (s *Server) refusal(r *http.Request, status int, what string) {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.refusals = append(s.log.refusals, record(r, status, what))
}

func record(r *http.Request, status int, what string) Record {
	return Record{At: time.Now(), Server: "jira", Method: r.Method, Path: r.URL.Path, Status: status, What: what}
}

// Violations are the calls no well-behaved reader makes: any write, an unknown
// path, a malformed body, a call before Retry-After was over.
func (s *Server) Violations() []Record {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.violations)
}

// Refusals are the calls answered with an error status.
func (s *Server) Refusals() []Record {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.refusals)
}
