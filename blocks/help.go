package blocks

import "strings"

// HelpView is the command table as the reader may use it.
type HelpView struct {
	Command string // "/headway", from the configuration
	Role    string // the reader's: "member", "admin"; "" when nobody gave one
	Rows    []HelpRow
	First   bool // nobody has set Headway up yet
}

// HelpRow is one command.
type HelpRow struct {
	Name  string // "report"
	Args  string // "[weekly] [KEY]"
	What  string // "this week's report"
	Admin bool   // only admins may use it
}

// Help lists the commands.
func Help(v HelpView) Message {
	var c card
	c.heading("What Headway can do")
	if v.First {
		c.sayWith("Nobody has set Headway up yet. It takes a few minutes and no Jira admin right.", SetupStart.Primary("", "Set up Headway", ""))
	}
	c.say(v.lines(false))
	if admins := v.lines(true); admins != "" {
		c.say("*For admins*\n" + admins)
	}
	if v.Role != "" {
		c.note("_You are " + article(v.Role) + " " + name(v.Role) + " here. Everything is also in Headway's Home tab._")
	} else {
		c.note("_Everything is also in Headway's Home tab._")
	}
	return c.message()
}

func (v HelpView) lines(admin bool) string {
	var lines []string
	for _, r := range v.Rows {
		if r.Admin == admin {
			lines = append(lines, "`"+strings.TrimSpace(code(v.Command)+" "+code(r.Name)+" "+code(r.Args))+"` "+name(r.What))
		}
	}
	return strings.Join(lines, "\n")
}

func article(word string) string {
	if word != "" && strings.ContainsRune("aeio", rune(word[0])) {
		return "an"
	}
	return "a"
}
