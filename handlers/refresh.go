package handlers

import (
	"context"
	"html"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

func (a *App) registerRefresh(r *bot.Router) {
	on(a, r, manager, blocks.RefreshAll, ofProject, clicked[blocks.ProjectID](func(ctx context.Context, c *call) (bot.Reply, error) {
		return a.askRefresh(ctx, c, true)
	}))
}

// refresh reads the project now; --full asks for a word first.
func (a *App) refresh(ctx context.Context, c *call, in args) (bot.Reply, error) {
	full := false
	for _, word := range in.words {
		if word != "--full" {
			return bot.Reply{}, work.Refusal{Say: "I don't know \"" + html.UnescapeString(word) + "\" here. Use `" + a.Command + " refresh " + c.project.Key + "`, or add `--full` to read all weeks again."}
		}
		full = true
	}
	if full {
		return say(blocks.RefreshAsk(blocks.RefreshAskView{Project: blocks.ProjectID(c.project.ID), Name: c.project.Name, Weeks: work.HistoryWeeks, Command: a.Command, Key: c.project.Key})), nil
	}
	return a.askRefresh(ctx, c, false)
}

// askRefresh notes the wish and reads behind the ack; should this process die,
// the clock has another one read.
func (a *App) askRefresh(ctx context.Context, c *call, full bool) (bot.Reply, error) {
	reply, err := a.once(ctx, c, func(tx models.Team) error { return a.Work.AskRefresh(ctx, tx, c.User, c.project, full) })
	if err != nil {
		return reply, err
	}
	begun := blocks.RefreshBegun(c.project.Name)
	return bot.Reply{Message: &begun, After: func(ctx context.Context) error { return a.Work.ReadNow(ctx, c.team, c.project.ID) }}, nil
}
