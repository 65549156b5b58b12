package jira_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"headway/sandbox/history"
)

func (s *site) fault(name, args string) {
	s.t.Helper()
	if err := s.server.Fault(name, json.RawMessage(args)); err != nil {
		s.t.Fatal(err)
	}
}

const paySearch = `{"jql":"project = PAY ORDER BY created ASC","maxResults":20,"fields":["status","created"]}`

func TestFaultsAnswerAsJiraDoesOnABadDay(t *testing.T) {
	for _, c := range []struct {
		fault, args string
		status      int
		header      string
		value       string
	}{
		{"unauthorized", "", 401, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED"},
		{"anonymous", "", 200, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED"},
		{"no_licence", "", 403, "", ""},
		{"forbidden", `{"project":"PAY"}`, 400, "", ""},
		{"down", "", 503, "Retry-After", "1"},
		{"html_429", "", 429, "Content-Type", "text/html"},
		{"html_502", "", 502, "Content-Type", "text/html"},
		{"redirect", `{"to":"http://elsewhere.test/"}`, 302, "Location", "http://elsewhere.test/"},
		{"scoped_token", "", 401, "", ""},
	} {
		t.Run(c.fault, func(t *testing.T) {
			s := start(t)
			s.fault(c.fault, c.args)
			resp, text := s.do("POST", "/rest/api/3/search/jql", paySearch)
			if resp.StatusCode != c.status || resp.Header.Get(c.header) != c.value {
				t.Errorf("%s, %v: %s", resp.Status, resp.Header, text)
			}
			s.server.ClearFaults()
			if resp, _ := s.do("POST", "/rest/api/3/search/jql", paySearch); resp.StatusCode != 200 {
				t.Errorf("after the fault: %s", resp.Status)
			}
		})
	}
}

func TestFaultsEndAfterTheirTimes(t *testing.T) {
	s := start(t)
	s.fault("down", `{"times":2}`)
	for n, want := range []int{503, 503, 200, 200} {
		if resp, _ := s.do("GET", "/rest/api/3/myself", ""); resp.StatusCode != want {
			t.Errorf("call %d: %s, want %d", n, resp.Status, want)
		}
	}
}

func TestAnonymousAnswersHoldNoData(t *testing.T) {
	s := start(t)
	s.fault("anonymous", "")
	if f := s.search(map[string]any{"jql": "project = PAY"}); len(f.Issues) != 0 {
		t.Errorf("%d issues without credentials", len(f.Issues))
	}
	if resp, _ := s.do("GET", "/rest/api/3/myself", ""); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("myself: %s", resp.Status)
	}
}

func TestPageTokensCanMisbehave(t *testing.T) {
	s := start(t)
	body := map[string]any{"jql": "project = PAY"}
	s.fault("loop_token", `{"times":1}`)
	first := s.search(body)
	body["nextPageToken"] = first.NextPageToken
	if again := s.search(body); again.Issues[0].ID != first.Issues[0].ID {
		t.Error("the looping token led on")
	}
	s.fault("repeat_token", `{"times":1}`)
	if same := s.search(body); same.NextPageToken != first.NextPageToken {
		t.Error("the token was not repeated")
	}
	s.fault("no_islast", `{"times":1}`)
	if f := s.search(body); f.IsLast != nil {
		t.Error("isLast is there")
	}
	s.fault("empty_page", `{"times":1}`)
	if f := s.search(body); len(f.Issues) != 0 || f.NextPageToken == "" {
		t.Errorf("%d issues, token %q", len(f.Issues), f.NextPageToken)
	}
	s.fault("shrink", `{"size":3}`)
	if f := s.search(map[string]any{"jql": "project = PAY"}); len(f.Issues) != 3 {
		t.Errorf("%d issues on a shrunk page", len(f.Issues))
	}
}

func TestBodiesCanBeSpoilt(t *testing.T) {
	s := start(t)
	read := func(fault, args string) (*http.Response, []byte, error) {
		s.fault(fault, args)
		req, _ := http.NewRequest("POST", s.http.URL+"/rest/api/3/search/jql", strings.NewReader(paySearch))
		req.SetBasicAuth(email, token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		return resp, text, err
	}
	if _, _, err := read("cut_body", `{"times":1}`); err == nil {
		t.Error("the cut body was read to its end")
	}
	if _, text, err := read("gzip_bomb", `{"times":1,"size":2}`); err != nil || len(text) < 2<<20 {
		t.Errorf("the bomb unpacked to %d bytes: %v", len(text), err)
	}
	if _, text, err := read("huge_page", `{"times":1,"size":2}`); err != nil || len(text) < 2<<20 {
		t.Errorf("the huge page has %d bytes: %v", len(text), err)
	}
	for fault, want := range map[string]string{"null_fields": "null", "wrong_types": "1.5"} {
		_, text, _ := read(fault, `{"times":1}`)
		var f found
		if err := json.Unmarshal(text, &f); err != nil {
			t.Fatal(err)
		}
		if got := string(f.Issues[0].Fields["created"]); got != want {
			t.Errorf("%s: created is %s", fault, got)
		}
	}
}

func TestSlowAnswersStopWhenTheCallerLeaves(t *testing.T) {
	s := start(t)
	s.fault("slow", `{"ms":60000,"times":1}`)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", s.http.URL+"/rest/api/3/myself", nil)
	if _, err := http.DefaultClient.Do(req); err == nil {
		t.Error("the slow call was answered")
	}
}

func TestScopedTokensWorkByTheGatewayOnly(t *testing.T) {
	s := start(t)
	s.fault("scoped_token", "")
	resp, err := http.Get(s.http.URL + "/_edge/tenant_info")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var tenant struct{ CloudID string }
	if err := json.NewDecoder(resp.Body).Decode(&tenant); err != nil {
		t.Fatal(err)
	}
	var me struct{ AccountID string }
	s.get("/ex/jira/"+tenant.CloudID+"/rest/api/3/myself", &me)
	if me.AccountID != history.BotAccount {
		t.Errorf("myself by the gateway: %+v", me)
	}
	if resp, _ := s.do("GET", "/ex/jira/another/rest/api/3/myself", ""); resp.StatusCode != http.StatusNotFound {
		t.Errorf("another tenant: %s", resp.Status)
	}
}

func TestIssuesCanBeEditedAndDeletedNow(t *testing.T) {
	s := start(t)
	var key string
	for _, st := range replayed(anchor).Issues {
		if st.Status == "3" && st.ProjectID == "10001" && !st.Flagged {
			key = st.Key
		}
	}
	s.fault("edit_issue", `{"key":"`+key+`","status":"10002","flagged":true}`)
	if n := len(s.search(map[string]any{"jql": "key = " + key + " AND status = Done AND Flagged = Impediment AND status changed after -1m"}).Issues); n != 1 {
		t.Error("the edited issue is not found in its new state")
	}
	s.fault("delete_issue", `{"key":"`+key+`"}`)
	s.refused("POST", "/rest/api/3/search/jql", `{"jql":"key = `+key+`"}`)
	if err := s.server.Fault("delete_issue", json.RawMessage(`{"key":"PAY-99999"}`)); err == nil {
		t.Error("an unknown issue was deleted")
	}
}

func TestUnknownFaultsAreRefusedWithTheList(t *testing.T) {
	s := start(t)
	if err := s.server.Fault("gremlins", nil); err == nil || !strings.Contains(err.Error(), "html_502") {
		t.Errorf("error: %v", err)
	}
}

func TestNamesCanBeOfAnotherLanguageWhileIDsStay(t *testing.T) {
	s := start(t)
	s.fault("localised", "")
	var statuses []struct {
		ID, Name       string
		StatusCategory struct{ Key string }
	}
	s.get("/rest/api/3/status", &statuses)
	if statuses[0].Name != "Zu erledigen" || statuses[0].ID != "10000" || statuses[0].StatusCategory.Key != "new" {
		t.Errorf("%+v", statuses[0])
	}
}

func TestEditsStayOutOfOtherServersOfTheSite(t *testing.T) {
	one, two := start(t), start(t)
	one.fault("delete_issue", `{"key":"PAY-1"}`)
	if len(two.search(map[string]any{"jql": "key = PAY-1"}).Issues) != 1 {
		t.Error("an edit reached another server")
	}
}
