package models

import (
	"fmt"
	"time"
)

// Permit says that a viewer may see a project's Jira-derived figures. Only
// work makes one, after Jira was asked whether the viewer may browse the
// project.
type Permit struct {
	team, project, viewer string
	until                 time.Time
}

// NewPermit makes a permit for one team's project that ends at until, by the
// machine clock.
func NewPermit(team, project, viewer string, until time.Time) Permit {
	return Permit{team: team, project: project, viewer: viewer, until: until}
}

// Project is the id of the project the permit is for.
func (p Permit) Project() string { return p.project }

// Viewer is the Slack user who may see it.
func (p Permit) Viewer() string { return p.viewer }

// check refuses the zero permit, one of another team and one that is over.
func (p Permit) check(t Team) error {
	switch {
	case p.project == "" || p.viewer == "" || p.team != t.id:
		return fmt.Errorf("models: %w", ErrPermit)
	case !time.Now().Before(p.until):
		return fmt.Errorf("models: %w: it has ended", ErrPermit)
	}
	return nil
}
