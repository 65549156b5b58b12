package jira

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
)

func TestProjectsAreSearched(t *testing.T) {
	jira := newFake(t, map[string]string{
		"GET /rest/api/3/project/search": `{"values":[{"id":"10001","key":"PAY","name":"Payments","style":"classic"}],"isLast":true}`,
	})
	list, err := jira.client(t).Projects(t.Context(), "pay & more")
	if err != nil || len(list) != 1 || list[0].ID != 10001 || list[0].Key != "PAY" || list[0].Style != "classic" {
		t.Errorf("%+v, %v", list, err)
	}
	if got := jira.requests("/rest/api/3/project/search")[0].URL.Query().Get("query"); got != "pay & more" {
		t.Errorf("query %q", got)
	}
}

func TestAProjectBringsItsIssueTypes(t *testing.T) {
	jira := newFake(t, map[string]string{
		"GET /rest/api/3/project/PAY": `{"id":"10001","key":"PAY","name":"Payments","style":"next-gen","issueTypes":[{"id":"1","name":"故事","hierarchyLevel":0,"subtask":false},{"id":"2","name":"Sub","subtask":true},{"id":"3","name":"长篇","hierarchyLevel":1}]}`,
	})
	p, err := jira.client(t).Project(t.Context(), "PAY")
	want := []IssueType{{ID: "1", Name: "故事"}, {ID: "2", Name: "Sub", Level: -1, Subtask: true}, {ID: "3", Name: "长篇", Level: 1}}
	if err != nil || !slices.Equal(p.Types, want) || p.Style != "next-gen" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestAnOddProjectKeyIsNotSent(t *testing.T) {
	jira := newFake(t, nil)
	for _, key := range []string{"", "pay", "P", "PAY/../../x", "PAY?x", "PAY 1", "-1", "P4Y-1"} {
		if _, err := jira.client(t).Project(t.Context(), key); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", key, err)
		}
	}
	if len(jira.asked) != 0 {
		t.Errorf("%d requests", len(jira.asked))
	}
}

func TestStatusesAreTheUnionInOrderOfFlow(t *testing.T) {
	jira := newFake(t, map[string]string{"GET /rest/api/3/project/10001/statuses": `[
		{"id":"1","statuses":[{"id":"6","name":"Closed","statusCategory":{"key":"done"}},{"id":"3","name":"In Progress","statusCategory":{"key":"indeterminate"}},{"id":"1","name":"Open","statusCategory":{"key":"new"}}]},
		{"id":"2","statuses":[{"id":"1","name":"Open","statusCategory":{"key":"new"}},{"id":"9","name":"Review","statusCategory":{"key":"indeterminate"}}]}]`})
	list, err := jira.client(t).Statuses(t.Context(), 10001)
	var ids []string
	for _, s := range list {
		ids = append(ids, s.ID+" "+s.Category)
	}
	if want := []string{"1 new", "3 indeterminate", "9 indeterminate", "6 done"}; err != nil || !slices.Equal(ids, want) {
		t.Errorf("%v, %v", ids, err)
	}
}

func TestStatusesOfTheSiteAreThoseNoProjectUsesToo(t *testing.T) {
	jira := newFake(t, map[string]string{"GET /rest/api/3/status": `[{"id":"5","name":"解決","statusCategory":{"id":3,"key":"done","name":"完了"}},{"id":"77","name":"Odd","statusCategory":{"key":"undefined"}}]`})
	list, err := jira.client(t).SiteStatuses(t.Context())
	if want := []Status{{ID: "5", Name: "解決", Category: "done"}, {ID: "77", Name: "Odd", Category: "undefined"}}; err != nil || !slices.Equal(list, want) {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestFieldsAreFoundInAnyLanguage(t *testing.T) {
	for name, body := range map[string]string{
		"english": `[
			{"id":"customfield_10016","name":"Story point estimate","schema":{"custom":"com.pyxis.greenhopper.jira:jsw-story-points"}},
			{"id":"customfield_10026","name":"Story Points","schema":{"custom":"com.atlassian.jira.plugin.system.customfieldtypes:float"}},
			{"id":"customfield_10030","name":"Story Points budget","schema":{"custom":"com.atlassian.jira.plugin.system.customfieldtypes:float"}},
			{"id":"customfield_10020","name":"Sprint","schema":{"custom":"com.pyxis.greenhopper.jira:gh-sprint"}},
			{"id":"customfield_10021","name":"Flagged","schema":{"custom":"com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"}},
			{"id":"customfield_10014","name":"Epic Link","schema":{"custom":"com.pyxis.greenhopper.jira:gh-epic-link"}},
			{"id":"customfield_10040","name":"Platforms","schema":{"custom":"com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"}},
			{"id":"summary","name":"Summary"}]`,
		"chinese": `[
			{"id":"customfield_10016","name":"故事点预估","schema":{"custom":"com.pyxis.greenhopper.jira:jsw-story-points"}},
			{"id":"customfield_10026","name":"故事点","untranslatedName":"Story Points","schema":{"custom":"com.atlassian.jira.plugin.system.customfieldtypes:float"}},
			{"id":"customfield_10020","name":"冲刺","schema":{"custom":"com.pyxis.greenhopper.jira:gh-sprint"}},
			{"id":"customfield_10021","name":"已标记","clauseNames":["cf[10021]","Flagged"],"schema":{"custom":"com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"}},
			{"id":"customfield_10014","name":"长篇故事链接","schema":{"custom":"com.pyxis.greenhopper.jira:gh-epic-link"}}]`,
	} {
		jira := newFake(t, map[string]string{"GET /rest/api/3/field": body})
		f, err := jira.client(t).Fields(t.Context())
		if err != nil || len(f.Points) != 2 || f.Points[0].ID != "customfield_10016" || f.Points[1].ID != "customfield_10026" ||
			f.Sprint.ID != "customfield_10020" || f.Flagged.ID != "customfield_10021" || f.EpicLink.ID != "customfield_10014" {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func TestBoardsArePagedByWhatCame(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("GET /rest/agile/1.0/board", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("startAt") == "1" {
			_, _ = io.WriteString(w, `{"isLast":true,"values":[{"id":2,"name":"Platform","type":"kanban"}]}`)
			return
		}
		_, _ = io.WriteString(w, `{"isLast":false,"values":[{"id":1,"name":"Payments","type":"scrum"}]}`)
	})
	list, err := jira.client(t).Boards(t.Context(), 10001)
	if want := []Board{{1, "Payments", "scrum"}, {2, "Platform", "kanban"}}; err != nil || !slices.Equal(list, want) {
		t.Errorf("%v, %v", list, err)
	}
	if got := jira.requests("/rest/agile/1.0/board")[0].URL.Query().Get("projectKeyOrId"); got != "10001" {
		t.Errorf("project %q", got)
	}
}

func TestABoardSaysItselfWhetherItHasSprints(t *testing.T) {
	jira := newFake(t, map[string]string{"GET /rest/agile/1.0/board/1/sprint": `{"isLast":true,"values":[]}`})
	jira.HandleFunc("GET /rest/agile/1.0/board/2/sprint", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"errorMessages":["The board does not support sprints"]}`)
	})
	jira.status("GET /rest/agile/1.0/board/3/sprint", http.StatusNotFound)
	c := jira.client(t)
	if has, err := c.HasSprints(t.Context(), 1); !has || err != nil {
		t.Error(has, err)
	}
	if has, err := c.HasSprints(t.Context(), 2); has || err != nil {
		t.Error(has, err)
	}
	if has, err := c.HasSprints(t.Context(), 3); has || !errors.Is(err, ErrNotFound) {
		t.Error(has, err)
	}
}

func TestSprintsOfOtherBoardsAreLeftOut(t *testing.T) {
	jira := newFake(t, map[string]string{"GET /rest/agile/1.0/board/1/sprint": `{"isLast":true,"values":[
		{"id":3,"name":"Sprint 3","state":"closed","originBoardId":1,"startDate":"2021-05-05T17:55:31.879Z","endDate":"2021-05-19T19:55:31.879+02:00","completeDate":"2021-05-20T08:00:00.000Z"},
		{"id":4,"name":"Foreign","state":"active","originBoardId":9},
		{"id":5,"name":"Sprint 5","state":"future","originBoardId":1}]}`})
	list, err := jira.client(t).Sprints(t.Context(), 1)
	want := []metrics.Sprint{
		{ID: 3, Name: "Sprint 3", State: "closed", Start: at("2021-05-05T17:55:31.879Z"), End: at("2021-05-19T17:55:31.879Z"), Done: at("2021-05-20T08:00:00Z")},
		{ID: 5, Name: "Sprint 5", State: "future"},
	}
	if err != nil || !slices.Equal(list, want) {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := jira.client(t).Sprints(t.Context(), 1, "active", "future"); err != nil {
		t.Error(err)
	}
	var states []string
	for _, r := range jira.requests("/rest/agile/1.0/board/1/sprint") {
		states = append(states, r.URL.Query().Get("state"))
	}
	if !slices.Equal(states, []string{"", "active,future"}) {
		t.Errorf("asked for %q", states)
	}
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestEstimationIsOptional(t *testing.T) {
	jira := newFake(t, map[string]string{
		"GET /rest/agile/1.0/board/1/configuration": `{"estimation":{"type":"field","field":{"fieldId":"customfield_10016","displayName":"Story Points"}}}`,
		"GET /rest/agile/1.0/board/2/configuration": `{"estimation":{"type":"issueCount"}}`,
		"GET /rest/agile/1.0/board/3/configuration": `{}`,
	})
	jira.status("GET /rest/agile/1.0/board/4/configuration", http.StatusUnauthorized)
	jira.status("GET /rest/agile/1.0/board/5/configuration", http.StatusForbidden)
	c := jira.client(t)
	if f, ok, err := c.Estimation(t.Context(), 1); !ok || err != nil || f != (Field{"customfield_10016", "Story Points"}) {
		t.Error(f, ok, err)
	}
	for board := int64(2); board <= 5; board++ {
		if f, ok, err := c.Estimation(t.Context(), board); ok || err != nil {
			t.Error(board, f, ok, err)
		}
	}
}

func TestReleasesMayLackADate(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("GET /rest/api/3/project/10001/version", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("startAt") == "2" {
			_, _ = io.WriteString(w, `{"isLast":true,"values":[{"id":"9","released":false,"archived":true}]}`)
			return
		}
		_, _ = io.WriteString(w, `{"isLast":false,"values":[{"id":"7","released":true,"releaseDate":"2026-03-01"},{"id":"8","released":true}]}`)
	})
	list, err := jira.client(t).Releases(t.Context(), 10001)
	want := []metrics.Release{{ID: "7", Released: true, Date: calendar.Date{Year: 2026, Month: 3, Day: 1}}, {ID: "8", Released: true}, {ID: "9", Archived: true}}
	if err != nil || !slices.Equal(list, want) {
		t.Errorf("%v, %v", list, err)
	}
}

func TestBrowsingIsProvedOrDenied(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("GET /rest/api/3/user/viewissue/search", func(w http.ResponseWriter, r *http.Request) {
		switch q := r.URL.Query(); {
		case q.Get("projectKey") == "HR":
			w.WriteHeader(http.StatusNotFound)
		case q.Get("accountId") == "sbx:1":
			_, _ = io.WriteString(w, `[{"accountId":"sbx:1","active":true}]`)
		case q.Get("accountId") == "sbx:2":
			_, _ = io.WriteString(w, `[{"accountId":"sbx:1"}]`) // somebody else proves nothing
		default:
			_, _ = io.WriteString(w, `[]`)
		}
	})
	c := jira.client(t)
	for account, want := range map[string]bool{"sbx:1": true, "sbx:2": false, "sbx:11": false} {
		if got, err := c.CanBrowse(t.Context(), account, "PAY"); got != want || err != nil {
			t.Errorf("%s: %v, %v", account, got, err)
		}
	}
	if got, err := c.CanBrowse(t.Context(), "sbx:1", "HR"); got || !errors.Is(err, ErrNotFound) {
		t.Error(got, err)
	}
	if got, err := c.CanBrowse(t.Context(), "", "PAY"); got || err == nil {
		t.Error(got, err)
	}
	if got, err := c.CanCheckViewers(t.Context(), "PAY"); got || err != nil { // the token does not find itself
		t.Error(got, err)
	}
}

func TestAnAccountIsOneActivePersonWithThatEmail(t *testing.T) {
	people := map[string]string{
		"one":       `[{"accountId":"1","emailAddress":"Ada@Acme.test","accountType":"atlassian","active":true},{"accountId":"2","emailAddress":"ada@acme.testing","accountType":"atlassian","active":true}]`,
		"two":       `[{"accountId":"1","emailAddress":"ada@acme.test","accountType":"atlassian","active":true},{"accountId":"2","emailAddress":"ada@acme.test","accountType":"atlassian","active":true}]`,
		"beside":    `[{"accountId":"1","emailAddress":"ada@acme.test","accountType":"atlassian","active":true},{"accountId":"2","accountType":"atlassian","active":true}]`,
		"hidden":    `[{"accountId":"1","emailAddress":"","accountType":"atlassian","active":true}]`,
		"no person": `[{"accountId":"1","emailAddress":"ada@acme.test","accountType":"app","active":true},{"accountId":"2","emailAddress":"ada@acme.test","accountType":"atlassian","active":false}]`,
		"none":      `[]`,
	}
	for name, body := range people {
		jira := newFake(t, map[string]string{"GET /rest/api/3/user/search": body})
		got, err := jira.client(t).FindAccount(t.Context(), "ada@acme.test")
		if found := name == "one"; found && (err != nil || got.ID != "1") || !found && !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAnAccountThatAnAdminNamesIsOneActivePerson(t *testing.T) {
	for name, c := range map[string]struct {
		body  string
		found bool
	}{
		"person":      {`{"accountId":"sbx:3","displayName":"Ada","accountType":"atlassian","active":true}`, true},
		"app":         {`{"accountId":"sbx:3","accountType":"app","active":true}`, false},
		"deactivated": {`{"accountId":"sbx:3","accountType":"atlassian","active":false}`, false},
		"another":     {`{"accountId":"sbx:4","accountType":"atlassian","active":true}`, false},
		"empty":       {`{}`, false},
	} {
		jira := newFake(t, map[string]string{"GET /rest/api/3/user": c.body})
		got, err := jira.client(t).Account(t.Context(), "sbx:3")
		if c.found && (err != nil || got.Name != "Ada") || !c.found && !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestPermissionsOfAnotherAccountAreAskedInOneCall(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("POST /rest/api/3/permissions/check", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"accountId":"sbx:3","projectPermissions":[{"permissions":["BROWSE_PROJECTS"],"projects":[10001,10002]}]}`+"\n" {
			t.Errorf("body %s", body)
		}
		_, _ = io.WriteString(w, `{"projectPermissions":[{"permission":"BROWSE_PROJECTS","projects":[10002],"issues":[]},{"permission":"EDIT_ISSUES","projects":[10001]}],"globalPermissions":[]}`)
	})
	may, err := jira.client(t).MayBrowse(t.Context(), "sbx:3", 10001, 10002)
	if err != nil || !slices.Equal(may, []int64{10002}) {
		t.Errorf("%v, %v", may, err)
	}
}

func TestCountIsApproximateAndUnordered(t *testing.T) {
	jira := newFake(t, nil)
	jira.HandleFunc("POST /rest/api/3/search/approximate-count", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"jql":"project = 10001"}`+"\n" {
			t.Errorf("body %s", body)
		}
		_, _ = io.WriteString(w, `{"count":739}`)
	})
	if n, err := jira.client(t).Count(t.Context(), Query{ProjectID: 10001}); n != 739 || err != nil {
		t.Error(n, err)
	}
}
