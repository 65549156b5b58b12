package main

import (
	"context"
	"time"
)

// dayBefore is five in the morning of the day before today: the first people of
// the demo's team are asked a few minutes later.
func dayBefore(today time.Time) time.Time {
	local := today.In(demoZone)
	return time.Date(local.Year(), local.Month(), local.Day()-1, 4, 55, 0, 0, demoZone)
}

// advance moves the business clock to an instant, stopping at every moment at
// which something is due, so that nothing on the way is missed.
func (d *demo) advance(ctx context.Context, to time.Time) error {
	d.ticking.Lock()
	defer d.ticking.Unlock()
	return d.through(ctx, to)
}

// next is the first instant at which the bot has something to do.
func (d *demo) next(ctx context.Context) (time.Time, bool, error) {
	return d.app.store.NextDue(ctx, d.clock.Now())
}

// through is advance for whoever holds the ticks.
func (d *demo) through(ctx context.Context, to time.Time) error {
	for {
		next, ok, err := d.app.store.NextDue(ctx, d.clock.Now())
		if err != nil {
			return err
		}
		if !ok || next.After(to) {
			d.clock.forward(to)
			return d.settle(ctx)
		}
		d.clock.forward(next)
		if err := d.settle(ctx); err != nil {
			return err
		}
		if err := d.teammates(ctx); err != nil {
			return err
		}
	}
}

// settle runs every tick until nothing is due and everything is delivered.
func (d *demo) settle(ctx context.Context) error {
	if err := d.app.bot.Idle(ctx); err != nil {
		return err
	}
	for _, tick := range d.ticks {
		if err := tick.Run(ctx); err != nil {
			return err
		}
	}
	for {
		due, waiting, err := d.app.store.NextOutboxDue(ctx)
		if err != nil || !waiting {
			return err
		}
		if err := until(ctx, due); err != nil {
			return err
		}
		if _, err := d.app.worker.Deliver(ctx); err != nil {
			return err
		}
	}
}

// until waits for an instant of the machine clock.
func until(ctx context.Context, at time.Time) error {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
