package slack_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	api "github.com/slack-go/slack"
)

const (
	northwind = "T0NORTH01"
	redirect  = "http://127.0.0.1:39555/slack/installed"
	verifier  = "a-verifier-of-forty-three-characters-0123456"
)

// asked is a well-formed request to install the app; more replaces parameters,
// an empty value removes one.
func asked(more ...string) url.Values {
	q := url.Values{
		"client_id": {"10000.20000"}, "scope": {"chat:write,commands,users:read"}, "user_scope": {""},
		"state": {"s1"}, "redirect_uri": {redirect},
		"code_challenge": {api.GenerateCodeChallenge(verifier)}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
		if more[i+1] == "" {
			q.Del(more[i])
		}
	}
	return q
}

// page loads the authorize page, or with a form decides on it.
func (w *world) page(q, form url.Values) (*http.Response, string) {
	w.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, w.url+"/oauth/v2/authorize?"+q.Encode(), body)
	w.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultTransport.RoundTrip(r) // a redirect is the result here
	w.must(err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	w.must(err)
	return resp, string(raw)
}

// allow installs the app in a team and returns what came with the redirect.
func (w *world) allow(team string, q url.Values) url.Values {
	w.Helper()
	resp, body := w.page(q, url.Values{"team": {team}, "allow": {"yes"}})
	to, err := resp.Location()
	if err != nil || resp.StatusCode != http.StatusFound {
		w.Fatalf("allow: %d %v %s", resp.StatusCode, err, body)
	}
	return to.Query()
}

// access calls oauth.v2.access with the app's credentials in the form.
func (w *world) access(form ...string) object {
	w.Helper()
	values := url.Values{"client_id": {"10000.20000"}, "client_secret": {"sandbox-client-secret"}}
	for i := 0; i+1 < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	_, out := w.request("oauth.v2.access", "application/x-www-form-urlencoded", "", strings.NewReader(values.Encode()))
	return out
}

// install takes the whole way and returns the answer with the token.
func (w *world) install(team string) object {
	w.Helper()
	code := w.allow(team, asked()).Get("code")
	out := w.access("code", code, "redirect_uri", redirect, "code_verifier", verifier)
	if out["ok"] != true {
		w.Fatalf("oauth.v2.access: %v", out)
	}
	return out
}

// as calls a method with another token than that of the first workspace.
func (w *world) as(token any, method string, form ...string) object {
	w.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	bearer, _ := token.(string)
	_, out := w.request(method, "application/x-www-form-urlencoded", bearer, strings.NewReader(values.Encode()))
	return out
}

func TestAuthorizePageOffersEachWorkspace(t *testing.T) {
	w := start(t, quick())
	resp, body := w.page(asked(), nil)
	for _, want := range []string{"<!doctype html>", `value="T0HEADWAY1"`, `value="T0NORTH01"`, "Northwind", "chat:write", "state=s1"} {
		if !strings.Contains(body, want) {
			t.Errorf("%d: no %q in the page", resp.StatusCode, want)
		}
	}
	if _, body := w.page(asked("team", northwind), nil); strings.Contains(body, "T0HEADWAY1") {
		t.Error("a request for one workspace offers another")
	}
}

func TestAuthorizePageRefusesAWrongRequest(t *testing.T) {
	w := start(t, quick())
	for name, c := range map[string]struct {
		q    url.Values
		says string
	}{
		"another app":           {asked("client_id", "1.2"), "Invalid client_id parameter"},
		"no scope":              {asked("scope", ""), "No scopes requested"},
		"an unknown scope":      {asked("scope", "chat:write,teleport"), "Invalid permissions requested"},
		"a user's scope":        {asked("user_scope", "search:read"), "Invalid permissions requested"},
		"no redirect":           {asked("redirect_uri", ""), "redirect_uri did not match any configured URIs"},
		"http to elsewhere":     {asked("redirect_uri", "http://evil.example/x"), "redirect_uri did not match"},
		"a script":              {asked("redirect_uri", "javascript:alert(1)"), "redirect_uri did not match"},
		"an unknown workspace":  {asked("team", "T0NONE"), "This workspace doesn&#39;t exist"},
		"a plain challenge":     {asked("code_challenge_method", "plain"), "Invalid code_challenge parameter"},
		"a challenge too short": {asked("code_challenge", "abc"), "Invalid code_challenge parameter"},
	} {
		for _, form := range []url.Values{nil, {"team": {northwind}, "allow": {"yes"}}} {
			if resp, body := w.page(c.q, form); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, c.says) || resp.Header.Get("Location") != "" {
				t.Errorf("%s, form %v: %d, want %q in\n%s", name, form, resp.StatusCode, c.says, body)
			}
		}
	}
}

func TestAuthorizePageShowsTextAsText(t *testing.T) {
	w := start(t, quick())
	_, body := w.page(asked("redirect_uri", "http://evil.example/<script>alert(1)</script>"), nil)
	if strings.Contains(body, "<script>") {
		t.Errorf("markup from the address is in the page:\n%s", body)
	}
}

func TestCancelledInstallLeadsBackWithAnError(t *testing.T) {
	w := start(t, quick())
	resp, _ := w.page(asked("redirect_uri", "https://bot.test/done?x=1"), url.Values{"team": {northwind}, "allow": {"no"}})
	if got := resp.Header.Get("Location"); got != "https://bot.test/done?error=access_denied&state=s1&x=1" {
		t.Errorf("leads to %q", got)
	}
	if teams := objects(w.look("teams")["teams"]); teams[1]["installed"] != false {
		t.Errorf("teams: %v", teams)
	}
}

func TestInstalledAppWorksInItsSecondWorkspace(t *testing.T) {
	w := start(t, quick())
	payloads := make(chan object, 8)
	w.connect().answers(func(p object) any { payloads <- p; return nil })
	slash := object{"team": northwind, "channel": "C21SHOP", "user": "U21NORA", "command": "/headway", "text": "help"}
	if status, out := w.tryControl("slash", slash); status != http.StatusBadRequest || out["error"] != "app_not_installed" {
		t.Fatalf("before it is installed: %d %v", status, out)
	}

	out := w.install(northwind)
	if dig(out, "team", "id") != northwind || dig(out, "team", "name") != "Northwind" || out["token_type"] != "bot" ||
		out["bot_user_id"] != "U0HEADNORTH" || out["app_id"] != "A0HEADWAY1" || out["scope"] != "chat:write,commands,users:read" ||
		dig(out, "authed_user", "id") != "U21NORA" || out["is_enterprise_install"] != false || out["enterprise"] != nil ||
		out["refresh_token"] != nil {
		t.Errorf("answer: %v", out)
	}
	token := out["access_token"]
	if who := w.as(token, "auth.test"); who["team_id"] != northwind || who["user_id"] != "U0HEADNORTH" {
		t.Errorf("auth.test: %v", who)
	}
	w.control("slash", slash)
	if p := <-payloads; p["team_id"] != northwind || p["team_domain"] != "northwind" || p["user_id"] != "U21NORA" {
		t.Errorf("slash: %v", p)
	}
	w.control("home", object{"team": northwind, "user": "U21NORA"})
	if p := <-payloads; p["team_id"] != northwind || dig(p, "authorizations", 0, "user_id") != "U0HEADNORTH" {
		t.Errorf("event: %v", p)
	}
	if posted := w.as(token, "chat.postMessage", "channel", "U23SAGA", "text", "hello"); posted["channel"] != "D23SAGA" {
		t.Errorf("direct message: %v", posted)
	}
	if m := w.messages("team=" + northwind + "&channel=U23SAGA"); len(m) != 1 || m[0]["text"] != "hello" {
		t.Errorf("messages: %v", m)
	}
	if posted := w.as(token, "chat.postMessage", "channel", "C21SHOP", "text", "x"); posted["error"] != "not_in_channel" {
		t.Errorf("uninvited: %v", posted)
	}
	if posted := w.as(token, "chat.postMessage", "channel", "C01PAY", "text", "x"); posted["error"] != "channel_not_found" {
		t.Errorf("the other workspace's channel: %v", posted)
	}
	w.noViolations()
}

func TestSlackGoExchangesACode(t *testing.T) {
	w := start(t, quick())
	code := w.allow(northwind, asked()).Get("code")
	out, err := api.GetOAuthV2ResponseContext(t.Context(), http.DefaultClient, "10000.20000", "sandbox-client-secret", code, redirect,
		api.OAuthOptionAPIURL(w.url+"/api/"), api.OAuthOptionCodeVerifier(verifier))
	w.must(err)
	if out.Team.ID != northwind || !strings.HasPrefix(out.AccessToken, "xoxb-") || out.BotUserID != "U0HEADNORTH" {
		t.Errorf("answer: %+v", out)
	}
}

func TestCodeIsBoundAndWorksOnce(t *testing.T) {
	w := start(t, quick())
	code := w.allow(northwind, asked()).Get("code")
	for _, c := range []struct {
		form []string
		want string
	}{
		{[]string{"client_id", "1.2", "code", code}, "invalid_client_id"},
		{[]string{"client_secret", "guess", "code", code}, "bad_client_secret"},
		{[]string{"code", "10000.20000.none"}, "invalid_code"},
		{[]string{"code", code, "grant_type", "password"}, "invalid_grant_type"},
		{[]string{"code", code, "code_verifier", verifier}, "bad_redirect_uri"},
		{[]string{"code", code, "redirect_uri", redirect + "/x", "code_verifier", verifier}, "bad_redirect_uri"},
		{[]string{"code", code, "redirect_uri", redirect}, "invalid_code_verifier"},
		{[]string{"code", code, "redirect_uri", redirect, "code_verifier", verifier + "x"}, "invalid_code_verifier"},
		{[]string{"code", code, "redirect_uri", redirect, "code_verifier", verifier}, ""},
		{[]string{"code", code, "redirect_uri", redirect, "code_verifier", verifier}, "code_already_used"},
		{[]string{"refresh_token", "xoxe-1-none", "grant_type", "refresh_token"}, "invalid_refresh_token"},
	} {
		out := w.access(c.form...)
		if got, _ := out["error"].(string); got != c.want {
			t.Errorf("%q: %v, want %q", c.form, out, c.want)
		}
	}
}

func TestCredentialsMayComeByBasicAuthentication(t *testing.T) {
	w := start(t, quick())
	code := w.allow(northwind, asked("code_challenge", "", "code_challenge_method", "")).Get("code")
	for secret, want := range map[string]any{"guess": "bad_client_secret", "sandbox-client-secret": nil} {
		r, err := http.NewRequest(http.MethodPost, w.url+"/api/oauth.v2.access", strings.NewReader(url.Values{"code": {code}, "redirect_uri": {redirect}}.Encode()))
		w.must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth("10000.20000", secret)
		if _, out := w.send(r); out["error"] != want {
			t.Errorf("secret %q: %v, want %v", secret, out, want)
		}
	}
}

func TestSecondInstallKeepsTheTokenAndAddsScopes(t *testing.T) {
	w := start(t, quick())
	first := w.install(northwind)
	code := w.allow(northwind, asked("scope", "files:write")).Get("code")
	second := w.access("code", code, "redirect_uri", redirect, "code_verifier", verifier)
	if first["access_token"] != second["access_token"] || second["scope"] != "chat:write,commands,users:read,files:write" {
		t.Errorf("first %v\nsecond %v", first, second)
	}
}

func TestRotatedTokensExpireAndRefreshOnce(t *testing.T) {
	w := start(t, quick())
	w.control("fault", object{"fault": "token_rotation"})
	long := w.install(northwind)
	if !strings.HasPrefix(long["access_token"].(string), "xoxe.xoxb-") || long["expires_in"] != 43200.0 {
		t.Fatalf("answer: %v", long)
	}
	refresh := func(token any) object {
		return w.access("grant_type", "refresh_token", "refresh_token", token.(string))
	}
	w.control("fault", object{"fault": "token_rotation", "seconds": 1})
	next := refresh(long["refresh_token"])
	if next["ok"] != true || next["refresh_token"] == long["refresh_token"] || next["access_token"] == long["access_token"] || next["expires_in"] != 1.0 {
		t.Fatalf("refreshed: %v", next)
	}
	if again := refresh(long["refresh_token"]); again["error"] != "invalid_refresh_token" {
		t.Errorf("used twice: %v", again)
	}
	if who := w.as(long["access_token"], "auth.test"); who["ok"] != true {
		t.Errorf("the token before: %v", who)
	}
	w.eventually(func() bool { return w.as(next["access_token"], "auth.test")["error"] == "token_expired" })
	if last := refresh(next["refresh_token"]); w.as(last["access_token"], "auth.test")["ok"] != true {
		t.Errorf("after the next refresh: %v", last)
	}
}

func TestARefreshThatGotLostHasSpentItsToken(t *testing.T) {
	w := start(t, quick())
	w.control("fault", object{"fault": "token_rotation"})
	token := w.install(northwind)["refresh_token"].(string)
	w.control("fault", object{"fault": "post_then_500", "method": "oauth.v2.access"})
	w.access("grant_type", "refresh_token", "refresh_token", token)
	if out := w.access("grant_type", "refresh_token", "refresh_token", token); out["error"] != "invalid_refresh_token" {
		t.Errorf("second try: %v", out)
	}
}

func TestOrganisationInstallHasNoTeam(t *testing.T) {
	w := start(t, quick())
	w.control("fault", object{"fault": "org_install", "team": northwind})
	out := w.install(northwind)
	if out["team"] != nil || out["is_enterprise_install"] != true || dig(out, "enterprise", "id") != "E0NORTHORG" {
		t.Errorf("answer: %v", out)
	}
	payloads := make(chan object, 8)
	w.connect().answers(func(p object) any { payloads <- p; return nil })
	w.control("slash", object{"team": northwind, "channel": "C21SHOP", "user": "U21NORA", "command": "/headway", "text": ""})
	if p := <-payloads; p["is_enterprise_install"] != "true" || p["enterprise_id"] != "E0NORTHORG" || p["team_id"] != northwind {
		t.Errorf("slash: %v", p)
	}
	w.control("shortcut", object{"team": northwind, "user": "U21NORA", "callback_id": "checkin_answer"})
	if p := <-payloads; p["team"] != nil || p["is_enterprise_install"] != true || dig(p, "enterprise", "id") != "E0NORTHORG" {
		t.Errorf("shortcut: %v", p)
	}
	w.control("home", object{"team": northwind, "user": "U21NORA"})
	if p := <-payloads; dig(p, "authorizations", 0, "is_enterprise_install") != true || dig(p, "authorizations", 0, "team_id") != nil {
		t.Errorf("event: %v", p)
	}
	w.control("shortcut", object{"user": "U03ADA", "callback_id": "checkin_answer"})
	if p := <-payloads; dig(p, "team", "id") != "T0HEADWAY1" {
		t.Errorf("the other workspace: %v", p)
	}
}

func TestFaultsActInOneWorkspace(t *testing.T) {
	w := start(t, quick())
	token := w.install(northwind)["access_token"]
	here := func() any { return w.call("users.info", "user", "U03ADA")["error"] }
	there := func() any { return w.as(token, "users.info", "user", "U21NORA")["error"] }
	for _, c := range []struct {
		fault object
		want  any
	}{
		{object{"fault": "revoke_token", "token": "bot", "team": northwind}, "token_revoked"},
		{object{"fault": "scopes", "scopes": []string{"commands"}, "team": northwind}, "missing_scope"},
	} {
		w.control("fault", c.fault)
		if here() != nil || there() != c.want {
			t.Errorf("%v: here %v, there %v", c.fault, here(), there())
		}
		w.control("fault", object{"fault": "clear"})
		if there() != nil {
			t.Errorf("after clear: %v", there())
		}
	}
	w.control("rate-limit", object{"method": "users.info", "times": 1, "retry_after": 9, "team": northwind})
	if here() != nil || there() != "ratelimited" {
		t.Error("the rate limit acts in the wrong workspace")
	}
	w.control("fault", object{"fault": "http_500", "team": northwind})
	if w.call("auth.test")["ok"] != true || w.as(token, "auth.test")["ok"] == true {
		t.Error("http_500 acts in the wrong workspace")
	}
	if status, out := w.tryControl("fault", object{"fault": "org_install", "team": "T0NONE"}); status != http.StatusBadRequest || out["error"] != "team_not_found" {
		t.Errorf("unknown team: %d %v", status, out)
	}
}
