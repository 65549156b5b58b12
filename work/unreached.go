package work

import (
	"context"
	"errors"
	"slices"
	"strings"

	"headway/blocks"
	"headway/models"
)

// Slack's codes for a channel that takes no posts of ours any more, and for a
// person who can't be written to.
var (
	channelGone = []string{"is_archived", "not_in_channel", "channel_not_found"}
	personGone  = []string{"user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot"}
)

// postedWords are what a channel waits for in vain, by kind of message.
var postedWords = map[string]string{kindSummary: "check-in's summary", kindReport: "report"}

// unreached follows a message that Slack refuses for good, before it is given
// up: should this process die in between, the message is tried again, and what
// was done is not done twice.
func (w *Worker) unreached(ctx context.Context, row models.Outbox, code string) error {
	team := w.Store.Team(row.TeamID)
	switch {
	case postedWords[row.Kind] != "" && !isUser(row.Channel) && slices.Contains(channelGone, code):
		return team.Atomically(ctx, func(tx models.Team) error { return w.channelBroken(ctx, tx, row, code) })
	case (row.Kind == kindPrompt || row.Kind == kindReminder) && slices.Contains(personGone, code):
		_, rest, _ := strings.Cut(row.Key, ":")
		round, user, _ := strings.Cut(rest, ":")
		err := team.Atomically(ctx, func(tx models.Team) error { return w.excuseMember(ctx, tx, round, user) })
		if errors.Is(err, models.ErrNotFound) { // the round or the project is gone too
			return nil
		}
		return err
	}
	return nil
}

// channelBroken tells the admins once what to do, until a post gets through
// again. A channel that was unbound meanwhile is nobody's trouble.
func (w *Worker) channelBroken(ctx context.Context, tx models.Team, row models.Outbox, code string) error {
	won, err := tx.SetBroken(ctx, row.Channel, code)
	if err != nil || !won {
		return err
	}
	_, p, err := tx.BindingOf(ctx, row.Channel)
	if err != nil {
		return err
	}
	m := blocks.ChannelBroken(blocks.ChannelBrokenView{Channel: row.Channel, Code: code, What: postedWords[row.Kind], Project: p.Name, Key: p.Key, Command: w.Command})
	if err := w.tellAdmins(ctx, tx, "broken:"+row.ID, m); err != nil {
		return err
	}
	return w.audit(ctx, tx, "", "channel.broken", p.ID, row.Channel+" "+code)
}

// reached ends such an incident: a post got through.
func (w *Worker) reached(ctx context.Context, row models.Outbox) error {
	if postedWords[row.Kind] == "" || isUser(row.Channel) {
		return nil
	}
	_, err := w.Store.Team(row.TeamID).SetBroken(ctx, row.Channel, "")
	return err
}
