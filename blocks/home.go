package blocks

import (
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/calendar"
)

// The Home tab's actions. A project's menu is ProjectMore.
var (
	HomeAnswer = Action[RoundID]{"home.answer"}
	HomeReport = Action[ProjectID]{"home.report"}
	HomeSetup  = Action[None]{"home.setup"}
	HomeResume = Action[ProjectID]{"home.resume"} // goes on with a setup that was left
	HomeStatus = Action[None]{"home.status"}
	HomeRoles  = Action[None]{"home.roles"}
)

// HomeView is a person's Home tab; times are in the person's zone.
type HomeView struct {
	Now         time.Time
	Command     string // "/headway"
	Waiting     []HomeRound
	Blockers    []OpenBlocker // the person's own
	Projects    []HomeProjectRow
	Connections []ConnectionStatus // for admins
	Admin       bool               // may set up and configure
	Fresh       bool               // nobody has set Headway up yet
	MayOwn      bool               // while Fresh: may be the one to do it
	Linked      bool               // linked to a Jira account; only then reports open
	Time        TimeView
}

// HomeRound is a check-in that waits for the person, or one already answered.
type HomeRound struct {
	Round   RoundID
	Name    string // of the check-in
	Day     time.Time
	CloseAt time.Time
	Status  string // "" while it waits
	Skipped bool

	Template string // TemplateDaily …
}

// HomeProjectRow is a project the person belongs to or may configure.
type HomeProjectRow struct {
	ID          ProjectID
	Key, Name   string
	State       string // "draft", "active", "paused", "archived"
	Step        int    // of setup, for a draft
	AsOf        time.Time
	Problem     string // why Jira could not be read since AsOf, "" when it could
	NextCheckin time.Time
	NextReport  time.Time
	ReportWeek  calendar.Week // the last full week
	CanReport   bool
	CanEdit     bool
}

// HomeTab shows what waits for the person first.
func HomeTab(v HomeView) Home {
	c := card{pieces: maxHomePieces}
	if v.Fresh {
		v.welcome(&c)
		return c.home()
	}
	v.waiting(&c)
	v.Time.section(&c)
	v.blocked(&c)
	v.projects(&c)
	v.settings(&c)
	c.note("_Everything here can also be typed: `" + code(v.Command) + " help`._")
	return c.home()
}

func (v HomeView) welcome(c *card) {
	title(c, "Welcome to Headway")
	c.say("Headway asks your team short check-ins, reads Jira and reports once a week. It never writes to Jira, never reads Slack messages and keeps no ticket text.")
	if !v.MayOwn {
		c.say("It is not set up yet. An owner or admin of this Slack workspace can do it in a few minutes, from this same tab.")
		return
	}
	c.say(setupSteps)
	c.buttons(HomeSetup.Primary("", "Set up Headway", ""))
}

const setupSteps = "Setting up takes five short steps and no Jira admin right: connect Jira, choose a project, check the statuses, choose who is asked and when, and where reports go."

func (v HomeView) waiting(c *card) {
	title(c, "Waiting for you")
	if len(v.Waiting) == 0 {
		c.say("Nothing waits for you.")
		return
	}
	for _, r := range v.Waiting[:min(len(v.Waiting), 10)] {
		s := "*" + name(r.Name) + " check-in · " + Day(r.Day, v.Now) + "*\nOpen until " + strings.TrimPrefix(When(r.CloseAt, v.Now), "today ") + "."
		switch {
		case r.Status != "":
			c.sayWith(s+" You said "+TemplateOf(r.Template).words(r.Status)+".", HomeAnswer.Button(r.Round, "Change", ""))
		case r.Skipped:
			c.sayWith(s+" You skipped it.", HomeAnswer.Button(r.Round, "Answer after all", ""))
		default:
			c.sayWith(s, HomeAnswer.Primary(r.Round, "Answer", ""))
		}
	}
	if more := len(v.Waiting) - 10; more > 0 {
		c.say("and " + count(more, "more check-in", "more check-ins") + ".")
	}
}

// blocked lists what is in the person's way.
func (v HomeView) blocked(c *card) {
	if len(v.Blockers) == 0 {
		return
	}
	title(c, "In your way")
	openBlockers(c, v.Blockers, TappedHome)
}

const noProjectOfYours = "You are not part of a project yet. An admin of Headway can add you to a check-in."

func (v HomeView) projects(c *card) {
	title(c, "Your projects")
	switch {
	case len(v.Projects) == 0 && v.Admin:
		c.say("There is no project yet. " + setupSteps)
		c.buttons(HomeSetup.Primary("", "Set up a project", ""))
	case len(v.Projects) == 0:
		c.say(noProjectOfYours)
	case !v.Linked:
		c.sayWith("Reports open once your Jira account is linked.", LinkRequest.Button("", "Link my account", ""))
	}
	for _, p := range v.Projects[:min(len(v.Projects), 15)] {
		p.row(c, v.Now)
	}
	if more := len(v.Projects) - 15; more > 0 {
		c.say("and " + count(more, "more project", "more projects") + ".")
	}
}

func (p HomeProjectRow) row(c *card, now time.Time) {
	s := "*" + name(p.Name) + "* (" + name(p.Key) + ") · " + stateWords(p.State)
	if p.State == "active" {
		s += "\nNext check-in: " + next(p.NextCheckin, now) + " · next report: " + next(p.NextReport, now)
	}
	if p.State != "draft" {
		s += "\nJira read: " + When(p.AsOf, now)
		if p.Problem != "" {
			s += " · ■ " + name(p.Problem)
		}
	}
	if p.CanEdit {
		c.sayWith(s, ProjectMore.Menu(p.ID, ProjectRow{State: p.State}.menu()...))
	} else {
		c.say(s)
	}
	c.buttons(p.buttons()...)
}

func (p HomeProjectRow) buttons() []slack.BlockElement {
	switch {
	case p.State == "draft" && p.CanEdit:
		return []slack.BlockElement{HomeResume.Primary(p.ID, "Go on with setup", "")}
	case p.State == "draft":
		return nil
	}
	calendar := HomeCalendar.Button(p.ID, "Calendar", "")
	if p.CanReport {
		return []slack.BlockElement{HomeReport.Button(p.ID, fmt.Sprintf("Send me the report of week %d", p.ReportWeek.Number), ""), calendar}
	}
	return []slack.BlockElement{calendar}
}

// settings are for everyone to read and for admins to change.
func (v HomeView) settings(c *card) {
	buttons := []slack.BlockElement{HomeRoles.Button("", "Roles", ""), HomeStatus.Button("", "Status", "")}
	if !v.Admin {
		c.buttons(buttons...)
		return
	}
	title(c, "Settings")
	for _, conn := range v.Connections[:min(len(v.Connections), 5)] {
		s := "*Jira:* " + conn.line(v.Now)
		if conn.OK {
			c.say(s)
		} else {
			c.sayWith(s, ConnectReplace.Primary(conn.ID, "Replace token", ""))
		}
	}
	if len(v.Projects) > 0 {
		buttons = append([]slack.BlockElement{HomeSetup.Button("", "Set up a project", "")}, buttons...)
	}
	c.buttons(buttons...)
}

func title(c *card, s string) {
	c.both(slack.NewHeaderBlock(plainCut(s, 150)), s)
}

// stateWords are a project's state as people read it.
func stateWords(state string) string {
	switch state {
	case "draft":
		return "setup not finished"
	case "active":
		return "running"
	case "paused":
		return "paused"
	case "archived":
		return "archived"
	}
	return name(state)
}
