package blocks

import (
	"strings"
	"time"

	"headway/calendar"
)

// StatusView is the state of the service; times are in the reader's zone.
type StatusView struct {
	Now         time.Time
	Version     string
	Database    string // "SQLite", "PostgreSQL"
	Sockets     int    // live connections to Slack
	LastHello   time.Time
	Pending     int // posts waiting to be sent
	Uncertain   int // posts of which Slack's answer is missing
	Dead        int // posts given up
	Connections []ConnectionStatus
	Projects    []ProjectStatus
}

// ConnectionStatus is one Jira site.
type ConnectionStatus struct {
	ID        ConnectionID
	Site      string
	OK        bool
	ExpiresOn calendar.Date // zero when it does not
	CheckedAt time.Time
	EndsUnset bool   // nobody told when the token ends; said to admins
	Viewers   string // how viewers are checked: "check", "search", "none"; "" when it was not tried
}

// ProjectStatus is one project.
type ProjectStatus struct {
	Key, Name   string
	State       string
	ReadUpTo    time.Time
	Reading     bool
	Problem     string // why the last reading failed, "" when it did not
	NextRefresh time.Time
	NextCheckin time.Time
	NextReport  time.Time
	Channel     string // of reports, "" for none
	Audience    string // "verified", "declared" or "unknown"
	Reason      string // why it is unknown, as a code
}

// Status says how Headway is doing.
func Status(v StatusView) Message {
	var c card
	c.heading("Headway is " + v.health())
	c.say(strings.Join([]string{
		"*Slack:* " + v.slack(),
		"*Posts:* " + v.posts(),
		"*Jira:* " + v.jira(),
	}, "\n"))
	for _, p := range v.Projects[:min(len(v.Projects), 20)] {
		c.say(p.lines(v.Now))
	}
	c.note("_Version " + name(v.Version) + " · " + name(v.Database) + " · " + Day(v.Now, v.Now) + " " + Clock(v.Now) + "_")
	return c.message()
}

func (v StatusView) health() string {
	if v.Sockets == 0 {
		return "not connected to Slack"
	}
	for _, c := range v.Connections {
		if !c.OK {
			return "running, but a Jira token is refused"
		}
	}
	if v.Dead > 0 {
		return "running, but some posts could not be sent"
	}
	return "running"
}

func (v StatusView) slack() string {
	s := count(v.Sockets, "connection", "connections")
	if v.LastHello.IsZero() {
		return s
	}
	return s + ", the newest opened " + ago(v.LastHello, v.Now)
}

func (v StatusView) posts() string {
	s := "none waiting"
	if v.Pending > 0 {
		s = number(v.Pending) + " waiting"
	}
	if v.Uncertain > 0 {
		s += ", " + number(v.Uncertain) + " without an answer from Slack"
	}
	if v.Dead > 0 {
		s += ", " + number(v.Dead) + " given up"
	}
	return s
}

func (v StatusView) jira() string {
	parts := make([]string, 0, len(v.Connections))
	for _, c := range v.Connections {
		parts = append(parts, c.line(v.Now))
	}
	if len(parts) == 0 {
		return "not connected yet"
	}
	return strings.Join(parts, " · ")
}

// line is "acme.atlassian.net connected, token until Wed 30 Jun 2027".
func (c ConnectionStatus) line(now time.Time) string {
	s := name(c.Site) + " connected"
	if !c.OK {
		return name(c.Site) + " ■ token refused"
	}
	if !c.ExpiresOn.IsZero() {
		s += ", token until " + Date(c.ExpiresOn, now)
	}
	if c.EndsUnset {
		s += ", end of the token not entered"
	}
	if c.Viewers == "none" {
		s += ", ■ can't ask who may see what"
	}
	return s
}

func (p ProjectStatus) lines(now time.Time) string {
	s := "*" + name(p.Name) + "* (" + name(p.Key) + ") · " + stateWords(p.State)
	read := "\nJira read: " + When(p.ReadUpTo, now)
	if p.Reading {
		read += ", reading now"
	}
	if p.Problem != "" {
		read += " · ■ " + name(p.Problem)
	}
	s += read
	if p.Channel != "" {
		s += "\nIn " + Channel(p.Channel) + ": " + readers(p.Audience, p.Reason)
	}
	if p.State == "active" {
		s += "\nNext: reading " + next(p.NextRefresh, now) + " · check-in " + next(p.NextCheckin, now) + " · report " + next(p.NextReport, now)
	}
	return s
}
