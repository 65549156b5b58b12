package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"headway/sandbox"
)

type object = map[string]any

// tuesday is the instant at which the demo's clock starts in these tests.
var tuesday = time.Date(2026, 11, 24, 8, 25, 0, 0, time.UTC)

func start(t *testing.T, o sandbox.Options) sandbox.Line {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return tuesday }
	}
	s, err := sandbox.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s.Line()
}

func do(t *testing.T, r *http.Request, err error) (*http.Response, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(raw)
}

func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	return do(t, r, err)
}

func post(t *testing.T, url string, body any) (int, object) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(raw))
	resp, answer := do(t, r, err)
	var out object
	if err := json.Unmarshal([]byte(answer), &out); err != nil {
		t.Fatalf("%s: %v", answer, err)
	}
	return resp.StatusCode, out
}

func TestOnePortServesPageControlAndSlack(t *testing.T) {
	line := start(t, sandbox.Options{})
	if resp, body := get(t, line.PageURL); resp.StatusCode != 200 || !strings.Contains(body, "<html") {
		t.Errorf("page: %d %.80s", resp.StatusCode, body)
	}
	if resp, body := get(t, line.ControlURL+"/users"); resp.StatusCode != 200 || !strings.Contains(body, "Mira Kowalski") {
		t.Errorf("control: %d %.80s", resp.StatusCode, body)
	}
	if _, body := get(t, line.SlackAPIURL+"auth.test?token="+line.BotToken); !strings.Contains(body, `"ok":true`) {
		t.Errorf("slack: %s", body)
	}
	r, err := http.NewRequest(http.MethodGet, line.JiraURL+"/rest/api/3/myself", nil)
	if err == nil {
		r.SetBasicAuth(line.JiraEmail, line.JiraToken)
	}
	if resp, body := do(t, r, err); resp.StatusCode != 200 {
		t.Errorf("jira: %d %.80s", resp.StatusCode, body)
	}
}

func TestOnlyLoopbackIsServed(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0"} {
		if s, err := sandbox.Start(t.Context(), sandbox.Options{Addr: addr}); err == nil {
			s.Close(t.Context())
			t.Errorf("%s was accepted", addr)
		}
	}
}

func TestForeignPagesAreRefused(t *testing.T) {
	line := start(t, sandbox.Options{})
	for name, spoil := range map[string]func(*http.Request){
		"another host name": func(r *http.Request) { r.Host = "evil.example" },
		"another origin":    func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
	} {
		for _, url := range []string{line.PageURL, line.ControlURL + "/users", line.SlackAPIURL + "auth.test"} {
			r, err := http.NewRequest(http.MethodGet, url, nil)
			if err == nil {
				spoil(r)
			}
			if resp, _ := do(t, r, err); resp.StatusCode != http.StatusForbidden {
				t.Errorf("%s asks %s: %d", name, url, resp.StatusCode)
			}
		}
	}
}

func TestOwnClockOnlyGoesForward(t *testing.T) {
	line := start(t, sandbox.Options{})
	for _, c := range []struct {
		body   object
		status int
		now    string
	}{
		{object{}, 200, "2026-11-24T08:25:00Z"},
		{object{"advance": "1h"}, 200, "2026-11-24T09:25:00Z"},
		{object{"advance": "next_monday"}, 200, "2026-11-30T08:00:00Z"}, // 09:00 in Berlin
		{object{"advance": "next_monday"}, 200, "2026-12-07T08:00:00Z"},
		{object{"set": "2026-12-08T00:00:00Z"}, 200, "2026-12-08T00:00:00Z"},
		{object{"set": "2026-12-07T00:00:00Z"}, 400, ""},
		{object{"advance": "tomorrow"}, 400, ""},
	} {
		status, out := post(t, line.ControlURL+"/clock", c.body)
		got, _ := out["now"].(string)
		if at, err := time.Parse(time.RFC3339, got); status != c.status || (status == 200 && (err != nil || at.UTC().Format(time.RFC3339) != c.now)) {
			t.Errorf("%v: %d %v, want %d %s", c.body, status, out, c.status, c.now)
		}
	}
}

func TestClockIsMovedByItsOwner(t *testing.T) {
	now, asked := tuesday, time.Time{}
	line := start(t, sandbox.Options{
		Now:     func() time.Time { return now },
		Advance: func(_ context.Context, to time.Time) error { asked, now = to, to; return nil },
	})
	_, out := post(t, line.ControlURL+"/clock", object{"advance": "24h"})
	if !asked.Equal(tuesday.Add(24*time.Hour)) || out["now"] != "2026-11-25T08:25:00Z" {
		t.Errorf("asked for %v, answered %v", asked, out)
	}
}

func TestAMoveOfTheClockOutlivesThePageThatAskedForIt(t *testing.T) {
	begun, gone, moved := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	line := start(t, sandbox.Options{Advance: func(ctx context.Context, _ time.Time) error {
		close(begun)
		<-gone
		moved <- ctx.Err()
		return nil
	}})
	asking, leave := context.WithCancel(t.Context())
	go func() {
		<-begun
		leave()
	}()
	r, err := http.NewRequestWithContext(asking, http.MethodPost, line.ControlURL+"/clock", strings.NewReader(`{"advance":"24h"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if resp, err := http.DefaultClient.Do(r); err == nil {
		resp.Body.Close()
		t.Fatal("the page got an answer after it was gone")
	}
	close(gone)
	if err := <-moved; err != nil {
		t.Errorf("the move was cut short: %v", err)
	}
}

func TestViolationsOfBothServersAreListed(t *testing.T) {
	line := start(t, sandbox.Options{})
	post(t, line.SlackAPIURL+"no.such?token="+line.BotToken, object{})
	r, err := http.NewRequest(http.MethodPut, line.JiraURL+"/rest/api/3/issue/PAY-1", strings.NewReader("{}"))
	if err == nil {
		r.SetBasicAuth(line.JiraEmail, line.JiraToken)
	}
	do(t, r, err)
	_, body := get(t, line.ControlURL+"/violations")
	for _, want := range []string{`"server":"slack"`, "unknown_method", `"server":"jira"`, "/rest/api/3/issue/PAY-1"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
}

func TestFaultsReachTheServerThatHasThem(t *testing.T) {
	line := start(t, sandbox.Options{})
	post(t, line.ControlURL+"/fault", object{"fault": "http_500"})
	if resp, _ := get(t, line.SlackAPIURL+"auth.test?token="+line.BotToken); resp.StatusCode != 500 {
		t.Errorf("slack: %d", resp.StatusCode)
	}
	post(t, line.ControlURL+"/fault", object{"fault": "unauthorized"})
	r, err := http.NewRequest(http.MethodGet, line.JiraURL+"/rest/api/3/myself", nil)
	if err == nil {
		r.SetBasicAuth(line.JiraEmail, line.JiraToken)
	}
	if resp, _ := do(t, r, err); resp.StatusCode != 401 {
		t.Errorf("jira: %d", resp.StatusCode)
	}
	if status, out := post(t, line.ControlURL+"/fault", object{"fault": "earthquake"}); status != 400 || out["error"] != "invalid_fault" {
		t.Errorf("unknown: %d %v", status, out)
	}
}

func TestPermalinkLeadsToThePage(t *testing.T) {
	line := start(t, sandbox.Options{})
	resp, _ := get(t, line.PageURL+"archives/C01PAY/p1764000000000100")
	if got := resp.Header.Get("Location"); got != "/?channel=C01PAY&message=p1764000000000100" {
		t.Errorf("leads to %q", got)
	}
}
