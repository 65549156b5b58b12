package blocks

import "strconv"

// The fields of the forms that configure a check-in, beside those of the setup.
const (
	FieldCheckin     = "checkin"
	FieldCheckinName = "checkin_name"
	FieldTemplate    = "template"
)

// RitualCtx is carried by those forms; Checkin is "" for a new one.
type RitualCtx struct {
	Project string `json:"p"`
	Checkin string `json:"k,omitempty"`
}

// RitualChoice is which check-in is configured, or of which template one is
// added.
type RitualChoice struct{ Checkin, Template string }

// The forms that configure a check-in.
var (
	RitualChooseSubmit = Form[RitualCtx, RitualChoice]{"checkin.choose", parseRitualChoice}
	RitualSubmit       = Form[RitualCtx, CheckinInput]{"checkin.configure", parseRitual}
)

// RitualChooseView lists a project's check-ins.
type RitualChooseView struct {
	Ctx       RitualCtx
	Name, Key string // of the project
	Checkins  []Option
	Full      bool // no further one fits
}

const (
	ritualTitle = "Configure check-ins"
	addPrefix   = "add."
)

// RitualChoose asks which check-in to configure, and offers to add another.
func RitualChoose(v RitualChooseView) View {
	s := newSheet("", nil)
	s.say("*" + name(v.Name) + "* (" + name(v.Key) + ")")
	options, first := v.Checkins, ""
	if len(options) > 0 {
		first = options[0].Value
	}
	if !v.Full {
		for _, t := range templateOptions() {
			options = append(options[:len(options):len(options)], Option{Value: addPrefix + t.Value, Label: "Add another: " + t.Label, Detail: t.Detail})
		}
	}
	s.input(FieldCheckin, "Which check-in", "", radios(FieldCheckin, within(10, options, nil), first), false)
	return View{Form: RitualChooseSubmit.Name, Title: ritualTitle, Submit: "Next", Close: "Cancel", Blocks: s.blocks, Carried: RitualChooseSubmit.Carry(v.Ctx)}
}

func parseRitualChoice(v Values) (RitualChoice, FieldErrors) {
	chosen := v.Choice(FieldCheckin)
	for _, t := range templates {
		if chosen == addPrefix+t.ID {
			return RitualChoice{Template: t.ID}, nil
		}
	}
	if chosen == "" {
		return RitualChoice{}, FieldErrors{FieldCheckin: "Choose one."}
	}
	return RitualChoice{Checkin: chosen}, nil
}

// RitualView fills the form of one check-in.
type RitualView struct {
	Ctx       RitualCtx
	Name, Key string // of the project
	Input     CheckinInput
	Problem   string
	Errors    FieldErrors
}

const maxCheckinName = 60

// Ritual is that form.
func Ritual(v RitualView) View {
	s, in := newSheet(v.Problem, v.Errors), v.Input
	s.say("*" + name(v.Name) + "* (" + name(v.Key) + "). Changes count from the next round on; one that is open stays as it is.")
	s.input(FieldCheckinName, "Name", "It stands before \"check-in\" in every message.", textElement(FieldCheckinName, "Payments", in.Name, maxCheckinName), false)
	s.input(FieldTemplate, "What it asks", "", radios(FieldTemplate, templateOptions(), TemplateOf(in.Template).ID), false)
	s.input(FieldParticipants, "Who is asked", "The same people in all check-ins of this project.", usersElement(FieldParticipants, in.Participants).WithMaxSelectedItems(maxParticipants), false)
	s.input(FieldDays, "Days", daysHint(TemplateOf(in.Template)), checkboxes(FieldDays, dayOptions, dayValues(in.Days)), false)
	s.input(FieldTime, "Time", "", timeElement(FieldTime, in.Hour, in.Minute), false)
	s.input(FieldZoneMode, "In whose time", "", radios(FieldZoneMode, zoneModeOptions, zoneMode(in.MemberZone)), false)
	s.input(FieldWindow, "Open for", "One reminder comes at half time.", selectElement(FieldWindow, "Choose one", windowOptions, strconv.Itoa(in.WindowMinutes)), false)
	s.input(FieldQuestions, "Also ask for", "", checkboxes(FieldQuestions, questionOptions, in.questions()), true)
	s.input(FieldPrivacy, "Who sees the answers", "Answers given until now stay as they were promised.", radios(FieldPrivacy, privacyOptions, orElse(in.Privacy, PrivacyTeam)), false)
	return View{Form: RitualSubmit.Name, Title: ritualTitle, Submit: "Save", Close: "Cancel", Blocks: s.blocks, Carried: RitualSubmit.Carry(v.Ctx)}
}

func daysHint(t Template) string {
	switch t.Rhythm {
	case RhythmMidpoint:
		return "Without effect here: it is held on the middle working day of each sprint."
	case RhythmSprint:
		return "Where the board has sprints it is held on the last working day of each; else every two weeks on this day."
	}
	return ""
}

func parseRitual(v Values) (CheckinInput, FieldErrors) {
	in, errs := parseCheckin(v)
	if errs == nil {
		errs = FieldErrors{}
	}
	in.Name, in.Template = cleanCut(v.Text(FieldCheckinName), maxCheckinName), v.Choice(FieldTemplate)
	if in.Name == "" {
		errs[FieldCheckinName] = "Give it a name, such as the project's."
	}
	if _, ok := find(templateOptions(), in.Template); !ok {
		errs[FieldTemplate] = "Choose one."
	}
	return in, errs.orNil()
}

// RitualSavedView is a check-in that was configured.
type RitualSavedView struct {
	Name string
	Next string // when it is held next
	Open bool   // a round is open
}

// RitualSaved confirms it.
func RitualSaved(v RitualSavedView) View {
	s := "*" + name(v.Name) + " check-in* is saved. Next: " + name(v.Next) + "."
	if v.Open {
		s += " The round that is open now stays as it is."
	}
	sheet := newSheet("", nil)
	sheet.say(s)
	return View{Title: ritualTitle, Close: "Done", Blocks: sheet.blocks}
}
