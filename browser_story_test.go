package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestBrowserTheMainJobIsDoneByKeyboardOnly also looks at each screen in both
// themes.
func TestBrowserTheMainJobIsDoneByKeyboardOnly(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	c := startDemo(t, demoCmd{})
	p := b.opens(c.PageURL + "?user=" + mira)

	setsPlatformUp(p)
	p.movesClock("1h")

	// Mira answers in one tap.
	p.opensMessages()
	p.sees("Platform check-in", "How is your work going?")
	p.goesToIn("Platform check-in", "[data-action-id^='checkin.on_track']")
	p.press(kb.Enter)
	p.sees("Thanks, on track.")
	p.looks("story-checkin")

	// Her Home tab knows of it.
	p.goesTo("#tab-messages")
	p.press(kb.ArrowLeft, kb.Enter)
	p.sees("Your projects", "Platform (OPS)")
	p.looks("story-home")

	// Noor answers in full.
	p.actsAs(noor)
	p.opensMessages()
	p.goesToIn("Platform check-in", "[data-action-id^='checkin.full']")
	p.press(kb.Enter)
	p.sees("Answer check-in", "How sure are you that it finishes in time?")
	p.goesTo("[data-block-id=status] input[type=radio]")
	p.press(" ", kb.ArrowDown)
	p.chooses("confidence", "4", "4")
	p.looks("story-answer")
	p.presses("submit")
	p.hasNoDialog()
	p.sees("Thanks, at risk.")

	// Both have answered, so the team reads the summary.
	p.opensChannel(platform)
	p.sees("Platform check-in", "2 of 2 answered", "1 on track", "1 at risk", "Confidence: 4.0 of 5")
	p.looks("story-summary")

	// On Monday the report is there; asked for, it comes for oneself.
	p.movesClock("next_monday")
	p.sees("Platform · week ", "Cycle time, half / 85 %", "In progress", "Done per week", "definitions v1")
	p.sends("/headway report")
	p.sees("Only visible to you")
	p.looks("story-report")
	p.goesToIn("Only visible to you", "[data-action-id^='report.why']")
	p.press(kb.Enter)
	p.sees("Where the figures come from")
	p.looks("story-why")
	c.noViolations()
}

// setsPlatformUp goes through the wizard in #platform as Mira, who asks herself
// and Noor.
func setsPlatformUp(p *person) {
	p.t.Helper()
	p.opensChannel(platform)
	p.sends("/headway setup")
	p.sees("Step 2 of 5", "Connected to acme.atlassian.net")
	p.chooses("project", "plat", "Platform (OPS)")
	p.sees("Sprints are read from it.")
	p.looks("story-setup-project")
	p.presses("submit")

	p.sees("Step 3 of 5", "last 12 weeks: ")
	p.looks("story-setup-mapping")
	p.presses("submit")

	p.sees("Step 4 of 5", "takes one tap")
	p.chooses("participants", "noor", "Noor Haddad")
	p.press(kb.Tab)
	p.ticks("questions")
	p.looks("story-setup-checkin")
	p.presses("submit")

	p.sees("Step 5 of 5", "What Headway will store")
	p.looks("story-setup-storage")
	p.ticks("declared")
	p.presses("submit")
	p.sees("Platform (OPS) is set up.", "First check-in: ", "First report: Mon ")
	p.presses("close")
	p.hasNoDialog()
	p.sees("Headway now works with Platform (OPS)")
}
