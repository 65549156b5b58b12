package jira_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"headway/sandbox/history"
	"headway/sandbox/jira"
)

const (
	email = "headway@acme.test"
	token = "sandbox-jira-token"
)

var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()

// anchor is the demo's usual start, a Tuesday morning.
var anchor = time.Date(2026, 11, 17, 9, 25, 0, 0, berlin)

var demoSite = sync.OnceValue(func() *history.Site { return history.Demo(anchor) })

// site is a server with a clock that a test can move.
type site struct {
	t      *testing.T
	server *jira.Server
	http   *httptest.Server
	mu     sync.Mutex
	now    time.Time
}

func start(t *testing.T) *site {
	t.Helper()
	return startWith(t, jira.Config{Site: demoSite(), Email: email, Token: token})
}

// startWith serves with the test's own clock, at the anchor.
func startWith(t *testing.T, cfg jira.Config) *site {
	t.Helper()
	s := &site{t: t, now: anchor}
	cfg.Now = s.clock
	s.server = jira.New(cfg)
	s.http = httptest.NewServer(s.server)
	t.Cleanup(s.http.Close)
	return s
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) move(to time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = to
}

// do sends a request with the token; body is JSON text or "".
func (s *site) do(method, path, body string) (*http.Response, []byte) {
	s.t.Helper()
	req, err := http.NewRequest(method, s.http.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.SetBasicAuth(email, token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp, text
}

// get decodes the answer of a GET that has to succeed.
func (s *site) get(path string, into any) {
	s.t.Helper()
	s.expect(http.MethodGet, path, "", into)
}

// post decodes the answer of a POST that has to succeed.
func (s *site) post(path string, body, into any) {
	s.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	s.expect(http.MethodPost, path, string(text), into)
}

func (s *site) expect(method, path, body string, into any) {
	s.t.Helper()
	resp, text := s.do(method, path, body)
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s %s: %s: %s", method, path, resp.Status, text)
	}
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(into); err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
}

func TestTokenIsNeededEverywhere(t *testing.T) {
	s := start(t)
	for _, user := range []string{"", "other@acme.test"} {
		req, _ := http.NewRequest(http.MethodGet, s.http.URL+"/rest/api/3/myself", nil)
		req.SetBasicAuth(user, token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized || resp.Header.Get("X-Seraph-LoginReason") != "AUTHENTICATED_FAILED" {
			t.Errorf("user %q: %s, %v", user, resp.Status, resp.Header)
		}
	}
	var me struct{ AccountID, TimeZone string }
	s.get("/rest/api/3/myself", &me)
	if me.AccountID != history.BotAccount || me.TimeZone != "America/Los_Angeles" {
		t.Errorf("myself: %+v", me)
	}
	if n := len(s.server.Refusals()); n != 2 {
		t.Errorf("%d refusals recorded, want 2", n)
	}
}
