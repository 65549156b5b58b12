package blocks

import "time"

// The answers to the private question about an "on track".
var (
	MismatchFine    = Action[RoundID]{"mismatch.fine"}
	MismatchBlocked = Action[RoundID]{"mismatch.blocked"} // value: the item's key; opens BlockedForm
	MismatchFix     = Action[RoundID]{"mismatch.fix"}     // value: the item's key
)

// MismatchView is one of the person's own items in progress of which Jira says
// something else than "on track"; times are in the person's zone. It is shown
// to that person alone and kept nowhere.
type MismatchView struct {
	Round   RoundID
	Issue   Issue
	Flagged time.Time // since when; zero for an item that is silent
	Silent  int       // working days without a move
	More    int       // further items of which the same is true
	Now     time.Time
}

// Mismatch asks whether the answer is still right.
func Mismatch(v MismatchView) Message {
	var c card
	c.say("You said *on track*. Jira has " + v.Issue.mrkdwn() + " " + v.state() + v.more() + ". Still right?")
	c.buttons(MismatchFine.Button(v.Round, "Yes, it's fine", ""),
		MismatchBlocked.Button(v.Round, "It is blocked", cut(v.Issue.Key, maxOption)),
		MismatchFix.Button(v.Round, "I'll fix it in Jira", cut(v.Issue.Key, maxOption)))
	c.note("_Only you see this, and it is not kept._")
	return c.message()
}

func (v MismatchView) state() string {
	if v.Flagged.IsZero() {
		return "in progress without a move for " + count(v.Silent, "working day", "working days")
	}
	if days := dateOf(v.Now).Sub(dateOf(v.Flagged)); days >= 0 && days < 7 {
		return "flagged since " + v.Flagged.Format("Mon")
	}
	return "flagged since " + Day(v.Flagged, v.Now)
}

func (v MismatchView) more() string {
	if v.More <= 0 {
		return ""
	}
	return " (and " + number(v.More) + " more)"
}

// MismatchTaken takes the question's place once it is answered.
func MismatchTaken() Message { return said("Good, your answer stays as it is.") }

// MismatchToFix takes its place for someone who puts it right in Jira.
func MismatchToFix(i Issue) Message {
	return said("Good, your answer stays as it is. " + i.mrkdwn() + " is where to put it right.")
}
