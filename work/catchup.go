package work

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/metrics"
	"headway/models"
)

// How far a catch-up looks back: at most, after an absence that has only just
// ended, and for someone who never answered.
const (
	catchupWeeks   = 6
	catchupReturn  = 7  // days after an absence in which it is the one to catch up on
	catchupDefault = 14 // days
	catchupReports = 12 // looked through for the weekly ones
)

// Catchup is what happened in a person's projects since a day; a zero day means
// since they left, see catchupSince. It may ask Jira. now is in the person's
// zone.
func (w *Worker) Catchup(ctx context.Context, team models.Team, user string, since calendar.Date, now time.Time) (blocks.CatchupView, error) {
	v := blocks.CatchupView{Now: now, Since: since, Weeks: catchupWeeks}
	today := calendar.DateOf(now, now.Location())
	first := today.AddDays(-7 * catchupWeeks)
	said, err := team.AttendanceOf(ctx, user, first.AddDays(-catchupDefault), today) // what was planned before, too
	if err != nil {
		return v, err
	}
	if since.IsZero() {
		if v.Since, err = w.catchupSince(ctx, team, user, said, today); err != nil {
			return v, err
		}
	}
	if v.Since.Before(first) {
		v.Since, v.Cut = first, !since.IsZero()
	}
	projects, err := projectsOf(ctx, team, user)
	if err != nil {
		return v, err
	}
	for _, p := range projects {
		c, err := w.catchupProject(ctx, team, user, p, v.Since, today)
		if err != nil {
			return v, err
		}
		c.Planned = plannedBefore(said, p.ID, v.Since, w.linker(ctx, team, p))
		v.Unlinked = v.Unlinked || c.Figures == blocks.CatchupUnlinked
		v.Projects = append(v.Projects, c)
	}
	return v, nil
}

// projectsOf are the running and paused projects that a person takes part in or
// was given a role on, by key.
func projectsOf(ctx context.Context, team models.Team, user string) ([]models.Project, error) {
	projects, err := team.Projects(ctx, models.ProjectActive, models.ProjectPaused)
	if err != nil {
		return nil, err
	}
	mine, err := team.ParticipationsOf(ctx, user)
	if err != nil {
		return nil, err
	}
	grants, err := team.GrantsOf(ctx, user)
	return slices.DeleteFunc(projects, func(p models.Project) bool {
		return !slices.ContainsFunc(mine, func(m models.Participant) bool { return m.ProjectID == p.ID }) &&
			!slices.ContainsFunc(grants, func(g models.RoleGrant) bool { return g.ProjectID == p.ID })
	}), err
}

// catchupSince is the first day of an absence that lasts or has just ended, else
// the day of the person's last answer before today.
func (w *Worker) catchupSince(ctx context.Context, team models.Team, user string, said []models.Attendance, today calendar.Date) (calendar.Date, error) {
	absences, err := team.AbsencesOf(ctx, user)
	if err != nil {
		return calendar.Date{}, err
	}
	var last models.Absence
	for _, a := range absences {
		if !a.From.After(today) && a.To.After(last.To) {
			last = a
		}
	}
	if !last.To.IsZero() && !last.To.Before(today.AddDays(-catchupReturn)) {
		return last.From, nil
	}
	for _, at := range said { // the newest first
		if at.Answer != nil && at.Round.Date.Before(today) {
			return at.Round.Date, nil
		}
	}
	return today.AddDays(-catchupDefault), nil
}

// linker makes issues of a project's keys; without its connection they have no
// address.
func (w *Worker) linker(ctx context.Context, team models.Team, p models.Project) func(string) blocks.Issue {
	links, err := w.links(ctx, team, p)
	return func(key string) blocks.Issue {
		if err != nil {
			return blocks.Issue{Key: key}
		}
		return roundContext{link: links.BrowseURL}.issue(key)
	}
}

// plannedBefore is what the person planned last, on the day they left or before.
func plannedBefore(said []models.Attendance, projectID string, since calendar.Date, issue func(string) blocks.Issue) []blocks.Issue {
	for _, at := range said {
		if at.Round.ProjectID != projectID || at.Answer == nil || at.Answer.Plan == "" || at.Round.Date.After(since) {
			continue
		}
		var planned []blocks.Issue
		for _, key := range splitKeys(at.Answer.Plan) {
			planned = append(planned, issue(key))
		}
		return planned
	}
	return nil
}

func (w *Worker) catchupProject(ctx context.Context, team models.Team, user string, p models.Project, since, today calendar.Date) (blocks.CatchupProject, error) {
	c := blocks.CatchupProject{Name: p.Name}
	own, err := w.ownCheckins(ctx, team, user, p)
	if err != nil {
		return c, err
	}
	if err := w.catchupRounds(ctx, team, p, own, since, today, &c); err != nil {
		return c, err
	}
	if err := w.catchupBlockers(ctx, team, p, own, since, &c); err != nil {
		return c, err
	}
	reports, err := team.LatestReports(ctx, p.ID, catchupReports)
	if err != nil {
		return c, err
	}
	for _, r := range reports {
		if strings.HasPrefix(r.Key, "weekly:") && !calendar.DateOf(r.CreatedAt, p.Location()).Before(since) {
			c.Reports = append(c.Reports, blocks.CatchupReport{Ref: blocks.ReportRef(r.ID), Week: r.Week})
		}
	}
	return c, w.catchupFigures(ctx, team, user, p, since, &c)
}

// ownCheckins tells the check-ins whose single answers the person may see: of
// the own team, where the privacy says so. An observer is no one of the team.
func (w *Worker) ownCheckins(ctx context.Context, team models.Team, user string, p models.Project) (func(checkinID string) bool, error) {
	people, err := team.Participants(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	inTeam := slices.ContainsFunc(people, func(m models.Participant) bool { return m.User == user && !m.Observer })
	checkins, err := team.Checkins(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	return func(id string) bool {
		return inTeam && slices.ContainsFunc(checkins, func(c models.Checkin) bool { return c.ID == id && c.Privacy == models.PrivacyTeam })
	}, nil
}

// catchupRounds counts the rounds that were held and how many answered: all of
// it to the own team, else as far as the fixed cells let it.
func (w *Worker) catchupRounds(ctx context.Context, team models.Team, p models.Project, own func(string) bool, since, today calendar.Date, c *blocks.CatchupProject) error {
	rounds, err := team.ClosedRounds(ctx, p.ID, since, today)
	if err != nil {
		return err
	}
	allOwn := true
	var cells []metrics.Tally
	for _, r := range rounds {
		if r.Asked == 0 {
			continue
		}
		allOwn = allOwn && own(r.CheckinID)
		cells = append(cells, r.Tally())
	}
	c.Rounds = len(cells)
	if !allOwn {
		c.Response = metrics.Withhold(metrics.Merge(cells...), metrics.Outside)
		return nil
	}
	for _, cell := range cells { // each of which the team has read in its channel
		s := metrics.Withhold(cell, metrics.OwnTeam)
		c.Response.Responded = true
		c.Response.Asked, c.Response.Answered = c.Response.Asked+s.Asked, c.Response.Answered+s.Answered
	}
	return nil
}

func (w *Worker) catchupBlockers(ctx context.Context, team models.Team, p models.Project, own func(string) bool, since calendar.Date, c *blocks.CatchupProject) error {
	rows, err := team.ProjectBlockers(ctx, p.ID)
	if err != nil {
		return err
	}
	issue := w.linker(ctx, team, p)
	for _, b := range rows {
		if !own(b.CheckinID) {
			continue
		}
		c.Team = true
		if !b.RaisedOn.Before(since) {
			c.Raised++
		}
		switch {
		case b.Open():
			c.Open = append(c.Open, issue(b.Key))
		case b.ClearedBy != models.ClearedByLeft && !calendar.DateOf(b.ClearedAt, p.Location()).Before(since):
			c.Cleared = append(c.Cleared, issue(b.Key))
		}
	}
	return nil
}

// catchupFigures adds what Jira says, where it lets the person see the project.
func (w *Worker) catchupFigures(ctx context.Context, team models.Team, user string, p models.Project, since calendar.Date, c *blocks.CatchupProject) error {
	permit, err := w.MayBrowse(ctx, team, user, p)
	var refused Refusal
	switch {
	case errors.Is(err, ErrNotLinked):
		c.Figures = blocks.CatchupUnlinked
		return nil
	case errors.As(err, &refused):
		c.Figures = blocks.CatchupHidden
		return nil
	case err != nil:
		c.Figures = blocks.CatchupUnknown
		return nil
	}
	rows, err := team.Weeks(ctx, permit, calendar.WeekOf(since), calendar.WeekOf(w.Today(p)))
	for i, row := range rows {
		if i+1 < len(rows) && rows[i+1].Week == row.Week {
			continue // an older definition
		}
		if c.From.IsZero() {
			c.From = row.Week
		}
		c.To = row.Week
		c.Done += row.Completed
		c.Releases += row.Deployments
	}
	return err
}
