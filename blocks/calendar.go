package blocks

import (
	"strings"
	"time"
	"unicode/utf8"

	"headway/calendar"
)

// The actions of a project's calendar.
var (
	CalendarDaysOff  = Action[ProjectID]{"calendar.days_off"} // opens DaysOffForm
	CalendarSettings = Action[ProjectID]{"calendar.settings"} // opens ProjectEdit
	HomeCalendar     = Action[ProjectID]{"home.calendar"}
)

// CalendarView is when a project works; Now is in the reader's zone.
type CalendarView struct {
	Project   ProjectID
	Name, Key string
	Now       time.Time
	Zone      string // IANA
	Workdays  calendar.Weekdays
	Country   string // name of the country whose holidays are off, "" for none
	Known     bool   // Headway knows its holidays
	Holidays  []OffRow
	Off       []OffRow // days off of the team that are not over
	Admin     bool     // may change it, here
}

// OffRow is days on which nobody works, and why. Working is how many of them
// would be working days, 0 where it doesn't matter.
type OffRow struct {
	Days    calendar.Span
	Label   string
	Working int
}

// Calendar shows it.
func Calendar(v CalendarView) Message {
	var c card
	c.heading(name(v.Name) + " (" + name(v.Key) + ") · calendar")
	c.say("Works " + v.Workdays.String() + ", by the clock of " + name(zoneOption(v.Zone).Label) + ".")
	c.say("*Public holidays*\n" + v.holidays())
	off := "None to come."
	if len(v.Off) > 0 {
		off = offLines(v.Off, v.Now)
	}
	c.say("*Days off of the team*\n" + off)
	c.note("_On all of these days nobody is asked, and they don't count as working days._")
	if v.Admin {
		c.buttons(CalendarDaysOff.Button(v.Project, "Change days off", ""), CalendarSettings.Button(v.Project, "Working days and country", ""))
	}
	return c.message()
}

func (v CalendarView) holidays() string {
	switch {
	case v.Country == "":
		return "No country is chosen."
	case !v.Known:
		return "Headway doesn't know the holidays of " + name(v.Country) + ". They can be added as days off of the team."
	case len(v.Holidays) == 0:
		return name(v.Country) + ": none on a working day within a year."
	}
	return name(v.Country) + ", the next on working days:\n" + offLines(v.Holidays, v.Now)
}

const maxOffRows = 30

func offLines(rows []OffRow, now time.Time) string {
	var lines []string
	for _, r := range rows[:min(len(rows), maxOffRows)] {
		lines = append(lines, r.line(now))
	}
	if more := len(rows) - maxOffRows; more > 0 {
		lines = append(lines, "and "+number(more)+" more")
	}
	return strings.Join(lines, "\n")
}

func (r OffRow) line(now time.Time) string {
	if label := escaped(r.Label, maxLabel); label != "" {
		return Span(r.Days, now) + " · " + label
	}
	return Span(r.Days, now)
}

// Span is "Thu 24 Dec", or "Thu 24 Dec to Sat 2 Jan 2027".
func Span(s calendar.Span, now time.Time) string {
	if s.From == s.To {
		return Date(s.From, now)
	}
	return Date(s.From, now) + " to " + Date(s.To, now)
}

// The fields of the form for days off; the days are FieldFrom and FieldTo.
const (
	FieldLabel  = "label"
	FieldRemove = "remove"
)

// maxLabel is how many characters a team may call its days off by.
const maxLabel = 40

// DaysOffInput is days to add and days to take back; either may be none.
type DaysOffInput struct {
	Add    calendar.Span // zero for none
	Label  string
	Remove []calendar.Span
}

// DaysOffSubmit is the form for a project's days off.
var DaysOffSubmit = Form[ProjectCtx, DaysOffInput]{"calendar.days_off", parseDaysOff}

// DaysOffView fills it.
type DaysOffView struct {
	Ctx       ProjectCtx
	Name, Key string
	Now       time.Time
	Off       []OffRow // to choose from
	Problem   string
	Errors    FieldErrors
}

// DaysOffForm is that form.
func DaysOffForm(v DaysOffView) View {
	s := newSheet(v.Problem, v.Errors)
	s.say("*" + name(v.Name) + "* (" + name(v.Key) + "). On a day off of the team nobody is asked, and it doesn't count as a working day. Public holidays come by themselves.")
	s.input(FieldFrom, "First day off", "", dateElement(FieldFrom, calendar.Date{}), true)
	s.input(FieldTo, "Last day off", "Only when there are several.", dateElement(FieldTo, calendar.Date{}), true)
	s.input(FieldLabel, "What is it?", "The team reads it in the calendar.", textElement(FieldLabel, "Offsite", "", maxLabel), true)
	if options := offOptions(v.Off, v.Now); len(options) > 0 {
		s.input(FieldRemove, "Take back", "The team works on these days after all.", multiSelect(FieldRemove, "Choose days", options, nil), true)
	}
	return View{Form: DaysOffSubmit.Name, Title: "Days off of the team", Submit: "Save", Close: "Cancel", Blocks: s.blocks, Carried: DaysOffSubmit.Carry(v.Ctx)}
}

func offOptions(rows []OffRow, now time.Time) []Option {
	var options []Option
	for _, r := range rows {
		value := r.Days.String()
		if _, twice := find(options, value); !twice && value != "" {
			label := Span(r.Days, now)
			if r.Label != "" {
				label += " · " + r.Label
			}
			options = append(options, Option{Value: value, Label: label})
		}
	}
	return options
}

func parseDaysOff(v Values) (DaysOffInput, FieldErrors) {
	errs := FieldErrors{}
	in := DaysOffInput{Add: calendar.Span{From: v.Date(FieldFrom), To: v.Date(FieldTo)}, Label: clean(v.Text(FieldLabel))}
	if in.Add.To.IsZero() {
		in.Add.To = in.Add.From
	}
	for _, chosen := range v.Choices(FieldRemove) {
		days, err := calendar.ParseSpan(chosen, calendar.Date{})
		if err != nil {
			errs[FieldRemove] = "Choose among the days that are listed."
		}
		in.Remove = append(in.Remove, days)
	}
	switch {
	case in.Add.From.IsZero() && (!in.Add.To.IsZero() || len(in.Remove) == 0):
		errs[FieldFrom] = "Choose the first day off."
	case in.Add.To.Before(in.Add.From):
		errs[FieldTo] = "The last day can't come before the first."
	case in.Add.Days() > 366:
		errs[FieldTo] = "At most one year at a time."
	}
	if LabelTooLong(in.Label) {
		errs[FieldLabel] = "At most 40 characters fit here."
	}
	return in, errs.orNil()
}

// LabelTooLong says whether days off can't be called so.
func LabelTooLong(label string) bool { return utf8.RuneCountInString(clean(label)) > maxLabel }

// DaysOffChangedView is what became of a project's days off.
type DaysOffChangedView struct {
	Name, Key      string
	Now            time.Time
	Added, Removed []OffRow
}

// DaysOffChanged confirms it.
func DaysOffChanged(v DaysOffChangedView) Message {
	var c card
	project := name(v.Name) + " (" + name(v.Key) + ")"
	if len(v.Added) > 0 {
		c.say(project + " is off: " + offSentence(v.Added, v.Now) + ". Nobody is asked then. A check-in that is open on such a day ends without a summary.")
	}
	if len(v.Added)+len(v.Removed) == 0 {
		c.say("Nothing changed in the calendar of " + project + ".")
	}
	if len(v.Removed) > 0 {
		c.say(project + " works again: " + offSentence(v.Removed, v.Now) + ".")
	}
	return c.message()
}

func offSentence(rows []OffRow, now time.Time) string {
	var parts []string
	for _, r := range rows[:min(len(rows), maxOffRows)] {
		s := Span(r.Days, now)
		var notes []string
		if r.Working > 1 {
			notes = append(notes, count(r.Working, "working day", "working days"))
		}
		if label := escaped(r.Label, maxLabel); label != "" {
			notes = append(notes, label)
		}
		if len(notes) > 0 {
			s += " (" + strings.Join(notes, ", ") + ")"
		}
		parts = append(parts, s)
	}
	if more := len(rows) - maxOffRows; more > 0 {
		parts = append(parts, "and "+number(more)+" more")
	}
	return strings.Join(parts, ", ")
}
