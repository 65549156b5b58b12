package work

import (
	"context"
	"fmt"
	"slices"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// Answer stores one person's answer to a round inside tx, turns the prompt into
// "Thanks" and closes the round when it was the last one.
func (w *Worker) Answer(ctx context.Context, tx models.Team, a models.Answer) error {
	return w.AnswerInWords(ctx, tx, a, Words{})
}

// AnswerInWords is Answer with what the person adds in their own words. An
// answer replaces the earlier one with all that was in it.
func (w *Worker) AnswerInWords(ctx context.Context, tx models.Team, a models.Answer, words Words) error {
	round, checkin, m, err := w.speaker(ctx, tx, a.RoundID, a.User)
	if err != nil {
		return err
	}
	a.At = w.Now()
	a.Late = round.State == models.RoundClosed // until then the summary still takes it
	previous, err := tx.PutAnswer(ctx, &a)
	if err != nil {
		return err
	}
	if err := w.putText(ctx, tx, checkin, round, a, words); err != nil {
		return err
	}
	if err := w.followBlockers(ctx, tx, round, a); err != nil {
		return err
	}
	return w.settleMember(ctx, tx, round, m, models.MemberAnswered, blocks.Thanks, &a, previous)
}

// Skip stores that a person skips this round.
func (w *Worker) Skip(ctx context.Context, tx models.Team, roundID, user string) error {
	round, _, m, err := w.speaker(ctx, tx, roundID, user)
	if err != nil {
		return err
	}
	switch {
	case round.State == models.RoundClosed:
		return Refusal{"This round is closed already, so there is nothing to skip."}
	case m.State == models.MemberAnswered:
		return Refusal{"You have answered already, so there is nothing to skip. `" + w.Command + " checkin edit` changes your answer."}
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
	version := models.NewID() // away and back, twice a day, are four edits
	if a != nil {
		version = fmt.Sprint(a.Version)
	}
	if err := w.confirm(ctx, tx, m, state+":"+version, words(view)); err != nil {
		return err
	}
	if err := tx.TouchHomes(ctx, m.User); err != nil {
		return err
	}
	return w.closeIfComplete(ctx, tx, round)
}

// confirm turns a person's prompt and reminders into the answer; someone who
// answered before being asked has none, and gets a message instead.
func (w *Worker) confirm(ctx context.Context, tx models.Team, member models.RoundMember, version string, m blocks.Message) error {
	roundID, user, edited := member.RoundID, member.User, false
	for _, target := range append(reminderKeys(member), promptKey(roundID, user)) {
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
	if waitedFor(members) {
		return nil
	}
	return w.closeRound(ctx, tx, round)
}

// waitedFor says whether somebody is still to answer.
func waitedFor(members []models.RoundMember) bool {
	return slices.ContainsFunc(members, func(m models.RoundMember) bool {
		return m.State == models.MemberWaiting || m.State == models.MemberAsked
	})
}

// Today is the local date of a project.
func (w *Worker) Today(p models.Project) calendar.Date {
	return calendar.DateOf(w.Now(), p.Location())
}
