package blocks

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// JobsReplay sends a message once more that Slack refused.
var JobsReplay = Action[LetterID]{"jobs.replay"}

// JobsView is what runs by itself; times are in the reader's zone.
type JobsView struct {
	Now                      time.Time
	Projects                 []JobsProject
	Others                   int // projects that are not shown
	Pending, Uncertain, Dead int // messages on their way to Slack
	Letters                  []Letter
	Replay                   bool // the reader may see dead ones and send them again
}

// JobsProject is one project's schedules and runs.
type JobsProject struct {
	Key, Name string
	State     string
	ReadUpTo  time.Time // zero for never
	Issues    int
	Weeks     string // first week that may still change: "2026-W42"
	Reading   bool
	Problem   string // a sentence, "" when all is well
	Next      []JobsNext
	Runs      []JobsRun
}

// JobsNext is when something is due.
type JobsNext struct {
	What string // "reading", "check-in", "report"
	Due  time.Time
	Off  bool
}

// JobsRun is one run that is over.
type JobsRun struct {
	What  string
	At    time.Time
	State string // "done", "missed", "failed"
	Took  time.Duration
	Note  string
}

// Letter is a message that Slack refused for good.
type Letter struct {
	ID     LetterID
	Kind   string // "report"
	To     string // channel or user
	At     time.Time
	Reason string // Slack's code
}

// Jobs shows what runs by itself, what ran, and what did not get through.
func Jobs(v JobsView) Message {
	var c card
	c.heading("What runs by itself")
	if len(v.Projects) == 0 {
		c.say("No project is set up yet.")
	}
	for _, p := range v.Projects {
		c.say(p.lines(v.Now))
	}
	if v.Others > 0 {
		c.say("and " + count(v.Others, "more project", "more projects") + ". Add a key to see one.")
	}
	c.say("*Messages to Slack:* " + v.outbox())
	if v.Replay {
		v.letters(&c)
	}
	return c.message()
}

func (v JobsView) letters(c *card) {
	for _, l := range v.Letters {
		c.sayWith(l.line(v.Now), JobsReplay.Button(l.ID, "Send again", ""))
	}
	if more := v.Dead - len(v.Letters); more > 0 {
		c.say("and " + count(more, "more message", "more messages") + " that Slack refused.")
	}
}

func (v JobsView) outbox() string {
	if v.Pending+v.Uncertain+v.Dead == 0 {
		return "none waiting, none refused."
	}
	return fmt.Sprintf("%s waiting, %s without an answer, %s refused for good.", number(v.Pending), number(v.Uncertain), number(v.Dead))
}

func (p JobsProject) lines(now time.Time) string {
	lines := []string{"*" + name(p.Name) + "* (" + name(p.Key) + ") · " + stateWords(p.State), p.read(now)}
	if len(p.Next) > 0 {
		lines = append(lines, "Next: "+p.next(now))
	}
	for _, r := range p.Runs {
		lines = append(lines, r.line(now))
	}
	return strings.Join(lines, "\n")
}

func (p JobsProject) read(now time.Time) string {
	s := "Jira read: " + When(p.ReadUpTo, now)
	if !p.ReadUpTo.IsZero() {
		s += ", " + count(p.Issues, "issue", "issues")
	}
	if p.Weeks != "" {
		s += ", weeks from " + name(p.Weeks) + " on still change"
	}
	if p.Reading {
		s += " · reading now"
	}
	if p.Problem != "" {
		s += " · ■ " + name(p.Problem)
	}
	return s
}

func (p JobsProject) next(now time.Time) string {
	parts := make([]string, 0, len(p.Next))
	for _, n := range p.Next {
		when := next(n.Due, now)
		if n.Off {
			when = "paused"
		}
		parts = append(parts, name(n.What)+" "+when)
	}
	return strings.Join(parts, " · ")
}

func (r JobsRun) line(now time.Time) string {
	mark := map[string]string{"failed": "■ ", "missed": "▲ "}[r.State]
	s := mark + When(r.At, now) + " " + name(r.What) + " " + name(r.State)
	if r.Took >= time.Second {
		s += " in " + span(r.Took)
	}
	if r.Note != "" {
		s += ": " + escaped(r.Note, 200)
	}
	return s
}

func (l Letter) line(now time.Time) string {
	return "■ " + capital(name(l.Kind)) + " to " + recipient(l.To) + ", " + When(l.At, now) + ": Slack said `" + code(l.Reason) + "`"
}

// recipient is where a message goes: a channel, or a person.
func recipient(id string) string {
	if userID.MatchString(id) {
		return Mention(id)
	}
	return Channel(id)
}

// Replayed says that a message is on its way again.
func Replayed(kind, to string) Message {
	return said("The " + name(kind) + " to " + recipient(to) + " is on its way again.")
}

// RunNote is what a run came to, by the note that is stored.
func RunNote(note string) string {
	switch n, err := strconv.Atoi(note); {
	case err == nil:
		return count(n, "issue read", "issues read")
	case note == "unchanged":
		return "nothing had changed"
	case note == "sprint_not_begun":
		return "the sprint was not started"
	case note == "no_issues":
		return "Jira shows no issue"
	case note == "day_off":
		return "the team is off that day"
	case note == "":
		return ""
	}
	return ReadingProblem(note)
}
