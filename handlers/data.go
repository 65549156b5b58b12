package handlers

import (
	"context"

	"headway/blocks"
	"headway/bot"
	"headway/calendar"
	"headway/models"
	"headway/work"
)

func (a *App) registerData(r *bot.Router) {
	onSubmit(a, r, anyone, blocks.EraseSubmit, workspace[blocks.EraseCtx], a.submitErase)
}

// dataMe shows what is stored on the person who asks.
func (a *App) dataMe(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	view, err := a.Work.Held(ctx, c.team, c.User, c.zone())
	return say(blocks.DataHeld(view)), err
}

// dataExport sends the person's own rows by direct message, as a file where the
// workspace allows it.
func (a *App) dataExport(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	dup, err := c.team.Once(ctx, c.Key, func(tx models.Team) error {
		return a.Work.Audit(ctx, tx, c.User, "data.export", "", "")
	})
	if err != nil || dup {
		return say(blocks.ExportComing()), err
	}
	return bot.Reply{Message: say(blocks.ExportComing()).Message, After: func(ctx context.Context) error {
		text, err := a.Work.Export(ctx, c.team, c.User)
		if err != nil {
			return err
		}
		channel, err := a.Slack.DM(ctx, c.Team, c.User)
		if err != nil {
			return err
		}
		today := calendar.DateOf(a.Work.Now(), c.zone())
		err = a.Slack.Upload(ctx, c.Team, channel, "headway-"+today.String()+".json", blocks.ExportTitle(today), []byte(text))
		if err == nil {
			return nil
		}
		a.Log.InfoContext(ctx, "export goes as messages", "team", c.Team, "error", err)
		return a.Work.SendExport(ctx, c.team, c.User, c.Key, text)
	}}, nil
}

// dataErase says what would go, before anything does.
func (a *App) dataErase(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	view, err := a.Work.Held(ctx, c.team, c.User, c.zone())
	if err != nil || len(view.Rows) == 0 {
		return say(blocks.DataHeld(view)), err
	}
	return a.open(ctx, c, blocks.EraseForm(view, c.User))
}

// submitErase erases. The receipt goes around the outbox, whose row would name
// the person: the modal shows it, and a direct message repeats it.
func (a *App) submitErase(ctx context.Context, c *call, carried blocks.EraseCtx, _ blocks.EraseInput) (bot.Reply, error) {
	if carried.User != c.User {
		return bot.Reply{}, work.Refusal{Say: "This form was opened by somebody else. Nothing was erased."}
	}
	var receipt models.Receipt
	dup, err := c.team.Once(ctx, c.Key, func(tx models.Team) (err error) {
		receipt, err = a.Work.Erase(ctx, tx, c.User)
		return err
	})
	if err != nil || dup {
		return bot.Reply{}, err
	}
	a.Work.Wake()
	message := blocks.Erased(blocks.ErasedView{Rows: receipt})
	shown := blocks.InModal("Erased", message)
	return bot.Reply{Update: &shown, After: func(ctx context.Context) error {
		channel, err := a.Slack.DM(ctx, c.Team, c.User)
		if err == nil {
			_, err = a.Slack.Post(ctx, c.Team, channel, message, bot.PostOptions{})
		}
		return err
	}}, nil
}
