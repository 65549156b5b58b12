package work

import (
	"context"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// RemindBlocked asks everyone who has said nothing of a blocker for a while
// whether it is still in the way: one message a person and day, however many
// there are.
func (w *Worker) RemindBlocked(ctx context.Context) error {
	due, err := w.Store.DueBlocked(ctx, w.Now(), batch)
	if err != nil {
		return err
	}
	for _, d := range due {
		err := w.Store.Team(d.TeamID).Atomically(ctx, func(tx models.Team) error { return w.remindBlocked(ctx, tx, d.User) })
		if err != nil {
			w.Log.ErrorContext(ctx, "a person could not be asked about a blocker", "team", d.TeamID, "error", err)
		}
	}
	if len(due) > 0 {
		w.Wake()
	}
	return ctx.Err()
}

// remindBlocked asks about the blockers that are due now and moves the others to
// the next moment at which the person works. The locked rows decide between
// replicas.
func (w *Worker) remindBlocked(ctx context.Context, tx models.Team, user string) error {
	rows, err := tx.LockBlockers(ctx, user)
	if err != nil {
		return err
	}
	now := w.Now()
	for _, b := range rows {
		if !b.Open() || b.RemindAt.IsZero() || b.RemindAt.After(now) {
			continue
		}
		if err := w.askOrMove(ctx, tx, b); err != nil {
			return err
		}
	}
	return w.sendReminder(ctx, tx, user, rows)
}

// askOrMove marks a due blocker as asked about today, or moves it on.
func (w *Worker) askOrMove(ctx context.Context, tx models.Team, b models.Blocker) error {
	rc, err := w.checkinContext(ctx, tx, b.CheckinID)
	if err != nil {
		return err
	}
	zone, err := w.zoneOf(ctx, tx, rc, b.User)
	if err != nil {
		return err
	}
	person, err := timeOf(ctx, tx, b.User)
	if err != nil {
		return err
	}
	now := w.Now().In(zone)
	key := blockerReminderKey(b.User, calendar.DateOf(now, zone))
	sent, err := tx.Enqueued(ctx, key)
	if err != nil {
		return err
	}
	running := rc.project.State == models.ProjectActive && rc.checkin.State == models.On
	if sent || !running || !atWork(rc.project.Calendar(), person, now) {
		b.RemindAt = nextAtWork(rc.project.Calendar(), person, now)
		return tx.PutBlocker(ctx, b)
	}
	if b.RemindAt, err = w.remindIn(ctx, tx, b.CheckinID, b.User, blockerAgainDays); err != nil {
		return err
	}
	b.Reminder, b.RemindedAt = key, w.Now()
	return tx.PutBlocker(ctx, b)
}

// sendReminder enqueues the message of those that were marked just now; rows are
// the person's as they were before.
func (w *Worker) sendReminder(ctx context.Context, tx models.Team, user string, rows []models.Blocker) error {
	before := map[string]string{}
	for _, b := range rows {
		before[b.ID] = b.Reminder
	}
	marked, err := tx.OpenBlockers(ctx, user)
	if err != nil {
		return err
	}
	for _, b := range marked {
		if b.Reminder == "" || b.Reminder == before[b.ID] {
			continue
		}
		view, err := w.reminderView(ctx, tx, user, b.Reminder)
		if err != nil {
			return err
		}
		return w.enqueue(ctx, tx, models.OutboxMessage{Channel: user, Kind: kindReminder, Key: b.Reminder}, blocks.BlockerReminder(view))
	}
	return nil
}

func blockerReminderKey(user string, day calendar.Date) string {
	return "blockers:" + user + ":" + day.String()
}

// timeOf is what the calendar knows of the person's time.
func timeOf(ctx context.Context, tx models.Team, user string) (calendar.Person, error) {
	times, err := tx.TimesOf(ctx, user)
	return times[user], err
}

// atWork says whether the person works at that moment of their own day.
func atWork(cal calendar.Calendar, p calendar.Person, now time.Time) bool {
	return now.Hour() >= workFromHour && now.Hour() < workToHour && cal.Available(calendar.DateOf(now, now.Location()), p)
}

// nextAtWork is the next afternoon on which the person works.
func nextAtWork(cal calendar.Calendar, p calendar.Person, now time.Time) time.Time {
	day := calendar.DateOf(now, now.Location())
	for range 366 {
		if at := day.At(blockerHour, 0, now.Location()); at.After(now) && cal.Available(day, p) {
			return at
		}
		day = day.AddDays(1)
	}
	return day.At(blockerHour, 0, now.Location())
}

// reminderView is a message about blockers as things are with them now.
func (w *Worker) reminderView(ctx context.Context, tx models.Team, user, reminder string) (blocks.BlockerReminderView, error) {
	var v blocks.BlockerReminderView
	rows, err := tx.BlockersOf(ctx, user)
	if err != nil {
		return v, err
	}
	for _, b := range rows {
		if b.Reminder != reminder {
			continue
		}
		rc, err := w.checkinContext(ctx, tx, b.CheckinID)
		if err != nil {
			return v, err
		}
		zone, err := w.zoneOf(ctx, tx, rc, user)
		if err != nil {
			return v, err
		}
		v.Now = w.Now().In(zone)
		r := blocks.RemindedBlocker{Checkin: rc.checkin.Name, Kept: !b.TouchedAt.Before(b.RemindedAt), Help: b.Help, Cleared: !b.Open(), Next: b.RemindAt.In(zone)}
		r.OpenBlocker = blocks.OpenBlocker{ID: blocks.BlockerID(b.ID), Blocker: rc.aged(b, w.Today(rc.project))}
		if r.Cleared {
			r.After = rc.stood(b)
		}
		v.Blockers = append(v.Blockers, r)
	}
	return v, nil
}
