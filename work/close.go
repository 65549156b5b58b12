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

// closeRound freezes the figures of a locked round and enqueues its summary.
func (w *Worker) closeRound(ctx context.Context, tx models.Team, round models.Round) error {
	if err := tx.Count(ctx, &round); err != nil {
		return err
	}
	round.ClosedAt, round.State = w.Now(), models.RoundClosed
	won, err := tx.CloseRound(ctx, round)
	if err != nil || !won {
		return err
	}
	return w.postSummary(ctx, tx, round)
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
	bound, safe, err := reach(ctx, tx, round.ProjectID, checkin.Channel)
	if err != nil || !bound {
		return err
	}
	m, err := w.summaryMessage(ctx, tx, round, safe)
	if err != nil {
		return err
	}
	return w.enqueue(ctx, tx, models.OutboxMessage{Channel: checkin.Channel, Kind: kindSummary, Key: "summary:" + round.ID}, m)
}
