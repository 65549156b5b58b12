package bot

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"headway/blocks"
)

// slackFailure is how callers outside this package tell failures apart.
type slackFailure interface {
	error
	Code() string
	RetryAfter() (time.Duration, bool)
	Permanent() bool
	Credentials() bool
	Uncertain() bool
}

func TestFailuresAreToldApart(t *testing.T) {
	type traits struct {
		Code                              string
		Permanent, Credentials, Uncertain bool
		After                             time.Duration
	}
	for name, c := range map[string]struct {
		answer *http.Response // nil: the connection breaks
		want   traits
	}{
		"gone":             {reply(`{"ok":false,"error":"channel_not_found"}`), traits{Code: "channel_not_found", Permanent: true}},
		"archived":         {reply(`{"ok":false,"error":"is_archived"}`), traits{Code: "is_archived", Permanent: true}},
		"revoked":          {reply(`{"ok":false,"error":"token_revoked"}`), traits{Code: "token_revoked", Credentials: true}},
		"scope":            {reply(`{"ok":false,"error":"missing_scope","needed":"chat:write"}`), traits{Code: "missing_scope", Credentials: true}},
		"halfway":          {reply(`{"ok":false,"error":"fatal_error"}`), traits{Code: "fatal_error", Uncertain: true}},
		"new error":        {reply(`{"ok":false,"error":"something_new"}`), traits{Code: "something_new"}},
		"limited":          {status(429, "", http.Header{"Retry-After": {"7"}}), traits{Code: "ratelimited", After: 7 * time.Second}},
		"limited, no word": {status(429, "", nil), traits{After: unsaidWait}},
		"limited in words": {reply(`{"ok":false,"error":"message_limit_exceeded"}`), traits{Code: "message_limit_exceeded", After: unsaidWait}},
		"server error":     {status(503, "<html>", nil), traits{Uncertain: true}},
		"client error":     {status(404, "", nil), traits{}},
		"no JSON":          {reply(`<html>`), traits{Uncertain: true}},
		"ok without ts":    {reply(`{"ok":true}`), traits{Uncertain: true}},
		"cut connection":   {nil, traits{Uncertain: true}},
		"objects":          {reply(`{"ok":false,"error":"channel_not_found","errors":[{"pointer":"/blocks/0","message":"m","code":"c"}]}`), traits{Code: "channel_not_found", Permanent: true}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.api.on("chat.postMessage", func(call) *http.Response { return c.answer })
			_, err := b.Slack().Post(t.Context(), testTeam, "C1", *message("Hello my salary"), PostOptions{})
			var f slackFailure
			if !errors.As(err, &f) {
				t.Fatalf("got %v", err)
			}
			after, _ := f.RetryAfter()
			if diff := cmp.Diff(c.want, traits{f.Code(), f.Permanent(), f.Credentials(), f.Uncertain(), after}); diff != "" {
				t.Error(diff)
			}
			for _, secret := range []string{botText, "127.0.0.1", "salary"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q in %q", secret, err)
				}
			}
		})
	}
}

func TestLimitedMethodIsNotCalledBeforeItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.api.on("chat.postMessage", func(call) *http.Response { return status(429, "", http.Header{"Retry-After": {"7"}}) })
		post := func() time.Duration {
			_, err := b.Slack().Post(t.Context(), testTeam, "C1", *message("x"), PostOptions{})
			var f slackFailure
			if !errors.As(err, &f) {
				t.Fatal(err)
			}
			after, _ := f.RetryAfter()
			return after
		}
		post()
		<-time.After(3 * time.Second)
		if after := post(); after != 4*time.Second || len(b.api.made("chat.postMessage")) != 1 {
			t.Errorf("%d calls, %v to wait", len(b.api.made("chat.postMessage")), after)
		}
		<-time.After(4 * time.Second)
		if post(); len(b.api.made("chat.postMessage")) != 2 {
			t.Errorf("%d calls", len(b.api.made("chat.postMessage")))
		}
	})
}

func TestTimeoutIsUncertainAndRefusedConnectionIsNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.http.Transport = transport(func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		start := time.Now()
		_, err := b.Slack().Post(t.Context(), testTeam, "C1", *message("x"), PostOptions{})
		var f slackFailure
		if !errors.As(err, &f) || !f.Uncertain() || time.Since(start) != callTimeout {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
	b, err := New(Options{AppToken: appText, BotToken: botText, APIURL: "http://127.0.0.1:1/api/"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Slack().Post(t.Context(), testTeam, "C1", *message("x"), PostOptions{})
	var f slackFailure
	if !errors.As(err, &f) || f.Uncertain() {
		t.Errorf("nothing can have been posted: %v", err)
	}
	if strings.Contains(err.Error(), "/api/") {
		t.Errorf("the address is in %q", err)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestPostIsInertAndNamesItsKeyAndThread(t *testing.T) {
	b := newBench(t)
	sent, err := b.Slack().Post(t.Context(), testTeam, "C1", *message("Hi <b> & all"), PostOptions{Key: "6ba7b810", Thread: "1.5"})
	if err != nil || sent != (Sent{Channel: "D1", TS: "1.000001"}) {
		t.Fatalf("%+v, %v", sent, err)
	}
	form := b.api.made("chat.postMessage")[0].form
	for name, want := range map[string]string{
		"channel": "C1", "text": "Hi <b> & all", "client_msg_id": "6ba7b810", "thread_ts": "1.5",
		"link_names": "false", "parse": "none", "unfurl_links": "false", "unfurl_media": "false", "blocks": "",
	} {
		if got := form.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestT21_RefusedBlocksAreSentPlainOnce(t *testing.T) {
	rich := blocks.Message{Text: "Report", Blocks: []slack.Block{slack.NewDividerBlock()},
		Plain: []slack.Block{slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, "Plain", false, false))}}
	b := newBench(t)
	b.api.on("chat.postMessage", func(c call) *http.Response {
		if strings.Contains(c.form.Get("blocks"), "divider") {
			return reply(`{"ok":false,"error":"invalid_blocks","errors":["x [json-pointer:/blocks/0]"]}`)
		}
		return reply(`{"ok":true,"channel":"C1","ts":"2.2"}`)
	})
	if sent, err := b.Slack().Post(t.Context(), testTeam, "C1", rich, PostOptions{Key: "k"}); err != nil || sent.TS != "2.2" {
		t.Fatalf("%+v, %v", sent, err)
	}
	made := b.api.made("chat.postMessage")
	if len(made) != 2 || !strings.Contains(made[1].form.Get("blocks"), "Plain") || made[1].form.Get("client_msg_id") != "k" {
		t.Errorf("calls: %v", made)
	}
	b.api.says("chat.postMessage", `{"ok":false,"error":"invalid_blocks","errors":["must be shorter [json-pointer:/blocks/0/text]"]}`)
	_, err := b.Slack().Post(t.Context(), testTeam, "C1", rich, PostOptions{})
	if len(b.api.made("chat.postMessage")) != 4 || codeOf(err) != "invalid_blocks" || !strings.HasSuffix(err.Error(), "at /blocks/0/text") {
		t.Errorf("%d calls, %v", len(b.api.made("chat.postMessage")), err)
	}
}

func TestUpdateWithoutBlocksTakesThemAway(t *testing.T) {
	b := newBench(t)
	if err := b.Slack().Update(t.Context(), testTeam, "C1", "1.5", *message("Thanks")); err != nil {
		t.Fatal(err)
	}
	if form := b.api.made("chat.update")[0].form; form.Get("blocks") != "[]" || form.Get("ts") != "1.5" {
		t.Errorf("sent %v", form)
	}
}

func TestEphemeralAndDeleteNameTheirTarget(t *testing.T) {
	b := newBench(t)
	if err := errors.Join(
		b.Slack().Ephemeral(t.Context(), testTeam, "C1", testUser, *message("x")),
		b.Slack().Delete(t.Context(), testTeam, "C1", "1.5")); err != nil {
		t.Fatal(err)
	}
	if form := b.api.made("chat.postEphemeral")[0].form; form.Get("user") != testUser {
		t.Errorf("ephemeral %v", form)
	}
	if form := b.api.made("chat.delete")[0].form; form.Get("ts") != "1.5" {
		t.Errorf("delete %v", form)
	}
}

func TestAnotherWorkspaceIsRefusedBeforeTheCall(t *testing.T) {
	b := newBench(t)
	_, err := b.Slack().Post(t.Context(), "T9", "C1", *message("x"), PostOptions{})
	if codeOf(err) != "unknown_team" || len(b.api.made("chat.postMessage")) != 0 {
		t.Errorf("%v", err)
	}
}

func TestRespond(t *testing.T) {
	for name, c := range map[string]struct {
		answer *http.Response
		code   string
	}{
		"text ok":  {status(200, "ok", http.Header{"Content-Type": {"text/plain"}}), ""},
		"JSON ok":  {reply(`{"ok":true}`), ""},
		"used up":  {status(404, "", nil), "expired_url"},
		"by words": {reply(`{"ok":false,"error":"used_url"}`), "used_url"},
		"limited":  {status(429, `{"ok":false,"error":"ratelimited"}`, http.Header{"Retry-After": {"3"}}), "ratelimited"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.api.on("secret-path", func(call) *http.Response { return c.answer })
			err := b.Slack().Respond(t.Context(), hook, *message("Hi"), true)
			if codeOf(err) != c.code || (err == nil) != (c.code == "") {
				t.Errorf("got %v", err)
			}
			if body := b.api.made("secret-path")[0].body; body["replace_original"] != true || body["parse"] != "none" {
				t.Errorf("T13: sent %v", body)
			}
		})
	}
}

func TestResponseURLMustBeOfTheAPIsHost(t *testing.T) {
	real := newSlack(slack.APIURL, botText, nil, nil)
	local := newSlack("http://127.0.0.1:9/api/", botText, nil, nil)
	for raw, want := range map[string][2]bool{
		"https://hooks.slack.com/commands/1/2": {true, false},
		"https://slack.com/x":                  {true, false},
		"http://hooks.slack.com/x":             {false, false},
		"https://hooks.slack.com.evil.org/x":   {false, false},
		"https://evilslack.com/x":              {false, false},
		"https://hooks.slack.com:8443/x":       {false, false},
		"https://me@hooks.slack.com/x":         {false, false},
		"http://127.0.0.1:9/hook":              {false, true},
		"http://127.0.0.1:10/hook":             {false, false},
		"https://127.0.0.1:9/hook":             {false, false},
		"":                                     {false, false},
	} {
		if got := [2]bool{real.mayRespond(raw), local.mayRespond(raw)}; got != want {
			t.Errorf("%s: %v, want %v", raw, got, want)
		}
	}
}

func TestT12_ViewWithoutBlocksHasAnEmptyList(t *testing.T) {
	b := newBench(t)
	b.api.says("views.open", `{"ok":true,"view":{"id":"V7","hash":"h7","callback_id":"edit","private_metadata":"c","root_view_id":"V7"}}`)
	ref, err := b.Slack().Open(t.Context(), testTeam, "1.2.abc", blocks.View{Form: "edit", Title: "T"})
	if err != nil || ref != (ViewRef{ID: "V7", Hash: "h7", Form: "edit", Carried: "c", Root: "V7"}) {
		t.Fatalf("%+v, %v", ref, err)
	}
	if err := b.Slack().Publish(t.Context(), testTeam, testUser, blocks.Home{}); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"views.open", "views.publish"} {
		c := b.api.made(method)[0]
		if list, ok := c.body["view"].(map[string]any)["blocks"].([]any); !ok || len(list) != 0 {
			t.Errorf("%s sent %v", method, c.body)
		}
		if c.auth != "Bearer "+botText {
			t.Errorf("%s authorised by %q", method, c.auth)
		}
	}
}

func TestViewUpdateMindsItsHash(t *testing.T) {
	b := newBench(t)
	b.api.says("views.update", `{"ok":false,"error":"hash_conflict"}`)
	_, err := b.Slack().UpdateView(t.Context(), testTeam, ViewRef{ID: "V1", Hash: "h1"}, blocks.View{Title: "T"})
	if body := b.api.made("views.update")[0].body; codeOf(err) != "hash_conflict" || body["hash"] != "h1" || body["view_id"] != "V1" {
		t.Errorf("%v, sent %v", err, body)
	}
	if _, err := b.Slack().Push(t.Context(), testTeam, "", blocks.View{}); err == nil {
		t.Error("a push without a trigger was sent")
	}
}

func TestPeople(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.api.says("users.info", `{"ok":true,"user":{"id":"U1","team_id":"T1","name":"ada","tz":"Europe/Berlin","is_admin":true,"is_ultra_restricted":true,
			"real_name":"Ada L","profile":{"display_name":"","real_name":"Ada L","email":"a@b.c"}}}`)
		want := User{ID: "U1", Name: "Ada L", TZ: "Europe/Berlin", Email: "a@b.c", Guest: true, Admin: true}
		look := func(times int) {
			t.Helper()
			got, err := b.Slack().User(t.Context(), testTeam, "U1")
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
			if n := len(b.api.made("users.info")); n != times {
				t.Errorf("asked %d times, want %d", n, times)
			}
		}
		look(1)
		look(1)
		<-time.After(userAge)
		look(2)
		b.send("events_api", occurred(map[string]any{"type": "user_change", "user": map[string]any{"id": "U1"}}))
		look(3)
		for range 2 {
			if channel, err := b.Slack().DM(t.Context(), testTeam, "U1"); channel != "D1" || err != nil {
				t.Errorf("%q, %v", channel, err)
			}
		}
		if n := len(b.api.made("conversations.open")); n != 1 {
			t.Errorf("opened %d times", n)
		}
	})
}

func TestPersonOfAnotherWorkspaceIsAStranger(t *testing.T) {
	for _, c := range []struct {
		u    slack.User
		want bool
	}{
		{slack.User{TeamID: "T1"}, false}, {slack.User{TeamID: "T9"}, true}, {slack.User{TeamID: "T1", IsStranger: true}, true},
		{slack.User{TeamID: "T9", Enterprise: slack.EnterpriseUser{ID: "W1"}}, false},
	} {
		if got := userOf(c.u, testTeam).Stranger; got != c.want {
			t.Errorf("%+v: %v", c.u.TeamID, got)
		}
	}
}

func TestListsAreReadToTheirEnd(t *testing.T) {
	b := newBench(t)
	paged := func(first, second string) func(call) *http.Response {
		return func(c call) *http.Response {
			if c.form.Get("cursor") == "" {
				return reply(first)
			}
			return reply(second)
		}
	}
	b.api.on("users.list", paged(
		`{"ok":true,"members":[{"id":"U1"},{"id":"USLACKBOT"}],"response_metadata":{"next_cursor":"c"}}`, `{"ok":true,"members":[{"id":"U3","deleted":true}]}`))
	b.api.on("conversations.members", paged(
		`{"ok":true,"members":["U1","U2"],"response_metadata":{"next_cursor":"c"}}`, `{"ok":true,"members":["U3"]}`))
	users, err := b.Slack().Users(t.Context(), testTeam)
	if diff := cmp.Diff([]User{{ID: "U1"}, {ID: "USLACKBOT", Bot: true}, {ID: "U3", Deleted: true}}, users); diff != "" || err != nil {
		t.Error(diff, err)
	}
	members, err := b.Slack().Members(t.Context(), testTeam, "C1")
	if diff := cmp.Diff([]string{"U1", "U2", "U3"}, members); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestChannelTellsWhoMayBeInIt(t *testing.T) {
	b := newBench(t)
	b.api.says("conversations.info", `{"ok":true,"channel":{"id":"C1","name":"pay","is_member":true,"is_private":true,"is_ext_shared":true,"num_members":7}}`)
	got, err := b.Slack().Channel(t.Context(), testTeam, "C1")
	if diff := cmp.Diff(Channel{ID: "C1", Name: "pay", Member: true, Private: true, External: true, Members: 7}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestTokensAreCheckedBeforeAnythingIsSent(t *testing.T) {
	for name, c := range map[string]struct {
		o    Options
		want []string // none: fine
	}{
		"right":         {Options{AppToken: "xapp-1", BotToken: "xoxb-1"}, nil},
		"rotated":       {Options{AppToken: "xapp-1", BotToken: "xoxe.xoxb-1"}, nil},
		"T02 swapped":   {Options{AppToken: "xoxb-secret", BotToken: "xapp-secret"}, []string{"swapped"}},
		"missing":       {Options{}, []string{"app token must start with xapp-", "bot token must start with xoxb-"}},
		"a user's":      {Options{AppToken: "xapp-1", BotToken: "xoxp-secret"}, []string{"bot token must start with xoxb-"}},
		"far address":   {Options{AppToken: "xapp-1", BotToken: "xoxb-1", APIURL: "https://slack.evil.org/api/"}, []string{"must be on this machine"}},
		"all at once":   {Options{AppToken: "secret", BotToken: "xoxb-1", APIURL: "://"}, []string{"app token", "not a URL"}},
		"local address": {Options{AppToken: "xapp-1", BotToken: "xoxb-1", APIURL: "http://localhost:80/api"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(c.o)
			if (err == nil) != (c.want == nil) {
				t.Fatalf("got %v", err)
			}
			if err != nil {
				mustContain(t, err.Error(), c.want...)
				if strings.Contains(err.Error(), "secret") {
					t.Errorf("a token is in %q", err)
				}
			}
		})
	}
}

func TestIdentifyTellsWhoWeAreAndWhatWeMayDo(t *testing.T) {
	b := newBench(t)
	b.api.on("auth.test", func(call) *http.Response {
		return status(200, `{"ok":true,"team":"Acme","team_id":"T1","user_id":"UB","bot_id":"B1"}`, http.Header{"X-Oauth-Scopes": {"chat:write, commands"}})
	})
	want := Identity{Team: "T1", TeamName: "Acme", BotUser: "UB", BotID: "B1", AppID: testApp, Scopes: []string{"chat:write", "commands"}}
	got, err := b.Identify(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err = b.Slack().Auth(t.Context(), testTeam); err != nil || got.Team != testTeam {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRefusedTokensSayWhatToDo(t *testing.T) {
	b := newBench(t)
	b.api.says("auth.test", `{"ok":false,"error":"token_revoked"}`)
	b.api.says("apps.connections.open", `{"ok":false,"error":"missing_scope"}`)
	_, bot := b.Identify(t.Context())
	for _, err := range []error{bot, b.CheckAppToken(t.Context())} {
		var refused *CredentialError
		if !errors.As(err, &refused) {
			t.Errorf("got %v", err)
			continue
		}
		mustContain(t, err.Error(), "api.slack.com/apps", refused.Token, refused.Code)
	}
	b.api.says("auth.test", `{"ok":true,"team_id":"E1"}`)
	if _, err := b.Identify(t.Context()); err == nil || !strings.Contains(err.Error(), "Enterprise") {
		t.Errorf("an installation for an organisation: %v", err)
	}
	b.api.on("auth.test", func(call) *http.Response { return nil })
	var refused *CredentialError
	if _, err := b.Identify(t.Context()); err == nil || errors.As(err, &refused) {
		t.Errorf("a broken connection is no refusal: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.CheckAppToken(ctx); err == nil {
		t.Error("no error without an answer")
	}
}
