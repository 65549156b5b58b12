package jira

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestCheckTellsWhoTheTokenIs(t *testing.T) {
	jira := newFake(t, nil)
	c := jira.client(t)
	who, err := c.Check(t.Context())
	want := Account{ID: "sbx:100", Name: "Headway", Email: fakeEmail, Zone: "America/Los_Angeles", Type: "atlassian"}
	if who != want || err != nil || c.Gateway() != "" {
		t.Fatalf("%+v, %v, gateway %q", who, err, c.Gateway())
	}
	r := jira.requests("/rest/api/3/myself")[0]
	email, token, _ := r.BasicAuth()
	if email != fakeEmail || token != fakeToken.Reveal() || r.Header.Get("Accept") != "application/json" || r.UserAgent() != userAgent {
		t.Errorf("headers %v", r.Header)
	}
}

func TestAScopedTokenGoesThroughTheGateway(t *testing.T) {
	for _, refusal := range []int{401, 403} {
		jira := newFake(t, map[string]string{
			"GET /rest/api/3/myself": me, // replaced below
			"GET /_edge/tenant_info": `{"cloudId":"11111111-2222-3333-4444-555555555555"}`,
			"GET /ex/jira/11111111-2222-3333-4444-555555555555/rest/api/3/{any}": me,
		})
		inner := jira.Config.Handler
		jira.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/rest/") {
				w.WriteHeader(refusal)
				return
			}
			inner.ServeHTTP(w, r)
		})
		c := jira.client(t)
		who, err := c.Check(t.Context())
		if who.ID != "sbx:100" || err != nil || c.Gateway() != "11111111-2222-3333-4444-555555555555" {
			t.Errorf("after %d: %+v, %v, gateway %q", refusal, who, err, c.Gateway())
		}
		if tenant := jira.requests("/_edge/tenant_info"); len(tenant) != 1 || tenant[0].Header.Get("Authorization") != "" {
			t.Errorf("the cloud id was asked with credentials or %d times", len(tenant))
		}
	}
}

func TestATokenThatNobodyAcceptsIsUnauthorized(t *testing.T) {
	for name, gateway := range map[string]int{"no tenant info": 0, "refused at the gateway": 401, "unknown at the gateway": 404} {
		jira := newFake(t, map[string]string{"GET /rest/api/3/myself": ""})
		inner := jira.Config.Handler
		jira.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/_edge/tenant_info" && gateway != 0:
				_, _ = fmt.Fprint(w, `{"cloudId":"9f"}`)
			case strings.HasPrefix(r.URL.Path, "/ex/"):
				w.WriteHeader(gateway)
			case strings.HasPrefix(r.URL.Path, "/rest/"):
				w.WriteHeader(http.StatusUnauthorized)
			default:
				inner.ServeHTTP(w, r)
			}
		})
		c := jira.client(t)
		if _, err := c.Check(t.Context()); !errors.Is(err, ErrUnauthorized) || c.Gateway() != "" {
			t.Errorf("%s: %v, gateway %q", name, err, c.Gateway())
		}
	}
}

func TestASilentlyDeniedLoginIsUnauthorizedAtAnyStatus(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("GET /rest/api/3/field", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
		_, _ = fmt.Fprint(w, `[]`)
	})
	if _, err := jira.client(t).Fields(t.Context()); !errors.Is(err, ErrUnauthorized) {
		t.Errorf("err = %v", err)
	}
}

func TestStatusesBecomeErrorsThatCallersTellApart(t *testing.T) {
	for status, want := range map[int]error{302: ErrNotFound, 401: ErrUnauthorized, 403: ErrForbidden, 404: ErrNotFound, 500: ErrUnavailable} {
		jira := newFake(t, nil)
		jira.status("GET /rest/api/3/field", status)
		_, err := jira.client(t).Fields(t.Context())
		if !errors.Is(err, want) {
			t.Errorf("%d: %v, want %v", status, err, want)
		}
	}
}

func TestALongWaitIsBusy(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("GET /rest/api/3/field", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, err := jira.client(t).Fields(t.Context())
	if busy, ok := errors.AsType[Busy](err); !ok || busy.After != 2*time.Minute || !strings.Contains(err.Error(), "Jira asks to wait 2m0s") {
		t.Errorf("err = %v", err)
	}
}

func TestErrorsHoldNoTokenNoQueryAndNoPage(t *testing.T) {
	jira := newFake(t, nil)
	jira.status("GET /rest/api/3/user/search", 500)
	jira.status("GET /rest/agile/1.0/board", 400)
	c := jira.client(t)
	_, byStatus := c.FindAccount(t.Context(), "ada@acme.test")
	_, byGoJira := c.Boards(t.Context(), 10001)
	jira.Server.Close()
	_, byNetwork := c.FindAccount(t.Context(), "ada@acme.test")
	if !errors.Is(byNetwork, ErrUnavailable) {
		t.Errorf("a closed server: %v", byNetwork)
	}
	for _, err := range []error{byStatus, byGoJira, byNetwork} {
		text := fmt.Sprintf("%v %+v %#v", err, err, err)
		for _, leak := range []string{"ada@", "ada%40", "secret title", fakeToken.Reveal(), fakeEmail, "projectKeyOrId"} {
			if strings.Contains(text, leak) {
				t.Errorf("%q shows %q", text, leak)
			}
		}
	}
}

func TestARedirectTakesNothingToAnotherHost(t *testing.T) {
	var visits atomic.Int32
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	defer foreign.Close()
	jira := newFake(t, nil)
	jira.Handle("GET /rest/api/3/field", http.RedirectHandler(foreign.URL, http.StatusTemporaryRedirect))
	if _, err := jira.client(t).Fields(t.Context()); !errors.Is(err, ErrNotFound) {
		t.Errorf("err = %v", err)
	}
	if visits.Load() != 0 {
		t.Error("the redirect was followed")
	}
}

func TestTenReadsUseOneConnection(t *testing.T) {
	var opened atomic.Int32
	jira := newFake(t, nil)
	jira.Server.Close()
	big := `[{"id":"a","name":"` + strings.Repeat("x", 200<<10) + `"}]` + strings.Repeat(" ", 8<<10)
	jira.json("GET /rest/api/3/field", big)
	jira.Server = httptest.NewUnstartedServer(jira.ServeMux)
	jira.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	jira.Start()
	t.Cleanup(jira.Server.Close)
	c := jira.client(t)
	for range 10 {
		if _, err := c.Fields(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestCancellationStopsEveryCall(t *testing.T) {
	c := newFake(t, nil).client(t)
	if _, err := c.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"Check":        func() error { _, err := c.Check(ctx); return err },
		"Projects":     func() error { _, err := c.Projects(ctx, ""); return err },
		"Project":      func() error { _, err := c.Project(ctx, "PAY"); return err },
		"Boards":       func() error { _, err := c.Boards(ctx, 1); return err },
		"HasSprints":   func() error { _, err := c.HasSprints(ctx, 1); return err },
		"Sprints":      func() error { _, err := c.Sprints(ctx, 1); return err },
		"Estimation":   func() error { _, _, err := c.Estimation(ctx, 1); return err },
		"Statuses":     func() error { _, err := c.Statuses(ctx, 1); return err },
		"Fields":       func() error { _, err := c.Fields(ctx); return err },
		"Releases":     func() error { _, err := c.Releases(ctx, 1); return err },
		"Count":        func() error { _, err := c.Count(ctx, Query{ProjectID: 1}); return err },
		"CanBrowse":    func() error { _, err := c.CanBrowse(ctx, "a", "PAY"); return err },
		"FindAccount":  func() error { _, err := c.FindAccount(ctx, "a@b"); return err },
		"InProgressOf": func() error { _, err := c.InProgressOf(ctx, "a", 1); return err },
		"MyIssues":     func() error { _, err := c.InProgressIssues(ctx, "a", Query{ProjectID: 1}); return err },
		"Issues": func() (err error) {
			for _, err = range c.Issues(ctx, Query{ProjectID: 1}) {
			}
			return err
		},
	} {
		if err := call(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
