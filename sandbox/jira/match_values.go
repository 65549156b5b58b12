package jira

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"headway/sandbox/history"
	"headway/sandbox/jira/jql"
)

// single are the functions that stand for one value, not for a list.
var single = map[string]bool{"currentuser": true}

// setFields are the fields compared by id.
func setFields(c *call) map[string]setField {
	site := c.s.site
	return map[string]setField{
		"project":         {one(func(st *history.State) string { return st.ProjectID }), resolveProject},
		"issuetype":       {one(func(st *history.State) string { return st.Type }), resolveType},
		"status":          {one(func(st *history.State) string { return st.Status }), resolveStatus},
		"priority":        {one(func(st *history.State) string { return st.Priority }), resolveNamed("priority", site.Priorities)},
		"resolution":      {one(func(st *history.State) string { return orUnresolved(st.Resolution) }), resolveResolution},
		"statuscategory":  {one(func(st *history.State) string { return site.Status(st.Status).Category }), resolveCategory},
		"assignee":        {one(func(st *history.State) string { return st.Assignee }), resolveUser},
		"key":             {one(func(st *history.State) string { return fmt.Sprint(st.ID) }), resolveIssue("key")},
		"parent":          {one(func(st *history.State) string { return orNothing(st.ParentID) }), resolveIssue("parent")},
		"labels":          {func(st *history.State) []string { return st.Labels }, resolveAsIs},
		"fixversion":      {c.existing(func(st *history.State) []string { return st.FixVersions }), resolveVersion("fixVersion")},
		"affectedversion": {c.existing(func(st *history.State) []string { return st.Versions }), resolveVersion("affectedVersion")},
		"sprint": {func(st *history.State) []string {
			var ids []string
			for _, id := range st.Sprints {
				ids = append(ids, fmt.Sprint(id))
			}
			return ids
		}, resolveSprint},
		"flagged": {one(func(st *history.State) string {
			if st.Flagged {
				return "10019"
			}
			return ""
		}), resolveFlag},
	}
}

const unresolved = "unresolved"

func orUnresolved(id string) string {
	if id == "" {
		return unresolved
	}
	return id
}

func orNothing(id int64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprint(id)
}

// existing leaves out versions that were deleted.
func (c *call) existing(of values) values {
	return func(st *history.State) []string {
		have := of(st)
		if !slices.ContainsFunc(have, func(id string) bool { return c.version(id) == nil }) {
			return have
		}
		return slices.DeleteFunc(slices.Clone(have), func(id string) bool { return c.version(id) == nil })
	}
}

func noValue(o jql.Operand, field string) error {
	if o.Func {
		return unknownFunction(o)
	}
	return badRequest(fmt.Sprintf("The value '%s' does not exist for the field '%s'.", o.Text, field))
}

func resolveProject(c *call, o jql.Operand) ([]string, error) {
	for _, p := range c.s.site.Projects {
		if c.browses(p) && !o.Func && (o.Text == p.ID || strings.EqualFold(o.Text, p.Key) || strings.EqualFold(o.Text, p.Name)) {
			return []string{p.ID}, nil
		}
	}
	return nil, noValue(o, "project")
}

// byName finds the ids whose id or shown name is the text.
func byName[T any](c *call, list []T, o jql.Operand, field string, part func(T) (id, name string)) ([]string, error) {
	var ids []string
	for _, v := range list {
		if id, name := part(v); !o.Func && (id == o.Text || strings.EqualFold(c.s.name(name), o.Text)) {
			ids = append(ids, id)
		}
	}
	if ids == nil {
		return nil, noValue(o, field)
	}
	return ids, nil
}

func resolveType(c *call, o jql.Operand) ([]string, error) {
	level := map[string]func(int) bool{
		"standardissuetypes": func(n int) bool { return n >= 0 },
		"subtaskissuetypes":  func(n int) bool { return n < 0 },
	}[strings.ToLower(o.Text)]
	if !o.Func || level == nil {
		return byName(c, c.s.site.IssueTypes, o, "issuetype", func(t history.IssueType) (string, string) { return t.ID, t.Name })
	}
	var ids []string
	for _, t := range c.s.site.IssueTypes {
		if level(t.Level) {
			ids = append(ids, t.ID)
		}
	}
	return ids, nil
}

func resolveStatus(c *call, o jql.Operand) ([]string, error) {
	return byName(c, c.s.site.Statuses, o, "status", func(s history.Status) (string, string) { return s.ID, s.Name })
}

func resolveNamed(field string, list []history.Named) func(*call, jql.Operand) ([]string, error) {
	return func(c *call, o jql.Operand) ([]string, error) {
		return byName(c, list, o, field, func(n history.Named) (string, string) { return n.ID, n.Name })
	}
}

func resolveResolution(c *call, o jql.Operand) ([]string, error) {
	if !o.Func && strings.EqualFold(o.Text, unresolved) {
		return []string{unresolved}, nil
	}
	return resolveNamed("resolution", c.s.site.Resolutions)(c, o)
}

func resolveCategory(c *call, o jql.Operand) ([]string, error) {
	for _, cat := range categories {
		if o.Text == cat.Key || o.Text == fmt.Sprint(cat.ID) || strings.EqualFold(o.Text, c.s.name(cat.Name)) {
			return []string{cat.Key}, nil
		}
	}
	return nil, noValue(o, "statusCategory")
}

func resolveUser(c *call, o jql.Operand) ([]string, error) {
	if o.Func && strings.EqualFold(o.Text, "currentUser") {
		return []string{c.s.user.AccountID}, nil
	}
	return byName(c, c.s.site.Users, o, "assignee", func(u history.User) (string, string) { return u.AccountID, u.Name })
}

func resolveIssue(field string) func(*call, jql.Operand) ([]string, error) {
	return func(c *call, o jql.Operand) ([]string, error) {
		st := c.issue(strings.ToUpper(o.Text))
		if st == nil || o.Func {
			return nil, badRequest(fmt.Sprintf("An issue with key '%s' does not exist for field '%s'.", o.Text, field))
		}
		return []string{fmt.Sprint(st.ID)}, nil
	}
}

func resolveAsIs(_ *call, o jql.Operand) ([]string, error) {
	if o.Func {
		return nil, unknownFunction(o)
	}
	return []string{o.Text}, nil
}

func resolveFlag(c *call, o jql.Operand) ([]string, error) {
	if strings.EqualFold(o.Text, c.s.name("Impediment")) || o.Text == "10019" {
		return []string{"10019"}, nil
	}
	return nil, noValue(o, "Flagged")
}

func resolveVersion(field string) func(*call, jql.Operand) ([]string, error) {
	return func(c *call, o jql.Operand) ([]string, error) {
		released, isFunc := map[string]bool{"releasedversions": true, "unreleasedversions": false}[strings.ToLower(o.Text)]
		var ids []string
		for _, p := range c.s.site.Projects {
			if !c.browses(p) {
				continue
			}
			for _, v := range c.versions(p) {
				named := !o.Func && (v.ID == o.Text || strings.EqualFold(v.Name, o.Text))
				if named || o.Func && isFunc && v.ReleasedAt(c.now) == released {
					ids = append(ids, v.ID)
				}
			}
		}
		if ids == nil && !(o.Func && isFunc) {
			return nil, noValue(o, field)
		}
		return ids, nil
	}
}

func resolveSprint(c *call, o jql.Operand) ([]string, error) {
	state := map[string]string{"opensprints": "active", "closedsprints": "closed", "futuresprints": "future"}[strings.ToLower(o.Text)]
	if o.Func && state == "" {
		return nil, unknownFunction(o)
	}
	var ids []string
	for _, p := range c.s.site.Projects {
		for _, b := range p.Boards {
			for _, sp := range b.Sprints {
				named := !o.Func && (o.Text == strconv.FormatInt(sp.ID, 10) || strings.EqualFold(o.Text, sp.Name))
				if now := sp.State(c.now); c.browses(p) && now != "" && (named || o.Func && now == state) {
					ids = append(ids, fmt.Sprint(sp.ID))
				}
			}
		}
	}
	if ids == nil && !o.Func {
		return nil, badRequest(fmt.Sprintf("Sprint with name '%s' does not exist or you do not have permission to view it.", o.Text))
	}
	return ids, nil
}
