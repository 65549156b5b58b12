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
	columns := []struct {
		head    string
		cell    func(AnswerLine) []slack.RichTextSectionElement
		wrapped bool
	}{{"Who", AnswerLine.who, false}, {"Says", func(l AnswerLine) []slack.RichTextSectionElement { return l.says(TemplateOf(v.Template)) }, false}, {"Sure", AnswerLine.sure, false}, {"More", AnswerLine.more, true}}
	t := slack.NewTableBlock("")
	t.Rows = make([][]slack.TableCell, len(v.Lines)+1)
	for _, column := range columns {
		cells, said := []slack.TableCell{slack.NewTableRawTextCell(column.head)}, false
		for _, l := range v.Lines {
			content := column.cell(l)
			said = said || len(content) > 0
			cells = append(cells, richCell(content))
		}
		if !said {
			continue
		}
		t.ColumnSettings = append(t.ColumnSettings, slack.ColumnSetting{Align: slack.ColumnAlignmentLeft, IsWrapped: column.wrapped})
		for i := range t.Rows {
			t.Rows[i] = append(t.Rows[i], cells[i])
		}
	}
	return t
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
	if l.Blocker == nil {
		return out
	}
	if len(out) > 0 {
		out = append(out, richText(" · ")...)
	}
	if l.Blocker.Key == "" {
		return append(out, richText(l.Blocker.line())...)
	}
	return append(append(out, l.Blocker.rich()...), richText(" "+l.Blocker.state())...)
}

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
	return s
}
