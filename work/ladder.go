package work

import (
	"context"
	"errors"
	"slices"
	"time"

	"headway/blocks"
	"headway/jira"
	"headway/models"
)

// ladderLimit bounds the look at one connection or project.
const ladderLimit = time.Minute

// ladder climbs from reaching Jira to the right to check viewers. What can't be
// tried, as something below it failed, is said to be so.
type ladder struct {
	lines []blocks.LadderLine
}

// step runs one rung and says whether it holds.
func (l *ladder) step(project string, rung blocks.Rung, err error) bool {
	line := blocks.LadderLine{Project: project, Rung: rung, State: blocks.RungOK}
	if err != nil {
		line.State, line.Problem = blocks.RungFailed, problemOf(err)
	}
	l.lines = append(l.lines, line)
	return err == nil
}

// note adds a remark to the last line.
func (l *ladder) note(remark string) { l.lines[len(l.lines)-1].Problem = remark }

func (l *ladder) untried(project string, rungs ...blocks.Rung) {
	for _, rung := range rungs {
		l.lines = append(l.lines, blocks.LadderLine{Project: project, Rung: rung, State: blocks.RungUntried})
	}
}

// Ladder tries everything that Headway needs of a connection, for each of the
// projects. It stores nothing, so that the doctor may use it: other is an account
// of someone else that is known, "" for none. The way in which viewers can be
// checked is "" where that was not found out.
func (w *Worker) Ladder(ctx context.Context, c models.Connection, projects []models.Project, other string) (lines []blocks.LadderLine, viewers string) {
	l := &ladder{}
	client, err := w.Open(c)
	if err == nil {
		err = bounded(ctx, func(ctx context.Context) error { _, err := client.Check(ctx); return err })
	}
	if !l.signIn(err) {
		for _, p := range projects {
			l.untried(p.Key, blocks.ProjectRungs...)
		}
		return l.lines, ""
	}
	for _, p := range projects {
		_ = bounded(ctx, func(ctx context.Context) error {
			if found := l.project(ctx, client, p, other); found != "" {
				viewers = found
			}
			return nil
		})
	}
	return l.lines, viewers
}

func bounded(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, ladderLimit)
	defer cancel()
	return do(ctx)
}

// signIn tells whether Jira was not reached at all, or does not take the token.
func (l *ladder) signIn(err error) bool {
	if errors.Is(err, jira.ErrUnauthorized) || errors.Is(err, jira.ErrForbidden) {
		l.step("", blocks.RungReach, nil)
		return l.step("", blocks.RungAuth, err)
	}
	if !l.step("", blocks.RungReach, err) {
		l.untried("", blocks.RungAuth)
		return false
	}
	return l.step("", blocks.RungAuth, nil)
}

// project climbs the rungs of one project and returns how viewers are checked.
func (l *ladder) project(ctx context.Context, client Jira, p models.Project, other string) (viewers string) {
	_, err := client.Project(ctx, p.Key)
	if !l.step(p.Key, blocks.RungProject, err) {
		l.untried(p.Key, blocks.ProjectRungs[1:]...)
		return ""
	}
	l.board(ctx, client, p)
	issue, err := client.NewestIssue(ctx, p.JiraID)
	switch found := l.step(p.Key, blocks.RungSearch, err); {
	case found && issue != 0:
		l.step(p.Key, blocks.RungChangelog, client.ReadsChanges(ctx, issue))
	case found:
		l.untried(p.Key, blocks.RungChangelog)
		l.note(blocks.NoteNoIssue)
	default:
		l.untried(p.Key, blocks.RungChangelog)
	}
	_, err = client.Releases(ctx, p.JiraID)
	l.step(p.Key, blocks.RungVersions, err)
	viewers, err = probeViewers(ctx, client, p, other)
	if err == nil && viewers == models.ViewersNone {
		err = ErrCannotAsk
	}
	if l.step(p.Key, blocks.RungViewers, err); errors.Is(err, ErrCannotAsk) {
		l.note(blocks.NoteCannotAsk)
	}
	return viewers
}

// board looks for the project's board. Its settings are read by few tokens and
// needed by nothing, so they only earn a remark.
func (l *ladder) board(ctx context.Context, client Jira, p models.Project) {
	boards, err := client.Boards(ctx, p.JiraID)
	if err == nil && !slices.ContainsFunc(boards, func(b jira.Board) bool { return b.ID == p.BoardID }) {
		err = jira.ErrNotFound
	}
	if err == nil {
		_, err = client.HasSprints(ctx, p.BoardID)
	}
	if !l.step(p.Key, blocks.RungBoard, err) || !p.Sprints {
		return
	}
	if readable, err := client.ReadsBoardSettings(ctx, p.BoardID); err == nil && !readable {
		l.note(blocks.NoteNoSettings)
	}
}

// Test climbs the ladder of a connection for an admin, and notes what it finds
// out: how viewers are checked, that the token is refused, or that one which was
// refused works again.
func (w *Worker) Test(ctx context.Context, team models.Team, user string, c models.Connection, projects []models.Project) ([]blocks.LadderLine, error) {
	other, err := OtherAccount(ctx, team, c)
	if err != nil {
		return nil, err
	}
	lines, viewers := w.Ladder(ctx, c, projects, other)
	if viewers != "" {
		if err := team.SetViewers(ctx, c.ID, viewers, w.Now()); err != nil {
			return lines, err
		}
	}
	switch signedIn := lines[1]; {
	case signedIn.State == blocks.RungOK && c.State == models.ConnectionRefused:
		err = w.revive(ctx, team, user, c)
	case signedIn.Problem == ProblemUnauthorized && c.State == models.ConnectionOK:
		w.notice(ctx, team, c.ID, blocks.RungAuth, jira.ErrUnauthorized)
	}
	return lines, err
}

// revive lets a connection go on whose token Jira takes after all.
func (w *Worker) revive(ctx context.Context, team models.Team, user string, c models.Connection) error {
	return team.Atomically(ctx, func(tx models.Team) error {
		won, err := tx.ReviveConnection(ctx, c.ID, w.Now())
		if err != nil || !won {
			return err
		}
		if err := w.resumeConnection(ctx, tx, c); err != nil {
			return err
		}
		return w.audit(ctx, tx, user, "connection.revive", "", c.Site)
	})
}
