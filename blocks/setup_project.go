package blocks

import (
	"fmt"
	"strconv"
	"strings"
)

// The fields of the project step; FieldZone is shared.
const (
	FieldProject = "project"
	FieldBoard   = "board" // its block_id is BoardField(jiraID)
	FieldKindOf  = "board_kind"
	FieldChannel = "channel"
)

// BoardField is the block_id of the board of a Jira project. Another project
// gives another field, so Slack drops the choice made for the last one.
func BoardField(jiraID int64) string { return FieldBoard + ":" + strconv.FormatInt(jiraID, 10) }

// The kinds of a board.
const (
	BoardAuto   = "auto" // Jira is asked
	BoardScrum  = "scrum"
	BoardKanban = "kanban"
)

// ProjectInput is the project step as it was entered.
type ProjectInput struct {
	JiraID  int64
	BoardID int64 // 0 when none was chosen
	Kind    string
	Channel string // Slack channel id
	Zone    string // IANA

	Project, Board string // labels of the two as they were offered
}

// SetupProjectSubmit is the wizard's second step.
var SetupProjectSubmit = Form[SetupCtx, ProjectInput]{"setup.project", parseProject}

// ProjectView fills the project step.
type ProjectView struct {
	Ctx     SetupCtx
	Site    string
	Source  SourceRef // for the projects
	Boards  SourceRef // for the boards of the chosen project, "" while none is chosen
	Input   ProjectInput
	Problem string
	Errors  FieldErrors
}

// SetupProject is that step.
func SetupProject(v ProjectView) View {
	s := wizardSheet(StepProject, v.Problem, v.Errors)
	s.note("Connected to " + name(v.Site))
	project := externalSelect(SetupProjectPick.ID(v.Source), "Type a name or key", 0, chosenOption(v.Input.JiraID, v.Input.Project))
	s.input(FieldProject, "Jira project", "", project, false).WithDispatchAction(true)
	s.board(v)
	s.input(FieldKindOf, "How the team works", "", radios(FieldKindOf, kindOfOptions, orElse(v.Input.Kind, BoardAuto)), false)
	s.input(FieldChannel, "The team's channel", "Invite Headway to it first: /invite @Headway. Summaries and the weekly report go there.", channelElement(FieldChannel, v.Input.Channel), false)
	s.input(FieldZone, "Time zone", "Weeks begin and reports come by this zone's clock.", zoneElement(v.Input.Zone), false)
	return View{Form: SetupProjectSubmit.Name, Title: wizardTitle, Submit: "Next", Close: "Close", Blocks: s.blocks, Carried: SetupProjectSubmit.Carry(v.Ctx)}
}

func (s *sheet) board(v ProjectView) {
	if v.Boards == "" {
		s.note("Its boards appear here once a project is chosen.")
		return
	}
	id := BoardField(v.Input.JiraID)
	s.problem(v.Errors[FieldBoard])
	e := externalSelect(SetupBoardPick.ID(v.Boards), "Choose a board", 0, chosenOption(v.Input.BoardID, v.Input.Board))
	s.input(id, "Board", "Sprints are read from it.", e, true)
}

var kindOfOptions = []Option{
	{Value: BoardAuto, Label: "Find out from the board"},
	{Value: BoardScrum, Label: "Scrum, with sprints"},
	{Value: BoardKanban, Label: "Kanban, without sprints"},
}

func chosenOption(id int64, label string) Option {
	if id == 0 {
		return Option{}
	}
	if label == "" {
		label = fmt.Sprint(id)
	}
	return Option{Value: strconv.FormatInt(id, 10), Label: label}
}

func parseProject(v Values) (ProjectInput, FieldErrors) {
	errs := FieldErrors{}
	in := ProjectInput{
		JiraID:  v.id(FieldProject),
		BoardID: v.id(v.Named(FieldBoard)),
		Kind:    orElse(v.Choice(FieldKindOf), BoardAuto),
		Channel: v.Choice(FieldChannel),
		Zone:    v.zone(errs),

		Project: v.Label(FieldProject),
		Board:   v.Label(v.Named(FieldBoard)),
	}
	if in.JiraID == 0 {
		errs[FieldProject] = "Choose a project."
	}
	if in.Channel == "" {
		errs[FieldChannel] = "Choose a channel."
	}
	return in, errs.orNil()
}

// id is a chosen Jira id, 0 for none.
func (v Values) id(field string) int64 {
	n, err := strconv.ParseInt(strings.TrimSpace(v.Choice(field)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
