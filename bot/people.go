package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"
)

// User is a person or app of the workspace.
type User struct {
	ID       string
	Name     string // what others see: display name, else real name, else handle
	TZ       string // "Europe/Berlin"; "" when Slack does not know
	Email    string // "" without the scope users:read.email
	Verified bool   // Slack has confirmed the email
	Guest    bool   // single- or multi-channel guest
	Stranger bool   // from another workspace, by Slack Connect
	Bot      bool
	Deleted  bool
	Admin    bool // workspace admin
	Owner    bool // workspace owner
}

// userAge is how long what users.info said is believed.
const userAge = 10 * time.Minute

type cachedUser struct {
	user  User
	until time.Time
}

// User looks a person up; answers are kept for 10 minutes.
func (s *Slack) User(ctx context.Context, team, user string) (User, error) {
	if w, _, err := s.workspace(ctx, team); err == nil && w != nil {
		if u, ok := w.user(user); ok {
			return u, nil
		}
	}
	var found User
	err := s.call(ctx, team, "users.info", func(ctx context.Context, api *slack.Client) error {
		u, err := api.GetUserInfoContext(ctx, user)
		if err == nil {
			found = userOf(*u, team)
		}
		return err
	})
	if err != nil {
		return User{}, err
	}
	if w := s.known(team); w != nil {
		w.keepUser(found)
	}
	return found, nil
}

// forgetUser drops what is kept of a person whose profile has changed.
func (s *Slack) forgetUser(team, user string) {
	w := s.known(team)
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.users, user)
}

// pageSize is what Slack recommends for lists.
const pageSize = 200

// Users lists everyone in the workspace, bots and deleted accounts included.
// Each page has its own 10 s.
func (s *Slack) Users(ctx context.Context, team string) ([]User, error) {
	var all []User
	var pages slack.UserPagination
	var of *slack.Client
	for {
		err := s.call(ctx, team, "users.list", func(ctx context.Context, api *slack.Client) (err error) {
			if api != of { // the first page, or a renewed token: from the start
				pages, of, all = api.GetUsersPaginated(slack.GetUsersOptionLimit(pageSize)), api, nil
			}
			pages, err = pages.Next(ctx)
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, u := range pages.Users {
			all = append(all, userOf(u, team))
		}
		if pages.Cursor == "" {
			return all, nil
		}
	}
}

func userOf(u slack.User, team string) User {
	return User{
		ID:       u.ID,
		Name:     firstOf(u.Profile.DisplayName, u.Profile.RealName, u.RealName, u.Name),
		TZ:       u.TZ,
		Email:    u.Profile.Email,
		Verified: u.IsEmailConfirmed,
		Guest:    u.IsRestricted || u.IsUltraRestricted,
		Stranger: u.IsStranger || (u.TeamID != "" && team != "" && u.TeamID != team && u.Enterprise.ID == ""),
		Bot:      u.IsBot || u.ID == "USLACKBOT",
		Deleted:  u.Deleted,
		Admin:    u.IsAdmin,
		Owner:    u.IsOwner,
	}
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// DM is the channel for direct messages to a person; it is asked for once.
func (s *Slack) DM(ctx context.Context, team, user string) (string, error) {
	if w, _, err := s.workspace(ctx, team); err == nil && w != nil {
		if channel, ok := w.dm(user); ok {
			return channel, nil
		}
	}
	var channel string
	err := s.call(ctx, team, "conversations.open", func(ctx context.Context, api *slack.Client) error {
		c, _, _, err := api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
		if err == nil && c != nil {
			channel = c.ID
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if w := s.known(team); w != nil {
		w.keepDM(user, channel)
	}
	return channel, nil
}
