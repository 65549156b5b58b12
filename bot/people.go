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
	if u, ok := s.knownUser(user); ok && s.serves(team) {
		return u, nil
	}
	var found User
	err := s.call(ctx, team, "users.info", func(ctx context.Context) error {
		u, err := s.api.GetUserInfoContext(ctx, user)
		if err == nil {
			found = userOf(*u, team)
		}
		return err
	})
	if err != nil {
		return User{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[user] = cachedUser{found, time.Now().Add(userAge)}
	return found, nil
}

func (s *Slack) knownUser(user string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.users[user]
	return c.user, ok && time.Now().Before(c.until)
}

// forgetUser drops what is kept of a person whose profile has changed.
func (s *Slack) forgetUser(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.users, user)
}

// pageSize is what Slack recommends for lists.
const pageSize = 200

// Users lists everyone in the workspace, bots and deleted accounts included.
// Each page has its own 10 s.
func (s *Slack) Users(ctx context.Context, team string) ([]User, error) {
	var all []User
	pages := s.api.GetUsersPaginated(slack.GetUsersOptionLimit(pageSize))
	for {
		err := s.call(ctx, team, "users.list", func(ctx context.Context) (err error) {
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
	if channel, ok := s.knownDM(user); ok && s.serves(team) {
		return channel, nil
	}
	var channel string
	err := s.call(ctx, team, "conversations.open", func(ctx context.Context) error {
		c, _, _, err := s.api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
		if err == nil && c != nil {
			channel = c.ID
		}
		return err
	})
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dms[user] = channel
	return channel, nil
}

func (s *Slack) knownDM(user string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	channel, ok := s.dms[user]
	return channel, ok
}
