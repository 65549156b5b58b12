package handlers

import (
	"context"
	"errors"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

// help lists what the person may use here; a topic narrows it to the commands
// that begin with it.
func (a *App) help(ctx context.Context, c *call, in args) (bot.Reply, error) {
	role := c.role
	if _, p, err := c.team.BindingOf(ctx, c.Channel); err == nil {
		if role, err = standing(ctx, c.team, c.User, p.ID); err != nil {
			return bot.Reply{}, err
		}
	}
	admins, err := a.Work.Admins(ctx, c.team)
	if err != nil {
		return bot.Reply{}, err
	}
	view := blocks.HelpView{Command: a.Command, First: len(admins) == 0}
	if role > models.Anyone {
		view.Role = role.String()
	}
	topic := strings.ToLower(strings.Join(in.words, " "))
	if !known(topic) {
		return say(blocks.UnknownCommand(a.Command, topic, nearest(commands(), in.words))), nil
	}
	for _, cmd := range commands() {
		if !strings.HasPrefix(cmd.name, topic) {
			continue
		}
		may := role >= cmd.need.role && (cmd.name != "setup" || role >= models.Admin) // setup is open only to whoever comes first
		if may || len(admins) == 0 {
			view.Rows = append(view.Rows, blocks.HelpRow{Name: cmd.name, Args: cmd.args, What: cmd.what, Admin: cmd.need.role >= models.Admin || cmd.name == "setup"})
		}
	}
	return say(blocks.Help(view)), nil
}

// orSay replaces "not found" by a sentence for the person.
func orSay(err error, sentence string) error {
	if errors.Is(err, models.ErrNotFound) {
		return work.Refusal{Say: sentence}
	}
	return err
}

// known says whether a command begins with topic.
func known(topic string) bool {
	for _, cmd := range commands() {
		if strings.HasPrefix(cmd.name, topic) {
			return true
		}
	}
	return false
}
