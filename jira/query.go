package jira

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Query says which issues of a project to read, and which of their fields.
type Query struct {
	ProjectID    int64
	UpdatedSince time.Time // zero: all issues
	OrInProgress bool      // also what is in progress and was not updated since
	Statuses     []string  // also what is in one of these statuses, by id
	Versions     []string  // also what one of these versions fixes or affects, by id
	Fields       Fields    // the site's ids of the sprint and flagged fields
	Points       string    // id of the estimate field, "" without estimates
	Agents       []string  // account ids of AI agents
	AILabels     []string  // labels that mark AI work
	Labels       bool      // whether a metric definition asks for labels
}

var (
	keyPattern     = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,31}$`)
	projectPattern = regexp.MustCompile(`^([A-Z][A-Z0-9_]{1,31}|[1-9][0-9]{0,17})$`) // key or id
	idPattern      = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)
	accountPattern = regexp.MustCompile(`^[A-Za-z0-9:_-]{1,128}$`)
)

// inProgress matches by id: names of status categories are localised.
const inProgress = "statusCategory = 4"

// inOrder is stable while issues are being edited; by updated, they would jump
// between pages.
const inOrder = " ORDER BY created ASC, key ASC"

// JQLProject is the JQL for all issues of a project.
func JQLProject(id int64) string {
	return "project = " + strconv.FormatInt(id, 10)
}

// jqlUpdated counts in milliseconds, as JQL reads dates in the zone of the
// token's owner.
func jqlUpdated(since time.Time) string {
	return "updated >= " + strconv.FormatInt(since.UnixMilli(), 10)
}

func (q Query) jql() string {
	jql := JQLProject(q.ProjectID)
	if q.UpdatedSince.IsZero() {
		return jql
	}
	either := []string{jqlUpdated(q.UpdatedSince)}
	if q.OrInProgress {
		either = append(either, inProgress)
	}
	if len(q.Statuses) > 0 {
		either = append(either, "status in "+jqlList(q.Statuses))
	}
	if len(q.Versions) > 0 {
		either = append(either, "fixVersion in "+jqlList(q.Versions), "affectedVersion in "+jqlList(q.Versions))
	}
	if len(either) == 1 {
		return jql + " AND " + either[0]
	}
	return jql + " AND (" + strings.Join(either, " OR ") + ")"
}

func jqlList(ids []string) string { return "(" + strings.Join(ids, ", ") + ")" }

// names lists what is asked of each issue: no text, no person.
func (q Query) names() []string {
	names := []string{"issuetype", "status", "created", "updated", "resolution", "fixVersions", "versions", "parent", "duedate", "priority"}
	if q.wantsLabels() {
		names = append(names, "labels")
	}
	for _, id := range []string{q.Points, q.Fields.Sprint.ID, q.Fields.Flagged.ID} {
		if id != "" {
			names = append(names, id)
		}
	}
	return names
}

func (q Query) wantsLabels() bool { return q.Labels || len(q.AILabels) > 0 }

// touches lists the fields whose changes are asked for, at most the ten that
// Jira takes. Where agents are told apart, every change they made counts.
func (q Query) touches() []string {
	ids := []string{"status", q.Fields.Sprint.ID, q.Fields.Flagged.ID}
	if len(q.Agents) > 0 {
		ids = append(ids, "resolution", "fixVersions", "issuetype", "parent", "duedate", q.Points, q.Fields.EpicLink.ID)
	}
	var known []string
	for _, id := range ids {
		if id != "" {
			known = append(known, id)
		}
	}
	return known
}

func (q Query) hasAILabel(labels []string) bool {
	return slices.ContainsFunc(q.AILabels, func(mark string) bool {
		return slices.ContainsFunc(labels, func(label string) bool { return strings.EqualFold(label, mark) })
	})
}

// valid keeps a query bounded: Jira refuses one without a project. Only ids go
// into JQL, never a name that someone chose.
func (q Query) valid() error {
	if q.ProjectID <= 0 {
		return fmt.Errorf("jira: query: %w: no project", ErrNotFound)
	}
	for _, id := range slices.Concat(q.Statuses, q.Versions) {
		if !idPattern.MatchString(id) {
			return fmt.Errorf("jira: query: %w: a status or version without a numeric id", ErrNotFound)
		}
	}
	return nil
}
