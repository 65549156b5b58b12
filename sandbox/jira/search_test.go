package jira_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"headway/sandbox/history"
)

// found is an answer of search/jql.
type found struct {
	Issues []struct {
		ID, Key   string
		Fields    map[string]json.RawMessage
		Changelog struct {
			Total     int
			Histories []struct{ Created string }
		}
	}
	IsLast        *bool
	NextPageToken string
}

func (f found) keys() []string {
	var keys []string
	for _, i := range f.Issues {
		keys = append(keys, i.Key)
	}
	return keys
}

// search asks for one page.
func (s *site) search(body map[string]any) found {
	s.t.Helper()
	var f found
	s.post("/rest/api/3/search/jql", body, &f)
	return f
}

// refused is the first message of a query that has to end in 400.
func (s *site) refused(method, path, body string) string {
	s.t.Helper()
	resp, text := s.do(method, path, body)
	var e struct{ ErrorMessages []string }
	if err := json.Unmarshal(text, &e); err != nil || resp.StatusCode != http.StatusBadRequest || len(e.ErrorMessages) == 0 {
		s.t.Fatalf("%s %s: %s %s, want 400 with a message", method, path, resp.Status, text)
	}
	return e.ErrorMessages[0]
}

// replayed is the demo's site at the anchor, by key, without a server.
func replayed(at time.Time) *history.Snapshot { return history.NewView(demoSite()).At(at) }

func TestQueriesFindWhatAReplayFinds(t *testing.T) {
	s := start(t)
	site := demoSite()
	category := func(st *history.State) string { return site.Status(st.Status).Category }
	level := func(st *history.State) int { return site.IssueType(st.Type).Level }
	hasSprint := func(state string) func(*history.State) bool {
		return func(st *history.State) bool {
			return slices.ContainsFunc(st.Sprints, func(id int64) bool { _, sp := site.Sprint(id); return sp.State(anchor) == state })
		}
	}
	epic := replayed(anchor).ID(firstEpic(site))
	for query, want := range map[string]func(*history.State) bool{
		"":                                     func(*history.State) bool { return true },
		"issuetype = Epic":                     func(st *history.State) bool { return level(st) == 1 },
		"type in (10100, 10104)":               func(st *history.State) bool { return level(st) != 0 },
		"issuetype not in subTaskIssueTypes()": func(st *history.State) bool { return level(st) >= 0 },
		`status = "In Review"`:                 func(st *history.State) bool { return st.Status == "10001" },
		"status = 10001":                       func(st *history.State) bool { return st.Status == "10001" },
		"status != 10002":                      func(st *history.State) bool { return st.Status != "10002" },
		"statusCategory = indeterminate":       func(st *history.State) bool { return category(st) == "indeterminate" },
		`statusCategory != "Done"`:             func(st *history.State) bool { return category(st) != "done" },
		"statusCategory in (2, 4)":             func(st *history.State) bool { return category(st) != "done" },
		"resolution = Unresolved":              func(st *history.State) bool { return st.Resolution == "" },
		`resolution = "Won't Do"`:              func(st *history.State) bool { return st.Resolution == "10001" },
		"fixVersion is empty":                  func(st *history.State) bool { return len(st.FixVersions) == 0 },
		"fixVersion = 11003":                   func(st *history.State) bool { return slices.Contains(st.FixVersions, "11003") },
		`fixVersion = "Payments 4.3"`:          func(st *history.State) bool { return slices.Contains(st.FixVersions, "11003") },
		"affectedVersion is not empty":         func(st *history.State) bool { return len(st.Versions) > 0 },
		"sprint in openSprints()":              hasSprint("active"),
		"sprint = 50":                          func(st *history.State) bool { return slices.Contains(st.Sprints, 50) },
		`sprint = "Sprint 50"`:                 func(st *history.State) bool { return slices.Contains(st.Sprints, 50) },
		"sprint is not empty and sprint not in closedSprints()": func(st *history.State) bool {
			return len(st.Sprints) > 0 && !hasSprint("closed")(st)
		},
		"parent = " + epic.Key:                 func(st *history.State) bool { return st.ParentID == epic.ID },
		fmt.Sprintf("parent in (%d)", epic.ID): func(st *history.State) bool { return st.ParentID == epic.ID },
		`"Epic Link" = ` + epic.Key:            func(st *history.State) bool { return st.ParentID == epic.ID },
		"labels = incident":                    func(st *history.State) bool { return slices.Contains(st.Labels, "incident") },
		"labels not in (incident)": func(st *history.State) bool {
			return len(st.Labels) > 0 && !slices.Contains(st.Labels, "incident") // those without labels are in neither
		},
		"labels is empty":         func(st *history.State) bool { return len(st.Labels) == 0 },
		"Flagged = Impediment":    func(st *history.State) bool { return st.Flagged },
		"priority = Blocker":      func(st *history.State) bool { return st.Priority == "1" },
		"assignee = \"sbx:3\"":    func(st *history.State) bool { return st.Assignee == "sbx:3" },
		"due is not empty":        func(st *history.State) bool { return st.Due != "" },
		`"Story Points" >= 5`:     func(st *history.State) bool { return st.Points != nil && *st.Points >= 5 },
		"cf[10016] is empty":      func(st *history.State) bool { return st.Points == nil },
		"updated >= -7d":          func(st *history.State) bool { return !st.Updated.Before(anchor.AddDate(0, 0, -7)) },
		"resolved is not empty":   func(st *history.State) bool { return !st.Resolved.IsZero() },
		"created < startOfYear()": func(st *history.State) bool { return st.Created.Before(time.Date(2026, 1, 1, 0, 0, 0, 0, losAngeles)) },
		"status changed to Done after -14d": func(st *history.State) bool {
			return slices.ContainsFunc(st.History(), func(c history.Change) bool {
				return c.At.After(anchor.AddDate(0, 0, -14)) && slices.ContainsFunc(c.Items, func(i history.Item) bool { return i.Field == "status" && *i.To == "10002" })
			})
		},
		"summary ~ \"load test\"": func(st *history.State) bool { return strings.Contains(strings.ToLower(st.Summary), "load test") },
		"NOT (issuetype = Bug OR labels = tech-debt)": func(st *history.State) bool {
			return st.Type != "10103" && !slices.Contains(st.Labels, "tech-debt")
		},
	} {
		jql := "project = PAY"
		if query != "" {
			jql += " AND " + query
		}
		var expected []string
		for _, st := range replayed(anchor).Issues {
			if st.ProjectID == "10001" && want(st) {
				expected = append(expected, st.Key)
			}
		}
		got := s.search(map[string]any{"jql": jql + " ORDER BY created ASC, id ASC", "maxResults": 5000}).keys()
		slices.Sort(got)
		slices.Sort(expected)
		if len(expected) == 0 || !slices.Equal(got, expected) {
			t.Errorf("%s: found %d, want %d", jql, len(got), len(expected))
		}
	}
}

var losAngeles = func() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic(err)
	}
	return zone
}()

func firstEpic(site *history.Site) int64 {
	for _, i := range site.Issues {
		if i.First.Type == "10100" && i.First.ProjectID == "10001" {
			return i.ID
		}
	}
	return 0
}

func TestJiraRefusesQueriesInItsOwnWords(t *testing.T) {
	s := start(t)
	for jql, want := range map[string]string{
		"":                               "Unbounded JQL queries are not allowed here.",
		"ORDER BY created":               "Unbounded JQL queries are not allowed here.",
		"project = NOPE":                 "The value 'NOPE' does not exist for the field 'project'.",
		"colour = red":                   "Field 'colour' does not exist",
		"key = PAY-99999":                "An issue with key 'PAY-99999' does not exist for field 'key'.",
		"status = Nowhere":               "The value 'Nowhere' does not exist for the field 'status'.",
		"sprint = 999":                   "Sprint with name '999' does not exist",
		"project > PAY":                  "The operator '>' is not supported by the 'project' field.",
		"project = PAY, OPS":             "Error in the JQL Query",
		"created > yesterday":            "Date value 'yesterday' for field 'created' is invalid.",
		"sprint in lostSprints()":        "Unable to find JQL function 'lostSprints()'.",
		"hierarchyLevel = 1":             "Field 'hierarchyLevel' does not exist",
		"project = PAY order by nothing": "Field 'nothing' does not exist",
	} {
		body, _ := json.Marshal(map[string]string{"jql": jql})
		if got := s.refused("POST", "/rest/api/3/search/jql", string(body)); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", jql, got, want)
		}
	}
}

// createdAfterAnother is when an issue was created some minutes to hours after
// another one of its project.
func createdAfterAnother(snap *history.Snapshot) time.Time {
	var last time.Time
	for _, st := range snap.Issues {
		if st.ProjectID != "10001" {
			continue
		}
		if gap := st.Created.Sub(last); gap > 5*time.Minute && gap < 8*time.Hour {
			return st.Created
		}
		last = st.Created
	}
	return last
}

func TestBareDatesAreInTheTokenUsersZone(t *testing.T) {
	s := start(t)
	at := createdAfterAnother(replayed(anchor)).In(losAngeles).Truncate(time.Minute)
	wall := at.Format("2006-01-02 15:04")
	query := func(date string) int {
		return len(s.search(map[string]any{"jql": "project = PAY AND created >= " + date, "maxResults": 5000}).Issues)
	}
	bare := query(strconv.Quote(wall))
	if utc := query(`"` + at.UTC().Format("2006-01-02 15:04") + ` UTC"`); utc != bare {
		t.Errorf("bare date found %d, UTC found %d", bare, utc)
	}
	if ms := query(fmt.Sprint(at.UnixMilli())); ms != bare {
		t.Errorf("bare date found %d, milliseconds found %d", bare, ms)
	}
	inBerlin, err := time.ParseInLocation("2006-01-02 15:04", wall, berlin)
	if err != nil {
		t.Fatal(err)
	}
	if other := query(fmt.Sprint(inBerlin.UnixMilli())); other <= bare {
		t.Errorf("read in Berlin's zone it would find %d, not more than %d", other, bare)
	}
}

func TestPagesEndAndHoldEveryIssueOnce(t *testing.T) {
	s := start(t)
	body := map[string]any{"jql": "project = PAY ORDER BY created ASC, key ASC", "maxResults": 5000, "fields": []string{"*all"}}
	seen := map[string]bool{}
	for pages := 1; ; pages++ {
		f := s.search(body)
		for _, k := range f.keys() {
			if seen[k] {
				t.Fatalf("%s came twice", k)
			}
			seen[k] = true
		}
		if *f.IsLast != (f.NextPageToken == "") {
			t.Fatalf("isLast %v with token %q", *f.IsLast, f.NextPageToken)
		}
		if f.NextPageToken == "" {
			break
		}
		if len(f.Issues) > 100 {
			t.Fatalf("a page with all fields holds %d issues", len(f.Issues))
		}
		body["nextPageToken"] = f.NextPageToken
	}
	all := s.search(map[string]any{"jql": "project = PAY", "maxResults": 5000})
	if len(seen) != len(all.Issues) || all.NextPageToken != "" {
		t.Errorf("%d issues by pages, %d at once", len(seen), len(all.Issues))
	}
	if all.Issues[0].Fields != nil {
		t.Error("fields came although none were asked for")
	}
}

func TestPageTokensAreOpaqueBoundAndExpire(t *testing.T) {
	s := start(t)
	first := s.search(map[string]any{"jql": "project = PAY"})
	if len(first.Issues) != 50 {
		t.Errorf("%d issues by default, want 50", len(first.Issues))
	}
	page := func(jql, token string) string {
		return fmt.Sprintf(`{"jql":%q,"nextPageToken":%q}`, jql, token)
	}
	s.refused("POST", "/rest/api/3/search/jql", page("project = OPS", first.NextPageToken))
	s.refused("POST", "/rest/api/3/search/jql", page("project = PAY", first.NextPageToken+"x"))
	s.move(anchor.AddDate(0, 0, 8))
	s.refused("POST", "/rest/api/3/search/jql", page("project = PAY", first.NextPageToken))
}

func TestUnknownKeysAndOldSearchAreRefused(t *testing.T) {
	s := start(t)
	for _, key := range []string{"startAt", "validateQuery", "colour"} {
		s.refused("POST", "/rest/api/3/search/jql", fmt.Sprintf(`{"jql":"project = PAY",%q:1}`, key))
	}
	resp, text := s.do("GET", "/rest/api/3/search?jql=project%3DPAY", "")
	if resp.StatusCode != http.StatusGone || !strings.Contains(string(text), "CHANGE-2046") {
		t.Errorf("old search: %s %s", resp.Status, text)
	}
}

func TestSearchChangelogIsCutAtItsOldEnd(t *testing.T) {
	s := start(t)
	f := s.search(map[string]any{"jql": "project = PAY", "fields": []string{"status"}, "expand": "changelog", "maxResults": 100})
	for _, i := range f.Issues {
		log := i.Changelog
		if len(log.Histories) > 40 || log.Total < len(log.Histories) {
			t.Fatalf("%s: %d of %d histories", i.Key, len(log.Histories), log.Total)
		}
		for n := 1; n < len(log.Histories); n++ {
			if parse(t, log.Histories[n].Created).After(parse(t, log.Histories[n-1].Created)) {
				t.Fatalf("%s: histories are not newest first", i.Key)
			}
		}
	}
}

func parse(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05.000-0700", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestTheClockUncoversTheFuture(t *testing.T) {
	s := start(t)
	count := func() (n struct{ Count int }) {
		s.post("/rest/api/3/search/approximate-count", map[string]string{"jql": "project in (PAY, OPS)"}, &n)
		return n
	}
	before := count()
	s.move(anchor.AddDate(0, 0, 21))
	if after := count(); after.Count <= before.Count {
		t.Errorf("%d issues, three weeks later %d", before.Count, after.Count)
	}
	var sprints struct {
		Values []struct{ Name, State string }
	}
	s.get("/rest/agile/1.0/board/1/sprint?state=active", &sprints)
	if len(sprints.Values) != 1 || sprints.Values[0].Name != "Sprint 55" {
		t.Errorf("three weeks later the sprint is %+v", sprints.Values)
	}
}
