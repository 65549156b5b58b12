package main

import (
	"strings"
	"testing"
	"time"
)

// Everybody is asked at half past nine of their own morning on both sides of each
// change of the clocks. In 2027 those of New York change on 14 March and
// 7 November, those of Berlin on 28 March and 31 October, and Kolkata's never.
func TestStoryTheClocksChangeAndMorningsStayMornings(t *testing.T) {
	t.Parallel()
	for _, season := range []struct {
		name, begin string
		mornings    []morning
	}{
		{"spring", "2027-03-09", []morning{
			{"2027-03-12", "05:00", "09:30", "15:30"}, // six hours to New York
			{"2027-03-15", "05:00", "09:30", "14:30"}, // it is summer there
			{"2027-03-26", "05:00", "09:30", "14:30"},
			{"2027-03-29", "06:00", "09:30", "15:30"}, // and in Berlin, too
		}},
		{"autumn", "2027-10-26", []morning{
			{"2027-10-29", "06:00", "09:30", "15:30"},
			{"2027-11-01", "05:00", "09:30", "14:30"}, // winter in Berlin
			{"2027-11-05", "05:00", "09:30", "14:30"},
			{"2027-11-08", "05:00", "09:30", "15:30"}, // and in New York, too
		}},
	} {
		t.Run(season.name, func(t *testing.T) {
			t.Parallel()
			c := startDemo(t, demoCmd{Today: season.begin})
			c.slash(mira, payments, "checkin configure")
			c.submit(mira, c.modal(mira, "checkin.choose"), nil)
			c.submit(mira, c.modal(mira, "checkin.configure"), map[string]any{"days": []string{"mon", "fri"}, "participants": []string{ada, tomas, priya}})
			c.modalSaying(mira, "", "is saved")
			for _, m := range season.mornings {
				day, err := time.ParseInLocation(time.DateOnly, m.day, demoZone)
				if err != nil {
					t.Fatal(err)
				}
				for _, asked := range []struct{ user, clock string }{{priya, m.kolkata}, {ada, m.berlin}, {tomas, m.newYork}} {
					c.asksAt(asked.user, day, asked.clock)
				}
			}
			c.noViolations()
		})
	}
}

// morning is when people are asked on a day, by the clock of Berlin.
type morning struct{ day, kolkata, berlin, newYork string }

// asksAt wants a person to be asked for the first time that day at that minute.
func (c *control) asksAt(user string, day time.Time, clock string) {
	c.t.Helper()
	at, err := time.Parse("15:04", clock)
	if err != nil {
		c.t.Fatal(err)
	}
	due := time.Date(day.Year(), day.Month(), day.Day(), at.Hour(), at.Minute(), 0, 0, demoZone)
	title := "check-in · " + day.Format("Mon 2 Jan")
	for _, step := range []struct {
		at   time.Time
		want int
	}{{due.Add(-time.Minute), 0}, {due.Add(time.Minute), 1}} {
		var out struct{ Now time.Time }
		c.post("/clock", map[string]any{"set": step.at.Format(time.RFC3339)}, &out)
		if got := len(c.saying(user, title)); got != step.want {
			c.t.Errorf("%s has %d prompts of %s at %s in Berlin, want %d", user, got, day.Format("Mon 2 Jan"), step.at.Format("15:04"), step.want)
		}
	}
}

// saying are the messages in somebody's direct messages that say something.
func (c *control) saying(user, words string) []message {
	c.t.Helper()
	var found []message
	for _, m := range c.prompts(user) {
		if strings.Contains(m.Text, words) {
			found = append(found, m)
		}
	}
	return found
}
