package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
)

func TestStoryADayOfCheckIns(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})

	// Everyone is asked at half past nine of their own morning.
	c.clockTo("09:30")
	prompt := c.prompt(ada)
	says(t, prompt.Text, "*Payments check-in · Tue ", "Open until 13:30.", "Answers are seen by your team; Headway keeps them 90 days.")
	if n := len(c.prompts(tomas)); n != 1 { // Monday's
		t.Errorf("Tomás has %d prompts before it is half past nine in New York", n)
	}

	// Ada taps once, then changes her mind in the full form, which offers her
	// own items from Jira.
	c.click(ada, prompt, "checkin.at_risk")
	prompt = c.awaitMessage(ada, ada, prompt.TS, "Thanks, at risk.")
	c.click(ada, prompt, "checkin.change")
	c.modalSaying(ada, "checkin.answer", "What is next?")
	form := c.modalSaying(ada, "checkin.answer", "Your items in progress")
	says(t, string(form.Raw), `"initial_option":`, `"value":"at_risk"`)
	next := planned(t, form)
	c.submit(ada, form, map[string]any{"status": "on_track", "confidence": "5", "plan_keys": []string{next}})
	c.awaitMessage(ada, ada, prompt.TS, " (at risk); this replaces it.")

	// Lena's blocker of yesterday is cleared; today something else is in the way.
	prompt = c.prompt(lena)
	says(t, prompt.Text, "Still open: <", "waits for a decision, day 3.")
	after := c.latest(lena, lena)
	c.click(lena, prompt, "blocker.cleared")
	c.awaitMessage(lena, lena, after, "is cleared after 2 days. Now, how is your")
	c.click(lena, prompt, "checkin.blocked")
	form = c.modal(lena, "checkin.blocked")
	c.submit(lena, form, map[string]any{"kind": "dependency", "key": "<https://evil.test|PAY-1>"})
	says(t, c.top(lena).Errors["key"], "issue key")
	c.submit(lena, form, map[string]any{"kind": "dependency", "key": "pay-300", "help": []string{"help"}})
	c.awaitMessage(lena, lena, prompt.TS, "waits for another team, day 1.")

	// Noor skips, Mira is away until Thursday; neither counts as missing.
	c.choose(noor, c.prompt(noor), "checkin.more", menu("skip"))
	c.awaitMessage(noor, noor, "", "You don't count as missing.")
	c.choose(mira, c.prompt(mira), "checkin.more", menu("away"))
	form = c.modal(mira, "away")
	today := c.clock("0s").In(demoZone)
	c.submit(mira, form, map[string]any{"to": today.AddDate(0, 0, -1).Format("2006-01-02")})
	says(t, c.top(mira).Errors["to"], "The last day can't come before the first.")
	c.submit(mira, form, map[string]any{"to": today.AddDate(0, 0, 2).Format("2006-01-02")})
	c.awaitMessage(mira, mira, "", "You're away from Tue ")

	// A double click and a redelivered envelope are one answer.
	c.clockTo("15:31")
	prompt = c.prompt(tomas)
	says(t, prompt.Text, "Open until 13:30.") // in his own time
	c.fault(map[string]any{"fault": "duplicate", "method": "interactive"})
	c.clickTwice(tomas, prompt, "checkin.on_track")
	c.awaitMessage(tomas, tomas, prompt.TS, "Thanks, on track.")

	// Whoever has not answered is reminded once, at half time.
	c.clockTo("17:31")
	reminder := c.awaitMessage(sam, sam, c.prompt(sam).TS, "this is the only reminder.")
	for _, m := range c.messages(tomas, tomas, prompt.TS, 0) {
		keepsQuietOf(t, m.Text, "this is the only reminder")
	}

	// When the window closes, the team reads the summary.
	before := c.latest(payments, ada)
	c.clockTo("19:31")
	summary := c.awaitMessage(payments, ada, before, "answered")
	says(t, summary.Text, "*Payments check-in · Tue ", "5 of 6 answered", "● 3 on track  ▲ 1 at risk  ■ 1 blocked",
		"PAY-300> waits for another team, day 1", "1 person asked for help.")
	keepsQuietOf(t, summary.Text, sam, mira, noor)

	// Sam is too late for it and is told so; what he says is kept all the same.
	after = c.latest(sam, sam)
	c.click(sam, reminder, "checkin.on_track")
	closed := c.awaitMessage(sam, sam, after, "This prompt closed at 13:30.")
	c.click(sam, closed, "checkin.full")
	c.submit(sam, c.modal(sam, "checkin.answer"), map[string]any{"status": "on_track"})
	c.awaitMessage(sam, sam, "", "so this is kept as a late answer and the summary stays as it was.")

	// Single answers are for those who were asked, and for nobody else.
	c.click(ada, summary, "summary.show")
	answers := c.awaitMessage(payments, ada, summary.TS, "Only you see this list.")
	says(t, answers.Text, "<@"+tomas+"> ● on track", "<@"+sam+"> ● on track (late)", next, "confidence 5 of 5")
	if n := strings.Count(answers.Text, "<@"+tomas+">"); n != 1 {
		t.Errorf("Tomás's double click left %d answers", n)
	}
	c.click(jonas, summary, "summary.show")
	refused := c.awaitMessage(payments, jonas, summary.TS, "Only the people this check-in asks see single answers.")
	keepsQuietOf(t, refused.Text, "<@")

	// An offer of help reaches the person who is blocked, and only that person.
	after = c.latest(lena, lena)
	c.click(ada, summary, "summary.help")
	c.awaitMessage(payments, ada, answers.TS, "now knows that you can help.")
	says(t, c.awaitMessage(lena, lena, after, "can help with").Text, "<@"+ada+">", "PAY-300")

	// The day after: what was planned and what is still blocked comes back, and
	// nobody who is away is asked. The last answer brings the summary at once.
	before = c.latest(payments, ada)
	c.clockTo("09:31")
	says(t, c.prompt(ada).Text, "Last time you planned", next)
	says(t, c.prompt(lena).Text, "Still open", "PAY-300", "day 2")
	says(t, c.prompts(mira)[len(c.prompts(mira))-1].Text, "You're away from")
	c.clockTo("15:31")
	for _, user := range []string{priya, anil, ada, lena, noor, tomas} {
		c.click(user, c.prompt(user), "checkin.on_track")
	}
	c.clock("0s") // all of it is sent
	for _, m := range c.messages(payments, ada, before, 0) {
		keepsQuietOf(t, m.Text, "of 7 answered")
	}
	c.click(sam, c.prompt(sam), "checkin.on_track")
	c.awaitMessage(payments, ada, before, "7 of 7 answered")
	c.noViolations()
}

func TestStoryTheShortcutAndTheCommandOpenTheSameForm(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.interact("/shortcut", map[string]any{"user": tomas, "callback_id": "checkin_answer"})
	c.closeModal(tomas, c.modal(tomas, "checkin.answer"))
	c.slash(tomas, payments, "checkin")
	c.submit(tomas, c.modal(tomas, "checkin.answer"), map[string]any{"status": "at_risk"}) // before he is asked
	c.awaitMessage(tomas, tomas, "", "Thanks, at risk.")
	says(t, c.home(tomas).words(), "You said ▲ at risk.", "Change")

	c.reply(jonas, payments, "checkin", "No check-in waits for you right now.")
	c.interact("/shortcut", map[string]any{"user": jonas, "callback_id": "checkin_answer"})
	c.awaitMessage(jonas, jonas, "", "No check-in waits for you right now.")
	c.clockTo("15:31")
	for _, m := range c.prompts(tomas) {
		keepsQuietOf(t, m.Text, "How is your") // he has answered
	}
	c.noViolations()
}

// prompts are the check-ins in someone's DM, whatever became of them.
func (c *control) prompts(user string) []message {
	c.t.Helper()
	var found []message
	for _, m := range c.messages(user, user, "", 0) {
		if strings.Contains(m.Text, " check-in · ") && m.EphemeralTo == "" && !strings.Contains(m.Text, "the only reminder") {
			found = append(found, m)
		}
	}
	return found
}

// prompt is someone's newest check-in.
func (c *control) prompt(user string) message {
	c.t.Helper()
	all := c.prompts(user)
	if len(all) == 0 {
		c.t.Fatalf("%s was never asked", user)
	}
	return all[len(all)-1]
}

// menu is a choice of a "⋯" menu.
func menu(value string) map[string]any {
	return map[string]any{"selected_option": map[string]any{"value": value, "text": map[string]any{"type": "plain_text", "text": value}}}
}

// planned is the key of the first item that the full form offers.
func planned(t *testing.T, form view) string {
	t.Helper()
	var o option
	if err := json.Unmarshal(inputOf(t, form, "plan_keys").Options[0], &o); err != nil {
		t.Fatal(err)
	}
	return o.Value
}

// clickTwice clicks faster than the message can change.
func (c *control) clickTwice(user string, m message, action string) {
	c.t.Helper()
	e, b := find(c.t, m.Blocks, action)
	body, err := json.Marshal(map[string]any{"channel": m.Channel, "ts": m.TS, "user": user, "action": used(e, b, nil)})
	if err != nil {
		c.t.Fatal(err)
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			resp, err := http.Post(c.ControlURL+"/click", "application/json", strings.NewReader(string(body)))
			if err != nil {
				c.t.Error(err)
				return
			}
			resp.Body.Close() // the slower click may find the button gone
		})
	}
	both.Wait()
}
