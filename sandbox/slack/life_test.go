package slack_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"headway/sandbox/slack"
)

// heard is a world whose app acks everything and hands over what it heard.
func heard(t *testing.T) *app {
	t.Helper()
	a := &app{world: start(t, quick()), payloads: make(chan object, 16)}
	a.connect().answers(func(p object) any { a.payloads <- p; return nil })
	return a
}

// event returns the next event and requires its type.
func (a *app) event(kind string) object {
	a.Helper()
	p := <-a.payloads
	if dig(p, "event", "type") != kind {
		a.Fatalf("heard %v, want %s", p, kind)
	}
	return p
}

func TestUninstallIsHeardAndEndsEverything(t *testing.T) {
	a := heard(t)
	ts := a.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(t, actions("row", button("ok", "1"))))["ts"]
	home := object{"type": "home", "blocks": []object{section("Hi")}}
	a.callJSON("views.publish", object{"user_id": "U03ADA", "view": home})
	out := a.control("uninstall", object{})
	if dig(out, "events", 0, "type") != "app_uninstalled" || dig(out, "events", 1, "acked") != true {
		t.Errorf("answer: %v", out)
	}
	if p := a.event("app_uninstalled"); p["team_id"] != "T0HEADWAY1" {
		t.Errorf("event: %v", p)
	}
	if p := a.event("tokens_revoked"); dig(p, "event", "tokens", "bot", 0) != "U0HEADWAY" {
		t.Errorf("event: %v", p)
	}
	if out := a.call("auth.test"); out["error"] != "account_inactive" {
		t.Errorf("token: %v", out)
	}
	for verb, body := range map[string]object{
		"slash": slashBy("U03ADA", ""), "home": {"user": "U03ADA"},
		"click": {"channel": "C01PAY", "ts": ts, "user": "U03ADA", "action": object{"action_id": "ok"}},
	} {
		if status, out := a.tryControl(verb, body); status != http.StatusBadRequest || out["error"] != "app_not_installed" {
			t.Errorf("%s: %d %v", verb, status, out)
		}
	}
	if m := a.messages("channel=C01PAY"); len(m) != 1 {
		t.Errorf("messages: %v", m)
	}
	if got := a.look("home?user=U03ADA"); got["view"] != nil {
		t.Errorf("home: %v", got)
	}

	again := a.install("T0HEADWAY1")
	if again["access_token"] == a.slack.BotToken() || a.as(again["access_token"], "auth.test")["user_id"] != "U0HEADWAY" {
		t.Errorf("installed again: %v", again)
	}
	if out := a.as(again["access_token"], "chat.postMessage", "channel", "C01PAY", "text", "x"); out["error"] != "not_in_channel" {
		t.Errorf("back in its channels uninvited: %v", out)
	}
	if out := a.call("auth.test"); out["error"] != "account_inactive" {
		t.Errorf("the old token: %v", out)
	}
}

func TestAppUninstallsItself(t *testing.T) {
	a := heard(t)
	if out := a.call("apps.uninstall", "client_id", "10000.20000", "client_secret", "guess"); out["error"] != "bad_client_secret" {
		t.Errorf("wrong secret: %v", out)
	}
	if out := a.call("apps.uninstall", "client_id", "10000.20000", "client_secret", "sandbox-client-secret"); out["ok"] != true {
		t.Fatalf("answer: %v", out)
	}
	a.event("app_uninstalled")
	a.event("tokens_revoked")
	if out := a.call("auth.test"); out["error"] != "account_inactive" {
		t.Errorf("token: %v", out)
	}
}

func TestRevokedTokensAreHeardWhileTheAppStays(t *testing.T) {
	a := heard(t)
	a.control("revoke-token", object{})
	a.event("tokens_revoked")
	if out := a.call("auth.test"); out["error"] != "token_revoked" {
		t.Errorf("token: %v", out)
	}
	a.control("slash", slashBy("U03ADA", ""))
	if p := <-a.payloads; p["command"] != "/headway" {
		t.Errorf("payload: %v", p)
	}
	if out := a.install("T0HEADWAY1"); out["access_token"] == a.slack.BotToken() {
		t.Errorf("installed again: %v", out)
	}
}

func TestAppRevokesItsToken(t *testing.T) {
	a := heard(t)
	if out := a.call("auth.revoke", "test", "true"); out["revoked"] != false || a.call("auth.test")["ok"] != true {
		t.Errorf("test: %v", out)
	}
	if out := a.call("auth.revoke"); out["revoked"] != true || a.call("auth.test")["error"] != "token_revoked" {
		t.Errorf("revoked: %v", out)
	}
	a.event("tokens_revoked")
}

func TestChangesOfAPersonAreHeard(t *testing.T) {
	a := heard(t)
	for _, c := range []struct {
		change object
		key    string
		want   any
	}{
		{object{"tz": "America/New_York"}, "tz", "America/New_York"},
		{object{"name": "Ada Lovelace"}, "real_name", "Ada Lovelace"},
		{object{"guest": true}, "is_restricted", true},
		{object{"guest": false}, "is_restricted", false},
		{object{"deactivated": true}, "deleted", true},
		{object{"deactivated": false}, "deleted", false},
	} {
		c.change["user"] = "U03ADA"
		a.control("person", c.change)
		p := a.event("user_change")
		if dig(p, "event", "user", c.key) != c.want || dig(p, "event", "user", "id") != "U03ADA" {
			t.Errorf("%v: %v", c.change, dig(p, "event", "user"))
		}
		if got := dig(a.call("users.info", "user", "U03ADA"), "user", c.key); got != c.want {
			t.Errorf("%v: users.info says %v", c.change, got)
		}
	}
	for _, bad := range []object{{"user": "U0NONE"}, {"user": "U0HEADWAY", "tz": "UTC"}, {"user": "U03ADA", "tz": "Mars/Base"}} {
		if status, out := a.tryControl("person", bad); status != http.StatusBadRequest || out["message"] == nil {
			t.Errorf("%v: %d %v", bad, status, out)
		}
	}
}

func TestDeactivatedPeopleAreInNoChannel(t *testing.T) {
	a := heard(t)
	before := len(objects(a.call("conversations.members", "channel", "C01PAY")["members"]))
	a.control("person", object{"user": "U03ADA", "deactivated": true})
	if got := len(objects(a.call("conversations.members", "channel", "C01PAY")["members"])); got != before-1 {
		t.Errorf("%d members, before %d", got, before)
	}
	if out := a.call("conversations.open", "users", "U03ADA"); out["error"] != "user_disabled" {
		t.Errorf("open: %v", out)
	}
	if status, out := a.tryControl("slash", slashBy("U03ADA", "")); status != http.StatusBadRequest {
		t.Errorf("slash: %v", out)
	}
}

func TestMembershipIsHeardWhereTheBotIs(t *testing.T) {
	a := heard(t)
	out := a.control("join", object{"channel": "C05LEAD", "user": "U03ADA", "by": "U01MIRA"})
	if len(objects(out["events"])) != 0 {
		t.Errorf("heard of a channel it is not in: %v", out)
	}
	a.control("join", object{"channel": "C05LEAD", "user": "U0HEADWAY", "by": "U01MIRA"})
	p := a.event("member_joined_channel")
	if dig(p, "event", "user") != "U0HEADWAY" || dig(p, "event", "inviter") != "U01MIRA" || dig(p, "event", "channel") != "C05LEAD" ||
		dig(p, "event", "channel_type") != "C" || dig(p, "event", "team") != "T0HEADWAY1" || p["is_ext_shared_channel"] != false {
		t.Errorf("event: %v", p)
	}
	if out := a.post("channel", "C05LEAD", "text", "hello"); out["ok"] != true {
		t.Errorf("post: %v", out)
	}
	a.control("join", object{"channel": "C05LEAD", "user": "U09NOOR"})
	if p := a.event("member_joined_channel"); dig(p, "event", "inviter") != nil {
		t.Errorf("event: %v", p)
	}
	a.control("leave", object{"channel": "C05LEAD", "user": "U09NOOR"})
	a.event("member_left_channel")
	a.control("leave", object{"channel": "C05LEAD", "user": "U0HEADWAY", "by": "U01MIRA"})
	if p := a.event("channel_left"); dig(p, "event", "actor_id") != "U01MIRA" {
		t.Errorf("event: %v", p)
	}
	for _, c := range []struct {
		body object
		want string
	}{
		{object{"channel": "C01PAY", "user": "U03ADA"}, "already_in_channel"},
		{object{"channel": "C01PAY", "user": "U12STRANGER"}, "not_shared"},
		{object{"channel": "C01PAY", "user": "U10GIL", "by": "U10GIL"}, "not_in_channel"},
		{object{"channel": "D03ADA", "user": "U10GIL"}, "channel_not_found"},
		{object{"channel": "C01PAY", "user": "U0NONE"}, "user_not_found"},
	} {
		if status, out := a.tryControl("join", c.body); status != http.StatusBadRequest || out["error"] != c.want {
			t.Errorf("%v: %d %v, want %s", c.body, status, out, c.want)
		}
	}
}

func TestSharingAChannelIsHeard(t *testing.T) {
	a := heard(t)
	a.control("share", object{"channel": "C01PAY"})
	if p := a.event("channel_shared"); dig(p, "event", "connected_team_id") != northwind || p["is_ext_shared_channel"] != true {
		t.Errorf("event: %v", p)
	}
	if got := a.call("conversations.info", "channel", "C01PAY"); dig(got, "channel", "is_ext_shared") != true {
		t.Errorf("info: %v", got)
	}
	a.control("join", object{"channel": "C01PAY", "user": "U12STRANGER", "by": "U01MIRA"})
	if p := a.event("member_joined_channel"); dig(p, "event", "team") != northwind || p["is_ext_shared_channel"] != true {
		t.Errorf("event: %v", p)
	}
	out := a.control("share", object{"channel": "C01PAY", "on": false})
	a.event("channel_unshared")
	for _, id := range dig(out, "channel", "members").([]any) {
		if id == "U12STRANGER" {
			t.Error("a stranger is still in the channel")
		}
	}
}

func TestOnlySubscribedEventsArrive(t *testing.T) {
	front := httptest.NewUnstartedServer(nil)
	base := "http://" + front.Listener.Addr().String()
	s := slack.New(slack.Options{BaseURL: base, Timing: quick(), Events: []string{"user_change"}})
	front.Config.Handler = s.Handler()
	front.Start()
	t.Cleanup(front.Close)
	t.Cleanup(s.Close)
	w := &world{T: t, slack: s, url: base}
	w.connect().answers(func(object) any { return nil })
	if out := w.control("join", object{"channel": "C01PAY", "user": "U10GIL"}); len(objects(out["events"])) != 0 {
		t.Errorf("join: %v", out)
	}
	tz := object{"user": "U03ADA", "tz": "UTC"}
	if out := w.control("person", tz); len(objects(out["events"])) != 1 {
		t.Errorf("person: %v", out)
	}
	w.control("fault", object{"fault": "scopes", "scopes": []string{"chat:write"}})
	if out := w.control("person", tz); len(objects(out["events"])) != 0 {
		t.Errorf("without the scope: %v", out)
	}
	if status, out := w.tryControl("home", object{"user": "U03ADA"}); status != http.StatusBadRequest || out["error"] != "not_subscribed" {
		t.Errorf("home: %d %v", status, out)
	}
}
