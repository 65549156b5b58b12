package blocks

import (
	"fmt"
	"time"
)

// SyncView is the reading of a project from Jira.
type SyncView struct {
	Project string
	Key     string
	Issues  int           // read so far
	Total   int           // known to be there, 0 when unknown
	Weeks   int           // built so far
	Left    time.Duration // until it is done, 0 when unknown
}

// SyncProgress is edited in place while Jira is read.
func SyncProgress(v SyncView) Message {
	if v.Issues == 0 {
		return said("Reading " + name(v.Project) + " from Jira. It has just begun.")
	}
	s := "Reading " + name(v.Project) + " from Jira: " + v.read()
	if v.Weeks > 0 {
		s += ", " + count(v.Weeks, "week built", "weeks built")
	}
	s += "."
	if v.Left > 0 {
		s += " About " + span(v.Left) + " left."
	}
	return said(s)
}

func (v SyncView) read() string {
	if v.Total > 0 {
		return fmt.Sprintf("%s of %s issues", number(v.Issues), number(v.Total))
	}
	return count(v.Issues, "issue", "issues")
}

// SyncDone says what the reading came to.
func SyncDone(v SyncView) Message {
	return said("Read " + name(v.Project) + " from Jira: " + count(v.Issues, "issue", "issues") + ", " + count(v.Weeks, "week", "weeks") + " of figures.")
}

// SyncFailedView is a reading that stopped.
type SyncFailedView struct {
	Project string
	AsOf    time.Time // of the last good reading, zero for none
	Now     time.Time
	Why     string // a sentence, ends with a full stop
}

// SyncFailed says so, and from when the figures are.
func SyncFailed(v SyncFailedView) Message {
	s := "Jira could not be read for " + name(v.Project) + ". " + escaped(v.Why, 300)
	if !v.AsOf.IsZero() {
		s += " The figures stay available, as of " + When(v.AsOf, v.Now) + "."
	}
	return said(s)
}
