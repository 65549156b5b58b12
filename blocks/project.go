package blocks

import (
	"maps"
	"slices"
	"strings"

	"headway/calendar"
)

// ProjectMore is the menu of a project on the list.
var ProjectMore = Action[ProjectID]{"project.more"}

// The values of ProjectMore.
const (
	ProjectDoEdit    = "edit"
	ProjectDoPause   = "pause"
	ProjectDoResume  = "resume"
	ProjectDoArchive = "archive"
	ProjectDoDelete  = "delete"
	ProjectDoAsk     = "checkins"
)

// ProjectsView is the list of projects.
type ProjectsView struct {
	Rows   []ProjectRow
	Admin  bool // may configure
	Others bool // there are projects, though the reader has to do with none
}

// ProjectRow is one project.
type ProjectRow struct {
	ID        ProjectID
	Key, Name string
	State     string // "draft", "active", "paused", "archived"
	Kind      string // "Scrum", "Kanban", "" when unknown
	Channel   string // Slack channel id of the report
}

// Projects lists them, with a menu for admins.
func Projects(v ProjectsView) Message {
	var c card
	c.heading("Projects")
	switch {
	case len(v.Rows) == 0 && v.Others:
		c.say(noProjectOfYours)
	case len(v.Rows) == 0:
		c.say("There is no project yet.")
	}
	for _, r := range v.Rows[:min(len(v.Rows), 40)] {
		if v.Admin {
			c.sayWith(r.line(), ProjectMore.Menu(r.ID, r.menu()...))
		} else {
			c.say(r.line())
		}
	}
	if more := len(v.Rows) - 40; more > 0 {
		c.say("and " + count(more, "more project", "more projects") + ".")
	}
	if v.Admin {
		c.buttons(SetupStart.Button("", "Set up a project", ""))
	}
	return c.message()
}

func (r ProjectRow) line() string {
	s := "*" + name(r.Name) + "* (" + name(r.Key) + ") · " + stateWords(r.State)
	if r.Kind != "" {
		s += " · " + name(r.Kind)
	}
	if r.Channel != "" {
		s += " · " + Channel(r.Channel)
	}
	return s
}

func (r ProjectRow) menu() []Option {
	edit := Option{Value: ProjectDoEdit, Label: "Edit"}
	remove := Option{Value: ProjectDoDelete, Label: "Delete…"}
	resume := Option{Value: ProjectDoResume, Label: "Resume"}
	switch r.State {
	case "active":
		return []Option{edit, {Value: ProjectDoAsk, Label: "Check-ins"}, {Value: ProjectDoPause, Label: "Pause"}, {Value: ProjectDoArchive, Label: "Archive"}, remove}
	case "paused":
		return []Option{edit, resume, {Value: ProjectDoArchive, Label: "Archive"}, remove}
	case "archived":
		return []Option{resume, remove}
	}
	return []Option{{Value: ProjectDoEdit, Label: "Go on with setup"}, remove}
}

// ProjectChangedView is a project after a change.
type ProjectChangedView struct {
	Name, Key string
	Verb      string // "paused", "resumed", "archived", "edited"
}

// ProjectChanged confirms a change and says what it means.
func ProjectChanged(v ProjectChangedView) Message {
	means := map[string]string{
		"paused":   "No check-ins, reminders or reports until it is resumed. Its figures stay.",
		"resumed":  "Check-ins and reports go on at their next moment.",
		"archived": "Nothing is asked, read or posted any more. Its data stay until it is deleted.",
		"edited":   "The change counts from now on.",
	}[v.Verb]
	return said(strings.TrimSpace(name(v.Name) + " (" + name(v.Key) + ") is " + name(v.Verb) + ". " + means))
}

// The fields of the project's forms.
const (
	FieldZone     = "zone"
	FieldWorkdays = "workdays"
	FieldCountry  = "country"
	FieldTypedKey = "typed_key"
)

// ProjectCtx is carried by the project's forms.
type ProjectCtx struct {
	Project string `json:"p"`
}

// ProjectEditInput is what of a project can be edited.
type ProjectEditInput struct {
	Zone     string // IANA
	Workdays calendar.Weekdays
	Country  string // of the public holidays; "" for none
}

// ProjectDeleteInput is the typed key; compare it with the project's.
type ProjectDeleteInput struct{ Key string }

// The project's forms.
var (
	ProjectEditSubmit   = Form[ProjectCtx, ProjectEditInput]{"project.edit", parseProjectEdit}
	ProjectDeleteSubmit = Form[ProjectCtx, ProjectDeleteInput]{"project.delete", parseProjectDelete}
)

// ProjectEditView fills the edit form. Countries are the choices for holidays.
type ProjectEditView struct {
	Ctx       ProjectCtx
	Name, Key string
	Input     ProjectEditInput
	Countries []Option
	Problem   string
	Errors    FieldErrors
}

// ProjectEdit is the edit form.
func ProjectEdit(v ProjectEditView) View {
	s := newSheet(v.Problem, v.Errors)
	s.say("*" + name(v.Name) + "* (" + name(v.Key) + ")")
	s.input(FieldZone, "Time zone", "Weeks begin and reports come by this zone's clock.", zoneElement(v.Input.Zone), false)
	s.input(FieldWorkdays, "Working days", "", checkboxes(FieldWorkdays, dayOptions, dayValues(v.Input.Workdays)), false)
	countries := append([]Option{{Value: noCountry, Label: "No public holidays"}}, v.Countries...)
	s.input(FieldCountry, "Public holidays", "", selectElement(FieldCountry, "Choose a country", countries, orElse(v.Input.Country, noCountry)), false)
	return View{Form: ProjectEditSubmit.Name, Title: "Edit project", Submit: "Save", Close: "Cancel", Blocks: s.blocks, Carried: ProjectEditSubmit.Carry(v.Ctx)}
}

// noCountry is the choice without holidays; Slack refuses empty values.
const noCountry = "none"

func parseProjectEdit(v Values) (ProjectEditInput, FieldErrors) {
	errs := FieldErrors{}
	in := ProjectEditInput{Zone: v.zone(errs), Workdays: v.days(FieldWorkdays, errs), Country: v.Choice(FieldCountry)}
	if in.Country == noCountry {
		in.Country = ""
	}
	return in, errs.orNil()
}

// ProjectDeleteView asks for the key before everything of a project goes.
type ProjectDeleteView struct {
	Ctx       ProjectCtx
	Name, Key string
	Problem   string
	Errors    FieldErrors
}

// ProjectDelete is that form.
func ProjectDelete(v ProjectDeleteView) View {
	s := newSheet(v.Problem, v.Errors)
	s.say("This deletes *" + name(v.Name) + "* (" + name(v.Key) + ") from Headway: figures, check-ins, answers, reports and settings. It can't be undone. Jira and Slack's own messages stay as they are.")
	s.input(FieldTypedKey, "Type the project's key to delete it", "", textElement(FieldTypedKey, "", "", 40), false)
	return View{Form: ProjectDeleteSubmit.Name, Title: "Delete project", Submit: "Delete", Close: "Cancel", Blocks: s.blocks, Carried: ProjectDeleteSubmit.Carry(v.Ctx)}
}

func parseProjectDelete(v Values) (ProjectDeleteInput, FieldErrors) {
	key := strings.ToUpper(clean(v.Text(FieldTypedKey)))
	if key == "" {
		return ProjectDeleteInput{}, FieldErrors{FieldTypedKey: "Type the key, such as PAY."}
	}
	return ProjectDeleteInput{key}, nil
}

// DeleteReceiptView is what was deleted: rows by table.
type DeleteReceiptView struct {
	Name, Key string
	Rows      map[string]int
}

// DeleteReceipt is the receipt of a deletion.
func DeleteReceipt(v DeleteReceiptView) Message {
	var c card
	c.heading(name(v.Name) + " (" + name(v.Key) + ") is deleted")
	total := 0
	var lines []string
	for _, table := range slices.Sorted(maps.Keys(v.Rows)) {
		if n := v.Rows[table]; n > 0 {
			total += n
			lines = append(lines, name(strings.ReplaceAll(table, "_", " "))+": "+number(n))
		}
	}
	c.say(capital(count(total, "row was deleted.", "rows were deleted.")))
	if len(lines) > 0 {
		c.say(strings.Join(lines, "\n"))
	}
	c.note("_Messages that Headway posted in Slack stay; Slack keeps its own._")
	return c.message()
}
