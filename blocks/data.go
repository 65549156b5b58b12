package blocks

import (
	"maps"
	"slices"
	"strings"
	"time"

	"headway/calendar"
)

// DataRow is what one table holds on a person.
type DataRow struct {
	Table, About string
	Rows         int
	Oldest       time.Time // in the reader's zone; zero where rows have no age
	KeepDays     int       // 0: until the person or an admin ends it
}

// line is "*answers* · 12 rows, the oldest of Mon 2 Nov · kept 90 days" with what
// the table is for.
func (r DataRow) line(now time.Time) string {
	s := "*" + tableName(r.Table) + "* · " + count(r.Rows, "row", "rows")
	if !r.Oldest.IsZero() {
		s += ", the oldest of " + Day(r.Oldest, now)
	}
	if r.KeepDays > 0 {
		s += " · kept " + count(r.KeepDays, "day", "days")
	} else {
		s += " · kept until it is changed"
	}
	return s + "\n_" + escaped(r.About, 200) + "_"
}

func tableName(table string) string { return name(strings.ReplaceAll(table, "_", " ")) }

// DataView is all that is stored on a person.
type DataView struct {
	Rows    []DataRow
	Now     time.Time
	Command string
}

// DataHeld lists it, table by table.
func DataHeld(v DataView) Message {
	var c card
	if len(v.Rows) == 0 {
		c.say("Headway stores nothing on you.")
		return c.message()
	}
	c.heading("What Headway stores on you")
	c.say(v.lines())
	c.note("_`" + code(v.Command+" data export") + "` sends you all of it as a direct message, `" + code(v.Command+" data erase") + "` removes it. Only you see this._")
	return c.message()
}

func (v DataView) lines() string {
	lines := make([]string, 0, len(v.Rows))
	for _, r := range v.Rows {
		lines = append(lines, r.line(v.Now))
	}
	return strings.Join(lines, "\n")
}

// ExportComing says that the rows are on their way.
func ExportComing() Message {
	return said("Your data come as a direct message in a moment.")
}

// ExportTitle names the file of an export.
func ExportTitle(on calendar.Date) string { return "What Headway stores on you, " + on.String() }

// exportPart is how much of an export one message takes, with room for what
// escaping adds.
const exportPart = 2600

// ExportParts are the export as messages, for workspaces in which Headway may
// send no files. Lines are never torn apart unless one is too long.
func ExportParts(text string) []Message {
	parts := split(wrapped(escaper.Replace(strings.ReplaceAll(text, "`", "'"))), exportPart)
	out := make([]Message, len(parts))
	for i, part := range parts {
		var c card
		c.say("```\n" + part + "\n```")
		if len(parts) > 1 {
			c.note("_Part " + number(i+1) + " of " + number(len(parts)) + "_")
		}
		out[i] = c.message()
	}
	return out
}

// wrapped breaks lines that no part could take.
func wrapped(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if r := []rune(line); len(r) > exportPart/2 {
			lines[i] = string(r[:exportPart/2]) + "\n" + wrapped(string(r[exportPart/2:]))
		}
	}
	return strings.Join(lines, "\n")
}

// EraseCtx is carried by the form that erases: who was shown what would go.
type EraseCtx struct {
	User string `json:"u"`
}

// EraseInput is what it asks for: nothing.
type EraseInput struct{}

// EraseSubmit is the form.
var EraseSubmit = Form[EraseCtx, EraseInput]{"data.erase", func(Values) (EraseInput, FieldErrors) { return EraseInput{}, nil }}

// EraseForm says exactly what goes and what stays, before anything does.
func EraseForm(v DataView, user string) View {
	s := newSheet("", nil)
	s.say("*This goes, and can't be brought back:*\n" + v.lines())
	s.say("*What it means:* you are in no check-in any more and hold no role; a round that is open counts you as away. An admin can add you again.")
	s.say("*What stays:* the counts of rounds that are closed, which name nobody; \"a former member\" in the log where you changed something; messages in Slack, which Slack keeps itself. For a day Headway remembers, without your name, that nothing of yours may be stored.")
	return View{Form: EraseSubmit.Name, Title: "Erase my data", Submit: "Erase", Close: "Keep it", Blocks: s.blocks, Carried: EraseSubmit.Carry(EraseCtx{user})}
}

// ErasedView is what was erased: rows by table.
type ErasedView struct{ Rows map[string]int }

// Erased is the receipt.
func Erased(v ErasedView) Message {
	var c card
	c.heading("Your data are erased")
	c.say(v.counts())
	c.note("_Where you changed something, the log says \"a former member\". Counts of closed rounds stay; they name nobody. Slack keeps its own messages, this one too._")
	return c.message()
}

func (v ErasedView) counts() string {
	total := 0
	var lines []string
	for _, table := range slices.Sorted(maps.Keys(v.Rows)) {
		if n := v.Rows[table]; n > 0 {
			total += n
			lines = append(lines, tableName(table)+": "+number(n))
		}
	}
	if total == 0 {
		return "Nothing was stored on you."
	}
	return capital(count(total, "row was deleted:", "rows were deleted:")) + "\n" + strings.Join(lines, "\n")
}

// ErasedText answers what comes from somebody whose data were just erased.
const ErasedText = "Your data were erased, so nothing of you is stored. If you want to take part again, ask an admin to add you."
