package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestStoryAppHomeFollowsWhatHappens(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})

	// Ada opens her App Home after the day's round was closed, and leaves it open.
	c.clockTo("23:00") // members in other zones have until then
	home := c.home(ada)
	says(t, home.words(), "Nothing waits for you.", "*Payments* (PAY) · running", "Next check-in: ", "next report: ", "Jira read: ", "Send me the report of week ")
	keepsQuietOf(t, home.words(), "Settings", "Set up a project", "Cycle time", " done")

	// The next one opens, she skips it and thinks better of it twice, the team's
	// window ends.
	c.clockTo("09:31")
	c.homeShows(ada, "*Payments check-in · ", "Open until 13:30.", "Answer")
	c.choose(ada, c.prompt(ada), "checkin.more", menu("skip"))
	for said, status := range map[string]string{"You said ● on track.": "on_track", "You said ▲ at risk.": "at_risk"} {
		c.clickView(ada, c.homeShows(ada, "You s"), "home.answer", nil) // skipped, or said
		c.submit(ada, c.modal(ada, "checkin.answer"), map[string]any{"status": status})
		c.homeShows(ada, said, "Change")
	}
	c.clockTo("23:00")
	c.homeShows(ada, "Nothing waits for you.")

	// Mira pauses the project and resumes it; makes Ada an admin, and then not.
	c.reply(mira, payments, "project pause PAY", "is paused")
	c.homeShows(ada, "*Payments* (PAY) · paused")
	c.reply(mira, payments, "project resume PAY", "Check-ins and reports go on")
	c.homeShows(ada, "*Payments* (PAY) · running")
	c.reply(mira, payments, "roles grant @ada admin", "is now an admin")
	home = c.homeShows(ada, "Settings", "*Jira:* acme connected", "Set up a project")
	c.clickView(ada, home, "home.roles", nil)
	says(t, c.modalSaying(ada, "", "Roles in Headway").words(), "<@"+mira+"> · owner", "<@"+ada+"> · admin")
	c.clickView(ada, home, "home.status", nil)
	c.modalSaying(ada, "", "Headway is running")
	c.reply(mira, payments, "roles revoke @ada admin", "is no longer an admin")
	c.homeUntil(ada, "shows no settings", func(words string) bool { return !strings.Contains(words, "Settings") })

	// The report comes where charts can be shown: to her messages.
	before := c.latest(ada, ada)
	c.clickView(ada, c.home(ada), "home.report", nil)
	c.awaitMessage(ada, ada, before, "*Payments · week ")

	// Jira is down at night and up again in the morning.
	c.fault(map[string]any{"fault": "down"})
	c.clockTo("02:30")
	c.homeShows(ada, "■ Jira asked to wait.")
	c.fault(map[string]any{"fault": "clear"})
	c.clockTo("08:01")
	c.homeUntil(ada, "is well again", func(words string) bool { return !strings.Contains(words, "■") })

	// Who never opened App Home is published none.
	var never struct{ View *view }
	c.get("/home", url.Values{"user": {priya}}, &never)
	if never.View != nil {
		t.Errorf("an App Home nobody opened says\n%s", never.View.words())
	}
	c.noViolations()
}

func TestStoryAppHomeBeforeAnythingIsSetUp(t *testing.T) {
	t.Parallel()
	c := startFresh(t)
	says(t, c.home(ada).words(), "Welcome to Headway", "An owner or admin of this Slack workspace can do it")
	keepsQuietOf(t, c.home(ada).words(), "Set up Headway")
	home := c.home(mira)
	says(t, home.words(), "Welcome to Headway", "five short steps", "Set up Headway")
	c.clickView(mira, home, "home.setup", nil)
	c.modal(mira, "setup.connect")

	// From now on there is somebody to ask, and both see it without a reload.
	c.homeShows(ada, "You are not part of a project yet.")
	c.homeShows(mira, "There is no project yet.", "Settings")
	c.noViolations()
}

// A view whose newer blocks Slack refuses comes in its plain form.
func TestStoryAWrongTokenIsSaidAlsoWhereAlertsAreUnknown(t *testing.T) {
	t.Parallel()
	c := startFresh(t)
	c.fault(map[string]any{"fault": "invalid_blocks", "block": "alert", "times": 1})
	c.clickView(mira, c.home(mira), "home.setup", nil)
	form := c.modal(mira, "setup.connect")
	c.submit(mira, form, map[string]any{"site": "acme", "email": "mira@example.com", "token": "wrong"})
	said := c.modalSaying(mira, "setup.connect", "■ ")
	if strings.Contains(string(said.Raw), `"type":"alert"`) {
		t.Error("the refused alert is there")
	}
	c.noViolations()
}

// homeShows waits until a person's App Home says all of it, without opening it.
func (c *control) homeShows(user string, parts ...string) view {
	c.t.Helper()
	return c.homeUntil(user, fmt.Sprintf("says %q", parts), func(words string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(words, part) })
	})
}

func (c *control) homeUntil(user, what string, met func(words string) bool) view {
	c.t.Helper()
	now := struct{ View *view }{&view{}}
	c.until(user, func() bool {
		c.get("/home", url.Values{"user": {user}}, &now)
		return now.View != nil && met(now.View.words())
	}, func() string { return fmt.Sprintf("App Home of %s never %s:\n%s", user, what, now.View.words()) })
	return *now.View
}
