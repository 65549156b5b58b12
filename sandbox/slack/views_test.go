package slack_test

import (
	"strings"
	"testing"
	"time"
)

func plainText(s string) object { return object{"type": "plain_text", "text": s} }

func input(blockID string, element object) object {
	return object{"type": "input", "block_id": blockID, "label": plainText("Label"), "element": element}
}

func textField(blockID string) object {
	return input(blockID, object{"type": "plain_text_input", "action_id": "value", "max_length": 20})
}

func button(actionID, value string) object {
	return object{"type": "button", "action_id": actionID, "text": plainText("Press"), "value": value}
}

func actions(blockID string, elements ...object) object {
	return object{"type": "actions", "block_id": blockID, "elements": elements}
}

func modal(blocks ...object) object {
	return object{"type": "modal", "title": plainText("Title"), "submit": plainText("Save"), "blocks": blocks}
}

func with(view object, more object) object {
	out := object{}
	for _, o := range []object{view, more} {
		for k, v := range o {
			out[k] = v
		}
	}
	return out
}

// app is a bot whose acks a test decides; it opens the given view on a command.
type app struct {
	*world
	acks     chan any // payloads for the next acks; empty acks when none is waiting
	payloads chan object
}

func openModal(t *testing.T, view object) (*app, object) {
	t.Helper()
	timing := quick()
	timing.Ack = 2 * time.Second
	a := &app{world: start(t, timing), acks: make(chan any, 8), payloads: make(chan object, 32)}
	a.connect().answers(func(p object) any {
		a.payloads <- p
		select {
		case ack := <-a.acks:
			return ack
		default:
			return nil
		}
	})
	opened := a.open(view)
	if opened["ok"] != true {
		t.Fatalf("views.open: %v", opened)
	}
	return a, opened["view"].(object)
}

func (a *app) trigger() any {
	a.Helper()
	a.control("slash", slashBy("U03ADA", ""))
	return (<-a.payloads)["trigger_id"]
}

func (a *app) open(view object) object {
	a.Helper()
	return a.callJSON("views.open", object{"trigger_id": a.trigger(), "view": view})
}

func (a *app) stack() []object { return objects(a.look("modal?user=U03ADA")["views"]) }

func (a *app) submitAs(view object, values object) (int, object) {
	a.Helper()
	return a.tryControl("submit", object{"view_id": view["id"], "user": "U03ADA", "values": values})
}

func TestSubmittedValuesReachTheApp(t *testing.T) {
	a, view := openModal(t, modal(
		textField("name"),
		input("kind", object{
			"type": "static_select", "action_id": "value",
			"options":        []object{{"text": plainText("One"), "value": "1"}, {"text": plainText("Two"), "value": "2"}},
			"initial_option": object{"text": plainText("Two"), "value": "2"},
		}),
		with(input("day", object{"type": "datepicker", "action_id": "value"}), object{"optional": true}),
	))
	status, r := a.submitAs(view, object{"name": object{"value": object{"type": "plain_text_input", "value": "Ada"}}})
	if status != 200 || r["acked"] != true {
		t.Fatalf("result: %v", r)
	}
	p := <-a.payloads
	for want, got := range map[any]any{
		"view_submission": p["type"],
		"Ada":             dig(p, "view", "state", "values", "name", "value", "value"),
		"2":               dig(p, "view", "state", "values", "kind", "value", "selected_option", "value"),
		nil:               dig(p, "view", "state", "values", "day", "value", "selected_date"),
	} {
		if got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	if len(a.stack()) != 0 {
		t.Error("an empty ack left the modal open")
	}
	a.noViolations()
}

func TestClientKeepsWrongFieldsFromTheApp(t *testing.T) {
	a, view := openModal(t, modal(
		textField("name"),
		with(input("size", object{"type": "number_input", "action_id": "value", "is_decimal_allowed": false, "min_value": "1"}), object{"optional": true}),
		with(input("mail", object{"type": "email_text_input", "action_id": "value"}), object{"optional": true}),
	))
	set := func(v string) object { return object{"value": object{"value": v}} }
	for name, c := range map[string]struct {
		values object
		block  string
	}{
		"required":  {object{}, "name"},
		"too long":  {object{"name": set(strings.Repeat("x", 21))}, "name"},
		"no number": {object{"name": set("x"), "size": set("many")}, "size"},
		"too small": {object{"name": set("x"), "size": set("0")}, "size"},
		"no email":  {object{"name": set("x"), "mail": set("somewhere")}, "mail"},
	} {
		status, r := a.submitAs(view, c.values)
		if status != 400 || r["error"] != "client_validation" || dig(r, "errors", c.block) == nil {
			t.Errorf("%s: %d %v", name, status, r)
		}
	}
	if len(a.payloads) > 0 {
		t.Errorf("the app got %v", <-a.payloads)
	}
}

func TestErrorsAckStaysUnderItsField(t *testing.T) {
	a, view := openModal(t, modal(textField("name"), actions("row", button("go", "1"))))
	values := object{"name": object{"value": object{"value": "x"}}}

	a.acks <- object{"response_action": "errors", "errors": object{"name": "Taken"}}
	a.submitAs(view, values)
	if v := a.stack(); len(v) != 1 || dig(v[0], "errors", "name") != "Taken" {
		t.Errorf("stack: %v", v)
	}
	a.noViolations()

	a.acks <- object{"response_action": "errors", "errors": object{"row": "No input block"}}
	_, r := a.submitAs(view, values)
	if r["wrong_ack"] == nil || len(a.stack()) != 1 {
		t.Errorf("result: %v", r)
	}
	if v := a.slack.Violations(); len(v) != 1 || v[0].Kind != "wrong_ack" {
		t.Errorf("violations: %+v", v)
	}
}

func TestAcksMoveTheStack(t *testing.T) {
	a, first := openModal(t, modal(textField("name")))
	values := object{"name": object{"value": object{"value": "x"}}}

	a.acks <- object{"response_action": "push", "view": modal(textField("more"))}
	a.submitAs(first, values)
	second := a.stack()[1]
	if second["previous_view_id"] != first["id"] || second["root_view_id"] != first["id"] {
		t.Errorf("second view: %v", second)
	}
	if status, r := a.submitAs(first, values); status != 400 || r["error"] != "view_not_on_top" {
		t.Errorf("submitting a covered view: %v", r)
	}

	a.acks <- object{"response_action": "update", "view": with(modal(textField("more")), object{"callback_id": "changed"})}
	a.submitAs(second, object{"more": object{"value": object{"value": "typed"}}})
	updated := a.stack()[1]
	if updated["callback_id"] != "changed" || updated["id"] != second["id"] || updated["hash"] == second["hash"] {
		t.Errorf("updated view: %v", updated)
	}
	if dig(updated, "state", "values", "more", "value", "value") != "typed" {
		t.Errorf("what was typed is gone: %v", updated["state"])
	}

	a.acks <- object{"response_action": "clear"}
	a.submitAs(second, object{"more": object{"value": object{"value": "x"}}})
	if v := a.stack(); len(v) != 0 {
		t.Errorf("after clear: %v", v)
	}
	a.noViolations()
}

func TestT24_TriggerOpensOneViewWithinItsLife(t *testing.T) {
	timing := quick()
	timing.Trigger = time.Nanosecond
	w := start(t, timing)
	triggers := make(chan any, 1)
	w.connect().answers(func(p object) any { triggers <- p["trigger_id"]; return nil })
	w.control("slash", slashBy("U03ADA", ""))
	if out := w.callJSON("views.open", object{"trigger_id": <-triggers, "view": modal(textField("a"))}); out["error"] != "expired_trigger_id" {
		t.Errorf("late: %v", out)
	}

	a, _ := openModal(t, modal(textField("a")))
	once := a.trigger()
	a.callJSON("views.open", object{"trigger_id": once, "view": modal(textField("a"))})
	if out := a.callJSON("views.open", object{"trigger_id": once, "view": modal(textField("a"))}); out["error"] != "exchanged_trigger_id" {
		t.Errorf("second use: %v", out)
	}
}

func TestFourthViewIsNotPushed(t *testing.T) {
	a, view := openModal(t, modal(actions("row", button("next", "1"))))
	for range 2 {
		a.control("click", object{"view_id": view["id"], "user": "U03ADA", "action": object{"action_id": "next"}})
		out := a.callJSON("views.push", object{"trigger_id": (<-a.payloads)["trigger_id"], "view": modal(actions("row", button("next", "1")))})
		view, _ = out["view"].(object)
	}
	a.control("click", object{"view_id": view["id"], "user": "U03ADA", "action": object{"action_id": "next"}})
	out := a.callJSON("views.push", object{"trigger_id": (<-a.payloads)["trigger_id"], "view": modal(textField("x"))})
	if out["error"] != "push_limit_reached" || len(a.stack()) != 3 {
		t.Errorf("answer: %v, stack of %d", out, len(a.stack()))
	}
}

func TestUpdateWithAnOldHashConflicts(t *testing.T) {
	a, view := openModal(t, modal(textField("name")))
	update := func() object {
		return a.callJSON("views.update", object{"view_id": view["id"], "hash": view["hash"], "view": modal(textField("name"))})
	}
	if out := update(); out["ok"] != true {
		t.Fatalf("first: %v", out)
	}
	if out := update(); out["error"] != "hash_conflict" {
		t.Errorf("second: %v", out)
	}
	a.noViolations()
}

func TestCloseIsToldToAppsThatAsked(t *testing.T) {
	a, view := openModal(t, with(modal(textField("name")), object{"notify_on_close": true, "private_metadata": "m"}))
	a.control("close", object{"view_id": view["id"], "user": "U03ADA"})
	p := <-a.payloads
	if p["type"] != "view_closed" || p["is_cleared"] != false || dig(p, "view", "private_metadata") != "m" {
		t.Errorf("payload: %v", p)
	}
	if len(a.stack()) != 0 {
		t.Error("the view is still open")
	}
}

func TestClickInAModalCarriesWhatIsTyped(t *testing.T) {
	a, view := openModal(t, modal(
		with(textField("name"), object{"dispatch_action": true}), textField("other"), actions("row", button("go", "7")),
	))
	a.control("click", object{"view_id": view["id"], "user": "U03ADA", "action": object{"block_id": "name", "action_id": "value", "value": "typed"}})
	if p := <-a.payloads; dig(p, "actions", 0, "value") != "typed" {
		t.Errorf("dispatched input: %v", dig(p, "actions"))
	}
	a.control("click", object{"view_id": view["id"], "user": "U03ADA", "action": object{"action_id": "go"}})
	p := <-a.payloads
	if dig(p, "actions", 0, "value") != "7" || dig(p, "container", "type") != "view" ||
		dig(p, "view", "state", "values", "name", "value", "value") != "typed" {
		t.Errorf("payload: %v", p)
	}
	status, r := a.tryControl("click", object{"view_id": view["id"], "user": "U03ADA", "action": object{"block_id": "other", "action_id": "value", "value": "x"}})
	if status != 400 || r["error"] != "not_dispatched" {
		t.Errorf("quiet input: %d %v", status, r)
	}
}

func TestExternalSelectAsksTheApp(t *testing.T) {
	a, view := openModal(t, modal(input("epic", object{"type": "external_select", "action_id": "value", "min_query_length": 1})))
	a.acks <- object{"options": []object{{"text": plainText("Checkout"), "value": "E1"}}}
	r := a.control("suggest", object{"view_id": view["id"], "user": "U03ADA", "action_id": "value", "value": "che"})
	if dig(r, "payload", "options", 0, "value") != "E1" {
		t.Fatalf("result: %v", r)
	}
	if p := <-a.payloads; p["type"] != "block_suggestion" || p["value"] != "che" || p["block_id"] != "epic" {
		t.Errorf("payload: %v", p)
	}
	a.submitAs(view, object{"epic": object{"value": object{"selected_option": object{"value": "E1"}}}})
	p := <-a.payloads
	if dig(p, "view", "state", "values", "epic", "value", "selected_option", "text", "text") != "Checkout" {
		t.Errorf("submitted: %v", dig(p, "view", "state"))
	}
	if status, r := a.tryControl("suggest", object{"view_id": view["id"], "user": "U03ADA", "action_id": "value", "value": ""}); status != 400 {
		t.Errorf("short query: %v", r)
	}
}

func TestPeopleSeeOnlyTheirOwnModals(t *testing.T) {
	a, view := openModal(t, modal(textField("name")))
	status, r := a.tryControl("submit", object{"view_id": view["id"], "user": "U01MIRA", "values": object{}})
	if status != 400 || r["error"] != "view_not_found" {
		t.Errorf("another user's submit: %d %v", status, r)
	}
}

func TestHomeIsPublishedPerPerson(t *testing.T) {
	w := start(t, quick())
	home := object{"type": "home", "blocks": []object{section("Hi"), actions("row", button("go", "1"))}}
	out := w.callJSON("views.publish", object{"user_id": "U03ADA", "view": home})
	if out["ok"] != true {
		t.Fatalf("published: %v", out)
	}
	if got := w.look("home?user=U03ADA"); dig(got, "view", "type") != "home" {
		t.Errorf("home: %v", got)
	}
	if got := w.look("home?user=U01MIRA"); got["view"] != nil {
		t.Errorf("another home: %v", got)
	}
	if out := w.callJSON("views.publish", object{"user_id": "U03ADA", "view": home, "hash": "1.old"}); out["error"] != "hash_conflict" {
		t.Errorf("old hash: %v", out)
	}
	payloads := make(chan object, 1)
	w.connect().answers(func(p object) any { payloads <- p; return nil })
	w.control("click", object{"view_id": dig(out, "view", "id"), "user": "U03ADA", "action": object{"action_id": "go"}})
	if p := <-payloads; dig(p, "view", "type") != "home" {
		t.Errorf("payload: %v", p)
	}
}

func TestMalformedViewsAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		view   object
		detail string
	}{
		"null blocks":       {with(modal(), object{"blocks": nil}), "/view/blocks"},
		"title too long":    {with(modal(), object{"title": plainText(strings.Repeat("x", 25))}), "/view/title/text"},
		"metadata too long": {with(modal(), object{"private_metadata": strings.Repeat("x", 3001)}), "/view/private_metadata"},
		"input, no submit":  {object{"type": "modal", "title": plainText("T"), "blocks": []object{textField("a")}}, "/view/submit"},
		"same block id":     {modal(textField("a"), textField("a")), "/view/blocks/1/block_id"},
		"same action id":    {modal(actions("row", button("a", "1"), button("a", "2"))), "`action_id` already exists"},
		"too many options": {modal(input("a", object{"type": "radio_buttons", "action_id": "x",
			"options": repeat(11, object{"text": plainText("o"), "value": "o"})})), "no more than 10 items allowed"},
		"unknown field":      {modal(with(section("x"), object{"colour": "red"})), "invalid additional property: colour"},
		"message-only block": {modal(object{"type": "markdown", "text": "x"}), "unsupported type: markdown"},
		"101 blocks":         {modal(repeat(101, object{"type": "divider"})...), "no more than 100 items allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, quick())
			out := w.callJSON("views.open", object{"trigger_id": "1.2.3", "view": c.view})
			said, _ := dig(out, "response_metadata", "messages", 0).(string)
			if out["error"] != "invalid_arguments" || !strings.Contains(said, c.detail) {
				t.Errorf("answer: %v, want %q", out, c.detail)
			}
			if v := w.slack.Violations(); len(v) != 1 {
				t.Errorf("violations: %+v", v)
			}
		})
	}
}

func repeat(n int, o object) []object {
	out := make([]object, n)
	for i := range out {
		out[i] = o
	}
	return out
}
