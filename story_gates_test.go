package main

import (
	"net/http"
	"net/url"
	"testing"
)

func TestStorySomeoneWithoutALinkGetsOne(t *testing.T) {
	t.Parallel()
	c := startFresh(t)
	c.fault(map[string]any{"fault": "hidden_emails"})
	c.setUpPlatform()

	// Lena takes part, but Headway doesn't know who she is in Jira yet: Jira hides
	// her email.
	ask := c.reply(lena, platform, "report OPS", "You are not linked to a Jira account yet")
	keepsQuietOf(t, ask.Text, "Cycle time", "done")
	home := c.home(lena)
	says(t, home.words(), "Link my account")
	keepsQuietOf(t, home.words(), "Send me the report")

	// She can't link herself: the request goes to the admin.
	c.reply(lena, platform, "link <@"+lena+">", "Only an admin can do this.")
	before := c.latest(mira, mira)
	c.click(lena, ask, "link.request")
	c.awaitMessage(platform, lena, ask.TS, "I asked 1 admin to link you.")
	request := c.awaitMessage(mira, mira, before, "would like to be linked")
	says(t, request.Text, "<@"+lena+">", "acme")

	// Mira confirms who she is; what is no account comes back under its field.
	c.click(mira, request, "link.confirm")
	form := c.modal(mira, "link")
	says(t, string(form.Raw), `"initial_user":"`+lena+`"`)
	c.submit(mira, form, map[string]any{"account": "Lena Fischer"})
	says(t, c.top(mira).Errors["account"], "This is no account id.")
	c.submit(mira, form, map[string]any{"account": "sbx:4711"})
	form = c.modalSaying(mira, "link", "Jira knows no active person with this account id.")
	c.submit(mira, form, map[string]any{"account": "https://acme.atlassian.net/jira/people/sbx%3A6"})
	says(t, c.modalSaying(mira, "", "is linked to the Jira account of Lena Fischer").words(), "take it back with `unlink`")
	c.awaitMessage(lena, lena, "", "You are linked to your Jira account")
	c.reply(lena, platform, "report OPS", "*Platform · week ")
	c.homeShows(lena, "Send me the report of week ") // by itself

	// A link to an account that Jira shows nothing opens nothing.
	c.linkAccount(mira, noor, "sbx:11")
	c.reply(noor, platform, "report OPS", "Jira doesn't let you see OPS")
	c.noViolations()
}

func TestStoryWhoIsRefusedAndHow(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	const full = "Headway is for full members of this workspace."

	// Guests get nothing, not even which projects there are.
	for _, text := range []string{"", "help", "status", "project list", "report PAY", "report NOPE", "checkin", "setup"} {
		keepsQuietOf(t, c.reply(gil, general, text, full).Text, "PAY", "NOPE")
	}
	says(t, c.home(gil).words(), full)
	// People of another company don't either.
	keepsQuietOf(t, c.reply(sten, partners, "report PAY", "not set up for this workspace").Text, "PAY")

	// Iris is a full member who has to do with no project.
	keepsQuietOf(t, c.reply(iris, general, "help", "What Headway can do").Text, "report", "headway connect", "delete")
	keepsQuietOf(t, c.reply(iris, general, "project list", "You are not part of a project yet.").Text, "PAY")
	keepsQuietOf(t, c.reply(iris, general, "status", "*Jira:* acme").Text, "PAY")
	keepsQuietOf(t, c.reply(iris, general, "report PAY", "Only a member of the project can do this.").Text, "done")
	keepsQuietOf(t, c.home(iris).words(), "PAY")
	// Made an observer, she is still refused: Jira lets her see nothing.
	c.reply(mira, payments, "roles grant @iris observer PAY", "is now an observer of PAY")
	c.awaitMessage(iris, iris, "", "You are now an observer of PAY")
	c.reply(iris, general, "report PAY", "Jira doesn't let you see PAY")
	after := c.latest(iris, iris)
	c.clickView(iris, c.home(iris), "home.report", nil)
	c.refused(iris, iris, after, "Jira doesn't let you see PAY")

	// A member is no admin.
	for _, text := range []string{"setup", "connect", "project add", "project edit PAY", "project delete PAY", "bind #payments PAY", "unbind", "roles grant @ada admin", "roles revoke @jonas manager", "link @ada"} {
		c.reply(ada, payments, text, "Only an admin can do this.")
	}
	// A button that was forwarded elsewhere checks who clicks it.
	report := c.awaitMessage(payments, ada, "", "*Payments · week ")
	forwarded := c.forward(report, general)
	c.click(iris, forwarded, "report.why")
	c.refused(general, iris, forwarded.TS, "Jira doesn't let you see PAY")
	c.click(gil, forwarded, "report.why")
	c.refused(general, gil, forwarded.TS, full)
	c.click(ada, forwarded, "report.why")
	c.awaitMessage(general, ada, forwarded.TS, "Where the figures come from")
	c.noViolations()
}

// forward posts a message of Headway's again in another channel, buttons and
// all, in Headway's own name.
func (c *control) forward(m message, channel string) message {
	c.t.Helper()
	var posted struct{ TS string }
	why, _ := find(c.t, m.Blocks, "report.why")
	blocks := `[{"type":"actions","elements":[{"type":"button","action_id":"` + why.ActionID + `","text":{"type":"plain_text","text":"Why?"}}]}]`
	c.slack("chat.postMessage", url.Values{"channel": {channel}, "text": {"Forwarded"}, "blocks": {blocks}}, &posted)
	for _, copied := range c.messages(channel, mira, "", 0) {
		if copied.TS == posted.TS {
			return copied
		}
	}
	c.t.Fatal("the forwarded message is not there")
	return message{}
}

// setUpPlatform walks the whole setup of OPS in a fresh workspace, without a
// mistake.
func (c *control) setUpPlatform() {
	c.t.Helper()
	c.slash(mira, platform, "setup")
	c.submit(mira, c.modal(mira, "setup.connect"), map[string]any{"site": "acme", "email": c.JiraEmail, "token": c.JiraToken})
	c.submit(mira, c.pickProject(mira, "OPS"), nil)
	c.submit(mira, c.modal(mira, "setup.mapping"), nil)
	c.submit(mira, c.modal(mira, "setup.checkin"), map[string]any{"participants": []string{lena, noor, sam, mira}})
	c.submit(mira, c.modal(mira, "setup.reports"), map[string]any{"declared": []string{"declared"}})
	c.awaitMessage(mira, mira, "", "53 weeks of figures.")
}

// slack calls a method of Slack's Web API in Headway's name.
func (c *control) slack(method string, args url.Values, out any) {
	c.t.Helper()
	args.Set("token", c.BotToken)
	resp, err := http.PostForm(c.SlackAPIURL+method, args)
	c.read(method, resp, err, out)
}
