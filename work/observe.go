package work

import (
	"context"

	"headway/models"
)

// observe makes somebody who takes part in a project, or without one in any, an
// observer, who is not asked and not waited for, or ends that.
func (w *Worker) observe(ctx context.Context, tx models.Team, user, projectID string, observer bool) error {
	mine, err := tx.ParticipationsOf(ctx, user)
	if err != nil {
		return err
	}
	for _, m := range mine {
		if m.Observer == observer || projectID != "" && m.ProjectID != projectID {
			continue
		}
		if err := w.observeIn(ctx, tx, m, observer); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) observeIn(ctx context.Context, tx models.Team, m models.Participant, observer bool) error {
	people, err := tx.Participants(ctx, m.ProjectID)
	if err != nil {
		return err
	}
	for i := range people {
		if people[i].User == m.User {
			people[i].Observer = observer
		}
	}
	if err := tx.SetParticipants(ctx, m.ProjectID, people); err != nil {
		return err
	}
	if observer {
		if err := w.excuseFrom(ctx, tx, m.User, m.ProjectID); err != nil {
			return err
		}
	}
	return w.moveRound(ctx, tx, m.ProjectID)
}
