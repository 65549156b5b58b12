// Package metrics is the pure arithmetic of delivery: from issues and their
// moves to weekly rows, and from weekly rows to the figures and sentences of a
// report. It knows no clock, database or network; every instant comes in.
package metrics

import (
	"time"

	"headway/calendar"
)

// Issue is what the arithmetic may know of a Jira issue. It has no field for a
// title, a text or a person: what must not be kept has no place here.
type Issue struct {
	ID      int64  // Jira's opaque numeric id
	Key     string // shown live as a link, never stored beside figures
	Type    string // issue type id
	Level   int    // hierarchyLevel: -1 subtask, 0 standard, 1 epic
	Parent  int64  // id of the parent, 0 without one
	Created time.Time
	Updated time.Time

	First  string // status id at creation
	Status string // status id now
	Moves  []Move // status changes, oldest first

	Priority   string   // priority id
	Resolution string   // resolution id, "" while unresolved
	Labels     []string // only where a definition asks for labels
	Fix        []string // version ids
	Affects    []string // version ids

	Due     calendar.Date // zero without one
	Points  *float64      // estimate now, nil without one
	Flags   []Flag        // flag raised and cleared, oldest first
	Sprints []Span        // stays in sprints, oldest first
	AI      bool          // an agent account or AI label touched it

	// Only where a definition asks for them.
	Estimates []Estimate // changes of Points, oldest first; empty when there were none
	Blockers  []Blocker  // "is blocked by" links to issues that were open
}

// Move is one change of status. Who moved it is one bit, by decision: an app
// (automation) or a person.
type Move struct {
	At    time.Time
	To    string // status id
	ByApp bool
}

// Flag is one change of the "Flagged" field.
type Flag struct {
	At  time.Time
	Set bool
}

// Span is a stay of an issue in a sprint; To is zero while it lasts.
type Span struct {
	Sprint   int64
	From, To time.Time
}

// Estimate is one change of the estimate; Points is nil where it was taken
// away. What stood there before the first known change was set at creation.
type Estimate struct {
	At     time.Time
	Points *float64
}

// Blocker is the time during which an issue was linked as blocked by another
// one that was open; To is zero while it lasts.
type Blocker struct {
	From, To time.Time
}

// Release is a Jira version.
type Release struct {
	ID       string
	Released bool
	Archived bool
	Date     calendar.Date // zero when Jira has none
}

// Sprint is a board's sprint; times are zero while unknown (future sprints).
type Sprint struct {
	ID               int64
	Name             string
	State            string // "future", "active" or "closed"
	Start, End, Done time.Time
	NoGoal           bool // it is known to have no goal
}

// Stage is where a status stands in the flow. The zero value is unmapped.
type Stage uint8

// The stages in order of flow.
const (
	Unmapped Stage = iota
	ToDo
	InProgress
	InReview
	Waiting
	Done
)

// Rules are a project's metric definitions. Version counts up with each edit
// and is printed by every report.
type Rules struct {
	Version int
	Stages  map[string]Stage // by status id

	ExcludeTypes       []string // issue type ids left out
	ExcludeResolutions []string // resolution ids left out
	ExcludeLabels      []string

	Incident   Match  // what counts as an incident
	Failure    Match  // what counts as a change failure
	DeployedBy string // status id whose first entry is a deployment; "" means released versions

	Blocked BlockedRule
}

// Match is a rule over type AND label AND priority; an empty list does not
// restrict, and a Match that restricts nothing matches nothing.
type Match struct {
	Types      []string
	Labels     []string
	Priorities []string
}

// BlockedRule says when an issue counts as blocked; the zero rule matches
// nothing.
type BlockedRule struct {
	Flag     bool
	Statuses []string
	Labels   []string
	Links    bool
}
