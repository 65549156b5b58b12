package work

import (
	"context"
	"time"

	"headway/models"
)

// The kinds of schedule.
const (
	ScheduleCheckin = "checkin" // subject: the check-in; slot: the local date
	ScheduleReport  = "report"  // subject: the project; slot: the local date
	ScheduleRefresh = "refresh" // subject: the project; slot: the local hour

	ScheduleWatch    = "watch"    // subject: the connection; slot: the local date
	ScheduleAudience = "audience" // subject: the channel; slot: the local date
)

// The kinds of message in the outbox.
const (
	kindPrompt   = "prompt"
	kindThanks   = "thanks"
	kindReminder = "reminder"
	kindSummary  = "summary"
	kindTexts    = "texts" // what people wrote, in the summary's thread
	kindReport   = "report"
	kindNotice   = "notice"
	kindReading  = "reading" // how a reading of Jira goes, for who asked for it
)

// noteDayOff is why a due check-in was not held: the day became one off.
const noteDayOff = "day_off"

// outcome is what a due slot came to: when the schedule is due next, and the
// state of its run.
type outcome struct {
	next        time.Time
	slot        string
	state, note string
}

// runSlot runs a due slot once, whoever else tries, see models.Team.RunSlot.
func runSlot(ctx context.Context, team models.Team, scheduleID string, now time.Time, fn func(models.Team, models.Schedule) (outcome, error)) (bool, error) {
	return team.RunSlot(ctx, scheduleID, now, func(tx models.Team, s models.Schedule) (time.Time, string, string, string, error) {
		o, err := fn(tx, s)
		return o.next, o.slot, o.state, o.note, err
	})
}
