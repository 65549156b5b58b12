package jira

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	siteRate    = rate.Limit(5)  // calls a second and endpoint; all integrations of a site share Jira's limit
	sandboxRate = rate.Limit(50) // nobody shares a sandbox
	atOnce      = 4              // calls under way at once

	retries     = 4
	firstPause  = 2 * time.Second
	longestOwn  = 30 * time.Second // of our own pauses
	longestTold = 60 * time.Second // beyond this a run is given up and planned again
	shortest    = time.Second      // Retry-After may be 0
)

// pace keeps the calls of one site within what Jira asks for, per endpoint.
type pace struct {
	rate  rate.Limit
	slots chan struct{}

	mu   sync.Mutex
	lane map[string]*lane
}

// lane is the state of one endpoint.
type lane struct {
	bucket *rate.Limiter
	until  time.Time // no call before
}

func newPace(r rate.Limit) *pace {
	return &pace{rate: r, slots: make(chan struct{}, atOnce), lane: map[string]*lane{}}
}

func (p *pace) of(endpoint string) *lane {
	l := p.lane[endpoint]
	if l == nil {
		l = &lane{bucket: rate.NewLimiter(p.rate, max(atOnce, int(p.rate)))}
		p.lane[endpoint] = l
	}
	return l
}

// enter takes one of the few places for calls under way; leave gives it back.
func (p *pace) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (p *pace) leave() { <-p.slots }

// wait returns when the endpoint may be called. Where that is later than the
// caller can wait, or over a minute away, it returns Busy at once.
func (p *pace) wait(ctx context.Context, endpoint string) error {
	p.mu.Lock()
	l := p.of(endpoint)
	held := time.Until(l.until)
	p.mu.Unlock()
	if err := pause(ctx, held); err != nil {
		return err
	}
	turn := l.bucket.Reserve()
	if err := pause(ctx, turn.Delay()); err != nil {
		turn.Cancel()
		return err
	}
	return nil
}

// heed reads the hints of an answer. It says whether to call again, and from
// when on the endpoint is open; wait observes that for every caller.
func (p *pace) heed(endpoint string, resp *http.Response, try int) (wait time.Duration, again bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.of(endpoint)
	l.bucket.SetLimit(p.rate)
	if strings.EqualFold(resp.Header.Get("X-RateLimit-NearLimit"), "true") {
		l.bucket.SetLimit(p.rate / 2)
	}
	if !worthRepeating(resp.StatusCode) {
		return 0, false
	}
	now := time.Now()
	wait, told := toldToWait(resp.Header, now)
	if !told {
		wait = ownPause(try)
	}
	if until := now.Add(wait); until.After(l.until) {
		l.until = until
	}
	outOfQuota := strings.Contains(resp.Header.Get("RateLimit-Reason"), "quota")
	return wait, try < retries && wait <= longestTold && !outOfQuota
}

func worthRepeating(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// toldToWait reads how long a refusing Jira wants to be left alone: Retry-After
// in seconds, else the moment of X-RateLimit-Reset. It is a minimum, and may
// be nothing.
func toldToWait(h http.Header, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.Atoi(h.Get("Retry-After")); err == nil && seconds >= 0 {
		return max(time.Duration(seconds)*time.Second, shortest), true
	}
	if reset, err := time.Parse("2006-01-02T15:04Z07:00", h.Get("X-RateLimit-Reset")); err == nil {
		return max(reset.Sub(now), shortest), true
	}
	return 0, false
}

// ownPause doubles with every try; the jitter keeps clients from marching in
// step.
func ownPause(try int) time.Duration {
	return time.Duration((0.7 + 0.6*rand.Float64()) * float64(min(firstPause<<try, longestOwn)))
}

// pause waits for d, or says Busy at once where that can't end well.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	if end, ok := ctx.Deadline(); d > longestTold || ok && time.Until(end) < d {
		return Busy{After: d}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
