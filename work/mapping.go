package work

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/jira"
	"headway/metrics"
	"headway/models"
)

// ProjectOptions are the Jira projects that the token sees, for the wizard.
func (w *Worker) ProjectOptions(ctx context.Context, team models.Team, connection, query string) (_ []blocks.Option, err error) {
	defer func() { w.notice(ctx, team, connection, blocks.RungProject, err) }()
	client, err := w.client(ctx, team, connection)
	if err != nil {
		return nil, err
	}
	projects, err := client.Projects(ctx, query)
	out := make([]blocks.Option, 0, len(projects))
	for _, p := range projects {
		out = append(out, blocks.Option{Value: strconv.FormatInt(p.ID, 10), Label: p.Name + " (" + p.Key + ")"})
	}
	return out, err
}

// BoardOptions are a Jira project's boards, for the wizard.
func (w *Worker) BoardOptions(ctx context.Context, team models.Team, connection string, jiraID int64, query string) ([]blocks.Option, error) {
	client, err := w.client(ctx, team, connection)
	if err != nil {
		return nil, err
	}
	boards, err := client.Boards(ctx, jiraID)
	var out []blocks.Option
	for _, b := range boards {
		if strings.Contains(strings.ToLower(b.Name), strings.ToLower(query)) {
			out = append(out, blocks.Option{Value: strconv.FormatInt(b.ID, 10), Label: b.Name})
		}
	}
	return out, err
}

// OnlyBoard is a project's board where there is no choice, else 0.
func (w *Worker) OnlyBoard(ctx context.Context, team models.Team, connection string, jiraID int64) (int64, string, error) {
	client, err := w.client(ctx, team, connection)
	if err != nil {
		return 0, "", err
	}
	boards, err := client.Boards(ctx, jiraID)
	if err != nil || len(boards) != 1 {
		return 0, "", err
	}
	return boards[0].ID, boards[0].Name, nil
}

// JiraProject looks a project up by its key or id.
func (w *Worker) JiraProject(ctx context.Context, team models.Team, connection, keyOrID string) (jira.Project, error) {
	client, err := w.client(ctx, team, connection)
	if err != nil {
		return jira.Project{}, err
	}
	return client.Project(ctx, keyOrID)
}

// Mapping fills the wizard's third step from Jira: each status with the stage
// of its category, the fields that may hold estimates, and what the rules come
// to over the last weeks. A definition that stands is shown as it is.
func (w *Worker) Mapping(ctx context.Context, team models.Team, p models.Project) (_ blocks.MappingView, err error) {
	defer func() { w.notice(ctx, team, p.ConnectionID, blocks.RungProject, err) }()
	client, err := w.client(ctx, team, p.ConnectionID)
	if err != nil {
		return blocks.MappingView{}, err
	}
	statuses, err := client.Statuses(ctx, p.JiraID)
	if err != nil {
		return blocks.MappingView{}, err
	}
	found, err := client.Project(ctx, strconv.FormatInt(p.JiraID, 10))
	if err != nil {
		return blocks.MappingView{}, err
	}
	fields, err := client.Fields(ctx)
	if err != nil {
		return blocks.MappingView{}, err
	}
	rules, err := standingRules(ctx, team, p.ID, statuses)
	if err != nil {
		return blocks.MappingView{}, err
	}
	v := blocks.MappingView{Name: p.Name, Key: p.Key, Input: blocks.MappingInput{
		Stages: rules.Stages, Incident: rules.Incident, Failure: rules.Failure, DeployedBy: rules.DeployedBy, Estimate: p.EstimateField, Blocked: rules.Blocked}}
	for _, s := range statuses {
		v.Statuses = append(v.Statuses, blocks.StatusChoice{ID: s.ID, Name: s.Name, Category: categoryWords[s.Category], Stage: rules.Stages[s.ID]})
	}
	for _, t := range found.Types {
		if t.Level == 0 {
			v.Types = append(v.Types, blocks.Option{Value: t.ID, Label: t.Name})
		}
	}
	for _, f := range fields.Points {
		v.Estimates = append(v.Estimates, blocks.Option{Value: f.ID, Label: f.Name})
	}
	v.Preview = w.preview(ctx, client, p, rules)
	return v, nil
}

var categoryWords = map[string]string{"new": "to do", "indeterminate": "in progress", "done": "done"}

// standingRules are the project's definitions, else the proposal: stages by
// category, blocked by the flag.
func standingRules(ctx context.Context, team models.Team, projectID string, statuses []jira.Status) (metrics.Rules, error) {
	d, err := team.Definition(ctx, projectID)
	if errors.Is(err, models.ErrNotFound) {
		return metrics.Rules{Stages: Stages(statuses), Blocked: metrics.BlockedRule{Flag: true}}, nil
	}
	return d.Rules, err
}

const (
	previewWeeks = 12
	previewLimit = 8 * time.Second // the person is looking at "Checking …"
)

// preview is what the rules come to over the last weeks; nil when Jira takes
// too long, since the step works without it.
func (w *Worker) preview(ctx context.Context, client Jira, p models.Project, rules metrics.Rules) *blocks.Preview {
	ctx, cancel := context.WithTimeout(ctx, previewLimit)
	defer cancel()
	now := calendar.WeekOf(w.Today(p))
	r := reading{w: w, project: p, now: w.Now()}
	scope, err := r.scope(ctx, client, rules, metrics.Window{Calendar: p.Calendar(), From: now.Add(-previewWeeks), To: now, Now: r.now})
	if err != nil {
		return nil
	}
	rows, err := r.aggregate(ctx, client, scope)
	if err != nil {
		return nil
	}
	out := blocks.Preview{Weeks: previewWeeks}
	for _, row := range rows {
		out.Releases += row.Deployments
		out.Done += row.Completed
		for _, n := range row.Excluded {
			out.Excluded += n
		}
	}
	return &out
}

// ProposedCheckin is the check-in that stands, else the usual one: weekdays at
// half past nine in each member's own time, four hours to answer.
func (w *Worker) ProposedCheckin(ctx context.Context, team models.Team, p models.Project, user string) blocks.CheckinInput {
	in := blocks.CheckinInput{Participants: []string{user}, Days: calendar.MonToFri, Hour: 9, Minute: 30, WindowMinutes: 240, MemberZone: true, Privacy: models.PrivacyTeam}
	c, err := team.CheckinOf(ctx, p.ID)
	if err != nil {
		return in
	}
	people, err := team.Participants(ctx, p.ID)
	if err != nil {
		return in
	}
	in.Participants = nil
	for _, m := range people {
		if !m.Observer {
			in.Participants = append(in.Participants, m.User)
		}
	}
	in.Days, in.Hour, in.Minute, in.WindowMinutes = c.Days, c.Hour, c.Minute, c.WindowMinutes
	in.MemberZone, in.Confidence, in.Text, in.Privacy = c.Zone == "", c.Confidence, c.FreeText, c.Privacy
	return in
}
