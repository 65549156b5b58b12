package work

import (
	"context"
	"errors"
	"slices"
	"time"

	"headway/models"
	"headway/secret"
)

const (
	// renewAhead is how long before its end a Slack token is renewed: Slack's
	// tokens live 12 hours, so several tries fit.
	renewAhead = 2 * time.Hour
	renewLease = time.Minute
	// keepRemoved is how long the data of a removed workspace waits for the app
	// to be installed again. All of it is gone within 24 hours, an hour between
	// two purges and some downtime included.
	keepRemoved = 20 * time.Hour
)

// Renewal is what Slack gives for a refresh token.
type Renewal struct {
	Token, Refresh secret.Secret
	ExpiresIn      time.Duration
}

// Remove wipes a workspace's tokens, with jira also those of its Jira
// connections, and stops all that happens in it; its data goes later, see
// Purge. It changes nothing when the app was installed again after at, and
// gives models.ErrNotFound where the workspace is not known (any more).
func (w *Worker) Remove(ctx context.Context, tx models.Team, at time.Time, why string, jira bool) error {
	removed, err := tx.Uninstall(ctx, at, jira)
	if err != nil || !removed {
		return err
	}
	w.Log.WarnContext(ctx, "workspace removed, its data goes within a day", "team", tx.ID(), "why", why)
	return w.audit(ctx, tx, "", "workspace.remove", "", why)
}

// KeepInstallations renews the Slack tokens that are about to end, and asks
// Slack whether it takes those again that it had refused. One workspace's
// trouble keeps no other waiting.
func (w *Worker) KeepInstallations(ctx context.Context) error {
	installations, err := w.Store.Installations(ctx)
	for _, i := range installations {
		if ctx.Err() != nil || i.State == models.InstallationRemoved {
			continue
		}
		team := w.Store.Team(i.TeamID)
		switch {
		case !i.Refresh.Empty() && time.Until(i.ExpiresAt) < renewAhead:
			err = errors.Join(err, w.renew(ctx, team))
		case i.State == models.InstallationRevoked:
			err = errors.Join(err, w.recheck(ctx, team, i))
		}
	}
	return err
}

// recheck takes a paused installation up again when Slack accepts its token:
// the refusal had passed, or the token was replaced.
func (w *Worker) recheck(ctx context.Context, team models.Team, i models.Installation) error {
	if w.CheckToken(ctx, i) != nil {
		return nil // the next time, or never: an admin is told by the doctor
	}
	resumed, err := team.Unpause(ctx)
	if resumed {
		w.Log.InfoContext(ctx, "slack accepts the token again", "team", i.TeamID)
	}
	return err
}

// renew exchanges the refresh token, which serves once: one process at a time,
// to its end even when the program is stopping.
func (w *Worker) renew(ctx context.Context, team models.Team) error {
	if w.Renew == nil {
		w.Log.ErrorContext(ctx, "a Slack token is about to end and can't be renewed without SLACK_CLIENT_ID and SLACK_CLIENT_SECRET", "team", team.ID())
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	lease, held, err := team.Lease(ctx, "slack token", renewLease)
	if err != nil || !held {
		return err
	}
	defer func() { _ = lease.Release(ctx) }() // it lapses by itself otherwise
	i, err := team.Installation(ctx)          // as it is now: another process may have been first
	if err != nil || i.Refresh.Empty() || i.State == models.InstallationRemoved || time.Until(i.ExpiresAt) >= renewAhead {
		return err
	}
	next, err := w.Renew(ctx, i.Refresh)
	if err != nil {
		return w.notRenewed(ctx, team, i, err)
	}
	return w.storeRenewed(ctx, team, i.Refresh, next)
}

// storeRenewed tries more than once: the old refresh token is spent, and
// without the new one the app must be installed again.
func (w *Worker) storeRenewed(ctx context.Context, team models.Team, was secret.Secret, next Renewal) error {
	i := models.Installation{Token: next.Token, Refresh: next.Refresh}
	if next.ExpiresIn > 0 {
		i.ExpiresAt = time.Now().Add(next.ExpiresIn)
	}
	for try := time.Second; ; try *= 2 {
		err := team.Renewed(ctx, was, i)
		if err == nil || errors.Is(err, models.ErrNotFound) || try > 8*time.Second {
			return ignoreNotFound(err)
		}
		w.Log.WarnContext(ctx, "renewed token not stored yet", "team", team.ID(), "error", err)
		time.Sleep(try)
	}
}

// spentCodes are Slack's refusals that no further try mends.
var spentCodes = []string{"invalid_refresh_token", "invalid_grant", "token_revoked", "token_expired", "account_inactive"}

func (w *Worker) notRenewed(ctx context.Context, team models.Team, i models.Installation, err error) error {
	code := codeOf(err)
	if !slices.Contains(spentCodes, code) {
		w.Log.WarnContext(ctx, "slack token not renewed, tried again soon", "team", i.TeamID, "ends", i.ExpiresAt, "error", err)
		return nil
	}
	w.Log.ErrorContext(ctx, "slack refuses to renew the token: install Headway again with headway install", "team", i.TeamID, "code", code)
	return team.NotRenewed(ctx, i.Refresh)
}

func ignoreNotFound(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}

// pause stops a workspace whose token Slack refuses: the message and all others
// wait for a token that works, in place of failing one after the other.
func (w *Worker) pause(ctx context.Context, row models.Outbox, code string) error {
	paused, err := w.Store.Team(row.TeamID).Pause(ctx)
	if err != nil {
		return err
	}
	if !paused {
		return w.backOff(ctx, row, code)
	}
	w.Log.ErrorContext(ctx, "slack refuses the token, the workspace is paused until it works again", "team", row.TeamID, "code", code)
	return w.Store.Postpone(ctx, row, 0, code, false)
}
