package work

import (
	"context"

	"headway/metrics"
	"headway/models"
)

// readSprints asks the board for its open sprints, for what check-ins are about.
// A board that does not tell them costs no figure: what was known of them stays,
// and ok is false.
func (r *reading) readSprints(ctx context.Context, client Jira) (sprints []models.Sprint, ok bool) {
	if !r.project.Sprints || r.project.BoardID == 0 {
		return nil, false
	}
	known, err := r.team.Sprints(ctx, r.project.ID)
	if err == nil {
		sprints, err = r.sprintsNow(ctx, client, known)
	}
	if err != nil && ctx.Err() == nil {
		r.w.Log.WarnContext(ctx, "sprints not read; those known before stay", "team", r.team.ID(), "project", r.project.ID, "problem", problemOf(err))
	}
	return sprints, err == nil
}

// sprintsNow are the open sprints and those known before that are closed since.
// One that Jira knows no more was deleted.
func (r *reading) sprintsNow(ctx context.Context, client Jira, known []models.Sprint) ([]models.Sprint, error) {
	open, err := client.Sprints(ctx, r.project.BoardID, models.SprintActive, models.SprintFuture)
	if err != nil {
		return nil, err
	}
	var sprints []models.Sprint
	listed := map[int64]bool{}
	for _, s := range open {
		listed[s.ID] = true
		sprints = append(sprints, r.sprint(s))
	}
	gone := map[int64]bool{}
	for _, s := range known {
		switch {
		case listed[s.ID] || s.BoardID != r.project.BoardID:
		case s.State == models.SprintClosed:
			sprints = append(sprints, s)
		default:
			gone[s.ID] = true
		}
	}
	if len(gone) == 0 {
		return sprints, nil
	}
	closed, err := client.Sprints(ctx, r.project.BoardID, models.SprintClosed)
	for _, s := range closed {
		if gone[s.ID] {
			sprints = append(sprints, r.sprint(s))
		}
	}
	return sprints, err
}

func (r *reading) sprint(s metrics.Sprint) models.Sprint {
	return models.Sprint{ProjectID: r.project.ID, ID: s.ID, BoardID: r.project.BoardID, Name: s.Name, State: s.State, Start: s.Start, End: s.End, Done: s.Done, SeenAt: r.now}
}

// storeSprints keeps what was read, and moves the check-ins that go by sprints.
func (r *reading) storeSprints(ctx context.Context, tx models.Team) error {
	if !r.sprintsRead {
		return nil
	}
	if err := tx.PutSprints(ctx, r.project.ID, r.sprints); err != nil {
		return err
	}
	return r.w.followSprints(ctx, tx, r.project.ID)
}

// topic is the name of the sprint that a round is about, "" for none.
func topic(ctx context.Context, tx models.Team, r models.Round) (string, error) {
	if r.SprintID == 0 {
		return "", nil
	}
	sprints, err := tx.Sprints(ctx, r.ProjectID)
	for _, s := range sprints {
		if s.ID == r.SprintID {
			return s.Name, nil
		}
	}
	return "", err
}
