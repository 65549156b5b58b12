package blocks

import (
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/calendar"
)

// What a person did in a round without an answer.
const (
	MineSkipped = "skipped"
	MineAway    = "away"
	MineMissed  = "missed"
	MineWaiting = "waiting" // the round is still open
)

// MineView is a person's own history, for nobody else.
type MineView struct {
	Now      time.Time // in the person's zone
	Command  string    // "/headway"
	From, To calendar.Date
	KeepDays int  // how long answers are kept
	Cut      bool // more was asked for than is kept
	Rounds   []MineRound
	Open     []OpenBlocker
}

// MineRound is one round of the person.
type MineRound struct {
	Day      calendar.Date
	Checkin  string
	Template string // TemplateDaily …
	Status   string // StatusOnTrack … or MineSkipped …
	Late     bool
	Plan     []Issue
	Blocker  *Blocker
	Cleared  bool // the blocker is cleared since
	Stood    int  // working days it stood
	DayWords string
}

// answered says whether the person said something.
func (r MineRound) answered() bool {
	return r.Status == StatusOnTrack || r.Status == StatusAtRisk || r.Status == StatusBlocked
}

// Mine lists what a person said, planned and was blocked by, the newest first.
func Mine(v MineView) Message {
	var c card
	c.say("*Your check-ins · " + Date(v.From, v.Now) + " to " + Date(v.To, v.Now) + "*\n" + v.facts())
	v.list(&c)
	if len(v.Open) > 0 {
		c.say("*Still in your way*")
		openBlockers(&c, v.Open, TappedMine)
	}
	c.note("_" + v.kept() + "_")
	return c.message()
}

// facts is "You answered 14 of 16, 2 of them late, and were blocked on 3 days."
func (v MineView) facts() string {
	var answered, late, skipped, away, asked int
	blocked := map[calendar.Date]bool{}
	for _, r := range v.Rounds {
		switch {
		case r.Status == MineSkipped:
			skipped++
		case r.Status == MineAway:
			away++
		case r.Status != MineWaiting:
			asked++
		}
		if r.answered() {
			answered++
		}
		if r.Late {
			late++
		}
		if r.Status == StatusBlocked {
			blocked[r.Day] = true
		}
	}
	if len(v.Rounds) == 0 {
		return "You were not asked in this time."
	}
	s := "You answered " + number(answered) + " of " + count(asked, "check-in", "check-ins")
	if asked == 0 {
		s = "You had nothing to answer"
	}
	if late > 0 {
		s += ", " + number(late) + " of them late"
	}
	if n := len(blocked); n > 0 {
		if late > 0 {
			s += ","
		}
		s += " and were blocked on " + count(n, "day", "days")
	}
	return s + "." + v.rest(skipped, away)
}

func (v MineView) rest(skipped, away int) string {
	var parts []string
	if skipped > 0 {
		parts = append(parts, "skipped "+number(skipped))
	}
	if away > 0 {
		parts = append(parts, "were away for "+number(away))
	}
	if len(parts) == 0 {
		return ""
	}
	return " You " + strings.Join(parts, " and ") + "."
}

func (v MineView) kept() string {
	s := "Only you see this. Headway keeps answers " + count(v.KeepDays, "day", "days")
	if v.Cut {
		return s + ", so what was before is gone."
	}
	return s + "."
}

// list is a table while one can hold all rounds, else lines.
func (v MineView) list(c *card) {
	if len(v.Rounds) == 0 {
		return
	}
	rounds := make([]MineRound, len(v.Rounds))
	lines := make([]string, len(v.Rounds))
	several := false
	for i, r := range v.Rounds {
		several = several || r.Checkin != v.Rounds[0].Checkin
		r.DayWords = Date(r.Day, v.Now)
		rounds[i] = r
	}
	for i, r := range rounds {
		lines[i] = r.mrkdwn(several)
	}
	text := cutLines(strings.Join(lines, "\n"), 9000)
	if len(rounds) >= maxTableRows || text != strings.Join(lines, "\n") {
		c.say(text)
		return
	}
	columns := []column[MineRound]{{"Day", MineRound.day, false}, {"Check-in", MineRound.checkin, false}, {"You said", MineRound.says, false}, {"Next", MineRound.next, true}, {"In the way", MineRound.blocked, true}}
	if !several {
		columns = append(columns[:1], columns[2:]...)
	}
	c.inPlaceOf(sections(text), richTable(rounds, columns), text)
}

func (r MineRound) day() []slack.RichTextSectionElement { return richText(r.DayWords) }

func (r MineRound) checkin() []slack.RichTextSectionElement { return richText(cleanCut(r.Checkin, 80)) }

func (r MineRound) says() []slack.RichTextSectionElement { return richText(r.said()) }

func (r MineRound) said() string {
	s := map[string]string{MineSkipped: "skipped", MineAway: "away", MineMissed: "no answer", MineWaiting: "waits for you"}[r.Status]
	if s == "" {
		s = TemplateOf(r.Template).words(r.Status)
	}
	if r.Late {
		s += " (late)"
	}
	return s
}

func (r MineRound) next() []slack.RichTextSectionElement {
	var out []slack.RichTextSectionElement
	for i, issue := range r.Plan[:min(len(r.Plan), maxPlan)] {
		if i > 0 {
			out = append(out, richText(", ")...)
		}
		out = append(out, issue.rich()...)
	}
	return out
}

func (r MineRound) blocked() []slack.RichTextSectionElement {
	if r.Blocker == nil {
		return nil
	}
	if r.Blocker.Key == "" {
		return richText(r.Blocker.line() + r.stood())
	}
	return append(r.Blocker.rich(), richText(" "+r.Blocker.state()+r.stood())...)
}

// stood is "; cleared after 4 days".
func (r MineRound) stood() string {
	if !r.Cleared {
		return ""
	}
	return "; cleared " + after(r.Stood)
}

func (r MineRound) mrkdwn(several bool) string {
	s := "*" + r.DayWords + "* "
	if several {
		s += name(r.Checkin) + " · "
	}
	s += r.said()
	if len(r.Plan) > 0 {
		s += " · next " + issues(r.Plan[:min(len(r.Plan), maxPlan)])
	}
	if r.Blocker != nil {
		s += " · " + r.Blocker.line() + r.stood()
	}
	return s
}
