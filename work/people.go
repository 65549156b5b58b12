package work

import (
	"context"
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
	if err := w.excuseFrom(ctx, tx, user, ""); err != nil {
		return err
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

// excuseFrom takes a person out of the open rounds of a project, or of all, in
// which they have not answered: they are not missing.
func (w *Worker) excuseFrom(ctx context.Context, tx models.Team, user, projectID string) error {
	open, err := tx.OpenMemberships(ctx, user)
	if err != nil {
		return err
	}
	for _, m := range open {
		if projectID != "" && m.Project.ID != projectID {
			continue
		}
		if err := w.excuseMember(ctx, tx, m.Round.ID, user); err != nil {
			return err
		}
	}
	return nil
}

// excuseMember takes one person who has not answered out of an open round, and
// closes it when nobody is left to wait for.
func (w *Worker) excuseMember(ctx context.Context, tx models.Team, roundID, user string) error {
	round, err := tx.LockRound(ctx, roundID)
	if err != nil || round.State != models.RoundOpen {
		return err
	}
	m, err := tx.RoundMember(ctx, roundID, user)
	if err != nil || m.State != models.MemberWaiting && m.State != models.MemberAsked {
		return err
	}
	if err := tx.SetMemberState(ctx, round.ID, user, models.MemberAway); err != nil {
		return err
	}
	if err := tx.TouchHomes(ctx, user); err != nil {
		return err
	}
	return w.closeIfComplete(ctx, tx, round)
}

// moveRound moves a project's next rounds to the members' times as they are now.
// One that is due this moment is left to open first.
func (w *Worker) moveRound(ctx context.Context, tx models.Team, projectID string) error {
	p, err := tx.Project(ctx, projectID)
	if err != nil || p.State != models.ProjectActive {
		return err
	}
	all, err := tx.Checkins(ctx, projectID)
	if err != nil {
		return err
	}
	for _, c := range all {
		next, err := nextSlot(ctx, tx, ScheduleCheckin, c.ID)
		if err != nil {
			return err
		}
		if !next.NextDue.After(w.Now()) {
			continue
		}
		if err := w.scheduleCheckin(ctx, tx, p, c); err != nil {
			return err
		}
	}
	return nil
}
