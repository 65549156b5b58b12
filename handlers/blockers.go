package handlers

import (
	"context"

	"headway/blocks"
	"headway/bot"
	"headway/models"
)

// Blockers are their person's own: the rows decide, whatever the role.
func (a *App) registerBlockers(r *bot.Router) {
	on(a, r, anyone, blocks.BlockerCleared, ofBlocker, a.blockerCleared)
	on(a, r, anyone, blocks.BlockerKept, ofBlocker, a.blockerKept(false))
	on(a, r, anyone, blocks.BlockerHelp, ofBlocker, a.blockerKept(true))
}

func ofBlocker(ctx context.Context, team models.Team, id blocks.BlockerID) (models.Project, error) {
	b, err := team.Blocker(ctx, string(id))
	if err != nil {
		return models.Project{}, err
	}
	return team.Project(ctx, b.ProjectID)
}

// blockerCleared is the one tap that ends a blocker. App Home and the reminder
// show it by themselves.
func (a *App) blockerCleared(ctx context.Context, c *call, click bot.Click[blocks.BlockerID]) (bot.Reply, error) {
	var view *blocks.ClearedView // nil for a redelivery, which was answered
	_, err := a.once(ctx, c, func(tx models.Team) error {
		cleared, err := a.Work.ClearBlocker(ctx, tx, string(click.ID), c.User)
		cleared.Where = click.Value
		view = &cleared
		return err
	})
	if err != nil || view == nil || view.Shown() {
		return bot.Reply{}, err
	}
	return say(blocks.Cleared(*view)), nil
}

// blockerKept is "Still blocked" and "I need help" of a reminder, which turns
// into the answer.
func (a *App) blockerKept(help bool) func(context.Context, *call, bot.Click[blocks.BlockerID]) (bot.Reply, error) {
	return func(ctx context.Context, c *call, click bot.Click[blocks.BlockerID]) (bot.Reply, error) {
		var words *blocks.Message
		_, err := a.once(ctx, c, func(tx models.Team) (err error) {
			words, err = a.Work.KeepBlocker(ctx, tx, string(click.ID), c.User, help)
			return err
		})
		return bot.Reply{Message: words}, err
	}
}
