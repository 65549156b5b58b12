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
		{"http_500", "", 500, "", ""},
		{"gone", "", 410, "", ""},
		{"quota", `{"seconds":40}`, 429, "RateLimit-Reason", "jira-quota-tenant-based"},
		{"near_limit", "", 200, "X-RateLimit-NearLimit", "true"},
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

func TestRemovedPathsAreGoneWhateverTheMethod(t *testing.T) {
	s := start(t)
	for _, call := range []string{"GET /rest/api/3/search?jql=project%3DPAY", "POST /rest/api/2/search", "POST /rest/api/latest/search/id", "POST /rest/api/3/expression/eval"} {
		method, path, _ := strings.Cut(call, " ")
		if resp, text := s.do(method, path, ""); resp.StatusCode != http.StatusGone || !strings.Contains(string(text), "CHANGE-2046") {
			t.Errorf("%s: %s %s", call, resp.Status, text)
		}
	}
	if v := s.server.Violations(); len(v) != 0 {
		t.Errorf("an old search writes nothing: %+v", v)
	}
}

func TestAnAnswerCanDrip(t *testing.T) {
	s := start(t)
	s.fault("drip", `{"ms":20}`)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", s.http.URL+"/rest/api/3/myself", nil)
	req.SetBasicAuth(email, token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, err := io.ReadAll(resp.Body); err == nil || len(text) > 40 {
		t.Errorf("%d bytes came, %v", len(text), err)
	}
}

func TestBulkChangelogTellsTimesInAllFormsSeen(t *testing.T) {
	s := start(t)
	form := func(fault string) (created, author string) {
		if fault != "" {
			s.fault(fault, "")
			defer s.fault(fault, `{"on":false}`)
		}
		var page bulk
		s.post("/rest/api/3/changelog/bulkfetch", map[string]any{"issueIdsOrKeys": allKeys(40)}, &page)
		h := page.IssueChangeLogs[0].ChangeHistories[0]
		return string(h.Created), h.Author.AccountType
	}
	millis, kind := form("")
	if seconds, _ := form("epoch_seconds"); len(millis) != 13 || kind == "" || seconds != millis[:10] {
		t.Errorf("%s ms of a %q are %s s", millis, kind, seconds)
	}
	if text, _ := form("text_times"); len(text) != len(`"2026-05-07T10:11:12.345+0000"`) {
		t.Errorf("as text: %s", text)
	}
	if _, kind := form("no_account_types"); kind != "" {
		t.Errorf("the author is told to be %q", kind)
	}
}

func TestListsCanBeEndless(t *testing.T) {
	s := start(t)
	s.fault("endless_lists", "")
	for _, path := range []string{"/rest/agile/1.0/board?projectKeyOrId=PAY&startAt=", "/rest/agile/1.0/board/1/sprint?startAt=", "/rest/api/3/project/PAY/version?startAt="} {
		var first, beyond struct {
			IsLast bool
			Values []struct{ ID any }
		}
		s.get(path+"0", &first)
		s.get(path+"5000", &beyond)
		if first.IsLast || beyond.IsLast || len(beyond.Values) == 0 || beyond.Values[0].ID != first.Values[0].ID {
			t.Errorf("%s: %+v, then %+v", path, first, beyond)
		}
	}
}

func TestBoardsCanHaveTwoActiveSprintsAndReleasesNoDates(t *testing.T) {
	s := start(t)
	s.fault("several_active", "")
	s.fault("undated_releases", "")
	var sprints struct {
		Values []struct{ OriginBoardID int64 }
	}
	s.get("/rest/agile/1.0/board/1/sprint?state=active", &sprints)
	if len(sprints.Values) != 2 || sprints.Values[0].OriginBoardID != 1 || sprints.Values[1].OriginBoardID != 1 {
		t.Errorf("active: %+v", sprints.Values)
	}
	var versions struct {
		Values []struct{ ReleaseDate string }
	}
	s.get("/rest/api/3/project/PAY/version?status=released", &versions)
	if len(versions.Values) == 0 || versions.Values[0].ReleaseDate != "" {
		t.Errorf("released: %+v", versions.Values)
	}
}

func TestAnIssueCanMoveToAnotherProject(t *testing.T) {
	s := start(t)
	s.fault("edit_issue", `{"key":"PAY-200","to":"OPS"}`)
	now := s.search(map[string]any{"jql": "project = OPS AND key = PAY-200", "fields": []string{"project"}})
	if len(now.Issues) != 1 || !strings.HasPrefix(now.Issues[0].Key, "OPS-") {
		t.Fatalf("found by its old key: %+v", now.Issues)
	}
	if gone := s.search(map[string]any{"jql": "project = PAY AND key = " + now.Issues[0].Key}); len(gone.Issues) != 0 {
		t.Error("it is still in its old project")
	}
}

func TestChangesCanHaveOtherTypes(t *testing.T) {
	s := start(t)
	for fault, want := range map[string]string{"wrong_types": `"not what you expect"`, "null_fields": "null"} {
		s.fault(fault, `{"path":"bulkfetch","times":1}`)
		var page bulk
		s.post("/rest/api/3/changelog/bulkfetch", map[string]any{"issueIdsOrKeys": allKeys(40)}, &page)
		if got := string(page.IssueChangeLogs[0].ChangeHistories[0].Created); got != want {
			t.Errorf("%s: created is %s", fault, got)
		}
	}
}
