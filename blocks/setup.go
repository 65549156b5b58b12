package blocks

import "fmt"

// The wizard's actions. SetupProjectPick and SetupBoardPick are selects whose
// options come from Jira as the person types; picking a project is also a
// click, so that the boards can follow.
var (
	SetupStart       = Action[None]{"setup.start"}
	SetupProjectPick = Action[SourceRef]{"setup.project"}
	SetupBoardPick   = Action[SourceRef]{"setup.board"}
)

// SetupCtx is carried through the wizard. Token is an opaque handle of a
// pending connection, never the token.
type SetupCtx struct {
	Project    string `json:"p,omitempty"`
	Connection string `json:"c,omitempty"`
	Channel    string `json:"h,omitempty"` // where the wizard was opened, then the one that was chosen
	Step       int    `json:"s,omitempty"`
	Token      string `json:"t,omitempty"`
}

// The wizard's steps in order.
const (
	StepConnect = 1 + iota
	StepProject
	StepMapping
	StepCheckin
	StepReports
	steps = StepReports
)

var stepNames = [...]string{StepConnect: "Connect Jira", StepProject: "Project", StepMapping: "Statuses", StepCheckin: "Check-in", StepReports: "Reports"}

const wizardTitle = "Set up Headway"

// progress is the line under the title: "Step 2 of 5 · Project".
func (s *sheet) progress(step int) {
	s.note(fmt.Sprintf("Step %d of %d · *%s*", step, steps, stepNames[step]))
}

// wizardSheet begins a step of the wizard: where one is, then what went wrong.
func wizardSheet(step int, problem string, errors FieldErrors) *sheet {
	s := newSheet("", errors)
	s.progress(step)
	s.problem(problem)
	return s
}

// Checking is shown while Jira is asked: "Checking acme…".
func Checking(title, what string) View {
	s := newSheet("", nil)
	s.say("Checking " + name(what) + "…")
	s.note("_This takes a few seconds. The next step opens by itself._")
	return View{Title: title, Close: "Close", Blocks: s.blocks}
}

// SetupDoneView is a finished setup.
type SetupDoneView struct {
	Name, Key   string
	NextCheckin string // "Wed 25 Nov, 09:30 in each member's own time"
	NextReport  string // "Mon 30 Nov 09:00"
	Channel     string // Slack channel id of the report
	Command     string
	CannotAsk   bool // Jira does not let Headway ask who may see the project
}

// SetupDone closes the wizard and says what comes next.
func SetupDone(v SetupDoneView) View {
	s := newSheet("", nil)
	s.say("*" + name(v.Name) + "* (" + name(v.Key) + ") is set up.")
	s.say("First check-in: " + name(v.NextCheckin) + "\nFirst report: " + name(v.NextReport) + " in " + Channel(v.Channel))
	if v.CannotAsk {
		s.say("■ Jira does not let Headway ask who may see the project, so nobody gets its reports on demand yet. A Jira admin can mend it: the token's account needs the global permission *Browse users and groups*. `" + code(v.Command) + " test` shows whether it has it.")
	}
	s.note("_Jira is being read now; I'll tell you when the figures are there. Then `" + code(v.Command) + " report` shows last week._")
	return View{Title: wizardTitle, Close: "Done", Blocks: s.blocks}
}

// WelcomeView introduces Headway to a channel or its people.
type WelcomeView struct {
	Name        string // of the project
	Key         string
	Command     string
	NextCheckin string
	NextReport  string
}

// Welcome tells a team, in its channel, what Headway will do there.
func Welcome(v WelcomeView) Message {
	var c card
	c.heading("Headway now works with " + name(v.Name) + " (" + name(v.Key) + ")")
	c.say("It asks those on the check-in how their part is going, posts one summary a day here and one report a week. First check-in: " + name(v.NextCheckin) + ". First report: " + name(v.NextReport) + ".")
	c.note("_It reads Jira and never writes to it, reads no Slack messages and keeps no ticket text. What a manager can see, the team can see. `" + code(v.Command) + " help` lists everything._")
	return c.message()
}

func keeping(fromEnv bool) string {
	if fromEnv {
		return "The token comes from the environment; the database holds none."
	}
	return "The token is stored encrypted and never shown again."
}

// ConnectedView is a connection that was verified.
type ConnectedView struct {
	Site    string // "acme.atlassian.net"
	Account string // the account's name in Jira
	FromEnv bool   // the token comes from the environment
	Resumed int    // projects that go on with the new token
}

// Connected confirms a connection outside the wizard.
func Connected(v ConnectedView) Message {
	s := "Connected to " + name(v.Site)
	if v.Account != "" {
		s += " as " + name(v.Account)
	}
	s += ". " + keeping(v.FromEnv)
	if v.Resumed > 0 {
		s += " " + capital(count(v.Resumed, "project goes on.", "projects go on."))
	}
	return said(s)
}
