package page_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"headway/sandbox/page"
)

func serve(method, target string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	page.Handler().ServeHTTP(answer, httptest.NewRequest(method, target, nil))
	return answer
}

func TestEveryFileOfThePageIsServedWithItsType(t *testing.T) {
	for path, want := range map[string]string{
		"/": "text/html; charset=utf-8", "/?user=U01MIRA": "text/html; charset=utf-8", "/app.js": "text/javascript; charset=utf-8",
		"/app.css": "text/css; charset=utf-8", "/favicon.svg": "image/svg+xml", "/licenses.txt": "text/plain; charset=utf-8", "/lato-latin-400-normal.woff2": "font/woff2",
	} {
		answer := serve("GET", path)
		if got := answer.Header().Get("Content-Type"); answer.Code != 200 || got != want {
			t.Errorf("GET %s = %d %s, want 200 %s", path, answer.Code, got, want)
		}
	}
}

func TestOtherPathsAndMethodsAreRefused(t *testing.T) {
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/dist/app.js", 404}, {"GET", "/../page.go", 404}, {"GET", "/index.html/x", 404}, {"POST", "/", 405}, {"DELETE", "/app.js", 405},
	} {
		if got := serve(c.method, c.path).Code; got != c.want {
			t.Errorf("%s %s = %d, want %d", c.method, c.path, got, c.want)
		}
	}
}

func TestThePolicyAllowsNothingFromOutside(t *testing.T) {
	policy := serve("GET", "/").Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %q", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("the policy %q is too wide", policy)
	}
}

func TestThePageNamesNoOtherHost(t *testing.T) {
	// The names of XML namespaces are never fetched.
	for _, path := range []string{"/", "/app.js", "/app.css"} {
		body := serve("GET", path).Body.String()
		for _, url := range regexp.MustCompile(`https?://[\w.-]+\.\w+[\w/]*`).FindAllString(body, -1) {
			if !strings.HasPrefix(url, "http://www.w3.org/") {
				t.Errorf("%s names %s", path, url)
			}
		}
	}
}

func TestAnUnchangedFileIsNotSentAgain(t *testing.T) {
	request := httptest.NewRequest("GET", "/app.js", nil)
	request.Header.Set("If-None-Match", serve("GET", "/app.js").Header().Get("ETag"))
	answer := httptest.NewRecorder()
	page.Handler().ServeHTTP(answer, request)
	if answer.Code != http.StatusNotModified {
		t.Errorf("status = %d, want 304", answer.Code)
	}
}
