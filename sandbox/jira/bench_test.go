package jira_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"headway/sandbox/jira"
)

// BenchmarkSearchOfAThousandIssues is the answer a sync waits for.
func BenchmarkSearchOfAThousandIssues(b *testing.B) {
	for _, fields := range []string{"", `"status"`, `"issuetype","status","created","updated","resolutiondate","resolution","fixVersions","parent","labels"`} {
		b.Run(fmt.Sprintf("%d fields", strings.Count(fields, `"`)/2), func(b *testing.B) {
			handler := startServer()
			for b.Loop() {
				answer(b, handler, `{"jql":"project in (PAY, OPS) ORDER BY created ASC, key ASC","maxResults":1000,"fields":[`+fields+`]}`)
			}
		})
	}
}

// startServer is a server without a listener.
func startServer() http.Handler {
	return jira.New(jira.Config{Now: func() time.Time { return anchor }, Site: demoSite(), Email: email, Token: token})
}

func answer(b *testing.B, h http.Handler, body string) {
	req := httptest.NewRequest("POST", "/rest/api/3/search/jql", strings.NewReader(body))
	req.SetBasicAuth(email, token)
	w := httptest.NewRecorder()
	for h.ServeHTTP(w, req); w.Code == http.StatusTooManyRequests; h.ServeHTTP(w, req) {
		w = httptest.NewRecorder()
		req.Body = io.NopCloser(strings.NewReader(body))
	}
	if w.Code != http.StatusOK {
		b.Fatal(w.Code, w.Body.String())
	}
}
