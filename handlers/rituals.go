package handlers

import (
	"context"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

func (a *App) registerRituals(r *bot.Router) {
	onSubmit(a, r, admin, blocks.RitualChooseSubmit, ofRitualCtx, a.chooseRitual)
	onSubmit(a, r, admin, blocks.RitualSubmit, ofRitualCtx, a.submitRitual)
	on(a, r, admin, blocks.CheckinExample, workspace, clicked[blocks.None](func(context.Context, *call) (bot.Reply, error) {
		return say(blocks.ExampleButton()), nil
	}))
	on(a, r, admin, blocks.RitualFewer, ofCheckin, a.decide(work.DecideFewer))
	on(a, r, admin, blocks.RitualPause, ofCheckin, a.decide(work.DecidePause))
	on(a, r, admin, blocks.RitualKeep, ofCheckin, a.decide(work.DecideKeep))
}

func ofRitualCtx(ctx context.Context, team models.Team, c blocks.RitualCtx) (models.Project, error) {
	return team.Project(ctx, c.Project)
}

// configure asks which check-in, or of which template another one.
func (a *App) configure(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	view, err := a.Work.RitualChoices(ctx, c.team, c.project)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.open(ctx, c, blocks.RitualChoose(view))
}

func (a *App) chooseRitual(ctx context.Context, c *call, _ blocks.RitualCtx, chosen blocks.RitualChoice) (bot.Reply, error) {
	var view blocks.RitualView
	var err error
	if chosen.Template != "" {
		view, err = a.Work.NewRitual(ctx, c.team, c.project, chosen.Template)
	} else {
		view, err = a.Work.RitualView(ctx, c.team, c.project, chosen.Checkin)
	}
	if err != nil {
		return bot.Reply{}, err
	}
	form := blocks.Ritual(view)
	return bot.Reply{Update: &form}, nil
}

// submitRitual looks everyone up in Slack behind the ack and stores the
// check-in, or brings the form back with what is wrong.
func (a *App) submitRitual(_ context.Context, c *call, carried blocks.RitualCtx, in blocks.CheckinInput) (bot.Reply, error) {
	if blocks.TemplateOf(in.Template).Rhythm == blocks.RhythmMidpoint && !c.project.Sprints {
		return bot.Reply{Errors: blocks.FieldErrors{blocks.FieldTemplate: "This project's board has no sprints, so no midpoint either. Choose another one."}}, nil
	}
	save := func(ctx context.Context) (blocks.View, error) {
		people, err := a.participants(ctx, c, in.Participants)
		if err != nil {
			return blocks.View{}, err
		}
		checkin := checkinOf(c.project, in)
		checkin.ID = carried.Checkin
		_, err = c.team.Once(ctx, c.Key, func(tx models.Team) (err error) {
			checkin, err = a.Work.Configure(ctx, tx, c.User, c.project, checkin, people)
			return err
		})
		if err != nil {
			return blocks.View{}, err
		}
		a.Work.Wake()
		return a.ritualSaved(ctx, c, checkin)
	}
	back := func(e work.FieldError) blocks.View {
		return blocks.Ritual(blocks.RitualView{Ctx: carried, Name: c.project.Name, Key: c.project.Key, Input: in, Problem: above(e), Errors: under(e)})
	}
	return a.thenLink(c, in.Participants, a.checking(c, "Configure check-ins", "who is asked", save, back)), nil
}

func (a *App) ritualSaved(ctx context.Context, c *call, checkin models.Checkin) (blocks.View, error) {
	next, err := a.Work.NextOf(ctx, c.team, c.project, checkin.ID)
	if err != nil {
		return blocks.View{}, err
	}
	view := blocks.RitualSavedView{Name: checkin.Name, Next: next}
	open, err := c.team.OpenRounds(ctx, c.project.ID)
	for _, r := range open {
		view.Open = view.Open || r.CheckinID == checkin.ID
	}
	return blocks.RitualSaved(view), err
}

// preview shows when a check-in is held next, and how it will look.
func (a *App) preview(ctx context.Context, c *call, in args) (bot.Reply, error) {
	checkin, err := a.namedCheckin(ctx, c, in, "preview")
	if err != nil {
		return bot.Reply{}, err
	}
	view, err := a.Work.Preview(ctx, c.team, c.project, checkin)
	if err != nil {
		return bot.Reply{}, err
	}
	return say(blocks.RitualPreview(view)), nil
}

// runNow asks everyone now, by hand.
func (a *App) runNow(ctx context.Context, c *call, in args) (bot.Reply, error) {
	checkin, err := a.namedCheckin(ctx, c, in, "run")
	if err != nil {
		return bot.Reply{}, err
	}
	var round models.Round
	dup, err := c.team.Once(ctx, c.Key, func(tx models.Team) (err error) {
		round, err = a.Work.RunCheckin(ctx, tx, c.User, c.project, checkin)
		return err
	})
	if err != nil || dup {
		return bot.Reply{}, err
	}
	reply := say(blocks.CheckinRun(blocks.CheckinRunView{Name: checkin.Name, Asked: round.Asked, Until: round.CloseAt.In(c.zone())}))
	reply.After = a.Work.AskMembers
	return reply, nil
}

// namedCheckin is the check-in that the words name by its template or its name;
// without words the project's only one.
func (a *App) namedCheckin(ctx context.Context, c *call, in args, verb string) (models.Checkin, error) {
	all, err := c.team.Checkins(ctx, c.project.ID)
	if err != nil {
		return models.Checkin{}, err
	}
	if c.project.State == models.ProjectDraft || len(all) == 0 {
		return models.Checkin{}, work.Refusal{Say: c.project.Key + " is not set up yet. Finish the setup first."}
	}
	typed := strings.ToLower(strings.Join(in.words, " "))
	var found []models.Checkin
	var names []string
	for _, k := range all {
		names = append(names, "`"+a.Command+" checkin "+verb+" "+blocks.TemplateOf(k.Template).ID+"`")
		if typed == blocks.TemplateOf(k.Template).ID || typed == strings.ToLower(k.Name) || typed == "" && len(all) == 1 {
			found = append(found, k)
		}
	}
	if len(found) > 0 {
		return found[0], nil
	}
	return models.Checkin{}, work.Refusal{Say: "Which check-in? " + strings.Join(names, ", ") + ", or its full name."}
}

func (a *App) checkinPause(ctx context.Context, c *call, in args) (bot.Reply, error) {
	until, err := work.UntilDate(in.words, a.Work.Today(c.project))
	if err != nil {
		return bot.Reply{}, err
	}
	_, err = a.once(ctx, c, func(tx models.Team) error { return a.Work.PauseCheckins(ctx, tx, c.User, c.project, until) })
	return say(blocks.CheckinsPaused(blocks.CheckinsPausedView{Project: c.project.Name, Until: until, Command: a.Command, Now: a.here(c)})), err
}

func (a *App) checkinResume(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	_, err := a.once(ctx, c, func(tx models.Team) error { return a.Work.ResumeCheckins(ctx, tx, c.User, c.project) })
	if err != nil {
		return bot.Reply{}, err
	}
	next, err := a.Work.NextWords(ctx, c.team, c.project)
	return say(blocks.CheckinsPaused(blocks.CheckinsPausedView{Project: c.project.Name, Resumed: true, Next: next, Now: a.here(c)})), err
}

// decide carries out what an admin made of a proposal; the outbox says who
// decided in every admin's message.
func (a *App) decide(choice string) func(context.Context, *call, bot.Click[blocks.CheckinID]) (bot.Reply, error) {
	return func(ctx context.Context, c *call, click bot.Click[blocks.CheckinID]) (bot.Reply, error) {
		return a.once(ctx, c, func(tx models.Team) error {
			return a.Work.Decide(ctx, tx, c.User, string(click.ID), click.Value, choice)
		})
	}
}
