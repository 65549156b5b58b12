package bot

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// oauthServer is a Slack that exchanges one code and one refresh token.
func oauthServer(t *testing.T, org bool) (OAuth, *url.Values) {
	t.Helper()
	seen := &url.Values{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/oauth.v2.access", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		*seen = r.PostForm
		team := `{"id":"T2","name":"Northwind"}`
		if org {
			team = "null"
		}
		switch {
		case r.PostForm.Get("code") == "good", r.PostForm.Get("refresh_token") == "xoxe-1" && r.PostForm.Get("grant_type") == "refresh_token":
			fmt.Fprintf(w, `{"ok":true,"access_token":"xoxe.xoxb-2","token_type":"bot","scope":"chat:write,commands","bot_user_id":"UB","app_id":"A1",
				"team":%s,"enterprise":null,"is_enterprise_install":%v,"refresh_token":"xoxe-2","expires_in":43200}`, team, org)
		default:
			fmt.Fprint(w, `{"ok":false,"error":"invalid_code"}`)
		}
	})
	mux.HandleFunc("POST /api/auth.test", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"ok":true,"team":"Northwind","team_id":"T2","user_id":"UB","bot_id":"B2"}`)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return OAuth{ClientID: "1.2", ClientSecret: "client-secret", APIURL: server.URL + "/api/"}, seen
}

func TestACodeIsExchangedForAToken(t *testing.T) {
	o, seen := oauthServer(t, false)
	verifier, challenge, err := Verifier()
	if err != nil || challenge == "" {
		t.Fatal(err)
	}
	g, err := o.Exchange(t.Context(), "good", "http://127.0.0.1:1/done", verifier)
	if err != nil || g.Token != "xoxe.xoxb-2" || g.Refresh != "xoxe-2" || g.ExpiresIn != 12*time.Hour ||
		g.Team != "T2" || g.TeamName != "Northwind" || g.BotUser != "UB" || g.BotID != "B2" || g.AppID != "A1" || len(g.Scopes) != 2 {
		t.Errorf("%+v %v", g, err)
	}
	for name, want := range map[string]string{"client_id": "1.2", "client_secret": "client-secret", "redirect_uri": "http://127.0.0.1:1/done", "code_verifier": verifier.Reveal()} {
		if got := seen.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if g, err = o.Renew(t.Context(), "xoxe-1"); err != nil || g.Token != "xoxe.xoxb-2" || g.Refresh != "xoxe-2" {
		t.Errorf("%+v %v", g, err)
	}
	_, err = o.Exchange(t.Context(), "bad-code", "", verifier)
	if codeOf(err) != "invalid_code" {
		t.Errorf("%v", err)
	}
	for _, secret := range []string{"bad-code", "client-secret", verifier.Reveal()} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q is in %q", secret, err)
		}
	}
}

func TestAnInstallationOfAWholeOrganisationIsNotTaken(t *testing.T) {
	o, _ := oauthServer(t, true)
	_, err := o.Exchange(t.Context(), "good", "", "v")
	var refused *CredentialError
	if !errors.As(err, &refused) || refused.Code != "org_install" || !strings.Contains(refused.Cure(), "one workspace") {
		t.Errorf("%v", err)
	}
}

func TestTheAuthorizationPageIsSlacksOrTheSandboxs(t *testing.T) {
	for api, want := range map[string]string{"": "https://slack.com/oauth/v2/authorize?", "http://127.0.0.1:9/api/": "http://127.0.0.1:9/oauth/v2/authorize?"} {
		page, err := OAuth{ClientID: "1.2", APIURL: api}.AuthorizeURL([]string{"chat:write", "commands"}, "http://127.0.0.1:1/done", "state", "challenge")
		if err != nil || !strings.HasPrefix(page, want) {
			t.Errorf("%q: %s %v", api, page, err)
		}
		u, err := url.Parse(page)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"client_id": "1.2", "scope": "chat:write,commands", "state": "state", "redirect_uri": "http://127.0.0.1:1/done", "code_challenge": "challenge", "code_challenge_method": "S256"} {
			if got := u.Query().Get(name); got != want {
				t.Errorf("%s is %q", name, got)
			}
		}
	}
	if _, err := (OAuth{APIURL: "https://evil.example/api/"}).AuthorizeURL(nil, "", "", ""); err == nil {
		t.Error("a stranger's address was taken")
	}
}
