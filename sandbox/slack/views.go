package slack

import (
	"maps"
	"slices"
)

// view is a modal on someone's stack, or someone's App Home.
type view struct {
	ID, User, Hash string
	Root, Previous string
	Channel        string // where its root was opened from
	Sent           object // as the app sent it, block ids filled in
	values         inputState
	errors         map[string]string // by block id, after a submission was refused
}

func (v *view) blocks() list {
	b, _ := v.Sent["blocks"].(list)
	return b
}

func (v *view) flag(key string) bool {
	b, _ := v.Sent[key].(bool)
	return b
}

// render is the view object of answers and payloads.
func (ws *workspace) render(v *view) object {
	o := object{
		"id": v.ID, "team_id": ws.team.ID, "type": v.Sent["type"], "blocks": v.blocks(),
		"private_metadata": text(v.Sent, "private_metadata"), "callback_id": text(v.Sent, "callback_id"),
		"external_id": text(v.Sent, "external_id"), "state": v.values.json(), "hash": v.Hash,
		"clear_on_close": v.flag("clear_on_close"), "notify_on_close": v.flag("notify_on_close"),
		"submit_disabled": v.flag("submit_disabled"), "root_view_id": v.Root, "previous_view_id": nil,
		"title": v.Sent["title"], "submit": v.Sent["submit"], "close": v.Sent["close"],
		"app_id": appID, "app_installed_team_id": ws.team.ID, "bot_id": ws.bot.BotID,
	}
	if v.Previous != "" {
		o["previous_view_id"] = v.Previous
	}
	if text(v.Sent, "type") == "home" {
		o["title"] = object{"type": "plain_text", "text": "View Title", "emoji": true}
	}
	return o
}

func (ws *workspace) newView(userID, channelID string, sent object) *view {
	v := &view{ID: newID("V"), User: userID, Channel: channelID}
	v.Root = v.ID
	ws.fillView(v, sent)
	ws.views[v.ID] = v
	return v
}

// fillView puts new content into a view; what was typed survives where the ids do.
func (ws *workspace) fillView(v *view, sent object) {
	sent = maps.Clone(sent)
	blocks, _ := sent["blocks"].(list)
	sent["blocks"] = withBlockIDs(blocks)
	v.Sent, v.Hash = sent, newViewHash(ws.s.now())
	v.values = v.values.carryOver(v.blocks())
	ws.defaultConversations(v)
	v.errors = nil
}

// defaultConversations fills selects that ask for the conversation the modal
// was opened from.
func (ws *workspace) defaultConversations(v *view) {
	for _, b := range v.blocks() {
		block, _ := b.(object)
		for _, e := range elementsOf(block) {
			wants, _ := e["default_to_current_conversation"].(bool)
			held := v.values[text(block, "block_id")][text(e, "action_id")]
			if !wants || held.touched || v.Channel == "" {
				continue
			}
			if text(e, "type") == "conversations_select" {
				held.value["selected_conversation"] = v.Channel
			} else {
				held.value["selected_conversations"] = list{v.Channel}
			}
		}
	}
}

func (ws *workspace) push(v *view) {
	stack := ws.stacks[v.User]
	if len(stack) > 0 {
		v.Previous, v.Root = stack[len(stack)-1].ID, stack[0].ID
	}
	ws.stacks[v.User] = append(stack, v)
	ws.modalChanged(v.User)
}

func (ws *workspace) modalChanged(userID string) {
	ws.publish(userID, object{"kind": "modal"})
}

func (ws *workspace) viewChanged(v *view) {
	kind := "modal"
	if text(v.Sent, "type") == "home" {
		kind = "home"
	}
	ws.publish(v.User, object{"kind": kind})
}

// pop removes one view, wherever it stands in its stack.
func (ws *workspace) pop(v *view) {
	ws.stacks[v.User] = slices.DeleteFunc(ws.stacks[v.User], func(o *view) bool { return o == v })
	delete(ws.views, v.ID)
	ws.modalChanged(v.User)
}

// clear empties a user's stack and returns what was on it, top first.
func (ws *workspace) clear(userID string) []*view {
	gone := slices.Clone(ws.stacks[userID])
	slices.Reverse(gone)
	delete(ws.stacks, userID)
	for _, v := range gone {
		delete(ws.views, v.ID)
	}
	ws.modalChanged(userID)
	return gone
}

func (ws *workspace) top(userID string) *view {
	stack := ws.stacks[userID]
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

func (ws *workspace) viewByExternalID(id string) *view {
	for _, v := range ws.views {
		if text(v.Sent, "external_id") == id {
			return v
		}
	}
	return nil
}
