package main

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestStoryAnAdminShapesTheTeamsCheckIns(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})

	// The question and the summary name the sprint that the team is in.
	c.clockTo("09:30")
	prompt := c.prompt(ada)
	sprint := regexp.MustCompile(`How is your part of \*(Sprint \d+)\* going\?`).FindStringSubmatch(prompt.Text)
	if sprint == nil {
		t.Fatalf("no sprint in %q", prompt.Text)
	}
	c.click(ada, prompt, "checkin.full")
	form := c.modal(ada, "checkin.answer")
	says(t, form.words(), "How is your part of "+sprint[1]+" going?")
	c.submit(ada, form, map[string]any{"status": "on_track", "confidence": "4"})
	before := c.latest(payments, ada)
	c.clockTo("19:31")
	says(t, c.awaitMessage(payments, ada, before, "answered").Text, "Confidence in "+sprint[1]+": ")

	// Mira moves the daily one to ten o'clock, and adds a weekly one.
	c.slash(mira, payments, "checkin configure")
	choose := c.modal(mira, "checkin.choose")
	says(t, choose.words(), "Daily · Mon-Fri 09:30", "Add another: Weekly confidence")
	c.submit(mira, choose, nil)
	form = c.modal(mira, "checkin.configure")
	says(t, string(form.Raw), `"initial_time":"09:30"`, ada, `"initial_value":"Payments"`)
	keepsQuietOf(t, string(form.Raw), jonas) // he observes
	c.submit(mira, form, map[string]any{"checkin_name": "  "})
	says(t, c.top(mira).Errors["checkin_name"], "Give it a name")
	c.submit(mira, form, map[string]any{"checkin_name": "Payments", "participants": []string{gil}})
	form = c.modalSaying(mira, "checkin.configure", "can't take part: only full members")
	c.submit(mira, form, map[string]any{"participants": []string{mira, ada, tomas, lena}, "time": "10:00", "privacy": "counts"})
	says(t, c.modalSaying(mira, "", "is saved").words(), "10:00 in each member's own time")

	c.choose(mira, c.reply(mira, payments, "project list", "Projects"), "project.more", menu("checkins"))
	c.submit(mira, c.modal(mira, "checkin.choose"), map[string]any{"checkin": "add.weekly"})
	form = c.modal(mira, "checkin.configure")
	says(t, string(form.Raw), `"initial_value":"Payments weekly confidence"`, tomas)
	c.submit(mira, form, nil)
	c.modalSaying(mira, "", "*Payments weekly confidence check-in* is saved")

	// A preview says when, whom and how; its buttons do nothing.
	c.reply(mira, payments, "checkin preview", "Which check-in?")
	preview := c.reply(mira, payments, "checkin preview daily", "preview")
	says(t, preview.Text, ", 10:00: 4 people (3 in Berlin, 1 in New York)", "How is your part of", "Nobody sees your own answer, only counts")
	after := c.latest(payments, mira)
	c.click(mira, preview, "checkin.example")
	c.awaitMessage(payments, mira, after, "This is a preview, so the click changes nothing.")

	// By hand it asks now, once a day, and the weekly one asks for confidence.
	c.clockTo("08:30")
	c.reply(mira, payments, "checkin run weekly", "4 people are asked now. It is open until 12:30.")
	prompt = c.awaitMessage(ada, ada, "", "Payments weekly confidence check-in")
	says(t, prompt.Text, "How sure are you that your part of *"+sprint[1]+"* finishes in time?")
	c.click(ada, prompt, "checkin.full")
	c.submit(ada, c.modal(ada, "checkin.answer"), map[string]any{"confidence": "2", "status": "at_risk"})
	c.awaitMessage(ada, ada, prompt.TS, "Thanks, at risk.")
	c.reply(mira, payments, "checkin run weekly", "open already, until 12:30")
	c.clockTo("10:01")
	says(t, c.prompt(ada).Text, "*Payments check-in · ", "only counts") // the daily one, at its new time
	for _, m := range c.prompts(noor) {
		keepsQuietOf(t, m.Text, "weekly confidence") // she was taken off
	}
	c.slash(ada, payments, "checkin") // the one that still waits
	says(t, c.modal(ada, "checkin.answer").words(), "How is your part of ")

	// A pause ends what is open without a word in the channel, and ends by itself.
	before = c.latest(payments, ada)
	at := c.clock("0s").In(demoZone).AddDate(0, 0, 6)
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, 1)
	}
	c.reply(mira, payments, "checkin pause until yesterday", "Until when?")
	c.reply(mira, payments, "checkin pause until "+at.Format("2006-01-02"), "go on by themselves on "+at.Format("Mon 2 Jan"))
	c.reply(mira, payments, "checkin run daily", "This check-in is paused.")
	last := c.prompt(ada).TS
	c.clock("72h")
	if len(c.posts(payments, ada, before, " answered")) != 0 || c.prompt(ada).TS != last {
		t.Errorf("somebody is asked in the pause: %q", c.prompt(ada).Text)
	}
	for c.clock("0s").In(demoZone).Format("2006-01-02 15:04") < at.Format("2006-01-02")+" 10:01" {
		c.clockTo("10:01")
	}
	if c.prompt(ada).TS == last {
		t.Error("the pause did not end")
	}
	c.reply(mira, payments, "checkin resume", "are not paused")
	c.reply(mira, payments, "checkin pause", "are paused until `/headway checkin resume`")
	c.reply(mira, payments, "checkin resume", "go on. Next: ")
	c.noViolations()
}

func TestStoryAQuietCheckInIsProposedToAskLess(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.reply(mira, payments, "roles grant <@"+tomas+"> admin", "is now an admin")
	before := c.latest(mira, mira)
	channel := c.latest(payments, ada)
	for range 3 { // nobody but Priya and Anil answers, and they only today
		c.clockTo("19:31")
	}
	proposal := c.awaitMessage(mira, mira, before, "fewer than half of those who were asked answered")
	says(t, proposal.Text, "Mon, Wed, Fri in place of Mon-Fri", "Only admins")
	keepsQuietOf(t, proposal.Text, "<@", "Ada", "Sam")
	theirs := c.awaitMessage(tomas, tomas, "", "fewer than half of those who were asked answered")
	for _, m := range c.messages(payments, ada, channel, 0) {
		keepsQuietOf(t, m.Text, "fewer than half")
	}

	// Tomás decides; Mira reads it, and her click comes too late.
	c.click(tomas, theirs, "ritual.fewer")
	says(t, c.awaitMessage(mira, mira, proposal.TS, "decided: from the next round on it asks on Mon, Wed, Fri").Text, "<@"+tomas+">")
	c.slash(mira, payments, "checkin configure")
	says(t, c.modal(mira, "checkin.choose").words(), "Mon, Wed, Fri 09:30")
	c.noViolations()
}

func TestStoryTheSummarysChannelIsArchived(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	before := c.latest(mira, mira)
	c.fault(map[string]any{"fault": "archive_channel", "channel": payments})
	c.clockTo("19:31")
	told := c.awaitMessage(mira, mira, before, "I could not post the check-in's summary")
	says(t, told.Text, "<#"+payments+">", "It is archived.", "`/headway bind #channel PAY`")
	c.clockTo("19:31") // the next day's fails too, and is not told again
	for _, m := range c.messages(mira, mira, told.TS, 0) {
		if m.TS != told.TS && strings.Contains(m.Text, "I could not post") {
			t.Errorf("told twice: %q", m.Text)
		}
	}
	c.fault(map[string]any{"fault": "archive_channel", "channel": payments, "on": false})
	posts := c.latest(payments, ada)
	c.clockTo("19:31")
	c.awaitMessage(payments, ada, posts, "answered")
	c.noViolations()
}

func TestWhoOpensAReportIsCountedAndNotNamed(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	opens := func() (n int) {
		t.Helper()
		reports, err := f.team().LatestReports(t.Context(), ids.project, 1)
		if err != nil || len(reports) != 1 || reports[0].CreatedBy != "" {
			t.Fatal(reports, err)
		}
		return reports[0].Opens
	}
	before := opens()
	f.click(ada, payments, "report.details:"+ids.report, "")
	f.command(ada, payments, "report show R-1")
	f.click(iris, payments, "report.details:"+ids.report, "") // whom Jira does not let see it
	if n := opens() - before; n != 2 {
		t.Errorf("%d opens, want 2", n)
	}
}

func TestStoryARetroIsAnsweredWithOneTap(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.slash(mira, payments, "checkin configure")
	c.submit(mira, c.modal(mira, "checkin.choose"), map[string]any{"checkin": "add.retro"})
	c.submit(mira, c.modal(mira, "checkin.configure"), map[string]any{"participants": []string{ada, lena}})
	c.modalSaying(mira, "", "*Payments retro pulse check-in* is saved")
	before := c.latest(payments, ada)
	c.reply(mira, payments, "checkin run retro", "2 people are asked now.")
	prompt := c.awaitMessage(ada, ada, "", "retro pulse check-in")
	says(t, prompt.Text, "How did *Sprint ", "go for you?")
	c.click(ada, prompt, "checkin.blocked")
	c.awaitMessage(ada, ada, prompt.TS, "Thanks, noted as hard.")
	c.click(lena, c.awaitMessage(lena, lena, "", "retro pulse check-in"), "checkin.on_track")
	says(t, c.awaitMessage(payments, ada, before, "2 of 2 answered").Text, "Payments retro pulse check-in", "● 1 good", "■ 1 hard")
	c.noViolations()
}
