package handlers

import (
	"context"
	"errors"
	"time"

	"headway/blocks"
	"headway/bot"
	"headway/models"
)

// databases are the names of the dialects.
var databases = map[string]string{"sqlite": "SQLite", "postgres": "PostgreSQL"}

// status says how Headway is doing: to everyone the connections, to admins also
// how long their tokens live, to members of a project its last reading and next
// moments.
func (a *App) status(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	health := a.Health()
	view := blocks.StatusView{Now: a.here(c), Version: a.Version, Database: databases[a.Store.Dialect()], Sockets: health.Connected, LastHello: a.onBusinessClock(c, health.LastHello)}
	depth, err := c.team.OutboxDepth(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	view.Pending, view.Uncertain, view.Dead = depth.Pending, depth.Uncertain, depth.Dead
	if view.Connections, err = a.connectionRows(ctx, c); err != nil {
		return bot.Reply{}, err
	}
	projects, err := c.team.Projects(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	for _, p := range projects {
		visible, err := a.concerns(ctx, c, p)
		if err != nil {
			return bot.Reply{}, err
		}
		if !visible {
			continue
		}
		row, err := a.statusRow(ctx, c, p)
		if err != nil {
			return bot.Reply{}, err
		}
		view.Projects = append(view.Projects, row)
	}
	return say(blocks.Status(view)), nil
}

func (a *App) connectionRows(ctx context.Context, c *call) ([]blocks.ConnectionStatus, error) {
	connections, err := c.team.Connections(ctx)
	var out []blocks.ConnectionStatus
	for _, conn := range connections {
		row := blocks.ConnectionStatus{ID: blocks.ConnectionID(conn.ID), Site: conn.Site, OK: conn.State == models.ConnectionOK, CheckedAt: inZone(c, conn.CheckedAt), Viewers: conn.Viewers}
		if c.role >= models.Admin {
			row.ExpiresOn, row.EndsUnset = conn.ExpiresOn, conn.ExpiresOn.IsZero()
		}
		out = append(out, row)
	}
	return out, err
}

func (a *App) statusRow(ctx context.Context, c *call, p models.Project) (blocks.ProjectStatus, error) {
	row := blocks.ProjectStatus{Key: p.Key, Name: p.Name, State: p.State}
	mark, err := c.team.Watermark(ctx, p.ID)
	if err != nil {
		return row, err
	}
	next, err := a.Work.NextMoments(ctx, c.team, p)
	if err != nil {
		return row, err
	}
	if row.Reading, err = a.Work.ReadingNow(ctx, c.team, p, mark); err != nil {
		return row, err
	}
	if b, bound, err := c.team.BindingOf(ctx, p.ReportChannel); err == nil && bound.ID == p.ID {
		row.Channel, row.Audience, row.Reason = b.Channel, b.Audience, b.Reason
		if !b.Trusted(a.Work.Now()) {
			row.Audience = models.AudienceUnknown
		}
		if b.External {
			row.Audience, row.Reason = models.AudienceUnknown, blocks.ReadersShared
		}
	} else if err != nil && !errors.Is(err, models.ErrNotFound) {
		return row, err
	}
	row.ReadUpTo, row.Problem = inZone(c, mark.ReadUpTo), a.readingProblem(c, mark)
	row.NextRefresh, row.NextCheckin, row.NextReport = inZone(c, next.Refresh), next.Checkin(c.zone()), inZone(c, next.Report)
	return row, nil
}

// readingProblem says what is wrong with the last reading, "" when nothing is.
func (a *App) readingProblem(c *call, mark models.Watermark) string {
	switch {
	case mark.State == models.RefreshStale:
		return blocks.ReadingProblem(mark.Problem)
	case !mark.EmptySince.IsZero():
		return blocks.NoIssues(inZone(c, mark.EmptySince), a.here(c))
	}
	return ""
}

// inZone is an instant in the person's zone; no instant stays none.
func inZone(c *call, t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(c.zone())
}

// onBusinessClock is a machine instant as the business clock would have shown
// it, so that "2 minutes ago" is right in the demo too.
func (a *App) onBusinessClock(c *call, machine time.Time) time.Time {
	if machine.IsZero() {
		return machine
	}
	return a.here(c).Add(-time.Since(machine))
}
