package work

import (
	"context"
	"errors"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// Away stores a person's days off and takes them out of the given round and of
// every open one that falls into them.
func (w *Worker) Away(ctx context.Context, tx models.Team, roundID, user string, from, to calendar.Date) error {
	if err := tx.PutAbsence(ctx, models.Absence{ID: models.NewID(), User: user, From: from, To: to}); err != nil {
		return err
	}
	if roundID == "" {
		return nil
	}
	round, err := tx.LockRound(ctx, roundID)
	if err != nil {
		return err
	}
	if round.State != models.RoundOpen || round.Date.Before(from) || to.Before(round.Date) {
		return nil
	}
	m, err := tx.RoundMember(ctx, roundID, user)
	if err != nil {
		return notAsked(err)
	}
	words := func(v blocks.ThanksView) blocks.Message {
		v.AwayFrom, v.AwayTo = from, to
		return blocks.AwayThanks(v)
	}
	return w.settleMember(ctx, tx, round, m, models.MemberAway, words, nil, nil)
}

// Leave takes a person off the check-in they say is not theirs; an admin can
// add them again.
func (w *Worker) Leave(ctx context.Context, tx models.Team, roundID, user string) error {
	rc, err := w.roundContext(ctx, tx, roundID)
	if err != nil {
		return err
	}
	people, err := tx.Participants(ctx, rc.project.ID)
	if err != nil {
		return err
	}
	kept := people[:0]
	for _, p := range people {
		if p.User != user {
			kept = append(kept, p)
		}
	}
	if len(kept) == len(people) { // left before, or was never asked
		return notAsked(models.ErrNotFound)
	}
	if err := tx.SetParticipants(ctx, rc.project.ID, kept); err != nil {
		return err
	}
	if err := w.leaveRound(ctx, tx, rc, user); err != nil {
		return err
	}
	return w.audit(ctx, tx, user, "checkin.leave", rc.project.ID, "")
}

func (w *Worker) leaveRound(ctx context.Context, tx models.Team, rc roundContext, user string) error {
	round, err := tx.LockRound(ctx, rc.round.ID)
	if err != nil {
		return err
	}
	m, err := tx.RoundMember(ctx, round.ID, user)
	if errors.Is(err, models.ErrNotFound) || (err == nil && round.State != models.RoundOpen) {
		return nil
	}
	if err != nil {
		return err
	}
	words := func(v blocks.ThanksView) blocks.Message { return blocks.Left(blocks.LeftView{Name: v.Name}) }
	return w.settleMember(ctx, tx, round, m, models.MemberAway, words, nil, nil)
}

// ClearBlocker ends the blocker that a person reported last: it is not carried
// into the next prompt.
func (w *Worker) ClearBlocker(ctx context.Context, tx models.Team, roundID, user string) error {
	rc, err := w.roundContext(ctx, tx, roundID)
	if err != nil {
		return err
	}
	before, err := tx.PreviousAnswer(ctx, rc.checkin.ID, user, rc.round.Date)
	if err != nil {
		return notAsked(err)
	}
	return tx.ClearBlocked(ctx, before.RoundID, user)
}

// OfferHelp tells those who reported the blocker in that round, and nobody
// else, who offers help.
func (w *Worker) OfferHelp(ctx context.Context, tx models.Team, roundID string, offer blocks.HelpOfferView) error {
	rc, err := w.roundContext(ctx, tx, roundID)
	if err != nil {
		return err
	}
	answers, err := tx.Answers(ctx, roundID)
	if err != nil {
		return err
	}
	offer.Issue = rc.issue(offer.Key)
	for _, a := range answers {
		if a.Status != models.Blocked || a.BlockedKey != offer.Key || a.User == offer.Helper {
			continue
		}
		o := models.OutboxMessage{Channel: a.User, Kind: kindNotice, Key: "help:" + roundID + ":" + a.User + ":" + offer.Helper + ":" + offer.Key}
		if err := w.enqueue(ctx, tx, o, blocks.HelpOffer(offer)); err != nil {
			return err
		}
	}
	return nil
}
