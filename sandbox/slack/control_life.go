package slack

import (
	"cmp"
	"slices"
	"time"
)

// The verbs below change the workspace as its people and admins do, and answer
// what became of the events that the app heard of it.

type noArguments struct{}

func (s *Server) uninstall(ws *workspace, _ noArguments) (any, error) {
	ws.mu.Lock()
	events := ws.removed()
	ws.uninstall()
	ws.mu.Unlock()
	return object{"events": s.emit(events)}, nil
}

// revokeTokens ends the bot's tokens while the app stays installed.
func (s *Server) revokeTokens(ws *workspace, _ noArguments) (any, error) {
	ws.mu.Lock()
	ws.install.kill("token_revoked")
	events := ws.tokensRevoked()
	ws.mu.Unlock()
	return object{"events": s.emit(events)}, nil
}

type personRequest struct {
	User        string  `json:"user"`
	Name        *string `json:"name"` // in full
	TZ          *string `json:"tz"`
	Deactivated *bool   `json:"deactivated"`
	Guest       *bool   `json:"guest"`
}

func (s *Server) changePerson(ws *workspace, q personRequest) (any, error) {
	ws.mu.Lock()
	u, err := ws.change(q)
	if err != nil {
		ws.mu.Unlock()
		return nil, err
	}
	events := ws.userChanged(u)
	summary := userSummary(u)
	ws.publish(everyone, object{"kind": "channels"})
	ws.mu.Unlock()
	return object{"user": summary, "events": s.emit(events)}, nil
}

// change applies all of the request or nothing.
func (ws *workspace) change(q personRequest) (*user, error) {
	u := ws.user(q.User)
	if u == nil || u.IsBot {
		return nil, reject("user_not_found", "No person has the id %q; GET /control/users lists them.", q.User)
	}
	if q.TZ != nil {
		if _, err := time.LoadLocation(*q.TZ); err != nil || *q.TZ == "" {
			return nil, reject("invalid_arguments", "tz is the name of a time zone, such as Europe/Berlin.")
		}
		u.TZ = *q.TZ
	}
	if q.Name != nil && *q.Name != "" {
		u.RealName = *q.Name
	}
	if q.Deactivated != nil {
		u.Deleted = *q.Deactivated
	}
	if q.Guest != nil {
		u.Role = "member"
		if *q.Guest {
			u.Role = "guest"
		}
	}
	u.changed = ws.s.now()
	return u, nil
}

type membershipRequest struct {
	Channel string `json:"channel"`
	User    string `json:"user"` // a person, or the app's bot user
	By      string `json:"by"`   // who invites or removes; empty: of their own accord
}

func (s *Server) join(ws *workspace, q membershipRequest) (any, error) {
	return s.changeMembers(ws, q, func(c *channel, u *user) ([]object, error) {
		switch {
		case c.has(u.ID):
			return nil, reject("already_in_channel", "%s is in %s already.", u.ID, c.ID)
		case u.Team != ws.team.ID && !c.ExtShared:
			return nil, reject("not_shared", "%s is of another company and %s is not shared with it.", u.ID, c.ID)
		}
		c.Members = append(slices.Clone(c.Members), u.ID)
		return ws.joined(c, u, q.By), nil
	})
}

func (s *Server) leave(ws *workspace, q membershipRequest) (any, error) {
	return s.changeMembers(ws, q, func(c *channel, u *user) ([]object, error) {
		if !c.has(u.ID) {
			return nil, reject("not_in_channel", "%s is not in %s.", u.ID, c.ID)
		}
		c.leave(u.ID)
		return ws.left(c, u, q.By), nil
	})
}

// changeMembers finds channel and member, applies the change and tells the app.
func (s *Server) changeMembers(ws *workspace, q membershipRequest, apply func(*channel, *user) ([]object, error)) (any, error) {
	ws.mu.Lock()
	c, u, err := ws.membership(q)
	var events []object
	if err == nil {
		events, err = apply(c, u)
	}
	if err != nil {
		ws.mu.Unlock()
		return nil, err
	}
	ws.publish(everyone, object{"kind": "channels"})
	summary := ws.channelSummary(c, "")
	ws.mu.Unlock()
	return object{"channel": summary, "events": s.emit(events)}, nil
}

func (ws *workspace) membership(q membershipRequest) (*channel, *user, error) {
	c, u := ws.channel(q.Channel), ws.user(q.User)
	switch {
	case c == nil || c.isIM():
		return nil, nil, reject("channel_not_found", "There is no channel %q; GET /control/channels lists them.", q.Channel)
	case u == nil || u.Deleted:
		return nil, nil, reject("user_not_found", "Nobody has the id %q; GET /control/users lists all, the bot too.", q.User)
	case q.By != "" && !c.has(q.By):
		return nil, nil, reject("not_in_channel", "%s is not in %s.", q.By, c.ID)
	}
	return c, u, nil
}

type shareRequest struct {
	Channel string `json:"channel"`
	On      *bool  `json:"on"` // default true
}

// share opens a channel to the other company, or closes it again; strangers are
// out with that.
func (s *Server) share(ws *workspace, q shareRequest) (any, error) {
	ws.mu.Lock()
	c := ws.channel(q.Channel)
	if c == nil || c.isIM() {
		ws.mu.Unlock()
		return nil, reject("channel_not_found", "There is no channel %q; GET /control/channels lists them.", q.Channel)
	}
	c.ExtShared = *cmp.Or(q.On, new(true))
	if !c.ExtShared {
		c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(id string) bool { return ws.user(id).Team != ws.team.ID })
	}
	events := ws.sharingChanged(c)
	ws.publish(everyone, object{"kind": "channels"})
	summary := ws.channelSummary(c, "")
	ws.mu.Unlock()
	return object{"channel": summary, "events": s.emit(events)}, nil
}
