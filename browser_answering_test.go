package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestBrowserAnAnswerIsOneTapOrTwoScreens goes from the prompt to the stored
// answer by keyboard and looks at each screen on the way.
func TestBrowserAnAnswerIsOneTapOrTwoScreens(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	c := startDemo(t, demoCmd{})
	c.wordsOn(t)
	c.clockTo("09:31") // today's round was open already, so it asks for no words
	c.tap(ada, "checkin.at_risk")
	c.tap(noor, "checkin.on_track")
	c.tap(lena, "checkin.on_track")
	c.clockTo("09:31")
	c.tap(anil, "checkin.on_track")
	c.tap(priya, "checkin.on_track")

	// The short answer: one tap on the prompt.
	p := b.opens(c.PageURL + "?user=" + ada)
	p.opensMessages()
	p.sees("Open until 13:30.")
	p.looks("answering-prompt")
	p.goesToIn("Open until 13:30.", "[data-action-id^='checkin.on_track']")
	p.press(kb.Enter)
	p.sees("Thanks, on track.")
	p.hasNoDialog()
	p.looks("answering-thanks")

	// The full one: the prompt, and one form.
	p.actsAs(noor)
	p.opensMessages()
	p.goesToIn("Open until 13:30.", "[data-action-id^='checkin.full']")
	p.press(kb.Enter)
	p.sees("Answer check-in", "Anything your team should know?", "everyone in the team's channel can read it")
	p.goesTo("[data-block-id=status] input[type=radio]")
	p.press(" ", kb.ArrowDown)
	p.goesTo("textarea[data-block-id=text], [data-block-id=text] textarea")
	p.press("Out from three.")
	p.looks("answering-full")
	p.presses("submit")
	p.hasNoDialog()
	p.sees("Thanks, at risk.")

	// Blocked: the prompt, and one form.
	p.actsAs(lena)
	p.opensMessages()
	p.goesToIn("Open until 13:30.", "[data-action-id^='checkin.blocked']")
	p.press(kb.Enter)
	p.sees("What do you need?", "Anything your team should know?")
	p.looks("answering-blocked")
	p.presses("close")
	p.hasNoDialog()

	// For yesterday, by command.
	p.actsAs(sam)
	p.opensChannel(payments)
	p.sends("/headway checkin yesterday")
	p.sees("This is for ", "kept as a late answer")
	p.looks("answering-yesterday")
	p.presses("close")
	p.hasNoDialog()

	// What people wrote stands under the summary.
	c.clockTo("19:31")
	p.sees("4 of 8 answered", "1 reply")
	p.looks("answering-summary")

	// Jira says something else: one question, to oneself.
	c.clockTo("05:05")
	p.actsAs(anil)
	p.opensMessages()
	p.goesToIn("Open until 13:30.", "[data-action-id^='checkin.on_track']")
	p.press(kb.Enter)
	p.sees("Still right?", "Only you see this, and it is not kept.")
	p.looks("answering-mismatch")
	p.goesToIn("Still right?", "[data-action-id^='mismatch.fine']")
	p.press(kb.Enter)
	p.sees("Good, your answer stays as it is.")
	c.noViolations()
}
