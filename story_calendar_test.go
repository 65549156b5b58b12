package main

import (
	"strings"
	"testing"
)

func TestStoryPeopleNoteTheirOwnTime(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	today := c.clock("0s").In(demoZone) // a Tuesday
	day := func(n int) string { return today.AddDate(0, 0, n).Format("2006-01-02") }

	c.reply(ada, payments, "away", "You have no days away noted. Write `/headway away 2026-12-24..2027-01-02`")
	for typed, words := range map[string]string{
		"away 24.12.2026":                "I can't read these days. Write it like this: `/headway away 2026-12-24..2027-01-02`.",
		"away <!channel>":                "I can't read these days.",
		"away " + day(3) + ".." + day(1): "The last day can't come before the first.",
		"away 99w":                       "At most one year at a time.",
		"away 2020-01-01":                "These days are over already.",
		"away off":                       "There is nothing to end",
		"parttime someday":               "Name those on which you don't work, like this: `/headway parttime mon,wed`.",
		"parttime mon-fri":               "That leaves no day on which you are asked.",
		"parttime":                       "You have no part-time days. You are asked on Mon-Fri.",
	} {
		c.reply(ada, payments, typed, words)
	}

	// Ada is away after she was asked, and back before her window closes.
	c.home(ada)
	c.clockTo("09:30")
	prompt := c.prompt(ada)
	c.fault(map[string]any{"fault": "duplicate", "method": "slash_commands"})
	noted := c.reply(ada, payments, "away 2d", "You are away from Tue ")
	c.awaitMessage(ada, ada, prompt.TS, "you are not asked and don't count as missing")
	home := c.homeShows(ada, "Your time", "You are away from Tue ")
	c.clickView(ada, home, "time.end", nil)
	prompt = c.awaitMessage(ada, ada, prompt.TS, "How is your ")
	c.click(ada, noted, "time.end") // the same stay, from the message
	c.awaitMessage(payments, ada, noted.TS, "There is nothing to end")
	c.click(ada, prompt, "checkin.on_track")
	c.awaitMessage(ada, ada, prompt.TS, "Thanks, on track.")

	// Tomás is away before he is asked, and back when the others in New York have
	// been; Sam says so in his App Home.
	c.reply(tomas, payments, "away TODAY", "You are away on Tue ")
	c.clickView(sam, c.home(sam), "time.away", nil)
	form := c.modal(sam, "away")
	c.submit(sam, form, map[string]any{"from": day(-2), "to": day(-1)})
	says(t, c.top(sam).Errors["to"], "These days are over already.")
	c.submit(sam, form, map[string]any{"from": day(0), "to": day(1)})
	c.homeShows(sam, "You are away from Tue ")
	c.clockTo("15:40")
	for _, user := range []string{tomas, sam} {
		if n := len(c.prompts(user)); n != 1 { // Monday's
			t.Errorf("%s has %d prompts while away", user, n)
		}
	}
	c.reply(tomas, payments, "away off", "You are asked again on the days you work.")
	c.clock("0s")
	says(t, c.prompt(tomas).Text, "How is your ", "Open until 13:30.")

	// Noor does not work on Tuesdays and Wednesdays.
	c.reply(noor, payments, "parttime Tue, WED", "You are not asked on Tue and Wed. You are asked on Mon, Thu and Fri.")
	c.awaitMessage(noor, noor, "", "You're away on Tue ")
	c.clockTo("09:31")
	c.clockTo("09:31") // Thursday
	says(t, c.prompt(noor).Text, "check-in · "+today.AddDate(0, 0, 2).Format("Mon 2 Jan"))
	c.clickView(noor, c.home(noor), "time.part", nil)
	form = c.modal(noor, "parttime")
	c.submit(noor, form, map[string]any{"days": []string{"mon", "tue", "wed", "thu", "fri"}})
	says(t, c.top(noor).Errors["days"], "That leaves no day on which you are asked.")
	c.submit(noor, form, map[string]any{"days": []string{"fri"}})
	c.homeShows(noor, "You are not asked on Fri. You are asked on Mon-Thu.")
	c.reply(noor, payments, "parttime OFF", "You have no part-time days.")

	// Tuesday's summary counts those who were asked: Priya and Anil answered
	// early, and Ada.
	summary := c.awaitMessage(payments, ada, "", "check-in · "+today.Format("Mon 2 Jan"))
	says(t, summary.Text, "3 of 6 answered")
	c.noViolations()
}

func TestStoryTheTeamIsOff(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	today := c.clock("0s").In(demoZone) // a Tuesday
	day := func(n int) string { return today.AddDate(0, 0, n).Format("2006-01-02") }
	shown := func(n int) string { return today.AddDate(0, 0, n).Format("Mon 2 Jan") }

	seen := c.reply(ada, payments, "calendar", "*Payments (PAY) · calendar*")
	says(t, seen.Text, "Works Mon-Fri, by the clock of Berlin (Europe).", "No country is chosen.", "None to come.")
	if len(seen.Blocks[len(seen.Blocks)-1].Elements) > 1 {
		t.Errorf("a member can change the calendar: %+v", seen.Blocks)
	}
	for typed, words := range map[string]string{
		"calendar add " + day(1):    "Only an admin",
		"calendar remove " + day(1): "Only an admin",
		"calendar shwo":             "calendar show",
	} {
		c.reply(ada, payments, typed, words)
	}
	for typed, words := range map[string]string{
		"calendar add Christmas":                                 "I can't read these days. Write it like this: `/headway calendar add 2026-12-24..2026-12-31 Christmas break`.",
		"calendar add " + day(-1):                                "is past. Days off can be added from today on.",
		"calendar add " + day(4):                                 "is off anyway: it is a Saturday, and PAY works Mon-Fri.",
		"calendar add 2026-01-01..2028-01-01":                    "At most one year at a time.",
		"calendar add " + day(1) + " " + strings.Repeat("x", 41): "At most 40 characters",
		"calendar remove " + day(1):                              "is a working day already.",
		"calendar remove soon":                                   "Write it like this: `/headway calendar remove 2026-12-24`.",
		"calendar add " + day(2) + " OFFSITE & more":             "Payments (PAY) is off: " + shown(2) + " (OFFSITE &amp; more). Nobody is asked then.",
	} {
		c.reply(mira, payments, typed, words)
	}
	c.reply(mira, payments, "calendar add "+day(2), "is a day off of the team already.")

	// In the form: two days more, one of which the team takes back.
	before := c.latest(mira, mira)
	c.click(mira, c.reply(mira, payments, "calendar show", shown(2)+" · OFFSITE &amp; more"), "calendar.days_off")
	form := c.modal(mira, "calendar.days_off")
	c.submit(mira, form, map[string]any{})
	says(t, c.top(mira).Errors["from"], "Choose the first day off.")
	c.submit(mira, form, map[string]any{"from": day(8), "to": day(7)})
	says(t, c.top(mira).Errors["to"], "The last day can't come before the first.")
	c.submit(mira, form, map[string]any{"from": day(4), "to": day(5)})
	says(t, c.top(mira).Errors["from"], "The team is off on all of these days anyway.")
	c.submit(mira, form, map[string]any{"from": day(1), "to": day(1), "label": "Moving", "remove": []string{day(2)}})
	says(t, c.awaitMessage(mira, mira, before, "is off: "+shown(1)+" (Moving)").Text, "works again: "+shown(2)+" (OFFSITE &amp; more).")
	c.clickView(ada, c.homeShowsOnce(ada, "Calendar"), "home.calendar", nil)
	says(t, c.modalSaying(ada, "", shown(1)+" · Moving").words(), "Works Mon-Fri")

	// Nobody is asked on Wednesday; on Thursday, as usual.
	c.clockTo("22:00")
	asked := len(c.prompts(ada))
	c.clockTo("09:31")
	c.clockTo("22:00")
	if n := len(c.prompts(ada)); n != asked {
		t.Errorf("Ada was asked on a day off: %s", c.prompt(ada).Text)
	}
	c.clockTo("09:31")
	prompt := c.prompt(ada)
	says(t, prompt.Text, "check-in · "+shown(2))

	// The office floods: what is open ends quietly, and nobody has missed it.
	summaries := c.latest(payments, ada)
	c.reply(mira, payments, "calendar add today flood", "A check-in that is open on such a day ends without a summary.")
	c.click(ada, prompt, "checkin.on_track")
	c.awaitMessage(ada, ada, prompt.TS, "This prompt closed at ")
	c.clockTo("22:00")
	for _, m := range c.messages(payments, ada, summaries, 0) {
		keepsQuietOf(t, m.Text, "check-in · "+shown(2))
	}

	// Holidays come with the country.
	c.click(mira, c.reply(mira, payments, "calendar PAY", "flood"), "calendar.settings")
	c.submit(mira, c.modal(mira, "project.edit"), map[string]any{"country": "DE"})
	c.awaitMessage(mira, mira, before, "is edited")
	says(t, c.reply(ada, payments, "calendar", "Germany, the next on working days:").Text, "Neujahrstag")
	c.noViolations()
}

// homeShowsOnce opens App Home and expects the words there.
func (c *control) homeShowsOnce(user string, words ...string) view {
	c.t.Helper()
	home := c.home(user)
	says(c.t, home.words(), words...)
	return home
}
