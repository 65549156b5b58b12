package jira

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"headway/sandbox/history"
)

// field is a field of the site and how an issue's value of it is encoded. A
// value of nil is JSON null; absent leaves the field out.
type field struct {
	id, name string
	schema   wireSchema
	value    func(*renderer, *history.State) any
}

type wireSchema struct {
	Type     string `json:"type"`
	Items    string `json:"items,omitempty"`
	System   string `json:"system,omitempty"`
	Custom   string `json:"custom,omitempty"`
	CustomID int    `json:"customId,omitempty"`
}

type absent struct{}

// The kinds of custom fields.
const (
	customPoints     = "com.atlassian.jira.plugin.system.customfieldtypes:float"
	customTeamPoints = "com.pyxis.greenhopper.jira:jsw-story-points"
	customSprint     = "com.pyxis.greenhopper.jira:gh-sprint"
	customFlagged    = "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"
	customEpicLink   = "com.pyxis.greenhopper.jira:gh-epic-link"
)

func system(id, name, typ, items string, value func(*renderer, *history.State) any) field {
	return field{id: id, name: name, schema: wireSchema{Type: typ, Items: items, System: id}, value: value}
}

func custom(n int, name, typ, items, kind string, value func(*renderer, *history.State) any) field {
	return field{id: fmt.Sprintf("customfield_%d", n), name: name, value: value,
		schema: wireSchema{Type: typ, Items: items, Custom: kind, CustomID: n}}
}

// siteFields are all fields, in the order of GET field.
var siteFields = []field{
	system("summary", "Summary", "string", "", func(_ *renderer, st *history.State) any { return st.Summary }),
	system("issuetype", "Issue Type", "issuetype", "", func(r *renderer, st *history.State) any { return r.issueType(st.Type) }),
	system("status", "Status", "status", "", func(r *renderer, st *history.State) any { return r.status(st.Status) }),
	system("project", "Project", "project", "", func(r *renderer, st *history.State) any { return r.project(st.ProjectID) }),
	system("priority", "Priority", "priority", "", func(r *renderer, st *history.State) any { return r.priority(st.Priority) }),
	system("resolution", "Resolution", "resolution", "", func(r *renderer, st *history.State) any { return r.resolution(st.Resolution) }),
	system("resolutiondate", "Resolved", "datetime", "", func(r *renderer, st *history.State) any { return r.instant(st.Resolved) }),
	system("created", "Created", "datetime", "", func(r *renderer, st *history.State) any { return r.instant(st.Created) }),
	system("updated", "Updated", "datetime", "", func(r *renderer, st *history.State) any { return r.instant(st.Updated) }),
	system("statuscategorychangedate", "Status Category Changed", "datetime", "",
		func(r *renderer, st *history.State) any { return r.instant(st.CategoryChanged) }),
	system("fixVersions", "Fix versions", "array", "version", func(r *renderer, st *history.State) any { return r.versions(st.FixVersions) }),
	system("versions", "Affects versions", "array", "version", func(r *renderer, st *history.State) any { return r.versions(st.Versions) }),
	system("parent", "Parent", "issuelink", "", func(r *renderer, st *history.State) any { return r.parent(st) }),
	system("subtasks", "Sub-tasks", "array", "issuelinks", func(r *renderer, st *history.State) any { return r.subtasks(st) }),
	system("issuelinks", "Linked Issues", "array", "issuelinks", func(r *renderer, st *history.State) any { return r.links(st) }),
	system("labels", "Labels", "array", "string", func(_ *renderer, st *history.State) any {
		return append([]string{}, st.Labels...)
	}),
	system("duedate", "Due date", "date", "", func(_ *renderer, st *history.State) any { return orNull(st.Due) }),
	system("assignee", "Assignee", "user", "", func(r *renderer, st *history.State) any { return r.user(st.Assignee) }),
	custom(10014, "Epic Link", "any", "", customEpicLink, func(r *renderer, st *history.State) any { return r.epicLink(st) }),
	custom(10016, "Story Points", "number", "", customPoints, func(_ *renderer, st *history.State) any {
		if st.Points == nil {
			return nil
		}
		return *st.Points
	}),
	custom(10020, "Sprint", "array", "json", customSprint, func(r *renderer, st *history.State) any { return r.sprints(st.Sprints) }),
	custom(10021, "Flagged", "array", "option", customFlagged, func(r *renderer, st *history.State) any {
		if !st.Flagged {
			return nil
		}
		return []map[string]string{{"self": r.c.s.self("api/3/customFieldOption/10019"), "value": r.c.s.name("Impediment"), "id": "10019"}}
	}),
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// chosen are the fields that a request names. "*all" and "*navigable" mean all
// of them, "-x" leaves one out, unknown names are passed over as Jira does.
func chosen(names []string) []field {
	var list []field
	for _, f := range siteFields {
		in := false
		for _, n := range names {
			switch {
			case n == "*all", n == "*navigable", n == f.id, strings.EqualFold(n, f.name):
				in = true
			case n == "-"+f.id:
				in = false
			}
		}
		if in {
			list = append(list, f)
		}
	}
	return list
}

// renderer encodes the issues of one answer and keeps what they share.
type renderer struct {
	c      *call
	shared map[string]json.RawMessage
	subs   map[int64][]*history.State
}

func newRenderer(c *call) *renderer { return &renderer{c: c, shared: map[string]json.RawMessage{}} }

// once encodes what many issues share a single time.
func (r *renderer) once(key string, make func() any) any {
	raw, ok := r.shared[key]
	if !ok {
		raw, _ = json.Marshal(make())
		r.shared[key] = raw
	}
	return raw
}

type wireIssue struct {
	Expand    string         `json:"expand,omitempty"`
	ID        string         `json:"id"`
	Self      string         `json:"self"`
	Key       string         `json:"key"`
	Fields    map[string]any `json:"fields,omitempty"`
	Changelog *wireChangelog `json:"changelog,omitempty"`
}

// issue encodes an issue. Without fields it has id, key and self only.
func (r *renderer) issue(st *history.State, fields []field) wireIssue {
	out := wireIssue{ID: fmt.Sprint(st.ID), Self: r.c.s.self(fmt.Sprintf("api/3/issue/%d", st.ID)), Key: st.Key}
	if len(fields) == 0 {
		return out
	}
	out.Expand = "operations,versionedRepresentations,editmeta,changelog,renderedFields"
	out.Fields = make(map[string]any, len(fields))
	for _, f := range fields {
		if v := f.value(r, st); v != (absent{}) {
			out.Fields[f.id] = v
		}
	}
	return out
}

func (r *renderer) instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return r.c.s.stamp(t)
}

func (r *renderer) status(id string) any {
	return r.once("status"+id, func() any { return r.c.s.status(id) })
}

func (r *renderer) issueType(id string) any {
	return r.once("type"+id, func() any { return r.c.s.issueType(id) })
}

func (r *renderer) priority(id string) any {
	return r.once("priority"+id, func() any { return r.c.s.named("priority", r.c.s.site.Priorities, id) })
}

func (r *renderer) resolution(id string) any {
	if r.c.s.faults.on("team_managed") {
		return nil
	}
	return r.once("resolution"+id, func() any { return r.c.s.named("resolution", r.c.s.site.Resolutions, id) })
}

func (r *renderer) project(id string) any {
	return r.once("project"+id, func() any { return r.c.s.projectBrief(r.c.s.site.Project(id)) })
}

func (r *renderer) user(id string) any {
	if id == "" {
		return nil
	}
	return r.once("user"+id, func() any {
		u, _ := r.c.s.site.User(id)
		return r.c.s.userOf(u)
	})
}

// versions leaves out those that were deleted since, as Jira does.
func (r *renderer) versions(ids []string) any {
	list := []any{}
	for _, id := range ids {
		if v := r.c.version(id); v != nil {
			list = append(list, r.once("version"+id, func() any { return r.c.s.versionBrief(v, r.c) }))
		}
	}
	return list
}

func (r *renderer) sprints(ids []int64) any {
	if len(ids) == 0 {
		return nil
	}
	list := []any{}
	for _, id := range ids {
		board, sp := r.c.s.site.Sprint(id)
		if sp == nil || sp.State(r.c.now) == "" {
			continue
		}
		list = append(list, r.once(fmt.Sprint("sprint", id), func() any { return sprintField(board, sp, r.c.now) }))
	}
	return list
}

// brief is another issue as Jira nests it: with its summary.
func (r *renderer) brief(st *history.State) wireIssue {
	return wireIssue{ID: fmt.Sprint(st.ID), Key: st.Key, Self: r.c.s.self(fmt.Sprintf("api/3/issue/%d", st.ID)),
		Fields: map[string]any{"summary": st.Summary, "status": r.status(st.Status),
			"priority": r.priority(st.Priority), "issuetype": r.issueType(st.Type)}}
}

func (r *renderer) parentState(st *history.State) *history.State {
	p := r.c.issues().ID(st.ParentID)
	if st.ParentID == 0 || !r.c.visible(p) {
		return nil
	}
	return p
}

func (r *renderer) parent(st *history.State) any {
	p := r.parentState(st)
	if p == nil {
		return absent{}
	}
	return r.once(fmt.Sprint("issue", p.ID), func() any { return r.brief(p) })
}

// epicLink is the old field: the epic's key, on issues of standard types only.
func (r *renderer) epicLink(st *history.State) any {
	p := r.parentState(st)
	if p == nil || r.c.s.site.IssueType(p.Type).Level != 1 {
		return nil
	}
	return p.Key
}

func (r *renderer) subtasks(st *history.State) any {
	if r.subs == nil {
		r.subs = map[int64][]*history.State{}
		for _, other := range r.c.issues().Issues {
			if r.c.s.site.IssueType(other.Type).Level < 0 {
				r.subs[other.ParentID] = append(r.subs[other.ParentID], other)
			}
		}
	}
	list := []wireIssue{}
	for _, sub := range r.subs[st.ID] {
		list = append(list, r.brief(sub))
	}
	return list
}

func (r *renderer) links(st *history.State) any {
	list := []map[string]any{}
	for n, l := range st.Links {
		other := r.c.issues().Key(l.Key)
		i := slices.IndexFunc(history.LinkTypes, func(t history.LinkType) bool { return t.Name == l.Type })
		if i < 0 || !r.c.visible(other) {
			continue
		}
		t := history.LinkTypes[i]
		side := "outwardIssue"
		if l.Inward {
			side = "inwardIssue"
		}
		id := fmt.Sprintf("%d%02d", st.ID, n)
		list = append(list, map[string]any{
			"id": id, "self": r.c.s.self("api/3/issueLink/" + id), side: r.brief(other),
			"type": map[string]string{"id": t.ID, "name": t.Name, "inward": t.Inward, "outward": t.Outward,
				"self": r.c.s.self("api/3/issueLinkType/" + t.ID)},
		})
	}
	return list
}

type wireField struct {
	ID          string     `json:"id"`
	Key         string     `json:"key"`
	Name        string     `json:"name"`
	Custom      bool       `json:"custom"`
	Orderable   bool       `json:"orderable"`
	Navigable   bool       `json:"navigable"`
	Searchable  bool       `json:"searchable"`
	ClauseNames []string   `json:"clauseNames"`
	Schema      wireSchema `json:"schema"`
}

func listFields(c *call) (any, error) {
	list := []wireField{}
	for _, f := range siteFields {
		if c.anonymous && f.schema.Custom != "" {
			continue
		}
		if f.schema.Custom == customPoints && c.s.faults.on("team_managed") {
			f.schema.Custom, f.name = customTeamPoints, "Story point estimate"
		}
		clauses := []string{f.id}
		if f.schema.CustomID > 0 {
			clauses = []string{fmt.Sprintf("cf[%d]", f.schema.CustomID), f.name}
		}
		list = append(list, wireField{ID: f.id, Key: f.id, Name: c.s.name(f.name), Custom: f.schema.Custom != "",
			Orderable: true, Navigable: true, Searchable: true, ClauseNames: clauses, Schema: f.schema})
	}
	return list, nil
}
