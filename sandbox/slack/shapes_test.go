package slack_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"
)

// shape is a node of slack-shapes.json: the types a value may have in Slack's
// official samples, its properties and its items.
type shape struct {
	Types []string         `json:"t"`
	Props map[string]shape `json:"p"`
	Items *shape           `json:"i"`
}

func shapes(t *testing.T) map[string]shape {
	t.Helper()
	raw, err := os.ReadFile("../../../shared/openapi/slack-shapes.json")
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" {
		t.Skip("skipped: ../shared/openapi/slack-shapes.json is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]shape
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// added are keys that Slack sends today and the samples do not have, and those
// whose content is the app's own.
var added = []string{
	"blocks", "state", "metadata", "event_payload", "response_urls", "attachments", "icons", "enterprise",
	"display_name_normalized", "errors", "scopes", "acceptedScopes", "edited", "cache_ts", "offset",
	"next_cursor", "warnings", "icon", "bot_profile", "previous_view_id",
}

// fits reports keys of v that the shape does not know, and values of another type.
func (s shape) fits(t *testing.T, at string, v any) {
	t.Helper()
	if v == nil {
		return
	}
	if got := jsonType(v); !slices.Contains(s.Types, got) {
		t.Errorf("%s is a %s, Slack has %v", at, got, s.Types)
		return
	}
	switch v := v.(type) {
	case object:
		for key, item := range v {
			if slices.Contains(added, key) {
				continue
			}
			inner, ok := s.Props[key]
			if !ok {
				t.Errorf("%s has no %s at Slack", at, key)
				continue
			}
			inner.fits(t, at+"."+key, item)
		}
	case []any:
		for _, item := range v {
			if s.Items != nil {
				s.Items.fits(t, at+"[]", item)
			}
		}
	}
}

// has reports keys that the payload lacks.
func has(t *testing.T, at string, v any, keys ...string) {
	t.Helper()
	o, _ := v.(object)
	for _, key := range keys {
		if _, ok := o[key]; !ok {
			t.Errorf("%s lacks %s", at, key)
		}
	}
}

func jsonType(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	}
	return "object"
}

func TestAnswersHaveSlacksShape(t *testing.T) {
	all := shapes(t)
	w := start(t, quick())
	posted := w.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(t, section("x")))
	ts, _ := posted["ts"].(string)
	_, open := w.request("apps.connections.open", "application/json", w.slack.AppToken(), nil)
	home := object{"type": "home", "blocks": []object{section("x")}}
	for method, answer := range map[string]object{
		"apps.connections.open":      open,
		"chat.postMessage":           posted,
		"auth.test":                  w.call("auth.test"),
		"chat.postEphemeral":         w.call("chat.postEphemeral", "channel", "C01PAY", "user", "U03ADA", "text", "x"),
		"chat.update":                w.call("chat.update", "channel", "C01PAY", "ts", ts, "text", "y"),
		"users.info":                 w.call("users.info", "user", "U03ADA"),
		"users.list":                 w.call("users.list"),
		"users.lookupByEmail":        w.call("users.lookupByEmail", "email", "ada@acme.test"),
		"conversations.open":         w.call("conversations.open", "users", "U03ADA", "return_im", "true"),
		"conversations.info":         w.call("conversations.info", "channel", "C01PAY", "include_num_members", "true"),
		"conversations.list":         w.call("conversations.list"),
		"conversations.members":      w.call("conversations.members", "channel", "C01PAY"),
		"views.publish":              w.callJSON("views.publish", object{"user_id": "U03ADA", "view": home}),
		"files.getUploadURLExternal": w.call("files.getUploadURLExternal", "filename", "a.csv", "length", "3"),
	} {
		t.Run(method, func(t *testing.T) {
			if answer["ok"] != true {
				t.Fatalf("answer: %v", answer)
			}
			all[method].fits(t, method, answer)
		})
	}
	if t.Failed() {
		return
	}
	w.noViolations()
}

func TestPayloadsHaveSlacksShape(t *testing.T) {
	all := shapes(t)
	a, view := openModal(t, with(modal(textField("name"), actions("row", button("go", "1"))), object{"notify_on_close": true}))
	interactive := []string{"type", "token", "api_app_id", "user", "team", "enterprise", "is_enterprise_install"}
	viewKeys := []string{
		"id", "team_id", "type", "title", "close", "submit", "blocks", "private_metadata", "callback_id", "state", "hash",
		"clear_on_close", "notify_on_close", "root_view_id", "previous_view_id", "app_id", "external_id",
		"app_installed_team_id", "bot_id",
	}
	check := func(name string, keys ...string) {
		t.Helper()
		p := <-a.payloads
		if p["command"] != nil { // a string there, whatever the sample says
			delete(p, "is_enterprise_install")
		}
		all[name].fits(t, name, p)
		has(t, name, p, keys...)
		if v, ok := p["view"]; ok {
			has(t, name+".view", v, viewKeys...)
		}
	}

	a.control("slash", slashBy("U03ADA", "x"))
	check("SlashCommandPayload", "token", "command", "text", "response_url", "trigger_id", "user_id", "user_name",
		"team_id", "team_domain", "channel_id", "channel_name", "api_app_id")

	a.control("click", object{"view_id": view["id"], "user": "U03ADA", "action": object{"action_id": "go"}})
	check("BlockActionPayload", append(interactive, "container", "trigger_id", "view", "actions")...)

	ts := a.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(t, actions("row", button("ok", "1"))))["ts"]
	a.control("click", object{"channel": "C01PAY", "ts": ts, "user": "U03ADA", "action": object{"action_id": "ok"}})
	check("BlockActionPayload", append(interactive, "container", "trigger_id", "channel", "message", "state", "response_url", "actions")...)

	a.acks <- object{"response_action": "errors", "errors": object{"name": "no"}}
	a.submitAs(view, object{"name": object{"value": object{"value": "x"}}})
	check("ViewSubmissionPayload", append(interactive, "trigger_id", "response_urls", "view")...)

	a.control("close", object{"view_id": view["id"], "user": "U03ADA"})
	check("ViewClosedPayload", append(interactive, "is_cleared", "view")...)

	a.control("home", object{"user": "U03ADA"})
	has(t, "event", <-a.payloads, "type", "token", "team_id", "api_app_id", "event", "event_id", "event_time",
		"event_context", "authorizations", "is_ext_shared_channel")
}
