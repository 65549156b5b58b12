package blocks

import (
	"strings"
	"time"

	"headway/calendar"
)

// Rung is one thing that Headway needs of Jira, in the order in which they are
// tried.
type Rung string

// The rungs.
const (
	RungReach     Rung = "reach"
	RungAuth      Rung = "auth"
	RungProject   Rung = "project"
	RungBoard     Rung = "board"
	RungSearch    Rung = "search"
	RungChangelog Rung = "changelog"
	RungVersions  Rung = "versions"
	RungViewers   Rung = "viewers"
)

// ProjectRungs are those that are tried for each project.
var ProjectRungs = []Rung{RungProject, RungBoard, RungSearch, RungChangelog, RungVersions, RungViewers}

// The states of a line.
const (
	RungOK      = "ok"
	RungFailed  = "failed"
	RungUntried = "untried"
)

// Remarks that a line may have besides the codes of Jira's problems.
const (
	NoteCannotAsk  = "cannot_ask"
	NoteNoIssue    = "no_issue"
	NoteNoSettings = "no_settings"
)

// LadderLine is how one rung went. Problem is the code of what is wrong, or of a
// remark; "" for neither.
type LadderLine struct {
	Project string // key, "" for the rungs of the connection
	Rung    Rung
	State   string
	Problem string
}

var rungWords = map[Rung]string{
	RungReach: "reach Jira", RungAuth: "sign in", RungProject: "see the project", RungBoard: "see the board", RungSearch: "search issues",
	RungChangelog: "read their history", RungVersions: "read releases", RungViewers: "ask who may see it",
}

// Words name the rung: "sign in".
func (r Rung) Words() string { return rungWords[r] }

// problemTexts say what is wrong, by the code.
var problemTexts = map[string]string{
	"unauthorized": "Jira does not accept the token", "forbidden": "Jira refuses it to the token's account", "not_found": "the token's account can't see it",
	"busy": "Jira asked to wait", "incomplete": "Jira's answer was incomplete", "unavailable": "Jira did not answer",
	NoteCannotAsk: "Jira does not tell Headway, so nobody is shown figures on demand", NoteNoIssue: "there is no issue yet to look at",
	NoteNoSettings: "its estimation setting is closed to this token; the field chosen in the setup counts",
}

// cures say what to do, by rung; what holds for every rung is in commonCures.
var (
	cures = map[Rung]string{
		RungReach:     "Check the site's name, and that this machine reaches atlassian.net; status.atlassian.com tells of trouble there.",
		RungAuth:      "Replace the token. A scoped one needs read:jira-work and read:jira-user.",
		RungProject:   "Give the token's account the permission Browse projects there.",
		RungBoard:     "Share the board's filter with the token's account. A scoped token needs read:board-scope:jira-software and read:sprint:jira-software.",
		RungSearch:    "Give the token's account Browse projects. A scoped token needs read:jira-work.",
		RungChangelog: "A scoped token needs read:jira-work.",
		RungVersions:  "Give the token's account Browse projects. A scoped token needs read:jira-work.",
		RungViewers:   "Let a Jira admin give the token's account the global permission Browse users and groups. A scoped token needs read:jira-user.",
	}
	commonCures = map[string]string{
		"busy":        "Try again in a few minutes.",
		"unavailable": "Try again in a few minutes; status.atlassian.com tells of trouble there.",
		"incomplete":  "Try again in a few minutes.",
		"internal":    "The log has the details.",
	}
)

// Said is the line without its mark: "see the board (PAY): …".
func (l LadderLine) Said() string {
	s := l.Rung.Words()
	if l.State == RungUntried && l.Problem == "" {
		return s + ": not tried"
	}
	if l.Problem == "" {
		return s
	}
	if l.Rung == RungReach && l.Problem == "not_found" {
		return s + ": there is no Jira of this name"
	}
	if text := problemTexts[l.Problem]; text != "" {
		return s + ": " + text
	}
	return s + ": it failed on our side"
}

// Cure is what to do about a failed line, "" for the others.
func (l LadderLine) Cure() string {
	if l.State != RungFailed {
		return ""
	}
	if cure := commonCures[l.Problem]; cure != "" && (l.Rung != RungReach || l.Problem == "busy") {
		return cure
	}
	return cures[l.Rung]
}

// LadderView is the test of one connection.
type LadderView struct {
	Connection ConnectionID
	Site       string
	Lines      []LadderLine
	Now        time.Time
}

// Testing says that the test has begun.
func Testing(site string) Message {
	return said("Testing " + name(site) + ". It takes a few seconds.")
}

// Ladder shows each rung with its cure, project by project.
func Ladder(v LadderView) Message {
	var c card
	c.heading("Jira (" + name(v.Site) + "): " + v.verdict())
	project, lines := "", []string{}
	flush := func() { c.say(strings.Join(lines, "\n")); lines = nil }
	for _, l := range v.Lines {
		if l.Project != project {
			flush()
			project = l.Project
			lines = append(lines, "*"+name(project)+"*")
		}
		lines = append(lines, l.mrkdwn())
	}
	flush()
	if v.failed(RungAuth) {
		c.buttons(ConnectReplace.Primary(v.Connection, "Replace token", ""))
	}
	return c.message()
}

func (v LadderView) verdict() string {
	failed := 0
	for _, l := range v.Lines {
		if l.State == RungFailed {
			failed++
		}
	}
	if failed == 0 {
		return "all is well"
	}
	return count(failed, "thing needs", "things need") + " attention"
}

func (v LadderView) failed(rung Rung) bool {
	for _, l := range v.Lines {
		if l.Rung == rung && l.State == RungFailed {
			return true
		}
	}
	return false
}

func (l LadderLine) mrkdwn() string {
	switch l.State {
	case RungFailed:
		return "■ " + capital(l.Said()) + ". " + l.Cure()
	case RungUntried:
		return "– " + capital(l.Said())
	default:
		return "✓ " + capital(l.Said())
	}
}

// TokenEndsView is a token that will end soon.
type TokenEndsView struct {
	Connection ConnectionID
	Site       string
	On         calendar.Date
	Left       int // days, 0 for today, negative once it is over
	Now        time.Time
}

// TokenEnds warns an admin ahead.
func TokenEnds(v TokenEndsView) Message {
	s := "The Jira token of " + name(v.Site) + " ends on " + Date(v.On, v.Now) + ", "
	switch {
	case v.Left < 0:
		s = "The Jira token of " + name(v.Site) + " was to end on " + Date(v.On, v.Now) + ". Replace it before Jira refuses it."
	case v.Left == 0:
		s += "today. Replace it now, and nothing stops."
	case v.Left == 1:
		s += "tomorrow. Replace it before then, and nothing stops."
	default:
		s += "in " + count(v.Left, "day", "days") + ". Replace it before then, and nothing stops."
	}
	var c card
	c.sayWith(s,
		ConnectReplace.Primary(v.Connection, "Replace token", ""))
	return c.message()
}

// CannotAsk tells a person why figures stay closed to everyone.
func CannotAsk() Message {
	return said("Jira does not let Headway ask who may see this project, so nobody is shown its figures. A Jira admin can mend it: the account whose token Headway uses needs the global permission *Browse users and groups*.")
}
