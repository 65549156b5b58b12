package main

import (
	"strings"
	"testing"
)

func TestStoryABlockerFromTheFirstWordToTheLast(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})

	// Lena is blocked since before the weekend. On Tuesday she says nothing of it;
	// her team reads that it still is in the way.
	c.clockTo("09:31")
	says(t, c.prompt(lena).Text, "Still open: <", "waits for a decision, day 3.")
	says(t, c.home(lena).words(), "In your way", "waits for a decision, day 3.")
	keepsQuietOf(t, c.home(ada).words(), "In your way")
	before := c.latest(payments, ada)
	c.clockTo("19:31")
	says(t, c.awaitMessage(payments, ada, before, "answered").Text, "waits for a decision, day 3 (no news today)")

	// On Wednesday afternoon she is asked, and she alone.
	before, after := c.latest(payments, ada), c.latest(lena, lena)
	c.clockTo("15:01")
	asked := c.awaitMessage(lena, lena, after, "Is it still in the way?")
	says(t, asked.Text, "waits for a decision, day 4.", "Only you see this.")
	for _, m := range c.messages(ada, ada, "", 0) {
		keepsQuietOf(t, m.Text, "still in the way")
	}
	c.click(lena, asked, "blocker.kept")
	asked = c.awaitMessage(lena, lena, asked.TS, "Noted: still blocked.")
	c.click(lena, asked, "blocker.help")
	asked = c.awaitMessage(lena, lena, asked.TS, "The next summary counts that you need help, without your name.")
	c.clockTo("19:31")
	summary := c.awaitMessage(payments, ada, before, "answered")
	says(t, summary.Text, "day 4 (no news today)", "1 person asked for help.")

	// Ada helps. The day after it is out of the way, by one tap in App Home.
	c.click(ada, summary, "summary.help")
	c.awaitMessage(lena, lena, "", "can help with")
	c.clockTo("09:31")
	home := c.home(lena)
	c.clickView(lena, home, "blocker.cleared", nil)
	c.until(lena, func() bool {
		var now struct{ View *view }
		c.get("/home", map[string][]string{"user": {lena}}, &now)
		return !strings.Contains(now.View.words(), "In your way")
	}, func() string { return "App Home still shows the blocker" })
	asked = c.awaitMessage(lena, lena, asked.TS, "was cleared after")
	keepsQuietOf(t, asked.Text, "Noted")
	after = c.latest(lena, lena)
	c.click(lena, c.prompt(lena), "blocker.cleared") // the prompt of this morning still shows it
	c.awaitMessage(lena, lena, after, "was cleared already.")
	before = c.latest(payments, ada)
	c.click(ada, summary, "summary.help")
	c.awaitMessage(payments, ada, before, "Nobody else waits for help with")
	c.clockTo("19:31")
	says(t, c.awaitMessage(payments, lena, before, " answered").Text, "*Cleared since Wed:* <", "after 4 days.")

	// Her own history tells it all, to her.
	mine := c.reply(lena, payments, "mine 2w", "*Your check-ins · ")
	says(t, mine.Text, "were blocked on 1 day.", "■ blocked · <", "; cleared after 4 days", "no answer", "Only you see this.")
	keepsQuietOf(t, mine.Text, ada, mira)
	c.noViolations()
}

func TestStoryBackFromDaysAway(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.clockTo("09:31")
	c.choose(mira, c.prompt(mira), "checkin.more", menu("away"))
	today := c.clock("0s").In(demoZone)
	c.submit(mira, c.modal(mira, "away"), map[string]any{"to": today.AddDate(0, 0, 2).Format("2006-01-02")})
	c.awaitMessage(mira, mira, "", "You're away from Tue ")
	c.click(ada, c.prompt(ada), "checkin.blocked")
	c.submit(ada, c.modal(ada, "checkin.blocked"), map[string]any{"kind": "person", "key": "PAY-300"})
	c.awaitMessage(ada, ada, "", "waits for a person, day 1.")
	c.clock("next_monday")
	c.clockTo("10:00")

	card := c.reply(mira, payments, "catchup", "*Since Tue ")
	says(t, card.Text, "*Payments* · 4 check-ins, ", " answered.", "1 new blocker; still open: <", "PAY-300>", " done and ", "1 weekly report was posted.", "Only you see this.")
	if n := strings.Count(card.Text, "\n") + 1; n > 12 {
		t.Errorf("the card has %d lines", n)
	}
	after := c.latest(payments, mira)
	c.click(mira, card, "report.details")
	c.awaitMessage(payments, mira, after, "*Payments · week ")

	says(t, c.reply(mira, payments, "catchup 1d", "*Since Sun ").Text, "No check-in was held.")
	c.reply(mira, payments, "catchup tomorrow", "I can't read that day. Try `2w`")
	c.reply(mira, payments, "mine 3 months", "I can't read that time. Try `2w`")
	c.reply(mira, payments, "mine 2020-01", "so nothing is left of that time")
	says(t, c.reply(mira, payments, "mine", "*Your check-ins · ").Text, "You were away for 3.")
	c.reply(jonas, payments, "mine", "You were not asked in this time.")
	keepsQuietOf(t, c.reply(jonas, payments, "catchup", "*Since ").Text, "PAY-300", "blocker")
	c.reply(iris, general, "catchup", "You are not part of a project yet.")
	c.noViolations()
}
