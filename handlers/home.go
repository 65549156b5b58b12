package handlers

import (
	"context"
	"errors"

	"headway/blocks"
	"headway/bot"
	"headway/calendar"
	"headway/models"
	"headway/work"
)

func (a *App) registerHome(r *bot.Router) {
	r.OnHome(func(ctx context.Context, w bot.Who) (bot.Reply, error) {
		return bot.Reply{After: func(ctx context.Context) error {
			if err := a.Store.Team(w.Team).OpenHome(ctx, w.User, a.Work.Now()); err != nil {
				return err
			}
			return a.ShowHome(ctx, w.Team, w.User)
		}}, nil
	})
	on(a, r, anyone, blocks.HomeAnswer, ofRound, func(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
		return a.openAnswerOf(ctx, c, string(click.ID))
	})
	on(a, r, anyone, blocks.HomeStatus, workspace, a.inModal("Status", (*App).status))
	on(a, r, anyone, blocks.HomeRoles, workspace, a.inModal("Roles", (*App).rolesList))
}

// inModal serves a click on App Home with what the command says: there is no
// conversation to say it in.
func (a *App) inModal(title string, command func(*App, context.Context, *call, args) (bot.Reply, error)) func(context.Context, *call, bot.Click[blocks.None]) (bot.Reply, error) {
	return clicked[blocks.None](func(ctx context.Context, c *call) (bot.Reply, error) {
		reply, err := command(a, ctx, c, args{})
		if err != nil {
			return reply, err
		}
		return a.open(ctx, c, blocks.InModal(title, *reply.Message))
	})
}

// ShowHome publishes a person's App Home: what waits for them, their projects,
// and for admins the settings. It holds no figure of Jira's.
func (a *App) ShowHome(ctx context.Context, team, user string) error {
	w := bot.Who{Team: team, User: user, UserTeam: team}
	c, err := a.admit(ctx, w, anyone, models.Project{})
	var refusal work.Refusal
	if errors.As(err, &refusal) {
		return a.Slack.Publish(ctx, team, user, blocks.Home{Blocks: blocks.Refusal(refusal.Say).Blocks})
	}
	if err != nil {
		return err
	}
	view, err := a.homeView(ctx, c)
	if err != nil {
		return err
	}
	return a.Slack.Publish(ctx, team, user, blocks.HomeTab(view))
}

func (a *App) homeView(ctx context.Context, c *call) (blocks.HomeView, error) {
	view := blocks.HomeView{Now: a.here(c), Command: a.Command, Admin: c.role >= models.Admin}
	admins, err := a.Work.Admins(ctx, c.team)
	if err != nil {
		return view, err
	}
	view.Fresh = len(admins) == 0
	if view.MayOwn, err = a.mayOwn(ctx, c); err != nil {
		return view, err
	}
	if view.Admin {
		if view.Connections, err = a.connectionRows(ctx, c); err != nil {
			return view, err
		}
	}
	if view.Waiting, err = a.waiting(ctx, c); err != nil {
		return view, err
	}
	if view.Time, err = a.timeView(ctx, c); err != nil {
		return view, err
	}
	if view.Blockers, err = a.Work.OpenBlockers(ctx, c.team, c.User); err != nil {
		return view, err
	}
	projects, err := c.team.Projects(ctx)
	if err != nil {
		return view, err
	}
	for _, p := range projects {
		role, err := standing(ctx, c.team, c.User, p.ID)
		if err != nil {
			return view, err
		}
		if role < models.Member {
			continue
		}
		row, err := a.homeProject(ctx, c, p, role)
		if err != nil {
			return view, err
		}
		view.Projects = append(view.Projects, row)
		view.Linked = view.Linked || row.CanReport
	}
	return view, nil
}

// waiting are the open rounds of the person, answered ones with what was said.
func (a *App) waiting(ctx context.Context, c *call) ([]blocks.HomeRound, error) {
	open, err := c.team.OpenMemberships(ctx, c.User)
	if err != nil {
		return nil, err
	}
	var out []blocks.HomeRound
	for _, m := range open {
		if m.Member.State == models.MemberAway {
			continue
		}
		r := blocks.HomeRound{Round: blocks.RoundID(m.Round.ID), Name: m.Round.Name, Template: m.Round.Template, Day: m.Round.Date.At(12, 0, c.zone()), CloseAt: m.Member.CloseAt.In(c.zone()), Skipped: m.Member.State == models.MemberSkipped}
		answer, err := c.team.AnswerOf(ctx, m.Round.ID, c.User)
		if err == nil {
			r.Status = answer.Status
		} else if !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (a *App) homeProject(ctx context.Context, c *call, p models.Project, role models.Role) (blocks.HomeProjectRow, error) {
	row := blocks.HomeProjectRow{ID: blocks.ProjectID(p.ID), Key: p.Key, Name: p.Name, State: p.State, Step: p.Step, CanEdit: role >= models.Admin}
	next, err := a.Work.NextMoments(ctx, c.team, p)
	if err != nil {
		return row, err
	}
	mark, err := c.team.Watermark(ctx, p.ID)
	if err != nil {
		return row, err
	}
	times, err := c.team.TimesOf(ctx, c.User)
	if err != nil {
		return row, err
	}
	row.NextCheckin, row.NextReport, row.AsOf = next.CheckinOf(c.zone(), times[c.User]), inZone(c, next.Report), inZone(c, mark.ReadUpTo)
	row.ReportWeek = calendar.WeekOf(a.Work.Today(p)).Prev()
	row.Problem = a.readingProblem(c, mark)
	_, err = c.team.LinkOf(ctx, c.User, p.ConnectionID)
	row.CanReport = err == nil && p.State != models.ProjectDraft
	if errors.Is(err, models.ErrNotFound) {
		err = nil
	}
	return row, err
}
