package slack

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// Result is what became of an interaction.
type Result struct {
	Acked   bool            `json:"acked"`
	Payload json.RawMessage `json:"payload,omitempty"` // of the ack; {} when it was empty
	MS      int64           `json:"ms"`
	Error   string          `json:"error,omitempty"` // dispatch_failed, operation_timeout
	Wrong   string          `json:"wrong_ack,omitempty"`
}

// badRequest is a call of the control surface that Slack's client would not
// have let a person make.
type badRequest struct {
	Code    string            `json:"error"`
	Message string            `json:"message"`
	Errors  map[string]string `json:"errors,omitempty"`
}

func (b *badRequest) Error() string { return b.Code + ": " + b.Message }

func reject(code, format string, args ...any) error {
	return &badRequest{Code: code, Message: fmt.Sprintf(format, args...)}
}

// interact delivers an envelope and, once acked, lets apply act on the payload.
func (s *Server) interact(ws *workspace, u *user, e envelope, failure string, apply func(json.RawMessage) error) Result {
	started := time.Now()
	raw, err := s.deliver(e)
	r := Result{MS: time.Since(started).Milliseconds()}
	if err != nil {
		r.Error = err.Error()
		ws.notice(u.ID, fmt.Sprintf(failure, err))
		return r
	}
	r.Acked, r.Payload = true, raw
	if raw == nil {
		r.Payload = json.RawMessage("{}")
	}
	ws.mu.Lock()
	wrong := apply(raw)
	ws.mu.Unlock()
	if wrong != nil {
		r.Wrong = wrong.Error()
		s.audit.violate(Incident{Kind: wrongAck, Method: subjectOf(e), Detail: r.Wrong})
		ws.notice(u.ID, fmt.Sprintf(failure, "invalid response"))
	}
	return r
}

func subjectOf(e envelope) string {
	if kind := text(e.payload, "type"); kind != "" {
		return kind
	}
	return e.kind
}

func noEffect(json.RawMessage) error { return nil }

const (
	commandFailed = "The command failed with the error “%v”."
	buttonFailed  = "That didn't work: %v."
	modalFailed   = "We had some trouble connecting (%v). Try again?"
)

type slashRequest struct {
	Channel string `json:"channel"`
	User    string `json:"user"`
	Command string `json:"command"`
	Text    string `json:"text"`
}

func (s *Server) slash(ws *workspace, q slashRequest) (any, error) {
	ws.mu.Lock()
	u, c, err := ws.personIn(q.User, q.Channel)
	if err == nil && q.Command != s.command {
		err = reject("unknown_command", "%s is no command here; try %s.", q.Command, s.command)
	}
	if err != nil {
		ws.mu.Unlock()
		return nil, err
	}
	payload := ws.slashPayload(u, c, q.Command, ws.escapeTyped(q.Text))
	ws.mu.Unlock()
	e := envelope{id: newUUID(), kind: "slash_commands", team: ws.team.ID, accepts: true, payload: payload}
	return s.interact(ws, u, e, commandFailed, func(raw json.RawMessage) error {
		return ws.applyReply(c, u, raw)
	}), nil
}

// personIn finds a person who can act, and a conversation they are in.
func (ws *workspace) personIn(userID, channelID string) (*user, *channel, error) {
	u, err := ws.person(userID)
	if err != nil {
		return nil, nil, err
	}
	c := ws.conversationOf(channelID)
	if c == nil || !c.has(u.ID) {
		return nil, nil, reject("channel_not_found", "%s is in no channel %q.", u.ID, channelID)
	}
	return u, c, nil
}

func (ws *workspace) person(id string) (*user, error) {
	u := ws.user(id)
	if u == nil || !u.mayAct() {
		return nil, reject("user_not_found", "No person has the id %q; GET /control/users lists them.", id)
	}
	return u, nil
}

// place is where an element stands: in a message or in a view.
type place struct {
	channel *channel
	message *message
	view    *view
}

func (p place) blocks() list {
	if p.view != nil {
		return p.view.blocks()
	}
	return p.message.Blocks
}

func (p place) values() inputState {
	if p.view != nil {
		return p.view.values
	}
	return p.message.values
}

// key names the place and element for remembered options.
func (p place) key(actionID string) string {
	if p.view != nil {
		return p.view.ID + " " + actionID
	}
	return p.channel.ID + " " + p.message.TS + " " + actionID
}

// surface says where a person acts.
type surface struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	ViewID  string `json:"view_id"`
	User    string `json:"user"`
}

// find locates the surface; a person acts only on what they can see.
func (ws *workspace) find(q surface) (*user, place, error) {
	if q.ViewID != "" {
		u, err := ws.person(q.User)
		if err != nil {
			return nil, place{}, err
		}
		v := ws.views[q.ViewID]
		if home := ws.homes[u.ID]; home != nil && home.ID == q.ViewID {
			v = home
		}
		if v == nil || v.User != u.ID {
			return nil, place{}, reject("view_not_found", "%s has no open view %q.", u.ID, q.ViewID)
		}
		return u, place{view: v}, nil
	}
	u, c, err := ws.personIn(q.User, q.Channel)
	if err != nil {
		return nil, place{}, err
	}
	m := c.find(q.TS)
	if m == nil || !m.visibleTo(c, u.ID) {
		return nil, place{}, reject("message_not_found", "%s sees no message %q in %s.", u.ID, q.TS, c.ID)
	}
	return u, place{channel: c, message: m}, nil
}

// lookup finds an element by action id, and by block id when one is given.
func (p place) lookup(blockID, actionID string) (b, e object, err error) {
	for _, v := range p.blocks() {
		block, _ := v.(object)
		if blockID != "" && text(block, "block_id") != blockID {
			continue
		}
		for _, e := range elementsOf(block) {
			if text(e, "action_id") == actionID {
				return block, e, nil
			}
		}
	}
	return nil, nil, reject("element_not_found", "No element %q stands there.", actionID)
}

type clickRequest struct {
	surface
	Action object `json:"action"`
}

func (s *Server) click(ws *workspace, q clickRequest) (any, error) {
	ws.mu.Lock()
	u, payload, err := ws.press(q)
	ws.mu.Unlock()
	if err != nil {
		return nil, err
	}
	e := envelope{id: newUUID(), kind: "interactive", team: ws.team.ID, payload: payload}
	return s.interact(ws, u, e, buttonFailed, noEffect), nil
}

// press sets the element's value and builds what Slack sends for it.
func (ws *workspace) press(q clickRequest) (*user, object, error) {
	u, at, err := ws.find(q.surface)
	if err != nil {
		return nil, nil, err
	}
	b, e, err := at.lookup(text(q.Action, "block_id"), text(q.Action, "action_id"))
	if err != nil {
		return nil, nil, err
	}
	if dispatches, _ := b["dispatch_action"].(bool); text(b, "type") == "input" && !dispatches {
		return nil, nil, reject("not_dispatched", "This field sends nothing by itself; give its value to /submit.")
	}
	blockID := text(b, "block_id")
	value, err := ws.chosen(e, q.Action, ws.offered[at.key(text(e, "action_id"))])
	if err != nil {
		return nil, nil, err
	}
	at.values().set(blockID, text(e, "action_id"), value)
	ws.valuesChanged(at)
	return u, ws.blockActions(u, at, action(blockID, e, value, ws.stamp())), nil
}

func (ws *workspace) valuesChanged(at place) {
	if at.view != nil {
		ws.viewChanged(at.view)
	}
}

// chosen is the value that a click on e carries; buttons have only their own.
func (ws *workspace) chosen(e, given object, offered list) (object, error) {
	kind := text(e, "type")
	_, stateful := stateKeys[kind]
	switch {
	case kind == "overflow":
		raw, there := given["selected_option"]
		if !there {
			raw = given["value"]
		}
		o, err := pickOption(e, raw, nil)
		if err != nil || o == nil {
			return nil, reject("invalid_option", "Choose one of the menu's options.")
		}
		return object{"type": kind, "selected_option": o}, nil
	case !stateful:
		if v, ok := given["value"]; ok && v != e["value"] {
			return nil, reject("element_not_found", "The button there carries another value.")
		}
		return object{}, nil
	}
	value, err := ws.choose(e, given, offered)
	if err != nil {
		return nil, reject("invalid_option", "%v", err)
	}
	return value, nil
}

type submitRequest struct {
	ViewID string            `json:"view_id"`
	User   string            `json:"user"`
	Values map[string]object `json:"values"`
}

func (s *Server) submit(ws *workspace, q submitRequest) (any, error) {
	ws.mu.Lock()
	u, v, err := ws.topView(q.User, q.ViewID)
	if err == nil {
		err = ws.enter(v, q.Values)
	}
	if err != nil {
		ws.mu.Unlock()
		return nil, err
	}
	v.errors = nil
	payload := ws.viewSubmission(u, v)
	ws.mu.Unlock()
	e := envelope{id: newUUID(), kind: "interactive", team: ws.team.ID, accepts: true, payload: payload}
	return s.interact(ws, u, e, modalFailed, func(raw json.RawMessage) error {
		return ws.applySubmission(v, raw)
	}), nil
}

// topView finds the modal a person is looking at.
func (ws *workspace) topView(userID, viewID string) (*user, *view, error) {
	u, at, err := ws.find(surface{User: userID, ViewID: viewID})
	if err != nil {
		return nil, nil, err
	}
	if at.view != ws.top(userID) {
		return nil, nil, reject("view_not_on_top", "Another view lies above %s.", viewID)
	}
	return u, at.view, nil
}

// enter puts values into the view's fields as Slack's client lets a person do.
func (ws *workspace) enter(v *view, values map[string]object) error {
	if v.Sent["submit"] == nil {
		return reject("no_submit", "This view has no submit button.")
	}
	next := v.values.clone()
	for blockID, actions := range values {
		for actionID, raw := range actions {
			given, ok := raw.(object)
			if !ok {
				return reject("invalid_values", "values must have the shape of state.values: block id, action id, object.")
			}
			if blockID == "" {
				return reject("invalid_values", "A block id is empty.")
			}
			_, e, err := (place{view: v}).lookup(blockID, actionID)
			if err != nil {
				return err
			}
			value, err := ws.choose(e, given, ws.offered[place{view: v}.key(actionID)])
			if err != nil {
				return reject("invalid_option", "%v", err)
			}
			next.set(blockID, actionID, value)
		}
	}
	if refused := clientErrors(v.blocks(), next); len(refused) > 0 {
		return &badRequest{Code: "client_validation", Message: "Slack's client keeps the form open until these fields are right.", Errors: refused}
	}
	v.values = next
	return nil
}

type closeRequest struct {
	ViewID string `json:"view_id"`
	User   string `json:"user"`
}

// closeView closes the view on top, and with clear_on_close all below it.
func (s *Server) closeView(ws *workspace, q closeRequest) (any, error) {
	ws.mu.Lock()
	u, v, err := ws.topView(q.User, q.ViewID)
	if err != nil {
		ws.mu.Unlock()
		return nil, err
	}
	cleared := v.flag("clear_on_close")
	gone := []*view{v}
	if cleared {
		gone = ws.clear(u.ID)
	} else {
		ws.pop(v)
	}
	notices := ws.closeNotices(gone, cleared)
	ws.mu.Unlock()
	result := Result{Acked: true, Payload: json.RawMessage("{}")}
	for _, payload := range notices {
		e := envelope{id: newUUID(), kind: "interactive", team: ws.team.ID, payload: payload}
		result = s.interact(ws, u, e, modalFailed, noEffect)
	}
	return result, nil
}

// closeNotices are the view_closed payloads for views that asked for them.
func (ws *workspace) closeNotices(gone []*view, cleared bool) []object {
	var payloads []object
	for _, v := range gone {
		if v.flag("notify_on_close") {
			payloads = append(payloads, ws.viewClosed(ws.user(v.User), v, cleared))
		}
	}
	return payloads
}

// notifyClosed sends view_closed in the background, for views that an app
// replaced.
func (s *Server) notifyClosed(ws *workspace, gone []*view, cleared bool) {
	for _, payload := range ws.closeNotices(gone, cleared) {
		s.spawn(func() {
			// Nobody waits for this ack; Slack does not repeat it either.
			_, _ = s.deliver(envelope{id: newUUID(), kind: "interactive", team: ws.team.ID, payload: payload})
		})
	}
}

type userRequest struct {
	User       string `json:"user"`
	CallbackID string `json:"callback_id"`
}

func (s *Server) openHome(ws *workspace, q userRequest) (any, error) {
	ws.mu.Lock()
	u, err := ws.person(q.User)
	if err != nil {
		ws.mu.Unlock()
		return nil, err
	}
	if !ws.hears("app_home_opened") {
		ws.mu.Unlock()
		return nil, reject("not_subscribed", "The app's manifest does not subscribe to app_home_opened.")
	}
	payload := ws.appHomeOpened(u)
	ws.mu.Unlock()
	started := time.Now()
	err = s.dispatchEvent(payload)
	r := Result{Acked: err == nil, MS: time.Since(started).Milliseconds()}
	if err != nil {
		r.Error = err.Error()
	} else {
		r.Payload = json.RawMessage("{}")
	}
	return r, nil
}

// globalShortcuts are those of the app's manifest.
var globalShortcuts = list{object{"callback_id": "checkin_answer", "name": "Answer check-in"}}

func (s *Server) runShortcut(ws *workspace, q userRequest) (any, error) {
	ws.mu.Lock()
	u, err := ws.person(q.User)
	if err == nil && !knownShortcut(q.CallbackID) {
		err = reject("unknown_shortcut", "The app has no shortcut %q.", q.CallbackID)
	}
	if err != nil {
		ws.mu.Unlock()
		return nil, err
	}
	payload := ws.shortcut(u, q.CallbackID)
	ws.mu.Unlock()
	e := envelope{id: newUUID(), kind: "interactive", team: ws.team.ID, payload: payload}
	return s.interact(ws, u, e, buttonFailed, noEffect), nil
}

func knownShortcut(callbackID string) bool {
	return slices.ContainsFunc(globalShortcuts, func(v any) bool {
		o, _ := v.(object)
		return o["callback_id"] == callbackID
	})
}

type suggestRequest struct {
	surface
	BlockID  string `json:"block_id"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
}

// defaultQueryLength is how much a person must type before Slack asks the app,
// unless min_query_length says otherwise.
const defaultQueryLength = 3

func (s *Server) suggest(ws *workspace, q suggestRequest) (any, error) {
	ws.mu.Lock()
	u, at, payload, err := ws.typeInto(q)
	ws.mu.Unlock()
	if err != nil {
		return nil, err
	}
	e := envelope{id: newUUID(), kind: "interactive", team: ws.team.ID, accepts: true, payload: payload}
	return s.interact(ws, u, e, modalFailed, func(raw json.RawMessage) error {
		options, err := optionsOfAck(raw)
		if err == nil {
			ws.offered[at.key(q.ActionID)] = options
		}
		return err
	}), nil
}

func (ws *workspace) typeInto(q suggestRequest) (*user, place, object, error) {
	u, at, err := ws.find(q.surface)
	if err != nil {
		return nil, place{}, nil, err
	}
	b, e, err := at.lookup(q.BlockID, q.ActionID)
	if err != nil {
		return nil, place{}, nil, err
	}
	if !external(e) {
		return nil, place{}, nil, reject("not_external", "%q takes its options from the view itself.", q.ActionID)
	}
	least := defaultQueryLength
	if n, ok := e["min_query_length"].(float64); ok {
		least = int(n)
	}
	if utf8.RuneCountInString(q.Value) < least {
		return nil, place{}, nil, reject("query_too_short", "Slack asks the app only after %d characters.", least)
	}
	return u, at, ws.blockSuggestion(u, at, text(b, "block_id"), q.ActionID, q.Value), nil
}

type sayRequest struct {
	Channel  string `json:"channel"`
	User     string `json:"user"`
	Text     string `json:"text"`
	ThreadTS string `json:"thread_ts"`
}

// say posts a person's own message. The bot never hears of it: the app
// subscribes to no message events.
func (s *Server) say(ws *workspace, q sayRequest) (any, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	u, c, err := ws.personIn(q.User, q.Channel)
	switch {
	case err != nil:
		return nil, err
	case q.Text == "":
		return nil, reject("no_text", "Say something in \"text\".")
	}
	m := &message{User: u.ID, Text: ws.escapeTyped(q.Text), ThreadTS: q.ThreadTS}
	if q.ThreadTS != "" {
		parent := c.find(q.ThreadTS)
		if parent == nil {
			return nil, reject("message_not_found", "There is no message %q to answer.", q.ThreadTS)
		}
		m.Parent = parent.User
	}
	ws.post(c, m)
	return ws.asControl(m), nil
}
