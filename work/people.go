package work

import (
	"context"
	"errors"
	"time"

	"headway/models"
)

// PersonChanged follows a person's Slack account: whoever is gone or no full
// member any more is not asked again, and questions follow their zone (an IANA
// name, "" where Slack tells none). It writes nothing for people who take part
// nowhere and where nothing changed.
func (w *Worker) PersonChanged(ctx context.Context, tx models.Team, user, zone string, full bool) error {
	mine, err := tx.ParticipationsOf(ctx, user)
	if err != nil || len(mine) == 0 {
		return err
	}
	if !full {
		return w.dropPerson(ctx, tx, user, mine)
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == mine[0].Zone {
		return nil
	}
	if err := tx.SetZone(ctx, user, zone); err != nil {
		return err
	}
	for _, m := range mine {
		if err := w.moveRound(ctx, tx, m.ProjectID); err != nil {
			return err
		}
	}
	return nil
}

// Concerns says whether a change of the person's account has anything to change
// here.
func (w *Worker) Concerns(ctx context.Context, team models.Team, user, zone string, full bool) (bool, error) {
	mine, err := team.ParticipationsOf(ctx, user)
	return len(mine) > 0 && (!full || zone != mine[0].Zone), err
}

// dropPerson takes a person out of every check-in. Open rounds don't count them
// as missing.
func (w *Worker) dropPerson(ctx context.Context, tx models.Team, user string, mine []models.Participant) error {
	open, err := tx.OpenMemberships(ctx, user)
	if err != nil {
		return err
	}
	for _, m := range open {
		if m.Member.State != models.MemberWaiting && m.Member.State != models.MemberAsked {
			continue
		}
		round, err := tx.LockRound(ctx, m.Round.ID)
		if err != nil {
			return err
		}
		if err := tx.SetMemberState(ctx, round.ID, user, models.MemberAway); err != nil {
			return err
		}
		if err := w.closeIfComplete(ctx, tx, round); err != nil {
			return err
		}
	}
	if err := tx.RemoveParticipant(ctx, user); err != nil {
		return err
	}
	for _, m := range mine {
		if err := w.audit(ctx, tx, "", "checkin.gone", m.ProjectID, user); err != nil {
			return err
		}
	}
	return nil
}

// moveRound moves a project's next round to the members' times and the calendar
// as they are now.
func (w *Worker) moveRound(ctx context.Context, tx models.Team, projectID string) error {
	p, err := tx.Project(ctx, projectID)
	if err != nil || p.State != models.ProjectActive {
		return err
	}
	c, err := tx.CheckinOf(ctx, projectID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	next, err := nextSlot(ctx, tx, ScheduleCheckin, c.ID)
	if err != nil || next.NextDue.IsZero() {
		return err
	}
	return w.scheduleCheckin(ctx, tx, p, c)
}
