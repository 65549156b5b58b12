package handlers

import (
	"context"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

func (a *App) registerLink(r *bot.Router) {
	on(a, r, anyone, blocks.LinkRequest, workspace, a.linkRequest)
	on(a, r, admin, blocks.LinkConfirm, workspace, a.linkConfirm)
	onSubmit(a, r, admin, blocks.LinkSubmit, workspace, a.submitLink)
}

// linkRequest asks the admins to link the person, at each Jira site where they
// are not linked yet. Nobody links themselves.
func (a *App) linkRequest(ctx context.Context, c *call, _ bot.Click[blocks.None]) (bot.Reply, error) {
	admins, err := a.Work.Admins(ctx, c.team)
	if err != nil {
		return bot.Reply{}, err
	}
	_, err = a.once(ctx, c, func(tx models.Team) error { return a.Work.RequestLink(ctx, tx, c.User, admins) })
	return say(blocks.LinkAsked(len(admins))), err
}

// linkConfirm opens the form for an admin; the ref is "connection.user".
func (a *App) linkConfirm(ctx context.Context, c *call, click bot.Click[blocks.LinkRef]) (bot.Reply, error) {
	connection, user, _ := strings.Cut(string(click.ID), ".")
	return a.openLink(ctx, c, connection, user)
}

// link is the admin's command.
func (a *App) link(ctx context.Context, c *call, in args) (bot.Reply, error) {
	connections, err := c.team.Connections(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(connections) == 0 {
		return bot.Reply{}, work.Refusal{Say: "Connect Jira first: `" + a.Command + " connect`."}
	}
	return a.openLink(ctx, c, connections[0].ID, in.mentioned(userMention))
}

func (a *App) openLink(ctx context.Context, c *call, connectionID, user string) (bot.Reply, error) {
	conn, err := c.team.Connection(ctx, connectionID)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.open(ctx, c, blocks.LinkForm(blocks.LinkView{Ctx: blocks.LinkCtx{Connection: conn.ID, User: user}, Site: conn.Site, Input: blocks.LinkInput{User: user}}))
}

// submitLink asks Jira behind the ack whether there is such a person, and links
// them only then.
func (a *App) submitLink(ctx context.Context, c *call, carried blocks.LinkCtx, in blocks.LinkInput) (bot.Reply, error) {
	conn, err := c.team.Connection(ctx, carried.Connection)
	if err != nil {
		return bot.Reply{}, err
	}
	link := func(ctx context.Context) (blocks.View, error) {
		account, err := a.Work.JiraPerson(ctx, c.team, conn.ID, in.Account)
		if err != nil {
			return blocks.View{}, err
		}
		_, err = a.once(ctx, c, func(tx models.Team) error {
			if err := a.Work.Link(ctx, tx, c.User, in.User, conn.ID, in.Account); err != nil {
				return err
			}
			return a.Work.Notify(ctx, tx, in.User, "linked:"+c.Key, blocks.Linked(blocks.LinkedView{Site: conn.Site}))
		})
		return blocks.LinkedNotice(blocks.LinkedView{User: in.User, Site: conn.Site, Account: account.Name}), err
	}
	back := func(e work.FieldError) blocks.View {
		return blocks.LinkForm(blocks.LinkView{Ctx: carried, Site: conn.Site, Input: in, Problem: above(e), Errors: under(e)})
	}
	return a.checking(c, "Link a Jira account", conn.Site, link, back), nil
}

// unlink takes an admin's or an email's word on someone back.
func (a *App) unlink(ctx context.Context, c *call, in args) (bot.Reply, error) {
	user := in.mentioned(userMention)
	if user == "" {
		return bot.Reply{}, work.Refusal{Say: "Whom? Write it like this: `" + a.Command + " unlink @someone`."}
	}
	_, err := a.once(ctx, c, func(tx models.Team) error { return a.Work.Unlink(ctx, tx, c.User, user) })
	return say(blocks.Unlinked(blocks.LinkedView{User: user, ToAdmin: true})), err
}
