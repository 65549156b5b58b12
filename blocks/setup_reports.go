package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"headway/calendar"
)

// The fields of the reports step; FieldChannel is shared.
const (
	FieldReportDay    = "report_day"
	FieldReportTime   = "report_time"
	FieldNudgePerDay  = "nudges_day"
	FieldNudgePerWeek = "nudges_week"
	FieldQuietFrom    = "quiet_from"
	FieldQuietTo      = "quiet_to"
	FieldDeclared     = "declared"
)

// ReportsInput is the reports step as it was entered. Quiet hours are minutes
// of the day in the project's zone.
type ReportsInput struct {
	Day                       calendar.Weekdays // one day
	Hour, Minute              int
	Channel                   string // Slack channel id
	NudgePerDay, NudgePerWeek int
	QuietFrom, QuietTo        int
	Declared                  bool // everyone in the channel may see the project
}

// ReportsView fills the reports step.
type ReportsView struct {
	Ctx       SetupCtx
	Name, Key string
	Input     ReportsInput
	KeepDays  int // how long answers are kept
	Problem   string
	Errors    FieldErrors
}

// SetupReportsSubmit is the wizard's last step.
var SetupReportsSubmit = Form[SetupCtx, ReportsInput]{"setup.reports", parseReports}

// SetupReports is that step. It says what Headway will store before it starts.
func SetupReports(v ReportsView) View {
	s := wizardSheet(StepReports, v.Problem, v.Errors)
	in := v.Input
	s.say("*" + name(v.Name) + "* (" + name(v.Key) + ")")
	s.input(FieldReportDay, "Weekly report on", "", selectElement(FieldReportDay, "Choose a day", dayOptions, firstDay(in.Day)), false)
	s.input(FieldReportTime, "At", "", timeElement(FieldReportTime, in.Hour, in.Minute), false)
	s.input(FieldChannel, "In the channel", "", channelElement(FieldChannel, in.Channel), false)
	s.input(FieldDeclared, "Who reads there", "Without this the channel gets a safe summary, and a button shows the rest to those who may see it. Your answer is kept in the project's log.",
		checkboxes(FieldDeclared, declaredOptions, when(in.Declared, declaredOptions[0].Value)), true)
	s.heading("Nudges")
	s.note("A nudge is a short note in the channel when delivery is at risk. None is sent yet; these limits hold from the first one on.")
	s.input(FieldNudgePerDay, "Nudges a day at most", "", numberElement(FieldNudgePerDay, in.NudgePerDay, 0, 5), false)
	s.input(FieldNudgePerWeek, "Nudges a week at most", "", numberElement(FieldNudgePerWeek, in.NudgePerWeek, 0, 15), false)
	s.input(FieldQuietFrom, "Quiet from", "", timeElement(FieldQuietFrom, in.QuietFrom/60, in.QuietFrom%60), false)
	s.input(FieldQuietTo, "Quiet until", "", timeElement(FieldQuietTo, in.QuietTo/60, in.QuietTo%60), false)
	s.stored(v.KeepDays)
	return View{Form: SetupReportsSubmit.Name, Title: wizardTitle, Submit: "Start", Close: "Close", Blocks: s.blocks, Carried: SetupReportsSubmit.Carry(v.Ctx)}
}

var declaredOptions = []Option{{Value: "declared", Label: "Everyone in this channel may see this project"}}

// stored lists what is kept, and for how long.
func (s *sheet) stored(keepDays int) {
	s.heading("What Headway will store")
	rows := [][2]string{
		{"Weekly counts from Jira", "104 weeks, no keys, no people"},
		{"Check-in answers", count(keepDays, "day", "days") + ", erased on request"},
		{"Words that people add", "30 days, only where a check-in asks for them"},
		{"Settings and roles", "until you delete them; the log of changes 365 days"},
		{"The Jira token", "encrypted, until it is replaced or deleted"},
		{"Ticket titles and texts, Slack messages", "never"},
	}
	var fields []*slack.TextBlockObject
	for _, r := range rows {
		fields = append(fields, markup("*"+r[0]+"*\n"+r[1]))
	}
	s.blocks = append(s.blocks, slack.NewSectionBlock(nil, fields, nil))
}

// firstDay is the value of the first day in the set, Monday for none.
func firstDay(days calendar.Weekdays) string {
	if chosen := dayValues(days); len(chosen) > 0 {
		return chosen[0]
	}
	return dayOptions[0].Value
}

func parseReports(v Values) (ReportsInput, FieldErrors) {
	errs := FieldErrors{}
	in := ReportsInput{Channel: v.Choice(FieldChannel), Declared: len(v.Choices(FieldDeclared)) > 0}
	day, err := calendar.ParseWeekdays(v.Choice(FieldReportDay))
	if err != nil {
		errs[FieldReportDay] = "Choose a day."
	}
	in.Day = day
	in.Hour, in.Minute = v.clock(FieldReportTime, errs)
	if in.Channel == "" {
		errs[FieldChannel] = "Choose a channel."
	}
	in.NudgePerDay = v.within(FieldNudgePerDay, 0, 5, errs)
	in.NudgePerWeek = v.within(FieldNudgePerWeek, 0, 15, errs)
	in.QuietFrom = v.minuteOfDay(FieldQuietFrom, errs)
	in.QuietTo = v.minuteOfDay(FieldQuietTo, errs)
	return in, errs.orNil()
}

// within reads a number from low to high.
func (v Values) within(field string, low, high int, errs FieldErrors) int {
	n, ok := v.Number(field)
	if !ok || n < low || n > high {
		errs[field] = "Enter a number from " + strconv.Itoa(low) + " to " + strconv.Itoa(high) + "."
	}
	return n
}

func (v Values) minuteOfDay(field string, errs FieldErrors) int {
	hour, minute := v.clock(field, errs)
	return 60*hour + minute
}
