package work

import (
	"context"
	"errors"

	"headway/blocks"
	"headway/models"
)

// Leave takes a person off the check-ins of a project they say is not theirs; an
// admin can add them again.
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
	if err := w.excuseFrom(ctx, tx, user, rc.project.ID); err != nil {
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
	words := func(blocks.ThanksView) blocks.Message { return blocks.Left(blocks.LeftView{Name: rc.project.Name}) }
	return w.settleMember(ctx, tx, round, m, models.MemberAway, words, nil, nil)
}

// OfferHelp tells those whose way it is in, and nobody else, who offers help. It
// refuses where there is nobody to tell any more.
func (w *Worker) OfferHelp(ctx context.Context, tx models.Team, roundID string, offer blocks.HelpOfferView) error {
	rc, err := w.roundContext(ctx, tx, roundID)
	if err != nil {
		return err
	}
	rows, err := tx.ProjectBlockers(ctx, rc.project.ID)
	if err != nil {
		return err
	}
	offer.Issue = rc.issue(offer.Key)
	told := 0
	for _, b := range rows {
		if b.CheckinID != rc.checkin.ID || !b.Open() || b.Key != offer.Key || b.User == offer.Helper {
			continue
		}
		o := models.OutboxMessage{Channel: b.User, Kind: kindNotice, Key: "help:" + roundID + ":" + b.User + ":" + offer.Helper + ":" + offer.Key}
		if err := w.enqueue(ctx, tx, o, blocks.HelpOffer(offer)); err != nil {
			return err
		}
		told++
	}
	if told == 0 {
		return Refusal{"Nobody else waits for help with " + offer.Key + " any more."}
	}
	return nil
}
