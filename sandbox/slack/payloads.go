package slack

import (
	"maps"
	"strings"
)

const verificationToken = "sandboxVerificationToken01" // deprecated at Slack, still sent

// The payloads are built key by key after Slack's own samples; payloads_test.go
// holds them against those.

func (ws *workspace) slashPayload(u *user, c *channel, command, typed string) object {
	p := object{
		"token": verificationToken, "command": command, "text": typed,
		"response_url": ws.newHook(u.ID, c.ID, nil), "trigger_id": ws.newTrigger(u.ID, c.ID, ""),
		"user_id": u.ID, "user_name": u.Name, "team_id": u.Team, "team_domain": ws.domainOf(u),
		"channel_id": c.ID, "channel_name": channelName(c), "api_app_id": appID,
		"is_enterprise_install": "false",
	}
	if ws.ofOrganisation() {
		org := ws.enterprise()
		p["is_enterprise_install"], p["enterprise_id"], p["enterprise_name"] = "true", org["id"], org["name"]
	}
	return p
}

// domainOf is the workspace a person belongs to, which for a Slack Connect user
// is another one.
func (ws *workspace) domainOf(u *user) string {
	if home, ok := ws.s.team(u.Team); ok {
		return home.team.Domain
	}
	return ws.team.Domain
}

func channelName(c *channel) string {
	if c.isIM() {
		return "directmessage"
	}
	return c.Name
}

// interactive holds the keys that every interactive payload has.
func (ws *workspace) interactive(kind string, u *user) object {
	p := object{
		"type": kind, "token": verificationToken, "api_app_id": appID,
		"user":       object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.Team},
		"team":       object{"id": ws.team.ID, "domain": ws.team.Domain},
		"enterprise": nil, "is_enterprise_install": false,
	}
	if ws.ofOrganisation() {
		p["team"], p["enterprise"], p["is_enterprise_install"] = nil, ws.enterprise(), true
	}
	return p
}

func (ws *workspace) blockActions(u *user, at place, action object) object {
	p := ws.interactive("block_actions", u)
	maps.Copy(p, ws.where(at))
	p["actions"] = list{action}
	if at.view != nil {
		p["trigger_id"] = ws.newTrigger(u.ID, at.view.Channel, at.view.ID)
		return p
	}
	p["trigger_id"] = ws.newTrigger(u.ID, at.channel.ID, "")
	p["response_url"] = ws.newHook(u.ID, at.channel.ID, at.message)
	p["state"] = at.message.values.json()
	return p
}

// where describes the surface of an interaction. Slack leaves the message out
// when it is ephemeral.
func (ws *workspace) where(at place) object {
	if at.view != nil {
		return object{"container": object{"type": "view", "view_id": at.view.ID}, "view": ws.render(at.view)}
	}
	m, c := at.message, at.channel
	container := object{
		"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.EphemeralTo != "",
	}
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	}
	out := object{"container": container, "channel": object{"id": c.ID, "name": channelName(c)}}
	if m.EphemeralTo == "" {
		out["message"] = ws.asAPI(m)
	}
	return out
}

func (ws *workspace) viewSubmission(u *user, v *view) object {
	p := ws.interactive("view_submission", u)
	p["trigger_id"] = ws.newTrigger(u.ID, v.Channel, v.ID)
	p["view"] = ws.render(v)
	p["response_urls"] = ws.responseURLs(v)
	return p
}

// responseURLs lists one URL for each select that asked for it.
func (ws *workspace) responseURLs(v *view) list {
	urls := list{}
	for _, b := range v.blocks() {
		block, _ := b.(object)
		for _, e := range elementsOf(block) {
			blockID, actionID := text(block, "block_id"), text(e, "action_id")
			value := v.values[blockID][actionID].value
			chosen := text(value, stateKeys[text(e, "type")].value)
			if wants, _ := e["response_url_enabled"].(bool); !wants || ws.channel(chosen) == nil {
				continue
			}
			urls = append(urls, object{
				"block_id": blockID, "action_id": actionID, "channel_id": chosen,
				"response_url": ws.newHook(v.User, chosen, nil),
			})
		}
	}
	return urls
}

func (ws *workspace) viewClosed(u *user, v *view, cleared bool) object {
	p := ws.interactive("view_closed", u)
	p["view"], p["is_cleared"] = ws.render(v), cleared
	return p
}

func (ws *workspace) blockSuggestion(u *user, at place, blockID, actionID, typed string) object {
	p := ws.interactive("block_suggestion", u)
	maps.Copy(p, ws.where(at))
	p["action_id"], p["block_id"], p["value"] = actionID, blockID, typed
	return p
}

func (ws *workspace) shortcut(u *user, callbackID string) object {
	p := ws.interactive("shortcut", u)
	p["callback_id"], p["action_ts"] = callbackID, ws.stamp()
	p["trigger_id"] = ws.newTrigger(u.ID, "", "")
	return p
}

// eventPayload wraps an event as the Events API does.
func (ws *workspace) eventPayload(event object) object {
	authorization := object{
		"enterprise_id": nil, "team_id": ws.team.ID, "user_id": ws.bot.ID, "is_bot": true,
		"is_enterprise_install": false,
	}
	p := object{
		"type": "event_callback", "token": verificationToken, "team_id": ws.team.ID, "context_team_id": ws.team.ID,
		"context_enterprise_id": nil, "api_app_id": appID, "event": event, "event_id": newID("Ev"),
		"event_time": ws.s.now().Unix(), "event_context": "4-" + newHex(32), "is_ext_shared_channel": false,
		"authorizations": list{authorization},
	}
	if ws.ofOrganisation() {
		authorization["enterprise_id"], authorization["team_id"] = organisation, nil
		authorization["is_enterprise_install"], p["context_enterprise_id"] = true, organisation
	}
	return p
}

func (ws *workspace) appHomeOpened(u *user) object {
	event := object{
		"type": "app_home_opened", "user": u.ID, "channel": ws.openIM(u).ID, "tab": "home", "event_ts": ws.stamp(),
	}
	if v := ws.homes[u.ID]; v != nil {
		event["view"] = ws.render(v)
	}
	return ws.eventPayload(event)
}

// action is the element as block_actions reports it, with its chosen value.
func action(blockID string, e, value object, ts string) object {
	a := object{"type": e["type"], "action_id": e["action_id"], "block_id": blockID, "action_ts": ts}
	for _, key := range []string{"text", "value", "style", "url", "placeholder", "confirm"} {
		if v, ok := e[key]; ok {
			a[key] = v
		}
	}
	for key, v := range e {
		if strings.HasPrefix(key, "initial_") {
			a[key] = v
		}
	}
	maps.Copy(a, value)
	return a
}
