package slack

import (
	"unicode/utf8"
)

const (
	maxText        = 40_000
	maxMarkdown    = 12_000
	maxBlockText   = 13_200 // of all blocks together; undocumented, bolt-js#2509
	maxPostBlocks  = 50
	maxChartBlocks = 2 // undocumented, vercel/chat#696
)

func chatPostMessage(c *call) (object, error) {
	ch, err := c.writable()
	if err != nil {
		return nil, err
	}
	m, err := c.message()
	if err != nil {
		return nil, err
	}
	if first := ch.sentWith(m.ClientMsgID); first != nil && c.s.faults.on("client_msg_id") {
		return c.posted(first), nil
	}
	if m.ThreadTS != "" {
		parent := ch.find(m.ThreadTS)
		if parent == nil {
			return nil, fail("cannot_reply_to_message")
		}
		m.Parent = parent.User
	}
	c.ws.post(ch, m)
	return c.posted(m), nil
}

func (c *call) posted(m *message) object {
	out := object{"channel": m.Channel, "ts": m.TS, "message": c.ws.asAPI(m)}
	if m.Text == "" {
		out["warning"] = "missing_text_in_message"
		out["response_metadata"] = object{"warnings": list{"missing_text_in_message"}}
	}
	return out
}

// sentWith finds an earlier post of the same client_msg_id.
func (c *channel) sentWith(id string) *message {
	if id == "" {
		return nil
	}
	for _, m := range c.Messages {
		if m.ClientMsgID == id {
			return m
		}
	}
	return nil
}

func chatPostEphemeral(c *call) (object, error) {
	ch, err := c.writable()
	if err != nil {
		return nil, err
	}
	m, err := c.message()
	if err != nil {
		return nil, err
	}
	if !ch.has(c.args.text("user")) {
		return nil, fail("user_not_in_channel")
	}
	m.EphemeralTo = c.args.text("user")
	c.ws.post(ch, m)
	return object{"message_ts": m.TS}, nil
}

func chatUpdate(c *call) (object, error) {
	ch, m, err := c.own("ts", "cant_update_message")
	if err != nil {
		return nil, err
	}
	if c.ws.editWindow > 0 && c.s.now().Sub(m.posted()) > c.ws.editWindow {
		return nil, fail("edit_window_closed")
	}
	changed, err := c.message()
	if err != nil {
		return nil, err
	}
	if changed.Metadata != nil {
		m.Metadata = changed.Metadata
	}
	newText := m.Text
	if c.args.has("text") || c.args.has("markdown_text") {
		newText = changed.Text
	}
	c.ws.edit(ch, m, newText, changed.Blocks)
	shown := c.ws.asAPI(m)
	delete(shown, "ts") // stands beside the message in this answer only
	return object{"channel": ch.ID, "ts": m.TS, "text": m.Text, "message": shown}, nil
}

func chatDelete(c *call) (object, error) {
	ch, m, err := c.own("ts", "cant_delete_message")
	if err != nil {
		return nil, err
	}
	c.ws.remove(ch, m)
	return object{"channel": ch.ID, "ts": m.TS}, nil
}

func chatGetPermalink(c *call) (object, error) {
	ch := c.ws.channel(c.args.text("channel"))
	if ch == nil {
		return nil, fail("channel_not_found")
	}
	m := ch.find(c.args.text("message_ts"))
	if m == nil || m.EphemeralTo != "" {
		return nil, fail("message_not_found")
	}
	return object{"channel": ch.ID, "permalink": c.ws.permalink(m)}, nil
}

// permalink leads to the browser page of this sandbox, in the path form of Slack.
func (ws *workspace) permalink(m *message) string {
	link := ws.s.base + "/archives/" + m.Channel + "/p" + m.TS[:10] + m.TS[11:]
	if m.ThreadTS != "" {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + m.Channel
	}
	return link
}

// writable finds the channel of a call and checks that the bot may post there.
func (c *call) writable() (*channel, error) {
	if !c.args.has("channel") {
		return nil, missing("channel")
	}
	ch := c.ws.channel(c.args.text("channel"))
	switch {
	case ch == nil:
		return nil, fail("channel_not_found")
	case ch.Archived:
		return nil, fail("is_archived")
	case !ch.has(c.ws.bot.ID):
		return nil, fail("not_in_channel")
	}
	return ch, nil
}

// own finds a message that the bot itself posted for all to see.
func (c *call) own(tsArgument, otherwise string) (*channel, *message, error) {
	if !c.args.has(tsArgument) {
		return nil, nil, missing(tsArgument)
	}
	ch, err := c.writable()
	if err != nil {
		return nil, nil, err
	}
	m := ch.find(c.args.text(tsArgument))
	switch {
	case m == nil || m.EphemeralTo != "":
		return nil, nil, fail("message_not_found")
	case m.BotID != c.ws.bot.BotID:
		return nil, nil, fail(otherwise)
	}
	return ch, m, nil
}

// message builds the bot's post from the arguments of a chat method.
func (c *call) message() (*message, error) {
	m := &message{User: c.ws.bot.ID, BotID: c.ws.bot.BotID, Text: c.args.text("text")}
	m.ThreadTS, m.ClientMsgID = c.args.text("thread_ts"), c.args.text("client_msg_id")
	blocks, err := c.args.structured("blocks")
	if err != nil {
		return nil, fail("invalid_blocks_format")
	}
	attachments, err := c.args.structured("attachments")
	if err != nil {
		return nil, fail("invalid_attachments")
	}
	metadata, err := c.args.structured("metadata")
	if err != nil {
		return nil, fail("invalid_metadata_format")
	}
	m.Attachments, _ = attachments.(list)
	m.Metadata, _ = metadata.(object)
	if _, payload := m.Metadata["event_payload"].(object); metadata != nil && (!payload || text(m.Metadata, "event_type") == "") {
		return nil, fail("invalid_metadata_format")
	}
	return m, c.fill(m, blocks)
}

// fill checks text and blocks by Slack's rules for messages.
func (c *call) fill(m *message, blocks any) error {
	if md := c.args.text("markdown_text"); md != "" {
		if m.Text != "" || blocks != nil {
			return fail("markdown_text_conflict")
		}
		if utf8.RuneCountInString(md) > maxMarkdown {
			return fail("msg_too_long")
		}
		m.Text = md
	}
	if _, sent := c.args["blocks"]; sent && c.args["blocks"] != "" {
		checked, err := c.ws.messageBlocks(blocks)
		if err != nil {
			return err
		}
		m.Blocks = checked
	}
	if m.Text == "" && len(m.Blocks) == 0 && len(m.Attachments) == 0 {
		return fail("no_text")
	}
	if r := []rune(m.Text); len(r) > maxText {
		m.Text = string(r[:maxText])
	}
	return nil
}

// messageBlocks checks the blocks of a message, wherever they came from.
func (ws *workspace) messageBlocks(v any) (list, error) {
	blocks, problems := checkBlocks("message", "/blocks", v)
	if len(problems) > 0 {
		return nil, failWith("invalid_blocks", problems)
	}
	if problems := ws.unknownFiles("/blocks", blocks); len(problems) > 0 {
		return nil, failWith("invalid_blocks", problems)
	}
	if countText(blocks) > maxBlockText {
		return nil, fail("msg_blocks_too_long")
	}
	if i, kind := ws.s.faults.refusedBlock(blocks, ws.team.ID); kind != "" {
		return nil, &apiError{code: "invalid_blocks", injected: true, extra: object{
			"errors": []string{problem{at: pointer("/blocks", i), say: "unsupported type: " + kind}.String()},
		}}
	}
	return blocks, nil
}
