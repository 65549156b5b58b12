package blocks

import "time"

// The actions of a list of check-ins to choose from; the value says what is
// meant to happen with the chosen one.
var (
	CheckinPick  = Action[RoundID]{"checkin.pick"}
	CheckinEarly = Action[CheckinID]{"checkin.early"} // its round of today is not open yet
)

// What can be meant with a check-in. A snooze's value goes on with its minutes,
// as in "snooze:60".
const (
	PickNow       = "now"
	PickYesterday = "yesterday"
	PickEdit      = "edit"
	PickSkip      = "skip"
	PickSnooze    = "snooze"
)

// PickView is a list of check-ins of which a person means one; times are in the
// person's zone.
type PickView struct {
	Verb  string // PickNow …
	Value string // the buttons' value
	Now   time.Time
	Rows  []PickRow
}

// PickRow is one of them; Round is "" where it is not open yet.
type PickRow struct {
	Round    RoundID
	Checkin  CheckinID
	Name     string
	Day      time.Time
	AskAt    time.Time // for one that is not open yet
	CloseAt  time.Time
	Closed   bool
	Status   string // what the person said in it, "" for nothing
	Template string // TemplateDaily …
}

// maxPicks is how many check-ins one list offers.
const maxPicks = 10

var pickWords = map[string]struct{ question, button string }{
	PickNow:       {"More than one check-in is there for you. Which one?", "Answer"},
	PickYesterday: {"Which one do you want to answer?", "Answer"},
	PickEdit:      {"Which answer do you want to change?", "Change"},
	PickSkip:      {"Which one do you want to skip?", "Skip"},
	PickSnooze:    {"Which one shall I remind you of?", "Remind me"},
}

// Pick asks which of several check-ins is meant.
func Pick(v PickView) Message {
	words, known := pickWords[v.Verb]
	if !known {
		words = pickWords[PickNow]
	}
	var c card
	c.say(words.question)
	for _, r := range v.Rows[:min(len(v.Rows), maxPicks)] {
		s := "*" + name(r.Name) + " · " + Day(r.Day, v.Now) + "*\n" + r.state(v.Now)
		if r.Round == "" {
			c.sayWith(s, CheckinEarly.Button(r.Checkin, words.button, v.Value))
		} else {
			c.sayWith(s, CheckinPick.Button(r.Round, words.button, v.Value))
		}
	}
	if more := len(v.Rows) - maxPicks; more > 0 {
		c.say("and " + count(more, "more check-in", "more check-ins") + ". A project's key narrows the list.")
	}
	return c.message()
}

func (r PickRow) state(now time.Time) string {
	s := "Open " + until(r.CloseAt, now) + "."
	switch {
	case r.Round == "":
		s = "You are asked " + at(r.AskAt, now) + "."
	case r.Closed:
		s = "Closed."
	}
	if r.Status != "" {
		s += " You said " + TemplateOf(r.Template).words(r.Status) + "."
	}
	return s
}

// at is "at 13:30" on the day of now, else "on Wed 25 Nov at 00:30".
func at(t, now time.Time) string {
	if now.IsZero() || dateOf(t) == dateOf(now) {
		return "at " + Clock(t)
	}
	return "on " + Day(t, now) + " at " + Clock(t)
}

// until is the same for the end of a time.
func until(t, now time.Time) string {
	if dateOf(t) == dateOf(now) {
		return "until " + Clock(t)
	}
	return "until " + Moment(t, now)
}

// SnoozedView is a reminder that a person put off; times are in their zone.
type SnoozedView struct {
	Name             string // of the check-in
	At, CloseAt, Now time.Time
}

// Snoozed says when the reminder comes.
func Snoozed(v SnoozedView) Message {
	return said("I'll remind you of the " + name(v.Name) + " check-in " + at(v.At, v.Now) + ". It is open " + until(v.CloseAt, v.Now) + ".")
}

// NothingMeant answers a command for which there is no check-in.
func NothingMeant(command, verb string) Message {
	switch verb {
	case PickYesterday:
		return said("There is no earlier check-in that asked you.")
	case PickEdit:
		return said("There is no answer of yours to change in the newest check-in. `" + code(command) + " checkin` answers the one that waits.")
	case PickSkip:
		return said("No check-in waits for you right now, so there is nothing to skip.")
	case PickSnooze:
		return said("No check-in waits for you right now, so there is nothing to remind you of.")
	}
	return NothingOpen()
}
