package work

import (
	"context"
	"errors"

	"headway/blocks"
	"headway/models"
)

// Pause stops a project's check-ins, reports and refreshes; nothing is lost.
func (w *Worker) Pause(ctx context.Context, tx models.Team, user string, p models.Project) error {
	return w.setProjectState(ctx, tx, user, p, models.ProjectPaused, "project.pause")
}

// Archive stops a project for good; its figures stay until it is deleted.
func (w *Worker) Archive(ctx context.Context, tx models.Team, user string, p models.Project) error {
	return w.setProjectState(ctx, tx, user, p, models.ProjectArchived, "project.archive")
}

func (w *Worker) setProjectState(ctx context.Context, tx models.Team, user string, p models.Project, state string, verb string) error {
	if p.State == models.ProjectDraft {
		return Refusal{p.Key + " is not set up yet. Finish it, or delete it."}
	}
	p.State = state
	if err := tx.PutProject(ctx, &p); err != nil {
		return err
	}
	if err := tx.PauseSchedules(ctx, p.ID); err != nil {
		return err
	}
	if err := w.endRounds(ctx, tx, p.ID, ""); err != nil {
		return err
	}
	return w.audit(ctx, tx, user, verb, p.ID, p.Key)
}

// Resume puts a paused or archived project back on the clock.
func (w *Worker) Resume(ctx context.Context, tx models.Team, user string, p models.Project) error {
	if p.State == models.ProjectDraft {
		return Refusal{p.Key + " is not set up yet. Finish the setup first."}
	}
	p.State = models.ProjectActive
	if err := tx.PutProject(ctx, &p); err != nil {
		return err
	}
	if err := w.scheduleAll(ctx, tx, p); err != nil {
		return err
	}
	return w.audit(ctx, tx, user, "project.resume", p.ID, p.Key)
}

// Delete removes a project and everything stored on it, and returns the number
// of rows per table.
func (w *Worker) Delete(ctx context.Context, tx models.Team, user string, p models.Project) (map[string]int, error) {
	receipt, err := tx.DeleteProject(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return receipt, w.audit(ctx, tx, user, "project.delete", "", p.Key)
}

// Bind makes p the default project of a channel. declared says that an admin
// confirmed that everyone there may see the project; otherwise the channel gets
// the safe summary until a look at its members shows that all of them may. A project without a channel of its own posts there from now
// on.
func (w *Worker) Bind(ctx context.Context, tx models.Team, user string, p models.Project, channel string, declared bool) error {
	b := models.Binding{ProjectID: p.ID, Channel: channel, Audience: models.AudienceUnknown, At: w.Now()}
	if declared {
		b.Audience, b.DeclaredBy = models.AudienceDeclared, user
	}
	if err := tx.Bind(ctx, b); err != nil {
		return err
	}
	if err := w.lookSoon(ctx, tx, p, channel); err != nil {
		return err
	}
	if bound, _, err := w.reach(ctx, tx, p.ID, p.ReportChannel); err != nil {
		return err
	} else if !bound && p.State != models.ProjectDraft {
		if err := w.postTo(ctx, tx, p, channel); err != nil {
			return err
		}
	}
	return w.audit(ctx, tx, user, "channel.bind", p.ID, channel+" "+b.Audience)
}

// postTo makes a channel the one for the project's reports and summaries.
func (w *Worker) postTo(ctx context.Context, tx models.Team, p models.Project, channel string) error {
	p.ReportChannel = channel
	if err := tx.PutProject(ctx, &p); err != nil {
		return err
	}
	return w.checkinChannels(ctx, tx, p)
}

// Unbind takes the project off a channel.
func (w *Worker) Unbind(ctx context.Context, tx models.Team, user, channel string) (models.Project, error) {
	_, p, err := tx.BindingOf(ctx, channel)
	if errors.Is(err, models.ErrNotFound) {
		return p, Refusal{"No project is bound to this channel."}
	}
	if err != nil {
		return p, err
	}
	if err := tx.Unbind(ctx, channel); err != nil {
		return p, err
	}
	return p, w.audit(ctx, tx, user, "channel.unbind", p.ID, channel)
}

// Grant gives a role; Revoke takes it. The last admin stays.
func (w *Worker) Grant(ctx context.Context, tx models.Team, by, user string, role models.Role, projectID string) error {
	g := models.RoleGrant{ID: models.NewID(), User: user, Role: role, ProjectID: projectID, By: by, At: w.Now()}
	if err := tx.Grant(ctx, g); err != nil {
		return err
	}
	if role == models.Observer {
		if err := w.observe(ctx, tx, user, projectID, true); err != nil {
			return err
		}
	}
	return w.audit(ctx, tx, by, "role.grant", projectID, role.String()+" "+user)
}

// Revoke takes a role from a person.
func (w *Worker) Revoke(ctx context.Context, tx models.Team, by, user string, role models.Role, projectID string) error {
	err := tx.Revoke(ctx, user, role, projectID)
	if errors.Is(err, models.ErrLastAdmin) {
		return Refusal{"This is the last admin. Make someone else an admin first."}
	}
	if errors.Is(err, models.ErrNotFound) {
		return Refusal{"This person doesn't have that role."}
	}
	if err == nil && role == models.Observer {
		err = w.observe(ctx, tx, user, projectID, false)
	}
	if err != nil {
		return err
	}
	return w.audit(ctx, tx, by, "role.revoke", projectID, role.String()+" "+user)
}

// EditProject stores changed settings; its schedules and open rounds follow them.
func (w *Worker) EditProject(ctx context.Context, tx models.Team, user string, p models.Project) error {
	if err := tx.PutProject(ctx, &p); err != nil {
		return err
	}
	if p.State == models.ProjectActive {
		if err := w.scheduleAll(ctx, tx, p); err != nil {
			return err
		}
		if err := w.calendarChanged(ctx, tx, p.ID); err != nil {
			return err
		}
	}
	return w.audit(ctx, tx, user, "project.edit", p.ID, p.Key)
}

// Notify sends a person one direct message per key.
func (w *Worker) Notify(ctx context.Context, tx models.Team, user, key string, m blocks.Message) error {
	return w.enqueue(ctx, tx, models.OutboxMessage{Channel: user, Kind: kindNotice, Key: key}, m)
}

// audit stores who changed or viewed what; detail holds ids, keys and counts
// only. What is changed may show on anyone's App Home.
func (w *Worker) audit(ctx context.Context, tx models.Team, user, verb, projectID, detail string) error {
	if changesHomes(verb) {
		if err := tx.TouchHomes(ctx); err != nil {
			return err
		}
	}
	return tx.Audit(ctx, models.Audit{ID: models.NewID(), At: w.Now(), Actor: user, Verb: verb, ProjectID: projectID, Subject: detail})
}

// Audit stores a view or a change that a handler made on its own.
func (w *Worker) Audit(ctx context.Context, tx models.Team, user, verb, projectID, detail string) error {
	return w.audit(ctx, tx, user, verb, projectID, detail)
}

// Admins are the people who may configure the workspace.
func (w *Worker) Admins(ctx context.Context, team models.Team) ([]string, error) {
	grants, err := team.Grants(ctx)
	if err != nil {
		return nil, err
	}
	var users []string
	seen := map[string]bool{}
	for _, g := range grants {
		if g.Role >= models.Admin && g.ProjectID == "" && !seen[g.User] {
			seen[g.User] = true
			users = append(users, g.User)
		}
	}
	return users, nil
}
