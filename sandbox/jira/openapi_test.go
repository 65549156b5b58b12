package jira_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// contract validates answers against Atlassian's own description, patched
// where real answers are known to differ.
type contract struct {
	t      *testing.T
	router routers.Router
}

func readContract(t *testing.T) *contract {
	t.Helper()
	openapi3.DefineStringFormatValidator("date-time", openapi3.NewRegexpFormatValidator(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$`))
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromFile(subsetFile(t))
	if err != nil {
		t.Fatal(err)
	}
	patch(doc)
	doc.Servers = nil
	if err := doc.Validate(loader.Context); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &contract{t, router}
}

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

// patch brings the description in line with real answers.
func patch(doc *openapi3.T) {
	schemas := doc.Components.Schemas
	nullable := func(schema, property string) { schemas[schema].Value.Properties[property].Value.Nullable = true }
	nullable("SearchAndReconcileResults", "nextPageToken")
	nullable("BulkChangelogResponseBean", "nextPageToken")
	for _, p := range []string{"from", "fromString", "to", "toString"} {
		nullable("ChangeDetails", p)
	}
	created := schemas["Changelog"].Value.Properties["created"]
	created.Value = &openapi3.Schema{OneOf: openapi3.SchemaRefs{
		openapi3.NewSchemaRef("", openapi3.NewDateTimeSchema()), openapi3.NewSchemaRef("", openapi3.NewInt64Schema())}}
	fields := schemas["IssueBean"].Value.Properties["fields"].Value
	fields.AdditionalProperties = openapi3.AdditionalProperties{Schema: openapi3.NewSchemaRef("", &openapi3.Schema{Nullable: true})}
	config := doc.Paths.Value("/rest/agile/1.0/board/{boardId}/configuration").Get.Responses.Status(200).Value.Content.Get("application/json")
	location := config.Schema.Value.Properties["location"].Value
	for _, p := range []string{"key", "id", "self", "name"} {
		location.Properties[p] = openapi3.NewSchemaRef("", openapi3.NewStringSchema())
	}
	describeAgile(doc)
}

// describeAgile gives the five undescribed answers a strict form.
func describeAgile(doc *openapi3.T) {
	str, num, flag := openapi3.NewStringSchema(), openapi3.NewInt64Schema(), openapi3.NewBoolSchema()
	sprint := closed(map[string]*openapi3.Schema{"id": num, "self": str, "state": openapi3.NewStringSchema().WithEnum("future", "active", "closed"), "name": str,
		"startDate": openapi3.NewDateTimeSchema(), "endDate": openapi3.NewDateTimeSchema(), "completeDate": openapi3.NewDateTimeSchema(),
		"createdDate": openapi3.NewDateTimeSchema(), "originBoardId": num, "goal": str}, "id", "self", "state", "name", "originBoardId")
	epic := closed(map[string]*openapi3.Schema{"id": num, "key": str, "self": str, "name": str, "summary": str, "done": flag,
		"color": closed(map[string]*openapi3.Schema{"key": str}, "key")}, "id", "key", "name", "done")
	version := closed(map[string]*openapi3.Schema{"id": num, "self": str, "projectId": num, "name": str, "description": str,
		"archived": flag, "released": flag, "releaseDate": openapi3.NewDateTimeSchema()}, "id", "name", "archived", "released")
	issue := closed(map[string]*openapi3.Schema{"id": str, "key": str, "self": str, "expand": str,
		"fields": openapi3.NewObjectSchema().WithAnyAdditionalProperties()}, "id", "key", "self", "fields")
	list := func(of *openapi3.Schema) *openapi3.Schema {
		return closed(map[string]*openapi3.Schema{"maxResults": num, "startAt": num, "isLast": flag, "total": num,
			"values": openapi3.NewArraySchema().WithItems(of)}, "maxResults", "startAt", "isLast", "values")
	}
	for path, schema := range map[string]*openapi3.Schema{
		"/rest/agile/1.0/board/{boardId}/sprint": list(sprint), "/rest/agile/1.0/board/{boardId}/epic": list(epic),
		"/rest/agile/1.0/board/{boardId}/version": list(version), "/rest/agile/1.0/sprint/{sprintId}": sprint,
		"/rest/agile/1.0/sprint/{sprintId}/issue": closed(map[string]*openapi3.Schema{"expand": str, "startAt": num, "maxResults": num,
			"total": num, "issues": openapi3.NewArraySchema().WithItems(issue)}, "startAt", "maxResults", "total", "issues"),
	} {
		doc.Paths.Value(path).Get.Responses.Status(200).Value.Content = openapi3.NewContentWithJSONSchema(schema)
	}
}

func closed(properties map[string]*openapi3.Schema, required ...string) *openapi3.Schema {
	return openapi3.NewObjectSchema().WithProperties(properties).WithoutAdditionalProperties().WithRequired(required)
}

// check validates the request and its answer, which has to be a 200.
func (c *contract) check(s *site, method, path, body string) {
	c.t.Helper()
	resp, text := s.do(method, path, body)
	if resp.StatusCode != http.StatusOK {
		c.t.Errorf("%s %s: %s %s", method, path, resp.Status, text)
		return
	}
	req, err := http.NewRequest(method, path, bytes.NewReader([]byte(body)))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	route, params, err := c.router.FindRoute(req)
	if err != nil {
		c.t.Errorf("%s %s is not in the description: %v", method, path, err)
		return
	}
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
		c.t.Errorf("%s %s: request: %v", method, path, err)
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: resp.StatusCode, Header: resp.Header}
	out.SetBodyBytes(text)
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		c.t.Errorf("%s %s: answer: %.600v", method, path, err)
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
	c, s := readContract(t), start(t)
	if err := s.server.Fault("admin", nil); err != nil {
		t.Fatal(err)
	}
	for _, call := range everyCall {
		c.check(s, call[0], call[1], call[2])
	}
	for _, fault := range []string{"localised", "team_managed", "hidden_emails"} {
		if err := s.server.Fault(fault, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, call := range everyCall {
		c.check(s, call[0], call[1], call[2])
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
