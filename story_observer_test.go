package main

import "testing"

func TestStoryAnObserverIsNotAskedUntilThatEnds(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.reply(mira, payments, "roles grant <@"+noor+"> observer PAY", "is now an observer of PAY. Observers see reports and are not asked in check-ins.")
	c.awaitMessage(noor, noor, "", "You are now an observer of PAY in Headway. Observers see reports and are not asked")
	before := len(c.prompts(noor))
	c.clockTo("09:31")
	if n := len(c.prompts(noor)); n != before {
		t.Errorf("the observer was asked: %d prompts, %d before", n, before)
	}
	c.reply(noor, noor, "checkin", "No check-in waits for you right now.")
	c.clockTo("15:31")
	for _, user := range []string{mira, ada, lena, tomas} {
		c.tap(user, "checkin.on_track")
	}
	after := c.latest(payments, ada)
	c.tap(sam, "checkin.on_track")
	c.awaitMessage(payments, ada, after, "7 of 7 answered") // the observer is not waited for

	c.reply(mira, payments, "roles revoke <@"+noor+"> observer PAY", "is asked again from the next round on.")
	c.clockTo("09:31")
	says(t, c.prompt(noor).Text, "Open until 13:30.")
	c.noViolations()
}
