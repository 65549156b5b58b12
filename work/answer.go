package work

import (
	"context"
	"fmt"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// Answer stores one person's answer to a round inside tx, turns the prompt into
// "Thanks" and closes the round when it was the last one.
func (w *Worker) Answer(ctx context.Context, tx models.Team, a models.Answer) error {
	round, err := tx.LockRound(ctx, a.RoundID)
	if err != nil {
		return err
	}
	m, err := tx.RoundMember(ctx, a.RoundID, a.User)
	if err != nil {
		return notAsked(err)
	}
	a.At = w.Now()
	a.Late = round.State == models.RoundClosed // until then the summary still takes it
	previous, err := tx.PutAnswer(ctx, &a)
	if err != nil {
		return err
	}
	return w.settleMember(ctx, tx, round, m, models.MemberAnswered, blocks.Thanks, &a, previous)
}

// Skip stores that a person skips this round.
func (w *Worker) Skip(ctx context.Context, tx models.Team, roundID, user string) error {
	round, err := tx.LockRound(ctx, roundID)
	if err != nil {
		return err
	}
	m, err := tx.RoundMember(ctx, roundID, user)
	if err != nil {
		return notAsked(err)
	}
	if round.State == models.RoundClosed {
		return Refusal{"This round is closed already, so there is nothing to skip."}
	}
	return w.settleMember(ctx, tx, round, m, models.MemberSkipped, blocks.Skipped, nil, nil)
}

// settleMember records a member's last word in an open round, edits the prompt,
// lets App Home say so and closes the round when nobody is left to wait for. A
// late answer after the close changes no published figure.
func (w *Worker) settleMember(ctx context.Context, tx models.Team, round models.Round, m models.RoundMember, state string, words func(blocks.ThanksView) blocks.Message, a, previous *models.Answer) error {
	if err := tx.SetMemberState(ctx, round.ID, m.User, state); err != nil {
		return err
	}
	view, err := w.thanksView(ctx, tx, round, m, a, previous)
	if err != nil {
		return err
	}
	version := "0"
	if a != nil {
		version = fmt.Sprint(a.Version)
	}
	if err := w.confirm(ctx, tx, round.ID, m.User, state+":"+version, words(view)); err != nil {
		return err
	}
	if err := tx.TouchHomes(ctx, m.User); err != nil {
		return err
	}
	return w.closeIfComplete(ctx, tx, round)
}

// confirm turns a person's prompt and reminder into the answer; someone who
// answered before being asked has none, and gets a message instead.
func (w *Worker) confirm(ctx context.Context, tx models.Team, roundID, user, version string, m blocks.Message) error {
	edited := false
	for _, target := range []string{promptKey(roundID, user), reminderKey(roundID, user)} {
		asked, err := tx.Enqueued(ctx, target)
		if err != nil {
			return err
		}
		if !asked {
			continue
		}
		edited = true
		edit := models.OutboxMessage{Channel: user, Kind: kindThanks, Method: models.MethodUpdate, TargetKey: target, Key: "thanks:" + target + ":" + version}
		if err := w.enqueue(ctx, tx, edit, m); err != nil {
			return err
		}
	}
	if edited {
		return nil
	}
	return w.enqueue(ctx, tx, models.OutboxMessage{Channel: user, Kind: kindThanks, Key: "thanks:" + roundID + ":" + user + ":" + version}, m)
}

func (w *Worker) closeIfComplete(ctx context.Context, tx models.Team, round models.Round) error {
	if round.State != models.RoundOpen {
		return nil
	}
	members, err := tx.RoundMembers(ctx, round.ID)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.State == models.MemberWaiting || m.State == models.MemberAsked {
			return nil
		}
	}
	return w.closeRound(ctx, tx, round)
}

// AnswerableRound is the round that a person's command or shortcut means: the
// open one that closes first, those not answered yet before the others.
func (w *Worker) AnswerableRound(ctx context.Context, team models.Team, user string) (models.Membership, error) {
	open, err := team.OpenMemberships(ctx, user)
	if err != nil {
		return models.Membership{}, err
	}
	if len(open) == 0 {
		return models.Membership{}, Refusal{"No check-in waits for you right now."}
	}
	for _, m := range open {
		if m.Member.State == models.MemberWaiting || m.Member.State == models.MemberAsked {
			return m, nil
		}
	}
	return open[0], nil
}

// Today is the local date of a project.
func (w *Worker) Today(p models.Project) calendar.Date {
	return calendar.DateOf(w.Now(), p.Location())
}
