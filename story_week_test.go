package main

import "testing"

// A week of a team of nine in three zones: one joins, one is away, one answers
// late, one changes an answer, something is blocked, carried and cleared, Jira
// disagrees with somebody, and Good Friday, a weekend on which the clocks change
// and Easter Monday lie between two check-ins. What everybody reads is compared
// message by message with testdata/week_of_checkins.txt.
func TestStoryAWeekOfATeamOfNine(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{Today: "2027-03-23"})
	tr := transcribe(c,
		spot{"#payments", payments, ada}, spot{"Mira", mira, mira}, spot{"Jonas", jonas, jonas}, spot{"Ada", ada, ada}, spot{"Lena", lena, lena}, spot{"Noor", noor, noor},
		spot{"Tomás in New York", tomas, tomas}, spot{"Sam in New York", sam, sam}, spot{"Priya in Kolkata", priya, priya}, spot{"Anil in Kolkata", anil, anil})

	// Tuesday. The round is open since half past nine in Kolkata.
	c.slash(mira, payments, "project edit PAY")
	c.submit(mira, c.modal(mira, "project.edit"), map[string]any{"country": "DE"})
	c.slash(mira, payments, "checkin configure")
	c.submit(mira, c.modal(mira, "checkin.choose"), nil)
	c.submit(mira, c.modal(mira, "checkin.configure"), map[string]any{"participants": []string{mira, jonas, ada, lena, noor, tomas, sam, priya, anil}})
	c.modalSaying(mira, "", "is saved")
	c.closeModal(mira, c.top(mira))
	tr.step("Mira adds Jonas to the check-in and Germany's holidays to the project")

	c.slash(noor, noor, "away 2027-03-24..2027-03-25")
	tr.step("Noor notes that she is away on Wednesday and Thursday")

	c.clockTo("09:31")
	tr.step("Berlin is asked")

	c.tap(ada, "checkin.on_track")
	c.tap(mira, "checkin.at_risk")
	c.tap(noor, "checkin.on_track")
	tr.step("Ada and Noor are on track, Mira is at risk, each with one tap")

	c.click(lena, c.prompt(lena), "checkin.blocked")
	c.submit(lena, c.modal(lena, "checkin.blocked"), map[string]any{"kind": "dependency", "key": "pay-300", "help": []string{"help"}})
	c.settled(lena)
	tr.step("Lena is blocked by another team since today, and asks for help")

	c.click(mira, c.prompt(mira), "checkin.change")
	c.submit(mira, c.modal(mira, "checkin.answer"), map[string]any{"status": "on_track", "confidence": "4"})
	c.settled(mira)
	tr.step("Mira changes her mind")

	c.clockTo("14:31")
	c.tap(tomas, "checkin.on_track")
	tr.step("New York is asked, and Tomás is on track")

	c.clockTo("18:31")
	tr.step("The last window ends, and Sam has not answered")

	c.click(sam, c.reply(sam, payments, "checkin", "This prompt closed at"), "checkin.full")
	c.submit(sam, c.modal(sam, "checkin.answer"), map[string]any{"status": "at_risk"})
	c.settled(sam)
	tr.step("Sam answers late")

	// Wednesday.
	c.clockTo("05:01")
	c.tap(priya, "checkin.on_track")
	c.tap(anil, "checkin.on_track")
	tr.step("Kolkata is asked, for the first time with Jonas on the team; both are on track")

	c.clockTo("09:31")
	c.tap(mira, "checkin.on_track")
	c.tap(jonas, "checkin.on_track")
	c.tap(ada, "checkin.on_track")
	c.click(lena, c.prompt(lena), "checkin.blocked")
	c.submit(lena, c.modal(lena, "checkin.blocked"), map[string]any{"kind": "dependency", "key": "PAY-300"})
	c.settled(lena)
	tr.step("Berlin is asked but for Noor; Lena is still blocked")

	c.clockTo("14:31")
	c.tap(tomas, "checkin.on_track")
	c.tap(sam, "checkin.on_track")
	c.clock("0s")
	tr.step("New York answers, and with the last answer comes the summary")

	// Thursday.
	c.clockTo("05:01")
	c.tap(priya, "checkin.on_track")
	c.tap(anil, "checkin.at_risk")
	c.clockTo("09:31")
	c.click(lena, c.prompt(lena), "blocker.cleared")
	c.tap(lena, "checkin.on_track")
	c.tap(mira, "checkin.on_track")
	c.tap(jonas, "checkin.on_track")
	c.tap(ada, "checkin.on_track")
	tr.step("Kolkata and Berlin answer; what blocked Lena is out of the way")

	c.clockTo("14:31")
	c.tap(tomas, "checkin.on_track")
	c.tap(sam, "checkin.on_track")
	c.clock("0s")
	tr.step("New York answers")

	// Good Friday, the weekend, Easter Monday.
	for range 5 {
		c.clockTo("23:59")
	}
	tr.step("Good Friday, a weekend with a clock change in Berlin, and Easter Monday")

	// Tuesday. In Berlin it is summer now, and Kolkata's morning comes at six.
	c.clockTo("06:01")
	tr.step("Kolkata is asked")
	c.clockTo("09:31")
	tr.step("Berlin is asked, Noor is back")

	tr.is("week_of_checkins.txt")
	c.noViolations()
}

// tap answers someone's newest prompt with one tap and waits for its "Thanks".
func (c *control) tap(user, action string) {
	c.t.Helper()
	c.click(user, c.prompt(user), action)
	c.settled(user)
}

// settled waits until all that follows from what somebody just did is sent.
func (c *control) settled(user string) {
	c.t.Helper()
	c.clock("0s")
}
