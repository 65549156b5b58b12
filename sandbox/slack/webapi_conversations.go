package slack

import (
	"cmp"
	"slices"
	"strings"
)

func conversationsOpen(c *call) (object, error) {
	if id := c.args.text("channel"); id != "" {
		ch := c.ws.channel(id)
		if ch == nil || !ch.isIM() {
			return nil, fail("channel_not_found")
		}
		return c.opened(ch, true), nil
	}
	ids := strings.FieldsFunc(c.args.text("users"), func(r rune) bool { return r == ',' || r == ' ' })
	switch {
	case len(ids) == 0:
		return nil, fail("users_list_not_supplied")
	case len(ids) > 8:
		return nil, fail("too_many_users")
	case len(ids) > 1:
		return nil, c.ws.missingScope("mpim:write")
	}
	u := c.ws.user(ids[0])
	switch {
	case u == nil:
		return nil, fail("user_not_found")
	case u.Deleted:
		return nil, fail("user_disabled")
	case u.IsBot:
		return nil, fail("cannot_dm_bot")
	}
	before := len(c.ws.channels)
	ch := c.ws.openIM(u)
	return c.opened(ch, len(c.ws.channels) == before), nil
}

func (c *call) opened(ch *channel, already bool) object {
	o := object{"id": ch.ID}
	if c.args.flag("return_im") {
		o = c.ws.conversation(ch)
	}
	out := object{"channel": o}
	if already {
		out["no_op"], out["already_open"] = true, true
	}
	return out
}

func conversationsInfo(c *call) (object, error) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	o := c.ws.conversation(ch)
	if c.args.flag("include_num_members") {
		o["num_members"] = len(c.ws.liveMembers(ch))
	}
	return object{"channel": o}, nil
}

func conversationsMembers(c *call) (object, error) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	ids, next, err := page(c, c.ws.liveMembers(ch))
	if err != nil {
		return nil, err
	}
	return object{"members": ids, "response_metadata": object{"next_cursor": next}}, nil
}

// liveMembers leaves out who was deactivated: they are in no channel any more,
// until they come back.
func (ws *workspace) liveMembers(ch *channel) []string {
	return slices.DeleteFunc(slices.Clone(ch.Members), func(id string) bool {
		u := ws.user(id)
		return u == nil || u.Deleted
	})
}

// readable finds the channel of a call; each kind of conversation has its scope.
func (c *call) readable() (*channel, error) {
	if !c.args.has("channel") {
		return nil, missing("channel")
	}
	ch := c.ws.channel(c.args.text("channel"))
	if ch == nil || (ch.Private && !ch.has(c.ws.bot.ID)) {
		return nil, fail("channel_not_found")
	}
	if scope := scopeOf(ch); !c.ws.granted(scope) {
		return nil, c.ws.missingScope(scope)
	}
	return ch, nil
}

func scopeOf(ch *channel) string {
	switch {
	case ch.isIM():
		return "im:read"
	case ch.Private:
		return "groups:read"
	}
	return "channels:read"
}

func conversationsList(c *call) (object, error) {
	return c.conversations(func(ch *channel) bool { return !ch.Private || ch.has(c.ws.bot.ID) })
}

func usersConversations(c *call) (object, error) {
	id := cmp.Or(c.args.text("user"), c.ws.bot.ID)
	if c.ws.user(id) == nil {
		return nil, fail("user_not_found")
	}
	return c.conversations(func(ch *channel) bool {
		return ch.has(id) && (!ch.Private || ch.has(c.ws.bot.ID))
	})
}

// conversationTypes maps the values of the "types" argument to their scopes.
var conversationTypes = map[string]string{
	"public_channel": "channels:read", "private_channel": "groups:read", "im": "im:read", "mpim": "mpim:read",
}

func (c *call) conversations(want func(*channel) bool) (object, error) {
	kinds := strings.Split(cmp.Or(c.args.text("types"), "public_channel"), ",")
	for _, k := range kinds {
		scope, ok := conversationTypes[k]
		if !ok {
			return nil, fail("invalid_types")
		}
		if !c.ws.granted(scope) {
			return nil, c.ws.missingScope(scope)
		}
	}
	var all []*channel
	for _, ch := range c.ws.channels {
		skip := ch.Archived && c.args.flag("exclude_archived")
		if slices.Contains(kinds, typeOf(ch)) && want(ch) && !skip {
			all = append(all, ch)
		}
	}
	some, next, err := page(c, all)
	if err != nil {
		return nil, err
	}
	out := list{}
	for _, ch := range some {
		o := c.ws.conversation(ch)
		o["num_members"] = len(c.ws.liveMembers(ch))
		out = append(out, o)
	}
	return object{"channels": out, "response_metadata": object{"next_cursor": next}}, nil
}

func typeOf(ch *channel) string {
	switch {
	case ch.isIM():
		return "im"
	case ch.Private:
		return "private_channel"
	}
	return "public_channel"
}

// created is a moment before any history of the demo: 1 January 2024, UTC.
const created = 1704067200

func (ws *workspace) conversation(ch *channel) object {
	o := object{
		"id": ch.ID, "created": created, "is_archived": ch.Archived, "is_im": ch.isIM(),
		"is_org_shared": false, "context_team_id": ws.team.ID, "updated": created * 1000,
	}
	if ch.isIM() {
		o["user"], o["is_open"], o["priority"] = ch.User, true, 0
		return o
	}
	shared := list{ws.team.ID}
	if ch.ExtShared {
		shared = append(shared, ws.otherTeam())
	}
	about := func(s string) object { return object{"value": s, "creator": ws.owner().ID, "last_set": created} }
	for k, v := range (object{
		"name": ch.Name, "name_normalized": ch.Name, "is_channel": !ch.Private, "is_group": ch.Private,
		"is_mpim": false, "is_private": ch.Private, "is_general": ch.General, "unlinked": 0,
		"is_shared": ch.ExtShared, "is_ext_shared": ch.ExtShared, "is_pending_ext_shared": false,
		"pending_shared": list{}, "pending_connected_team_ids": list{}, "creator": ws.owner().ID,
		"shared_team_ids": shared, "is_member": ch.has(ws.bot.ID), "topic": about(ch.Topic),
		"purpose": about(ch.Topic), "previous_names": list{},
	}) {
		o[k] = v
	}
	return o
}
