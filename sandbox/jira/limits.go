package jira

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Jira's burst limit per tenant, endpoint and method, in calls per second.
const burst = 100

// inFlight is how long after a 429 a call may still arrive that was sent before.
const inFlight = 250 * time.Millisecond

// limits run on the machine clock.
type limits struct {
	mu       sync.Mutex
	buckets  map[string]*bucket
	forced   int           // calls still to be refused
	wait     time.Duration // what they are told
	deadline map[string]time.Time
	refused  map[string]time.Time // last 429 per endpoint
}

type bucket struct {
	left float64
	at   time.Time
}

func (l *limits) init() {
	l.buckets, l.deadline, l.refused = map[string]*bucket{}, map[string]time.Time{}, map[string]time.Time{}
}

// RateLimit lets the next calls end in 429 with Retry-After in seconds. A call
// of the same endpoint before that time is over is a violation.
func (s *Server) RateLimit(times, retryAfter int) {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	s.limits.forced, s.limits.wait = times, time.Duration(retryAfter)*time.Second
}

// limited answers 429 if the call comes too fast or was chosen by RateLimit.
func (s *Server) limited(w http.ResponseWriter, c *call) bool {
	early, wait, left := s.limits.take(c.endpoint, time.Now())
	if early {
		s.violation(c.r, "a call before Retry-After is over")
	}
	h := w.Header()
	h.Set("X-RateLimit-Limit", strconv.Itoa(burst))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(left, 0)))
	if left < burst/5 || s.faults.takeAt("near_limit", c.r.URL.Path) != nil {
		h.Set("X-RateLimit-NearLimit", "true")
	}
	if left >= 0 {
		return false
	}
	h.Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
	h.Set("RateLimit-Reason", "jira-burst-based")
	h.Set("X-RateLimit-Reset", time.Now().UTC().Add(wait).Format("2006-01-02T15:04Z"))
	s.refuse(w, c, fail(http.StatusTooManyRequests, "Rate limit exceeded."))
	return true
}

// take counts a call. left is negative if it is over the limit.
func (l *limits) take(endpoint string, now time.Time) (early bool, wait time.Duration, left int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	early = now.Before(l.deadline[endpoint]) && now.Sub(l.refused[endpoint]) > inFlight
	if l.forced > 0 {
		l.forced--
		l.deadline[endpoint], l.refused[endpoint] = now.Add(l.wait), now
		return early, l.wait, -1
	}
	if now.Before(l.deadline[endpoint]) {
		return early, l.deadline[endpoint].Sub(now) + time.Second, -1
	}
	b := l.buckets[endpoint]
	if b == nil {
		b = &bucket{left: burst, at: now}
		l.buckets[endpoint] = b
	}
	b.left = min(burst, b.left+now.Sub(b.at).Seconds()*burst)
	b.at = now
	if b.left < 1 {
		l.deadline[endpoint], l.refused[endpoint] = now.Add(time.Second), now
		return early, time.Second, -1
	}
	b.left--
	return early, 0, int(b.left)
}
