package blocks

import (
	"strings"
	"unicode/utf8"
)

// FieldText is where a person adds something in their own words.
const FieldText = "text"

// MaxAnswerText is how many characters such a text has at most.
const MaxAnswerText = 600

// Who reads a text. The form says it, so it is decided before anything is
// written; "" asks for none.
const (
	TextInThread = "thread"   // everyone in the summary's channel
	TextAsked    = "asked"    // those whom the check-in asks
	TextManagers = "managers" // those and their managers
)

var textReaders = map[string]string{
	TextInThread: "It is posted with your name under the summary, so everyone in the team's channel can read it.",
	TextAsked:    "Only the people this check-in asks can read it, by Show answers.",
	TextManagers: "Only the people this check-in asks and their managers can read it, by Show answers.",
}

// text asks for a person's own words, where the check-in wants them.
func (s *sheet) text(readers, written string, keepDays int) {
	who, asked := textReaders[readers]
	if !asked {
		return
	}
	if keepDays > 0 {
		who += " Headway keeps it " + count(keepDays, "day", "days") + "."
	}
	e := textElement(FieldText, "", "", MaxAnswerText).WithMultiline(true)
	if written != "" { // as it was written, lines and all
		e.InitialValue = cut(written, MaxAnswerText)
	}
	s.input(FieldText, "Anything your team should know?", who, e, true)
}

func readText(v Values, errs FieldErrors) string {
	text := strings.TrimSpace(v.Text(FieldText))
	if utf8.RuneCountInString(text) > MaxAnswerText {
		errs[FieldText] = "At most " + number(MaxAnswerText) + " characters fit here."
	}
	return text
}

// AnswerText is what one person wrote.
type AnswerText struct {
	User string // Slack user id
	Text string
}

// SummaryTexts is posted once in a summary's thread: what people wrote to their
// team. Nothing in it becomes a mention or a link but the writers themselves.
func SummaryTexts(texts []AnswerText) Message {
	var c card
	c.heading("In their own words")
	for _, t := range texts {
		c.say(Mention(t.User) + ": " + escaped(t.Text, MaxAnswerText))
	}
	return c.message()
}
