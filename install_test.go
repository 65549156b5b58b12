package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"headway/models"
	"headway/secret"
)

// oauthSlack is a Slack that lets one workspace in and nothing else. Its code
// is bound to the challenge of the page that was opened.
type oauthSlack struct {
	*httptest.Server
	t *testing.T

	mu        sync.Mutex
	challenge string
	spent     bool
	org       bool
	app       string
	refusal   string
}

const (
	oauthCode  = "code-of-northwind"
	oauthToken = "xoxb-of-northwind"
)

func newOAuthSlack(t *testing.T) *oauthSlack {
	t.Helper()
	s := &oauthSlack{t: t, app: "A0HEADWAY1"}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/oauth.v2.access", s.access)
	mux.HandleFunc("POST /api/auth.test", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"ok":true,"team":"Northwind","team_id":"T0NORTH01","user_id":"UBOT","bot_id":"B1"}`)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *oauthSlack) access(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	code := s.refusal
	switch {
	case code != "":
	case r.PostForm.Get("client_secret") != "sandbox-client-secret":
		code = "bad_client_secret"
	case r.PostForm.Get("code") != oauthCode:
		code = "invalid_code"
	case s.spent:
		code = "code_already_used"
	case s.challenge != "" && base64.RawURLEncoding.EncodeToString(sum[:]) != s.challenge:
		code = "invalid_code_verifier"
	}
	if code != "" {
		fmt.Fprintf(w, `{"ok":false,"error":%q}`, code)
		return
	}
	s.spent = true
	team := `{"id":"T0NORTH01","name":"Northwind"}`
	if s.org {
		team = "null"
	}
	fmt.Fprintf(w, `{"ok":true,"access_token":%q,"token_type":"bot","scope":"chat:write,commands,im:write,users:read","bot_user_id":"UBOT","app_id":%q,"team":%s,"enterprise":null,"is_enterprise_install":%v}`,
		oauthToken, s.app, team, s.org)
}

// installing is headway install under way.
type installing struct {
	t     *testing.T
	slack *oauthSlack
	cfg   Config
	in    *io.PipeWriter
	out   *lockedBuffer
	log   *lockedBuffer
	stop  context.CancelFunc
	ended chan error
}

// lockedBuffer is written and read by several goroutines.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func startInstall(t *testing.T, s *oauthSlack, change func(*installCmd)) *installing {
	t.Helper()
	cmd := installCmd{Addr: "127.0.0.1:0", PKCE: true, Config: Config{AppToken: "xapp-1-A0HEADWAY1-1-x", ClientID: "10000.20000", ClientSecret: "sandbox-client-secret",
		DatabaseURL: secret.Secret(filepath.Join(t.TempDir(), "headway.db")), Command: "/headway", SlackURL: s.URL + "/api/"}}
	if change != nil {
		change(&cmd)
	}
	read, write := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	i := &installing{t: t, slack: s, cfg: cmd.Config, in: write, out: &lockedBuffer{}, log: &lockedBuffer{}, stop: stop, ended: make(chan error, 1)}
	go func() { i.ended <- cmd.run(ctx, read, i.out, slog.New(slog.NewTextHandler(i.log, nil))) }()
	t.Cleanup(func() { stop(); _ = write.Close() })
	return i
}

// page is the address that the terminal shows; Slack notes its challenge.
func (i *installing) page() *url.URL {
	i.t.Helper()
	address := regexp.MustCompile(`(?m)^http\S+/oauth/v2/authorize\S+$`)
	i.until(func() bool { return address.MatchString(i.out.String()) })
	u, err := url.Parse(address.FindString(i.out.String()))
	if err != nil {
		i.t.Fatal(err)
	}
	i.slack.mu.Lock()
	defer i.slack.mu.Unlock()
	i.slack.challenge = u.Query().Get("code_challenge")
	return u
}

func (i *installing) until(met func() bool) {
	i.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !met(); {
		select {
		case err := <-i.ended:
			i.t.Fatalf("it ended with %v and said %s", err, i.out)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			i.t.Fatalf("it said %s", i.out)
		}
	}
}

func (i *installing) end() error {
	i.t.Helper()
	select {
	case err := <-i.ended:
		for _, hidden := range []string{oauthToken, oauthCode, "sandbox-client-secret"} {
			if strings.Contains(i.out.String()+i.log.String()+fmt.Sprint(err), hidden) {
				i.t.Errorf("%q is shown: %v\n%s\n%s", hidden, err, i.out, i.log)
			}
		}
		return err
	case <-time.After(30 * time.Second):
		i.t.Fatalf("it goes on, and said %s", i.out)
		return nil
	}
}

// back is the browser at the address where Slack sends it, with these values.
func (i *installing) back(page *url.URL, q url.Values) (status int, shown string) {
	i.t.Helper()
	resp, err := http.Get(page.Query().Get("redirect_uri") + "?" + q.Encode())
	if err != nil {
		i.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		i.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// stored are the installations in the database.
func (i *installing) stored() []models.Installation {
	i.t.Helper()
	store, err := openStore(i.t.Context(), i.cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		i.t.Fatal(err)
	}
	defer store.Close()
	all, err := store.Installations(i.t.Context())
	if err != nil {
		i.t.Fatal(err)
	}
	return all
}

func TestInstallTakesTheCodeFromTheBrowserAndSaysWhatIsNext(t *testing.T) {
	i := startInstall(t, newOAuthSlack(t), nil)
	page := i.page()
	q := page.Query()
	for _, part := range []string{"chat:write", "commands", "im:write", "users:read", "channels:read"} {
		if !strings.Contains(q.Get("scope"), part) {
			t.Errorf("the scopes %q leave out %s", q.Get("scope"), part)
		}
	}
	if q.Get("code_challenge_method") != "S256" || len(q.Get("state")) < 20 || q.Get("client_id") != "10000.20000" {
		t.Errorf("the address %v", page)
	}
	for name, forged := range map[string]url.Values{
		"another state": {"code": {"stolen"}, "state": {"forged"}}, "no state": {"code": {"stolen"}}, "no code": {"state": {q.Get("state")}},
		"denied by a stranger": {"error": {"access_denied"}, "state": {"forged"}},
	} {
		if status, shown := i.back(page, forged); status != http.StatusBadRequest || strings.Contains(shown, "stolen") {
			t.Errorf("%s: %d %s", name, status, shown)
		}
	}
	status, shown := i.back(page, url.Values{"code": {oauthCode}, "state": {q.Get("state")}})
	if status != http.StatusOK || !strings.Contains(shown, "Headway is installed in Northwind") {
		t.Errorf("the browser shows %d %s", status, shown)
	}
	if err := i.end(); err != nil {
		t.Fatal(err)
	}
	says(t, i.out.String(), "Headway is installed in Northwind (T0NORTH01)", "/invite @Headway", "/headway setup")
	all := i.stored()
	if len(all) != 1 || all[0].TeamID != "T0NORTH01" || all[0].Token != oauthToken || all[0].State != models.InstallationActive || all[0].BotUser != "UBOT" || all[0].BotID != "B1" || all[0].AppID != "A0HEADWAY1" {
		t.Errorf("stored %+v", all)
	}
}

func TestInstallTakesWhatIsPasted(t *testing.T) {
	for name, line := range map[string]func(page *url.URL) string{
		"the whole address": func(page *url.URL) string {
			return "https://localhost/slack/installed?code=" + oauthCode + "&state=" + page.Query().Get("state") + "#"
		},
		"the code": func(*url.URL) string { return "  " + oauthCode + " " },
	} {
		for way, paste := range map[string]bool{"beside the browser": false, "alone": true} {
			t.Run(name+" "+way, func(t *testing.T) {
				i := startInstall(t, newOAuthSlack(t), func(c *installCmd) { c.Paste, c.Redirect = paste, "https://localhost/slack/installed" })
				page := i.page()
				fmt.Fprintln(i.in, "https://localhost/slack/installed?code=stolen&state=forged")
				i.until(func() bool { return strings.Contains(i.out.String(), "not of the installation that waits here") })
				fmt.Fprintln(i.in, "what now?")
				i.until(func() bool { return strings.Contains(i.out.String(), "There is no code") })
				fmt.Fprintln(i.in, line(page))
				if err := i.end(); err != nil {
					t.Fatal(err)
				}
				if all := i.stored(); len(all) != 1 || all[0].Token != oauthToken {
					t.Errorf("stored %+v", all)
				}
			})
		}
	}
}

func TestInstallSaysWhatToDoWhenSlackRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		slack func(*oauthSlack)
		cmd   func(*installCmd)
		says  string
	}{
		"an old code":       {slack: func(s *oauthSlack) { s.spent = true }, says: "once, within ten minutes"},
		"the secret":        {cmd: func(c *installCmd) { c.ClientSecret = "wrong" }, says: "Basic Information"},
		"the way back":      {slack: func(s *oauthSlack) { s.refusal = "bad_redirect_uri" }, says: "Redirect URLs"},
		"another run":       {slack: func(s *oauthSlack) { s.refusal = "invalid_code_verifier" }, says: "another run"},
		"something unheard": {slack: func(s *oauthSlack) { s.refusal = "fatal_error" }, says: "run headway install again"},
		"an organisation":   {slack: func(s *oauthSlack) { s.org = true }, says: "choose one workspace"},
		"another app":       {slack: func(s *oauthSlack) { s.app = "A0STRANGER" }, says: "another Slack app"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newOAuthSlack(t)
			if c.slack != nil {
				c.slack(s)
			}
			i := startInstall(t, s, c.cmd)
			page := i.page()
			_, shown := i.back(page, url.Values{"code": {oauthCode}, "state": {page.Query().Get("state")}})
			says(t, shown, "not installed")
			if err := i.end(); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it ended with %v", err)
			}
			if all := i.stored(); len(all) != 0 {
				t.Errorf("stored %+v", all)
			}
		})
	}
}

func TestInstallThatIsDeniedChangesNothing(t *testing.T) {
	i := startInstall(t, newOAuthSlack(t), nil)
	page := i.page()
	_, shown := i.back(page, url.Values{"error": {"access_denied"}, "state": {page.Query().Get("state")}})
	says(t, shown, "was not allowed in")
	if err := i.end(); err == nil || !strings.Contains(err.Error(), "nothing was changed") {
		t.Errorf("it ended with %v", err)
	}
}

func TestInstallEndsWhenNothingIsPasted(t *testing.T) {
	i := startInstall(t, newOAuthSlack(t), func(c *installCmd) { c.Paste = true })
	i.page()
	_ = i.in.Close()
	if err := i.end(); err == nil || !strings.Contains(err.Error(), "Nothing was pasted") {
		t.Errorf("it ended with %v", err)
	}
}

func TestInstallNamesEveryMistakeOfItsSettings(t *testing.T) {
	i := startInstall(t, newOAuthSlack(t), func(c *installCmd) {
		*c = installCmd{Addr: "0.0.0.0:7447", Redirect: "localhost", Config: Config{DatabaseURL: "postgres://db/headway", SlackURL: "https://evil.example/api/"}}
	})
	err := i.end()
	if err == nil {
		t.Fatal("a configuration full of mistakes was accepted")
	}
	says(t, err.Error(), "--addr", "--redirect", "SLACK_CLIENT_ID", "SLACK_API_URL", "HEADWAY_KEYS")
}

func TestInstallSaysThatItsPortIsTaken(t *testing.T) {
	s := newOAuthSlack(t)
	i := startInstall(t, s, func(c *installCmd) { c.Addr = s.Listener.Addr().String() })
	if err := i.end(); err == nil || !strings.Contains(err.Error(), "choose another port") {
		t.Errorf("it ended with %v", err)
	}
}

func TestACodeServesOnce(t *testing.T) {
	v := &visit{state: "state"}
	q := url.Values{"code": {"c"}, "state": {"state"}}
	if _, err := v.read(q); err != nil {
		t.Fatal(err)
	}
	if _, err := v.read(q); err == nil {
		t.Error("it served twice")
	}
}
