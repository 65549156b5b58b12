package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/metrics"
)

// The summary's actions.
var (
	SummaryShow = Action[RoundID]{"summary.show"}
	SummaryHelp = Action[RoundID]{"summary.help"} // value: the blocker's issue key
)

// answered is "7 of 8 answered", where that may be said.
func answered(s metrics.Shown) string {
	if !s.Responded {
		return "too few people for figures here"
	}
	return number(s.Answered) + " of " + number(s.Asked) + " answered"
}

// cells is "● 4 on track  ▲ 2 at risk  ■ 1 blocked", or why it is not shown.
func cells(t Template, s metrics.Shown) string {
	switch {
	case s.Gate == metrics.GateMixed:
		return "The answers are mixed; the split stays hidden, so that it points at nobody."
	case s.Gate != metrics.GateOpen:
		return ""
	}
	var parts []string
	for _, status := range []string{StatusOnTrack, StatusAtRisk, StatusBlocked} {
		if n := s.Counts[status]; n > 0 {
			mark, words, _ := strings.Cut(t.words(status), " ")
			parts = append(parts, mark+" "+number(n)+" "+words)
		}
	}
	return strings.Join(parts, "  ")
}

// Confidence is the mean of 1-5 answers; N is how many gave one. Show it only
// where the counts may be shown.
type Confidence struct {
	Mean   float64
	N      int
	Before float64 // the mean a week before, 0 when there is none
}

// SummaryView is a closed round for the team's own channel.
type SummaryView struct {
	Round      RoundID
	Name       string // of the check-in
	Template   string // TemplateDaily …
	Day        time.Time
	Now        time.Time
	Topic      string        // sprint
	Answers    metrics.Shown // as metrics.Withhold gave it
	Blockers   []Blocker     // without URLs where the audience must not follow them
	Cleared    []ClearedView // since the summary before
	Since      time.Time     // day of the summary before, zero without one
	Helped     int           // how many asked for help
	Confidence *Confidence
	ShowAnswer bool // the check-in's privacy lets the team see answers
}

// Summary is posted when the last answer came or the window closed. Where the
// split is withheld, blockers, help and confidence are as well: each would give
// a cell of it away.
func Summary(v SummaryView) Message {
	var c card
	c.say(strings.TrimSpace("*" + name(v.Name) + " check-in · " + Day(v.Day, v.Now) + "* · " + answered(v.Answers) + "\n" + cells(TemplateOf(v.Template), v.Answers)))
	if v.Answers.Gate == metrics.GateOpen {
		c.say(v.blocked())
		c.say(v.cleared())
		c.say(v.facts())
	}
	c.buttons(v.buttons()...)
	return c.message()
}

// maxBlockers is how many blockers a summary names.
const maxBlockers = 8

func (v SummaryView) blocked() string {
	if len(v.Blockers) == 0 {
		return ""
	}
	lines := make([]string, 0, maxBlockers)
	for _, b := range v.Blockers[:min(len(v.Blockers), maxBlockers)] {
		lines = append(lines, "*Blocked:* "+b.line())
	}
	if more := len(v.Blockers) - maxBlockers; more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// cleared is "Cleared since Mon: PAY-640 after 2 days."
func (v SummaryView) cleared() string {
	if len(v.Cleared) == 0 {
		return ""
	}
	parts := make([]string, 0, maxBlockers+1)
	for _, b := range v.Cleared[:min(len(v.Cleared), maxBlockers)] {
		parts = append(parts, b.named("one item")+" "+after(b.Days))
	}
	if more := len(v.Cleared) - maxBlockers; more > 0 {
		parts = append(parts, "and "+number(more)+" more")
	}
	since := ""
	if !v.Since.IsZero() {
		since = " since " + weekday(v.Since, v.Now)
	}
	return "*Cleared" + since + ":* " + strings.Join(parts, ", ") + "."
}

func (v SummaryView) facts() string {
	var lines []string
	if v.Helped > 0 {
		lines = append(lines, capital(count(v.Helped, "person asked for help.", "people asked for help.")))
	}
	if k := v.Confidence; k != nil && k.N > 0 {
		of := ""
		if v.Topic != "" {
			of = " in " + name(v.Topic)
		}
		line := "Confidence" + of + ": " + decimal(k.Mean) + " of 5"
		if k.Before > 0 {
			line += " (" + decimal(k.Before) + " last week)"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (v SummaryView) buttons() []slack.BlockElement {
	var out []slack.BlockElement
	if v.ShowAnswer && v.Answers.Answered > 0 {
		out = append(out, SummaryShow.Button(v.Round, "Show answers", ""))
	}
	for _, b := range v.Blockers {
		if v.Answers.Gate == metrics.GateOpen && b.wellFormed() && len(out) < 4 {
			out = append(out, SummaryHelp.Button(v.Round, "I can help with "+b.Key, b.Key))
		}
	}
	return uniqueActions(out)
}

// uniqueActions tells buttons of one action apart: Slack wants every action_id
// of a row only once.
func uniqueActions(elements []slack.BlockElement) []slack.BlockElement {
	seen := map[string]int{}
	for _, e := range elements {
		if b, ok := e.(*slack.ButtonBlockElement); ok {
			if n := seen[b.ActionID]; n > 0 {
				b.ActionID += fmt.Sprintf("%s%d", ordinalMark, n)
			}
			seen[strings.SplitN(b.ActionID, ordinalMark, 2)[0]]++
		}
	}
	return elements
}

// SafeSummary is the summary for a channel whose audience is unknown: it names
// no issue, and its button checks who clicks.
func SafeSummary(v SummaryView) Message {
	var c card
	s := "*" + name(v.Name) + " check-in · " + Day(v.Day, v.Now) + "* · " + answered(v.Answers)
	if n := len(v.Blockers); n > 0 && v.Answers.Gate == metrics.GateOpen {
		s += "\n" + capital(count(n, "item is blocked.", "items are blocked."))
	}
	if !v.ShowAnswer {
		c.say(s)
		return c.message()
	}
	c.sayWith(s, SummaryShow.Button(v.Round, "Show answers", ""))
	return c.message()
}

// HelpOfferView is an offer of help, sent to those who reported the blocker.
type HelpOfferView struct {
	Issue
	Helper string // Slack user id of who offers
}

// HelpOffer tells the blocked person, and nobody else, who can help.
func HelpOffer(v HelpOfferView) Message {
	return said(Mention(v.Helper) + " can help with " + v.subject() + ".")
}

// HelpSent confirms the offer to the helper.
func HelpSent(v HelpOfferView) Message {
	return said("Thanks. Whoever reported " + v.subject() + " now knows that you can help.")
}

func (v HelpOfferView) subject() string {
	if v.Key == "" {
		return "the blocked item"
	}
	return v.mrkdwn()
}
