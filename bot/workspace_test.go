package bot

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"headway/secret"
)

// shelf is where a bench with several workspaces looks tokens up.
type shelf struct {
	mu     sync.Mutex
	tokens map[string]secret.Secret
	asked  int
	broken error
}

func (s *shelf) find(_ context.Context, team string) (secret.Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	return s.tokens[team], s.broken
}

func (s *shelf) put(team string, token secret.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[team] = token
}

func (s *shelf) breaks(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

func (s *shelf) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// newShelfBench is a bench whose bot serves T1 and T2 and has no token of its
// own.
func newShelfBench(t *testing.T) (*bench, *shelf) {
	t.Helper()
	s := &shelf{tokens: map[string]secret.Secret{"T1": "xoxb-one", "T2": "xoxb-two"}}
	log := &syncBuffer{}
	b, err := New(Options{AppToken: appText, Tokens: s.find, APIURL: "http://127.0.0.1:1/api/", Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	a := &api{answers: map[string]func(call) *http.Response{}}
	b.http.Transport = a
	b.slack.knowApp(testApp)
	return &bench{Bot: b, t: t, api: a, acks: &acks{sent: map[string]string{}}, log: log}, s
}

// tokensOf are the tokens that the calls of method were made with.
func tokensOf(b *bench, method string) []string {
	var out []string
	for _, c := range b.api.made(method) {
		out = append(out, c.form.Get("token")+strings.TrimPrefix(c.auth, "Bearer "))
	}
	return out
}

func TestEachWorkspaceIsServedWithItsOwnToken(t *testing.T) {
	b, _ := newShelfBench(t)
	for _, team := range []string{"T1", "T2", "T1"} {
		if _, err := b.Slack().Post(t.Context(), team, "C1", *message("x"), PostOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(tokensOf(b, "chat.postMessage"), " "); got != "xoxb-one xoxb-two xoxb-one" {
		t.Errorf("posted with %s", got)
	}
}

func TestWhatIsKeptOfAWorkspaceServesNoOther(t *testing.T) {
	b, _ := newShelfBench(t)
	b.api.on("users.info", func(c call) *http.Response {
		return reply(`{"ok":true,"user":{"id":"U1","name":"of ` + c.form.Get("token") + `"}}`)
	})
	b.api.on("conversations.open", func(c call) *http.Response {
		return reply(`{"ok":true,"channel":{"id":"D-` + c.form.Get("token") + `"}}`)
	})
	b.api.on("chat.postMessage", func(c call) *http.Response {
		if c.form.Get("token") == "xoxb-one" {
			return status(429, "", http.Header{"Retry-After": {"60"}})
		}
		return reply(`{"ok":true,"ts":"1.1","channel":"C1"}`)
	})
	for range 2 {
		for team, token := range map[string]string{"T1": "xoxb-one", "T2": "xoxb-two"} {
			u, err := b.Slack().User(t.Context(), team, "U1")
			if err != nil || u.Name != "of "+token {
				t.Errorf("%s: %+v %v", team, u, err)
			}
			if dm, err := b.Slack().DM(t.Context(), team, "U1"); err != nil || dm != "D-"+token {
				t.Errorf("%s: %q %v", team, dm, err)
			}
			_, err = b.Slack().Post(t.Context(), team, "C1", *message("x"), PostOptions{})
			if limited := err != nil; limited != (team == "T1") {
				t.Errorf("%s: the other one's limit: %v", team, err)
			}
		}
	}
	b.send("events_api", occurred(map[string]any{"type": "user_change", "user": map[string]any{"id": "U1"}}))
	for _, team := range []string{"T1", "T2"} {
		if _, err := b.Slack().User(t.Context(), team, "U1"); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.api.made("users.info")); n != 3 {
		t.Errorf("asked %d times: only T1's person changed", n)
	}
}

func TestATokenIsLookedUpAgainAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, s := newShelfBench(t)
		post := func() error {
			_, err := b.Slack().Post(t.Context(), "T1", "C1", *message("x"), PostOptions{})
			return err
		}
		if err := errors.Join(post(), post()); err != nil || s.times() != 1 {
			t.Errorf("looked up %d times", s.times())
		}
		s.put("T1", "xoxb-renewed")
		<-time.After(tokenAge)
		if err := post(); err != nil {
			t.Fatal(err)
		}
		s.breaks(errors.New("the database is down"))
		<-time.After(tokenAge)
		if err := post(); err != nil {
			t.Errorf("what is known serves on: %v", err)
		}
		s.breaks(nil)
		s.put("T1", "")
		<-time.After(tokenAge)
		if err := post(); codeOf(err) != "unknown_team" {
			t.Errorf("a removed workspace: %v", err)
		}
		if got := strings.Join(tokensOf(b, "chat.postMessage"), " "); got != "xoxb-one xoxb-one xoxb-renewed xoxb-renewed" {
			t.Errorf("posted with %s", got)
		}
	})
}

func TestACallRefusedForItsTokenIsMadeOnceMoreWithANewerOne(t *testing.T) {
	for _, code := range tokenCodes {
		b, s := newShelfBench(t)
		b.api.on("chat.postMessage", func(c call) *http.Response {
			if c.form.Get("token") == "xoxb-one" {
				s.put("T1", "xoxb-renewed") // by another process
				return reply(`{"ok":false,"error":"` + code + `"}`)
			}
			return reply(`{"ok":true,"ts":"1.1","channel":"C1"}`)
		})
		if sent, err := b.Slack().Post(t.Context(), "T1", "C1", *message("x"), PostOptions{Key: "k"}); err != nil || sent.TS != "1.1" {
			t.Errorf("%s: %v", code, err)
		}
		if got := strings.Join(tokensOf(b, "chat.postMessage"), " "); got != "xoxb-one xoxb-renewed" {
			t.Errorf("%s: posted with %s", code, got)
		}
	}
}

func TestACallRefusedForATokenThatIsStillTheSameIsNotRepeated(t *testing.T) {
	for name, change := range map[string]func(*shelf){
		"the same":  func(*shelf) {},
		"gone":      func(s *shelf) { s.put("T1", "") },
		"no answer": func(s *shelf) { s.breaks(errors.New("down")) },
	} {
		b, s := newShelfBench(t)
		b.api.on("chat.postMessage", func(call) *http.Response { change(s); return reply(`{"ok":false,"error":"token_revoked"}`) })
		_, err := b.Slack().Post(t.Context(), "T1", "C1", *message("x"), PostOptions{})
		var f interface{ TokenRefused() bool }
		if !errors.As(err, &f) || !f.TokenRefused() || len(b.api.made("chat.postMessage")) != 1 {
			t.Errorf("%s: %v after %d calls", name, err, len(b.api.made("chat.postMessage")))
		}
	}
	b, _ := newShelfBench(t)
	b.api.says("chat.postMessage", `{"ok":false,"error":"missing_scope"}`)
	_, err := b.Slack().Post(t.Context(), "T1", "C1", *message("x"), PostOptions{})
	var f interface{ TokenRefused() bool }
	if !errors.As(err, &f) || f.TokenRefused() {
		t.Errorf("a scope that is missing says nothing against the token: %v", err)
	}
}

func TestPeopleAreListedFromTheStartWhenTheTokenIsRenewedHalfWay(t *testing.T) {
	b, s := newShelfBench(t)
	b.api.on("users.list", func(c call) *http.Response {
		switch {
		case c.form.Get("token") == "xoxb-one" && c.form.Get("cursor") != "":
			s.put("T1", "xoxb-renewed")
			return reply(`{"ok":false,"error":"token_expired"}`)
		case c.form.Get("cursor") == "":
			return reply(`{"ok":true,"members":[{"id":"U1"}],"response_metadata":{"next_cursor":"c2"}}`)
		}
		return reply(`{"ok":true,"members":[{"id":"U2"}]}`)
	})
	people, err := b.Slack().Users(t.Context(), "T1")
	if err != nil || len(people) != 2 || people[0].ID != "U1" || people[1].ID != "U2" {
		t.Errorf("%+v %v", people, err)
	}
}

func TestAWorkspaceIsServedFromItsInstallationToItsRemoval(t *testing.T) {
	b, s := newShelfBench(t)
	b.Router().OnCommand(func(_ context.Context, w Who, _ string) (Reply, error) {
		return Reply{Message: message("hello " + w.Team)}, nil
	})
	say := func() string {
		p := slash("")
		p["team_id"] = "T3"
		payload, _ := b.send("slash_commands", p)
		return payload
	}
	mustContain(t, say(), elsewhere)
	s.put("T3", "xoxb-three")
	mustContain(t, say(), "hello T3")
	s.put("T3", "")
	b.Slack().Forget("T3")
	mustContain(t, say(), elsewhere)
}

func TestWhileNobodyKnowsWhetherAWorkspaceIsInstalledNothingIsAckedAsDone(t *testing.T) {
	b, s := newShelfBench(t)
	s.breaks(errors.New("the database is down"))
	b.Router().OnEvent("joined", func(context.Context, Who, json.RawMessage) (Reply, error) { return Reply{}, nil })
	if _, acked := b.send("events_api", occurred(map[string]any{"type": "joined"})); acked {
		t.Error("an event was acked that nobody served")
	}
	payload, _ := b.send("interactive", submitted("edit", `""`, map[string]string{"name": "x"}))
	mustContain(t, errorsOf(t, payload)["name"], "Something went wrong on our side")
	if strings.Contains(b.log.String(), "refused") {
		t.Errorf("it counts as foreign:\n%s", b.log)
	}
}

func TestARemovalIsServedAlsoWhereNothingIsInstalledAnyMore(t *testing.T) {
	b, s := newShelfBench(t)
	s.put("T1", "")
	var seen []Who
	b.Router().OnRemoval("app_uninstalled", func(_ context.Context, w Who, _ json.RawMessage) (Reply, error) {
		seen = append(seen, w)
		return Reply{}, nil
	})
	p := occurred(map[string]any{"type": "app_uninstalled"})
	p["event_time"] = 1794903900
	if _, acked := b.send("events_api", p); !acked || len(seen) != 1 || seen[0].Team != "T1" || seen[0].Happened.Unix() != 1794903900 {
		t.Errorf("acked %v, served %+v", acked, seen)
	}
	p["api_app_id"] = "A9"
	if _, acked := b.send("events_api", p); !acked || len(seen) != 1 {
		t.Error("another app's removal was served")
	}
}

func TestInstallationsOfAWholeOrganisationAreToldWhatToDo(t *testing.T) {
	command := slash("")
	command["is_enterprise_install"] = "true"
	form := submitted("edit", `""`, map[string]string{"name": "x"})
	form["is_enterprise_install"], form["team"] = true, nil
	click := clicked("press", "")
	click["is_enterprise_install"], click["team"] = true, nil
	event := occurred(map[string]any{"type": "joined"})
	event["authorizations"] = []any{map[string]any{"team_id": nil, "enterprise_id": "E1", "is_enterprise_install": true}}
	b, _ := newShelfBench(t)
	b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) { t.Error("served"); return Reply{}, nil })
	b.Router().OnEvent("joined", func(context.Context, Who, json.RawMessage) (Reply, error) { t.Error("served"); return Reply{}, nil })
	On(b.Router(), press, func(context.Context, Click[answerID]) (Reply, error) { t.Error("served"); return Reply{}, nil })
	OnSubmit(b.Router(), edit, func(context.Context, Who, string, string) (Reply, error) { t.Error("served"); return Reply{}, nil })
	payload, _ := b.send("slash_commands", command)
	mustContain(t, payload, wholeOrg)
	payload, _ = b.send("interactive", form)
	mustContain(t, payload, wholeOrg)
	b.send("interactive", click)
	if told := b.api.made("secret-path"); len(told) != 1 || told[0].body["text"] != wholeOrg {
		t.Errorf("the one who clicked was told %v", told)
	}
	if payload, acked := b.send("events_api", event); !acked || payload != "null" {
		t.Errorf("acked %v with %s", acked, payload)
	}
}

func TestTokensThatAreLookedUpStayOutOfTheLog(t *testing.T) {
	b, s := newShelfBench(t)
	b.api.says("chat.postMessage", `{"ok":false,"error":"token_revoked"}`)
	b.api.says("conversations.open", `{"ok":true,"channel":{"id":"D1"}}`)
	On(b.Router(), press, func(context.Context, Click[answerID]) (Reply, error) { return Reply{Message: message("x")}, nil })
	p := clicked("press", "")
	delete(p, "response_url")
	b.send("interactive", p)
	s.breaks(errors.New("down"))
	b.send("interactive", p)
	if log := b.log.String(); strings.Contains(log, "xoxb-") || !strings.Contains(log, "token_revoked") {
		t.Errorf("the log:\n%s", log)
	}
}
