package blocks

import (
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// The Home tab's actions.
var (
	HomeAnswer  = Action[RoundID]{"home.answer"}
	HomeReport  = Action[ProjectID]{"home.report"}
	HomeProject = Action[ProjectID]{"home.project"} // opens ProjectEdit
	HomeSetup   = Action[None]{"home.setup"}
	HomeResume  = Action[ProjectID]{"home.resume"} // goes on with a setup that was left
	HomeStatus  = Action[None]{"home.status"}
)

// HomeView is a person's Home tab; times are in the person's zone.
type HomeView struct {
	Now      time.Time
	Command  string // "/headway"
	Waiting  []HomeRound
	Projects []HomeProjectRow
	Admin    bool // may set up and configure
	Fresh    bool // nobody has set Headway up yet
	Linked   bool // linked to a Jira account; only then reports open
}

// HomeRound is a check-in that waits for the person, or one already answered.
type HomeRound struct {
	Round   RoundID
	Name    string // of the check-in
	Day     time.Time
	CloseAt time.Time
	Status  string // "" while it waits
}

// HomeProjectRow is a project the person belongs to or may configure.
type HomeProjectRow struct {
	ID          ProjectID
	Key, Name   string
	State       string // "draft", "active", "paused", "archived"
	Step        int    // of setup, for a draft
	AsOf        time.Time
	NextCheckin time.Time
	NextReport  time.Time
	CanReport   bool
	CanEdit     bool
}

// HomeTab shows what waits for the person first.
func HomeTab(v HomeView) Home {
	var c card
	if v.Fresh {
		v.welcome(&c)
		return c.home()
	}
	v.waiting(&c)
	v.projects(&c)
	v.admin(&c)
	c.note("_Everything here can also be typed: `" + code(v.Command) + " help`._")
	return c.home()
}

func (v HomeView) welcome(c *card) {
	title(c, "Welcome to Headway")
	c.say("Headway asks your team short check-ins, reads Jira and reports once a week. It never writes to Jira, never reads Slack messages and keeps no ticket text.")
	c.say("Setting up takes five short steps and no Jira admin right: connect Jira, choose a project, check the statuses, choose who is asked and when, and where reports go.")
	c.buttons(HomeSetup.Primary("", "Set up Headway", ""))
}

func (v HomeView) waiting(c *card) {
	title(c, "Waiting for you")
	if len(v.Waiting) == 0 {
		c.say("Nothing waits for you.")
		return
	}
	for _, r := range v.Waiting[:min(len(v.Waiting), 10)] {
		s := "*" + name(r.Name) + " check-in · " + Day(r.Day, v.Now) + "*\nOpen until " + strings.TrimPrefix(When(r.CloseAt, v.Now), "today ") + "."
		if r.Status == "" {
			c.sayWith(s, HomeAnswer.Primary(r.Round, "Answer", ""))
			continue
		}
		c.sayWith(s+" You said "+statusWords(r.Status)+".", HomeAnswer.Button(r.Round, "Change", ""))
	}
}

const noProjectOfYours = "You are not part of a project yet. An admin of Headway can add you to a check-in."

func (v HomeView) projects(c *card) {
	title(c, "Your projects")
	if len(v.Projects) == 0 {
		c.say(noProjectOfYours)
	}
	if !v.Linked && len(v.Projects) > 0 {
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
		s += "\nNext check-in: " + next(p.NextCheckin, now) + " · next report: " + next(p.NextReport, now) + " · Jira read: " + When(p.AsOf, now)
	}
	c.say(s)
	c.buttons(p.buttons()...)
}

func (p HomeProjectRow) buttons() []slack.BlockElement {
	var out []slack.BlockElement
	if p.State == "draft" {
		if p.CanEdit {
			out = append(out, HomeResume.Primary(p.ID, "Go on with setup", ""))
		}
		return out
	}
	if p.CanReport {
		out = append(out, HomeReport.Button(p.ID, "Show report", ""))
	}
	if p.CanEdit {
		out = append(out, HomeProject.Button(p.ID, "Edit", ""))
	}
	return out
}

func (v HomeView) admin(c *card) {
	if !v.Admin {
		c.buttons(HomeStatus.Button("", "Status", ""))
		return
	}
	title(c, "Admin")
	c.buttons(HomeSetup.Button("", "Set up a project", ""), HomeStatus.Button("", "Status", ""))
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
