package handlers

import "headway/models"

// Need is what a person needs for an interaction: a role, and for figures that
// come from Jira also Jira's own leave to browse the project. Every
// registration takes one, so nothing is reachable by forgetting it.
type Need struct {
	role      models.Role
	browse    bool
	somewhere bool // the role on any project will do
}

// The needs, from least to most. Guests and strangers from Slack Connect are
// refused before any of them is looked at.
var (
	anyone = Need{role: models.Anyone}               // every full member of the workspace
	member = Need{role: models.Member}               // takes part in the project, or sees its reports
	reader = Need{role: models.Member, browse: true} // member whom Jira lets browse the project
	admin  = Need{role: models.Admin}

	manager  = Need{role: models.Manager}                  // of the project
	managing = Need{role: models.Manager, somewhere: true} // of any project; the handler shows only those
)

// who names a need in words, for help and refusals.
func (n Need) who() string {
	switch {
	case n.role >= models.Admin:
		return "an admin"
	case n.role >= models.Manager:
		return "a manager"
	case n.role >= models.Member:
		return "a member of the project"
	default:
		return "anyone"
	}
}
