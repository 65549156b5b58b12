package jira

import (
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"headway/sandbox/jira/contract"
)

// TestEveryRequestFitsJirasDescription sends each call there is, at the site
// and through the gateway; the fake compares it with Jira's own description.
func TestEveryRequestFitsJirasDescription(t *testing.T) {
	readShared(t, "openapi/jira-subset.json") // without it this test proves nothing
	for _, prefix := range []string{"", "/ex/jira/9f"} {
		jira := newFake(t, describedAnswers(prefix))
		if prefix != "" {
			jira.json("GET /_edge/tenant_info", `{"cloudId":"9f"}`)
		}
		inner := jira.Config.Handler
		jira.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/rest/") && prefix != "" { // the site refuses a scoped token
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			inner.ServeHTTP(w, r)
		})
		callEverything(t, jira.client(t))
		if seen := seenEndpoints(t, jira); len(seen) != len(allowed) && !(prefix == "" && len(seen) == len(allowed)-1) {
			t.Errorf("behind %q only %d of %d endpoints were called: %v", prefix, len(seen), len(allowed), seen)
		}
	}
}

// describedAnswers lets every call succeed; the changelog names no account
// type, so that the account is asked for as well.
func describedAnswers(prefix string) map[string]string {
	answers := map[string]string{
		"GET /rest/api/3/field":                     `[]`,
		"GET /rest/api/3/user":                      `{}`,
		"GET /rest/api/3/user/search":               `[]`,
		"POST /rest/api/3/permissions/check":        `{}`,
		"GET /rest/api/3/user/viewissue/search":     `[]`,
		"GET /rest/api/3/project/search":            `{}`,
		"GET /rest/api/3/project/PAY":               `{}`,
		"GET /rest/api/3/project/10001/version":     `{}`,
		"GET /rest/api/3/project/10001/statuses":    `[]`,
		"GET /rest/api/3/status":                    `[]`,
		"GET /rest/agile/1.0/board":                 `{}`,
		"GET /rest/agile/1.0/board/1/configuration": `{}`,
		"GET /rest/agile/1.0/board/1/sprint":        `{}`,
		"POST /rest/api/3/search/approximate-count": `{}`,
		"POST /rest/api/3/search/jql":               `{"issues":[` + wire(1, "") + `]}`,
		"POST /rest/api/3/changelog/bulkfetch":      `{"issueChangeLogs":[{"issueId":"1","changeHistories":[` + moved(1, "1", "3", `{"accountId":"sbx:1"}`) + `]}]}`,
	}
	behind := map[string]string{"GET " + prefix + "/rest/api/3/myself": me}
	for pattern, body := range answers {
		behind[strings.Replace(pattern, " ", " "+prefix, 1)] = body
	}
	return behind
}

func callEverything(t *testing.T, c *Client) {
	t.Helper()
	ctx := t.Context()
	q := query
	q.UpdatedSince, q.OrInProgress = created, true
	q.Agents, q.AILabels, q.Labels = []string{"sbx:201"}, []string{"ai"}, true
	for name, call := range map[string]func() error{
		"Check":           func() error { _, err := c.Check(ctx); return err },
		"Projects":        func() error { _, err := c.Projects(ctx, "pay & more"); return err },
		"Project":         func() error { _, err := c.Project(ctx, "PAY"); return err },
		"Boards":          func() error { _, err := c.Boards(ctx, 10001); return err },
		"HasSprints":      func() error { _, err := c.HasSprints(ctx, 1); return err },
		"Sprints":         func() error { _, err := c.Sprints(ctx, 1); return err },
		"Estimation":      func() error { _, _, err := c.Estimation(ctx, 1); return err },
		"Statuses":        func() error { _, err := c.Statuses(ctx, 10001); return err },
		"SiteStatuses":    func() error { _, err := c.SiteStatuses(ctx); return err },
		"Fields":          func() error { _, err := c.Fields(ctx); return err },
		"Releases":        func() error { _, err := c.Releases(ctx, 10001); return err },
		"Issues":          func() error { _, err := collect(t, c, q); return err },
		"Count":           func() error { _, err := c.Count(ctx, q); return err },
		"Changed":         func() error { _, err := c.Changed(ctx, 10001, time.Now()); return err },
		"InProgressOf":    func() error { _, err := c.InProgressOf(ctx, "sbx:1", 10001); return err },
		"MyIssues":        func() error { _, err := c.InProgressIssues(ctx, "sbx:1", q); return err },
		"CanBrowse":       func() error { _, err := c.CanBrowse(ctx, "sbx:1", "PAY"); return err },
		"CanCheckViewers": func() error { _, err := c.CanCheckViewers(ctx, "PAY"); return err },
		"MayBrowse":       func() error { _, err := c.MayBrowse(ctx, "sbx:1", 10001); return err },
		"NewestIssue":     func() error { _, err := c.NewestIssue(ctx, 10001); return err },
		"ReadsChanges":    func() error { return c.ReadsChanges(ctx, 1) },
		"ReadsSettings":   func() error { _, err := c.ReadsBoardSettings(ctx, 1); return err },
		"SearchAccounts":  func() error { _, err := c.SearchAccounts(ctx, "ada@acme.test"); return err },
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func seenEndpoints(t *testing.T, jira *fakeJira) map[string]bool {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range jira.asked {
		_, path := cutGateway(r.URL.Path)
		for _, e := range allowed {
			if e.matches(r.Method, path) {
				seen[e.name()] = true
				break
			}
		}
	}
	return seen
}

// described is Jira's own description, read once. Without it calls go
// unchecked on a laptop, which the test says, and the test fails in CI.
func described(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := description()
	switch {
	case err != nil:
		t.Fatal(err)
	case c != nil:
	case os.Getenv("CI") == "true":
		t.Fatal("shared/openapi/jira-subset.json is missing")
	default:
		t.Log("UNCHECKED: shared/openapi/jira-subset.json is not above this checkout, so calls are not compared with it")
	}
	return c
}

// description is nil where the file is not on this machine.
var description = sync.OnceValues(func() (*contract.Contract, error) {
	path := sharedPath("openapi/jira-subset.json")
	if path == "" {
		return nil, nil
	}
	return contract.Load(path)
})
