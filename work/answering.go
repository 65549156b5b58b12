package work

import (
	"context"
	"errors"
	"fmt"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// mayAnswer refuses whoever is not asked by the check-in any more, and everyone
// while it stands still: nothing is stored then.
func (w *Worker) mayAnswer(ctx context.Context, tx models.Team, c models.Checkin, user string) error {
	p, err := tx.Project(ctx, c.ProjectID)
	if err != nil {
		return err
	}
	if _, asked, err := participant(ctx, tx, p.ID, user); err != nil {
		return err
	} else if !asked {
		return Refusal{"You are no longer asked in the " + blocks.Escape(c.Name) + " check-in, so nothing was saved. An admin of Headway can add you again."}
	}
	switch {
	case p.State == models.ProjectArchived:
		return Refusal{blocks.Escape(p.Name) + " is archived, so its check-in takes no answers and nothing was saved."}
	case p.State != models.ProjectActive || c.State != models.On:
		return Refusal{"The " + blocks.Escape(c.Name) + " check-in is paused, so nothing was saved. You can answer once an admin lets it go on."}
	}
	return nil
}

// mayOpenEarly is mayAnswer for a round that is not there yet: somebody who takes
// no part was never asked.
func (w *Worker) mayOpenEarly(ctx context.Context, tx models.Team, c models.Checkin, user string) error {
	_, asked, err := participant(ctx, tx, c.ProjectID, user)
	if err == nil && !asked {
		err = notAsked(models.ErrNotFound)
	}
	if err != nil {
		return err
	}
	return w.mayAnswer(ctx, tx, c, user)
}

// speaker is the member of a locked round who may still say something in it.
func (w *Worker) speaker(ctx context.Context, tx models.Team, roundID, user string) (models.Round, models.Checkin, models.RoundMember, error) {
	round, err := tx.LockRound(ctx, roundID)
	if err != nil {
		return round, models.Checkin{}, models.RoundMember{}, err
	}
	m, err := tx.RoundMember(ctx, roundID, user)
	if err != nil {
		return round, models.Checkin{}, m, notAsked(err)
	}
	c, err := tx.Checkin(ctx, round.CheckinID)
	if err != nil {
		return round, c, m, err
	}
	c = round.AsOpened(c)
	return round, c, m, w.mayAnswer(ctx, tx, c, user)
}

// The least and the longest time for which a reminder is put off.
const (
	minSnooze = 5 * time.Minute
	maxSnooze = 12 * time.Hour
)

// Snooze puts a person's reminder off: it comes after that long instead of at
// half time, once more even if it was out.
func (w *Worker) Snooze(ctx context.Context, tx models.Team, roundID, user string, wait time.Duration) (blocks.SnoozedView, error) {
	_, c, m, err := w.speaker(ctx, tx, roundID, user)
	if err != nil {
		return blocks.SnoozedView{}, err
	}
	rc, err := w.roundContext(ctx, tx, roundID)
	if err != nil {
		return blocks.SnoozedView{}, err
	}
	zone, err := w.zoneOf(ctx, tx, rc, user)
	if err != nil {
		return blocks.SnoozedView{}, err
	}
	now := w.Now().In(zone)
	v := blocks.SnoozedView{Name: c.Name, At: now.Add(wait), CloseAt: m.CloseAt.In(zone), Now: now}
	if err := snoozable(m, v, wait); err != nil {
		return v, err
	}
	return v, tx.Snooze(ctx, roundID, user, v.At)
}

func snoozable(m models.RoundMember, v blocks.SnoozedView, wait time.Duration) error {
	switch {
	case wait < minSnooze || wait > maxSnooze:
		return Refusal{"A reminder can be put off by 5 minutes to 12 hours."}
	case m.State == models.MemberAnswered:
		return Refusal{"You have answered already, so there is nothing to remind you of."}
	case m.State == models.MemberWaiting && v.Now.Before(m.AskAt):
		return Refusal{"You are asked at " + blocks.Clock(m.AskAt.In(v.Now.Location())) + ", so there is nothing to put off yet."}
	case m.State == models.MemberSkipped || m.State == models.MemberAway:
		return Refusal{"You are not asked today, so there is nothing to remind you of."}
	case !v.Now.Before(m.CloseAt):
		return Refusal{"This check-in closed at " + blocks.Clock(v.CloseAt) + ", so a reminder comes too late. You can still answer late."}
	case !v.At.Before(m.CloseAt):
		return Refusal{"By then this check-in is closed: it is open until " + blocks.Clock(v.CloseAt) + ". Choose a shorter time, or skip today."}
	}
	return nil
}

// reminderKeys are the keys of all reminders that a member may have got.
func reminderKeys(m models.RoundMember) []string {
	keys := []string{reminderKey(m.RoundID, m.User)}
	for n := 1; n <= m.Snoozes; n++ {
		keys = append(keys, snoozeKey(m, n))
	}
	return keys
}

// snoozeKey names the reminder that comes after the nth time it was put off.
func snoozeKey(m models.RoundMember, n int) string {
	return reminderKey(m.RoundID, m.User) + ":" + fmt.Sprint(n)
}

// EarlyView fills the full form for a round that is still to open today.
func (w *Worker) EarlyView(ctx context.Context, team models.Team, t Target, user string) (blocks.AnswerView, error) {
	if err := w.mayAnswer(ctx, team, t.Checkin, user); err != nil {
		return blocks.AnswerView{}, err
	}
	readers, err := w.textReaders(ctx, team, t.Checkin, models.Round{State: models.RoundOpen})
	return blocks.AnswerView{
		Ctx: blocks.RoundCtx{Checkin: t.Checkin.ID, Date: t.Date.String(), Readers: readers}, Name: t.Checkin.Name, WithConfidence: t.Checkin.Confidence,
		TextReaders: readers, TextDays: models.AnswerTextDays, Privacy: t.Checkin.Privacy, KeepDays: AnswerDays,
	}, err
}

// EarlyTarget is the round of a check-in that is still to open for the person
// today; ErrNotFound when it is not any more.
func (w *Worker) EarlyTarget(ctx context.Context, team models.Team, checkinID, user string) (Target, error) {
	c, err := team.Checkin(ctx, checkinID)
	if err != nil {
		return Target{}, err
	}
	found, err := w.early(ctx, team, user, c.ProjectID)
	if err != nil {
		return Target{}, err
	}
	for _, t := range found {
		if t.Checkin.ID == checkinID {
			return t, nil
		}
	}
	if err := w.mayOpenEarly(ctx, team, c, user); err != nil {
		return Target{}, err
	}
	return Target{}, models.ErrNotFound
}

// stands says in the form which round it answers, where that is not plain, and
// what it replaces.
func (w *Worker) stands(ctx context.Context, team models.Team, v *blocks.AnswerView, rc roundContext, answer models.Answer, user string) error {
	zone, err := w.zoneOf(ctx, team, rc, user)
	if err != nil {
		return err
	}
	v.Now = w.Now().In(zone)
	if rc.round.Date != calendar.DateOf(v.Now, zone) {
		v.Day = rc.round.Date.At(12, 0, zone)
	}
	v.Closed = rc.round.State == models.RoundClosed
	if answer.Version > 0 {
		v.Answered = answer.At.In(zone)
	}
	return nil
}

// textReaders says who would read what a person writes beside an answer, "" where
// nothing is asked and nothing kept. Where only counts are shown nobody could
// read it. A text that comes after the summary is not posted.
func (w *Worker) textReaders(ctx context.Context, tx models.Team, c models.Checkin, round models.Round) (string, error) {
	switch {
	case !c.FreeText || c.Privacy == models.PrivacyCounts:
		return "", nil
	case c.Privacy == models.PrivacyManagers:
		return blocks.TextManagers, nil
	case round.State == models.RoundClosed:
		return blocks.TextAsked, nil
	}
	bound, safe, err := w.reach(ctx, tx, c.ProjectID, c.Channel)
	if err != nil || !bound || safe {
		return blocks.TextAsked, err
	}
	return blocks.TextInThread, nil
}

// putText keeps what a person wrote beside an answer, or clears it. Where the
// check-in does not ask for it nothing is kept, whatever was submitted.
func (w *Worker) putText(ctx context.Context, tx models.Team, c models.Checkin, round models.Round, a models.Answer, words Words) error {
	readers, err := w.textReaders(ctx, tx, c, round)
	if err != nil {
		return err
	}
	if readers == "" {
		words.Text = ""
	}
	return tx.PutAnswerText(ctx, models.AnswerText{RoundID: a.RoundID, User: a.User, Words: words.Text,
		InThread: words.InThread && readers == blocks.TextInThread, At: a.At})
}

// Words are what a person adds to an answer. InThread: the form said that it is
// posted under the summary; without that it never is.
type Words struct {
	Text     string
	InThread bool
}

// postTexts puts what people wrote under the summary, in one message.
func (w *Worker) postTexts(ctx context.Context, tx models.Team, c models.Checkin, round models.Round) error {
	texts, err := tx.AnswerTexts(ctx, round.ID)
	if err != nil {
		return err
	}
	readers, err := w.textReaders(ctx, tx, c, models.Round{State: models.RoundOpen}) // the round closes with this
	if err != nil || readers != blocks.TextInThread {
		return err
	}
	var lines []blocks.AnswerText
	for _, text := range texts {
		if text.InThread {
			lines = append(lines, blocks.AnswerText{User: text.User, Text: text.Words})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	o := models.OutboxMessage{Channel: c.Channel, Kind: kindTexts, Key: "texts:" + round.ID, TargetKey: summaryKey(round.ID)}
	return w.enqueue(ctx, tx, o, blocks.SummaryTexts(lines))
}

func summaryKey(roundID string) string { return "summary:" + roundID }

// textOf is what a person wrote in a round, "" for nothing.
func textOf(ctx context.Context, team models.Team, roundID, user string) (string, error) {
	text, err := team.AnswerTextOf(ctx, roundID, user)
	if errors.Is(err, models.ErrNotFound) {
		err = nil
	}
	return text.Words, err
}
