package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/sandbox"
)

// control drives a sandbox by its control surface, as a person at the browser
// page would, and fails the test when Slack's side answers anything unexpected.
type control struct {
	t *testing.T
	sandbox.Line
	team string // the workspace, Acme without one
}

// answer is what an interaction came to.
type answer struct {
	Acked   bool            `json:"acked"`
	Error   string          `json:"error"`
	Payload json.RawMessage `json:"payload"`
	MS      float64         `json:"ms"`
}

// message is a Slack message as GET /messages shows it.
type message struct {
	Channel, TS, Text string
	User              string
	EphemeralTo       string `json:"ephemeral_to"`
	ThreadTS          string `json:"thread_ts"`
	Blocks            []block
}

// block keeps what tests look for: interactive elements wherever they are.
type block struct {
	Type      string
	BlockID   string `json:"block_id"`
	Elements  []element
	Accessory *element
	Element   *element
	Raw       json.RawMessage `json:"-"`
}

type element struct {
	Type     string
	ActionID string `json:"action_id"`
	Value    string
	Text     any
	Options  []json.RawMessage
}

// view is an open modal or a home tab.
type view struct {
	ID, CallbackID string
	Title          struct{ Text string }
	Blocks         []block
	Errors         map[string]string // by block_id, as the last submission was answered
	Raw            json.RawMessage
}

func (v *view) UnmarshalJSON(data []byte) error {
	var in struct {
		ID         string
		CallbackID string `json:"callback_id"`
		Title      struct{ Text string }
		Blocks     []block
		Errors     map[string]string
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*v = view{in.ID, in.CallbackID, in.Title, in.Blocks, in.Errors, bytes.Clone(data)}
	return nil
}

func (c *control) post(path string, body any, out any) {
	c.t.Helper()
	if fields, ok := body.(map[string]any); ok && c.team != "" {
		fields["team"] = c.team
	}
	data, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := http.Post(c.ControlURL+path, "application/json", bytes.NewReader(data))
	c.read(path, resp, err, out)
}

func (c *control) get(path string, query url.Values, out any) {
	c.t.Helper()
	if c.team != "" {
		query = maps.Clone(query)
		if query == nil {
			query = url.Values{}
		}
		query.Set("team", c.team)
	}
	resp, err := http.Get(c.ControlURL + path + "?" + query.Encode())
	c.read(path, resp, err, out)
}

func (c *control) read(path string, resp *http.Response, err error, out any) {
	c.t.Helper()
	if err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		c.t.Fatalf("%s: %s %s %v", path, resp.Status, data, err)
	}
	if err := json.Unmarshal(data, out); err != nil {
		c.t.Fatalf("%s: %v in %s", path, err, data)
	}
}

// slash types a command and requires the bot's ack.
func (c *control) slash(user, channel, text string) answer {
	c.t.Helper()
	return c.interact("/slash", map[string]any{"channel": channel, "user": user, "command": "/headway", "text": text})
}

// click uses the element whose action_id is, or begins with, action in a
// message.
func (c *control) click(user string, m message, action string) answer {
	c.t.Helper()
	return c.choose(user, m, action, nil)
}

// choose is click with a chosen value, such as {"selected_option": …}.
func (c *control) choose(user string, m message, action string, chosen map[string]any) answer {
	c.t.Helper()
	e, b := find(c.t, m.Blocks, action)
	with := used(e, b, chosen)
	return c.interact("/click", map[string]any{"channel": m.Channel, "ts": m.TS, "user": user, "action": with})
}

// used is an element as Slack's client reports its use.
func used(e element, b block, chosen map[string]any) map[string]any {
	with := map[string]any{"type": e.Type, "action_id": e.ActionID, "block_id": b.BlockID}
	if e.Value != "" {
		with["value"] = e.Value
	}
	maps.Copy(with, chosen)
	return with
}

// clickView uses an element of an open modal or home tab.
func (c *control) clickView(user string, v view, action string, chosen map[string]any) answer {
	c.t.Helper()
	e, b := find(c.t, v.Blocks, action)
	with := used(e, b, chosen)
	return c.interact("/click", map[string]any{"view_id": v.ID, "user": user, "action": with})
}

// submit sends a modal; values holds what differs from its initial values, by
// block_id. A string is text or the value of an option, whichever the input
// takes.
func (c *control) submit(user string, v view, values map[string]any) answer {
	c.t.Helper()
	state := map[string]map[string]any{}
	for blockID, value := range values {
		e := inputOf(c.t, v, blockID)
		state[blockID] = map[string]any{e.ActionID: entered(e, value)}
	}
	return c.interact("/submit", map[string]any{"view_id": v.ID, "user": user, "values": state})
}

func inputOf(t *testing.T, v view, blockID string) element {
	t.Helper()
	for _, b := range v.Blocks {
		if b.BlockID == blockID && b.Element != nil {
			return *b.Element
		}
	}
	t.Fatalf("modal %q has no input %q", v.Title.Text, blockID)
	return element{}
}

// entered is a value in the shape of Slack's state.values.
func entered(e element, value any) map[string]any {
	option := func(v string) map[string]any {
		return map[string]any{"text": map[string]any{"type": "plain_text", "text": v}, "value": v}
	}
	out := map[string]any{"type": e.Type}
	switch e.Type {
	case "static_select", "radio_buttons":
		out["selected_option"] = option(value.(string))
	case "checkboxes", "multi_static_select":
		var options []any
		for _, v := range value.([]string) {
			options = append(options, option(v))
		}
		out["selected_options"] = options
	case "multi_users_select":
		out["selected_users"] = value
	case "users_select":
		out["selected_user"] = value
	case "conversations_select":
		out["selected_conversation"] = value
	case "channels_select":
		out["selected_channel"] = value
	case "datepicker":
		out["selected_date"] = value
	case "timepicker":
		out["selected_time"] = value
	case "external_select":
		out["selected_option"] = value
	default:
		out["value"] = value
	}
	return out
}

func (c *control) interact(path string, body any) answer {
	c.t.Helper()
	var a answer
	c.post(path, body, &a)
	if !a.Acked {
		c.t.Fatalf("%s %v: not acked: %+v", path, body, a)
	}
	return a
}

// find is the element whose action_id is action or begins with "action:".
func find(t *testing.T, blocks []block, action string) (element, block) {
	t.Helper()
	var seen []string
	for _, b := range blocks {
		elements := b.Elements
		if b.Accessory != nil {
			elements = append(elements, *b.Accessory)
		}
		if b.Element != nil {
			elements = append(elements, *b.Element)
		}
		for _, e := range elements {
			if e.ActionID == action || strings.HasPrefix(e.ActionID, action+":") {
				return e, b
			}
			seen = append(seen, e.ActionID)
		}
	}
	t.Fatalf("no element %q among %q", action, seen)
	return element{}, block{}
}

// messages are those of a channel, or of the bot's DM with a user, that user
// can see, posted or edited after ts.
func (c *control) messages(channel, user, after string, wait time.Duration) []message {
	c.t.Helper()
	q := url.Values{"channel": {channel}}
	for k, v := range map[string]string{"user": user, "after": after, "wait_ms": fmt.Sprint(wait.Milliseconds())} {
		if v != "" && v != "0" {
			q.Set(k, v)
		}
	}
	var out struct{ Messages []message }
	c.get("/messages", q, &out)
	return out.Messages
}

// awaitMessage waits for a message that contains text, posted or edited after
// ts, without sleeping: the surface answers when something newer is there.
func (c *control) awaitMessage(channel, user, after, text string) message {
	c.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		found := c.messages(channel, user, after, 5*time.Second)
		for _, m := range found {
			if strings.Contains(m.Text, text) {
				return m
			}
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("no message with %q in %s for %s; there are %+v", text, channel, user, found)
		}
		if len(found) > 0 {
			after = found[len(found)-1].TS
		}
	}
}

// modal waits until the top modal of user has the callback id, and returns it.
func (c *control) modal(user, callbackID string) view {
	c.t.Helper()
	return c.modalSaying(user, callbackID, "")
}

// modalSaying is modal for one that contains the words: a form that comes back
// with a problem, or that a choice has changed.
func (c *control) modalSaying(user, callbackID, words string) view {
	c.t.Helper()
	var top view
	c.until(user, func() bool {
		top = c.top(user)
		return top.CallbackID == callbackID && strings.Contains(top.words(), words)
	}, func() string {
		return fmt.Sprintf("no modal %q with %q, but %q with\n%s", callbackID, words, top.CallbackID, top.words())
	})
	return top
}

// home opens a person's App Home and waits until it is published.
func (c *control) home(user string) view {
	c.t.Helper()
	var before, after struct{ View *view }
	c.get("/home", url.Values{"user": {user}}, &before)
	c.interact("/home", map[string]any{"user": user})
	c.until(user, func() bool {
		c.get("/home", url.Values{"user": {user}}, &after)
		return after.View != nil && (before.View == nil || string(after.View.Raw) != string(before.View.Raw))
	}, func() string { return "no App Home for " + user })
	return *after.View
}

// until looks again after every change that the person's page is told of, for
// 20 seconds at most.
func (c *control) until(user string, met func() bool, otherwise func() string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.ControlURL+"/events?user="+user+"&team="+c.team, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body) // its first line comes once we listen
	for lines.Scan() {
		if met() {
			return
		}
	}
	c.t.Fatal(otherwise())
}

// suggest types into a select whose options the bot gives, and returns them.
func (c *control) suggest(user string, v view, action, typed string) []option {
	c.t.Helper()
	e, b := find(c.t, v.Blocks, action)
	a := c.interact("/suggest", map[string]any{"view_id": v.ID, "user": user, "action_id": e.ActionID, "block_id": b.BlockID, "value": typed})
	var payload struct{ Options []option }
	if err := json.Unmarshal(a.Payload, &payload); err != nil {
		c.t.Fatal(err)
	}
	return payload.Options
}

// option is one choice of a select.
type option struct {
	Text  any    `json:"text"`
	Value string `json:"value"`
}

// chosen is the option as a click or a submission carries it.
func (o option) chosen() map[string]any { return map[string]any{"selected_option": o} }

// latest is the ts of the newest message that user sees in a channel, "" for
// none; what comes after it is new.
func (c *control) latest(channel, user string) string {
	c.t.Helper()
	all := c.messages(channel, user, "", 0)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].TS
}

// reply types a command and waits for the ephemeral answer with the text.
func (c *control) reply(user, channel, command, text string) message {
	c.t.Helper()
	after := c.latest(channel, user)
	c.slash(user, channel, command)
	m := c.awaitMessage(channel, user, after, text)
	if m.EphemeralTo != user {
		c.t.Fatalf("the answer to %q is no secret of %s: %+v", command, user, m)
	}
	return m
}

// closeModal closes the modal that user looks at.
func (c *control) closeModal(user string, v view) {
	c.t.Helper()
	c.interact("/close", map[string]any{"view_id": v.ID, "user": user})
}

// top is the modal that user looks at now, the zero view for none.
func (c *control) top(user string) view {
	c.t.Helper()
	var out struct{ Views []view }
	c.get("/modal", url.Values{"user": {user}}, &out)
	if len(out.Views) == 0 {
		return view{}
	}
	return out.Views[len(out.Views)-1]
}

// fault throws a switch of Slack's or Jira's side.
func (c *control) fault(switched map[string]any) {
	c.t.Helper()
	c.post("/fault", switched, &struct{}{})
}

// clock moves the clock: "1h", "24h", "next_monday".
func (c *control) clock(advance string) time.Time {
	c.t.Helper()
	var out struct{ Now time.Time }
	c.post("/clock", map[string]any{"advance": advance}, &out)
	return out.Now
}

// clockTo moves the clock to the next time of day in the demo's zone, "15:31".
func (c *control) clockTo(clock string) time.Time {
	c.t.Helper()
	var out struct{ Now time.Time }
	c.post("/clock", map[string]any{}, &out)
	at, err := time.Parse("15:04", clock)
	if err != nil {
		c.t.Fatal(err)
	}
	now := out.Now.In(demoZone)
	next := time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, demoZone)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	c.post("/clock", map[string]any{"set": next.Format(time.RFC3339)}, &out)
	return out.Now
}

// noViolations ends every end-to-end test: nothing malformed was sent, nothing
// too fast, and nothing was written to Jira.
func (c *control) noViolations() {
	c.t.Helper()
	var out struct{ Violations []json.RawMessage }
	c.get("/violations", nil, &out)
	for _, v := range out.Violations {
		c.t.Errorf("violation: %s", v)
	}
}

// words are all the words of a view, one line each.
func (v view) words() string {
	var whole any
	if err := json.Unmarshal(v.Raw, &whole); err != nil {
		return err.Error()
	}
	var out strings.Builder
	var collect func(any)
	collect = func(x any) {
		switch x := x.(type) {
		case map[string]any:
			if s, ok := x["text"].(string); ok {
				out.WriteString(s + "\n")
			}
			for _, key := range slices.Sorted(maps.Keys(x)) {
				collect(x[key])
			}
		case []any:
			for _, one := range x {
				collect(one)
			}
		}
	}
	collect(whole)
	return out.String()
}
