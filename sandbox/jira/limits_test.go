package jira_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestRateLimitTellsHowLongToWait(t *testing.T) {
	s := start(t)
	s.server.RateLimit(1, 0)
	resp, _ := s.do("GET", "/rest/api/3/myself", "")
	for name, want := range map[string]string{"Retry-After": "0", "RateLimit-Reason": "jira-burst-based", "X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0", "X-RateLimit-NearLimit": "true"} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("X-RateLimit-Reset") == "" {
		t.Errorf("%s %v", resp.Status, resp.Header)
	}
	if resp, _ := s.do("GET", "/rest/api/3/myself", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("after waiting 0 s: %s", resp.Status)
	}
	if v := s.server.Violations(); len(v) != 0 {
		t.Errorf("waiting as told was a violation: %+v", v)
	}
}

func TestWritesAndUnknownPathsAreViolations(t *testing.T) {
	s := start(t)
	for _, c := range [][2]string{
		{"PUT", "/rest/api/3/issue/PAY-1"}, {"POST", "/rest/api/3/issue"}, {"DELETE", "/rest/api/3/issue/PAY-1"},
		{"POST", "/rest/api/3/issue/PAY-1/transitions"}, {"GET", "/rest/api/3/nothing"}, {"GET", "/rest/api/3/myself?colour=red"},
		{"POST", "/browse/PAY-1"},
	} {
		before := len(s.server.Violations())
		resp, _ := s.do(c[0], c[1], "")
		after := s.server.Violations()
		if len(after) != before+1 {
			t.Errorf("%s %s: %s, %d violations", c[0], c[1], resp.Status, len(after)-before)
			continue
		}
		if v := after[before]; v.Method != c[0] || !strings.HasPrefix(c[1], v.Path) || v.What == "" {
			t.Errorf("recorded as %+v", v)
		}
	}
}
