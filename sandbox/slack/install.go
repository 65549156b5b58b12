package slack

import (
	"slices"
	"time"
)

// installation is what the app holds in one workspace.
type installation struct {
	active  bool
	granted []string // scopes that the installer allowed
	scopes  []string // those the token has now: granted, unless a fault takes some away
	tokens  map[string]*botToken
	refresh string // the one refresh token that still works
}

// botToken is a token that was given out.
type botToken struct {
	expires time.Time // by the machine's clock; zero: never
	dead    string    // the error it is answered with once it is no good any more
}

func (t *botToken) lives(now time.Time) bool {
	return t.dead == "" && (t.expires.IsZero() || now.Before(t.expires))
}

// grant installs the app, or adds scopes to those it has: Slack's grants add up.
func (ws *workspace) grant(scopes []string) {
	in := &ws.install
	if !in.active {
		in.granted = nil
		ws.bot.Deleted = false
		if ws.user(ws.bot.ID) == nil {
			ws.users = append(ws.users, ws.bot)
		}
	}
	for _, scope := range scopes {
		if !slices.Contains(in.granted, scope) {
			in.granted = append(in.granted, scope)
		}
	}
	in.active, in.scopes = true, slices.Clone(in.granted)
	ws.publish(everyone, object{"kind": "channels"})
}

// longLived returns the installation's token without expiry: the one that it
// has, or a new one.
func (in *installation) longLived() string {
	for value, t := range in.tokens {
		if t.expires.IsZero() && t.dead == "" {
			return value
		}
	}
	value := "xoxb-" + newHex(24)
	in.tokens[value] = &botToken{}
	return value
}

// rotate gives out a token that lives for a while and the refresh token for the
// next one. Tokens from before live on until they expire.
func (in *installation) rotate(life time.Duration) (token, refresh string) {
	token, refresh = "xoxe.xoxb-1-"+newHex(48), "xoxe-1-"+newHex(48)
	in.tokens[token] = &botToken{expires: time.Now().Add(life)}
	in.refresh = refresh
	return token, refresh
}

// kill ends all tokens; whoever uses one is answered with the given error.
func (in *installation) kill(answer string) {
	for _, t := range in.tokens {
		if t.dead == "" {
			t.dead = answer
		}
	}
	in.refresh = ""
}

// accepts tells whether the workspace gave out the token, and what is wrong with it.
func (ws *workspace) accepts(value string) (known bool, err error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	t := ws.install.tokens[value]
	switch {
	case t == nil:
		return false, nil
	case t.dead != "":
		return true, fail(t.dead)
	case !t.lives(time.Now()):
		return true, fail("token_expired")
	case ws.s.faults.revoked("bot", ws.team.ID):
		return true, fail("token_revoked")
	}
	return true, nil
}

// uninstall takes the app out of the workspace: its user leaves every channel,
// its tokens, views and response URLs work no more. Its messages stay.
func (ws *workspace) uninstall() {
	ws.install.active = false
	ws.install.kill("account_inactive")
	ws.bot.Deleted = true
	for _, c := range ws.channels {
		if !c.isIM() {
			c.leave(ws.bot.ID)
		}
	}
	for user := range ws.stacks {
		ws.clear(user)
	}
	clear(ws.homes)
	clear(ws.triggers)
	clear(ws.hooks)
	ws.publish(everyone, object{"kind": "channels"})
	ws.publish(everyone, object{"kind": "home"})
}

func (c *channel) leave(userID string) {
	c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(id string) bool { return id == userID })
}

// owner is the person who installs apps.
func (ws *workspace) owner() *user {
	for _, u := range ws.users {
		if u.Role == "owner" {
			return u
		}
	}
	return ws.users[0]
}

// otherTeam is the company that shares the externally shared channels.
func (ws *workspace) otherTeam() string {
	if ws.team.ID == northID {
		return acmeID
	}
	return northID
}
