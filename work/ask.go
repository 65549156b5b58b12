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

func (w *Worker) openScheduled(ctx context.Context, team models.Team, scheduleID string, now time.Time) error {
	_, err := runSlot(ctx, team, scheduleID, now, func(tx models.Team, s models.Schedule) (outcome, error) {
		checkin, err := tx.Checkin(ctx, s.SubjectID)
		if err != nil {
			return outcome{}, err
		}
		date, err := calendar.ParseDate(s.Slot)
		if err != nil {
			return outcome{}, fmt.Errorf("work: slot of a check-in: %w", err)
		}
		next, err := w.nextRound(ctx, tx, checkin, date)
		if err != nil {
			return outcome{}, err
		}
		if now.Sub(s.NextDue) > checkinGrace {
			next.state = models.RunMissed
			return next, nil
		}
		_, err = w.openRound(ctx, tx, checkin, date, false)
		return next, err
	})
	return err
}

// nextRound is the next working date after date and the instant at which the
// first member's local time comes.
func (w *Worker) nextRound(ctx context.Context, tx models.Team, c models.Checkin, date calendar.Date) (outcome, error) {
	project, err := tx.Project(ctx, c.ProjectID)
	if err != nil {
		return outcome{}, err
	}
	people, err := tx.Participants(ctx, c.ProjectID)
	if err != nil {
		return outcome{}, err
	}
	next := firstDate(project.Calendar(), c.Days, date)
	return outcome{next: firstAsk(c, project, people, next), slot: next.String()}, nil
}

// firstDate is the first date after d on which the check-in is held.
func firstDate(cal calendar.Calendar, days calendar.Weekdays, d calendar.Date) calendar.Date {
	for i := 1; i <= 366; i++ {
		day := d.AddDays(i)
		if days.Has(day.Weekday()) && cal.Working(day) {
			return day
		}
	}
	return d.AddDays(366)
}

// firstAsk is when the first member's local time comes on date.
func firstAsk(c models.Checkin, p models.Project, people []models.Participant, date calendar.Date) time.Time {
	first := date.At(c.Hour, c.Minute, memberZone(c, p, ""))
	for _, m := range people {
		if at := date.At(c.Hour, c.Minute, memberZone(c, p, m.Zone)); !m.Observer && at.Before(first) {
			first = at
		}
	}
	return first
}

// memberZone is the check-in's fixed zone, else the member's own, else the
// project's.
func memberZone(c models.Checkin, p models.Project, own string) *time.Location {
	for _, name := range []string{c.Zone, own} {
		if name == "" {
			continue
		}
		if z, err := time.LoadLocation(name); err == nil {
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
	round := models.Round{ID: models.NewID(), CheckinID: c.ID, ProjectID: c.ProjectID, Date: date, OpenedAt: w.Now(), State: models.RoundOpen, ManualRun: manual}
	var members []models.RoundMember
	for _, p := range people {
		if p.Observer {
			continue
		}
		m, err := w.member(ctx, tx, c, project, p, date)
		if err != nil {
			return models.Round{}, err
		}
		if manual {
			m.AskAt = w.Now()
			m.RemindAt = m.AskAt.Add(window(c) / 2)
			m.CloseAt = m.AskAt.Add(window(c))
		}
		m.RoundID = round.ID
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
	if _, err := tx.OpenRound(ctx, round, members); err != nil {
		return round, err
	}
	return round, homesOf(ctx, tx, members)
}

// member is what one person is due in the round of date: asked at the own local
// time, reminded at half of the own window, never asked while away.
func (w *Worker) member(ctx context.Context, tx models.Team, c models.Checkin, p models.Project, who models.Participant, date calendar.Date) (models.RoundMember, error) {
	ask := date.At(c.Hour, c.Minute, memberZone(c, p, who.Zone))
	m := models.RoundMember{User: who.User, AskAt: ask, RemindAt: ask.Add(window(c) / 2), CloseAt: ask.Add(window(c)), State: models.MemberWaiting}
	absences, err := tx.AbsencesOf(ctx, who.User)
	if err != nil {
		return m, err
	}
	for _, a := range absences {
		if !date.Before(a.From) && !date.After(a.To) {
			m.State = models.MemberAway
		}
	}
	return m, nil
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
	m, err := tx.RoundMember(ctx, d.RoundID, d.User)
	if err != nil || m.State != models.MemberAsked || m.Reminded {
		return err
	}
	view, err := w.promptView(ctx, tx, d.RoundID, m)
	if err != nil {
		return err
	}
	if err := tx.SetReminded(ctx, d.RoundID, d.User); err != nil {
		return err
	}
	return w.enqueue(ctx, tx, models.OutboxMessage{Channel: d.User, Kind: kindReminder, Key: reminderKey(d.RoundID, d.User)}, blocks.Reminder(view))
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
