package work

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/jira"
	"headway/models"
)

// watchHour is when a connection gets its daily look, in the zone of its first
// project: a warning should reach admins who are at work.
const watchHour = 9

// warnDays are the days before a token's end at which the admins are warned.
var warnDays = []int{1, 7, 14, 30}

// noticeLimit bounds the question whether a refusal is one.
const noticeLimit = 10 * time.Second

// notice looks at an error of Jira: a token that is refused for good stops its
// connection, and every admin hears of it once. A 401 alone proves nothing, as
// some calls give it for a missing scope; what Jira says to the token itself
// counts.
func (w *Worker) notice(ctx context.Context, team models.Team, connectionID string, step blocks.Rung, err error) {
	if !errors.Is(err, jira.ErrUnauthorized) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noticeLimit)
	defer cancel()
	if err := w.refuseIfRefused(ctx, team, connectionID, step); err != nil {
		w.Log.WarnContext(ctx, "a refused token was not noted; the next call notes it", "team", team.ID(), "error", err)
	}
}

func (w *Worker) refuseIfRefused(ctx context.Context, team models.Team, connectionID string, step blocks.Rung) error {
	c, err := team.Connection(ctx, connectionID)
	if err != nil || c.State == models.ConnectionRefused {
		return err
	}
	client, err := w.Open(c)
	if err != nil {
		return err
	}
	if _, err := client.Check(ctx); !errors.Is(err, jira.ErrUnauthorized) {
		return nil
	}
	err = team.Atomically(ctx, func(tx models.Team) error { return w.refuse(ctx, tx, c, step) })
	w.Wake()
	return err
}

// refuse stops the connection and tells the admins. Whoever comes second, for
// another project or in another process, finds it stopped and tells nobody.
func (w *Worker) refuse(ctx context.Context, tx models.Team, c models.Connection, step blocks.Rung) error {
	won, err := tx.RefuseConnection(ctx, c.ID, c.Version, w.Now())
	if err != nil || !won {
		return err
	}
	view := blocks.TokenRefusedView{Connection: blocks.ConnectionID(c.ID), Site: c.Site, Step: step.Words(), CanReplace: true, Now: w.Now()}
	if view.AsOf, view.Now, err = w.oldestReading(ctx, tx, c.ID); err != nil {
		return err
	}
	if err := w.tellAdmins(ctx, tx, fmt.Sprintf("refused:%s:%d", c.ID, c.Version), blocks.TokenRefused(view)); err != nil {
		return err
	}
	return w.audit(ctx, tx, "", "connection.refused", "", c.Site)
}

// oldestReading is up to when all of a connection's projects were read, zero
// when none was, and now, both in that project's zone.
func (w *Worker) oldestReading(ctx context.Context, tx models.Team, connectionID string) (asOf, now time.Time, err error) {
	projects, err := w.projectsAt(ctx, tx, connectionID)
	now = w.Now()
	for _, p := range projects {
		mark, err := tx.Watermark(ctx, p.ID)
		if err != nil {
			return asOf, now, err
		}
		if at := mark.ReadUpTo; !at.IsZero() && (asOf.IsZero() || at.Before(asOf)) {
			asOf, now = at.In(p.Location()), w.Now().In(p.Location())
		}
	}
	return asOf, now, err
}

// tellAdmins sends every admin one DM under the key.
func (w *Worker) tellAdmins(ctx context.Context, tx models.Team, key string, m blocks.Message) error {
	admins, err := w.Admins(ctx, tx)
	if err != nil {
		return err
	}
	for _, user := range admins {
		if err := w.Notify(ctx, tx, user, key+":"+user, m); err != nil {
			return err
		}
	}
	return nil
}

// resumeConnection reads the projects of a token that works again at once, and
// looks anew at who may see them.
func (w *Worker) resumeConnection(ctx context.Context, tx models.Team, c models.Connection) error {
	projects, err := tx.Projects(ctx, models.ProjectActive)
	if err != nil {
		return err
	}
	for _, p := range projects {
		if p.ConnectionID != c.ID {
			continue
		}
		if err := w.schedule(ctx, tx, ScheduleRefresh, p, p.ID, w.Now(), soon(w.Now())); err != nil {
			return err
		}
		if err := w.lookAtChannels(ctx, tx, p); err != nil {
			return err
		}
	}
	return w.watchSoon(ctx, tx, c.ID)
}

// watchSoon makes the look at a connection due.
func (w *Worker) watchSoon(ctx context.Context, tx models.Team, connectionID string) error {
	return tx.PutSchedule(ctx, &models.Schedule{Kind: ScheduleWatch, SubjectID: connectionID, NextDue: w.Now(), Slot: soon(w.Now()), State: models.On})
}

// soon names the slot of something that is due at an instant out of turn.
func soon(at time.Time) string { return "at " + at.UTC().Format(time.RFC3339Nano) }

// WatchConnections looks at every connection whose daily moment has come: can it
// still ask who may see what, and does its token end soon?
func (w *Worker) WatchConnections(ctx context.Context) error {
	return w.eachDue(ctx, ScheduleWatch, w.watchScheduled)
}

func (w *Worker) watchScheduled(ctx context.Context, team models.Team, scheduleID string, now time.Time) error {
	s, err := team.Schedule(ctx, scheduleID)
	if err != nil {
		return err
	}
	var out outcome
	zone, err := w.watch(ctx, team, s.SubjectID)
	if code, _ := Problem(err); code != "" {
		out.state, out.note = models.RunFailed, code
	} else if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	_, err = runSlot(ctx, team, scheduleID, now, func(tx models.Team, s models.Schedule) (outcome, error) {
		c, err := tx.Connection(ctx, s.SubjectID)
		if errors.Is(err, models.ErrNotFound) {
			return outcome{}, nil // gone: nothing to look at any more
		}
		if err != nil {
			return out, err
		}
		out.next, out.slot = nextDaily(now, watchHour, s.Slot, zone)
		return out, w.warn(ctx, tx, c, now.In(zone))
	})
	w.Wake()
	return err
}

// nextDaily is the next time after now that it is the hour in the zone, on
// another date than the slot's.
func nextDaily(now time.Time, hour int, slot string, zone *time.Location) (time.Time, string) {
	for date := calendar.DateOf(now, zone); ; date = date.AddDays(1) {
		if at := date.At(hour, 0, zone); at.After(now) && date.String() != slot {
			return at, date.String()
		}
	}
}

// watch proves the connection's right to ask and returns the zone of its first
// project. A refused connection is left alone.
func (w *Worker) watch(ctx context.Context, team models.Team, connectionID string) (*time.Location, error) {
	projects, err := w.projectsAt(ctx, team, connectionID)
	if err != nil || len(projects) == 0 {
		return time.UTC, err
	}
	zone := projects[0].Location()
	c, err := team.Connection(ctx, connectionID)
	if err != nil || c.State == models.ConnectionRefused {
		return zone, err
	}
	client, err := w.Open(c)
	if err != nil {
		return zone, err
	}
	ctx, cancel := context.WithTimeout(ctx, ladderLimit)
	defer cancel()
	_, err = w.probe(ctx, team, client, c, projects[0])
	w.notice(ctx, team, connectionID, blocks.RungAuth, err)
	return zone, err
}

// warn tells the admins once at each of the warning days that the token ends.
func (w *Worker) warn(ctx context.Context, tx models.Team, c models.Connection, now time.Time) error {
	if c.ExpiresOn.IsZero() || c.State != models.ConnectionOK {
		return nil
	}
	left := c.ExpiresOn.Sub(calendar.DateOf(now, now.Location()))
	at := slices.IndexFunc(warnDays, func(days int) bool { return left <= days })
	if at < 0 {
		return nil
	}
	won, err := tx.SetWarned(ctx, c.ID, c.Version, warnDays[at])
	if err != nil || !won {
		return err
	}
	m := blocks.TokenEnds(blocks.TokenEndsView{Connection: blocks.ConnectionID(c.ID), Site: c.Site, On: c.ExpiresOn, Left: left, Now: now})
	return w.tellAdmins(ctx, tx, fmt.Sprintf("ends:%s:%d:%d", c.ID, c.Version, warnDays[at]), m)
}
