package bot

import (
	"context"

	"github.com/slack-go/slack"
)

// Channel is a conversation as the bot sees it.
type Channel struct {
	ID       string
	Name     string // without "#"
	Member   bool   // the bot is in it
	Private  bool
	Archived bool
	External bool // shared with another company, or about to be
	Members  int
}

// Channel looks a conversation up. It needs channels:read (groups:read for
// private ones); without it the error has code missing_scope, and a private
// channel the bot is not in gives channel_not_found.
func (s *Slack) Channel(ctx context.Context, team, channel string) (Channel, error) {
	var found Channel
	err := s.call(ctx, team, "conversations.info", func(ctx context.Context, api *slack.Client) error {
		c, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: channel, IncludeNumMembers: true})
		if err == nil {
			found = channelOf(*c)
		}
		return err
	})
	return found, err
}

func channelOf(c slack.Channel) Channel {
	return Channel{
		ID:       c.ID,
		Name:     c.Name,
		Member:   c.IsMember || c.IsIM,
		Private:  c.IsPrivate || c.IsIM || c.IsMpIM,
		Archived: c.IsArchived,
		External: c.IsExtShared || c.IsPendingExtShared,
		Members:  c.NumMembers,
	}
}

// Members lists the ids of everyone in a channel; it needs the same scopes as
// Channel. Each page has its own 10 s.
func (s *Slack) Members(ctx context.Context, team, channel string) ([]string, error) {
	var all []string
	var cursor string
	for {
		err := s.call(ctx, team, "conversations.members", func(ctx context.Context, api *slack.Client) (err error) {
			var page []string
			page, cursor, err = api.GetUsersInConversationContext(ctx, &slack.GetUsersInConversationParameters{ChannelID: channel, Cursor: cursor, Limit: pageSize})
			all = append(all, page...)
			return err
		})
		if err != nil {
			return nil, err
		}
		if cursor == "" {
			return all, nil
		}
	}
}
