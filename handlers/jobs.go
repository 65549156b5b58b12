package handlers

import (
	"context"
	"html"
	"slices"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

const (
	jobsProjects = 5 // shown at once
	jobsRuns     = 6 // of each
	jobsLetters  = 5
)

func (a *App) registerJobs(r *bot.Router) {
	on(a, r, admin, blocks.JobsReplay, workspace, a.replay)
}

// jobs shows what runs by itself: of one project to its managers, of all to
// those of the workspace.
func (a *App) jobs(ctx context.Context, c *call, in args) (bot.Reply, error) {
	key := in.project
	if key == "" && len(in.words) > 0 {
		key = strings.ToUpper(html.UnescapeString(in.words[0]))
	}
	projects, err := a.managed(ctx, c, key)
	if err != nil {
		return bot.Reply{}, err
	}
	view := blocks.JobsView{Now: a.here(c), Others: max(0, len(projects)-jobsProjects), Replay: c.role >= models.Admin}
	for _, p := range projects[:min(len(projects), jobsProjects)] {
		row, err := a.jobsProject(ctx, c, p)
		if err != nil {
			return bot.Reply{}, err
		}
		view.Projects = append(view.Projects, row)
	}
	if err := a.outbox(ctx, c, &view); err != nil {
		return bot.Reply{}, err
	}
	return say(blocks.Jobs(view)), nil
}

// managed are the projects that the person manages, or the one they name.
func (a *App) managed(ctx context.Context, c *call, key string) ([]models.Project, error) {
	all, err := c.team.Projects(ctx)
	if err != nil {
		return nil, err
	}
	var mine []models.Project
	for _, p := range all {
		role, err := standing(ctx, c.team, c.User, p.ID)
		if err != nil {
			return nil, err
		}
		if role >= models.Manager && (key == "" || p.Key == key) {
			mine = append(mine, p)
		}
	}
	if key != "" && len(mine) == 0 {
		return nil, orSay(models.ErrNotFound, "There is no project "+key+" that you manage. `"+a.Command+" project list` shows what is set up.")
	}
	return mine, nil
}

func (a *App) jobsProject(ctx context.Context, c *call, p models.Project) (blocks.JobsProject, error) {
	row := blocks.JobsProject{Key: p.Key, Name: p.Name, State: p.State}
	mark, err := c.team.Watermark(ctx, p.ID)
	if err != nil {
		return row, err
	}
	row.ReadUpTo, row.Issues, row.Problem = inZone(c, mark.ReadUpTo), mark.Issues, a.readingProblem(c, mark)
	if !mark.OpenFrom.IsZero() {
		row.Weeks = mark.OpenFrom.String()
	}
	if row.Reading, err = a.Work.ReadingNow(ctx, c.team, p, mark); err != nil {
		return row, err
	}
	schedules, err := c.team.Schedules(ctx, p.ID)
	if err != nil {
		return row, err
	}
	what, err := a.jobNames(ctx, c, p, schedules)
	if err != nil {
		return row, err
	}
	for _, s := range schedules {
		row.Next = append(row.Next, blocks.JobsNext{What: what[s.ID], Due: inZone(c, s.NextDue), Off: s.State != models.On})
	}
	slices.SortFunc(row.Next, func(a, b blocks.JobsNext) int { return a.Due.Compare(b.Due) })
	runs, err := c.team.Runs(ctx, p.ID, jobsRuns)
	for _, run := range runs {
		row.Runs = append(row.Runs, blocks.JobsRun{What: what[run.ScheduleID], At: inZone(c, run.StartedAt), State: run.State, Took: run.EndedAt.Sub(run.StartedAt), Note: blocks.RunNote(run.Note)})
	}
	return row, err
}

// jobWords are the kinds of schedule as people call them.
var jobWords = map[string]string{
	work.ScheduleCheckin: "check-in", work.ScheduleReport: "report", work.ScheduleRefresh: "reading",
	work.ScheduleWatch: "token check", work.ScheduleAudience: "channel check",
}

// jobNames are schedules as people call them; of several check-ins each by its
// name.
func (a *App) jobNames(ctx context.Context, c *call, p models.Project, schedules []models.Schedule) (map[string]string, error) {
	checkins, err := c.team.Checkins(ctx, p.ID)
	what := map[string]string{}
	for _, s := range schedules {
		what[s.ID] = jobWords[s.Kind]
		for _, k := range checkins {
			if s.Kind == work.ScheduleCheckin && s.SubjectID == k.ID && len(checkins) > 1 {
				what[s.ID] = k.Name + " check-in"
			}
		}
	}
	return what, err
}

// outbox fills in how many messages did not get through to Slack, and for admins
// which: they may be another project's.
func (a *App) outbox(ctx context.Context, c *call, view *blocks.JobsView) error {
	depth, err := c.team.OutboxDepth(ctx)
	if err != nil {
		return err
	}
	view.Pending, view.Uncertain, view.Dead = depth.Pending, depth.Uncertain, depth.Dead
	if !view.Replay {
		return nil
	}
	dead, err := c.team.Letters(ctx, models.OutboxDead, jobsLetters)
	for _, o := range dead {
		view.Letters = append(view.Letters, blocks.Letter{ID: blocks.LetterID(o.ID), Kind: o.Kind, To: o.Channel, At: a.onBusinessClock(c, o.CreatedAt), Reason: o.LastError})
	}
	return err
}

// replay sends a dead message once more.
func (a *App) replay(ctx context.Context, c *call, click bot.Click[blocks.LetterID]) (bot.Reply, error) {
	var sent models.Outbox
	_, err := a.once(ctx, c, func(tx models.Team) (err error) {
		sent, err = a.Work.Replay(ctx, tx, c.User, string(click.ID))
		return err
	})
	if err != nil {
		return bot.Reply{}, orSay(err, "This message is not among the refused ones any more. `"+a.Command+" jobs` shows how things are.")
	}
	return say(blocks.Replayed(sent.Kind, sent.Channel)), nil
}
