package jira

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// outage answers in Jira's place where a fault of the whole site is on.
func (s *Server) outage(w http.ResponseWriter, c *call) bool {
	path := c.r.URL.Path
	if f := s.faults.takeAt("slow", path); f != nil {
		// The server notices that the caller leaves only when the body is read.
		body, _ := io.ReadAll(io.LimitReader(c.r.Body, maxBody))
		c.r.Body = io.NopCloser(bytes.NewReader(body))
		select {
		case <-time.After(f.wait()):
		case <-c.r.Context().Done():
			return true
		}
	}
	if f := s.faults.takeAt("redirect", path); f != nil {
		w.Header().Set("Location", f.To)
		w.WriteHeader(http.StatusFound)
		return true
	}
	if s.faults.takeAt("down", path) != nil {
		w.Header().Set("Retry-After", "1")
		s.refuse(w, c, fail(http.StatusServiceUnavailable, "Jira is temporarily unavailable."))
		return true
	}
	if f := s.faults.takeAt("quota", path); f != nil {
		w.Header().Set("RateLimit-Reason", "jira-quota-tenant-based")
		w.Header().Set("Retry-After", strconv.Itoa(f.Seconds))
		s.refuse(w, c, fail(http.StatusTooManyRequests, "Rate limit exceeded."))
		return true
	}
	if s.faults.takeAt("gone", path) != nil {
		s.refuse(w, c, removed())
		return true
	}
	if s.faults.takeAt("http_500", path) != nil {
		s.refuse(w, c, fail(http.StatusInternalServerError, "Internal server error"))
		return true
	}
	return s.html(w, c, "html_429", http.StatusTooManyRequests) || s.html(w, c, "html_502", http.StatusBadGateway)
}

// html answers with a web page instead of JSON, as Jira's edge does.
func (s *Server) html(w http.ResponseWriter, c *call, name string, status int) bool {
	if s.faults.takeAt(name, c.r.URL.Path) == nil {
		return false
	}
	s.refusal(c.r, status, "a web page")
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	_, _ = w.Write([]byte("<!doctype html><html><head><title>" + strconv.Itoa(status) + "</title></head><body><h1>" +
		http.StatusText(status) + "</h1><p>The page you asked for is not here right now.</p></body></html>"))
	return true
}

// defaultMiB is how big the oversized answers are if nobody says.
const defaultMiB = 64

// answer sends a JSON body, spoilt by the faults that are on.
func (s *Server) answer(w http.ResponseWriter, c *call, body []byte) {
	path := c.r.URL.Path
	body = s.spoil(path, body)
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	if f := s.faults.takeAt("gzip_bomb", path); f != nil {
		bomb(w, f.mib())
		return
	}
	if f := s.faults.takeAt("huge_page", path); f != nil {
		flood(w, f.mib())
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if f := s.faults.takeAt("drip", path); f != nil {
		drip(c.r.Context(), w, body, f.wait())
		return
	}
	if s.faults.takeAt("cut_body", path) != nil {
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(body)
}

// drip sends one byte each so often until the caller leaves.
func drip(ctx context.Context, w http.ResponseWriter, body []byte, every time.Duration) {
	for i := range body {
		if _, err := w.Write(body[i : i+1]); err != nil || http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-time.After(every):
		case <-ctx.Done():
			return
		}
	}
}

func (f *fault) mib() int {
	if f.Size > 0 {
		return f.Size
	}
	return defaultMiB
}

// spoil changes the first issue of an answer or its changes, or takes all
// issues out of it.
func (s *Server) spoil(path string, body []byte) []byte {
	types, nulls := s.faults.takeAt("wrong_types", path), s.faults.takeAt("null_fields", path)
	empty := s.faults.takeAt("empty_page", path)
	if types == nil && nulls == nil && empty == nil {
		return body
	}
	var answer map[string]any
	if json.Unmarshal(body, &answer) != nil {
		return body
	}
	issues, _ := answer["issues"].([]any)
	if empty != nil && answer["issues"] != nil {
		answer["issues"], answer["isLast"] = []any{}, false
		answer["nextPageToken"] = s.token(position{})
	} else if len(issues) > 0 {
		spoilIssue(issues[0], nulls != nil)
	}
	if logs, _ := answer["issueChangeLogs"].([]any); len(logs) > 0 {
		spoilLog(logs[0], nulls != nil)
	}
	spoilt, _ := json.Marshal(answer)
	return spoilt
}

func spoilLog(log any, null bool) {
	one, _ := log.(map[string]any)
	histories, _ := one["changeHistories"].([]any)
	for _, h := range histories {
		history, _ := h.(map[string]any)
		if history["created"] = nil; !null {
			history["created"] = "not what you expect"
		}
	}
}

// spoilIssue makes each field null, or of a type it should not have.
func spoilIssue(issue any, null bool) {
	one, _ := issue.(map[string]any)
	fields, _ := one["fields"].(map[string]any)
	for id, v := range fields {
		_, text := v.(string)
		switch {
		case null:
			fields[id] = nil
		case text:
			fields[id] = 1.5
		default:
			fields[id] = "not what you expect"
		}
	}
}

// bomb sends a JSON text that is small only while it is packed.
func bomb(w http.ResponseWriter, mib int) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	flood(z, mib)
	_ = z.Close()
}

func flood(w interface{ Write([]byte) (int, error) }, mib int) {
	_, _ = w.Write([]byte(`{"isLast":true,"padding":"`))
	chunk := bytes.Repeat([]byte("x"), 1<<20)
	for range mib {
		if _, err := w.Write(chunk); err != nil {
			return // the client has hung up, as it should
		}
	}
	_, _ = w.Write([]byte(`","issues":[]}`))
}
