package blocks

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/calendar"
)

// AbsenceID is a person's stay away.
type AbsenceID string

// The actions of a person's own time.
var (
	TimeAway = Action[None]{"time.away"}     // opens AwayForm
	TimePart = Action[None]{"time.part"}     // opens PartTimeForm
	TimeEnd  = Action[AbsenceID]{"time.end"} // ends a stay away
)

// TimeView is what is noted of a person's time; Now is in the person's zone.
type TimeView struct {
	Now      time.Time
	Command  string            // "/headway"
	Away     []AwayRow         // that are not over
	PartTime calendar.Weekdays // days on which the person does not work
	Asked    calendar.Weekdays // days on which the person's check-ins are held
	Shown    bool              // App Home: the person takes part somewhere
}

// AwayRow is one stay away.
type AwayRow struct {
	ID   AbsenceID
	Days calendar.Span
}

const maxAway = 10

// Away shows when a person is away, with a way to end it.
func Away(v TimeView) Message {
	var c card
	if len(v.Away) == 0 {
		c.say("You have no days away noted. Write `" + code(v.Command) + " away 2026-12-24..2027-01-02`, `tomorrow`, or `2w` for two weeks from today.")
		return c.message()
	}
	v.away(&c)
	c.note("_On these days you are not asked and don't count as missing._")
	return c.message()
}

func (v TimeView) away(c *card) {
	for _, a := range v.Away[:min(len(v.Away), maxAway)] {
		c.sayWith(a.words(v.Now)+".", TimeEnd.Button(a.ID, "End", ""))
	}
	if more := len(v.Away) - maxAway; more > 0 {
		c.say("and " + count(more, "more stay away", "more stays away") + ".")
	}
}

func (a AwayRow) words(now time.Time) string {
	if a.Days.From == a.Days.To {
		return "You are away on " + Span(a.Days, now)
	}
	return "You are away from " + Span(a.Days, now)
}

// AwayNoted confirms a stay away.
func AwayNoted(a AwayRow, now time.Time) Message {
	var c card
	c.sayWith(a.words(now)+". You are not asked then and don't count as missing.", TimeEnd.Button(a.ID, "End", ""))
	return c.message()
}

// AwayEnded confirms the end of one.
func AwayEnded(v TimeView) Message {
	var c card
	c.say("Ended. You are asked again on the days you work.")
	v.away(&c)
	return c.message()
}

// NotAway answers someone who ends what is not noted.
func NotAway() Message { return said("There is nothing to end: no such days away are noted.") }

// PartTime says on which days a person is asked and on which not.
func PartTime(v TimeView) Message { return said(v.partTime()) }

func (v TimeView) partTime() string {
	off, on := v.PartTime&v.Asked, v.Asked&^v.PartTime
	switch {
	case v.PartTime == 0:
		return "You have no part-time days. You are asked on " + dayWords(v.Asked) + "."
	case off == 0:
		return "You don't work on " + dayWords(v.PartTime) + ", when nobody is asked anyway. You are asked on " + dayWords(on) + "."
	case on == 0:
		return "You are not asked on " + dayWords(off) + ", which are all the days of your check-ins."
	}
	return "You are not asked on " + dayWords(off) + ". You are asked on " + dayWords(on) + "."
}

// dayWords is "Mon", "Mon and Wed", "Tue, Thu and Fri", "Mon-Fri".
func dayWords(days calendar.Weekdays) string {
	if run := days.String(); strings.Contains(run, "-") && !strings.Contains(run, ",") {
		return run
	}
	var names []string
	for i, o := range dayOptions {
		if days&(1<<i) != 0 {
			names = append(names, o.Label)
		}
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// section is a person's time on App Home.
func (v TimeView) section(c *card) {
	if !v.Shown && len(v.Away) == 0 && v.PartTime == 0 {
		return
	}
	title(c, "Your time")
	v.away(c)
	c.say(v.partTime())
	c.buttons([]slack.BlockElement{TimeAway.Button("", "I'm away", ""), TimePart.Button("", "Part-time", "")}...)
}

// PartTimeInput is the days of the week on which a person does not work.
type PartTimeInput struct{ Days calendar.Weekdays }

// PartTimeSubmit is the form for them.
var PartTimeSubmit = Form[struct{}, PartTimeInput]{"parttime", parsePartTime}

// PartTimeView fills it.
type PartTimeView struct {
	Input   PartTimeInput
	Problem string
	Errors  FieldErrors
}

// PartTimeForm asks on which days a person does not work.
func PartTimeForm(v PartTimeView) View {
	s := newSheet(v.Problem, v.Errors)
	s.say("On the days you don't work you are not asked and don't count as missing.")
	s.input(FieldDays, "Days on which you don't work", "Leave all empty if you work all days.", checkboxes(FieldDays, dayOptions, dayValues(v.Input.Days)), true)
	return View{Form: PartTimeSubmit.Name, Title: "Part-time", Submit: "Save", Close: "Cancel", Blocks: s.blocks, Carried: PartTimeSubmit.Carry(struct{}{})}
}

func parsePartTime(v Values) (PartTimeInput, FieldErrors) {
	errs := FieldErrors{}
	var in PartTimeInput
	if len(v.Choices(FieldDays)) > 0 {
		in.Days = v.days(FieldDays, errs)
	}
	return in, errs.orNil()
}
