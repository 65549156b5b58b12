package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"headway/calendar"
)

func TestStoryMondaysReport(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.sleepUntilMonday()
	before := c.latest(payments, ada)
	now := c.clock("2m")
	thisWeek := calendar.WeekOf(calendar.DateOf(now, demoZone))

	// It is posted once, on last week, for the whole team.
	posted := c.awaitMessage(payments, ada, before, fmt.Sprintf(" · week %d", thisWeek.Prev().Number))
	c.clock("30m")
	if n := len(c.posts(payments, ada, before, " · week ")); n != 1 {
		t.Errorf("Monday's report is posted %d times", n)
	}
	keepsQuietOf(t, posted.Text, ada, mira, "Ada", "Mira")

	// On demand the same figures come for one's own eyes, of any week.
	report := c.reply(jonas, payments, "report", fmt.Sprintf("*Payments · week %d*", thisWeek.Prev().Number))
	says(t, report.Text, "*Done*", "*Cycle time, half / 85 %*", "*In progress*", "*Age in progress, half / 85 %*", "*Check-ins answered*", "usual", "definitions v1")
	c.reply(jonas, payments, "report last", fmt.Sprintf("*Payments · week %d*", thisWeek.Prev().Number))
	says(t, c.reply(jonas, payments, "report this", fmt.Sprintf("*Payments · week %d*", thisWeek.Number)).Text, "Not over yet", "done so far")
	older := thisWeek.Add(-9)
	c.reply(jonas, payments, "report "+older.String(), fmt.Sprintf("*Payments · week %d*", older.Number))
	for _, nonsense := range []string{"2026-W99", thisWeek.Next().String(), "tomorrow"} {
		c.reply(jonas, payments, "report "+nonsense, "I can't read that week.")
	}

	// A stored report is shown again exactly as it was, whatever happened since.
	number := regexp.MustCompile(`R-\d+`).FindString(report.Text)
	c.clock("26h")
	again := c.reply(jonas, payments, "report show "+number, number+" ·")
	if was, is := c.blocksOf(report), c.blocksOf(again); was != is {
		t.Errorf("%s reads\n%s\nand later\n%s", number, was, is)
	}
	c.reply(jonas, payments, "report show R-9999", "There is no report R-9999 of PAY.")

	// Why? leads every figure back to its rule and its search in Jira.
	after := c.latest(payments, jonas)
	c.click(jonas, again, "report.why")
	why := c.awaitMessage(payments, jonas, after, "Where the figures come from")
	says(t, why.Text, "Items whose last move into a done status fell in the week", "Open in Jira", number)

	// Sharing posts it to the team, once.
	before = c.latest(payments, ada)
	c.click(jonas, again, "report.share")
	c.awaitMessage(payments, jonas, after, "Shared in <#"+payments+">")
	c.click(jonas, again, "report.share")
	c.clock("0s")
	if n := len(c.posts(payments, ada, before, number)) + len(c.posts(payments, ada, before, "nothing crossed a line")); n != 1 {
		t.Errorf("the shared report is posted %d times", n)
	}
	c.noViolations()
}

func TestStoryAQuietWeekIsOneLine(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	week := calendar.WeekOf(calendar.DateOf(c.clock("0s"), demoZone)).Prev()
	var quiet message
	for range 30 { // one of the last thirty weeks was as usual
		quiet = c.reply(jonas, payments, "report "+week.String(), fmt.Sprintf("*Payments · week %d*", week.Number))
		if strings.Contains(quiet.Text, "*Steady.*") {
			break
		}
		week = week.Prev()
	}
	before := c.latest(payments, ada)
	c.click(jonas, quiet, "report.share")
	line := c.awaitMessage(payments, ada, before, fmt.Sprintf("*Payments · week %d:* nothing crossed a line.", week.Number))
	keepsQuietOf(t, line.Text, "\n", "Cycle time")
	c.click(ada, line, "report.details")
	says(t, c.awaitMessage(payments, ada, line.TS, "*Cycle time, half / 85 %*").Text, fmt.Sprintf("*Payments · week %d*", week.Number))
	c.noViolations()
}

func TestStoryAChannelOfUnknownReadersGetsTheSafeReport(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	// Mira moves the project to #general, and isn't sure who reads there.
	c.reply(mira, payments, "unbind", "Nothing is posted there any more.")
	ask := c.reply(mira, general, "bind #general PAY", "Your answer is kept in the project's log.")
	c.click(mira, ask, "bind.safe")
	c.awaitMessage(general, mira, ask.TS, "It gets the safe summary, without issue keys and links")
	c.reply(mira, payments, "roles grant @iris observer PAY", "is now an observer of PAY")

	quiet, before := c.latest(payments, ada), c.latest(general, iris)
	c.clockTo("19:31") // the round's summary
	summary := c.awaitMessage(general, iris, before, "Payments check-in · ")
	keepsQuietOf(t, summary.Text, "PAY-", "http", "on track", "blocked")
	c.click(jonas, c.reply(jonas, payments, "report PAY", "*Payments · week "), "report.share")
	safe := c.awaitMessage(general, iris, before, "*Payments · week ")
	says(t, safe.Text, " done", " in progress.")
	keepsQuietOf(t, safe.Text, "PAY-", "http", "Cycle time", "*Releases")
	if news := c.posts(payments, ada, quiet, ""); len(news) > 0 {
		t.Errorf("#payments still gets %+v", news)
	}

	// The details open for those who may see the project, one by one.
	c.click(ada, safe, "report.details")
	c.awaitMessage(general, ada, safe.TS, "*Cycle time, half / 85 %*")
	c.click(iris, safe, "report.details")
	c.refused(general, iris, safe.TS, "Jira doesn't let you see PAY")
	c.click(gil, safe, "report.details")
	c.refused(general, gil, safe.TS, "Headway is for full members of this workspace.")
	c.noViolations()
}

// sleepUntilMonday moves the clock to two minutes before Monday's report, past a
// week without check-ins.
func (c *control) sleepUntilMonday() {
	c.t.Helper()
	c.reply(mira, payments, "project pause PAY", "is paused")
	now := c.clock("0s").In(demoZone)
	monday := time.Date(now.Year(), now.Month(), now.Day()+(8-int(now.Weekday()))%7, 8, 58, 0, 0, demoZone)
	c.post("/clock", map[string]any{"set": monday.Format(time.RFC3339)}, &struct{}{})
	c.reply(mira, payments, "project resume PAY", "is resumed")
	c.clock("0s")
}

// refused waits for the refusal and fails if anything else came with it.
func (c *control) refused(channel, user, after, words string) {
	c.t.Helper()
	m := c.awaitMessage(channel, user, after, words)
	for _, other := range c.messages(channel, user, after, 0) {
		if other.TS != m.TS && other.EphemeralTo == user {
			c.t.Errorf("%s was refused and still got %q", user, other.Text)
		}
	}
}

// posts are the messages to everyone with the text, newer than after.
func (c *control) posts(channel, user, after, text string) []message {
	c.t.Helper()
	var found []message
	for _, m := range c.messages(channel, user, after, 0) {
		if m.EphemeralTo == "" && m.TS > after && strings.Contains(m.Text, text) {
			found = append(found, m)
		}
	}
	return found
}

// blocksOf are the blocks of a message byte for byte, without the ids that Slack
// gives them.
func (c *control) blocksOf(m message) string {
	c.t.Helper()
	var out struct {
		Messages []struct {
			TS     string
			Blocks json.RawMessage
		}
	}
	c.get("/messages", url.Values{"channel": {m.Channel}}, &out)
	for _, raw := range out.Messages {
		if raw.TS == m.TS {
			return regexp.MustCompile(`"block_id":"[^"]*",?`).ReplaceAllString(string(raw.Blocks), "")
		}
	}
	c.t.Fatalf("message %s is gone", m.TS)
	return ""
}
