package handlers

import (
	"context"
	"slices"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

// test climbs the ladder of each connection, or of one project, behind the ack.
func (a *App) test(ctx context.Context, c *call, in args) (bot.Reply, error) {
	in = a.smallKey(ctx, c.team, in)
	connections, err := c.team.Connections(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(connections) == 0 {
		return bot.Reply{}, work.Refusal{Say: "Jira is not connected yet. `" + a.Command + " connect` does that."}
	}
	projects, err := c.team.Projects(ctx, models.ProjectDraft, models.ProjectActive, models.ProjectPaused)
	if err != nil {
		return bot.Reply{}, err
	}
	if in.project != "" {
		projects = slices.DeleteFunc(projects, func(p models.Project) bool { return p.Key != in.project })
		if len(projects) == 0 {
			return bot.Reply{}, work.Refusal{Say: "There is no project " + in.project + " to test. `" + a.Command + " project list` shows what is set up."}
		}
	}
	begun := blocks.Testing(sites(connections))
	return bot.Reply{Message: &begun, After: func(ctx context.Context) error {
		for _, conn := range connections {
			if err := a.testConnection(ctx, c, conn, projects, in.project != ""); err != nil {
				return err
			}
		}
		return nil
	}}, nil
}

// testConnection says how one connection did; with only, it is passed over where
// it has none of the projects.
func (a *App) testConnection(ctx context.Context, c *call, conn models.Connection, projects []models.Project, only bool) error {
	theirs := slices.DeleteFunc(slices.Clone(projects), func(p models.Project) bool { return p.ConnectionID != conn.ID })
	if only && len(theirs) == 0 {
		return nil
	}
	lines, err := a.Work.Test(ctx, c.team, c.User, conn, theirs)
	if err != nil {
		return err
	}
	return a.tell(ctx, c, blocks.Ladder(blocks.LadderView{Connection: blocks.ConnectionID(conn.ID), Site: conn.Site, Lines: lines, Now: a.here(c)}))
}

func sites(connections []models.Connection) string {
	all := ""
	for i, c := range connections {
		if i > 0 {
			all += " and "
		}
		all += c.Site
	}
	return all
}
