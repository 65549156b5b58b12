package jira

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"headway/sandbox/history"
	"headway/sandbox/jira/jql"
)

// searchBody is the body of search/jql, or the query string in its place.
type searchBody struct {
	JQL        string   `json:"jql"`
	Token      string   `json:"nextPageToken"`
	MaxResults *int     `json:"maxResults"`
	Fields     []string `json:"fields"`
	Expand     string   `json:"expand"`
	ByKeys     bool     `json:"fieldsByKeys"`
	Properties []string `json:"properties"`
	Reconcile  []int64  `json:"reconcileIssues"`
}

type searchAnswer struct {
	Issues []wireIssue           `json:"issues"`
	IsLast *bool                 `json:"isLast,omitempty"`
	Token  string                `json:"nextPageToken,omitempty"`
	Names  map[string]string     `json:"names,omitempty"`
	Schema map[string]wireSchema `json:"schema,omitempty"`
}

const unbounded = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."

func postSearch(c *call) (any, error) {
	var body searchBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	return c.search(body)
}

func getSearch(c *call) (any, error) {
	q := c.r.URL.Query()
	body := searchBody{JQL: q.Get("jql"), Token: q.Get("nextPageToken"), Expand: q.Get("expand")}
	for _, f := range q["fields"] {
		body.Fields = append(body.Fields, strings.Split(f, ",")...)
	}
	if q.Has("maxResults") {
		n, err := strconv.Atoi(q.Get("maxResults"))
		if err != nil {
			return nil, badRequest("maxResults has to be a number.")
		}
		body.MaxResults = &n
	}
	return c.search(body)
}

func (c *call) search(body searchBody) (any, error) {
	if len(body.Properties) > 5 || len(body.Reconcile) > 50 {
		return nil, badRequest("At most 5 properties and 50 reconcileIssues may be given.")
	}
	found, err := c.find(body.JQL)
	if err != nil {
		return nil, err
	}
	key := hash([]any{body.JQL, body.Fields, body.Expand})
	from, err := c.position(body.Token, key)
	if err != nil {
		return nil, err
	}
	fields := chosen(body.Fields)
	from = min(from, len(found))
	to := min(from+c.s.pageSize(body, fields), len(found))
	answer := c.render(found[from:to], fields, body.Expand)
	if to < len(found) || c.s.faults.on("loop_token") {
		answer.Token = c.next(key, to)
		if c.s.faults.take("repeat_token") != nil && body.Token != "" {
			answer.Token = body.Token
		}
	}
	if c.s.faults.take("no_islast") == nil {
		answer.IsLast = new((answer.Token == "") != (c.s.faults.take("wrong_islast") != nil))
	}
	return answer, nil
}

// pageSize shrinks what was asked for with the number of fields, as Jira does
// by rules it does not tell.
func (s *Server) pageSize(body searchBody, fields []field) int {
	size, most := 50, 5000
	if body.MaxResults != nil {
		size = max(*body.MaxResults, 1)
	}
	switch {
	case body.Expand != "" || slices.Contains(body.Fields, "*all"):
		most = 100
	case len(fields) > 10:
		most = 250
	case len(fields) > 1:
		most = 1000
	}
	if f := s.faults.take("shrink"); f != nil {
		most = max(f.Size, 1)
	}
	return min(size, most)
}

func (c *call) render(list []*history.State, fields []field, expand string) searchAnswer {
	answer := searchAnswer{Issues: make([]wireIssue, 0, len(list))}
	r := newRenderer(c)
	for _, st := range list {
		w := r.issue(st, fields)
		if strings.Contains(expand, "changelog") {
			w.Changelog = c.recent(st)
		}
		answer.Issues = append(answer.Issues, w)
	}
	for _, f := range fields {
		if strings.Contains(expand, "names") {
			answer.Names = put(answer.Names, f.id, c.s.name(f.name))
		}
		if strings.Contains(expand, "schema") {
			answer.Schema = put(answer.Schema, f.id, f.schema)
		}
	}
	return answer
}

func put[V any](m map[string]V, key string, value V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[key] = value
	return m
}

// find runs a query over what the token's account may see. With the fault
// "stale" the index lags behind.
func (c *call) find(query string) ([]*history.State, error) {
	parsed, err := jql.Parse(query)
	if err != nil {
		return nil, badRequest(err.Error())
	}
	if parsed.Where == nil {
		return nil, badRequest(unbounded)
	}
	if f := c.s.faults.take("stale"); f != nil {
		c.snapshot = c.s.view.At(c.now.Add(-time.Duration(f.Seconds) * time.Second))
	}
	if c.anonymous {
		return nil, nil
	}
	match, err := c.compile(parsed.Where)
	if err != nil {
		return nil, err
	}
	var found []*history.State
	for _, st := range c.issues().Issues {
		if c.visible(st) && match(st) {
			found = append(found, st)
		}
	}
	return found, c.sort(found, parsed.OrderBy)
}

func approximateCount(c *call) (any, error) {
	var body struct {
		JQL string `json:"jql"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	found, err := c.find(body.JQL)
	return map[string]int{"count": len(found)}, err
}

// most issues per issue/bulkfetch.
const maxBulkIssues = 100

func bulkIssues(c *call) (any, error) {
	var body struct {
		Issues     []string `json:"issueIdsOrKeys"`
		Fields     []string `json:"fields"`
		Expand     []string `json:"expand"`
		ByKeys     bool     `json:"fieldsByKeys"`
		Properties []string `json:"properties"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if n := len(body.Issues); n == 0 || n > maxBulkIssues {
		return nil, fail(http.StatusBadRequest, "Between 1 and 100 issues have to be given.")
	}
	fields := body.Fields
	if len(fields) == 0 {
		fields = []string{"*navigable"}
	}
	var list []*history.State
	errors := []map[string]string{}
	for _, id := range body.Issues {
		if st := c.issue(id); st != nil {
			list = append(list, st)
			continue
		}
		errors = append(errors, map[string]string{"id": id, "errorMessage": "Issue does not exist or you do not have permission to see it."})
	}
	found := c.render(list, chosen(fields), strings.Join(body.Expand, ","))
	return map[string]any{"issues": found.Issues, "issueErrors": errors}, nil
}
