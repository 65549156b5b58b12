package blocks

import (
	"strconv"
	"strings"

	"headway/metrics"
)

// The fields of the mapping step. A status has the block_id
// StageField(status id).
const (
	FieldStage            = "stage"
	FieldIncidentTypes    = "incident_types"
	FieldIncidentLabels   = "incident_labels"
	FieldIncidentPriority = "incident_priorities"
	FieldFailureTypes     = "failure_types"
	FieldFailureLabels    = "failure_labels"
	FieldFailurePriority  = "failure_priorities"
	FieldDeploy           = "deploy"
	FieldEstimate         = "estimate"
	FieldBlockedBy        = "blocked_by"
	FieldBlockedStatuses  = "blocked_statuses"
	FieldBlockedLabels    = "blocked_labels"
)

// StageField is the block_id of a status's stage.
func StageField(status string) string { return FieldStage + ":" + status }

// MappingInput is the mapping step as it was entered.
type MappingInput struct {
	Stages     map[string]metrics.Stage // by status id; only statuses that were shown
	Incident   metrics.Match
	Failure    metrics.Match
	DeployedBy string // status id; "" means released versions
	Estimate   string // field id; "" counts items
	Blocked    metrics.BlockedRule
}

// StatusChoice is a status and the stage it has at first.
type StatusChoice struct {
	ID, Name string
	Category string // as Jira names it: "In Progress"
	Stage    metrics.Stage
}

// Preview is what the rules come to over the last weeks.
type Preview struct{ Weeks, Releases, Done, Excluded int }

// MappingView fills the mapping step. Options are Jira's, by id.
type MappingView struct {
	Ctx        SetupCtx
	Name, Key  string
	Statuses   []StatusChoice
	Types      []Option
	Priorities []Option
	Estimates  []Option // number fields
	Input      MappingInput
	Preview    *Preview // nil while unknown
	Problem    string
	Errors     FieldErrors
}

// SetupMappingSubmit is the wizard's third step.
var SetupMappingSubmit = Form[SetupCtx, MappingInput]{"setup.mapping", parseMapping}

// maxStatuses is how many statuses the step can show within Slack's 100
// blocks; the rest keep the stage of their category.
const maxStatuses = 60

// SetupMapping is that step: filled in already, so that most people only look
// and go on.
func SetupMapping(v MappingView) View {
	s := wizardSheet(StepMapping, v.Problem, v.Errors)
	s.say("*" + name(v.Name) + "* (" + name(v.Key) + "). This is filled in from Jira; change what is different for you.")
	if p := v.Preview; p != nil {
		s.note("With these rules, last " + count(p.Weeks, "week", "weeks") + ": " + count(p.Releases, "release", "releases") + ", " + number(p.Done) + " done, " + number(p.Excluded) + " left out.")
	}
	s.statuses(v)
	s.heading("What counts as what")
	s.releases(v)
	s.match("Incidents", [3]string{FieldIncidentTypes, FieldIncidentLabels, FieldIncidentPriority}, v.Input.Incident, v)
	s.match("Failures of a release", [3]string{FieldFailureTypes, FieldFailureLabels, FieldFailurePriority}, v.Input.Failure, v)
	s.blockedRule(v)
	return View{Form: SetupMappingSubmit.Name, Title: wizardTitle, Submit: "Next", Close: "Close", Blocks: s.blocks, Carried: SetupMappingSubmit.Carry(v.Ctx)}
}

func (s *sheet) statuses(v MappingView) {
	if len(v.Statuses) > 0 {
		s.heading("Where each status stands")
	}
	for _, status := range v.Statuses[:min(len(v.Statuses), maxStatuses)] {
		stage := status.Stage
		if chosen, ok := v.Input.Stages[status.ID]; ok {
			stage = chosen
		}
		id := StageField(status.ID)
		hint := ""
		if chosen, _ := find(stageOptions, strconv.Itoa(int(stage))); status.Category != "" && !strings.EqualFold(status.Category, chosen.Label) {
			hint = "In Jira: " + cleanCut(status.Category, 40)
		}
		s.input(id, cleanCut(status.Name, 60), hint, selectElement(id, "Choose a stage", stageOptions, strconv.Itoa(int(stage))), false)
	}
	if more := len(v.Statuses) - maxStatuses; more > 0 {
		s.note(capital(count(more, "more status keeps", "more statuses keep")) + " the stage of its category in Jira.")
	}
}

var stageOptions = []Option{
	{strconv.Itoa(int(metrics.ToDo)), "To do", ""},
	{strconv.Itoa(int(metrics.InProgress)), "In progress", ""},
	{strconv.Itoa(int(metrics.InReview)), "In review", ""},
	{strconv.Itoa(int(metrics.Waiting)), "Waiting", ""},
	{strconv.Itoa(int(metrics.Done)), "Done", ""},
}

// The choices that stand for "nothing chosen": Slack refuses empty values.
const (
	byRelease = "release"
	byCount   = "count"
)

func (s *sheet) releases(v MappingView) {
	deploys := []Option{{Value: byRelease, Label: "A version is released in Jira"}}
	for _, o := range terse(v.statusOptions(), v.Input.DeployedBy) {
		deploys = append(deploys, Option{Value: o.Value, Label: "An item first enters " + o.Label})
	}
	s.input(FieldDeploy, "A release is when", "", selectElement(FieldDeploy, "Choose one", deploys, orElse(v.Input.DeployedBy, byRelease)), false)
	estimates := append([]Option{{Value: byCount, Label: "Count items"}}, terse(v.Estimates, v.Input.Estimate)...)
	s.input(FieldEstimate, "Size of work", "Items are always counted; an estimate is read beside the count.", selectElement(FieldEstimate, "Choose one", estimates, orElse(v.Input.Estimate, byCount)), false)
}

// terse shortens options, leaves their details out and keeps maxStatuses of
// them, those chosen first of all: seven lists have to fit into the 250 KB of
// one modal.
func terse(options []Option, chosen ...string) []Option {
	options = within(maxStatuses, options, chosen)
	out := make([]Option, len(options))
	for i, o := range options {
		out[i] = Option{Value: o.Value, Label: brief(o.Label)}
	}
	return out
}

func (v MappingView) statusOptions() []Option {
	out := make([]Option, 0, len(v.Statuses))
	for _, status := range v.Statuses {
		out = append(out, Option{Value: status.ID, Label: status.Name})
	}
	return out
}

func brief(s string) string { return cleanCut(s, 40) }

// match asks for a rule over type AND label AND priority.
func (s *sheet) match(label string, fields [3]string, m metrics.Match, v MappingView) {
	if len(v.Types) > 0 {
		s.input(fields[0], label+": types", "An issue must match every field you fill in. Leave all empty to count no "+strings.ToLower(label)+".", multiSelect(fields[0], "Any type", terse(v.Types, m.Types...), m.Types), true)
	}
	s.input(fields[1], label+": labels", "Separated by commas; one of them is enough.", textElement(fields[1], "", strings.Join(m.Labels, ", "), 300), true)
	if len(v.Priorities) > 0 {
		s.input(fields[2], label+": priorities", "", multiSelect(fields[2], "Any priority", terse(v.Priorities, m.Priorities...), m.Priorities), true)
	}
}

var blockedByOptions = []Option{
	{Value: "flag", Label: "It is flagged"},
	{Value: "links", Label: "An open issue blocks it", Detail: "By a link “is blocked by”."},
}

func (s *sheet) blockedRule(v MappingView) {
	b := v.Input.Blocked
	chosen := append(when(b.Flag, "flag"), when(b.Links, "links")...)
	s.input(FieldBlockedBy, "An issue is blocked when", "", checkboxes(FieldBlockedBy, blockedByOptions, chosen), true)
	statuses := terse(v.statusOptions(), b.Statuses...)
	if len(statuses) > 0 {
		s.input(FieldBlockedStatuses, "Or its status is", "", multiSelect(FieldBlockedStatuses, "No status", statuses, b.Statuses), true)
	}
	s.input(FieldBlockedLabels, "Or it has a label", "Separated by commas.", textElement(FieldBlockedLabels, "", strings.Join(b.Labels, ", "), 300), true)
}

func parseMapping(v Values) (MappingInput, FieldErrors) {
	errs := FieldErrors{}
	in := MappingInput{
		Stages:     v.stages(errs),
		Incident:   metrics.Match{Types: v.Choices(FieldIncidentTypes), Labels: words(v.Text(FieldIncidentLabels)), Priorities: v.Choices(FieldIncidentPriority)},
		Failure:    metrics.Match{Types: v.Choices(FieldFailureTypes), Labels: words(v.Text(FieldFailureLabels)), Priorities: v.Choices(FieldFailurePriority)},
		DeployedBy: unless(v.Choice(FieldDeploy), byRelease),
		Estimate:   unless(v.Choice(FieldEstimate), byCount),
		Blocked:    metrics.BlockedRule{Statuses: v.Choices(FieldBlockedStatuses), Labels: words(v.Text(FieldBlockedLabels))},
	}
	for _, by := range v.Choices(FieldBlockedBy) {
		in.Blocked.Flag = in.Blocked.Flag || by == "flag"
		in.Blocked.Links = in.Blocked.Links || by == "links"
	}
	return in, errs.orNil()
}

// stages reads the stage of each shown status; work needs one that is done and
// one that is under way.
func (v Values) stages(errs FieldErrors) map[string]metrics.Stage {
	stages := map[string]metrics.Stage{}
	first, started, done := "", false, false
	for field := range v {
		status, ok := strings.CutPrefix(field, FieldStage+":")
		if !ok {
			continue
		}
		n, err := strconv.Atoi(v.Choice(field))
		stage := metrics.Stage(n)
		if err != nil || stage < metrics.ToDo || stage > metrics.Done {
			errs[field] = "Choose a stage."
			continue
		}
		stages[status] = stage
		started = started || stage != metrics.ToDo && stage != metrics.Done
		done = done || stage == metrics.Done
		if first == "" || field < first {
			first = field
		}
	}
	if first != "" && len(errs) == 0 && (!started || !done) {
		errs[first] = "At least one status must be under way and one must be done."
	}
	return stages
}

// unless is s, or "" when s is the word for nothing.
func unless(s, nothing string) string {
	if s == nothing {
		return ""
	}
	return s
}
