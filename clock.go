package main

import (
	"sync"
	"time"
)

// clock is the business clock: due moments, windows, reports and everything the
// sandbox dates. It runs with real time, ahead or behind by an offset that the
// demo moves. Leases, acks and retries never look at it.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// startAt is a clock that reads t now.
func startAt(t time.Time) *clock { return &clock{offset: time.Until(t)} }

// Now is the business time in UTC.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset).UTC()
}

// forward moves the clock to t, never back.
func (c *clock) forward(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ahead := time.Until(t); ahead > c.offset {
		c.offset = ahead
	}
}
