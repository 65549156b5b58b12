package handlers

import (
	"context"

	"headway/blocks"
	"headway/bot"
	"headway/models"
)

// scope finds the project that an id belongs to; an id of another team or of a
// deleted row is models.ErrNotFound.
type scope[T any] func(ctx context.Context, team models.Team, id T) (models.Project, error)

// workspace is the scope of what concerns no project.
func workspace[T any](context.Context, models.Team, T) (models.Project, error) {
	return models.Project{}, nil
}

// on registers a click with its need.
func on[T ~string](a *App, r *bot.Router, need Need, action blocks.Action[T], find scope[T], h func(context.Context, *call, bot.Click[T]) (bot.Reply, error)) {
	bot.On(r, action, func(ctx context.Context, click bot.Click[T]) (bot.Reply, error) {
		project, err := find(ctx, a.Store.Team(click.Team), click.ID)
		if err != nil {
			return bot.Reply{}, err
		}
		return a.served(ctx, click.Who, need, project, func(ctx context.Context, c *call) (bot.Reply, error) {
			return h(ctx, c, click)
		})
	})
}

// onSubmit registers a submission with its need.
func onSubmit[C, V any](a *App, r *bot.Router, need Need, form blocks.Form[C, V], find scope[C], h func(context.Context, *call, C, V) (bot.Reply, error)) {
	bot.OnSubmit(r, form, func(ctx context.Context, w bot.Who, carried C, v V) (bot.Reply, error) {
		project, err := find(ctx, a.Store.Team(w.Team), carried)
		if err != nil {
			return bot.Reply{}, err
		}
		return a.served(ctx, w, need, project, func(ctx context.Context, c *call) (bot.Reply, error) {
			return h(ctx, c, carried, v)
		})
	})
}

// onOptions registers an option list with its need; someone without it sees an
// empty list.
func onOptions[T ~string](a *App, r *bot.Router, need Need, source blocks.Action[T], h func(context.Context, *call, T, string) ([]blocks.Option, error)) {
	bot.OnOptions(r, source, func(ctx context.Context, w bot.Who, id T, query string) ([]blocks.Option, error) {
		c, err := a.admit(ctx, w, need, models.Project{})
		if err != nil {
			return nil, err
		}
		return h(ctx, c, id, query)
	})
}
