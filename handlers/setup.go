package handlers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"headway/blocks"
	"headway/bot"
	"headway/metrics"
	"headway/models"
	"headway/work"
)

func (a *App) registerSetup(r *bot.Router) {
	on(a, r, anyone, blocks.SetupStart, workspace, clicked[blocks.None](a.openSetup))
	on(a, r, anyone, blocks.HomeSetup, workspace, clicked[blocks.None](a.openSetup))
	on(a, r, admin, blocks.HomeResume, ofProject, clicked[blocks.ProjectID](a.resumeSetup))
	on(a, r, admin, blocks.SetupProjectPick, workspace, a.pickProject)
	on(a, r, admin, blocks.ConnectReplace, workspace, a.replaceToken)
	onOptions(a, r, admin, blocks.SetupProjectPick, a.projectOptions)
	onOptions(a, r, admin, blocks.SetupBoardPick, a.boardOptions)
	onSubmit(a, r, admin, blocks.SetupConnectSubmit, workspace, a.submitConnect)
	onSubmit(a, r, admin, blocks.ConnectSubmit, workspace, a.submitConnectAlone)
	onSubmit(a, r, admin, blocks.SetupProjectSubmit, workspace, a.submitProject)
	onSubmit(a, r, admin, blocks.SetupMappingSubmit, ofSetup, a.submitMapping)
	onSubmit(a, r, admin, blocks.SetupCheckinSubmit, ofSetup, a.submitCheckin)
	onSubmit(a, r, admin, blocks.SetupReportsSubmit, ofSetup, a.submitReports)
}

// clicked is a click of which only the person matters.
func clicked[T ~string](h func(context.Context, *call) (bot.Reply, error)) func(context.Context, *call, bot.Click[T]) (bot.Reply, error) {
	return func(ctx context.Context, c *call, _ bot.Click[T]) (bot.Reply, error) { return h(ctx, c) }
}

func ofSetup(ctx context.Context, team models.Team, s blocks.SetupCtx) (models.Project, error) {
	return team.Project(ctx, s.Project)
}

func (a *App) setup(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	return a.openSetup(ctx, c)
}

// openSetup begins the wizard where there is something to do: with Jira, or
// with the project while Jira's token works.
func (a *App) openSetup(ctx context.Context, c *call) (bot.Reply, error) {
	if err := a.claimOwnership(ctx, c); err != nil {
		return bot.Reply{}, err
	}
	connections, err := c.team.Connections(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(connections) > 0 && connections[0].State == models.ConnectionOK {
		return a.open(ctx, c, blocks.SetupProject(a.projectStep(connections[0], blocks.SetupCtx{Channel: c.Channel}, c)))
	}
	view := blocks.ConnectView{Ctx: blocks.SetupCtx{Channel: c.Channel}, EnvToken: a.envToken(c)}
	if len(connections) > 0 {
		view.Input = blocks.ConnectInput{Site: connections[0].Site, Email: connections[0].Email}
		view.Problem = "Jira no longer accepts the token of " + connections[0].Site + ". Enter a new one."
	}
	return a.open(ctx, c, blocks.SetupConnect(view))
}

// claimOwnership makes a Slack admin who comes first the owner of Headway here;
// afterwards only its own admins may set up.
func (a *App) claimOwnership(ctx context.Context, c *call) error {
	admins, err := a.Work.Admins(ctx, c.team)
	if err != nil {
		return err
	}
	if len(admins) > 0 {
		if c.role < models.Admin {
			return notAllowed{admin}
		}
		return nil
	}
	may, err := a.mayOwn(ctx, c)
	if err != nil {
		return err
	}
	if !may {
		return work.Refusal{Say: "Headway is not set up yet. An owner or admin of this Slack workspace can start with `" + a.Command + " setup`."}
	}
	_, err = c.team.Once(ctx, c.Key+":own", func(tx models.Team) error { return a.Work.Own(ctx, tx, c.User) })
	return err
}

// mayOwn says who may be the first owner: the one the configuration names for
// this workspace, else any admin of it.
func (a *App) mayOwn(ctx context.Context, c *call) (bool, error) {
	named, err := a.ownerHere(ctx, c)
	if named || err != nil {
		return c.User == a.Owner, err
	}
	return c.person.Admin || c.person.Owner, nil
}

// envToken says whether the Jira token in the environment is for this
// workspace. It is its operator's, so no other workspace may use it.
func (a *App) envToken(c *call) bool { return a.EnvToken && c.Team == a.envTeam() }

// ownerHere says whether the configured owner is meant for this workspace: the
// environment's, or the one they are a member of.
func (a *App) ownerHere(ctx context.Context, c *call) (bool, error) {
	if a.Owner == "" || c.Team == a.envTeam() {
		return a.Owner != "", nil
	}
	owner, err := a.Slack.User(ctx, c.Team, a.Owner)
	if codeOf(err) == "user_not_found" {
		return false, nil
	}
	return err == nil && !owner.Stranger, err
}

func (a *App) envTeam() string {
	if a.EnvTeam == nil {
		return ""
	}
	return a.EnvTeam()
}

func (a *App) projectStep(conn models.Connection, carried blocks.SetupCtx, c *call) blocks.ProjectView {
	carried.Connection = conn.ID
	zone := c.person.TZ
	return blocks.ProjectView{Ctx: carried, Site: conn.Site + ".atlassian.net", Source: blocks.SourceRef(conn.ID), Input: blocks.ProjectInput{Channel: channelOnly(carried.Channel), Zone: zone}}
}

// channelOnly keeps a direct message, where the wizard may have been opened,
// from being offered as the team's channel.
func channelOnly(channel string) string {
	if strings.HasPrefix(channel, "C") || strings.HasPrefix(channel, "G") {
		return channel
	}
	return ""
}

// resumeSetup goes on with a draft at the step it was left.
func (a *App) resumeSetup(ctx context.Context, c *call) (bot.Reply, error) {
	carried := blocks.SetupCtx{Project: c.project.ID, Connection: c.project.ConnectionID}
	switch c.project.Step {
	case blocks.StepCheckin:
		return a.open(ctx, c, a.checkinStep(ctx, c, carried))
	case blocks.StepReports:
		return a.open(ctx, c, blocks.SetupReports(a.reportsStep(c.project, carried)))
	}
	ref, err := a.Slack.Open(ctx, c.Team, c.Trigger, blocks.Checking("Set up Headway", c.project.Key))
	if err != nil {
		return bot.Reply{}, err
	}
	return bot.Reply{After: func(ctx context.Context) error { return a.showMapping(ctx, c, ref, carried) }}, nil
}

// checkingShown is how long "Checking …" stands at least. The ack that shows it
// and the call that replaces it go different ways; a call that overtook the ack
// would be replaced by it, and the person would wait for ever.
const checkingShown = 400 * time.Millisecond

// checked answers a submission with "Checking …" and asks Jira behind the ack:
// the next step opens by itself, or the form comes back with the error.
func (a *App) checked(c *call, what string, ask func(context.Context) (blocks.View, error), back func(work.FieldError) blocks.View) bot.Reply {
	return a.checking(c, "Set up Headway", what, ask, back)
}

// checking is checked for a form of another title.
func (a *App) checking(c *call, title, what string, ask func(context.Context) (blocks.View, error), back func(work.FieldError) blocks.View) bot.Reply {
	checking := blocks.Checking(title, what)
	return bot.Reply{Update: &checking, After: func(ctx context.Context) error {
		shown := time.After(checkingShown)
		next, err := ask(ctx)
		if err != nil {
			next = back(a.fieldError(ctx, c, err))
		}
		<-shown
		_, err = a.Slack.UpdateView(ctx, c.Team, bot.ViewRef{ID: c.View.ID}, next)
		return ignoreGoneView(err)
	}}
}

// fieldError is an error as a form shows it: at its field, or above them all.
func (a *App) fieldError(ctx context.Context, c *call, err error) work.FieldError {
	var field work.FieldError
	if errors.As(err, &field) {
		return field
	}
	m, name := a.words(ctx, c.Who, err)
	return work.FieldError{Field: name, Say: m.Text}
}

// above and under put an error where the form shows it.
func above(e work.FieldError) string {
	if e.Field == "" {
		return e.Say
	}
	return ""
}

func under(e work.FieldError) blocks.FieldErrors {
	if e.Field == "" {
		return nil
	}
	return blocks.FieldErrors{e.Field: e.Say}
}

func (a *App) submitConnect(ctx context.Context, c *call, carried blocks.SetupCtx, in blocks.ConnectInput) (bot.Reply, error) {
	var conn models.Connection
	verify := func(ctx context.Context) (blocks.View, error) {
		var err error
		if conn, err = a.verify(ctx, c, &carried, in); err != nil {
			return blocks.View{}, err
		}
		return blocks.SetupProject(a.projectStep(conn, carried, c)), nil
	}
	back := func(e work.FieldError) blocks.View {
		return blocks.SetupConnect(blocks.ConnectView{Ctx: carried, Input: in, EnvToken: a.envToken(c), HasToken: carried.Token != "", Problem: above(e), Errors: under(e)})
	}
	return a.checked(c, in.Site, verify, back), nil
}

// submitConnectAlone is /headway connect: the same without a next step.
func (a *App) submitConnectAlone(ctx context.Context, c *call, carried blocks.SetupCtx, in blocks.ConnectInput) (bot.Reply, error) {
	verify := func(ctx context.Context) (blocks.View, error) {
		conn, err := a.verify(ctx, c, &carried, in)
		return blocks.Notice("Connect Jira", blocks.Connected(blocks.ConnectedView{Site: conn.Site + ".atlassian.net"}).Text), err
	}
	back := func(e work.FieldError) blocks.View {
		return blocks.ConnectForm(blocks.ConnectView{Ctx: carried, Input: in, EnvToken: a.envToken(c), HasToken: carried.Token != "", Problem: above(e), Errors: under(e)})
	}
	return a.checked(c, in.Site, verify, back), nil
}

// verify connects with the token just entered, or the one entered before; a
// refused one is kept in memory for the corrected form.
func (a *App) verify(ctx context.Context, c *call, carried *blocks.SetupCtx, in blocks.ConnectInput) (models.Connection, error) {
	token := in.Token
	if in.FromEnv && !a.envToken(c) {
		return models.Connection{}, work.FieldError{Field: blocks.FieldToken, Say: "There is no Jira token in the environment for this workspace. Paste one."}
	}
	if token.Empty() && !in.FromEnv {
		if token = a.Work.KeptToken(c.Team, carried.Token); token.Empty() {
			carried.Token = ""
			return models.Connection{}, work.FieldError{Field: blocks.FieldToken, Say: "Paste the API token once more; I don't keep it for long."}
		}
	}
	conn, err := a.Work.Connect(ctx, c.team, c.User, models.Connection{Site: in.Site, Email: in.Email, Token: token, FromEnv: in.FromEnv, ExpiresOn: in.Expires})
	if err != nil && !token.Empty() && carried.Token == "" {
		carried.Token = a.Work.KeepToken(c.Team, token)
	}
	return conn, err
}

func (a *App) connect(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	connections, err := c.team.Connections(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	view := blocks.ConnectView{EnvToken: a.envToken(c)}
	if len(connections) == 1 {
		view.Input = blocks.ConnectInput{Site: connections[0].Site, Email: connections[0].Email, Expires: connections[0].ExpiresOn}
	}
	return a.open(ctx, c, blocks.ConnectForm(view))
}

func (a *App) replaceToken(ctx context.Context, c *call, click bot.Click[blocks.ConnectionID]) (bot.Reply, error) {
	conn, err := c.team.Connection(ctx, string(click.ID))
	if err != nil {
		return bot.Reply{}, err
	}
	return a.open(ctx, c, blocks.ConnectForm(blocks.ConnectView{EnvToken: a.envToken(c), Input: blocks.ConnectInput{Site: conn.Site, Email: conn.Email}}))
}

// sourceOf reads what an option list of the wizard carries: a connection, and
// for boards the Jira project.
func sourceOf(id blocks.SourceRef) (connection string, jiraID int64) {
	connection, project, _ := strings.Cut(string(id), ".")
	jiraID, _ = strconv.ParseInt(project, 10, 64) //nolint:errcheck // 0 is "no project"
	return connection, jiraID
}

func (a *App) projectOptions(ctx context.Context, c *call, id blocks.SourceRef, query string) ([]blocks.Option, error) {
	connection, _ := sourceOf(id)
	return a.Work.ProjectOptions(ctx, c.team, connection, query)
}

func (a *App) boardOptions(ctx context.Context, c *call, id blocks.SourceRef, query string) ([]blocks.Option, error) {
	connection, jiraID := sourceOf(id)
	return a.Work.BoardOptions(ctx, c.team, connection, jiraID, query)
}

// pickProject offers the boards of the project that was just chosen.
func (a *App) pickProject(ctx context.Context, c *call, click bot.Click[blocks.SourceRef]) (bot.Reply, error) {
	connection, _ := sourceOf(click.ID)
	carried, err := blocks.SetupProjectSubmit.Carried(c.View.Carried)
	if err != nil {
		return bot.Reply{}, err
	}
	in, _ := blocks.SetupProjectSubmit.Parse(click.State)
	return bot.Reply{After: func(ctx context.Context) error {
		conn, err := c.team.Connection(ctx, connection)
		if err != nil {
			return err
		}
		chosen, err := a.Work.JiraProject(ctx, c.team, connection, click.Value)
		if err != nil {
			return err
		}
		in.JiraID, in.BoardID, in.Project = chosen.ID, 0, chosen.Name+" ("+chosen.Key+")"
		view := blocks.ProjectView{Ctx: carried, Site: conn.Site + ".atlassian.net", Source: click.ID, Input: in,
			Boards: blocks.SourceRef(connection + "." + strconv.FormatInt(chosen.ID, 10))}
		if view.Input.BoardID, view.Input.Board, err = a.Work.OnlyBoard(ctx, c.team, connection, chosen.ID); err != nil {
			return err
		}
		_, err = a.Slack.UpdateView(ctx, c.Team, bot.ViewRef{ID: c.View.ID, Hash: c.View.Hash}, blocks.SetupProject(view))
		return ignoreGoneView(err)
	}}, nil
}

func (a *App) submitProject(ctx context.Context, c *call, carried blocks.SetupCtx, in blocks.ProjectInput) (bot.Reply, error) {
	conn, err := c.team.Connection(ctx, carried.Connection)
	if err != nil {
		return bot.Reply{}, err
	}
	choose := func(ctx context.Context) (blocks.View, error) {
		if err := a.usableChannel(ctx, c, in.Channel, in.JiraID); err != nil {
			return blocks.View{}, err
		}
		p, err := a.Work.ChooseProject(ctx, c.team, c.User, work.ProjectInput{ConnectionID: conn.ID, JiraKey: strconv.FormatInt(in.JiraID, 10), BoardID: in.BoardID, Kind: in.Kind, Channel: in.Channel, Zone: in.Zone})
		if err != nil {
			return blocks.View{}, err
		}
		c.project, carried.Project, carried.Channel = p, p.ID, in.Channel
		return a.mappingStep(ctx, c, carried)
	}
	back := func(e work.FieldError) blocks.View {
		view := a.projectStep(conn, carried, c)
		view.Input, view.Problem, view.Errors = in, above(e), under(e)
		view.Boards = blocks.SourceRef(conn.ID + "." + strconv.FormatInt(in.JiraID, 10))
		return blocks.SetupProject(view)
	}
	return a.checked(c, conn.Site, choose, back), nil
}

// usableChannel refuses a channel that Headway can't post to, that another
// company reads, or that belongs to another Jira project.
func (a *App) usableChannel(ctx context.Context, c *call, channel string, jiraID int64) error {
	_, bound, err := c.team.BindingOf(ctx, channel)
	switch {
	case err == nil && bound.JiraID != jiraID:
		return work.FieldError{Field: blocks.FieldChannel, Say: "This channel belongs to " + bound.Key + ". Choose another one, or take " + bound.Key + " off it first: " + a.Command + " unbind there."}
	case err != nil && !errors.Is(err, models.ErrNotFound):
		return err
	}
	info, err := a.Slack.Channel(ctx, c.Team, channel)
	if coded := codeOf(err); coded == "missing_scope" {
		return nil // unknown then; the first post will tell
	}
	switch {
	case codeOf(err) == "channel_not_found", err == nil && !info.Member:
		return work.FieldError{Field: blocks.FieldChannel, Say: "Headway is not in this channel. Type /invite @Headway there, then come back."}
	case err != nil:
		return err
	case info.Archived:
		return work.FieldError{Field: blocks.FieldChannel, Say: "This channel is archived. Choose another one."}
	case info.External:
		return work.FieldError{Field: blocks.FieldChannel, Say: "This channel is shared with another company, so project data can't go there. Choose an internal one."}
	}
	return nil
}

func codeOf(err error) string {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return coded.Code()
	}
	return ""
}

// mappingStep is filled in from Jira, so that most people only look and go on.
func (a *App) mappingStep(ctx context.Context, c *call, carried blocks.SetupCtx) (blocks.View, error) {
	m, err := a.Work.Mapping(ctx, c.team, c.project)
	if err != nil {
		return blocks.View{}, err
	}
	m.Ctx = carried
	return blocks.SetupMapping(m), nil
}

func (a *App) showMapping(ctx context.Context, c *call, ref bot.ViewRef, carried blocks.SetupCtx) error {
	view, err := a.mappingStep(ctx, c, carried)
	if err != nil {
		view = blocks.Notice("Set up Headway", a.fieldError(ctx, c, err).Say)
	}
	_, err = a.Slack.UpdateView(ctx, c.Team, bot.ViewRef{ID: ref.ID}, view)
	return ignoreGoneView(err)
}

func (a *App) submitMapping(ctx context.Context, c *call, carried blocks.SetupCtx, in blocks.MappingInput) (bot.Reply, error) {
	p := c.project
	p.EstimateField = in.Estimate
	rules := metrics.Rules{Stages: in.Stages, Incident: in.Incident, Failure: in.Failure, DeployedBy: in.DeployedBy, Blocked: in.Blocked}
	_, err := c.team.Once(ctx, c.Key, func(tx models.Team) error { return a.Work.Map(ctx, tx, c.User, &p, rules) })
	if err != nil {
		return bot.Reply{}, err
	}
	c.project = p
	view := a.checkinStep(ctx, c, carried)
	return bot.Reply{Update: &view}, nil
}

// checkinStep proposes the check-in that stands, else the usual one.
func (a *App) checkinStep(ctx context.Context, c *call, carried blocks.SetupCtx) blocks.View {
	return blocks.SetupCheckin(blocks.CheckinView{Ctx: carried, Name: c.project.Name, Key: c.project.Key, Input: a.Work.ProposedCheckin(ctx, c.team, c.project, c.User)})
}

func (a *App) submitCheckin(ctx context.Context, c *call, carried blocks.SetupCtx, in blocks.CheckinInput) (bot.Reply, error) {
	plan := func(ctx context.Context) (blocks.View, error) {
		people, err := a.participants(ctx, c, in.Participants)
		if err != nil {
			return blocks.View{}, err
		}
		p := c.project
		_, err = c.team.Once(ctx, c.Key, func(tx models.Team) error { return a.Work.PlanCheckin(ctx, tx, c.User, &p, checkinOf(p, in), people) })
		return blocks.SetupReports(a.reportsStep(p, carried)), err
	}
	back := func(e work.FieldError) blocks.View {
		return blocks.SetupCheckin(blocks.CheckinView{Ctx: carried, Name: c.project.Name, Key: c.project.Key, Input: in, Problem: above(e), Errors: under(e)})
	}
	reply := a.checked(c, "the check-in", plan, back)
	return a.thenLink(c, in.Participants, reply), nil
}

// thenLink links who takes part to their Jira accounts, as far as their emails
// tell, once the person sees what is next.
func (a *App) thenLink(c *call, users []string, reply bot.Reply) bot.Reply {
	answer := reply.After
	reply.After = func(ctx context.Context) error {
		if err := answer(ctx); err != nil {
			return err
		}
		people, err := c.team.Participants(ctx, c.project.ID)
		if err != nil {
			return err
		}
		taken := slices.DeleteFunc(slices.Clone(users), func(u string) bool { // none, where the form came back
			return !slices.ContainsFunc(people, func(p models.Participant) bool { return p.User == u })
		})
		if err := a.Work.LinkPeople(ctx, c.team, c.project.ConnectionID, taken); err != nil {
			a.Log.WarnContext(ctx, "people not linked by email; their first report tries again", "team", c.Team, "error", err)
		}
		return nil
	}
	return reply
}

func checkinOf(p models.Project, in blocks.CheckinInput) models.Checkin {
	zone := p.Zone
	if in.MemberZone {
		zone = ""
	}
	return models.Checkin{Name: cmp.Or(in.Name, p.Name), Template: in.Template, Days: in.Days, Hour: in.Hour, Minute: in.Minute, Zone: zone, WindowMinutes: in.WindowMinutes, Privacy: in.Privacy, Confidence: in.Confidence, FreeText: in.Text}
}

// participants looks up everyone's zone; guests, apps and strangers can't take
// part.
func (a *App) participants(ctx context.Context, c *call, users []string) ([]models.Participant, error) {
	var people []models.Participant
	for _, id := range users {
		u, err := a.Slack.User(ctx, c.Team, id)
		if err != nil {
			return nil, err
		}
		if u.Bot || u.Deleted || u.Guest || u.Stranger {
			return nil, work.FieldError{Field: blocks.FieldParticipants, Say: u.Name + " can't take part: only full members of this workspace can."}
		}
		people = append(people, models.Participant{User: id, Zone: u.TZ})
	}
	return people, nil
}

func (a *App) reportsStep(p models.Project, carried blocks.SetupCtx) blocks.ReportsView {
	return blocks.ReportsView{Ctx: carried, Name: p.Name, Key: p.Key, KeepDays: work.AnswerDays, Input: blocks.ReportsInput{
		Day: p.ReportSlot.Days, Hour: p.ReportSlot.Hour, Minute: p.ReportSlot.Minute, Channel: cmp.Or(carried.Channel, p.ReportChannel),
		NudgePerDay: p.NudgePerDay, NudgePerWeek: p.NudgePerWeek, QuietFrom: p.QuietFrom, QuietTo: p.QuietTo}}
}

// submitReports starts the project and reads Jira for the first time. Should this
// process die meanwhile, the clock has another one read.
func (a *App) submitReports(ctx context.Context, c *call, carried blocks.SetupCtx, in blocks.ReportsInput) (bot.Reply, error) {
	if in.Channel != c.project.ReportChannel {
		if err := a.usableChannel(ctx, c, in.Channel, c.project.JiraID); err != nil {
			return bot.Reply{}, err
		}
	}
	p := c.project
	p.ReportSlot.Days, p.ReportSlot.Hour, p.ReportSlot.Minute, p.ReportChannel = in.Day, in.Hour, in.Minute, in.Channel
	p.NudgePerDay, p.NudgePerWeek, p.QuietFrom, p.QuietTo = in.NudgePerDay, in.NudgePerWeek, in.QuietFrom, in.QuietTo
	_, err := c.team.Once(ctx, c.Key, func(tx models.Team) error { return a.Work.Start(ctx, tx, c.User, p, in.Declared) })
	if err != nil {
		return bot.Reply{}, err
	}
	a.Work.Wake()
	done, err := a.setupDone(ctx, c, p)
	return bot.Reply{Update: &done, After: func(ctx context.Context) error {
		return a.Work.ReadNow(ctx, c.team, p.ID)
	}}, err
}

func (a *App) setupDone(ctx context.Context, c *call, p models.Project) (blocks.View, error) {
	next, err := a.Work.NextMoments(ctx, c.team, p)
	if err != nil {
		return blocks.View{}, err
	}
	conn, err := c.team.Connection(ctx, p.ConnectionID)
	if err != nil {
		return blocks.View{}, err
	}
	now := a.Work.Now().In(p.Location())
	when := func(t time.Time) string { return blocks.Moment(t.In(p.Location()), now) }
	return blocks.SetupDone(blocks.SetupDoneView{Name: p.Name, Key: p.Key, Channel: p.ReportChannel, Command: a.Command, CannotAsk: conn.Viewers == models.ViewersNone,
		NextCheckin: next.CheckinWords(when), NextReport: when(next.Report)}), nil
}
