package slack_test

import (
	"net/http"
	"strings"
	"testing"
)

// clicked posts a message with buttons, clicks one and returns the payload.
func clicked(t *testing.T, method string, more ...string) (*app, object, object) {
	t.Helper()
	a := &app{world: start(t, quick()), payloads: make(chan object, 8)}
	a.connect().answers(func(p object) any { a.payloads <- p; return nil })
	form := append([]string{"channel", "C01PAY", "text", "x", "blocks",
		blocksOf(t, actions("row", button("ok", "1"), button("no", "0")))}, more...)
	out := a.call(method, form...)
	ts := out["ts"]
	if ts == nil {
		ts = out["message_ts"]
	}
	r := a.control("click", object{"channel": "C01PAY", "ts": ts, "user": "U03ADA", "action": object{"action_id": "ok", "block_id": "row", "type": "button", "value": "1"}})
	if r["acked"] != true {
		t.Fatalf("result: %v", r)
	}
	return a, out, <-a.payloads
}

func (a *app) hook(p object, body object) (*http.Response, object) {
	a.Helper()
	address, _ := p["response_url"].(string)
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(string(encode(a, body))))
	a.must(err)
	r.Header.Set("Content-Type", "application/json")
	return a.send(r)
}

func TestClickCarriesMessageAndValue(t *testing.T) {
	a, posted, p := clicked(t, "chat.postMessage")
	if dig(p, "actions", 0, "value") != "1" || dig(p, "message", "ts") != posted["ts"] || dig(p, "channel", "id") != "C01PAY" ||
		dig(p, "container", "message_ts") != posted["ts"] || dig(p, "actions", 0, "action_ts") == nil {
		t.Errorf("payload: %v", p)
	}
	a.noViolations()
}

func TestClickOnAnEphemeralMessageCarriesNoMessage(t *testing.T) {
	_, out, p := clicked(t, "chat.postEphemeral", "user", "U03ADA")
	if p["message"] != nil || dig(p, "container", "is_ephemeral") != true || dig(p, "container", "message_ts") != out["message_ts"] {
		t.Errorf("payload: %v", p)
	}
}

func TestPeopleClickOnlyWhatTheySee(t *testing.T) {
	a, posted, _ := clicked(t, "chat.postEphemeral", "user", "U03ADA")
	shared := a.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(t, actions("row", button("ok", "1"))))
	for name, c := range map[string]struct {
		ts, user any
		action   object
	}{
		"someone else's ephemeral": {posted["message_ts"], "U01MIRA", object{"action_id": "ok"}},
		"a channel one is not in":  {shared["ts"], "U10GIL", object{"action_id": "ok"}},
		"no such button":           {shared["ts"], "U03ADA", object{"action_id": "none"}},
		"another value":            {shared["ts"], "U03ADA", object{"action_id": "ok", "value": "2"}},
		"no such person":           {shared["ts"], "U0NOBODY", object{"action_id": "ok"}},
	} {
		status, r := a.tryControl("click", object{"channel": "C01PAY", "ts": c.ts, "user": c.user, "action": c.action})
		if status != http.StatusBadRequest || r["message"] == nil {
			t.Errorf("%s: %d %v", name, status, r)
		}
	}
}

func TestResponseURLAnswersFiveTimes(t *testing.T) {
	a, posted, p := clicked(t, "chat.postMessage")
	if resp, out := a.hook(p, object{"replace_original": true, "text": "done", "blocks": []object{section("done")}}); resp.StatusCode != 200 || out["ok"] != true {
		t.Fatalf("replace: %v", out)
	}
	m := a.messages("channel=C01PAY")
	if len(m) != 1 || m[0]["ts"] != posted["ts"] || m[0]["text"] != "done" || m[0]["edited"] == nil {
		t.Errorf("replaced: %v", m)
	}
	// slack-go sends these empty fields with every post to a response URL.
	a.hook(p, object{"text": "just you", "blocks": nil, "metadata": object{"event_type": "", "event_payload": nil}, "replace_original": false})
	a.hook(p, object{"text": "everyone", "response_type": "in_channel"})
	m = a.messages("channel=C01PAY&after=" + posted["ts"].(string))
	if len(m) != 3 || m[1]["ephemeral_to"] != "U03ADA" || m[2]["ephemeral_to"] != nil {
		t.Errorf("messages: %v", m)
	}
	a.noViolations()
	a.hook(p, object{"delete_original": true})
	if m := a.messages("channel=C01PAY"); len(m) != 2 {
		t.Errorf("after delete: %v", m)
	}
	a.hook(p, object{"text": "fifth"})
	if resp, out := a.hook(p, object{"text": "sixth"}); resp.StatusCode != http.StatusNotFound || out["error"] != "expired_url" {
		t.Errorf("sixth use: %d %v", resp.StatusCode, out)
	}
}

func TestGlobalShortcutIsDelivered(t *testing.T) {
	a := &app{world: start(t, quick()), payloads: make(chan object, 1)}
	a.connect().answers(func(p object) any { a.payloads <- p; return nil })
	a.control("shortcut", object{"user": "U03ADA", "callback_id": "checkin_answer"})
	if p := <-a.payloads; p["type"] != "shortcut" || p["callback_id"] != "checkin_answer" || p["trigger_id"] == nil {
		t.Errorf("payload: %v", p)
	}
	if status, r := a.tryControl("shortcut", object{"user": "U03ADA", "callback_id": "other"}); status != http.StatusBadRequest {
		t.Errorf("unknown shortcut: %v", r)
	}
}

func TestPersonSeesTheirOwnConversations(t *testing.T) {
	w := start(t, quick())
	w.control("say", object{"channel": "C01PAY", "user": "U01MIRA", "text": "morning @ada"})
	state := w.look("state?user=U03ADA")
	var names []any
	for _, c := range objects(state["channels"]) {
		names = append(names, c["id"])
	}
	if len(names) != 3 || names[0] != "C01PAY" || names[1] != "C03GEN" || names[2] != "D03ADA" {
		t.Errorf("channels: %v", names)
	}
	if m := w.messages("channel=C01PAY"); m[0]["text"] != "morning <@U03ADA|ada>" || m[0]["user"] != "U01MIRA" {
		t.Errorf("message: %v", m)
	}
	roles := map[any]bool{}
	for _, u := range objects(w.look("users")["users"]) {
		roles[u["role"]] = true
	}
	for _, role := range []string{"owner", "manager", "member", "guest", "outsider", "stranger"} {
		if !roles[role] {
			t.Errorf("no user has the role %s", role)
		}
	}
}

func TestEventsTellAPageWhatChanged(t *testing.T) {
	w := start(t, quick())
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/control/events?user=U03ADA", nil)
	w.must(err)
	resp, err := http.DefaultClient.Do(r)
	w.must(err)
	defer resp.Body.Close()
	buf := make([]byte, 4096)
	read := func() string {
		n, err := resp.Body.Read(buf)
		w.must(err)
		return string(buf[:n])
	}
	read() // the greeting, so that the page is listening
	w.call("chat.postEphemeral", "channel", "C01PAY", "user", "U01MIRA", "text", "not for Ada")
	ts := w.post("channel", "C01PAY", "text", "for all")["ts"].(string)
	want := "event: change\ndata: {\"channel\":\"C01PAY\",\"kind\":\"message\",\"ts\":\"" + ts + "\"}\n\n"
	if got := read(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
