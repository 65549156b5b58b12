package jira

import (
	"time"

	"headway/sandbox/history"
)

// timeLayout is the platform's form of an instant: no colon in the offset.
const timeLayout = "2006-01-02T15:04:05.000-0700"

// agileLayout is the form of Jira Software's paths.
const agileLayout = "2006-01-02T15:04:05.000Z"

// stamp writes an instant in the token user's zone, as Jira does.
func (s *Server) stamp(t time.Time) string { return t.In(s.zone).Format(timeLayout) }

// self is a resource's address in the gateway's form, whatever way the call came.
func (s *Server) self(path string) string {
	return "https://api.atlassian.com/ex/jira/" + s.site.CloudID + "/rest/" + path
}

// german are the names an account with another language sees; ids and keys
// stay. Several of them coincide with names that mean something else elsewhere.
var german = map[string]string{
	"To Do": "Zu erledigen", "Selected": "Ausgewählt", "In Progress": "In Arbeit", "In Review": "In Prüfung",
	"Waiting": "Wartend", "Done": "Fertig", "Open": "Offen", "Closed": "Geschlossen", "Reopened": "Erneut geöffnet",
	"Received": "Eingegangen", "Resolved": "Erledigt",
	"Epic": "Epos", "Story": "故事", "Task": "Aufgabe", "Bug": "Fehler", "Incident": "Störung",
	"Sub-task": "Unteraufgabe", "Technical task": "Technische Aufgabe", "Documentation": "Dokumentation",
	"Blocker": "Blockierend", "Critical": "Kritisch", "High": "Hoch", "Medium": "Mittel", "Low": "Niedrig",
	"Major": "Wichtig", "Minor": "Nebensächlich", "Trivial": "Trivial",
	"Won't Do": "Wird nicht erledigt", "Duplicate": "Duplikat", "Fixed": "Behoben", "Won't Fix": "Wird nicht behoben",
	"Story Points": "Story-Punkte", "Sprint": "Sprint", "Flagged": "Markiert", "Impediment": "Hindernis",
	"Status": "Status", "Summary": "Zusammenfassung", "Issue Type": "Vorgangstyp", "Priority": "Priorität",
}

// name translates a name if the "localised" fault is on.
func (s *Server) name(english string) string {
	if other := german[english]; other != "" && s.faults.on("localised") {
		return other
	}
	return english
}

type wireCategory struct {
	Self  string `json:"self"`
	ID    int    `json:"id"`
	Key   string `json:"key"`
	Color string `json:"colorName"`
	Name  string `json:"name"`
}

type wireStatus struct {
	Self        string       `json:"self"`
	Description string       `json:"description"`
	IconURL     string       `json:"iconUrl"`
	Name        string       `json:"name"`
	ID          string       `json:"id"`
	Category    wireCategory `json:"statusCategory"`
}

var categories = []wireCategory{
	{ID: 1, Key: "undefined", Color: "medium-gray", Name: "No Category"},
	{ID: 2, Key: history.CategoryNew, Color: "blue-gray", Name: "To Do"},
	{ID: 4, Key: history.CategoryIndeterminate, Color: "yellow", Name: "In Progress"},
	{ID: 3, Key: history.CategoryDone, Color: "green", Name: "Done"},
}

func (s *Server) category(key string) wireCategory {
	for _, c := range categories {
		if c.Key == key {
			c.Self = s.self("api/3/statuscategory/" + key)
			c.Name = s.name(c.Name)
			return c
		}
	}
	return s.category("undefined")
}

func (s *Server) status(id string) wireStatus {
	st := s.site.Status(id)
	return wireStatus{
		Self: s.self("api/3/status/" + id), IconURL: s.self("images/icons/statuses/generic.png"),
		Name: s.name(st.Name), ID: id, Category: s.category(st.Category),
	}
}

type wireType struct {
	Self        string `json:"self"`
	ID          string `json:"id"`
	Description string `json:"description"`
	IconURL     string `json:"iconUrl"`
	Name        string `json:"name"`
	Subtask     bool   `json:"subtask"`
	Level       int    `json:"hierarchyLevel"`
}

func (s *Server) issueType(id string) wireType {
	t := s.site.IssueType(id)
	return wireType{Self: s.self("api/3/issuetype/" + id), ID: id, IconURL: s.self("images/icons/issuetypes/generic.svg"),
		Name: s.name(t.Name), Subtask: t.Level < 0, Level: t.Level}
}

type wireNamed struct {
	Self string `json:"self"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (s *Server) named(kind string, list []history.Named, id string) *wireNamed {
	if id == "" {
		return nil
	}
	return &wireNamed{s.self("api/3/" + kind + "/" + id), id, s.name(history.NameOf(list, id))}
}

func listStatuses(c *call) (any, error) {
	list := []wireStatus{}
	if !c.anonymous {
		for _, st := range c.s.site.Statuses {
			list = append(list, c.s.status(st.ID))
		}
	}
	return list, nil
}

func listCategories(c *call) (any, error) {
	list := []wireCategory{}
	for _, cat := range categories {
		list = append(list, c.s.category(cat.Key))
	}
	return list, nil
}
