package work

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/jira"
	"headway/metrics"
	"headway/models"
)

// Connect verifies the site, email and token against Jira and stores them only
// then. An existing connection to the same site is replaced in place, so that
// its projects go on. Errors are of package jira.
func (w *Worker) Connect(ctx context.Context, team models.Team, user string, in models.Connection) (models.Connection, error) {
	site, err := jira.SiteName(in.Site)
	if err != nil {
		return in, FieldError{"site", "Enter the name of the site only, such as acme for acme.atlassian.net."}
	}
	in.Site, in.State = site, models.ConnectionOK
	client, err := w.Open(in)
	if err != nil {
		return in, err
	}
	account, err := client.Check(ctx)
	if err != nil {
		return in, connectError(err, site)
	}
	in.AccountID, in.CloudID, in.CheckedAt = account.ID, client.Gateway(), w.Now()
	err = team.Atomically(ctx, func(tx models.Team) error {
		if in.ID, err = connectionID(ctx, tx, site); err != nil {
			return err
		}
		if err := tx.PutConnection(ctx, &in); err != nil {
			return err
		}
		if err := w.resumeConnection(ctx, tx, in); err != nil {
			return err
		}
		return w.audit(ctx, tx, user, "connection.put", "", site)
	})
	return in, err
}

// Own makes the person who sets Headway up first its owner.
func (w *Worker) Own(ctx context.Context, tx models.Team, user string) error {
	if err := tx.SetOwner(ctx, user); err != nil {
		return err
	}
	return w.Grant(ctx, tx, user, user, models.Owner, "")
}

// FieldError is an error that belongs to one field of the form in front of the
// person.
type FieldError struct{ Field, Say string }

func (e FieldError) Error() string { return e.Say }

// connectError puts what Jira said on the field that can mend it.
func connectError(err error, site string) error {
	switch {
	case errors.Is(err, jira.ErrUnauthorized):
		return FieldError{"token", "Jira refused this email and token. Check both, or make a new token at id.atlassian.com."}
	case errors.Is(err, jira.ErrForbidden):
		return FieldError{"email", "This account has no access to Jira on " + site + ". Use an account with a Jira licence there."}
	case errors.Is(err, jira.ErrNotFound):
		return FieldError{"site", "There is no Jira at " + site + ".atlassian.net. Check the name in your browser's address bar."}
	case errors.Is(err, jira.ErrUnavailable):
		return FieldError{"site", "I could not reach " + site + ".atlassian.net. Check the name, or try again in a minute."}
	default:
		return err
	}
}

func connectionID(ctx context.Context, tx models.Team, site string) (string, error) {
	all, err := tx.Connections(ctx)
	if err != nil {
		return "", err
	}
	for _, c := range all {
		if c.Site == site {
			return c.ID, nil
		}
	}
	return models.NewID(), nil
}

// ProjectInput is the second step of the setup: which project, board and
// channel.
type ProjectInput struct {
	ConnectionID string
	JiraKey      string
	BoardID      int64
	Kind         string // "auto", "scrum" or "kanban"
	Channel      string
	Zone         string // IANA name
}

// ChooseProject verifies that the token sees the project and the board, finds out
// whether it may ask who else does, and stores a draft. A project that is set up already is taken up again.
func (w *Worker) ChooseProject(ctx context.Context, team models.Team, user string, in ProjectInput) (p models.Project, err error) {
	defer func() { w.notice(ctx, team, in.ConnectionID, blocks.RungProject, err) }()
	c, err := team.Connection(ctx, in.ConnectionID)
	if err != nil {
		return models.Project{}, err
	}
	client, err := w.openUnrefused(c)
	if err != nil {
		return models.Project{}, err
	}
	found, err := client.Project(ctx, in.JiraKey)
	if errors.Is(err, jira.ErrNotFound) {
		return models.Project{}, FieldError{"project", "The token can't see this project. Choose another one, or give its account the Browse permission in Jira."}
	}
	if err != nil {
		return models.Project{}, err
	}
	board, sprints, err := w.board(ctx, client, found.ID, in)
	if err != nil {
		return models.Project{}, err
	}
	fields, points, err := estimation(ctx, client, board.ID, sprints)
	if err != nil {
		return models.Project{}, err
	}
	p = models.Project{
		ConnectionID: in.ConnectionID, JiraID: found.ID, Key: found.Key, Name: found.Name,
		BoardID: board.ID, BoardName: board.Name, Sprints: sprints, Zone: in.Zone, Workdays: calendar.MonToFri,
		EstimateField: points, SprintField: fields.Sprint.ID, FlagField: fields.Flagged.ID,
		ReportChannel: in.Channel, State: models.ProjectDraft, Step: 3, CreatedBy: user, CreatedAt: w.Now(),
	}
	setDefaults(&p)
	if _, err := w.probe(ctx, team, client, c, p); err != nil {
		return models.Project{}, err
	}
	err = team.Atomically(ctx, func(tx models.Team) error { return w.putDraft(ctx, tx, user, &p) })
	return p, err
}

// setDefaults are the calm ones: a report on Monday at nine, a nudge a day and
// three a week, quiet from six in the evening to nine in the morning.
func setDefaults(p *models.Project) {
	p.ReportSlot = calendar.Slot{Hour: 9, Days: calendar.Monday}
	p.NudgePerDay, p.NudgePerWeek = 1, 3
	p.QuietFrom, p.QuietTo = 18*60, 9*60
}

// putDraft stores the draft over an older one of the same Jira project. A
// project that is set up already keeps its state, its channel and its settings
// until the later steps change them.
func (w *Worker) putDraft(ctx context.Context, tx models.Team, user string, p *models.Project) error {
	old, err := tx.ProjectByKey(ctx, p.Key)
	switch {
	case err == nil && old.State == models.ProjectDraft:
		p.ID, p.CreatedBy, p.CreatedAt = old.ID, old.CreatedBy, old.CreatedAt
	case err == nil:
		chosen := *p
		*p = old
		p.ConnectionID, p.JiraID, p.Name, p.Zone = chosen.ConnectionID, chosen.JiraID, chosen.Name, chosen.Zone
		p.BoardID, p.BoardName, p.Sprints = chosen.BoardID, chosen.BoardName, chosen.Sprints
		p.SprintField, p.FlagField = chosen.SprintField, chosen.FlagField
	case errors.Is(err, models.ErrNotFound):
		p.ID = models.NewID()
	default:
		return err
	}
	if err := tx.PutProject(ctx, p); err != nil {
		return err
	}
	return w.audit(ctx, tx, user, "project.choose", p.ID, p.Key)
}

// board finds the chosen board and whether it has sprints: Jira is asked, not
// the board's type, and an admin's own choice wins.
func (w *Worker) board(ctx context.Context, client Jira, projectID int64, in ProjectInput) (jira.Board, bool, error) {
	boards, err := client.Boards(ctx, projectID)
	if err != nil {
		return jira.Board{}, false, err
	}
	for _, b := range boards {
		if b.ID != in.BoardID && (in.BoardID != 0 || len(boards) > 1) {
			continue
		}
		if in.Kind != "auto" {
			return b, in.Kind == "scrum", nil
		}
		sprints, err := client.HasSprints(ctx, b.ID)
		return b, sprints, err
	}
	return jira.Board{}, false, FieldError{"board", "The token can't see this board. Choose one of the project's boards."}
}

// estimation finds the field that holds estimates: the board's own setting
// first, else the one candidate; several candidates are left to the admin.
func estimation(ctx context.Context, client Jira, board int64, sprints bool) (jira.Fields, string, error) {
	fields, err := client.Fields(ctx)
	if err != nil {
		return fields, "", err
	}
	if sprints {
		f, ok, err := client.Estimation(ctx, board)
		if err != nil || ok {
			return fields, f.ID, err
		}
	}
	if len(fields.Points) == 1 {
		return fields, fields.Points[0].ID, nil
	}
	return fields, "", nil
}

// Stages proposes a stage for each status by its category; a status whose
// category is in progress counts as in progress until an admin says otherwise.
func Stages(statuses []jira.Status) map[string]metrics.Stage {
	stages := map[string]metrics.Stage{}
	for _, s := range statuses {
		switch s.Category {
		case "new":
			stages[s.ID] = metrics.ToDo
		case "indeterminate":
			stages[s.ID] = metrics.InProgress
		case "done":
			stages[s.ID] = metrics.Done
		}
	}
	return stages
}

// Define stores a new version of the project's metric definitions.
func (w *Worker) Define(ctx context.Context, tx models.Team, user, projectID string, rules metrics.Rules, reason string) error {
	d, err := tx.AddDefinition(ctx, projectID, rules, user, reason)
	if err != nil {
		return err
	}
	return w.audit(ctx, tx, user, "definition.put", projectID, strconv.Itoa(d.Version))
}

// Map stores what the admin made of the statuses; statuses that were not shown
// keep the stage of the definition before.
func (w *Worker) Map(ctx context.Context, tx models.Team, user string, p *models.Project, rules metrics.Rules) error {
	before, err := tx.Definition(ctx, p.ID)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	for status, stage := range before.Rules.Stages {
		if _, shown := rules.Stages[status]; !shown {
			rules.Stages[status] = stage
		}
	}
	if err := w.Define(ctx, tx, user, p.ID, rules, "setup"); err != nil {
		return err
	}
	return w.step(ctx, tx, p, 4)
}

// step notes how far the wizard is, for whoever resumes it.
func (w *Worker) step(ctx context.Context, tx models.Team, p *models.Project, step int) error {
	if p.State == models.ProjectDraft {
		p.Step = max(p.Step, step)
	}
	return tx.PutProject(ctx, p)
}

// PlanCheckin stores the project's first check-in, as the setup asks for it, and
// who takes part. Nobody is asked before the project starts. What the setup does
// not ask stays as it was configured.
func (w *Worker) PlanCheckin(ctx context.Context, tx models.Team, user string, p *models.Project, c models.Checkin, people []models.Participant) error {
	old, err := tx.CheckinOf(ctx, p.ID)
	switch {
	case err == nil:
		c.ID, c.Name, c.Template, c.State, c.PausedUntil = old.ID, old.Name, old.Template, old.State, old.PausedUntil
		c.ProposedAt, c.Decided = old.ProposedAt, true
	case errors.Is(err, models.ErrNotFound):
		c.ID, c.Template, c.State = models.NewID(), blocks.TemplateDaily, models.On
	default:
		return err
	}
	c.ProjectID, c.Channel = p.ID, p.ReportChannel
	if err := tx.PutCheckin(ctx, &c); err != nil {
		return err
	}
	if err := w.setPeople(ctx, tx, *p, people); err != nil {
		return err
	}
	if p.State == models.ProjectActive {
		if err := w.scheduleCheckins(ctx, tx, *p); err != nil {
			return err
		}
	}
	if err := w.step(ctx, tx, p, 5); err != nil {
		return err
	}
	return w.audit(ctx, tx, user, "checkin.put", p.ID, fmt.Sprintf("%d people", len(people)))
}

// setPeople makes these the ones who are asked in the project's check-ins.
// Whoever is among them no more leaves the open rounds as well; whoever is new
// is asked from the next one on.
func (w *Worker) setPeople(ctx context.Context, tx models.Team, p models.Project, people []models.Participant) error {
	before, err := tx.Participants(ctx, p.ID)
	if err != nil {
		return err
	}
	observers, err := observersBeside(ctx, tx, p.ID, people)
	if err != nil {
		return err
	}
	if err := tx.SetParticipants(ctx, p.ID, append(people, observers...)); err != nil {
		return err
	}
	for _, was := range before {
		if was.Observer || slices.ContainsFunc(people, func(now models.Participant) bool { return now.User == was.User }) {
			continue
		}
		if err := w.excuseFrom(ctx, tx, was.User, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// observersBeside are the project's observers who are not among the people.
func observersBeside(ctx context.Context, tx models.Team, projectID string, people []models.Participant) ([]models.Participant, error) {
	listed, err := tx.Participants(ctx, projectID)
	return slices.DeleteFunc(listed, func(o models.Participant) bool {
		return !o.Observer || slices.ContainsFunc(people, func(p models.Participant) bool { return p.User == o.User })
	}), err
}

// Start makes a drafted project active: its channel is bound, its schedules run
// and the first reading is due at once, of which the person hears. declared says that an admin confirmed
// that everyone in the channel may see the project.
func (w *Worker) Start(ctx context.Context, tx models.Team, user string, p models.Project, declared bool) error {
	p.State, p.Step = models.ProjectActive, 6
	if err := tx.PutProject(ctx, &p); err != nil {
		return err
	}
	if err := w.Bind(ctx, tx, user, p, p.ReportChannel, declared); err != nil {
		return err
	}
	if err := w.checkinChannels(ctx, tx, p); err != nil {
		return err
	}
	if err := w.scheduleAll(ctx, tx, p); err != nil {
		return err
	}
	if err := w.welcome(ctx, tx, p); err != nil {
		return err
	}
	if err := w.AskReading(ctx, tx, user, p, true); err != nil {
		return err
	}
	return w.audit(ctx, tx, user, "project.start", p.ID, p.Key)
}

// checkinChannels sends the check-ins' summaries where the reports go.
func (w *Worker) checkinChannels(ctx context.Context, tx models.Team, p models.Project) error {
	all, err := tx.Checkins(ctx, p.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return Refusal{"The check-in is not planned yet. Go on with the setup from Headway's Home tab."}
	}
	for _, c := range all {
		c.Channel = p.ReportChannel
		if err := tx.PutCheckin(ctx, &c); err != nil {
			return err
		}
	}
	return nil
}

// welcome tells the team in its channel what will happen there.
func (w *Worker) welcome(ctx context.Context, tx models.Team, p models.Project) error {
	next, err := w.NextMoments(ctx, tx, p)
	if err != nil {
		return err
	}
	m := blocks.Welcome(blocks.WelcomeView{Name: p.Name, Key: p.Key, Command: w.Command, NextCheckin: next.CheckinWords(w.when(p)), NextReport: w.when(p)(next.Report)})
	return w.enqueue(ctx, tx, models.OutboxMessage{Channel: p.ReportChannel, Kind: kindNotice, Key: "welcome:" + p.ID}, m)
}

// when says an instant in the project's zone, seen from now.
func (w *Worker) when(p models.Project) func(time.Time) string {
	return func(t time.Time) string { return blocks.Moment(t.In(p.Location()), w.Now().In(p.Location())) }
}

// scheduleAll puts the check-ins, the weekly report and the refresh of a project
// on the clock.
func (w *Worker) scheduleAll(ctx context.Context, tx models.Team, p models.Project) error {
	if err := w.scheduleCheckins(ctx, tx, p); err != nil {
		return err
	}
	date, at, ok := calendar.NextSlot(p.ReportSlot, w.Now(), p.Location())
	if ok {
		if err := w.schedule(ctx, tx, ScheduleReport, p, p.ID, at, date.String()); err != nil {
			return err
		}
	}
	if err := w.lookAtChannels(ctx, tx, p); err != nil {
		return err
	}
	return w.refreshNow(ctx, tx, p)
}

func (w *Worker) schedule(ctx context.Context, tx models.Team, kind string, p models.Project, subject string, at time.Time, slot string) error {
	return tx.PutSchedule(ctx, &models.Schedule{Kind: kind, SubjectID: subject, ProjectID: p.ID, NextDue: at, Slot: slot, State: models.On})
}

// refreshNow makes the project's reading due.
func (w *Worker) refreshNow(ctx context.Context, tx models.Team, p models.Project) error {
	now := w.Now()
	return w.schedule(ctx, tx, ScheduleRefresh, p, p.ID, now, slotAt(now))
}
