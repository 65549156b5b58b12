package metrics

import (
	"slices"
	"time"
)

// started says whether work in this stage is under way.
func (s Stage) started() bool { return s == InProgress || s == InReview || s == Waiting }

// Stage returns where a status stands in the flow; Unmapped for one that the
// definition does not know.
func (r Rules) Stage(status string) Stage { return r.Stages[status] }

// Item says whether the issue counts as an item of work: hierarchy level 0 and
// not left out by the definition. Where the definition leaves it out, why says
// by which rule; subtasks and epics have no reason, they are never items.
func (r Rules) Item(i Issue) (ok bool, why Exclusion) {
	switch {
	case i.Level != 0:
		return false, ""
	case slices.Contains(r.ExcludeTypes, i.Type):
		return false, ExcludedType
	case i.Resolution != "" && slices.Contains(r.ExcludeResolutions, i.Resolution):
		return false, ExcludedResolution
	case shareOne(r.ExcludeLabels, i.Labels):
		return false, ExcludedLabel
	}
	return true, ""
}

// Started returns the first entry into a stage where work is under way: in
// progress, in review or waiting. An issue created there started when it was
// created. Moving back keeps the first start.
func (r Rules) Started(i Issue) (time.Time, bool) { return r.visits(nil, i).started() }

// Finished returns the last move from a stage that is not done into a done one,
// if the issue is still done: Resolved to Closed does not move it, and an issue
// created in a done status never moved there.
func (r Rules) Finished(i Issue) (time.Time, bool) { return r.visits(nil, i).finished() }

// Matches says whether the issue fits the rule. A rule that restricts nothing
// matches nothing.
func (m Match) Matches(i Issue) bool {
	if len(m.Types)+len(m.Labels)+len(m.Priorities) == 0 {
		return false
	}
	return (len(m.Types) == 0 || slices.Contains(m.Types, i.Type)) &&
		(len(m.Labels) == 0 || shareOne(m.Labels, i.Labels)) &&
		(len(m.Priorities) == 0 || slices.Contains(m.Priorities, i.Priority))
}

func shareOne(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
