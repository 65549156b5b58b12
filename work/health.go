package work

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/metrics"
	"headway/models"
)

// When a check-in is not well: few answer three rounds in a row, of those that
// asked enough people to say so, or nobody opens the report for three weeks.
// The admins hear of it at most once in four weeks.
const (
	unwellRounds  = 3
	unwellWeeks   = 3
	proposalRests = 28 * 24 * time.Hour
)

// lookAtResponse proposes to ask less often when the round that was just closed
// is one too many of those that few answered.
func (w *Worker) lookAtResponse(ctx context.Context, tx models.Team, round models.Round) error {
	if _, known := responseOf(round); !known {
		return nil
	}
	latest, err := tx.RoundsOf(ctx, round.CheckinID, 3*unwellRounds)
	if err != nil {
		return err
	}
	low := 0
	for _, r := range latest {
		share, known := responseOf(r)
		if r.State != models.RoundClosed || !known || r.Date.After(round.Date) {
			continue
		}
		if share >= 0.5 {
			return nil
		}
		if low++; low == unwellRounds {
			return w.propose(ctx, tx, round.CheckinID, blocks.ReasonResponse)
		}
	}
	return nil
}

// responseOf is the share of those asked who answered a round, where so many were
// asked that admins may hear of it.
func responseOf(r models.Round) (share float64, known bool) {
	return metrics.Withhold(r.Tally(), metrics.Outside).Rate()
}

// lookAtOpens proposes it when nobody opened the reports that were posted in the
// weeks before this one's.
func (w *Worker) lookAtOpens(ctx context.Context, tx models.Team, p models.Project, week calendar.Week) error {
	for back := 1; back <= unwellWeeks; back++ {
		reports, err := tx.ReportsOfWeek(ctx, p.ID, week.Add(-back))
		if err != nil {
			return err
		}
		posted := false
		for _, r := range reports {
			if r.Opens > 0 {
				return nil
			}
			posted = posted || r.CreatedBy == ""
		}
		if !posted {
			return nil
		}
	}
	all, err := tx.Checkins(ctx, p.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	return w.propose(ctx, tx, all[0].ID, blocks.ReasonReport)
}

// propose asks the admins, never the channel, whether to ask less often.
func (w *Worker) propose(ctx context.Context, tx models.Team, checkinID, reason string) error {
	c, err := tx.Checkin(ctx, checkinID)
	if err != nil || c.State != models.On {
		return err
	}
	now := w.Now().Truncate(time.Millisecond)
	won, err := tx.Propose(ctx, c.ID, now, now.Add(-proposalRests))
	if err != nil || !won {
		return err
	}
	fewer := fewerDays(c)
	m := blocks.Proposal(blocks.ProposalView{Checkin: blocks.CheckinID(c.ID), Value: proposed{now, fewer}.String(), Name: c.Name, Reason: reason, Days: c.Days, Fewer: fewer})
	return w.tellAdmins(ctx, tx, proposalKey(c.ID, now), m)
}

// fewerDays are about half of a check-in's days, those that leave the most room
// between them; 0 where it has only one, or goes by sprints.
func fewerDays(c models.Checkin) calendar.Weekdays {
	n := 0
	for d := calendar.Monday; d <= calendar.Sunday; d <<= 1 {
		if c.Days&d != 0 {
			n++
		}
	}
	if n < 2 || blocks.TemplateOf(c.Template).Rhythm != blocks.RhythmDays {
		return 0
	}
	return c.Days.Spread((n + 1) / 2)
}

func proposalKey(checkinID string, at time.Time) string {
	return fmt.Sprintf("proposal:%s:%d", checkinID, at.UnixMilli())
}

// proposed names a proposal: when it was made, and which days would stay.
type proposed struct {
	at   time.Time
	days calendar.Weekdays
}

func (p proposed) String() string { return fmt.Sprintf("%d.%d", p.at.UnixMilli(), p.days) }

func parseProposed(s string) (p proposed, ok bool) {
	at, days, _ := strings.Cut(s, ".")
	ms, errAt := strconv.ParseInt(at, 10, 64)
	mask, errDays := strconv.ParseUint(days, 10, 7)
	return proposed{time.UnixMilli(ms).UTC(), calendar.Weekdays(mask)}, errAt == nil && errDays == nil
}

// What an admin makes of a proposal.
const (
	DecideFewer = "fewer"
	DecidePause = "pause"
	DecideKeep  = "keep"
)

// Decide carries out what an admin made of a proposal, once. Every admin's
// message then says who decided.
func (w *Worker) Decide(ctx context.Context, tx models.Team, user, checkinID, value, choice string) error {
	asked, ok := parseProposed(value)
	if !ok {
		return models.ErrNotFound
	}
	won, err := tx.Decide(ctx, checkinID, asked.at)
	if err != nil {
		return err
	}
	if !won {
		return Refusal{"This was decided already. `" + w.Command + " checkin configure` changes the check-in at any time."}
	}
	c, err := tx.Checkin(ctx, checkinID)
	if err != nil {
		return err
	}
	p, err := tx.Project(ctx, c.ProjectID)
	if err != nil {
		return err
	}
	said, detail, err := w.carryOut(ctx, tx, user, p, c, asked.days, choice)
	if err != nil {
		return err
	}
	if err := w.tellDecided(ctx, tx, proposalKey(c.ID, asked.at), said); err != nil {
		return err
	}
	return w.audit(ctx, tx, user, "checkin.proposal", p.ID, detail)
}

// carryOut does what was decided, and says it: to the admins, and to the log.
func (w *Worker) carryOut(ctx context.Context, tx models.Team, user string, p models.Project, c models.Checkin, days calendar.Weekdays, choice string) (said blocks.DecidedView, detail string, err error) {
	said = blocks.DecidedView{Name: c.Name, By: user, Now: w.Now().In(p.Location())}
	switch {
	case choice == DecideFewer && (days == 0 || days&^c.Days != 0): // no proposal of ours
		return said, "", models.ErrNotFound
	case choice == DecideFewer:
		said.Fewer, c.Days = days, days
		err = tx.PutCheckin(ctx, &c)
		if err == nil && p.State == models.ProjectActive {
			err = w.scheduleCheckin(ctx, tx, p, c)
		}
		return said, choice + " " + days.String(), err
	case choice == DecidePause:
		said.Until = w.Today(p).AddDays(7 * blocks.ProposalWeeks)
		if _, err = w.runningCheckins(ctx, tx, p); err == nil {
			err = w.pauseCheckin(ctx, tx, p, c, said.Until)
		}
		return said, choice + " until " + said.Until.String(), err
	}
	return said, choice, nil
}

// tellDecided edits the proposal that each admin got.
func (w *Worker) tellDecided(ctx context.Context, tx models.Team, key string, said blocks.DecidedView) error {
	admins, err := w.Admins(ctx, tx)
	if err != nil {
		return err
	}
	for _, user := range admins {
		target := key + ":" + user
		if told, err := tx.Enqueued(ctx, target); err != nil {
			return err
		} else if !told {
			continue
		}
		o := models.OutboxMessage{Channel: user, Kind: kindNotice, Method: models.MethodUpdate, TargetKey: target, Key: "decided:" + target}
		if err := w.enqueue(ctx, tx, o, blocks.Decided(said)); err != nil {
			return err
		}
	}
	return nil
}
