package main

import (
	"strings"
	"testing"
	"time"
)

func TestStoryAManagerHasJiraReadAndLooksAtTheJobs(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.awaitMessage(mira, mira, "", "Read Payments from Jira: ") // who set it up heard how the first reading ended

	// On request, with a word on how it went, once in ten minutes.
	c.reply(ada, payments, "refresh", "Only a manager can do this.")
	c.reply(jonas, payments, "refresh everything", "I don't know \"everything\" here.")
	c.reply(jonas, payments, "refresh", "Jira is read for Payments now.")
	c.awaitMessage(jonas, jonas, "", "Payments is up to date")
	c.reply(mira, payments, "refresh", "PAY was read on request today 09:")
	c.clock("11m")
	ask := c.reply(mira, payments, "refresh PAY --full", "settled ones too")
	before := c.latest(mira, mira)
	c.click(mira, ask, "refresh.all")
	full := c.awaitMessage(mira, mira, before, "Read Payments from Jira: ")
	says(t, full.Text, "53 weeks of figures.")
	c.click(mira, ask, "refresh.all") // a second click finds it read
	c.awaitMessage(payments, mira, ask.TS, "It can be asked for again")

	// What runs by itself, what ran, and what Slack refused, sent again.
	c.reply(ada, payments, "jobs", "Only a manager can do this.")
	says(t, c.reply(jonas, payments, "jobs", "*What runs by itself*").Text,
		"*Payments* (PAY) · running", "Jira read: today 09:", "still change", "check-in tomorrow", "reading today 10:00", "reading done", "none waiting, none refused.")
	c.fault(map[string]any{"fault": "archive_channel", "channel": payments})
	report := c.reply(mira, platform, "report --project PAY", "*Payments · week ")
	c.click(mira, report, "report.share")
	dead := c.jobsSaying(mira, "Report to <#"+payments+">, today 09:", "Slack said `is_archived`")
	keepsQuietOf(t, dead.Text, "done (usual")
	c.fault(map[string]any{"fault": "archive_channel", "channel": payments, "on": false})
	posted := c.latest(payments, ada)
	c.click(mira, dead, "jobs.replay")
	c.awaitMessage(platform, mira, dead.TS, "is on its way again.")
	c.awaitMessage(payments, ada, posted, "*Payments · week ")
	c.click(mira, dead, "jobs.replay")
	c.awaitMessage(platform, mira, dead.TS, "not among the refused ones any more")
	c.noViolations()
}

// jobsSaying asks for the jobs until they show all the words.
func (c *control) jobsSaying(user string, words ...string) message {
	c.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		m := c.reply(user, platform, "jobs", "*What runs by itself*")
		missing := ""
		for _, w := range words {
			if !strings.Contains(m.Text, w) {
				missing = w
			}
		}
		if missing == "" {
			return m
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("the jobs don't show %q: %s", missing, m.Text)
		}
	}
}
