package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"headway/bot"
	"headway/models"
)

// registerLifecycle registers what Slack tells of the app itself. No person
// stands behind it, so there is no role to ask for.
func (a *App) registerLifecycle(r *bot.Router) {
	r.OnRemoval("app_uninstalled", func(ctx context.Context, w bot.Who, _ json.RawMessage) (bot.Reply, error) {
		return bot.Reply{}, a.removed(ctx, w, "app_uninstalled", true)
	})
	r.OnRemoval("tokens_revoked", a.tokensRevoked)
}

// tokensRevoked removes the workspace when the bot's own token is among the
// revoked ones.
func (a *App) tokensRevoked(ctx context.Context, w bot.Who, event json.RawMessage) (bot.Reply, error) {
	var revoked struct {
		Tokens struct{ Bot []string } // ids of bot users
	}
	if err := json.Unmarshal(event, &revoked); err != nil {
		return bot.Reply{}, fmt.Errorf("handlers: tokens_revoked: %w", err)
	}
	i, err := a.Store.Team(w.Team).Installation(ctx)
	switch {
	case errors.Is(err, models.ErrNotFound), len(revoked.Tokens.Bot) == 0:
		return bot.Reply{}, nil
	case err != nil && !errors.Is(err, models.ErrKey): // tokens that nobody can open go all the same
		return bot.Reply{}, err
	case i.BotUser != "" && !slices.Contains(revoked.Tokens.Bot, i.BotUser):
		return bot.Reply{}, nil
	}
	return bot.Reply{}, a.removed(ctx, w, "tokens_revoked", false)
}

// clocks is how far Slack's clock and ours may be apart. An event that is older
// than the installation by more than this is of the installation before.
const clocks = 30 * time.Second

// removed takes the workspace out of service, once, in the transaction that
// remembers the event. One that comes when the workspace is long forgotten
// changes nothing and leaves nothing.
func (a *App) removed(ctx context.Context, w bot.Who, why string, jira bool) error {
	at := a.Work.Now()
	if !w.Happened.IsZero() {
		at = w.Happened.Add(clocks)
	}
	_, err := a.Store.Team(w.Team).Once(ctx, w.Key, func(tx models.Team) error {
		return a.Work.Remove(ctx, tx, at, why, jira)
	})
	a.Slack.Forget(w.Team)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	return err
}
