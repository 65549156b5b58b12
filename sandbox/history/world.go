package history

import (
	"fmt"
	_ "time/tzdata" // the people's zones, on machines without a zone database
)

// The ids of the generated site's workflow and types.
const (
	toDo, selected, inProgress = "10000", "10005", "3"
	inReview, waiting, done    = "10001", "10004", "10002"

	typeEpic, typeStory, typeTask = "10100", "10101", "10102"
	typeBug, typeSubtask          = "10103", "10104"
	typeIncident                  = "10105"

	resolvedDone, resolvedWontDo, resolvedDuplicate = "10000", "10001", "10002"

	prioBlocker, prioHigh, prioMedium, prioLow = "1", "2", "3", "4"
)

const cloudID = "11111111-2222-4333-8444-555555555555"

// people are the accounts that the seeded Slack workspace has as users, in its
// order: sbx:1 is U01MIRA. sbx:11 has no access to any project.
var people = []User{
	person("sbx:1", "Mira Kowalski", "mira@acme.test", "Europe/Berlin"),
	person("sbx:2", "Jonas Weber", "jonas@acme.test", "Europe/Berlin"),
	person("sbx:3", "Ada Okafor", "ada@acme.test", "Europe/Berlin"),
	person("sbx:4", "Tomás Silva", "tomas@acme.test", "America/New_York"),
	person("sbx:5", "Priya Raman", "priya@acme.test", "Asia/Kolkata"),
	person("sbx:6", "Lena Fischer", "lena@acme.test", "Europe/Berlin"),
	person("sbx:7", "Sam Carter", "sam@acme.test", "America/New_York"),
	person("sbx:8", "Anil Gupta", "anil@acme.test", "Asia/Kolkata"),
	person("sbx:9", "Noor Haddad", "noor@acme.test", "Europe/Berlin"),
}

func person(id, name, email, zone string) User {
	return User{AccountID: id, Name: name, Email: email, Zone: zone, Type: "atlassian", Active: true}
}

func app(id, name string) User {
	return User{AccountID: id, Name: name, Zone: "Etc/UTC", Type: "app", Active: true}
}

// accounts are all accounts that a site starts with.
func accounts() []User {
	us := append([]User{}, people...)
	us = append(us,
		person(OutsiderAccount, "Iris Novak", "iris@acme.test", "Europe/Berlin"),
		person(BotAccount, "Headway reader", "headway@acme.test", "America/Los_Angeles"))
	return append(us, app(AutomationAccount, "Automation for Jira"), app(AgentAccount, "Rovo Dev"))
}

func browsers() []string {
	ids := []string{BotAccount}
	for _, p := range people {
		ids = append(ids, p.AccountID)
	}
	return ids
}

func demoSite() *Site {
	return &Site{
		Name: "acme", CloudID: cloudID, Users: accounts(),
		Statuses: []Status{
			{toDo, "To Do", CategoryNew}, {selected, "Selected", CategoryNew},
			{inProgress, "In Progress", CategoryIndeterminate}, {inReview, "In Review", CategoryIndeterminate},
			{waiting, "Waiting", CategoryIndeterminate}, {done, "Done", CategoryDone},
		},
		IssueTypes: []IssueType{
			{typeEpic, "Epic", 1}, {typeStory, "Story", 0}, {typeTask, "Task", 0},
			{typeBug, "Bug", 0}, {typeIncident, "Incident", 0}, {typeSubtask, "Sub-task", -1},
		},
		Priorities:  []Named{{prioBlocker, "Blocker"}, {prioHigh, "High"}, {prioMedium, "Medium"}, {prioLow, "Low"}},
		Resolutions: []Named{{resolvedDone, "Done"}, {resolvedWontDo, "Won't Do"}, {resolvedDuplicate, "Duplicate"}},
	}
}

func demoProject(id int, key, name string, board *Board, types ...string) *Project {
	board.ID = int64(id - 10000)
	board.Name = fmt.Sprintf("%s board", key)
	board.Columns = []Column{
		{Name: "To Do", StatusIDs: []string{toDo, selected}},
		{Name: "In Progress", StatusIDs: []string{inProgress, waiting}},
		{Name: "In Review", StatusIDs: []string{inReview}},
		{Name: "Done", StatusIDs: []string{done}},
	}
	return &Project{
		ID: fmt.Sprint(id), Key: key, Name: name, Lead: "sbx:1", Browse: browsers(), TypeIDs: types,
		StatusIDs: []string{toDo, selected, inProgress, waiting, inReview, done},
		Boards:    []*Board{board},
	}
}
