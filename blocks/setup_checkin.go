package blocks

import (
	"slices"
	"strconv"

	"headway/calendar"
)

// The fields of the check-in step.
const (
	FieldParticipants = "participants"
	FieldDays         = "days"
	FieldTime         = "time"
	FieldWindow       = "window"
	FieldZoneMode     = "zone_mode"
	FieldQuestions    = "questions"
	FieldPrivacy      = "privacy"
)

// What can be asked beside the status.
const (
	askConfidence = "confidence"
	askText       = "text"
)

// CheckinInput is the check-in step as it was entered.
type CheckinInput struct {
	Name          string   // "" in the wizard: the project's
	Template      string   // "" in the wizard: the daily one
	Participants  []string // Slack user ids
	Days          calendar.Weekdays
	Hour, Minute  int
	WindowMinutes int
	MemberZone    bool // each member's own time, else the project's
	Confidence    bool
	Text          bool   // people may add something in their own words
	Privacy       string // PrivacyTeam …
}

// CheckinView fills the check-in step.
type CheckinView struct {
	Ctx       SetupCtx
	Name, Key string
	Input     CheckinInput
	Problem   string
	Errors    FieldErrors
}

// SetupCheckinSubmit is the wizard's fourth step.
var SetupCheckinSubmit = Form[SetupCtx, CheckinInput]{"setup.checkin", parseCheckin}

// maxParticipants is how many people one check-in asks.
const maxParticipants = 100

// SetupCheckin is that step.
func SetupCheckin(v CheckinView) View {
	s := wizardSheet(StepCheckin, v.Problem, v.Errors)
	s.say("*" + name(v.Name) + "* (" + name(v.Key) + "). Each person gets a direct message that takes one tap.")
	in := v.Input
	s.input(FieldParticipants, "Who is asked", "", usersElement(FieldParticipants, in.Participants).WithMaxSelectedItems(maxParticipants), false)
	s.input(FieldDays, "Days", "", checkboxes(FieldDays, dayOptions, dayValues(in.Days)), false)
	s.input(FieldTime, "Time", "", timeElement(FieldTime, in.Hour, in.Minute), false)
	s.input(FieldZoneMode, "In whose time", "", radios(FieldZoneMode, zoneModeOptions, zoneMode(in.MemberZone)), false)
	s.input(FieldWindow, "Open for", "One reminder comes at half time.", selectElement(FieldWindow, "Choose one", windowOptions, strconv.Itoa(in.WindowMinutes)), false)
	s.input(FieldQuestions, "Also ask for", "", checkboxes(FieldQuestions, questionOptions, in.questions()), true)
	s.input(FieldPrivacy, "Who sees the answers", "", radios(FieldPrivacy, privacyOptions, orElse(in.Privacy, PrivacyTeam)), false)
	return View{Form: SetupCheckinSubmit.Name, Title: wizardTitle, Submit: "Next", Close: "Close", Blocks: s.blocks, Carried: SetupCheckinSubmit.Carry(v.Ctx)}
}

// questions are the values of what is asked beside the status.
func (in CheckinInput) questions() []string {
	return slices.Concat(when(in.Confidence, askConfidence), when(in.Text, askText))
}

func zoneMode(member bool) string {
	if member {
		return "member"
	}
	return "project"
}

var (
	zoneModeOptions = []Option{{"member", "Each member's own", ""}, {"project", "The project's, the same moment for all", ""}}
	windowOptions   = []Option{{"60", "1 hour", ""}, {"120", "2 hours", ""}, {"180", "3 hours", ""}, {"240", "4 hours", ""}, {"360", "6 hours", ""}, {"480", "8 hours", ""}}
	questionOptions = []Option{
		{askConfidence, "Confidence, 1 to 5", ""},
		{askText, "A few words of their own", "Posted by name under the team's summary. Kept 30 days."},
	}
	privacyOptions = []Option{
		{PrivacyTeam, "The team", "Nobody else, not even managers."},
		{PrivacyManagers, "The team and its managers", ""},
		{PrivacyCounts, "Nobody", "Only counts are shown."},
	}
)

func parseCheckin(v Values) (CheckinInput, FieldErrors) {
	errs := FieldErrors{}
	in := CheckinInput{
		Participants: v.Choices(FieldParticipants),
		Days:         v.days(FieldDays, errs),
		MemberZone:   v.Choice(FieldZoneMode) != "project",
		Confidence:   slices.Contains(v.Choices(FieldQuestions), askConfidence),
		Text:         slices.Contains(v.Choices(FieldQuestions), askText),
		Privacy:      orElse(v.Choice(FieldPrivacy), PrivacyTeam),
	}
	switch n := len(in.Participants); {
	case n == 0:
		errs[FieldParticipants] = "Choose at least one person."
	case n > maxParticipants:
		errs[FieldParticipants] = "At most 100 people fit in one check-in."
	}
	if in.Text && in.Privacy == PrivacyCounts {
		errs[FieldQuestions] = "Where only counts are shown, nobody could read words of their own. Take one of the two back."
	}
	in.Hour, in.Minute = v.clock(FieldTime, errs)
	in.WindowMinutes = v.option(FieldWindow, windowOptions, errs)
	return in, errs.orNil()
}

// clock reads a time of day; none is an error.
func (v Values) clock(field string, errs FieldErrors) (hour, minute int) {
	hour, minute, ok := v.Time(field)
	if !ok {
		errs[field] = "Choose a time."
	}
	return hour, minute
}

// option reads a chosen number that must be one of options.
func (v Values) option(field string, options []Option, errs FieldErrors) int {
	chosen := v.Choice(field)
	n, err := strconv.Atoi(chosen)
	if _, ok := find(options, chosen); !ok || err != nil {
		errs[field] = "Choose one."
		return 0
	}
	return n
}
