package handlers

import (
	"context"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/calendar"
	"headway/work"
)

// mineDays is how far back one's own history goes without a range: four weeks.
const mineDays = 28

// mine shows a person their own history, and nobody else's.
func (a *App) mine(ctx context.Context, c *call, in args) (bot.Reply, error) {
	now := a.here(c)
	today := calendar.DateOf(now, now.Location())
	span := calendar.Span{From: today.AddDays(1 - mineDays), To: today}
	if typed := strings.Join(in.words, ""); typed != "" {
		var err error
		if span, err = calendar.ParsePast(typed, today); err != nil {
			return bot.Reply{}, work.Refusal{Say: "I can't read that time. Try `2w`, `30d`, `" + today.String()[:7] + "` or `" + today.AddDays(-9).String() + ".." + today.String() + "`."}
		}
	}
	view, err := a.Work.Mine(ctx, c.team, c.User, span, now)
	if err != nil {
		return bot.Reply{}, err
	}
	return say(blocks.Mine(view)), nil
}

// catchup tells a person what happened while they were away. It may ask Jira, so
// it runs behind the ack.
func (a *App) catchup(ctx context.Context, c *call, in args) (bot.Reply, error) {
	now := a.here(c)
	today := calendar.DateOf(now, now.Location())
	var since calendar.Date
	if len(in.words) > 0 {
		var err error
		if since, err = calendar.ParseSince(strings.Join(in.words, ""), today); err != nil {
			return bot.Reply{}, work.Refusal{Say: "I can't read that day. Try `2w`, `10d` or `" + today.AddDays(-14).String() + "`."}
		}
	}
	return bot.Reply{After: func(ctx context.Context) error {
		view, err := a.Work.Catchup(ctx, c.team, c.User, since, now)
		if err != nil {
			return a.explain(ctx, c, err)
		}
		return a.tell(ctx, c, blocks.Catchup(view))
	}}, nil
}
