package handlers

import (
	"context"
	"errors"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/models"
)

func (a *App) registerCheckin(r *bot.Router) {
	on(a, r, anyone, blocks.CheckinOnTrack, ofRound, a.whileOpen(a.tap(models.OnTrack)))
	on(a, r, anyone, blocks.CheckinAtRisk, ofRound, a.whileOpen(a.tap(models.AtRisk)))
	on(a, r, anyone, blocks.CheckinBlocked, ofRound, a.whileOpen(a.openBlocked))
	on(a, r, anyone, blocks.CheckinFull, ofRound, a.openAnswer)
	on(a, r, anyone, blocks.CheckinChange, ofRound, a.openAnswer)
	on(a, r, anyone, blocks.CheckinMore, ofRound, a.more)
	on(a, r, member, blocks.SummaryShow, ofRound, a.showAnswers)
	on(a, r, member, blocks.SummaryHelp, ofRound, a.offerHelp)
	on(a, r, anyone, blocks.CheckinPick, ofRound, a.picked)
	on(a, r, anyone, blocks.CheckinEarly, ofCheckin, a.pickedEarly)
	on(a, r, anyone, blocks.MismatchFine, ofRound, a.mismatchFine)
	on(a, r, anyone, blocks.MismatchBlocked, ofRound, a.mismatchBlocked)
	on(a, r, anyone, blocks.MismatchFix, ofRound, a.mismatchFix)
	onSubmit(a, r, anyone, blocks.AnswerSubmit, ofRoundCtx, a.submitAnswer)
	onSubmit(a, r, anyone, blocks.BlockedSubmit, ofRoundCtx, a.submitBlocked)
	onSubmit(a, r, anyone, blocks.AwaySubmit, ofRoundCtx, a.submitAway)
	r.OnShortcut(blocks.ShortcutAnswer, func(ctx context.Context, w bot.Who) (bot.Reply, error) {
		return a.served(ctx, w, anyone, models.Project{}, func(ctx context.Context, c *call) (bot.Reply, error) {
			return a.checkinNow(ctx, c, args{})
		})
	})
}

func ofRound(ctx context.Context, team models.Team, id blocks.RoundID) (models.Project, error) {
	round, err := team.Round(ctx, string(id))
	if err != nil {
		return models.Project{}, err
	}
	return team.Project(ctx, round.ProjectID)
}

func ofRoundCtx(ctx context.Context, team models.Team, c blocks.RoundCtx) (models.Project, error) {
	switch {
	case c.Round != "":
	case c.Checkin != "":
		return ofCheckin(ctx, team, blocks.CheckinID(c.Checkin))
	default:
		return models.Project{}, nil
	}
	return ofRound(ctx, team, blocks.RoundID(c.Round))
}

// ofPrompt serves a button of a prompt.
type ofPrompt = func(context.Context, *call, bot.Click[blocks.RoundID]) (bot.Reply, error)

// whileOpen serves a button of an open round; on a closed one it offers to
// answer late.
func (a *App) whileOpen(serve ofPrompt) ofPrompt {
	return func(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
		closed, err := a.Work.ClosedPrompt(ctx, c.team, string(click.ID), c.User)
		if err != nil || closed != nil {
			return bot.Reply{Message: closed}, err
		}
		return serve(ctx, c, click)
	}
}

// tap stores a one-tap answer.
func (a *App) tap(status string) ofPrompt {
	return func(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
		return a.store(ctx, c, blocks.RoundCtx{Round: string(click.ID)}, models.Answer{Status: status}, "")
	}
}

// openBlocked asks the one follow-up of a blocked answer. A round that looks back
// has none.
func (a *App) openBlocked(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
	if round, err := c.team.Round(ctx, string(click.ID)); err != nil {
		return bot.Reply{}, err
	} else if blocks.TemplateOf(round.Template).Reflects {
		return a.tap(models.Blocked)(ctx, c, click)
	}
	view, err := a.Work.BlockedView(ctx, c.team, string(click.ID), c.User)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.open(ctx, c, blocks.BlockedForm(view))
}

// openAnswer opens the full form, pre-filled with the answer that stands. The
// person's own items in progress come from Jira behind the ack, since Jira may
// take longer than the trigger lives.
func (a *App) openAnswer(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
	return a.openAnswerOf(ctx, c, string(click.ID))
}

func (a *App) openAnswerOf(ctx context.Context, c *call, roundID string) (bot.Reply, error) {
	view, err := a.Work.AnswerView(ctx, c.team, roundID, c.User)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.openForm(ctx, c, view)
}

func (a *App) openForm(ctx context.Context, c *call, view blocks.AnswerView) (bot.Reply, error) {
	ref, err := a.Slack.Open(ctx, c.Team, c.Trigger, blocks.AnswerForm(view))
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{After: func(ctx context.Context) error {
		mine, err := a.Work.MyItems(ctx, c.team, c.User, c.project)
		if err != nil || len(mine) == 0 { // without them the form takes typed keys
			return nil
		}
		view.Mine = mine
		_, err = a.Slack.UpdateView(ctx, c.Team, ref, blocks.AnswerForm(view))
		return ignoreGoneView(err)
	}}, nil
}

func (a *App) open(ctx context.Context, c *call, v blocks.View) (bot.Reply, error) {
	_, err := a.Slack.Open(ctx, c.Team, c.Trigger, v)
	return bot.Reply{}, err
}

// more serves the prompt's menu: skip, remind later, away, not on this team.
func (a *App) more(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
	switch click.Value {
	case blocks.MoreSkip:
		return a.once(ctx, c, func(tx models.Team) error {
			return a.Work.Skip(ctx, tx, string(click.ID), c.User)
		})
	case blocks.MoreSnooze:
		return a.snoozeRound(ctx, c, string(click.ID), usualSnooze)
	case blocks.MoreAway:
		today := a.today(c)
		return a.open(ctx, c, blocks.AwayForm(blocks.AwayView{Ctx: blocks.RoundCtx{Round: string(click.ID)}, Input: blocks.AwayInput{From: today, To: today}}))
	case blocks.MoreLeave:
		return a.once(ctx, c, func(tx models.Team) error {
			return a.Work.Leave(ctx, tx, string(click.ID), c.User)
		})
	default:
		return say(blocks.OldButton()), nil
	}
}

// once writes on an interaction, whose redelivery writes nothing.
func (a *App) once(ctx context.Context, c *call, fn func(tx models.Team) error) (bot.Reply, error) {
	_, err := c.team.Once(ctx, c.Key, fn)
	a.Work.Wake()
	return bot.Reply{}, err
}

func (a *App) submitAnswer(ctx context.Context, c *call, carried blocks.RoundCtx, in blocks.AnswerInput) (bot.Reply, error) {
	return a.store(ctx, c, carried, models.Answer{
		Status: in.Status, Confidence: in.Confidence, Plan: strings.Join(in.Plan, ","),
		BlockedKind: in.Kind, Since: in.Since, BlockedKey: in.Key, AskedForHelp: in.Help}, in.Text)
}

func (a *App) submitBlocked(ctx context.Context, c *call, carried blocks.RoundCtx, in blocks.BlockedInput) (bot.Reply, error) {
	return a.store(ctx, c, carried, models.Answer{
		Status: models.Blocked, BlockedKind: in.Kind, Since: in.Since, BlockedKey: in.Key, AskedForHelp: in.Help}, in.Text)
}

// showAnswers lists a round's answers to a member of the team, as its privacy
// allows.
func (a *App) showAnswers(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
	view, err := a.Work.AnswersView(ctx, c.team, string(click.ID), c.User, c.role, a.here(c))
	if err != nil {
		return bot.Reply{}, err
	}
	if c.role >= models.Manager { // what a manager looks at, the team's log shows
		if err := a.Work.Audit(ctx, c.team, c.User, "answers.view", c.project.ID, string(click.ID)); err != nil {
			return bot.Reply{}, err
		}
	}
	return say(blocks.Answers(view)), nil
}

// offerHelp tells whoever reported the blocker, and nobody else, who can help.
func (a *App) offerHelp(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
	offer := blocks.HelpOfferView{Issue: blocks.Issue{Key: click.Value}, Helper: c.User}
	_, err := a.once(ctx, c, func(tx models.Team) error {
		return a.Work.OfferHelp(ctx, tx, string(click.ID), offer)
	})
	return say(blocks.HelpSent(offer)), err
}

// ignoreGoneView forgives a modal that its owner closed meanwhile.
func ignoreGoneView(err error) error {
	var coded interface{ Code() string }
	if errors.As(err, &coded) && (coded.Code() == "not_found" || coded.Code() == "hash_conflict") {
		return nil
	}
	return err
}
