// Package contract checks calls and answers against Atlassian's own description
// of Jira Cloud, patched where real answers are known to differ. It is for
// tests: the description lies beside a checkout, not in it.
package contract

import (
	"context"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// Contract is the description, ready to check by. It is safe for concurrent
// use.
type Contract struct{ router routers.Router }

// Load reads the description from a file.
func Load(path string) (*Contract, error) {
	openapi3.DefineStringFormatValidator("date-time", openapi3.NewRegexpFormatValidator(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$`))
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromFile(path)
	if err != nil {
		return nil, err
	}
	patch(doc)
	doc.Servers = nil // any host
	if err := doc.Validate(loader.Context); err != nil {
		return nil, err
	}
	router, err := gorillamux.NewRouter(doc)
	return &Contract{router}, err
}

// Request checks a call. Its body can be read afterwards.
func (c *Contract) Request(r *http.Request) error {
	in, err := c.input(r)
	if err != nil || in == nil {
		return err
	}
	err = openapi3filter.ValidateRequest(context.Background(), in)
	r.Body = in.Request.Body // validation read it and put a copy back
	return err
}

// Answer checks what a call was answered; its request is checked by Request.
func (c *Contract) Answer(r *http.Request, status int, header http.Header, body []byte) error {
	in, err := c.input(r)
	if err != nil || in == nil {
		return err
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: status, Header: header}
	return openapi3filter.ValidateResponse(context.Background(), out.SetBodyBytes(body))
}

// input finds the path of a call behind the gateway's prefix; nil for the
// tenant's public information, which is no part of the API.
func (c *Contract) input(r *http.Request) (*openapi3filter.RequestValidationInput, error) {
	plain := r.Clone(r.Context())
	if rest, ok := strings.CutPrefix(plain.URL.Path, "/ex/jira/"); ok {
		_, path, _ := strings.Cut(rest, "/")
		plain.URL.Path = "/" + path
	}
	if plain.URL.Path == "/_edge/tenant_info" {
		return nil, nil
	}
	route, params, err := c.router.FindRoute(plain)
	if err != nil {
		return nil, err
	}
	return &openapi3filter.RequestValidationInput{Request: plain, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}, nil
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
