package work

import (
	"context"
	"errors"
	"time"

	"headway/blocks"
	"headway/models"
)

const editEvery = 3 * time.Second // progress is edited in place, no faster

// FirstReading reads a project for the first time and shows its progress in a
// direct message to whoever set it up. Another process that began meanwhile is
// left to it.
func (w *Worker) FirstReading(ctx context.Context, team models.Team, user string, p models.Project) error {
	say := w.progressMessage(ctx, team, user)
	view := blocks.SyncView{Project: p.Name, Key: p.Key}
	if err := say(blocks.SyncProgress(view)); err != nil {
		return err
	}
	started, edited := time.Now(), time.Now()
	err := w.Refresh(ctx, team, p.ID, true, func(at Progress) {
		if time.Since(edited) < editEvery {
			return
		}
		edited = time.Now()
		view.Issues, view.Total, view.Left = at.Issues, at.Total, left(at, time.Since(started))
		if err := say(blocks.SyncProgress(view)); err != nil {
			w.Log.WarnContext(ctx, "progress not shown", "team", team.ID(), "code", codeOf(err))
		}
	})
	if errors.Is(err, ErrRefreshing) {
		return nil
	}
	if err != nil {
		return errors.Join(err, say(blocks.SyncFailed(blocks.SyncFailedView{Project: p.Name, Why: "It is tried again every hour.", Now: w.Now()})))
	}
	mark, err := team.Watermark(ctx, p.ID)
	if err != nil {
		return err
	}
	view.Issues, view.Weeks = mark.Issues, historyWeeks+1
	return say(blocks.SyncDone(view))
}

// progressMessage returns a function that posts at first and edits afterwards.
func (w *Worker) progressMessage(ctx context.Context, team models.Team, user string) func(blocks.Message) error {
	var channel, ts string
	return func(m blocks.Message) error {
		var err error
		if ts != "" {
			return w.Slack.Update(ctx, team.ID(), channel, ts, m)
		}
		if channel, err = w.Slack.DM(ctx, team.ID(), user); err != nil {
			return err
		}
		channel, ts, err = w.Slack.Post(ctx, team.ID(), channel, m, "")
		return err
	}
}

// left is how long the rest takes at the pace so far, 0 while unknown.
func left(at Progress, spent time.Duration) time.Duration {
	if at.Issues == 0 || at.Total <= at.Issues {
		return 0
	}
	return spent * time.Duration(at.Total-at.Issues) / time.Duration(at.Issues)
}
