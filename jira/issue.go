package jira

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"headway/metrics"
)

// rawIssue is an issue of a search with the changes that were fetched for it.
type rawIssue struct {
	ID     number
	Key    string
	Fields *rawFields

	changes []change // oldest first
	byAgent bool
}

type rawFields struct {
	Type       *rawType
	Status     ref
	Created    instant
	Updated    instant
	Resolution ref
	Priority   ref
	Parent     parentRef
	Due        day
	Fix        []string
	Affects    []string
	Labels     []string
	Custom     map[string]jsontext.Value // sprint, flagged and points, whose ids differ by site
}

type rawType struct {
	ID      string `json:"id"`
	Level   *int   `json:"hierarchyLevel"`
	Subtask bool   `json:"subtask"`
}

// ref is something that is known by its id; null leaves it empty.
type ref struct {
	ID string `json:"id"`
}

// parentRef leaves out the summary that Jira nests in a parent.
type parentRef struct {
	ID number `json:"id"`
}

// change is one changed field of an issue. Who made it becomes one bit.
type change struct {
	rawItem
	at     time.Time
	author rawAuthor // until it is settled
	byApp  bool
}

// issue builds what metrics knows of an issue. A missing or odd value is
// ErrIncomplete: a guess would become a wrong figure.
func (r *rawIssue) issue(q Query) (metrics.Issue, error) {
	f := r.Fields
	switch {
	case r.ID == 0 || r.Key == "" || f == nil || f.Type == nil:
		return metrics.Issue{}, r.lacks("its id, key or type")
	case f.Status.ID == "":
		return metrics.Issue{}, r.lacks("its status")
	case f.Created.IsZero():
		return metrics.Issue{}, r.lacks("the time of its creation")
	}
	issue := metrics.Issue{
		ID: int64(r.ID), Key: r.Key, Type: f.Type.ID, Level: f.Type.level(), Parent: int64(f.Parent.ID),
		Created: f.Created.Time, Updated: f.Updated.Time,
		Priority: f.Priority.ID, Resolution: f.Resolution.ID,
		Fix: f.Fix, Affects: f.Affects, Due: f.Due.Date,
		AI: r.byAgent || q.hasAILabel(f.Labels),
	}
	if q.Labels {
		issue.Labels = f.Labels
	}
	issue.First, issue.Status, issue.Moves = r.moves()
	var err error
	if issue.Points, err = points(f.Custom[q.Points]); err != nil {
		return metrics.Issue{}, r.lacks("a numeric estimate")
	}
	if issue.Flags, err = r.flags(q.Fields.Flagged.ID); err != nil {
		return metrics.Issue{}, r.lacks("a readable flag")
	}
	if issue.Sprints, err = r.spans(q.Fields.Sprint.ID); err != nil {
		return metrics.Issue{}, r.lacks("readable sprints")
	}
	return issue, nil
}

func (r *rawIssue) lacks(what string) error {
	return fmt.Errorf("jira: issues: %w: issue %d lacks %s", ErrIncomplete, r.ID, what)
}

func (t rawType) level() int {
	switch {
	case t.Level != nil:
		return *t.Level
	case t.Subtask:
		return -1
	}
	return 0
}

// moves rebuilds the statuses. Creation is not in the changelog: the first
// status is what the first move left. The changelog is read after the issue,
// so a move later than its last update is the newer truth.
func (r *rawIssue) moves() (first, now string, moves []metrics.Move) {
	first, now = r.Fields.Status.ID, r.Fields.Status.ID
	for _, c := range r.changes {
		if !c.isStatus() {
			continue
		}
		if moves == nil {
			first = c.From
		}
		moves = append(moves, metrics.Move{At: c.at, To: c.To, ByApp: c.byApp})
		if c.at.After(r.Fields.Updated.Time) {
			now = c.To
		}
	}
	return first, now, moves
}

// flags rebuilds when the issue was flagged. What was set before the first
// known change was set at creation.
func (r *rawIssue) flags(field string) ([]metrics.Flag, error) {
	if field == "" {
		return nil, nil
	}
	var flags []metrics.Flag
	for _, c := range r.changes {
		if !c.of(field, "Flagged") {
			continue
		}
		set := c.To != "" || c.ToString != ""
		if flags == nil && !set {
			flags = append(flags, metrics.Flag{At: r.Fields.Created.Time, Set: true})
		}
		flags = append(flags, metrics.Flag{At: c.at, Set: set})
	}
	if flags != nil {
		return flags, nil
	}
	set, err := entries[ref](r.Fields.Custom[field])
	if len(set) > 0 {
		flags = append(flags, metrics.Flag{At: r.Fields.Created.Time, Set: true})
	}
	return flags, err
}

// spans rebuilds the stays in sprints from the changes of the sprint field.
// What stood there before the first one was there since creation.
func (r *rawIssue) spans(field string) ([]metrics.Span, error) {
	if field == "" {
		return nil, nil
	}
	current, err := entries[parentRef](r.Fields.Custom[field])
	if err != nil {
		return nil, err
	}
	var list stays
	known := false
	for _, c := range r.changes {
		if !c.of(field, "Sprint") {
			continue
		}
		from, fromErr := sprintIDs(c.From)
		to, toErr := sprintIDs(c.To)
		if fromErr != nil || toErr != nil {
			return nil, ErrIncomplete
		}
		if !known {
			list.set(from, r.Fields.Created.Time)
			known = true
		}
		list.set(to, c.at)
	}
	if !known {
		var now []int64
		for _, s := range current {
			now = append(now, int64(s.ID))
		}
		list.set(now, r.Fields.Created.Time)
	}
	return list, nil
}

// stays are stays in sprints, in the order in which they began.
type stays []metrics.Span

// set ends the stays that are not in now and begins those that are new.
func (s *stays) set(now []int64, at time.Time) {
	var open []int64
	for i := range *s {
		stay := &(*s)[i]
		if !stay.To.IsZero() {
			continue
		}
		if !slices.Contains(now, stay.Sprint) {
			stay.To = at
			continue
		}
		open = append(open, stay.Sprint)
	}
	for _, sprint := range now {
		if !slices.Contains(open, sprint) {
			*s = append(*s, metrics.Span{Sprint: sprint, From: at})
			open = append(open, sprint)
		}
	}
}

// sprintIDs reads the changelog's form, "3, 17".
func sprintIDs(s string) ([]int64, error) {
	var list []int64
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, nil
}

// entries reads a custom field that holds a list; a field that is missing or
// null holds none.
func entries[T any](value jsontext.Value) ([]T, error) {
	if len(value) == 0 {
		return nil, nil
	}
	var list []T
	err := json.Unmarshal(value, &list, tolerant)
	return list, err
}

func points(value jsontext.Value) (*float64, error) {
	if len(value) == 0 {
		return nil, nil
	}
	var estimate *float64
	err := json.Unmarshal(value, &estimate, tolerant)
	return estimate, err
}
