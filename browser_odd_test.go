package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestBrowserOddCommandsAreAnsweredInPlainWords(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	c := startDemo(t, demoCmd{})
	p := b.opens(c.PageURL + "?user=" + mira + "&channel=" + general)
	for typed, says := range map[string]string{
		"<!channel> & \"quotes\" `code`":           "I don't know <!channel> & \"quotes\" 'code'.",
		"🚀🚀":                                       "I don't know 🚀🚀.",
		"reprot":                                   "I don't know reprot. Did you mean /headway report?",
		strings.Repeat("x", 3000):                  "I don't know " + strings.Repeat("x", 40),
		"report --project \"MY TEAM\"":             "There is no project",
		"report pay":                               "Payments · week ",
		"report PAY 2030-W02":                      "I can't read that week.",
		"report pay pay " + strings.Repeat("y", 9): "I can't read that week.",
	} {
		p.sends("/headway " + typed)
		p.sees(says)
	}
	p.sends(strings.Repeat("W", 2000) + " <b>&amp; <!here>")
	p.sees("WW <b>&amp; <!here>")
	p.until("nothing is wider than the window", `document.documentElement.scrollWidth <= innerWidth`)
	c.noViolations()
}

func TestBrowserAWizardSurvivesDoubleEnterReloadAndEscape(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	c := startDemo(t, demoCmd{})
	p := b.opens(c.PageURL + "?user=" + mira + "&channel=" + platform)
	p.sends("/headway setup")
	p.press(kb.Enter)
	p.chooses("project", "plat", "Platform (OPS)")
	p.sees("Sprints are read from it.")
	p.presses("submit")
	p.press(kb.Enter)
	p.sees("Step 3 of 5")

	p.do(chromedp.Reload())
	p.sees("Step 3 of 5", "Where each status stands")
	p.presses("submit")
	p.press(kb.Enter)
	p.sees("Step 4 of 5")
	p.seesNot("Step 5 of 5")
	p.press(kb.Escape, kb.Escape)
	p.hasNoDialog()

	// Left in the middle, the setup goes on from Headway's Home tab.
	p.opensMessages()
	p.goesTo("#tab-messages")
	p.press(kb.ArrowLeft, kb.Enter)
	p.sees("Platform (OPS) · setup not finished")
	p.goesTo("[data-action-id^='home.resume']")
	p.press(kb.Enter)
	p.sees("Step 4 of 5")
	c.noViolations()
}

func TestBrowserTwoPeopleInTwoTabsSeeEachOther(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	c := startDemo(t, demoCmd{})
	people := map[string]*person{}
	for _, user := range []string{ada, noor} {
		people[user] = b.opens(fmt.Sprintf("%s?user=%s&channel=%s", c.PageURL, user, payments))
	}
	people[ada].sends("Is the release out?")
	people[noor].sees("Is the release out?")
	people[noor].sends("/headway report")
	people[noor].sees("Only visible to you", "Cycle time, half / 85 %")
	people[ada].seesNot("Only visible to you")
	people[ada].movesClock("1h")
	people[noor].until("the clock moved for both", fmt.Sprintf(`document.querySelector("[role=timer] time").textContent === %q`, people[ada].read(`document.querySelector("[role=timer] time").textContent`)))
	c.noViolations()
}
