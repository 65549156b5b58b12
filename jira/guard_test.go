package jira

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	gojira "github.com/andygrunwald/go-jira"
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
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if text, err := os.ReadFile(filepath.Join(dir, "shared", name)); err == nil {
			return text
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("shared/%s is missing", name)
	}
	t.Skipf("SKIPPED: shared/%s is not above this checkout", name)
	return nil
}

// attempt is what one method of go-jira tried to send.
type attempt struct{ method, path string }

// TestGoJiraCannotWrite calls every method of every service of go-jira through
// our transport. Whatever is not a GET of the list must end before the network.
func TestGoJiraCannotWrite(t *testing.T) {
	var tried, sent []attempt
	inner := &transport{site: acme, pace: newPace(1e6), log: quiet, next: roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, attempt{r.Method, r.URL.Path})
		return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}"))}, nil
	})}
	outer := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		tried = append(tried, attempt{r.Method, r.URL.Path})
		return inner.RoundTrip(r)
	})}
	api, err := gojira.NewClient(outer, acme.String())
	if err != nil {
		t.Fatal(err)
	}
	writers := map[string]bool{}
	eachMethod(api, func(name string, call func()) {
		before := len(tried)
		call()
		for _, a := range tried[before:] {
			if a.method != http.MethodGet {
				writers[name] = true
			}
		}
	})
	for _, a := range sent {
		if a.method != http.MethodGet || !strings.HasPrefix(a.path, "/rest/agile/1.0/board") {
			t.Errorf("%s %s reached the network", a.method, a.path)
		}
	}
	for _, name := range []string{"Issue.CreateWithContext", "Issue.DeleteWithContext", "Issue.DoTransitionWithContext", "Board.CreateBoardWithContext", "Sprint.MoveIssuesToSprintWithContext", "Version.CreateWithContext", "User.DeleteWithContext", "Issue.PostAttachmentWithContext"} {
		if !writers[name] {
			t.Errorf("%s was not seen to write: the enumeration misses methods", name)
		}
	}
	if len(writers) < 80 {
		t.Errorf("only %d writing methods of go-jira were tried", len(writers))
	}
	t.Logf("%d writing methods of go-jira, %d calls refused, %d reads of boards sent", len(writers), len(tried)-len(sent), len(sent))
}

// eachMethod offers every method of every service with made-up arguments.
func eachMethod(api *gojira.Client, try func(name string, call func())) {
	services := reflect.ValueOf(api).Elem()
	for i := range services.NumField() {
		service, name := services.Field(i), services.Type().Field(i).Name
		if !services.Type().Field(i).IsExported() || service.Kind() != reflect.Pointer {
			continue
		}
		for m := range service.NumMethod() {
			method := service.Method(m)
			try(name+"."+service.Type().Method(m).Name, func() {
				defer func() { _ = recover() }() // go-jira trips over answers that are missing
				method.Call(madeUp(method.Type()))
			})
		}
	}
}

func madeUp(f reflect.Type) []reflect.Value {
	var args []reflect.Value
	for i := range f.NumIn() {
		if f.IsVariadic() && i == f.NumIn()-1 {
			break
		}
		args = append(args, madeUpValue(f.In(i)))
	}
	return args
}

func madeUpValue(t reflect.Type) reflect.Value {
	switch {
	case t == reflect.TypeFor[context.Context]():
		return reflect.ValueOf(context.Background())
	case t == reflect.TypeFor[io.Reader]():
		return reflect.ValueOf(bytes.NewBufferString("x")).Convert(t)
	case t.Kind() == reflect.String:
		return reflect.ValueOf("1").Convert(t)
	case t.Kind() == reflect.Int:
		return reflect.ValueOf(1).Convert(t)
	case t.Kind() == reflect.Pointer:
		v := reflect.New(t.Elem())
		if t.Elem() == reflect.TypeFor[gojira.Issue]() {
			v.Elem().FieldByName("Key").SetString("PAY-1")
		}
		return v
	case t.Kind() == reflect.Func:
		return reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.Zero(t.Out(0))}
		})
	case t.Kind() == reflect.Interface:
		return reflect.ValueOf(map[string]any{}).Convert(t)
	}
	return reflect.Zero(t)
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
