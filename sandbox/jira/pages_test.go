package jira_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func (s *site) read(path string) (int, string) {
	s.t.Helper()
	resp, err := http.Get(s.http.URL + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestEveryIssueOfTheSiteHasAPage(t *testing.T) {
	s := start(t)
	for n, st := range replayed(anchor).Issues {
		if n%40 != 0 {
			continue
		}
		status, text := s.read("/browse/" + st.Key)
		if status != http.StatusOK || !strings.Contains(text, st.Key) || !strings.Contains(text, "History") {
			t.Fatalf("%s: %d %s", st.Key, status, text)
		}
	}
	if status, text := s.read("/browse/PAY-99999"); status != http.StatusNotFound || !strings.Contains(text, "does not exist") {
		t.Errorf("unknown issue: %d", status)
	}
}

func TestListsAnswerQueriesAndExplainMistakes(t *testing.T) {
	s := start(t)
	if status, text := s.read("/issues/?jql=" + url.QueryEscape("project = PAY AND statusCategory = indeterminate")); status != 200 || strings.Count(text, "/browse/PAY-") < 5 {
		t.Errorf("list: %d %s", status, text)
	}
	if _, text := s.read("/issues/?jql=" + url.QueryEscape("colour = <script>")); !strings.Contains(text, "Field &#39;colour&#39; does not exist") && !strings.Contains(text, "Error in the JQL Query") {
		t.Error("a mistake is not explained")
	} else if strings.Contains(text, "<script>") {
		t.Error("the query was put into the page unescaped")
	}
	for _, path := range []string{"/", "/browse/PAY", "/browse/OPS"} {
		if status, _ := s.read(path); status != http.StatusOK {
			t.Errorf("%s: %d", path, status)
		}
	}
}
