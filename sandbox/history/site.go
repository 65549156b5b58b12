// Package history holds what happened, and in the demo what will happen, on a
// Jira Cloud site: dated events, never finished states. A View replays them up
// to an instant, so that the sandbox can serve the site as of a movable clock.
// Demo generates an invented team; Load reads a recorded one.
package history

import (
	"strconv"
	"time"
)

// The keys of Jira's status categories.
const (
	CategoryNew           = "new"
	CategoryIndeterminate = "indeterminate"
	CategoryDone          = "done"
)

// The account ids that every site of this package knows.
const (
	BotAccount        = "sbx:100" // the account whose API token the bot uses
	OutsiderAccount   = "sbx:11"  // exists, may browse no project
	AutomationAccount = "sbx:200" // Automation for Jira
	AgentAccount      = "sbx:201" // an AI agent
)

// DateLayout is the form of plain dates (due and release dates).
const DateLayout = "2006-01-02"

// Site is one Jira Cloud site with all its events. It is not changed once
// made, and may be read by many goroutines.
type Site struct {
	Name    string // "acme", as in acme.atlassian.net
	CloudID string // UUID
	Anchor  time.Time
	Rollout time.Time // since when an AI agent takes part

	// Shift is what was added to every instant of a recorded history, a
	// multiple of 7 days of 24 h. Zero in a generated one.
	Shift time.Duration

	Users       []User
	Statuses    []Status
	IssueTypes  []IssueType
	Priorities  []Named
	Resolutions []Named
	Projects    []*Project
	Issues      []*Issue // in order of creation, of all projects
}

// Named is a thing with an id and a name: a priority, a resolution.
type Named struct{ ID, Name string }

// User is a Jira account.
type User struct {
	AccountID string
	Name      string
	Email     string // "" if hidden or none
	Zone      string // IANA name
	Type      string // atlassian or app
	Active    bool
}

// Status is a workflow status.
type Status struct{ ID, Name, Category string }

// IssueType has Jira's hierarchy level: -1 subtask, 0 standard, 1 epic.
type IssueType struct {
	ID, Name string
	Level    int
}

// Project is a company-managed project.
type Project struct {
	ID, Key, Name string
	Lead          string   // account id
	Browse        []string // account ids that may see it
	StatusIDs     []string // of its workflow, in board order
	TypeIDs       []string
	Boards        []*Board
	Versions      []*Version
}

// Board is a scrum or kanban board of one project.
type Board struct {
	ID         int64
	Name, Type string
	Columns    []Column
	Points     bool // estimates in story points
	Sprints    []*Sprint
}

// Column is a board column and the statuses mapped to it.
type Column struct {
	Name      string
	StatusIDs []string
	Max       int // WIP limit, 0: none
}

// Sprint is planned from Created on, active from Started, closed from
// Completed; a zero Started or Completed never comes. Start and End are the
// dates shown once it has started.
type Sprint struct {
	ID                 int64
	Name, Goal         string
	Created            time.Time
	Start, End         time.Time
	Started, Completed time.Time
	Synthetic          bool // cut over a recorded history, not part of it
}

// State is the sprint's state at t: "", future, active or closed; "" means
// that it does not exist yet.
func (s *Sprint) State(t time.Time) string {
	switch {
	case t.Before(s.Created):
		return ""
	case s.Started.IsZero() || t.Before(s.Started):
		return "future"
	case s.Completed.IsZero() || t.Before(s.Completed):
		return "active"
	}
	return "closed"
}

// Version is a release. Planned is its release date (YYYY-MM-DD or "") until
// it is released at Released, ReleaseDate the one from then on.
type Version struct {
	ID, Name             string
	Created              time.Time
	Planned, ReleaseDate string
	Released             time.Time // zero: never
	Archived             bool      // once released, or always if never released
}

// ReleasedAt tells whether the version is released at t.
func (v *Version) ReleasedAt(t time.Time) bool {
	return !v.Released.IsZero() && !t.Before(v.Released)
}

// DateAt is the release date that Jira shows at t, YYYY-MM-DD or "".
func (v *Version) DateAt(t time.Time) string {
	if v.ReleasedAt(t) {
		return v.ReleaseDate
	}
	return v.Planned
}

// ArchivedAt tells whether the version is archived at t.
func (v *Version) ArchivedAt(t time.Time) bool {
	return v.Archived && (v.Released.IsZero() || v.ReleasedAt(t))
}

// Project finds a project by id or key, nil if there is none.
func (s *Site) Project(idOrKey string) *Project {
	for _, p := range s.Projects {
		if p.ID == idOrKey || p.Key == idOrKey {
			return p
		}
	}
	return nil
}

// Status finds a status by id; the zero Status if there is none.
func (s *Site) Status(id string) Status {
	for _, st := range s.Statuses {
		if st.ID == id {
			return st
		}
	}
	return Status{}
}

// IssueType finds an issue type by id; the zero IssueType if there is none.
func (s *Site) IssueType(id string) IssueType {
	for _, t := range s.IssueTypes {
		if t.ID == id {
			return t
		}
	}
	return IssueType{}
}

// User finds an account by id.
func (s *Site) User(accountID string) (User, bool) {
	for _, u := range s.Users {
		if u.AccountID == accountID {
			return u, true
		}
	}
	return User{}, false
}

// Sprint finds a sprint and its board by the sprint's id; nil if there is none.
func (s *Site) Sprint(id int64) (*Board, *Sprint) {
	for _, p := range s.Projects {
		for _, b := range p.Boards {
			for _, sp := range b.Sprints {
				if sp.ID == id {
					return b, sp
				}
			}
		}
	}
	return nil, nil
}

// Board finds a board and its project; nil if there is none.
func (s *Site) Board(id int64) (*Project, *Board) {
	for _, p := range s.Projects {
		for _, b := range p.Boards {
			if b.ID == id {
				return p, b
			}
		}
	}
	return nil, nil
}

// NameOf finds the name of a priority or resolution, "" if there is none.
func NameOf(list []Named, id string) string {
	for _, n := range list {
		if n.ID == id {
			return n.Name
		}
	}
	return ""
}

// Anchor is the latest Tuesday 09:25 in zone that is not after now: where the
// demo's clock starts.
func Anchor(now time.Time, zone *time.Location) time.Time {
	l := now.In(zone)
	back := (int(l.Weekday()) - int(time.Tuesday) + 7) % 7
	at := time.Date(l.Year(), l.Month(), l.Day()-back, 9, 25, 0, 0, zone)
	if at.After(now) {
		at = time.Date(l.Year(), l.Month(), l.Day()-back-7, 9, 25, 0, 0, zone)
	}
	return at
}

// Monday is the midnight in t's own zone that starts t's ISO week.
func Monday(t time.Time) time.Time {
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, 0, 0, 0, 0, t.Location())
}

// parseID reads a numeric id; 0 if it is none.
func parseID(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
