// Package handlers says what happens on a command, a click and a submission:
// one file per feature. Rights are declared where a handler is registered and
// enforced here, in front of it.
package handlers

import (
	"context"
	"log/slog"
	"time"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

// App carries what the handlers need.
type App struct {
	Store    *models.Store
	Work     *work.Worker
	Slack    *bot.Slack
	Health   func() bot.Health
	Command  string        // "/headway"
	EnvTeam  func() string // the workspace whose bot token is in the environment, "" for none
	Owner    string        // Slack user id of the first owner, in their workspace; "" for the first Slack admin
	EnvToken bool          // a Jira token for it is in the environment
	Version  string
	Log      *slog.Logger
}

// Register puts every handler on the router.
func (a *App) Register(r *bot.Router) {
	r.OnError(a.words)
	r.OnCommand(a.command)
	a.registerCheckin(r)
	a.registerSetup(r)
	a.registerProject(r)
	a.registerReport(r)
	a.registerLink(r)
	a.registerHome(r)
	a.registerLifecycle(r)
	a.registerRefresh(r)
	a.registerJobs(r)
	a.registerAudience(r)
	a.registerCalendar(r)
	a.registerPersonTime(r)
	a.registerBlockers(r)
	a.registerRituals(r)
	a.registerData(r)
}

// call is one interaction of a person whose rights were checked.
type call struct {
	bot.Who
	team    models.Team
	person  bot.User
	role    models.Role    // on project, or in the workspace without one
	project models.Project // zero where the interaction concerns none
	permit  models.Permit  // only where the need asks for Browse
}

// admit checks the person and the role; project may be the zero value.
func (a *App) admit(ctx context.Context, w bot.Who, need Need, project models.Project) (*call, error) {
	person, err := a.Slack.User(ctx, w.Team, w.User)
	if err != nil {
		return nil, err
	}
	if person.Guest || person.Stranger || person.Bot || w.UserTeam != w.Team {
		return nil, work.Refusal{Say: "Headway is for full members of this workspace. Guests and people from other companies can't use it."}
	}
	c := &call{Who: w, team: a.Store.Team(w.Team), person: person, project: project}
	if c.role, err = standing(ctx, c.team, w.User, project.ID); err != nil {
		return nil, err
	}
	if c.role >= need.role {
		return c, nil
	}
	if need.somewhere {
		if some, err := somewhere(ctx, c.team, w.User); err != nil || some >= need.role {
			return c, err
		}
	}
	return nil, notAllowed{need}
}

// somewhere is the highest role that a person was given on any project.
func somewhere(ctx context.Context, team models.Team, user string) (models.Role, error) {
	grants, err := team.GrantsOf(ctx, user)
	role := models.Anyone
	for _, g := range grants {
		role = max(role, g.Role)
	}
	return role, err
}

// notAllowed is a role that is missing.
type notAllowed struct{ need Need }

func (e notAllowed) Error() string { return "handlers: needs " + e.need.who() }

// standing is a person's highest role in the workspace and on the project.
func standing(ctx context.Context, team models.Team, user, projectID string) (models.Role, error) {
	grants, err := team.GrantsOf(ctx, user)
	if err != nil {
		return models.Anyone, err
	}
	role := models.Anyone
	for _, g := range grants {
		if g.ProjectID == "" || g.ProjectID == projectID {
			role = max(role, g.Role)
		}
	}
	if role >= models.Member || projectID == "" {
		return role, nil
	}
	people, err := team.Participants(ctx, projectID)
	if err != nil {
		return models.Anyone, err
	}
	for _, p := range people {
		if p.User == user {
			return models.Member, nil
		}
	}
	return role, nil
}

// served runs h with its rights checked. A need for Browse asks Jira, which may
// be slow, so such a handler runs behind the ack.
func (a *App) served(ctx context.Context, w bot.Who, need Need, project models.Project, h func(context.Context, *call) (bot.Reply, error)) (bot.Reply, error) {
	c, err := a.admit(ctx, w, need, project)
	if err != nil {
		return bot.Reply{}, err
	}
	if !need.browse {
		return h(ctx, c)
	}
	return bot.Reply{After: func(ctx context.Context) error {
		c.permit, err = a.Work.MayBrowse(ctx, c.team, w.User, project)
		if err != nil {
			return a.explain(ctx, c, err)
		}
		reply, err := h(ctx, c)
		if err != nil {
			return err
		}
		return a.answer(ctx, c, reply)
	}}, nil
}

// answer sends what a handler that ran behind the ack has to say.
func (a *App) answer(ctx context.Context, c *call, reply bot.Reply) error {
	if reply.Message != nil {
		if err := a.tell(ctx, c, *reply.Message); err != nil {
			return err
		}
	}
	if reply.After != nil {
		return reply.After(ctx)
	}
	return nil
}

// tell shows a message to the person alone: in place where Slack gave a
// response URL, else as a direct message.
func (a *App) tell(ctx context.Context, c *call, m blocks.Message) error {
	if c.ResponseURL != "" {
		return a.Slack.Respond(ctx, c.ResponseURL, m, false)
	}
	channel, err := a.Slack.DM(ctx, c.Team, c.User)
	if err != nil {
		return err
	}
	_, err = a.Slack.Post(ctx, c.Team, channel, m, bot.PostOptions{})
	return err
}

// say is a reply to the person alone.
func say(m blocks.Message) bot.Reply { return bot.Reply{Message: &m} }

// zone is the person's own zone, UTC where Slack knows none.
func (c *call) zone() *time.Location {
	if z, err := time.LoadLocation(c.person.TZ); err == nil {
		return z
	}
	return time.UTC
}

// here is the business time in the person's zone.
func (a *App) here(c *call) time.Time { return a.Work.Now().In(c.zone()) }
