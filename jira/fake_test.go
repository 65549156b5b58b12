package jira

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"headway/secret"
)

const (
	fakeEmail = "bot@acme.test"
	fakeToken = secret.Secret("canary-token-5511")
	me        = `{"accountId":"sbx:100","displayName":"Headway","emailAddress":"bot@acme.test","timeZone":"America/Los_Angeles","accountType":"atlassian","active":true}`
)

// fakeJira answers the paths that a test gives it and notes every request. It
// compares each with Jira's own description.
type fakeJira struct {
	*http.ServeMux
	*httptest.Server

	mu    sync.Mutex
	asked []*http.Request
}

// newFake serves routes, a pattern of http.ServeMux to a JSON text each; the
// token's own account is always there.
func newFake(t *testing.T, routes map[string]string) *fakeJira {
	t.Helper()
	f, rules := &fakeJira{ServeMux: http.NewServeMux()}, described(t)
	if _, own := routes["GET /rest/api/3/myself"]; !own {
		f.json("GET /rest/api/3/myself", me)
	}
	for pattern, body := range routes {
		f.json(pattern, body)
	}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.asked = append(f.asked, r)
		f.mu.Unlock()
		if rules != nil {
			if err := rules.Request(r); err != nil {
				t.Errorf("%s %s does not fit Jira's description: %v", r.Method, r.URL.Path, err)
			}
		}
		f.ServeMux.ServeHTTP(w, r)
	}))
	f.Start()
	t.Cleanup(f.Server.Close)
	return f
}

func (f *fakeJira) json(pattern, body string) {
	f.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintln(w, body)
	})
}

// status lets a pattern answer a status with an HTML page, as Cloud does.
func (f *fakeJira) status(pattern string, status int) {
	f.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, "<html>secret title</html>")
	})
}

// requests to a path so far.
func (f *fakeJira) requests(path string) (found []*http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.asked {
		if r.URL.Path == path {
			found = append(found, r)
		}
	}
	return found
}

func (f *fakeJira) client(t *testing.T) *Client {
	t.Helper()
	c, err := Open(Options{Base: f.URL, Email: fakeEmail, Token: fakeToken, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
