package slack

import (
	"math"
	"strconv"
	"sync"
	"time"
)

const (
	postsPerSecond = 1.0 // chat.postMessage, per channel
	postBurst      = 5.0
	// grace forgives calls that were already under way when a 429 went out.
	grace = 50 * time.Millisecond
)

// bucket is a token bucket on the machine's clock.
type bucket struct {
	tokens float64
	at     time.Time
}

// take removes one token, or tells how long until there is one.
func (b *bucket) take(now time.Time, perSecond, burst float64) time.Duration {
	if b.at.IsZero() {
		b.tokens = burst
	} else {
		b.tokens = min(burst, b.tokens+now.Sub(b.at).Seconds()*perSecond)
	}
	b.at = now
	if b.tokens >= 1 {
		b.tokens--
		return 0
	}
	return time.Duration((1 - b.tokens) / perSecond * float64(time.Second))
}

// limiter knows which calls must wait.
type limiter struct {
	mu      sync.Mutex
	planned []*plannedLimit
	blocked map[string]hold
	posts   map[string]*bucket
	tiers   map[string]*bucket
	tiersOn bool
}

// plannedLimit refuses a team's next calls of a method ("*": of any).
type plannedLimit struct {
	team   string
	method string
	times  int
	wait   time.Duration
}

type hold struct{ since, until time.Time }

func newLimiter() *limiter {
	return &limiter{blocked: map[string]hold{}, posts: map[string]*bucket{}, tiers: map[string]*bucket{}}
}

func (l *limiter) plan(team, method string, times int, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.planned = append(l.planned, &plannedLimit{team, method, times, wait})
}

func (l *limiter) enforceTiers(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tiersOn = on
}

// check returns how long a call must wait and why: beforeRetryAfter and
// aboveRate are the bot's mistakes, refusedCall is a limit it could not foresee.
func (l *limiter) check(team, method, channel string, tier int, now time.Time) (time.Duration, string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := team + " " + method
	if b, ok := l.blocked[key]; ok && now.Before(b.until) {
		if now.Sub(b.since) < grace {
			return b.until.Sub(now), refusedCall
		}
		return b.until.Sub(now), beforeRetryAfter
	}
	if wait := l.nextPlanned(team, method); wait > 0 {
		l.blocked[key] = hold{now, now.Add(wait)}
		return wait, refusedCall
	}
	if method == "chat.postMessage" {
		if wait := bucketOf(l.posts, team+" "+channel).take(now, postsPerSecond, postBurst); wait > 0 {
			return wait, aboveRate
		}
	}
	if l.tiersOn && tier > 0 {
		perMinute := float64(tier)
		if wait := bucketOf(l.tiers, key).take(now, perMinute/60, perMinute); wait > 0 {
			l.blocked[key] = hold{now, now.Add(wait)}
			return wait, refusedCall
		}
	}
	return 0, ""
}

func (l *limiter) nextPlanned(team, method string) time.Duration {
	for _, p := range l.planned {
		if p.times > 0 && p.team == team && (p.method == method || p.method == "*") {
			p.times--
			return p.wait
		}
	}
	return 0
}

func bucketOf(m map[string]*bucket, key string) *bucket {
	b, ok := m[key]
	if !ok {
		b = &bucket{}
		m[key] = b
	}
	return b
}

// retryAfter is the header's value: whole seconds, never less than the wait.
func retryAfter(wait time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(wait.Seconds()))))
}

// clear forgets planned limits and tiers; waits that were announced stay.
func (l *limiter) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.planned, l.tiersOn = nil, false
}
