package slack

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// message is one post. The app's posts carry its bot id; a person's carry none.
type message struct {
	Channel, TS, ThreadTS string
	Parent                string // who wrote the message this one answers
	User, BotID           string
	Text                  string
	Blocks                list
	Attachments           list
	Metadata              object
	ClientMsgID           string
	Edited                string // ts of the last edit
	EphemeralTo           string // the only user who sees it
	Files                 list

	values inputState // what people chose in its elements
}

// visibleTo tells whether a user sees the message in channel c.
func (m *message) visibleTo(c *channel, userID string) bool {
	return c.has(userID) && (m.EphemeralTo == "" || m.EphemeralTo == userID)
}

// changedAfter compares in ts order; ts have ten digits of seconds until 2286.
func (m *message) changedAfter(ts string) bool { return m.TS > ts || m.Edited > ts }

// posted is the moment of the ts.
func (m *message) posted() time.Time {
	seconds, err := strconv.ParseInt(m.TS[:10], 10, 64)
	if err != nil {
		return time.Time{} // stamp makes digits only
	}
	return time.Unix(seconds, 0)
}

func (ws *workspace) post(c *channel, m *message) {
	m.Channel, m.TS = c.ID, ws.stamp()
	m.Blocks = withBlockIDs(m.Blocks)
	m.values = newInputState(m.Blocks)
	c.Messages = append(c.Messages, m)
	ws.messageChanged(c, m)
}

func (ws *workspace) messageChanged(c *channel, m *message) {
	ws.publish(m.EphemeralTo, object{"kind": "message", "channel": c.ID, "ts": m.TS})
}

// edit replaces text and blocks; nil blocks keep those that are there.
func (ws *workspace) edit(c *channel, m *message, text string, blocks list) {
	m.Text, m.Edited = text, ws.stamp()
	if blocks != nil {
		m.Blocks = withBlockIDs(blocks)
		m.values = m.values.carryOver(m.Blocks)
	}
	ws.messageChanged(c, m)
}

func (ws *workspace) remove(c *channel, m *message) {
	c.Messages = slices.DeleteFunc(c.Messages, func(o *message) bool { return o == m })
	ws.publish(m.EphemeralTo, object{"kind": "message", "channel": c.ID, "ts": m.TS, "deleted": true})
}

// asAPI is the message object of Web API answers and interaction payloads.
func (ws *workspace) asAPI(m *message) object {
	o := object{
		"type": "message", "user": m.User, "ts": m.TS, "text": m.Text, "team": ws.team.ID,
		"blocks": m.Blocks,
	}
	if m.BotID != "" {
		o["bot_id"], o["app_id"] = m.BotID, appID
		o["bot_profile"] = ws.botProfile()
	}
	if m.ThreadTS != "" {
		o["thread_ts"], o["parent_user_id"] = m.ThreadTS, m.Parent
	}
	if m.Edited != "" {
		o["edited"] = object{"user": m.BotID, "ts": m.Edited}
	}
	if m.Metadata != nil {
		o["metadata"] = m.Metadata
	}
	if len(m.Attachments) > 0 {
		o["attachments"] = m.Attachments
	}
	if len(m.Files) > 0 {
		o["files"] = m.Files
	}
	return o
}

// asControl is the message as GET /control/messages shows it.
func (ws *workspace) asControl(m *message) object {
	o := object{"channel": m.Channel, "ts": m.TS, "text": m.Text, "blocks": m.Blocks, "user": m.User}
	optional := object{
		"thread_ts": m.ThreadTS, "bot_id": m.BotID, "ephemeral_to": m.EphemeralTo,
		"client_msg_id": m.ClientMsgID,
	}
	maps.DeleteFunc(optional, func(_ string, v any) bool { return v == "" })
	maps.Copy(o, optional)
	if m.BotID != "" {
		o["username"] = ws.bot.RealName
	}
	if m.Edited != "" {
		o["edited"] = object{"ts": m.Edited}
	}
	if m.Metadata != nil {
		o["metadata"] = m.Metadata
	}
	if len(m.Files) > 0 {
		o["files"] = m.Files
	}
	return o
}

func (ws *workspace) botProfile() object {
	return object{
		"id": ws.bot.BotID, "app_id": appID, "name": ws.bot.RealName, "team_id": ws.team.ID,
		"deleted": false, "updated": ws.s.now().Unix(), "icons": object{},
	}
}

// withBlockIDs gives an id to each block that came without one, as Slack does.
func withBlockIDs(blocks list) list {
	out := make(list, len(blocks))
	for i, b := range blocks {
		block, _ := b.(object)
		block = maps.Clone(block)
		if text(block, "block_id") == "" {
			block["block_id"] = newHex(10)[:5]
		}
		out[i] = block
	}
	return out
}

// text reads a string field; anything else counts as empty.
func text(o object, key string) string {
	s, _ := o[key].(string)
	return s
}
