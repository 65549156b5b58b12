package blocks

import (
	"strings"

	"headway/calendar"
)

// The templates of a check-in.
const (
	TemplateDaily    = "daily"
	TemplateMidpoint = "midpoint"
	TemplateWeekly   = "weekly"
	TemplateRetro    = "retro"
)

// The rhythms in which a check-in is held.
const (
	RhythmDays     = "days"       // on its days of the week
	RhythmMidpoint = "midpoint"   // on the middle working day of each sprint
	RhythmSprint   = "sprint_end" // on the last working day of each sprint, every other week where there are no sprints
)

// Template is a kind of check-in: what it begins with, and its words. A status
// is stored alike in all of them; only the words differ.
type Template struct {
	ID            string
	Label, Detail string // in a choice
	Suffix        string // of the name it begins with, behind the project's
	Rhythm        string

	Days         calendar.Weekdays // what it begins with
	Hour, Minute int
	Confidence   bool

	about, plain    string            // the question with a sprint's name for %, and without
	status          map[string]string // a status in words
	ConfidenceFirst bool              // confidence is what it is for
	Reflects        bool              // looks back: nothing is planned or blocked
}

var workStatus = map[string]string{StatusOnTrack: "on track", StatusAtRisk: "at risk", StatusBlocked: "blocked"}

// templates are all there are, the usual one first.
var templates = []Template{
	{ID: TemplateDaily, Label: "Daily", Detail: "How is your part going?", Rhythm: RhythmDays,
		Days: calendar.MonToFri, Hour: 9, Minute: 30,
		about: "How is your part of % going?", plain: "How is your work going?", status: workStatus},
	{ID: TemplateMidpoint, Label: "Sprint midpoint", Detail: "Once in each sprint, on its middle working day: will it finish?", Suffix: " sprint midpoint", Rhythm: RhythmMidpoint,
		Days: calendar.MonToFri, Hour: 9, Minute: 30, Confidence: true, ConfidenceFirst: true,
		about: "Half of % is over. How sure are you that your part of it finishes in time?", plain: "Half of the sprint is over. How sure are you that your part of it finishes in time?", status: workStatus},
	{ID: TemplateWeekly, Label: "Weekly confidence", Detail: "One day a week: how sure are you, from 1 to 5?", Suffix: " weekly confidence", Rhythm: RhythmDays,
		Days: calendar.Wednesday, Hour: 10, Confidence: true, ConfidenceFirst: true,
		about: "How sure are you that your part of % finishes in time?", plain: "How sure are you that your work finishes in time?", status: workStatus},
	{ID: TemplateRetro, Label: "Retro pulse", Detail: "At the end of each sprint, or every two weeks: how did it go?", Suffix: " retro pulse", Rhythm: RhythmSprint,
		Days: calendar.Friday, Hour: 14, Reflects: true,
		about: "How did % go for you?", plain: "How did the last two weeks go for you?",
		status: map[string]string{StatusOnTrack: "good", StatusAtRisk: "mixed", StatusBlocked: "hard"}},
}

// TemplateOf is the template with that id, the daily one for any other.
func TemplateOf(id string) Template {
	for _, t := range templates {
		if t.ID == id {
			return t
		}
	}
	return templates[0]
}

// Defaults are what a new check-in of the template begins with; who is asked and
// who sees the answers is up to the project.
func (t Template) Defaults(project string) CheckinInput {
	return CheckinInput{Name: project + t.Suffix, Template: t.ID, Days: t.Days, Hour: t.Hour, Minute: t.Minute,
		WindowMinutes: 240, MemberZone: true, Confidence: t.Confidence, Privacy: PrivacyTeam}
}

// asks is the question; topic is a sprint's name, already fit for where it
// stands, "" for none.
func (t Template) asks(topic string) string {
	if topic == "" {
		return t.plain
	}
	return strings.Replace(t.about, "%", topic, 1)
}

var statusMarks = map[string]string{StatusOnTrack: "●", StatusAtRisk: "▲", StatusBlocked: "■"}

// words is the status with its mark: "● on track".
func (t Template) words(status string) string {
	if words := t.status[status]; words != "" {
		return statusMarks[status] + " " + words
	}
	return "no status"
}

// name is the status alone: "on track".
func (t Template) name(status string) string {
	_, words, _ := strings.Cut(t.words(status), " ")
	return words
}

// label is the status on a button or in a choice: "● On track".
func (t Template) label(status string) string {
	return statusMarks[status] + " " + capital(t.name(status))
}

// choices are the three statuses as options.
func (t Template) choices() []Option {
	var options []Option
	for _, status := range []string{StatusOnTrack, StatusAtRisk, StatusBlocked} {
		options = append(options, Option{Value: status, Label: t.label(status)})
	}
	return options
}

func templateOptions() []Option {
	var options []Option
	for _, t := range templates {
		options = append(options, Option{Value: t.ID, Label: t.Label, Detail: t.Detail})
	}
	return options
}
