package main

import (
	"testing"
	"time"
)

func TestStoryTheJiraTokenIsRevokedAndReplaced(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.reply(mira, payments, "roles grant @ada admin", "is now an admin")
	c.fault(map[string]any{"fault": "unauthorized"})
	before := map[string]string{mira: c.latest(mira, mira), ada: c.latest(ada, ada), jonas: c.latest(jonas, jonas)}
	c.clock("3h") // three readings would be due

	// Each admin hears of it once, nobody else does.
	for user, times := range map[string]int{mira: 1, ada: 1, jonas: 0} {
		if n := len(c.posts(user, user, before[user], "no longer accepts the token")); n != times {
			t.Errorf("%s hears %d times of the refused token, not %d", user, n, times)
		}
	}
	says(t, c.reply(mira, payments, "status", "a Jira token is refused").Text, "token refused", "Jira read: today 09:00")
	c.reply(jonas, payments, "report", "Jira no longer accepts the token. An admin can renew it.")
	says(t, c.posts(mira, mira, before[mira], "no longer accepts")[0].Text, "Reports stay available, as of today 09:00.")
	c.slash(mira, platform, "setup") // which begins with what is broken
	c.closeModal(mira, c.modalSaying(mira, "setup.connect", "Jira no longer accepts the token of acme."))

	// A wrong new token comes back at its field; the right one ends the matter.
	c.click(mira, c.posts(mira, mira, before[mira], "no longer accepts")[0], "connect.replace")
	form := c.modal(mira, "connect")
	says(t, string(form.Raw), `"initial_value":"acme"`)
	c.submit(mira, form, map[string]any{"token": "ATATT-wrong"})
	form = c.modalSaying(mira, "connect", "Jira refused this email and token")
	c.fault(map[string]any{"fault": "unauthorized", "on": false})
	c.submit(mira, form, map[string]any{"token:kept": c.JiraToken})
	c.modalSaying(mira, "", "Connected to acme.atlassian.net")
	c.clock("5m")
	status := c.reply(mira, payments, "status", "*Headway is running*").Text
	says(t, status, "acme connected", "Jira read: today 12:")
	c.reply(jonas, payments, "report", "*Payments · week ")
	c.noViolations()
}

func TestStoryJiraIsDownWhenTheReportIsDue(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.sleepUntilMonday()
	c.clock("90s") // read once more at 08:58, when it was resumed
	before := c.latest(payments, ada)
	c.fault(map[string]any{"fault": "no_licence"})
	c.clock("5m")
	report := c.posts(payments, ada, before, "*Payments · week ")
	if len(report) != 1 {
		t.Fatalf("the report is posted %d times while Jira is down", len(report))
	}
	says(t, report[0].Text, "as of Mon ", " 08:5", " (Jira could not be read since)", " done")
	// What takes Jira's leave for one person stays closed until Jira gives it.
	keepsQuietOf(t, c.reply(tomas, payments, "report", "Jira doesn't let Headway see this any more.").Text, "done")
	c.fault(map[string]any{"fault": "clear"})
	c.reply(tomas, payments, "report", "*Payments · week ")
	c.noViolations()
}

func TestStorySlackStumblesAndNothingIsLost(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})

	// Slack asks to wait, fails, and takes a post and fails all the same.
	c.post("/rate-limit", map[string]any{"method": "chat.postMessage", "times": 2, "retry_after": 1}, &struct{}{})
	c.fault(map[string]any{"fault": "http_500", "method": "chat.postMessage", "times": 1})
	c.fault(map[string]any{"fault": "post_then_500", "method": "chat.postMessage", "times": 1})
	c.clockTo("09:31")
	copies := 0
	for _, user := range []string{mira, ada, lena, noor} {
		c.awaitMessage(user, user, "", "How is your")
		copies += len(c.posts(user, user, "", "How is your"))
	}
	if copies > 5 { // one send was uncertain: one visible copy at most
		t.Errorf("4 people have %d prompts", copies)
	}

	// An ack that got lost is no answer that got lost, nor a second one.
	prompt := c.prompt(ada)
	c.fault(map[string]any{"fault": "drop_ack"})
	e, b := find(t, prompt.Blocks, "checkin.at_risk")
	var dropped answer
	c.post("/click", map[string]any{"channel": prompt.Channel, "ts": prompt.TS, "user": ada, "action": used(e, b, nil)}, &dropped)
	if dropped.Acked {
		t.Error("the ack was not dropped")
	}
	c.awaitMessage(ada, ada, prompt.TS, "Thanks, at risk.")

	// Slack closes all its sockets at once: whoever clicks before they stand again
	// sees Slack's error and clicks once more.
	c.post("/disconnect", map[string]any{"reason": "refresh_requested"}, &struct{}{})
	prompt = c.prompt(lena)
	e, b = find(t, prompt.Blocks, "checkin.on_track")
	for clicked := (answer{}); !clicked.Acked; {
		c.post("/click", map[string]any{"channel": prompt.Channel, "ts": prompt.TS, "user": lena, "action": used(e, b, nil)}, &clicked)
		c.messages(lena, lena, c.latest(lena, lena), time.Second)
	}
	c.awaitMessage(lena, lena, "", "Thanks, on track.")

	// A chart that Slack refuses is replaced by its words.
	c.fault(map[string]any{"fault": "invalid_blocks", "block": "data_visualization"})
	report := c.reply(jonas, payments, "report", "*Payments · week ")
	says(t, report.Text, "Done per week, W")
	for _, b := range report.Blocks {
		if b.Type == "data_visualization" {
			t.Error("the refused chart is there")
		}
	}
	c.noViolations()
}
