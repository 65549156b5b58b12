package blocks

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/calendar"
	"headway/metrics"
)

// A report's actions.
var (
	ReportShare   = Action[ReportRef]{"report.share"}
	ReportDetails = Action[ReportRef]{"report.details"} // opens the full report for the clicker
	ReportWhy     = Action[ReportRef]{"report.why"}     // opens ReportReceipt
)

// ReportView is a weekly report. All its figures are in Summary and Responses;
// the verdict follows from them. AsOf is when Jira was read, in the project's
// zone.
type ReportView struct {
	Ref            ReportRef
	Number         int    // 0 while it is not stored
	Project        string // its name: "Payments"
	Summary        metrics.Summary
	Responses      metrics.Shown // of the week's check-ins
	ResponsesUsual metrics.Shown // of the weeks before
	AsOf           time.Time
	Stale          bool      // Jira could not be read since AsOf
	Blockers       []Blocker // open ones; without keys where only their number may be said
	Posted         bool      // it stands in a channel, so there is nothing to share
}

func (v ReportView) title() string {
	return fmt.Sprintf("*%s · week %d* (%s)", name(v.Project), v.Summary.Week.Number, weekSpan(v.Summary.Week))
}

// footer is "R-12 · as of Mon 23 Nov 09:00 · definitions v3".
func (v ReportView) footer() string {
	asOf := "as of " + v.AsOf.Format("Mon 2 Jan 15:04")
	if v.Stale {
		asOf += " (Jira could not be read since)"
	}
	return footnote(v.Number, asOf, v.Summary.Definition)
}

func footnote(number int, asOf string, definition int) string {
	s := asOf + fmt.Sprintf(" · definitions v%d", definition)
	if number > 0 {
		s = fmt.Sprintf("R-%d · ", number) + s
	}
	return "_" + s + "_"
}

// Report is the full weekly report.
func Report(v ReportView) Message {
	var c card
	c.say(v.title() + "\n*" + verdict(metrics.Judge(v.Summary)) + "* " + v.headline())
	c.table(v.rows())
	c.bars("Done per week", "Done", v.bars(weekDone), v.trend("Done per week", weekDone))
	if !v.Posted { // whoever asks sees more than a channel needs
		c.bars("In progress at the end of each week", "In progress", v.bars(weekWIP), v.trend("In progress at the end of each week", weekWIP))
	}
	c.say(v.facts())
	c.buttons(v.buttons()...)
	c.note(v.footer())
	return c.message()
}

// verdict is "Steady, with older work piling up."
func verdict(v metrics.Verdict) string {
	s := map[metrics.Pace]string{
		metrics.PaceOpen:   "Not over yet",
		metrics.PaceSteady: "Steady",
		metrics.PaceFast:   "More finished than usual",
		metrics.PaceSlow:   "Less finished than usual",
	}[v.Pace]
	if s == "" {
		s = "Too little history yet for a verdict"
	}
	switch {
	case v.Older:
		s += ", with older work piling up"
	case v.Crowded:
		s += ", with more in progress than usual"
	}
	return s + "."
}

func (v ReportView) headline() string {
	s := v.doneAgainst()
	if n := v.Summary.OlderThan85; v.Summary.OlderOK && n > 0 {
		are := "are"
		if n == 1 {
			are = "is"
		}
		s += fmt.Sprintf(" %s of %s %s older than 85 %% of what you finish.", number(n), count(v.Summary.WIP, "open item", "open items"), are)
	}
	return s
}

// doneAgainst is "12 done (usual 9-14)."
func (v ReportView) doneAgainst() string {
	soFar := ""
	if v.Summary.Running {
		soFar = " so far"
	}
	s := number(v.Summary.Done) + " done" + soFar
	if v.Summary.DoneUsual.OK {
		s += " (usual " + usual(v.Summary.DoneUsual) + ")"
	}
	return s + "."
}

func (v ReportView) rows() [][]string {
	s := v.Summary
	rows := [][]string{
		{"", fmt.Sprintf("week %d", s.Week.Number), "usual"},
		{"Done", number(s.Done), usual(s.DoneUsual)},
		{"Cycle time, half / 85 %", percentiles(s.CycleHalf, s.Cycle85), usualPercentiles(s.CycleHalfUsual, s.Cycle85Usual)},
		{"In progress", number(s.WIP), usual(s.WIPUsual)},
		{"Age in progress, half / 85 %", percentiles(s.AgeHalf, s.Age85), ""},
	}
	if v.Responses.Responded {
		rows = append(rows, []string{"Check-ins answered", rate(v.Responses), rate(v.ResponsesUsual)})
	}
	return append(rows, []string{"Releases", number(s.Deployments), perWeek(s.DeploymentsUsual)})
}

// usual is "9-14", or that there are too few weeks to know.
func usual(r metrics.Range) string {
	switch {
	case !r.OK:
		return "not known yet"
	case r.Low == r.High:
		return number(int(r.Low))
	}
	return number(int(r.Low)) + "-" + number(int(r.High))
}

// percentiles is "3 d / 8 d", or that n is too small.
func percentiles(half, most metrics.Figure) string {
	if !half.OK || !most.OK {
		return fmt.Sprintf("not enough data (n %d)", half.N)
	}
	return days(half.Value) + " / " + days(most.Value)
}

// usualPercentiles are percentiles, of weeks that may not be there at all.
func usualPercentiles(half, most metrics.Figure) string {
	if half.N == 0 {
		return "not known yet"
	}
	return percentiles(half, most)
}

// days is "3 d", with the half that a median can have.
func days(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) + " d" }

func rate(s metrics.Shown) string {
	if _, ok := s.Rate(); !ok {
		return ""
	}
	return percent(s.Answered, s.Asked)
}

func perWeek(f metrics.Figure) string {
	if !f.OK {
		return "not known yet"
	}
	return decimal(f.Value) + " a week"
}

func weekDone(w metrics.WeekPoint) int { return w.Done }
func weekWIP(w metrics.WeekPoint) int  { return w.WIP }

func (v ReportView) bars(of func(metrics.WeekPoint) int) []bar {
	out := make([]bar, 0, len(v.Summary.Weeks))
	for _, w := range v.Summary.Weeks {
		out = append(out, bar{fmt.Sprintf("W%02d", w.Week.Number), float64(of(w))})
	}
	return out
}

// trend says a chart in words: "Done per week, W40 to W47: 9, 11, …".
func (v ReportView) trend(title string, of func(metrics.WeekPoint) int) string {
	bars := v.bars(of)
	if len(bars) == 0 {
		return ""
	}
	bars = bars[max(0, len(bars)-maxBars):]
	values := make([]string, 0, len(bars))
	for _, b := range bars {
		values = append(values, number(int(b.Value)))
	}
	return fmt.Sprintf("%s, %s to %s: %s", title, bars[0].Label, bars[len(bars)-1].Label, strings.Join(values, ", "))
}

func (v ReportView) facts() string {
	var lines []string
	if f := v.Summary.Failures; f.Den > 0 {
		lines = append(lines, "*Releases:* "+failures(f))
	}
	if s := v.blocked(); s != "" {
		lines = append(lines, "*Blocked:* "+s)
	}
	if out := excluded(v.Summary.Excluded); out != "" {
		lines = append(lines, "*Left out:* "+out+".")
	}
	return strings.Join(lines, "\n")
}

// blocked names up to three blockers by their keys, else says their number
// where that points at nobody.
func (v ReportView) blocked() string {
	var named []string
	for _, b := range v.Blockers {
		if b.Key != "" && len(named) < 3 {
			named = append(named, b.line())
		}
	}
	n := len(v.Blockers)
	switch {
	case len(named) > 0 && n > len(named):
		return strings.Join(named, "; ") + "; " + number(n-len(named)) + " more"
	case len(named) > 0:
		return strings.Join(named, "; ")
	case n >= minBlockers:
		return count(n, "item", "items")
	}
	return ""
}

// failures is "3, none followed by a failure." or "3; 1 of them was followed by
// a failure."
func failures(f metrics.Ratio) string {
	releases := number(f.Den)
	switch {
	case f.Num == 0 && f.Den == 1:
		return "1, not followed by a failure."
	case f.Num == 0:
		return releases + ", none followed by a failure."
	case f.Den == 1:
		return "1, followed by a failure."
	case f.Num == f.Den:
		return releases + ", each followed by a failure."
	}
	return releases + "; " + count(f.Num, "of them was", "of them were") + " followed by a failure."
}

func (v ReportView) buttons() []slack.BlockElement {
	why := ReportWhy.Button(v.Ref, "Why?", "")
	if v.Posted {
		return []slack.BlockElement{why}
	}
	return []slack.BlockElement{ReportShare.Button(v.Ref, "Share", ""), why}
}

var exclusionWords = map[metrics.Exclusion][2]string{
	metrics.ExcludedNoDate:       {"release has no date", "releases have no date"},
	metrics.ExcludedDateAhead:    {"release is dated ahead", "releases are dated ahead"},
	metrics.ExcludedNeverStarted: {"item was done without ever being in progress", "items were done without ever being in progress"},
	metrics.ExcludedDoneFirst:    {"item was done before it started", "items were done before they started"},
	metrics.ExcludedUnmapped:     {"item has a status without a stage", "items have a status without a stage"},
	metrics.ExcludedType:         {"item of a type left out", "items of types left out"},
	metrics.ExcludedLabel:        {"item with a label left out", "items with labels left out"},
	metrics.ExcludedResolution:   {"item with a resolution left out", "items with resolutions left out"},
	metrics.ExcludedNoVersion:    {"failure has no release", "failures have no release"},
	metrics.ExcludedOpenIncident: {"incident is still open", "incidents are still open"},
}

// excluded is "2 releases have no date; 1 failure has no release".
func excluded(list map[metrics.Exclusion]int) string {
	var parts []string
	for _, why := range slices.Sorted(maps.Keys(list)) {
		phrase, known := exclusionWords[why]
		if !known {
			phrase = [2]string{"item for another reason", "items for other reasons"}
		}
		if n := list[why]; n > 0 {
			parts = append(parts, count(n, phrase[0], phrase[1]))
		}
	}
	return strings.Join(parts, "; ")
}

// minBlockers is how many blockers there must be before their number is said
// outside the team: fewer would point at people.
const minBlockers = 3

// SafeReport is the weekly report for a channel whose audience is unknown: the
// verdict, done against usual, work in progress, responses and the number of
// blockers, without keys or links.
func SafeReport(v ReportView) Message {
	var c card
	lines := []string{v.title(), "*" + verdict(metrics.Judge(v.Summary)) + "* " + v.doneAgainst() + " " + number(v.Summary.WIP) + " in progress."}
	if r := rate(v.Responses); r != "" {
		lines = append(lines, "Check-ins answered: "+r+".")
	}
	if n := len(v.Blockers); n >= minBlockers {
		lines = append(lines, capital(count(n, "item is blocked.", "items are blocked.")))
	}
	c.say(strings.Join(lines, "\n"))
	c.buttons(ReportDetails.Button(v.Ref, "Show details", ""))
	c.note(v.footer())
	return c.message()
}

// QuietReport is one line for a week in which nothing crossed a line.
func QuietReport(v ReportView) Message {
	var c card
	c.sayWith(fmt.Sprintf("*%s · week %d:* nothing crossed a line. %s done, as usual.", name(v.Project), v.Summary.Week.Number, number(v.Summary.Done)),
		ReportDetails.Button(v.Ref, "Show numbers", ""))
	return c.message()
}

// ReportShared tells the asker where the report was posted.
func ReportShared(channel string) Message { return said("Shared in " + Channel(channel) + ".") }

// ReceiptView is where a report's figures come from.
type ReceiptView struct {
	Number      int
	Project     string
	Week        calendar.Week
	AsOf        time.Time
	Definitions int
	Lines       []ReceiptLine
}

// ReceiptLine is one figure. Den is -1 where there is no denominator.
type ReceiptLine struct {
	Name     string // "Done"
	Num, Den int
	Window   string // "week 47, Mon 16 - Sun 22 Nov"
	Rule     string // how it is counted
	JQL      string // address of the search in Jira, "" without one
}

// ReportReceipt shows numerator, denominator, window, definition and link of
// each figure.
func ReportReceipt(v ReceiptView) Message {
	var c card
	c.say(fmt.Sprintf("*Where the figures come from* · %s, week %d", name(v.Project), v.Week.Number))
	for _, l := range v.Lines[:min(len(v.Lines), 30)] {
		c.say(l.mrkdwn())
	}
	c.note(footnote(v.Number, "as of "+v.AsOf.Format("Mon 2 Jan 15:04"), v.Definitions))
	return c.message()
}

func (l ReceiptLine) mrkdwn() string {
	s := "*" + name(l.Name) + ":* " + number(l.Num)
	if l.Den >= 0 {
		s += " of " + number(l.Den)
	}
	s += " · " + escaped(l.Window, 120) + "\n" + escaped(l.Rule, 300)
	if l.JQL != "" {
		s += " " + link(l.JQL, "Open in Jira")
	}
	return s
}

// NoReportView is a project without enough weeks for a report.
type NoReportView struct {
	Project string
	Weeks   int       // complete weeks known
	Needed  int       // complete weeks needed
	Next    time.Time // when Headway looks again, zero when unknown
	Now     time.Time
	Syncing bool // the first reading of Jira is under way
}

// NoReport says what is missing.
func NoReport(v NoReportView) Message {
	if v.Syncing {
		return said("No report yet for " + name(v.Project) + ": Jira is still being read for the first time. You can ask again in a minute.")
	}
	s := fmt.Sprintf("No report yet for %s: %s of history, and at least %d are needed.", name(v.Project), count(v.Weeks, "week", "weeks"), v.Needed)
	if !v.Next.IsZero() {
		s += " Next look " + When(v.Next, v.Now) + "."
	}
	return said(s)
}
