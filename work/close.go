package work

import (
	"context"

	"headway/models"
)

// CloseRounds closes every round whose last window is over.
func (w *Worker) CloseRounds(ctx context.Context) error {
	due, err := w.Store.DueRounds(ctx, w.Now(), batch)
	if err != nil {
		return err
	}
	for _, d := range due {
		if err := w.CloseRound(ctx, w.Store.Team(d.TeamID), d.RoundID); err != nil {
			w.Log.ErrorContext(ctx, "a round could not be closed", "team", d.TeamID, "round", d.RoundID, "error", err)
		}
	}
	return ctx.Err()
}

// CloseRound closes one round and posts its summary; whoever comes second finds
// it closed and does nothing.
func (w *Worker) CloseRound(ctx context.Context, team models.Team, roundID string) error {
	err := team.Atomically(ctx, func(tx models.Team) error {
		round, err := tx.LockRound(ctx, roundID)
		if err != nil {
			return err
		}
		return w.closeRound(ctx, tx, round)
	})
	w.Wake()
	return err
}

// endRounds closes the project's open rounds, or those of one check-in, without
// a summary. Whoever had not answered yet is not missing: the question is taken
// back.
func (w *Worker) endRounds(ctx context.Context, tx models.Team, projectID, checkinID string) error {
	open, err := tx.OpenRounds(ctx, projectID)
	if err != nil {
		return err
	}
	for _, r := range open {
		if checkinID != "" && r.CheckinID != checkinID {
			continue
		}
		if err := w.endRound(ctx, tx, r.ID); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) endRound(ctx context.Context, tx models.Team, roundID string) error {
	round, err := tx.LockRound(ctx, roundID)
	if err != nil || round.State != models.RoundOpen {
		return err
	}
	if err := w.excuse(ctx, tx, round.ID); err != nil {
		return err
	}
	_, err = w.freeze(ctx, tx, &round)
	return err
}

// excuse takes those who have not answered out of a round.
func (w *Worker) excuse(ctx context.Context, tx models.Team, roundID string) error {
	members, err := tx.RoundMembers(ctx, roundID)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.State != models.MemberWaiting && m.State != models.MemberAsked {
			continue
		}
		if err := tx.SetMemberState(ctx, roundID, m.User, models.MemberAway); err != nil {
			return err
		}
	}
	return nil
}

// closeRound freezes the figures of a locked round and enqueues its summary.
func (w *Worker) closeRound(ctx context.Context, tx models.Team, round models.Round) error {
	won, err := w.freeze(ctx, tx, &round)
	if err != nil || !won {
		return err
	}
	if err := tx.HelpCounted(ctx, round.CheckinID); err != nil {
		return err
	}
	if err := w.lookAtResponse(ctx, tx, round); err != nil {
		return err
	}
	return w.postSummary(ctx, tx, round)
}

// freeze counts a locked round for the last time and closes it; won is false
// when somebody else did.
func (w *Worker) freeze(ctx context.Context, tx models.Team, round *models.Round) (won bool, err error) {
	if err := tx.Count(ctx, round); err != nil {
		return false, err
	}
	round.ClosedAt, round.State = w.Now(), models.RoundClosed
	if won, err = tx.CloseRound(ctx, *round); err != nil || !won {
		return won, err
	}
	members, err := tx.RoundMembers(ctx, round.ID)
	if err != nil {
		return won, err
	}
	return won, homesOf(ctx, tx, members)
}

// postSummary sends the round's summary to the check-in's channel, the safe one
// where nobody declared who reads there. A round that asked nobody stays quiet,
// and so does one whose project was taken off the channel.
func (w *Worker) postSummary(ctx context.Context, tx models.Team, round models.Round) error {
	if round.Asked == 0 {
		return nil
	}
	checkin, err := tx.Checkin(ctx, round.CheckinID)
	if err != nil {
		return err
	}
	bound, safe, err := w.reach(ctx, tx, round.ProjectID, checkin.Channel)
	if err != nil || !bound {
		return err
	}
	m, err := w.summaryMessage(ctx, tx, round, safe)
	if err != nil {
		return err
	}
	if err := w.enqueue(ctx, tx, models.OutboxMessage{Channel: checkin.Channel, Kind: kindSummary, Key: summaryKey(round.ID)}, m); err != nil {
		return err
	}
	return w.postTexts(ctx, tx, checkin, round)
}
