package jira

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/metrics"
)

var (
	created = time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)
	fields  = Fields{Sprint: Field{ID: "customfield_10020"}, Flagged: Field{ID: "customfield_10021"}, EpicLink: Field{ID: "customfield_10014"}}
	query   = Query{ProjectID: 10001, Fields: fields, Points: "customfield_10016"}
)

// wire is an issue as search/jql gives it; extra is added to its fields.
func wire(id int, extra string) string {
	return fmt.Sprintf(`{"id":"%d","key":"PAY-%d","self":"https://x","fields":{"issuetype":{"id":"10001","name":"故事","hierarchyLevel":0,"subtask":false},`+
		`"status":{"id":"3","name":"进行中","statusCategory":{"key":"indeterminate"}},"created":"2026-05-04T10:00:00.000+0200","updated":"2026-05-06T10:00:00.000+0000",`+
		`"resolution":null,"priority":{"id":"3"},"fixVersions":[{"id":"7"}],"versions":null,"duedate":"2026-06-01"%s}}`, id, id, extra)
}

// moved is one history of bulkfetch: hours after creation, status ids.
func moved(hours int, from, to, author string) string {
	at := created.Add(time.Duration(hours) * time.Hour).UnixMilli()
	return fmt.Sprintf(`{"id":"1","created":%d,"author":%s,"items":[{"field":"status","fieldId":"status","from":"%s","to":"%s","fromString":"x","toString":"y"}]}`, at, author, from, to)
}

const (
	person     = `{"accountId":"sbx:1","accountType":"atlassian"}`
	automation = `{"accountId":"557058:f58","accountType":"app"}`
)

// projectOf serves pages of search/jql and of the changelog in turn, linked by
// tokens t1, t2, … which each request must hand back.
func projectOf(t *testing.T, search, changes []string) *fakeJira {
	t.Helper()
	jira := newFake(t, nil)
	jira.HandleFunc("POST /rest/api/3/search/jql", inTurn(t, "issues", search))
	jira.HandleFunc("POST /rest/api/3/changelog/bulkfetch", inTurn(t, "issueChangeLogs", changes))
	return jira
}

func inTurn(t *testing.T, list string, pages []string) http.HandlerFunc {
	turn := 0
	return func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Token string `json:"nextPageToken"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		if want := fmt.Sprintf("t%d", turn); turn > 0 && body.Token != want {
			t.Errorf("page %d of %s asked with token %q", turn, list, body.Token)
		}
		token := ""
		if turn+1 < len(pages) {
			token = fmt.Sprintf(`,"nextPageToken":"t%d"`, turn+1)
		}
		if turn < len(pages) {
			_, _ = fmt.Fprintf(w, `{"%s":[%s],"isLast":true%s}`, list, pages[turn], token) // isLast lies
		} else {
			_, _ = fmt.Fprintf(w, `{"%s":[]}`, list)
		}
		turn++
	}
}

func collect(t *testing.T, c *Client, q Query) (issues []metrics.Issue, err error) {
	t.Helper()
	for issue, e := range c.Issues(t.Context(), q) {
		if err != nil {
			t.Error("something was yielded after the error")
		}
		if err = e; e == nil {
			issues = append(issues, issue)
		}
	}
	return issues, err
}

func TestIssuesMergePagesAndChanges(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("POST /rest/api/3/search/jql", inTurn(t, "issues", []string{wire(1, "") + "," + wire(2, ""), wire(2, "") + "," + wire(3, "")}))
	bulk := 0
	jira.HandleFunc("POST /rest/api/3/changelog/bulkfetch", func(w http.ResponseWriter, _ *http.Request) {
		bulk++
		switch bulk {
		case 1: // one issue is split over two pages
			_, _ = fmt.Fprintf(w, `{"issueChangeLogs":[{"issueId":"1","changeHistories":[%s]}],"nextPageToken":"more"}`, moved(5, "2", "3", automation))
		case 2:
			_, _ = fmt.Fprintf(w, `{"issueChangeLogs":[{"issueId":"1","changeHistories":[%s]},{"issueId":"99","changeHistories":[]}]}`, moved(1, "1", "2", person))
		default:
			_, _ = fmt.Fprint(w, `{"issueChangeLogs":[]}`)
		}
	})
	issues, err := collect(t, jira.client(t), query)
	if err != nil || len(issues) != 3 {
		t.Fatalf("%d issues, %v", len(issues), err)
	}
	first := issues[0]
	want := []metrics.Move{{At: created.Add(time.Hour), To: "2"}, {At: created.Add(5 * time.Hour), To: "3", ByApp: true}}
	if !slices.Equal(first.Moves, want) || first.First != "1" || first.Status != "3" {
		t.Errorf("%+v", first)
	}
	if first.ID != 1 || first.Key != "PAY-1" || first.Type != "10001" || !first.Created.Equal(created) || first.Fix[0] != "7" || first.Affects != nil || first.Due.Day != 1 || first.Priority != "3" {
		t.Errorf("%+v", first)
	}
	if third := issues[2]; third.ID != 3 || third.First != "3" || third.Moves != nil {
		t.Errorf("an issue that never moved: %+v", third)
	}
}

func TestIssuesAskForNoTextAndNoPerson(t *testing.T) {
	q := query
	q.Agents = []string{"sbx:201"}
	jira := newFake(t, nil)
	var bodies []map[string]any
	record := func(list string, more string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			var body map[string]any
			_ = json.NewDecoder(r.Body).Decode(&body)
			bodies = append(bodies, body)
			_, _ = fmt.Fprintf(w, `{"%s":[%s]}`, list, more)
		}
	}
	jira.HandleFunc("POST /rest/api/3/search/jql", record("issues", wire(1, "")))
	jira.HandleFunc("POST /rest/api/3/changelog/bulkfetch", record("issueChangeLogs", ""))
	if _, err := collect(t, jira.client(t), q); err != nil {
		t.Fatal(err)
	}
	search, changes := bodies[0], bodies[1]
	asked := fmt.Sprint(search["fields"])
	for _, never := range []string{"summary", "description", "comment", "assignee", "reporter", "attachment", "labels", "*all"} {
		if strings.Contains(asked, never) {
			t.Errorf("%s is asked for", never)
		}
	}
	if search["jql"] != "project = 10001 ORDER BY created ASC, key ASC" || search["expand"] != nil {
		t.Errorf("search %v", search)
	}
	if n := len(changes["fieldIds"].([]any)); n != 10 || changes["maxResults"].(float64) > 10000 {
		t.Errorf("changelog %v", changes)
	}
}

func TestAQueryBecomesBoundedJQL(t *testing.T) {
	since := time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)
	for want, q := range map[string]Query{
		"project = 5": {ProjectID: 5, OrInProgress: true},
		"project = 5 AND updated >= 1767323045006":                                                  {ProjectID: 5, UpdatedSince: since},
		"project = 5 AND (updated >= 1767323045006 OR " + "statusCategory = 4)":                     {ProjectID: 5, UpdatedSince: since, OrInProgress: true},
		"project = 5 AND (updated >= 1767323045006 OR status in (3, 10000))":                        {ProjectID: 5, UpdatedSince: since, Statuses: []string{"3", "10000"}},
		"project = 5 AND (updated >= 1767323045006 OR fixVersion in (7) OR affectedVersion in (7))": {ProjectID: 5, UpdatedSince: since, Versions: []string{"7"}},
	} {
		if got := q.jql(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	c := newFake(t, nil).client(t)
	for name, q := range map[string]Query{
		"no project":            {},
		"a status of text":      {ProjectID: 5, UpdatedSince: since, Statuses: []string{"3) OR (project = 6"}},
		"a version without id":  {ProjectID: 5, UpdatedSince: since, Versions: []string{""}},
		"a version with a name": {ProjectID: 5, UpdatedSince: since, Versions: []string{"7", "v1.2"}},
	} {
		if _, err := collect(t, c, q); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsMissingOrOddEndsTheRunAsIncomplete(t *testing.T) {
	status := `"status":{"id":"3","name":"进行中","statusCategory":{"key":"indeterminate"}}`
	for name, bad := range map[string]string{
		"no fields":        `{"id":"2","key":"PAY-2"}`,
		"null fields":      `{"id":"2","key":"PAY-2","fields":null}`,
		"no id":            strings.Replace(wire(2, ""), `"id":"2",`, "", 1),
		"no status":        strings.Replace(wire(2, ""), status, `"status":null`, 1),
		"a status of text": strings.Replace(wire(2, ""), status, `"status":"Open"`, 1),
		"no creation":      strings.Replace(wire(2, ""), `"created":"2026-05-04T10:00:00.000+0200"`, `"created":null`, 1),
		"an odd date":      strings.Replace(wire(2, ""), `"duedate":"2026-06-01"`, `"duedate":"June"`, 1),
		"points of text":   wire(2, `,"customfield_10016":"many"`),
		"odd sprints":      wire(2, `,"customfield_10020":["com.atlassian.greenhopper.service.sprint.Sprint@1[id=3]"]`),
		"an odd flag":      wire(2, `,"customfield_10021":true`),
		"not an object":    `7`,
	} {
		t.Run(name, func(t *testing.T) {
			jira := projectOf(t, []string{bad}, nil)
			if issues, err := collect(t, jira.client(t), query); !errors.Is(err, ErrIncomplete) || len(issues) != 0 {
				t.Errorf("%d issues, %v", len(issues), err)
			}
		})
	}
}

func TestFieldsThatNobodyAskedForDoNotMatter(t *testing.T) {
	odd := `,"description":{"type":"doc","version":1,"content":[]},"environment":null,"progress":1.5,"parent":{"id":"44","key":"PAY-44","fields":{"summary":"x"}},` +
		`"customfield_10016":null,"customfield_10020":null,"customfield_10021":null`
	jira := projectOf(t, []string{wire(1, odd)}, nil)
	issues, err := collect(t, jira.client(t), query)
	if err != nil || len(issues) != 1 || issues[0].Parent != 44 || issues[0].Points != nil || issues[0].Sprints != nil || issues[0].Flags != nil {
		t.Errorf("%+v, %v", issues, err)
	}
}

func TestAChangeWithoutTimeIsIncomplete(t *testing.T) {
	for _, bad := range []string{`{"created":null,"items":[]}`, `{"created":"long ago","items":[]}`, `{"created":true}`} {
		jira := projectOf(t, []string{wire(1, "")}, []string{`{"issueId":"1","changeHistories":[` + bad + `]}`})
		if _, err := collect(t, jira.client(t), query); !errors.Is(err, ErrIncomplete) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestATokenThatComesTwiceEndsTheRun(t *testing.T) {
	jira := newFake(t, map[string]string{
		"POST /rest/api/3/search/jql":          `{"issues":[` + wire(1, "") + `],"nextPageToken":"again"}`,
		"POST /rest/api/3/changelog/bulkfetch": `{"issueChangeLogs":[]}`,
	})
	if _, err := collect(t, jira.client(t), query); !errors.Is(err, ErrIncomplete) {
		t.Errorf("err = %v", err)
	}
	if n := len(jira.requests("/rest/api/3/search/jql")); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

func TestACutPageEndsTheRun(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("POST /rest/api/3/search/jql", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100000")
		_, _ = io.WriteString(w, `{"issues":[`+wire(1, ""))
	})
	issues, err := collect(t, jira.client(t), query)
	if !errors.Is(err, ErrUnavailable) || len(issues) != 0 {
		t.Errorf("%d issues, %v", len(issues), err)
	}
}

func TestASilentlyDeniedLoginYieldsNoEmptyRun(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("POST /rest/api/3/search/jql", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
		_, _ = io.WriteString(w, `{"issues":[],"isLast":true}`)
	})
	if _, err := collect(t, jira.client(t), query); !errors.Is(err, ErrUnauthorized) {
		t.Errorf("err = %v", err)
	}
}

func TestTheConsumerMayStop(t *testing.T) {
	jira := projectOf(t, []string{wire(1, "") + "," + wire(2, ""), wire(3, "")}, nil)
	for range jira.client(t).Issues(t.Context(), query) {
		break
	}
	if n := len(jira.requests("/rest/api/3/search/jql")); n != 1 {
		t.Errorf("asked for %d pages", n)
	}
}

func TestAuthorsWithoutATypeAreAskedForOnce(t *testing.T) {
	history := moved(1, "1", "2", `{"accountId":"robot"}`) + "," + moved(2, "2", "3", `{"accountId":"robot"}`) + "," + moved(3, "3", "3", `{"accountId":"gone"}`) + "," + moved(4, "3", "3", `null`)
	jira := projectOf(t, []string{wire(1, "")}, []string{`{"issueId":"1","changeHistories":[` + history + `]}`})
	jira.HandleFunc("GET /rest/api/3/user", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("accountId") == "robot" {
			_, _ = io.WriteString(w, `{"accountId":"robot","accountType":"app"}`)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	})
	issues, err := collect(t, jira.client(t), query)
	if err != nil || len(issues) != 1 {
		t.Fatal(issues, err)
	}
	var byApp []bool
	for _, m := range issues[0].Moves {
		byApp = append(byApp, m.ByApp)
	}
	if !slices.Equal(byApp, []bool{true, true, false, false}) {
		t.Errorf("by app: %v", byApp)
	}
	if n := len(jira.requests("/rest/api/3/user")); n != 2 {
		t.Errorf("asked for accounts %d times", n)
	}
}

func TestChangedAsksForIdsOnly(t *testing.T) {
	for body, want := range map[string]bool{`{"issues":[{"id":"1","key":"PAY-1"}]}`: true, `{"issues":[]}`: false} {
		jira := newFake(t, map[string]string{"POST /rest/api/3/search/jql": body})
		if got, err := jira.client(t).Changed(t.Context(), 10001, created); got != want || err != nil {
			t.Errorf("%s: %v, %v", body, got, err)
		}
	}
}

func TestInProgressOfTakesNoForeignText(t *testing.T) {
	jira := newFake(t, map[string]string{"POST /rest/api/3/search/jql": `{"issues":[{"id":"1","key":"PAY-1"},{"id":"2","key":"PAY-2"}]}`})
	c := jira.client(t)
	keys, err := c.InProgressOf(t.Context(), "sbx:1", 10001)
	if err != nil || !slices.Equal(keys, []string{"PAY-1", "PAY-2"}) {
		t.Errorf("%v, %v", keys, err)
	}
	if _, err := c.InProgressOf(t.Context(), `x" OR project = "HR`, 10001); !errors.Is(err, ErrNotFound) {
		t.Errorf("err = %v", err)
	}
}

func TestInProgressIssuesAskForNoPersonAndTakeNoForeignText(t *testing.T) {
	jira := newFake(t, nil)
	asked := ""
	jira.HandleFunc("POST /rest/api/3/search/jql", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked += string(body)
		fmt.Fprint(w, `{"issues":[]}`)
	})
	c := jira.client(t)
	if mine, err := c.InProgressIssues(t.Context(), "sbx:1", Query{ProjectID: 10001, Fields: Fields{Flagged: Field{ID: "customfield_10021"}}}); len(mine) != 0 || err != nil {
		t.Errorf("%v, %v", mine, err)
	}
	if !strings.Contains(asked, `assignee = \"sbx:1\"`) || !strings.Contains(asked, `"customfield_10021"`) || strings.Contains(asked, `"assignee"`) || strings.Contains(asked, `"summary"`) {
		t.Error(asked)
	}
	if _, err := c.InProgressIssues(t.Context(), `x" OR project = "HR`, Query{ProjectID: 10001}); !errors.Is(err, ErrNotFound) {
		t.Errorf("err = %v", err)
	}
}
