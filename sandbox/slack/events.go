package slack

import (
	"slices"
	"time"
)

// eventScopes are those an app needs, any one of them, to hear of an event.
var eventScopes = map[string][]string{
	"member_joined_channel": {"channels:read", "groups:read"},
	"member_left_channel":   {"channels:read", "groups:read"},
	"channel_left":          {"channels:read", "groups:read"},
	"channel_shared":        {"channels:read", "groups:read"},
	"channel_unshared":      {"channels:read", "groups:read"},
	"user_change":           {"users:read"},
}

// hears tells whether the app gets events of this type: its manifest subscribes
// to them and its token has a scope for them.
func (ws *workspace) hears(kind string) bool {
	if ws.s.events != nil && !slices.Contains(ws.s.events, kind) {
		return false
	}
	scopes := eventScopes[kind]
	return len(scopes) == 0 || slices.ContainsFunc(scopes, ws.granted)
}

// tell makes the payload of an event, none when the app does not hear it.
func (ws *workspace) tell(kind string, body object) []object {
	if !ws.install.active || !ws.hears(kind) {
		return nil
	}
	body["type"], body["event_ts"] = kind, ws.stamp()
	p := ws.eventPayload(body)
	if c := ws.channel(text(body, "channel")); c != nil {
		p["is_ext_shared_channel"] = c.ExtShared
	}
	return []object{p}
}

// emit delivers events one after the other and returns what became of each.
func (s *Server) emit(payloads []object) list {
	outcomes := list{}
	for _, p := range payloads {
		event, _ := p["event"].(object)
		started := time.Now()
		err := s.dispatchEvent(p)
		o := object{"type": event["type"], "acked": err == nil, "ms": time.Since(started).Milliseconds()}
		if err != nil {
			o["error"] = err.Error()
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

func (ws *workspace) userChanged(u *user) []object {
	return ws.tell("user_change", object{"user": ws.userObject(u), "cache_ts": ws.s.now().Unix()})
}

// joined is heard in the channels that the bot is in; of its own joining too.
func (ws *workspace) joined(c *channel, u *user, inviter string) []object {
	if !c.has(ws.bot.ID) {
		return nil
	}
	body := object{"user": u.ID, "channel": c.ID, "channel_type": channelType(c), "team": u.Team}
	if inviter != "" {
		body["inviter"] = inviter
	}
	return ws.tell("member_joined_channel", body)
}

// left is heard while the bot is in the channel; its own leaving has an event of
// another name.
func (ws *workspace) left(c *channel, u *user, actor string) []object {
	switch {
	case u == ws.bot:
		body := object{"channel": c.ID}
		if actor != "" {
			body["actor_id"] = actor
		}
		return ws.tell("channel_left", body)
	case !c.has(ws.bot.ID):
		return nil
	}
	return ws.tell("member_left_channel", object{"user": u.ID, "channel": c.ID, "channel_type": channelType(c), "team": u.Team})
}

func channelType(c *channel) string {
	if c.Private {
		return "G"
	}
	return "C"
}

func (ws *workspace) sharingChanged(c *channel) []object {
	kind, key := "channel_shared", "connected_team_id"
	if !c.ExtShared {
		kind, key = "channel_unshared", "previously_connected_team_id"
	}
	if !c.has(ws.bot.ID) {
		return nil
	}
	return ws.tell(kind, object{"channel": c.ID, key: ws.otherTeam()})
}

// removed makes the events of an uninstall, before it happens.
func (ws *workspace) removed() []object {
	return append(ws.tell("app_uninstalled", object{}), ws.tokensRevoked()...)
}

func (ws *workspace) tokensRevoked() []object {
	return ws.tell("tokens_revoked", object{"tokens": object{"oauth": list{}, "bot": list{ws.bot.ID}}})
}
