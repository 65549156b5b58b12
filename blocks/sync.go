package blocks

import (
	"fmt"
	"strings"
	"time"
)

// ReadingBegun is the message that is edited as a reading of Jira goes on. A copy
// of it that can't be edited stays true.
func ReadingBegun(project string) Message {
	return said("I've begun to read " + name(project) + " from Jira. I'll tell you here when it is done.")
}

// SyncView is the reading of a project from Jira.
type SyncView struct {
	Project string
	Issues  int           // read so far
	Total   int           // known to be there, 0 when unknown
	Weeks   int           // that figures are made for
	Left    time.Duration // until it is done, 0 when unknown
}

// SyncProgress is edited in place while Jira is read.
func SyncProgress(v SyncView) Message {
	s := "Reading " + name(v.Project) + " from Jira: " + v.read() + " for " + count(v.Weeks, "week", "weeks") + " of figures."
	if v.Left > 0 {
		s += " About " + span(v.Left) + " left."
	}
	var c card
	c.say(s)
	if v.Total > 0 {
		c.filled(v.Issues, v.Total)
	}
	return c.message()
}

func (v SyncView) read() string {
	if v.Total > 0 {
		return fmt.Sprintf("%s of %s issues", number(v.Issues), number(v.Total))
	}
	return count(v.Issues, "issue", "issues")
}

// filled adds a bar of twenty places with its percentage.
func (c *card) filled(part, whole int) {
	const places = 20
	full := places * min(part, whole) / whole
	c.note("`" + strings.Repeat("█", full) + strings.Repeat("░", places-full) + "` " + percent(part, whole))
}

// ReadView is a reading that ended well.
type ReadView struct {
	Project   string
	Issues    int  // read
	Weeks     int  // built
	Full      bool // all weeks, not only those that may still change
	Unchanged bool // nothing had to be read
	Empty     bool // Jira shows no issue
}

// Read says what a reading came to.
func Read(v ReadView) Message {
	switch {
	case v.Empty:
		return said("Jira shows no issue of " + name(v.Project) + ", so there is nothing to count. If that is wrong, check what the connected Jira account may see.")
	case v.Unchanged:
		return said(name(v.Project) + " is up to date: nothing changed in Jira since it was read last.")
	case v.Full:
		return said("Read " + name(v.Project) + " from Jira: " + count(v.Issues, "issue", "issues") + ", " + count(v.Weeks, "week", "weeks") + " of figures.")
	}
	return said(name(v.Project) + " is up to date: " + count(v.Issues, "issue", "issues") + " read, " + count(v.Weeks, "week", "weeks") + " of figures made anew. Earlier weeks are settled and stay as they are.")
}

// SyncFailedView is a reading that stopped.
type SyncFailedView struct {
	Project string
	AsOf    time.Time // of the last good reading, zero for none
	Now     time.Time
	Why     string // a sentence, ends with a full stop
	Again   bool   // it is tried until it works, and the reader hears then
}

// SyncFailed says so, and from when the figures are.
func SyncFailed(v SyncFailedView) Message {
	s := name(v.Project) + " could not be read. " + escaped(v.Why, 300)
	if v.Again {
		s += " I keep trying and tell you here when it worked."
	}
	if !v.AsOf.IsZero() {
		s += " The figures stay available, as of " + When(v.AsOf, v.Now) + "."
	}
	return said(s)
}

// ReadingProblem says in one sentence why a reading failed, by the code that is
// stored; a code that it does not know is our own fault.
func ReadingProblem(code string) string {
	if s, ok := readingProblems[code]; ok {
		return s
	}
	return "Something went wrong on our side; the log has the details."
}

var readingProblems = map[string]string{
	"unauthorized": "Jira no longer accepts the token. An admin can replace it with connect.",
	"forbidden":    "Jira refuses the connected account.",
	"not_found":    "The connected account no longer sees the project or its board.",
	"busy":         "Jira asked to wait.",
	"incomplete":   "Jira's answer was incomplete.",
	"unavailable":  "Jira could not be reached.",
	"empty":        "Jira shows no issue of it any more. The next look decides.",
}

// NoIssues says since when Jira shows no issue of a project.
func NoIssues(since, now time.Time) string {
	return "Jira shows no issue of this project since " + When(since, now) + "."
}
