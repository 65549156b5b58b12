package handlers

import (
	"context"
	"errors"

	"headway/blocks"
	"headway/bot"
	"headway/calendar"
	"headway/models"
)

func (a *App) registerProject(r *bot.Router) {
	on(a, r, admin, blocks.ProjectMore, ofProject, a.projectMore)
	on(a, r, admin, blocks.BindDeclare, ofBinding, a.declare(true))
	on(a, r, admin, blocks.BindSafe, ofBinding, a.declare(false))
	onSubmit(a, r, admin, blocks.ProjectEditSubmit, ofProjectCtx, a.submitProjectEdit)
	onSubmit(a, r, admin, blocks.ProjectDeleteSubmit, ofProjectCtx, a.submitProjectDelete)
}

func ofProjectCtx(ctx context.Context, team models.Team, c blocks.ProjectCtx) (models.Project, error) {
	return team.Project(ctx, c.Project)
}

// ofBinding: a channel has one project, so its id names the binding.
func ofBinding(ctx context.Context, team models.Team, id blocks.BindingID) (models.Project, error) {
	_, p, err := team.BindingOf(ctx, string(id))
	return p, err
}

// projectList shows the projects to whoever has to do with one of them.
func (a *App) projectList(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	projects, err := c.team.Projects(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	view := blocks.ProjectsView{Admin: c.role >= models.Admin, Others: len(projects) > 0}
	for _, p := range projects {
		visible, err := a.concerns(ctx, c, p)
		if err != nil {
			return bot.Reply{}, err
		}
		if visible {
			view.Rows = append(view.Rows, blocks.ProjectRow{ID: blocks.ProjectID(p.ID), Key: p.Key, Name: p.Name, State: p.State, Kind: kindOf(p), Channel: p.ReportChannel})
		}
	}
	return say(blocks.Projects(view)), nil
}

// concerns: an admin's, one's own, or the one of the channel asked in.
func (a *App) concerns(ctx context.Context, c *call, p models.Project) (bool, error) {
	role, err := standing(ctx, c.team, c.User, p.ID)
	if err != nil || role >= models.Member {
		return role >= models.Member, err
	}
	_, bound, err := c.team.BindingOf(ctx, c.Channel)
	if errors.Is(err, models.ErrNotFound) {
		return false, nil
	}
	return bound.ID == p.ID, err
}

func kindOf(p models.Project) string {
	if p.Sprints {
		return "Scrum"
	}
	return "Kanban"
}

func (a *App) projectMore(ctx context.Context, c *call, click bot.Click[blocks.ProjectID]) (bot.Reply, error) {
	switch click.Value {
	case blocks.ProjectDoEdit:
		return a.openProjectEdit(ctx, c)
	case blocks.ProjectDoAsk:
		return a.configure(ctx, c, args{})
	case blocks.ProjectDoPause:
		return a.projectPause(ctx, c, args{})
	case blocks.ProjectDoResume:
		return a.projectResume(ctx, c, args{})
	case blocks.ProjectDoArchive:
		return a.projectArchive(ctx, c, args{})
	case blocks.ProjectDoDelete:
		return a.projectDelete(ctx, c, args{})
	default:
		return say(blocks.OldButton()), nil
	}
}

func (a *App) projectPause(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	return a.changeProject(ctx, c, "paused", a.Work.Pause)
}

func (a *App) projectResume(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	return a.changeProject(ctx, c, "resumed", a.Work.Resume)
}

func (a *App) projectArchive(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	return a.changeProject(ctx, c, "archived", a.Work.Archive)
}

func (a *App) changeProject(ctx context.Context, c *call, verb string, change func(context.Context, models.Team, string, models.Project) error) (bot.Reply, error) {
	_, err := a.once(ctx, c, func(tx models.Team) error { return change(ctx, tx, c.User, c.project) })
	return say(blocks.ProjectChanged(blocks.ProjectChangedView{Name: c.project.Name, Key: c.project.Key, Verb: verb})), err
}

func (a *App) projectEdit(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	return a.openProjectEdit(ctx, c)
}

func (a *App) openProjectEdit(ctx context.Context, c *call) (bot.Reply, error) {
	view := blocks.ProjectEditView{Ctx: blocks.ProjectCtx{Project: c.project.ID}, Name: c.project.Name, Key: c.project.Key,
		Input: blocks.ProjectEditInput{Zone: c.project.Zone, Workdays: c.project.Workdays, Country: c.project.Country}}
	for _, country := range calendar.Countries() {
		view.Countries = append(view.Countries, blocks.Option{Value: country.Code, Label: country.Name})
	}
	return a.open(ctx, c, blocks.ProjectEdit(view))
}

func (a *App) submitProjectEdit(ctx context.Context, c *call, _ blocks.ProjectCtx, in blocks.ProjectEditInput) (bot.Reply, error) {
	p := c.project
	p.Zone, p.Workdays, p.Country = in.Zone, in.Workdays, in.Country
	if problems := p.Validate(); problems != nil {
		return bot.Reply{Errors: problems}, nil
	}
	_, err := a.once(ctx, c, func(tx models.Team) error { return a.Work.EditProject(ctx, tx, c.User, p) })
	return say(blocks.ProjectChanged(blocks.ProjectChangedView{Name: p.Name, Key: p.Key, Verb: "edited"})), err
}

func (a *App) projectDelete(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	return a.open(ctx, c, blocks.ProjectDelete(blocks.ProjectDeleteView{Ctx: blocks.ProjectCtx{Project: c.project.ID}, Name: c.project.Name, Key: c.project.Key}))
}

func (a *App) submitProjectDelete(ctx context.Context, c *call, _ blocks.ProjectCtx, in blocks.ProjectDeleteInput) (bot.Reply, error) {
	if in.Key != c.project.Key {
		return bot.Reply{Errors: blocks.FieldErrors{blocks.FieldTypedKey: "Type " + c.project.Key + " to delete this project."}}, nil
	}
	var rows map[string]int
	_, err := a.once(ctx, c, func(tx models.Team) (err error) {
		rows, err = a.Work.Delete(ctx, tx, c.User, c.project)
		return err
	})
	return say(blocks.DeleteReceipt(blocks.DeleteReceiptView{Name: c.project.Name, Key: c.project.Key, Rows: rows})), err
}

// bind ties the channel with the safe summary, and looks behind the ack who reads
// there. Where Jira can't tell, the admin is asked.
func (a *App) bind(ctx context.Context, c *call, in args) (bot.Reply, error) {
	channel := in.mentioned(channelMention)
	if channel == "" {
		channel = c.Channel
	}
	if err := a.usableChannel(ctx, c, channel, c.project.JiraID); err != nil {
		return bot.Reply{}, err
	}
	_, err := a.once(ctx, c, func(tx models.Team) error { return a.Work.Bind(ctx, tx, c.User, c.project, channel, false) })
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{After: func(ctx context.Context) error {
		view := a.bindView(ctx, c, channel, false)
		found, err := a.Work.LookAtChannel(ctx, c.team, c.project, channel)
		if err != nil {
			a.Log.WarnContext(ctx, "readers of a channel not looked at", "team", c.Team, "error", err)
		}
		if view.Verified, view.Reason = found.Verified, found.Reason; view.Verified {
			return a.tell(ctx, c, blocks.Bound(view))
		}
		return a.tell(ctx, c, blocks.BindAsk(view))
	}}, nil
}

func (a *App) bindView(ctx context.Context, c *call, channel string, declared bool) blocks.BindView {
	view := blocks.BindView{Binding: blocks.BindingID(channel), Project: c.project.Name, Key: c.project.Key, Channel: channel, Declared: declared, By: c.User}
	if info, err := a.Slack.Channel(ctx, c.Team, channel); err == nil {
		view.Members = info.Members
	}
	return view
}

// declare stores an admin's word on who reads a channel.
func (a *App) declare(everyone bool) func(context.Context, *call, bot.Click[blocks.BindingID]) (bot.Reply, error) {
	return func(ctx context.Context, c *call, click bot.Click[blocks.BindingID]) (bot.Reply, error) {
		channel := string(click.ID)
		_, err := a.once(ctx, c, func(tx models.Team) error { return a.Work.Bind(ctx, tx, c.User, c.project, channel, everyone) })
		return say(blocks.Bound(a.bindView(ctx, c, channel, everyone))), err
	}
}

func (a *App) unbind(ctx context.Context, c *call, in args) (bot.Reply, error) {
	channel := in.mentioned(channelMention)
	if channel == "" {
		channel = c.Channel
	}
	_, err := a.once(ctx, c, func(tx models.Team) (err error) {
		c.project, err = a.Work.Unbind(ctx, tx, c.User, channel)
		return err
	})
	return say(blocks.Unbound(blocks.BindView{Channel: channel, Project: c.project.Name, Key: c.project.Key})), err
}
