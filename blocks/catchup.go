package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/calendar"
	"headway/metrics"
)

// CatchupView is what happened while a person was away, for that person.
type CatchupView struct {
	Now      time.Time // in the person's zone
	Since    calendar.Date
	Cut      bool // it begins later than was asked for
	Weeks    int  // the longest time back
	Projects []CatchupProject
	Unlinked bool // some project's figures stay hidden until the person is linked
}

// CatchupProject is one project of the person.
type CatchupProject struct {
	Name     string
	Rounds   int           // that were held
	Response metrics.Shown // as metrics.Withhold gave it
	Team     bool          // the person may see the team's blockers
	Raised   int
	Cleared  []Issue
	Open     []Issue
	Planned  []Issue // by the person, before
	Reports  []CatchupReport
	Figures  string        // CatchupShown …
	From, To calendar.Week // with figures; zero without any
	Done     int
	Releases int
}

// CatchupReport is a weekly report that was posted.
type CatchupReport struct {
	Ref  ReportRef
	Week calendar.Week
}

// How a project's figures of Jira are shown.
const (
	CatchupShown    = ""
	CatchupUnlinked = "unlinked" // the person has no Jira account that Headway knows
	CatchupHidden   = "hidden"   // Jira doesn't let the person see the project
	CatchupUnknown  = "unknown"  // Jira did not answer
)

const (
	catchupLines    = 12
	catchupProjects = 4
	catchupKeys     = 4
	catchupReports  = 5 // buttons, one row
)

// Catchup is one card of at most 12 lines, whatever happened.
func Catchup(v CatchupView) Message {
	var c card
	lines := []string{"*Since " + Date(v.Since, v.Now) + "*"}
	if v.Cut {
		lines[0] += " · I look back " + count(v.Weeks, "week", "weeks") + " at most"
	}
	if len(v.Projects) == 0 {
		lines = append(lines, noProjectOfYours)
	}
	shown := v.Projects[:min(len(v.Projects), catchupProjects)]
	more := len(v.Projects) - len(shown)
	for _, p := range shown {
		lines = append(lines, p.lines(catchupBudget(len(shown)))...)
	}
	if more > 0 {
		lines = append(lines, "and "+count(more, "more project", "more projects")+".")
	}
	c.say(strings.Join(lines, "\n"))
	c.buttons(v.buttons(shown)...)
	c.note("_Only you see this._")
	return c.message()
}

// catchupBudget is how many lines each of n projects gets: the first line, the
// last note and a line for the projects left out are not theirs.
func catchupBudget(n int) int { return (catchupLines - 3) / n }

// lines are a project's facts in at most n lines: what doesn't get one of its
// own is set behind the last.
func (p CatchupProject) lines(n int) []string {
	var facts []string
	for _, s := range []string{p.rounds(), p.blockers(), p.planned(), p.figures()} {
		if s != "" {
			facts = append(facts, s)
		}
	}
	if len(facts) == 0 {
		facts = []string{"Nothing was posted."}
	}
	facts[0] = "*" + name(p.Name) + "* · " + facts[0]
	if len(facts) > n {
		facts = append(facts[:n-1], strings.Join(facts[n-1:], " "))
	}
	return facts
}

func (p CatchupProject) rounds() string {
	if p.Rounds == 0 {
		return "No check-in was held."
	}
	s := capital(count(p.Rounds, "check-in", "check-ins"))
	if p.Response.Responded && p.Response.Asked > 0 {
		s += ", " + percent(p.Response.Answered, p.Response.Asked) + " answered"
	}
	return s + "."
}

// blockers is "3 new blockers; cleared: PAY-640; still open: PAY-871."
func (p CatchupProject) blockers() string {
	if !p.Team || p.Raised+len(p.Cleared)+len(p.Open) == 0 {
		return ""
	}
	parts := []string{count(p.Raised, "new blocker", "new blockers")}
	if len(p.Cleared) > 0 {
		parts = append(parts, "cleared: "+keys(p.Cleared))
	}
	if len(p.Open) > 0 {
		parts = append(parts, "still open: "+keys(p.Open))
	}
	return capital(strings.Join(parts, "; ")) + "."
}

// keys names a few issues and counts the rest.
func keys(list []Issue) string {
	var named []string
	for _, i := range list {
		if i.Key != "" && len(named) < catchupKeys {
			named = append(named, i.mrkdwn())
		}
	}
	rest := len(list) - len(named)
	switch {
	case len(named) == 0:
		return number(rest)
	case rest > 0:
		return strings.Join(named, ", ") + " and " + number(rest) + " more"
	}
	return strings.Join(named, ", ")
}

func (p CatchupProject) planned() string {
	if len(p.Planned) == 0 {
		return ""
	}
	return "You had planned " + issues(p.Planned[:min(len(p.Planned), maxPlan)]) + "."
}

func (p CatchupProject) figures() string {
	reports := ""
	if n := len(p.Reports); n > 0 {
		reports = " " + capital(count(n, "weekly report was posted.", "weekly reports were posted."))
	}
	switch p.Figures {
	case CatchupUnlinked:
		return "Figures from Jira show once your account is linked." + reports
	case CatchupHidden:
		return "Jira doesn't let you see this project, so its figures are left out." + reports
	case CatchupUnknown:
		return "Jira doesn't answer right now, so its figures are left out." + reports
	}
	if p.From.IsZero() {
		return strings.TrimSpace(reports)
	}
	weeks := fmt.Sprintf("week %d", p.From.Number)
	if p.To != p.From {
		weeks = fmt.Sprintf("weeks %d to %d", p.From.Number, p.To.Number)
	}
	return number(p.Done) + " done and " + count(p.Releases, "release", "releases") + " in " + weeks + "." + reports
}

// buttons lead to the newest reports of each project, and to a linked account.
func (v CatchupView) buttons(shown []CatchupProject) []slack.BlockElement {
	var out []slack.BlockElement
	if v.Unlinked {
		out = append(out, LinkRequest.Button("", "Link my account", ""))
	}
	most := 0
	for _, p := range shown {
		most = max(most, len(p.Reports))
	}
	for i := range most { // the newest of each, then the ones before
		for _, p := range shown {
			if i < len(p.Reports) && len(out) < catchupReports && p.Figures == CatchupShown {
				r := p.Reports[i]
				out = append(out, ReportDetails.Button(r.Ref, cut(p.Name, 40)+fmt.Sprintf(": report of week %d", r.Week.Number), ""))
			}
		}
	}
	return out
}
