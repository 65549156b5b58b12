package sandbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// errTarget marks an instant to which the clock cannot be moved.
var errTarget = errors.New("the clock cannot go there")

// clock is the business clock: someone else's, or one that the sandbox moves.
type clock struct {
	base    func() time.Time
	advance func(ctx context.Context, to time.Time) error

	moving sync.Mutex // one move at a time
	mu     sync.Mutex
	offset time.Duration
}

func newClock(now func() time.Time, advance func(context.Context, time.Time) error) *clock {
	c := &clock{base: now, advance: advance}
	if now == nil {
		c.base = time.Now
	}
	if advance == nil {
		c.advance = c.shift
	}
	return c
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base().Add(c.offset)
}

func (c *clock) shift(_ context.Context, to time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += to.Sub(c.base().Add(c.offset))
	return nil
}

// move takes the clock to an instant and returns when all that became due is done.
func (c *clock) move(ctx context.Context, to func(now time.Time) (time.Time, error)) error {
	c.moving.Lock()
	defer c.moving.Unlock()
	now := c.now()
	target, err := to(now)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errTarget, err)
	case target.Before(now):
		return fmt.Errorf("%w: it only goes forward and stands at %s", errTarget, now.Format(time.RFC3339))
	}
	return c.advance(ctx, target)
}

// nextMonday is the Monday after t at 09:00 in the given zone.
func nextMonday(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	days := (int(time.Monday) - int(local.Weekday()) + 7) % 7
	monday := time.Date(local.Year(), local.Month(), local.Day()+days, 9, 0, 0, 0, zone)
	if !monday.After(t) {
		monday = monday.AddDate(0, 0, 7)
	}
	return monday
}
