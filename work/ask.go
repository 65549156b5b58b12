package work

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// checkinGrace is how late a round may still open after a stop of the bot; a
// later one is noted as missed instead of asking people in the evening.
const checkinGrace = 2 * time.Hour

// batch bounds how many due rows one tick takes per query.
const batch = 200

// memberBatch is the same for members, who are sought among all that are due.
const memberBatch = 1000

// OpenRounds opens the round of every check-in that is due.
func (w *Worker) OpenRounds(ctx context.Context) error {
	for {
		if more, err := w.someDue(ctx, ScheduleCheckin, w.openScheduled); !more || err != nil {
			return err
		}
	}
}

// eachDue runs one verb for every due schedule of a kind; one failing team does
// not hold up the others.
func (w *Worker) eachDue(ctx context.Context, kind string, run func(context.Context, models.Team, string, time.Time) error) error {
	_, err := w.someDue(ctx, kind, run)
	return err
}

// someDue is eachDue that says whether more may be due: the batch was full and
// all of it went well.
func (w *Worker) someDue(ctx context.Context, kind string, run func(context.Context, models.Team, string, time.Time) error) (more bool, err error) {
	now := w.Now()
	due, err := w.Store.Due(ctx, kind, now, batch)
	if err != nil {
		return false, err
	}
	more = len(due) == batch
	for _, d := range due {
		if err := run(ctx, w.Store.Team(d.TeamID), d.ScheduleID, now); err != nil && ctx.Err() == nil {
			w.Log.ErrorContext(ctx, "due work failed", "kind", kind, "team", d.TeamID, "schedule", d.ScheduleID, "error", err)
			more = false
		}
	}
	return more, ctx.Err()
}

// openScheduled holds the project while the slot runs: whoever changes its
// calendar or a person's time comes before or after, and takes the same locks in
// the same order.
func (w *Worker) openScheduled(ctx context.Context, team models.Team, scheduleID string, now time.Time) error {
	s, err := team.Schedule(ctx, scheduleID)
	if err != nil {
		return err
	}
	return team.Atomically(ctx, func(tx models.Team) error {
		project, err := tx.LockProject(ctx, s.ProjectID)
		if err != nil {
			return err
		}
		_, err = runSlot(ctx, tx, scheduleID, now, func(tx models.Team, s models.Schedule) (outcome, error) {
			return w.openSlot(ctx, tx, project, s, now)
		})
		return err
	})
}

func (w *Worker) openSlot(ctx context.Context, tx models.Team, p models.Project, s models.Schedule, now time.Time) (outcome, error) {
	checkin, err := tx.Checkin(ctx, s.SubjectID)
	if err != nil {
		return outcome{}, err
	}
	date, err := calendar.ParseDate(s.Slot)
	if err != nil {
		return outcome{}, fmt.Errorf("work: slot of a check-in: %w", err)
	}
	rhythm, err := w.rhythm(ctx, tx, p, checkin)
	if err != nil {
		return outcome{}, err
	}
	next, err := w.afterDate(ctx, tx, rhythm, date)
	switch {
	case err != nil:
	case !rhythm.mayHold(date):
		next.note = noteDayOff
	case now.Sub(s.NextDue) > checkinGrace:
		next.state = models.RunMissed
	case rhythm.notBegun(date):
		next.state, next.note = models.RunMissed, noteNotBegun
	default:
		err = w.openDue(ctx, tx, checkin, date)
	}
	return next, err
}

// openDue opens a check-in's round; one that was paused until this date goes on.
func (w *Worker) openDue(ctx context.Context, tx models.Team, c models.Checkin, date calendar.Date) error {
	if c.State == models.Paused {
		c.State, c.PausedUntil = models.On, calendar.Date{}
		if err := tx.PutCheckin(ctx, &c); err != nil {
			return err
		}
	}
	_, err := w.openRound(ctx, tx, c, date, false)
	return err
}

// held says whether the check-in is held on the day.
func held(cal calendar.Calendar, days calendar.Weekdays, d calendar.Date) bool {
	return days.Has(d.Weekday()) && cal.Working(d)
}

// askAt is when one member's local time comes on date.
func askAt(c models.Checkin, p models.Project, who models.Participant, date calendar.Date) time.Time {
	return date.At(c.Hour, c.Minute, memberZone(c, p, who.Zone))
}

// memberZone is the check-in's fixed zone, else the member's own, else the
// project's.
func memberZone(c models.Checkin, p models.Project, own string) *time.Location {
	for _, name := range []string{c.Zone, own} {
		if name == "" {
			continue
		}
		if z, err := calendar.LoadZone(name); err == nil {
			return z
		}
	}
	return p.Location()
}

// openRound stores the round of date with what each member is due, unless it
// is there already.
func (w *Worker) openRound(ctx context.Context, tx models.Team, c models.Checkin, date calendar.Date, manual bool) (models.Round, error) {
	project, err := tx.LockProject(ctx, c.ProjectID) // whoever is erased meanwhile must not be among its members
	if err != nil {
		return models.Round{}, err
	}
	people, err := tx.Participants(ctx, c.ProjectID)
	if err != nil {
		return models.Round{}, err
	}
	times, err := tx.TimesOf(ctx, users(people)...)
	if err != nil {
		return models.Round{}, err
	}
	rhythm, err := w.rhythm(ctx, tx, project, c)
	if err != nil {
		return models.Round{}, err
	}
	round := models.Round{ID: models.NewID(), CheckinID: c.ID, ProjectID: c.ProjectID, Date: date, OpenedAt: w.Now(), State: models.RoundOpen, ManualRun: manual,
		SprintID: rhythm.sprintOn(date).ID, Name: c.Name, Template: rhythm.template.ID, Privacy: c.Privacy, Confidence: c.Confidence, FreeText: c.FreeText}
	var members []models.RoundMember
	for _, p := range people {
		if p.Observer {
			continue
		}
		ask := askAt(c, project, p, date)
		if manual {
			ask = w.Now()
		}
		m := member(c, p.User, ask)
		m.RoundID = round.ID
		if !asked(project, round, times[p.User]) {
			m.State = models.MemberAway
		}
		members = append(members, m)
		if m.State == models.MemberWaiting {
			round.Asked++
		}
		if m.CloseAt.After(round.CloseAt) {
			round.CloseAt = m.CloseAt
		}
	}
	if len(members) == 0 {
		return models.Round{}, nil
	}
	created, err := tx.OpenRound(ctx, round, members)
	if err != nil {
		return round, err
	}
	if !created {
		return w.joinRound(ctx, tx, c, date, members)
	}
	return round, homesOf(ctx, tx, members)
}

// member is what one person is due who is asked at that instant: reminded at
// half of the own window.
func member(c models.Checkin, user string, ask time.Time) models.RoundMember {
	return models.RoundMember{User: user, AskAt: ask, RemindAt: ask.Add(window(c) / 2), CloseAt: ask.Add(window(c)), State: models.MemberWaiting}
}

// asked says whether a person's own time and the project's let them be asked in
// the round. A round that an admin runs by hand may be on a day off.
func asked(p models.Project, r models.Round, who calendar.Person) bool {
	cal := p.Calendar()
	if r.ManualRun {
		cal = calendar.Calendar{Days: calendar.EveryDay}
	}
	return cal.Available(r.Date, who)
}

func users(people []models.Participant) []string {
	ids := make([]string, 0, len(people))
	for _, p := range people {
		ids = append(ids, p.User)
	}
	return ids
}

func window(c models.Checkin) time.Duration { return time.Duration(c.WindowMinutes) * time.Minute }

// AskMembers enqueues the prompts of everyone whose local time has come.
func (w *Worker) AskMembers(ctx context.Context) error {
	return w.eachMember(ctx, w.Store.DueMembers, w.ask)
}

// RemindMembers enqueues the one reminder of everyone who was asked, has not
// answered and is at half of the own window.
func (w *Worker) RemindMembers(ctx context.Context) error {
	return w.eachMember(ctx, w.Store.DueReminders, w.remind)
}

// ofMember does for one member what is due.
type ofMember = func(context.Context, models.Team, models.DueMember) error

// eachMember takes batch after batch of due members until none is left or one
// can't be served.
func (w *Worker) eachMember(ctx context.Context, find func(context.Context, time.Time, int) ([]models.DueMember, error), do ofMember) error {
	for more := true; more && ctx.Err() == nil; {
		due, err := find(ctx, w.Now(), memberBatch)
		if err != nil {
			return err
		}
		more = len(due) > 0
		for first := 0; first < len(due); {
			next := first + 1
			for next < len(due) && due[next].RoundID == due[first].RoundID && due[next].TeamID == due[first].TeamID {
				next++
			}
			more = w.together(ctx, due[first:next], do) && more
			first = next
		}
		if len(due) > 0 {
			w.Wake()
		}
	}
	return ctx.Err()
}

// together serves members of one round in one transaction, and each by
// themselves where that fails, so that one keeps no other from being asked. ok
// is false where somebody was not served.
func (w *Worker) together(ctx context.Context, due []models.DueMember, do ofMember) (ok bool) {
	err := w.Store.Team(due[0].TeamID).Atomically(ctx, func(tx models.Team) error {
		for _, d := range due {
			if err := do(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
		return true
	case len(due) == 1:
		w.Log.ErrorContext(ctx, "a member could not be asked", "team", due[0].TeamID, "round", due[0].RoundID, "error", err)
		return false
	}
	ok = true
	for i := range due {
		ok = w.together(ctx, due[i:i+1], do) && ok
	}
	return ok
}

// ask turns a waiting member into an asked one together with the prompt. A
// member who comes back to a closed window is missed, not asked late.
func (w *Worker) ask(ctx context.Context, tx models.Team, d models.DueMember) error {
	if _, err := tx.LockRound(ctx, d.RoundID); err != nil { // an answer or an absence comes before or after
		return err
	}
	m, err := tx.RoundMember(ctx, d.RoundID, d.User)
	if err != nil || m.State != models.MemberWaiting {
		return err
	}
	if !w.Now().Before(m.CloseAt) {
		return tx.SetMemberState(ctx, d.RoundID, d.User, models.MemberMissed)
	}
	view, err := w.promptView(ctx, tx, d.RoundID, m)
	if err != nil {
		return err
	}
	if err := tx.SetMemberState(ctx, d.RoundID, d.User, models.MemberAsked); err != nil {
		return err
	}
	return w.enqueue(ctx, tx, models.OutboxMessage{Channel: d.User, Kind: kindPrompt, Key: promptKey(d.RoundID, d.User)}, blocks.Prompt(view))
}

func (w *Worker) remind(ctx context.Context, tx models.Team, d models.DueMember) error {
	if _, err := tx.LockRound(ctx, d.RoundID); err != nil {
		return err
	}
	m, err := tx.RoundMember(ctx, d.RoundID, d.User)
	if err != nil || m.State != models.MemberAsked || m.Reminded || m.RemindAt.After(w.Now()) {
		return err
	}
	view, err := w.promptView(ctx, tx, d.RoundID, m)
	if err != nil {
		return err
	}
	key := reminderKey(d.RoundID, d.User)
	if view.Snoozed = m.Snoozes > 0; view.Snoozed {
		key = snoozeKey(m, m.Snoozes)
	}
	if err := tx.SetReminded(ctx, d.RoundID, d.User); err != nil {
		return err
	}
	return w.enqueue(ctx, tx, models.OutboxMessage{Channel: d.User, Kind: kindReminder, Key: key}, blocks.Reminder(view))
}

func promptKey(round, user string) string   { return "prompt:" + round + ":" + user }
func reminderKey(round, user string) string { return "reminder:" + round + ":" + user }

// enqueue stores a message in the outbox of tx.
func (w *Worker) enqueue(ctx context.Context, tx models.Team, o models.OutboxMessage, m blocks.Message) error {
	payload, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("work: write message %s: %w", o.Kind, err)
	}
	o.Payload = payload
	return tx.Enqueue(ctx, o)
}
