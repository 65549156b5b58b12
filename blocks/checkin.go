package blocks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/calendar"
)

// What a person can say of their part.
const (
	StatusOnTrack = "on_track"
	StatusAtRisk  = "at_risk"
	StatusBlocked = "blocked"
)

// What a blocked person waits for.
const (
	KindPerson      = "person"
	KindDecision    = "decision"
	KindDependency  = "dependency"
	KindEnvironment = "environment"
	KindOther       = "other"
)

// Who may see a check-in's answers.
const (
	PrivacyTeam     = "team"
	PrivacyManagers = "managers"
	PrivacyCounts   = "counts"
)

// The prompt's actions.
var (
	CheckinOnTrack = Action[RoundID]{"checkin.on_track"}
	CheckinAtRisk  = Action[RoundID]{"checkin.at_risk"}
	CheckinBlocked = Action[RoundID]{"checkin.blocked"} // opens BlockedForm
	CheckinFull    = Action[RoundID]{"checkin.full"}    // opens AnswerForm
	CheckinMore    = Action[RoundID]{"checkin.more"}    // value MoreSkip, MoreSnooze, MoreAway or MoreLeave
	CheckinChange  = Action[RoundID]{"checkin.change"}  // opens AnswerForm with the answer so far
	CheckinExample = Action[None]{"checkin.example"}    // a button of a preview
)

// The values of CheckinMore.
const (
	MoreSkip   = "skip"
	MoreSnooze = "snooze"
	MoreAway   = "away"
	MoreLeave  = "leave"
)

// ShortcutAnswer is the callback id of the global shortcut "Answer check-in".
const ShortcutAnswer = "checkin_answer"

// Blocker is one blocked item without the person. Days counts from 1, the day
// it was first reported, in working days; 0 is unknown.
type Blocker struct {
	Issue            // Key is "" when none was named
	Kind      string // KindPerson … KindOther, "" when it was not said
	Days      int
	Yesterday bool // it was in the last round too
	Carried   bool // the person said nothing of it in this round
}

var kindWords = map[string]string{
	KindPerson:      "waits for a person",
	KindDecision:    "waits for a decision",
	KindDependency:  "waits for another team",
	KindEnvironment: "waits for an environment",
	KindOther:       "waits for something else",
}

// line is "PAY-871 waits for a decision, day 3 (also yesterday)".
func (b Blocker) line() string {
	return b.subject() + " " + b.state()
}

func (b Blocker) subject() string {
	if b.Key == "" {
		return "One item"
	}
	return b.mrkdwn()
}

// state is "waits for a decision, day 3 (also yesterday)".
func (b Blocker) state() string {
	words := kindWords[b.Kind]
	if words == "" {
		words = "is blocked"
	}
	s := words
	if b.Days > 0 {
		s += fmt.Sprintf(", day %d", b.Days)
	}
	switch {
	case b.Carried:
		s += " (no news today)"
	case b.Yesterday:
		s += " (also yesterday)"
	}
	return s
}

// PromptView is a check-in's question to one person; times are in that
// person's zone.
type PromptView struct {
	Round    RoundID
	Name     string    // of the check-in: "Payments"
	Template string    // TemplateDaily …
	Day      time.Time // the round's day
	Topic    string    // sprint's name; "" asks for the work as a whole
	CloseAt  time.Time
	Planned  []Issue       // what the person planned last time
	Blockers []OpenBlocker // the person's own
	Privacy  string
	KeepDays int  // how long answers are kept
	Snoozed  bool // the person asked to be reminded now
	Example  bool // shown to an admin: its buttons do nothing
}

func (v PromptView) title() string {
	return "*" + name(v.Name) + " check-in · " + Day(v.Day, v.CloseAt) + "*"
}

func (v PromptView) question() string {
	topic := ""
	if v.Topic != "" {
		topic = "*" + name(v.Topic) + "*"
	}
	return TemplateOf(v.Template).asks(topic)
}

// Prompt asks one person, answerable in one tap.
func Prompt(v PromptView) Message {
	var c card
	c.say(v.title() + "\n" + v.question() + " Open until " + Clock(v.CloseAt) + ".")
	c.buttons(v.buttons()...)
	for _, b := range v.Blockers[:min(len(v.Blockers), 5)] {
		c.sayWith("Still open: "+b.line()+".", BlockerCleared.Button(b.ID, "It is cleared", TappedPrompt))
	}
	c.note("_" + strings.TrimSpace(v.planned()+" "+privacyNote(v.Privacy, v.KeepDays)) + "_")
	return c.message()
}

// Reminder asks once more, at half time or when the person wanted it.
func Reminder(v PromptView) Message {
	why := " There is still time until " + Clock(v.CloseAt) + "; this is the only reminder."
	if v.Snoozed {
		why = " You asked me to remind you now; there is time until " + Clock(v.CloseAt) + "."
	}
	var c card
	c.say(v.title() + "\n" + v.question() + why)
	c.buttons(v.buttons()...)
	return c.message()
}

func (v PromptView) planned() string {
	if len(v.Planned) == 0 {
		return ""
	}
	return "Last time you planned " + issues(v.Planned[:min(len(v.Planned), maxPlan)]) + "."
}

func (v PromptView) buttons() []slack.BlockElement {
	r, t := v.Round, TemplateOf(v.Template)
	full := CheckinFull.Button(r, "Answer in full", "")
	taps := []slack.BlockElement{
		CheckinOnTrack.Button(r, t.label(StatusOnTrack), StatusOnTrack),
		CheckinAtRisk.Button(r, t.label(StatusAtRisk), StatusAtRisk),
		CheckinBlocked.Button(r, t.label(StatusBlocked), StatusBlocked),
	}
	more := CheckinMore.Menu(r,
		Option{Value: MoreSkip, Label: "Skip today"},
		Option{Value: MoreSnooze, Label: "Remind me in 1 hour"},
		Option{Value: MoreAway, Label: "I'm away"},
		Option{Value: MoreLeave, Label: "Not on this team"})
	all := slices.Concat(taps, []slack.BlockElement{full, more})
	if t.ConfidenceFirst {
		all = slices.Concat([]slack.BlockElement{CheckinFull.Primary(r, "How sure, 1 to 5", "")}, taps, []slack.BlockElement{more})
	}
	if v.Example {
		return inert(all)
	}
	return all
}

// inert makes buttons and menus do nothing but say so.
func inert(elements []slack.BlockElement) []slack.BlockElement {
	for _, e := range elements {
		switch e := e.(type) {
		case *slack.ButtonBlockElement:
			e.ActionID = CheckinExample.ID("")
		case *slack.OverflowBlockElement:
			e.ActionID = CheckinExample.ID("") + ordinalMark + "menu"
		}
	}
	return uniqueActions(elements)
}

func privacyNote(privacy string, days int) string {
	seen, them := "Answers are seen by your team", "them"
	switch privacy {
	case PrivacyManagers:
		seen = "Answers are seen by your team and its managers"
	case PrivacyCounts:
		seen, them = "Nobody sees your own answer, only counts", "answers"
	}
	if days <= 0 {
		return seen + "."
	}
	return seen + "; Headway keeps " + them + " " + count(days, "day", "days") + "."
}

// ThanksView is what a prompt turns into; times are in the person's zone.
type ThanksView struct {
	Round    RoundID
	Name     string // of the check-in
	Template string // TemplateDaily …
	Day      time.Time
	CloseAt  time.Time // when the round closes, or closed
	Now      time.Time
	Status   string    // StatusOnTrack …; "" for Skipped and AwayThanks
	Blocker  *Blocker  // what was said of the blocker, nil when nothing
	Previous string    // the status this answer replaces, "" for the first
	Replaced time.Time // when that one was given
	Late     bool      // the round was closed already
	Last     bool      // nobody else is waited for

	AwayFrom, AwayTo calendar.Date // AwayThanks: zero means today only
}

// Thanks confirms an answer.
func Thanks(v ThanksView) Message {
	t := TemplateOf(v.Template)
	s := "Thanks, " + t.name(v.Status) + "."
	if t.Reflects {
		s = "Thanks, noted as " + t.name(v.Status) + "."
	}
	if v.Status == StatusBlocked && v.Blocker != nil {
		s = "Thanks, blocked: " + v.Blocker.line() + "."
	}
	if v.Previous != "" {
		s += " You answered " + at(v.Replaced, v.Now) + " (" + t.name(v.Previous) + "); this replaces it."
	}
	return settled(v, s+" "+v.after(), "Change")
}

func (v ThanksView) after() string {
	switch {
	case v.Late:
		return "The round of " + Day(v.Day, v.CloseAt) + " closed at " + Clock(v.CloseAt) + ", so this is kept as a late answer and the summary stays as it was."
	case v.Last:
		return "Yours was the last one, so the team's summary comes now."
	}
	return "The team's summary comes " + at(v.CloseAt, v.Now) + " or when everyone has answered."
}

// Skipped confirms that a person skips this round.
func Skipped(v ThanksView) Message {
	return settled(v, "Skipped for "+Day(v.Day, v.CloseAt)+". You don't count as missing.", "Answer after all")
}

// AwayThanks confirms that a person is away.
func AwayThanks(v ThanksView) Message {
	s := "You're away on " + Day(v.Day, v.CloseAt) + "; you are not asked and don't count as missing."
	if !v.AwayTo.IsZero() && v.AwayTo != v.AwayFrom {
		s = "You're away from " + Date(v.AwayFrom, v.CloseAt) + " to " + Date(v.AwayTo, v.CloseAt) + "; you are not asked and don't count as missing."
	}
	return settled(v, s, "Answer after all")
}

func settled(v ThanksView, s, label string) Message {
	var c card
	c.sayWith("*"+name(v.Name)+" check-in · "+Day(v.Day, v.CloseAt)+"*\n"+s, CheckinChange.Button(v.Round, label, ""))
	return c.message()
}

// ClosedView is a round that is over; times are in the person's zone.
type ClosedView struct {
	Round         RoundID
	Name          string
	Day, ClosedAt time.Time
	Status        string // what the person said in it, "" for nothing
	Template      string // TemplateDaily …
}

// PromptClosed stands in place of a prompt that was not answered in time, and
// answers a click on one.
func PromptClosed(v ClosedView) Message {
	said, label := "", "Answer late"
	if v.Status != "" {
		said, label = " You said "+TemplateOf(v.Template).words(v.Status)+".", "Change"
	}
	var c card
	c.sayWith("*"+name(v.Name)+" check-in · "+Day(v.Day, v.ClosedAt)+"*\nThis prompt closed at "+Clock(v.ClosedAt)+"."+said,
		CheckinFull.Button(v.Round, label, ""))
	return c.message()
}

// LeftView is a person who said they are not on this team.
type LeftView struct{ Name string }

// Left confirms that the person is not asked any more.
func Left(v LeftView) Message {
	return said("You are no longer asked for " + name(v.Name) + ". An admin of Headway can add you again.")
}

// NothingOpen answers someone who wants to answer while no check-in is open.
func NothingOpen() Message { return said("No check-in waits for you right now.") }
