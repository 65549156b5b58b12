package jira

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var acme = &url.URL{Scheme: "https", Host: "acme.atlassian.net"}

// network as a function, for tests.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOnlyListedReadsOfTheSitePass(t *testing.T) {
	for _, call := range []string{
		"GET https://acme.atlassian.net/rest/api/3/myself",
		"GET https://acme.atlassian.net/rest/api/3/project/PAY_1/version?status=released",
		"POST https://acme.atlassian.net/rest/api/3/search/jql",
		"GET https://acme.atlassian.net/_edge/tenant_info",
		"GET https://api.atlassian.com/ex/jira/9f-1/rest/agile/1.0/board/7/sprint",
	} {
		method, address, _ := strings.Cut(call, " ")
		req, err := http.NewRequest(method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := permit(acme, req); err != nil {
			t.Errorf("%s: %v", call, err)
		}
	}
}

func TestEverythingElseIsRefused(t *testing.T) {
	for _, call := range []string{
		"POST https://acme.atlassian.net/rest/api/3/issue",
		"POST https://acme.atlassian.net/rest/api/3/myself",
		"PUT https://acme.atlassian.net/rest/api/3/search/jql",
		"DELETE https://acme.atlassian.net/rest/api/3/project/PAY",
		"HEAD https://acme.atlassian.net/rest/api/3/myself",
		"GET https://acme.atlassian.net/rest/api/2/myself",
		"GET https://acme.atlassian.net/rest/api/3/search",
		"GET https://acme.atlassian.net/rest/api/3/search/jql",
		"GET https://acme.atlassian.net/rest/api/3/myself/",
		"GET https://acme.atlassian.net/rest/api/3/../3/myself",
		"GET https://acme.atlassian.net/rest/api/3/project/a%2Fb",
		"GET https://acme.atlassian.net/rest/api/3/project/..",
		"GET https://acme.atlassian.net/ex/jira/9f/rest/api/3/myself",
		"GET http://acme.atlassian.net/rest/api/3/myself",
		"GET https://acme.atlassian.net:8443/rest/api/3/myself",
		"GET https://evil.com/rest/api/3/myself",
		"GET https://user@acme.atlassian.net/rest/api/3/myself",
		"GET https://api.atlassian.com/rest/api/3/myself",
		"GET https://api.atlassian.com/ex/jira/a.b/rest/api/3/myself",
		"GET https://api.atlassian.com/ex/jira/9f/_edge/tenant_info",
		"GET https://api.atlassian.com/me",
	} {
		method, address, _ := strings.Cut(call, " ")
		req, err := http.NewRequest(method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if to, err := permit(acme, req); !errors.Is(err, errNotAllowed) {
			t.Errorf("%s passes as %q", call, to.name())
		}
	}
}

// TestEveryEndpointIsPublished compares the allow-list with the paths of Jira's
// own description, which lies beside a checkout.
func TestEveryEndpointIsPublished(t *testing.T) {
	described := describedPaths(t)
	for _, e := range allowed {
		if !e.anonymous && !described[strings.ToLower(e.method)+" "+e.path] { // tenant info is not part of the API
			t.Errorf("%s is not in Jira's description", e.name())
		}
	}
}

func describedPaths(t *testing.T) map[string]bool {
	t.Helper()
	text := readShared(t, "openapi/jira-subset.json")
	var doc struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for path, methods := range doc.Paths {
		for method := range methods {
			described[method+" "+parameter.ReplaceAllString(path, "{}")] = true
		}
	}
	return described
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// readShared reads a reference file from the folder "shared" above this one.
// Without it the test is skipped on a laptop and fails in CI.
func readShared(t *testing.T, name string) []byte {
	t.Helper()
	if path := sharedPath(name); path != "" {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("shared/%s is missing", name)
	}
	t.Skipf("SKIPPED: shared/%s is not above this checkout", name)
	return nil
}

// sharedPath looks for a reference file upwards from here; "" if there is none.
func sharedPath(name string) string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "shared", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

func TestARefusalNamesTheCallButNoQuery(t *testing.T) {
	req, err := http.NewRequest(http.MethodGet, "https://acme.atlassian.net/rest/api/2/user?query=ada@acme.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = permit(acme, req)
	if got, want := fmt.Sprint(err), "not in the list of calls that only read: GET acme.atlassian.net/rest/api/2/user"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
