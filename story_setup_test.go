package main

import "testing"

func TestStoryMiraSetsUpTheKanbanProjectByHand(t *testing.T) {
	t.Parallel()
	c := startFresh(t)

	// Before anyone has set Headway up, it says who can.
	c.reply(lena, platform, "setup", "An owner or admin of this Slack workspace can start with `/headway setup`.")
	says(t, c.home(mira).words(), "Welcome to Headway", "Set up Headway")

	// Step 1: connect Jira. What is refused comes back with the site and email
	// that were typed, the error at its field, and never the token.
	c.slash(mira, platform, "setup")
	v := c.modal(mira, "setup.connect")
	says(t, v.words(), "Step 1 of 5", "Headway only ever reads Jira")
	entered := map[string]any{"site": "https://acme.example.com", "email": c.JiraEmail, "token": c.JiraToken}
	c.submit(mira, v, entered)
	v = c.modal(mira, "setup.connect")
	says(t, v.Errors["site"], "Enter the name of the site only")

	entered["site"], entered["email"] = "acme", "typo@acme.test"
	c.submit(mira, v, entered)
	v = c.modalSaying(mira, "setup.connect", "Jira refused this email and token")
	says(t, string(v.Raw), `"initial_value":"acme"`, `"initial_value":"typo@acme.test"`)
	keepsQuietOf(t, string(v.Raw), c.JiraToken)
	c.reply(mira, platform, "status", "not connected yet")

	// The token is remembered for a while, so only the email is typed again.
	c.submit(mira, v, map[string]any{"email": c.JiraEmail})

	// Step 2: the project; its board follows by itself.
	v = c.modal(mira, "setup.project")
	says(t, v.words(), "Step 2 of 5", "Connected to acme", "once a project is chosen")
	ops := c.suggest(mira, v, "setup.project", "plat")
	if len(ops) != 1 || ops[0].Text == nil {
		t.Fatalf("typing plat offers %+v", ops)
	}
	c.clickView(mira, v, "setup.project", ops[0].chosen())
	v = c.modalSaying(mira, "setup.project", "Sprints are read from it.")
	if boards := c.suggest(mira, v, "setup.board", ""); len(boards) != 1 {
		t.Errorf("the boards of OPS are %+v", boards)
	}

	// What the token can no longer see is refused at its field.
	c.fault(map[string]any{"fault": "forbidden", "project": "OPS"})
	c.submit(mira, v, nil)
	v = c.modalSaying(mira, "setup.project", "The token can't see this project.")
	c.fault(map[string]any{"fault": "forbidden", "on": false})
	c.submit(mira, v, nil)

	// Step 3: the statuses are filled in, with what the rules come to.
	v = c.modal(mira, "setup.mapping")
	says(t, v.words(), "Step 3 of 5", "Platform* (OPS)", "last 12 weeks: ", " releases, ", " done, ", " left out.")
	c.submit(mira, v, map[string]any{"stage:10001": "3", "stage:10004": "4"})

	// Step 4: who is asked.
	v = c.modal(mira, "setup.checkin")
	says(t, v.words(), "Step 4 of 5", "Each person gets a direct message that takes one tap.")
	c.submit(mira, v, map[string]any{"participants": []string{lena, gil}})
	v = c.modalSaying(mira, "setup.checkin", "Gil can't take part")
	c.submit(mira, v, map[string]any{"participants": []string{lena, noor, sam, mira}})

	// Step 5: the reports, and what will be stored.
	v = c.modal(mira, "setup.reports")
	says(t, v.words(), "Step 5 of 5", "What Headway will store", "never")
	c.submit(mira, v, map[string]any{"declared": []string{"declared"}})
	says(t, c.top(mira).words(), "*Platform* (OPS) is set up.", "First check-in: Tue ", " 09:30 in each member's own time", "First report: Mon ")

	// The channel is welcomed, the reading shows its progress, and the figures
	// are there.
	welcome := c.awaitMessage(platform, lena, "", "Headway now works with Platform (OPS)")
	says(t, welcome.Text, "First check-in: Tue ", "It reads Jira and never writes to it")
	c.awaitMessage(mira, mira, "", "53 weeks of figures.")
	c.linkAccount(mira, mira, "sbx:1")
	report := c.reply(mira, platform, "report OPS", "Platform · week ")
	says(t, report.Text, "*Done*", "Cycle time, half / 85 %", "In progress", "definitions v1")
	keepsQuietOf(t, report.Text, "Check-ins answered")
	c.noViolations()
}

func TestStoryASetupThatWasLeftIsResumedFromHome(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.slash(mira, platform, "setup")
	v := c.pickProject(mira, "OPS")

	// Channels that can't be used are refused at their field; nothing is saved.
	for channel, why := range map[string]string{
		leads:    "Headway is not in this channel. Type /invite @Headway there",
		partners: "This channel is shared with another company",
		payments: "This channel belongs to PAY.",
	} {
		c.submit(mira, v, map[string]any{"channel": channel})
		v = c.modalSaying(mira, "setup.project", why)
		says(t, v.words(), "Platform (OPS)") // what was chosen stays
	}
	keepsQuietOf(t, c.reply(mira, platform, "project list", "*Projects*").Text, "OPS")

	// A project that the token can no longer see is refused too.
	c.fault(map[string]any{"fault": "forbidden", "project": "OPS"})
	c.submit(mira, v, map[string]any{"channel": platform})
	v = c.modalSaying(mira, "setup.project", "The token can't see this project.")
	c.fault(map[string]any{"fault": "clear"})
	keepsQuietOf(t, c.reply(mira, platform, "project list", "*Projects*").Text, "OPS")

	// Mira leaves at step 3; Home says so and goes on where she was.
	c.submit(mira, v, map[string]any{"channel": platform})
	c.closeModal(mira, c.modal(mira, "setup.mapping"))
	c.reply(mira, platform, "project list", "*Platform* (OPS) · setup not finished")
	keepsQuietOf(t, c.reply(lena, platform, "project list", "*Projects*").Text, "OPS")
	home := c.home(mira)
	says(t, home.words(), "*Platform* (OPS) · setup not finished")
	c.clickView(mira, home, "home.resume", nil)
	c.submit(mira, c.modal(mira, "setup.mapping"), nil)
	c.submit(mira, c.modal(mira, "setup.checkin"), map[string]any{"participants": []string{lena, noor, sam, mira}})
	c.submit(mira, c.modal(mira, "setup.reports"), nil) // not declared: the channel gets the safe posts
	c.awaitMessage(platform, lena, "", "Headway now works with Platform (OPS)")
	c.awaitMessage(mira, mira, "", "Read Platform from Jira")
	c.reply(mira, platform, "project list", "*Platform* (OPS) · running · Kanban · <#C02PLAT>")
	c.clock("1m") // nobody vouched for the channel, so its members are looked at
	says(t, c.reply(mira, platform, "status", "*Platform* (OPS)").Text, "In <#C02PLAT>: everyone in it may see the project, as Jira says")
	c.noViolations()
}

func TestStoryARunningProjectKeepsItsSettingsWhileItsSetupIsWalkedAgain(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	before := c.reply(mira, payments, "status", "*Payments* (PAY) · running").Text
	c.slash(mira, platform, "setup")
	v := c.pickProject(mira, "PAY")
	c.submit(mira, v, map[string]any{"channel": platform})
	c.closeModal(mira, c.modal(mira, "setup.mapping"))
	c.reply(mira, payments, "project list", "*Payments* (PAY) · running · Scrum · <#C01PAY>")
	if after := c.reply(mira, payments, "status", "*Payments*").Text; after != before {
		t.Errorf("a setup left at step 3 changed\n%s\nto\n%s", before, after)
	}
	c.noViolations()
}

// pickProject chooses a Jira project in step 2 of the setup.
func (c *control) pickProject(user, key string) view {
	c.t.Helper()
	v := c.modal(user, "setup.project")
	found := c.suggest(user, v, "setup.project", key)
	if len(found) == 0 {
		c.t.Fatalf("no project is offered for %q", key)
	}
	c.clickView(user, v, "setup.project", found[0].chosen())
	return c.modalSaying(user, "setup.project", "Sprints are read from it.")
}

// linkAccount links someone to a Jira account, as an admin does by hand.
func (c *control) linkAccount(admin, user, account string) {
	c.t.Helper()
	after := c.latest(user, user)
	c.slash(admin, platform, "link <@"+user+">")
	c.submit(admin, c.modal(admin, "link"), map[string]any{"account": account})
	c.awaitMessage(user, user, after, "You are linked to your Jira account")
}
