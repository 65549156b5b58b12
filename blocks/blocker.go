package blocks

import (
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// What a person says of a blocker of their own.
var (
	BlockerCleared = Action[BlockerID]{"blocker.cleared"} // value: where it was tapped
	BlockerKept    = Action[BlockerID]{"blocker.kept"}
	BlockerHelp    = Action[BlockerID]{"blocker.help"}
)

// Where BlockerCleared was tapped.
const (
	TappedPrompt   = "prompt"
	TappedReminder = "reminder"
	TappedHome     = "home"
	TappedMine     = "mine"
)

// OpenBlocker is a blocker that is to be shown to its person.
type OpenBlocker struct {
	ID BlockerID
	Blocker
}

// maxOpen is how many blockers one message shows to their person.
const maxOpen = 10

// openBlockers lists a person's own blockers, each with the tap that clears it.
func openBlockers(c *card, open []OpenBlocker, where string) {
	for _, b := range open[:min(len(open), maxOpen)] {
		c.sayWith(capital(b.line())+".", BlockerCleared.Button(b.ID, "It is cleared", where))
	}
	if more := len(open) - maxOpen; more > 0 {
		c.say("and " + number(more) + " more.")
	}
}

// after is "after 2 days", of working days that a blocker stood.
func after(days int) string {
	if days < 1 {
		return "the same day"
	}
	return "after " + count(days, "day", "days")
}

// ClearedView is a blocker that was cleared; Days are the working days it stood.
type ClearedView struct {
	Issue
	Days   int
	Before bool   // it was cleared already
	Edited bool   // the message that asked about it says so by itself
	Where  string // TappedPrompt …
}

// Shown says that the place where it was tapped shows the outcome by itself.
func (v ClearedView) Shown() bool {
	return !v.Before && (v.Where == TappedHome || v.Where == TappedReminder && v.Edited)
}

// Cleared answers the tap on "It is cleared".
func Cleared(v ClearedView) Message {
	s := "Good, " + v.named("that one") + " is cleared " + after(v.Days) + "."
	if v.Before {
		s = capital(v.named("that one")) + " was cleared already."
	}
	if v.Where == TappedPrompt {
		s += " Now, how is your part going?"
	}
	return said(s)
}

// named is its key, else the words.
func (v ClearedView) named(words string) string {
	if v.Key == "" {
		return words
	}
	return v.mrkdwn()
}

// BlockerReminderView asks a person about blockers they have said nothing of for
// a while; times are in the person's zone.
type BlockerReminderView struct {
	Now      time.Time
	Blockers []RemindedBlocker
}

// RemindedBlocker is one of them and what became of it since.
type RemindedBlocker struct {
	OpenBlocker
	Checkin string
	Kept    bool // the person said that it is still in the way
	Help    bool // and asked for help
	Cleared bool
	After   int       // working days it stood until it was cleared
	Next    time.Time // when it is asked about again, zero for never
}

// BlockerReminder asks whether they are still in the way. The same view, once
// something was said, is what the message turns into.
func BlockerReminder(v BlockerReminderView) Message {
	var c card
	for _, b := range v.Blockers[:min(len(v.Blockers), maxOpen)] {
		c.say("*" + name(b.Checkin) + "* · " + b.words(v.Now))
		c.buttons(b.buttons()...)
	}
	if more := len(v.Blockers) - maxOpen; more > 0 {
		c.say("and " + number(more) + " more, in Headway's Home tab.")
	}
	c.note("_Only you see this._")
	return c.message()
}

func (b RemindedBlocker) words(now time.Time) string {
	if b.Cleared {
		return b.subject() + " was cleared " + after(b.After) + "."
	}
	parts := []string{b.line() + "."}
	if b.Kept {
		parts = append(parts, "Noted: still blocked.")
	} else {
		parts = append(parts, "Is it still in the way?")
	}
	if b.Help {
		parts = append(parts, "The next summary counts that you need help, without your name.")
	}
	if b.Kept && !b.Next.IsZero() {
		parts = append(parts, "I ask again on "+Day(b.Next, now)+" at the earliest.")
	}
	return strings.Join(parts, " ")
}

func (b RemindedBlocker) buttons() []slack.BlockElement {
	if b.Cleared {
		return nil
	}
	out := []slack.BlockElement{BlockerCleared.Primary(b.ID, "It is cleared", TappedReminder)}
	if !b.Kept {
		out = append(out, BlockerKept.Button(b.ID, "Still blocked", ""))
	}
	if !b.Help {
		out = append(out, BlockerHelp.Button(b.ID, "I need help", ""))
	}
	return out
}

// BlockerOver answers a tap on "Still blocked" or "I need help" for a blocker
// that is over.
func BlockerOver(v ClearedView) Message {
	return said(capital(v.named("that one")) + " was cleared already, so there is nothing to note.")
}
