package slack

import (
	"maps"
	"net/http"
	"time"
)

const hookUses = 5

// hook is a response_url: a short permission to answer one interaction.
type hook struct {
	user, channel string
	origin        *message // the message that was clicked, if it was one
	until         time.Time
	uses          int
}

// sweepEvery is how many more there are before those that are over are looked
// for: to look each time would make every click dearer than the one before.
const sweepEvery = 256

func (ws *workspace) newHook(userID, channelID string, origin *message) string {
	if len(ws.hooks)%sweepEvery == 0 {
		maps.DeleteFunc(ws.hooks, func(_ string, h *hook) bool { return time.Now().After(h.until) })
	}
	id := newHex(24)
	ws.hooks[id] = &hook{
		user: userID, channel: channelID, origin: origin, until: time.Now().Add(ws.s.timing.Hook), uses: hookUses,
	}
	return ws.s.base + "/response/" + ws.team.ID + "/" + id
}

// serveHook answers a post to a response_url.
func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	const name = "response_url"
	ws, known := s.team(r.PathValue("team"))
	s.faults.pause(r.Context(), "slow_api", name, r.PathValue("team"))
	if s.faults.take("http_500", name, r.PathValue("team")) {
		serverError(w)
		return
	}
	a, err := readArgs(w, r)
	if err != nil {
		s.answer(w, name, args{}, nil, fail("invalid_arguments"))
		return
	}
	if !known {
		http.NotFound(w, r)
		return
	}
	ws.mu.Lock()
	h := ws.useHook(r.PathValue("hook"))
	if h != nil {
		err = ws.answerHook(h, a)
	}
	ws.mu.Unlock()
	if h == nil {
		s.audit.refuse(Incident{Kind: refusedCall, Method: name, Error: "expired_url"})
		writeJSON(w, http.StatusNotFound, object{"ok": false, "error": "expired_url"})
		return
	}
	s.answer(w, name, a, nil, err)
}

func (ws *workspace) useHook(id string) *hook {
	h := ws.hooks[id]
	if h == nil || h.uses == 0 || time.Now().After(h.until) {
		return nil
	}
	h.uses--
	return h
}

// answerHook posts, replaces or deletes as the body says.
func (ws *workspace) answerHook(h *hook, a args) error {
	c := ws.channel(h.channel)
	if c == nil {
		return fail("channel_not_found")
	}
	original := h.origin
	if original != nil && c.find(original.TS) != original {
		original = nil
	}
	if a.flag("delete_original") {
		if original == nil {
			return fail("message_not_found")
		}
		ws.remove(c, original)
		return nil
	}
	m, err := ws.reply(a)
	if err != nil {
		return err
	}
	if a.flag("replace_original") && original != nil {
		ws.edit(c, original, m.Text, append(list{}, m.Blocks...))
		return nil
	}
	ws.postReply(c, h.user, m, a)
	return nil
}

// reply builds the message of a response_url or of a slash command's ack. Both
// come with empty fields that Slack overlooks, unlike in chat.postMessage.
func (ws *workspace) reply(a args) (*message, error) {
	for _, key := range []string{"blocks", "metadata", "attachments"} {
		if a[key] == nil {
			delete(a, key)
		}
	}
	if meta, ok := a["metadata"].(object); ok && text(meta, "event_type") == "" {
		delete(a, "metadata")
	}
	c := &call{s: ws.s, ws: ws, args: a}
	m, err := c.message()
	if err != nil {
		return nil, err
	}
	m.ClientMsgID = ""
	return m, nil
}

// postReply shows the reply to one person, or to the channel when asked.
func (ws *workspace) postReply(c *channel, userID string, m *message, a args) {
	if a.text("response_type") != "in_channel" {
		m.EphemeralTo = userID
	}
	ws.post(c, m)
}
