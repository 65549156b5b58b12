package main

import "testing"

func TestStoryAnAdminLooksAfterTheProject(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})

	// Help fits whoever asks, and a slip of the finger finds its command.
	says(t, c.reply(mira, payments, "", "*What Headway can do*").Text, "/headway setup", "/headway project delete", "You are an owner here.")
	manager := c.reply(jonas, payments, "help", "*What Headway can do*").Text
	says(t, manager, "/headway report", "You are a manager here.")
	keepsQuietOf(t, manager, "project delete", "roles grant")
	for slip, meant := range map[string]string{"reprot": "/headway report", "projct lst": "/headway project list", "stauts": "/headway status", "role": "/headway roles list"} {
		c.reply(ada, payments, slip, "Did you mean `"+meant+"`?")
	}
	keepsQuietOf(t, c.reply(ada, payments, "<!channel> `x` <https://evil.test|y>", "I don't know").Text, "<!channel>", "<https", "&amp;lt;")

	// Roles: given, shown to everyone, taken; an admin always remains.
	c.reply(mira, payments, "roles grant @ada manager PAY", "<@"+ada+"> is now a manager of PAY.")
	c.awaitMessage(ada, ada, "", "You are now a manager of PAY")
	says(t, c.reply(noor, payments, "roles", "*Roles in Headway*").Text, "<@"+mira+"> · owner", "<@"+jonas+"> · manager", "<@"+ada+"> · manager of PAY")
	c.reply(mira, payments, "roles revoke @ada manager PAY", "<@"+ada+"> is no longer a manager of PAY.")
	c.awaitMessage(ada, ada, "", "You are no longer a manager of PAY")
	c.reply(mira, payments, "roles revoke @ada manager PAY", "This person doesn't have that role.")
	c.reply(mira, payments, "roles revoke @mira owner", "This is the last admin.")
	c.reply(mira, payments, "roles grant @gil admin", "Only full members of this workspace can have a role.")
	c.reply(mira, payments, "roles grant @ada manager NOPE", "There is no project NOPE here.")
	c.reply(mira, payments, "roles grant @ada king", "The roles are admin, manager and observer")

	// Channels: only where Headway is and no other company reads.
	c.reply(mira, payments, "bind #leads PAY", "Headway is not in this channel.")
	c.reply(mira, payments, "bind #partners PAY", "shared with another company")
	ask := c.reply(mira, payments, "bind #general PAY", "May all ")
	c.click(mira, ask, "bind.declare")
	c.awaitMessage(payments, mira, ask.TS, "<@"+mira+"> declared that everyone there may see the project")
	c.reply(jonas, general, "report", "*Payments · week ") // the channel now has a project
	c.reply(mira, general, "unbind", "Nothing is posted there any more.")
	c.reply(mira, general, "unbind", "No project is bound to this channel.")

	// Settings: a holiday country, and what is impossible is said at its field.
	c.slash(mira, payments, "project edit PAY")
	form := c.modal(mira, "project.edit")
	c.submit(mira, form, map[string]any{"workdays": []string{"mon", "tue", "wed", "thu"}, "country": "DE"})
	c.awaitMessage(mira, mira, "", "Payments (PAY) is edited.")
	c.noViolations()
}

func TestStoryAProjectRestsWakesAndIsDeleted(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})

	// A word that names no project changes none.
	c.reply(mira, payments, "project pause everything", "There is no project everything here.")
	c.reply(mira, payments, "project list", "*Payments* (PAY) · running")

	// Paused: nobody is asked, and whoever looks is told.
	c.reply(mira, payments, "project pause PAY", "No check-ins, reminders or reports until it is resumed.")
	c.reply(ada, payments, "project list", "*Payments* (PAY) · paused")
	says(t, c.home(ada).words(), "*Payments* (PAY) · paused")
	before := c.latest(ada, ada)
	c.clockTo("09:25")
	c.clock("15m")
	if asked := c.posts(ada, ada, before, ""); len(asked) > 0 {
		t.Errorf("a paused project still says %+v", asked)
	}

	// Resumed: the next morning goes on as before.
	c.reply(mira, payments, "project resume PAY", "Check-ins and reports go on at their next moment.")
	c.clockTo("09:31")
	prompt := c.prompt(ada)
	says(t, prompt.Text, "Payments check-in · Thu ", "How is your")

	// Archived: the figures stay, as of then, and Jira is left alone.
	c.reply(mira, payments, "project archive PAY", "Its data stay until it is deleted.")
	c.clock("2h")
	says(t, c.reply(jonas, payments, "report", "*Payments · week ").Text, "as of Thu ", " 09:00")
	c.reply(mira, payments, "project resume PAY", "is resumed")

	// Deleting asks for the key, and gives a receipt.
	c.slash(mira, payments, "project delete PAY")
	form := c.modal(mira, "project.delete")
	says(t, form.words(), "It can't be undone.")
	c.submit(mira, form, map[string]any{"typed_key": "OPS"})
	says(t, c.top(mira).Errors["typed_key"], "Type PAY to delete this project.")
	c.submit(mira, form, map[string]any{"typed_key": "PAY"})
	receipt := c.awaitMessage(mira, mira, "", "*Payments (PAY) is deleted*")
	says(t, receipt.Text, "rows were deleted.", "answers: ", "weeks: 53", "reports: ")
	says(t, c.reply(mira, payments, "project list", "There is no project yet.").Text)
	c.reply(jonas, payments, "report", "No project is set up yet.")
	keepsQuietOf(t, c.home(ada).words(), "PAY")

	// What was said before has buttons that lead nowhere, and say so.
	after := c.latest(ada, ada)
	c.click(ada, prompt, "checkin.on_track")
	says(t, c.awaitMessage(ada, ada, after, "This button").Text, "older version")
	before = c.latest(ada, ada)
	c.clock("26h")
	for _, m := range c.posts(ada, ada, before, "Payments") {
		t.Errorf("a deleted project still asks: %s", m.Text)
	}
	c.noViolations()
}
