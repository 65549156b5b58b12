package jira_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"headway/sandbox/jira/contract"
)

// subsetFile finds the pruned OpenAPI file beside the checkout.
func subsetFile(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(root), "shared", "openapi", "jira-subset.json")
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("the OpenAPI subset is needed in CI: %v", err)
		}
		t.Skipf("the OpenAPI subset is not on this machine: %v", err)
	}
	return path
}

// check sends a call and checks it and its answer, which has to be a 200.
func check(s *site, c *contract.Contract, method, path, body string) {
	s.t.Helper()
	resp, text := s.do(method, path, body)
	if resp.StatusCode != http.StatusOK {
		s.t.Errorf("%s %s: %s %s", method, path, resp.Status, text)
		return
	}
	req, err := http.NewRequest(method, path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if err := c.Request(req); err != nil {
		s.t.Errorf("%s %s: request: %v", method, path, err)
	}
	if err := c.Answer(req, resp.StatusCode, resp.Header, text); err != nil {
		s.t.Errorf("%s %s: answer: %.600v", method, path, err)
	}
}

// everyCall are requests that together reach every path.
var everyCall = [][3]string{
	{"GET", "/rest/api/3/search/jql?jql=project%3DPAY&fields=*all&maxResults=60&expand=changelog", ""},
	{"POST", "/rest/api/3/search/jql", `{"jql":"project = PAY ORDER BY created ASC","maxResults":100,"fields":["*all"],"expand":"changelog,names,schema"}`},
	{"POST", "/rest/api/3/search/jql", `{"jql":"project in (PAY, OPS)","maxResults":5000}`},
	{"POST", "/rest/api/3/search/approximate-count", `{"jql":"project = 10001"}`},
	{"POST", "/rest/api/3/changelog/bulkfetch", `{"issueIdsOrKeys":["PAY-1","PAY-200","OPS-3","PAY-99999"],"maxResults":10000}`},
	{"POST", "/rest/api/3/issue/bulkfetch", `{"issueIdsOrKeys":["PAY-1","PAY-99999"],"fields":["status","parent","customfield_10020"]}`},
	{"GET", "/rest/api/3/issue/PAY-200/changelog", ""},
	{"GET", "/rest/api/3/myself", ""},
	{"GET", "/rest/api/3/serverInfo", ""},
	{"GET", "/rest/api/3/project/PAY", ""},
	{"GET", "/rest/api/3/project/search?query=pay&expand=issueTypes", ""},
	{"GET", "/rest/api/3/project/PAY/versions", ""},
	{"GET", "/rest/api/3/project/PAY/version?status=released&orderBy=-releaseDate", ""},
	{"GET", "/rest/api/3/project/PAY/statuses", ""},
	{"GET", "/rest/api/3/user/viewissue/search?accountId=sbx:3&projectKey=PAY", ""},
	{"GET", "/rest/api/3/user/search?query=mira", ""},
	{"GET", "/rest/api/3/user?accountId=sbx:3", ""},
	{"GET", "/rest/api/3/user/permission/search?permissions=BROWSE_PROJECTS&accountId=sbx:3&projectKey=PAY", ""},
	{"POST", "/rest/api/3/permissions/check", `{"accountId":"sbx:3","projectPermissions":[{"permissions":["BROWSE_PROJECTS"],"projects":[10001,10002]}]}`},
	{"POST", "/rest/api/3/permissions/project", `{"permissions":["BROWSE_PROJECTS"]}`},
	{"GET", "/rest/api/3/mypermissions?projectKey=PAY&permissions=BROWSE_PROJECTS,ADMINISTER", ""},
	{"GET", "/rest/api/3/field", ""},
	{"GET", "/rest/api/3/status", ""},
	{"GET", "/rest/api/3/statuscategory", ""},
	{"GET", "/rest/agile/1.0/board?projectKeyOrId=PAY", ""},
	{"GET", "/rest/agile/1.0/board/1", ""},
	{"GET", "/rest/agile/1.0/board/1/configuration", ""},
	{"GET", "/rest/agile/1.0/board/2/configuration", ""},
	{"GET", "/rest/agile/1.0/board/1/sprint?state=active,future,closed", ""},
	{"GET", "/rest/agile/1.0/board/1/epic", ""},
	{"GET", "/rest/agile/1.0/board/1/version?released=true", ""},
	{"GET", "/rest/agile/1.0/sprint/53", ""},
	{"GET", "/rest/agile/1.0/sprint/53/issue?maxResults=20", ""},
}

func TestAnswersFollowAtlassiansDescription(t *testing.T) {
	s := start(t)
	c, err := contract.Load(subsetFile(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.server.Fault("admin", nil); err != nil {
		t.Fatal(err)
	}
	for _, call := range everyCall {
		check(s, c, call[0], call[1], call[2])
	}
	for _, fault := range []string{"localised", "team_managed", "hidden_emails"} {
		if err := s.server.Fault(fault, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, call := range everyCall {
		check(s, c, call[0], call[1], call[2])
	}
	if v := s.server.Violations(); len(v) > 0 {
		t.Errorf("proper calls were recorded as violations: %+v", v)
	}
}

func TestEveryDescribedPathIsReached(t *testing.T) {
	text, err := os.ReadFile(subsetFile(t))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		form := regexp.MustCompile(`^` + regexp.MustCompile(`\\\{[^}]*\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/?]+`) + `(\?.*)?$`)
		for method := range methods {
			found := false
			for _, call := range everyCall {
				found = found || form.MatchString(call[1]) && call[0] == strings.ToUpper(method)
			}
			if !found && method != "parameters" {
				t.Errorf("no test calls %s %s", strings.ToUpper(method), path)
			}
		}
	}
}
