package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/calendar"
)

// The actions on a proposal about a check-in; their value is what was proposed.
var (
	RitualFewer = Action[CheckinID]{"ritual.fewer"}
	RitualPause = Action[CheckinID]{"ritual.pause"}
	RitualKeep  = Action[CheckinID]{"ritual.keep"}
)

// Why a change of a check-in is proposed.
const (
	ReasonResponse = "response" // few answer
	ReasonReport   = "report"   // nobody opens the report
)

// ProposalWeeks is for how long a pause is proposed.
const ProposalWeeks = 2

// ProposalView proposes to an admin to ask less often.
type ProposalView struct {
	Checkin CheckinID
	Value   string // what the clicks carry
	Name    string // of the check-in
	Reason  string // ReasonResponse or ReasonReport
	Days    calendar.Weekdays
	Fewer   calendar.Weekdays // the days that would stay; 0 where none can go
}

var reasonWords = map[string]string{
	ReasonResponse: "fewer than half of those who were asked answered, three rounds in a row.",
	ReasonReport:   "nobody opened the project's weekly report in the last three weeks.",
}

// Proposal is that proposal. It names nobody.
func Proposal(v ProposalView) Message {
	var c card
	s := "*" + name(v.Name) + " check-in:* " + reasonWords[v.Reason] + "\n"
	var buttons []slack.BlockElement
	if v.Fewer != 0 {
		s += "You could ask on " + v.Fewer.String() + " in place of " + v.Days.String() + ", or pause it for two weeks."
		buttons = append(buttons, RitualFewer.Button(v.Checkin, "Ask on "+v.Fewer.String(), v.Value))
	} else {
		s += "You could pause it for two weeks."
	}
	c.say(s)
	c.buttons(append(buttons, RitualPause.Button(v.Checkin, "Pause for 2 weeks", v.Value), RitualKeep.Button(v.Checkin, "Keep it", v.Value))...)
	c.note("_Only admins of Headway get this, at most once in four weeks. The first click decides._")
	return c.message()
}

// DecidedView is a proposal that was answered.
type DecidedView struct {
	Name  string // of the check-in
	By    string // Slack user id of the admin
	Fewer calendar.Weekdays
	Until calendar.Date // of the pause: the first day on which it is held again
	Now   time.Time
}

// Decided stands in place of the proposal for every admin.
func Decided(v DecidedView) Message {
	what := "it stays as it is."
	switch {
	case v.Fewer != 0:
		what = "from the next round on it asks on " + v.Fewer.String() + "."
	case !v.Until.IsZero():
		what = "it is paused and goes on by itself on " + Date(v.Until, v.Now) + "."
	}
	return said("*" + name(v.Name) + " check-in:* " + Mention(v.By) + " decided: " + what)
}

// RitualPreviewView is when a check-in is held next, and what people will see; times
// are in the project's zone.
type RitualPreviewView struct {
	Name     string
	Template string
	Now      time.Time
	Days     []PreviewDay // held or skipped, in order
	Paused   bool         // until somebody resumes it
	Until    calendar.Date
	Prompt   PromptView
}

// PreviewDay is a date on which the check-in is held or skipped.
type PreviewDay struct {
	Date    calendar.Date
	Skipped string        // why it is not held: "public holiday"; "" where it is
	At      string        // local time of everyone: "09:30"
	Zones   []PreviewZone // who is asked where
	Away    int           // who takes part and is away
	Sprint  string        // that it is about
}

// PreviewZone is how many people are asked in a zone.
type PreviewZone struct {
	Zone   string // IANA name
	People int
}

// RitualPreview shows an admin what a check-in will do.
func RitualPreview(v RitualPreviewView) Message {
	var c card
	c.say("*" + name(v.Name) + " check-in* · preview")
	c.say(v.when())
	c.note("_This is what each person sees:_")
	v.Prompt.Example, v.Prompt.Planned, v.Prompt.Blockers = true, nil, nil
	c.add(Prompt(v.Prompt))
	return c.message()
}

func (v RitualPreviewView) when() string {
	if v.Paused {
		return "It is paused until an admin resumes it."
	}
	var lines []string
	if !v.Until.IsZero() {
		lines = append(lines, "It is paused until "+Date(v.Until, v.Now)+".")
	}
	for _, d := range v.Days {
		lines = append(lines, d.line(v.Now))
	}
	if len(v.Days) == 0 {
		lines = append(lines, "No date is known yet: it goes by sprints, and Jira shows none with dates.")
	}
	return strings.Join(lines, "\n")
}

func (d PreviewDay) line(now time.Time) string {
	if d.Skipped != "" {
		return "○ " + Date(d.Date, now) + ": not held, " + name(d.Skipped)
	}
	s, people := "● "+Date(d.Date, now)+", "+name(d.At)+": ", 0
	var where []string
	for _, z := range d.Zones {
		people += z.People
		where = append(where, number(z.People)+" in "+city(z.Zone))
	}
	s += count(people, "person", "people")
	if len(where) > 0 {
		s += " (" + strings.Join(where, ", ") + ")"
	}
	if d.Away > 0 {
		s += fmt.Sprintf(", %d away", d.Away)
	}
	if d.Sprint != "" {
		s += " · " + name(d.Sprint)
	}
	return s
}

// city is how people call a zone: "New York".
func city(zone string) string {
	if i := strings.LastIndexByte(zone, '/'); i >= 0 {
		zone = zone[i+1:]
	}
	return name(strings.ReplaceAll(zone, "_", " "))
}

// ExampleButton answers a click on a preview.
func ExampleButton() Message {
	return said("This is a preview, so the click changes nothing. In the real one it answers the check-in.")
}

// CheckinRunView is a check-in that an admin started by hand.
type CheckinRunView struct {
	Name  string
	Asked int
	Until time.Time
}

// CheckinRun confirms it.
func CheckinRun(v CheckinRunView) Message {
	return said(name(v.Name) + " check-in: " + count(v.Asked, "person is", "people are") + " asked now. It is open until " + Clock(v.Until) + ".")
}

// CheckinsPausedView is a project whose check-ins were paused or resumed.
type CheckinsPausedView struct {
	Project string
	Resumed bool
	Until   calendar.Date // the first day on which they are held again; zero for until resumed
	Next    string        // when they go on
	Command string
	Now     time.Time
}

// CheckinsPaused confirms it.
func CheckinsPaused(v CheckinsPausedView) Message {
	switch {
	case v.Resumed:
		return said("The check-ins of " + name(v.Project) + " go on. Next: " + name(v.Next) + ".")
	case !v.Until.IsZero():
		return said("The check-ins of " + name(v.Project) + " are paused and go on by themselves on " + Date(v.Until, v.Now) + ". Reports come as usual.")
	}
	return said("The check-ins of " + name(v.Project) + " are paused until `" + code(v.Command) + " checkin resume`. Reports come as usual.")
}

// ChannelBrokenView is a channel that takes no posts any more.
type ChannelBrokenView struct {
	Channel string // Slack channel id
	Code    string // Slack's
	What    string // what could not be posted: "summary" or "report"
	Project string
	Key     string
	Command string
}

// ChannelBroken tells an admin, once, what to do.
func ChannelBroken(v ChannelBrokenView) Message {
	cure := "Headway is not in it any more. Type `/invite @Headway` there, or choose another one: `" + code(v.Command) + " bind #channel " + code(v.Key) + "`."
	if v.Code == "is_archived" {
		cure = "It is archived. Choose another one: `" + code(v.Command) + " bind #channel " + code(v.Key) + "`."
	}
	return said("I could not post the " + name(v.What) + " of *" + name(v.Project) + "* in " + Channel(v.Channel) + ". " + cure + " Nothing is lost, and the next one is tried there again.")
}
