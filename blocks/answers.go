package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// AnswersView is a round's answers, shown to one member of the team.
type AnswersView struct {
	Name            string
	Template        string // TemplateDaily …
	Day, Now        time.Time
	Asked, Answered int
	Lines           []AnswerLine
}

// AnswerLine is one person's answer, shown inside the team only.
type AnswerLine struct {
	User       string // Slack user id
	Status     string
	Confidence int // 0 for none
	Plan       []Issue
	Blocker    *Blocker
	Late       bool
	Text       string // in the person's own words, "" for none
}

// Answers lists the answers of a round; those who did not answer are a number.
func Answers(v AnswersView) Message {
	var c card
	c.say("*" + name(v.Name) + " check-in · " + Day(v.Day, v.Now) + "* · " + number(v.Answered) + " of " + number(v.Asked) + " answered")
	v.list(&c)
	if missing := v.Asked - v.Answered; missing > 0 {
		c.note("_" + capital(count(missing, "answer is", "answers are")) + " missing. Only you see this list._")
	} else {
		c.note("_Only you see this list._")
	}
	return c.message()
}

// list is a table while one can hold all answers, else lines.
func (v AnswersView) list(c *card) {
	if len(v.Lines) == 0 {
		c.say("Nobody has answered yet.")
		return
	}
	lines := make([]string, 0, len(v.Lines))
	for _, l := range v.Lines {
		lines = append(lines, l.mrkdwn(TemplateOf(v.Template)))
	}
	text := cutLines(strings.Join(lines, "\n"), 9000)
	if len(v.Lines) >= maxTableRows || text != strings.Join(lines, "\n") {
		c.say(text)
		return
	}
	c.inPlaceOf(sections(text), v.table(), text)
}

// table has a column only for what somebody said.
func (v AnswersView) table() *slack.TableBlock {
	return richTable(v.Lines, []column[AnswerLine]{{"Who", AnswerLine.who, false}, {"Says", func(l AnswerLine) []slack.RichTextSectionElement { return l.says(TemplateOf(v.Template)) }, false}, {"Sure", AnswerLine.sure, false}, {"More", AnswerLine.more, true}})
}

func (l AnswerLine) who() []slack.RichTextSectionElement {
	if userID.MatchString(l.User) {
		return []slack.RichTextSectionElement{slack.NewRichTextSectionUserElement(l.User, nil)}
	}
	return richText(cleanCut(l.User, 80))
}

func (l AnswerLine) says(t Template) []slack.RichTextSectionElement {
	s := t.words(l.Status)
	if l.Late {
		s += " (late)"
	}
	return richText(s)
}

func (l AnswerLine) sure() []slack.RichTextSectionElement {
	if l.Confidence == 0 {
		return nil
	}
	return richText(fmt.Sprintf("%d of 5", l.Confidence))
}

// more is what comes next, and what is in the way.
func (l AnswerLine) more() []slack.RichTextSectionElement {
	var out []slack.RichTextSectionElement
	for i, issue := range l.planned() {
		begin := ", "
		if i == 0 {
			begin = "next "
		}
		out = append(append(out, richText(begin)...), issue.rich()...)
	}
	if l.Blocker != nil {
		out = append(between(out), l.Blocker.richLine()...)
	}
	if l.Text != "" {
		out = append(between(out), richText(l.quoted())...)
	}
	return out
}

// between sets what comes next apart from what is there.
func between(out []slack.RichTextSectionElement) []slack.RichTextSectionElement {
	if len(out) == 0 {
		return out
	}
	return append(out, richText(" · ")...)
}

func (b Blocker) richLine() []slack.RichTextSectionElement {
	if b.Key == "" {
		return richText(b.line())
	}
	return append(b.rich(), richText(" "+b.state())...)
}

// quoted is the person's own text, not escaped.
func (l AnswerLine) quoted() string { return "“" + cleanCut(l.Text, MaxAnswerText) + "”" }

// planned are the items that come next; the form takes no more than maxPlan.
func (l AnswerLine) planned() []Issue { return l.Plan[:min(len(l.Plan), maxPlan)] }

func (l AnswerLine) mrkdwn(t Template) string {
	s := Mention(l.User) + " " + t.words(l.Status)
	if l.Late {
		s += " (late)"
	}
	if l.Confidence > 0 {
		s += fmt.Sprintf(", confidence %d of 5", l.Confidence)
	}
	if plan := l.planned(); len(plan) > 0 {
		s += " · next " + issues(plan)
	}
	if l.Blocker != nil {
		s += " · " + l.Blocker.line()
	}
	if l.Text != "" {
		s += " · " + Escape(l.quoted())
	}
	return s
}
