package work

import (
	"context"
	"errors"
	"strings"
	"time"

	"headway/models"
)

// homesAtOnce keeps the ticks' publishing below Slack's 100 a minute; where
// people wake them more often, Slack's own limit is obeyed.
const homesAtOnce = 8

// RenewHomes publishes App Home again for those who have opened it, where
// something in it changed since. It is only a view: where Slack refuses, the
// person gets the next one.
func (w *Worker) RenewHomes(ctx context.Context) error {
	stale, err := w.Store.StaleHomes(ctx, homesAtOnce)
	if err != nil {
		return err
	}
	for _, h := range stale {
		team := w.Store.Team(h.TeamID)
		err := w.ShowHome(ctx, h.TeamID, h.User)
		if limited(err) {
			return nil // the rest waits with it
		}
		if is(err, func(e interface{ Permanent() bool }) bool { return e.Permanent() }) {
			if err := team.ForgetHome(ctx, h.User); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			w.Log.WarnContext(ctx, "App Home not renewed", "team", h.TeamID, "error", err)
		}
		if err := team.HomeShown(ctx, h.User, h.Changes); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func limited(err error) bool {
	var l interface{ RetryAfter() (time.Duration, bool) }
	if !errors.As(err, &l) {
		return false
	}
	_, yes := l.RetryAfter()
	return yes
}

// homesOf says that a round shows differently on its members' App Home.
func homesOf(ctx context.Context, tx models.Team, members []models.RoundMember) error {
	users := make([]string, 0, len(members))
	for _, m := range members {
		users = append(users, m.User)
	}
	if len(users) == 0 {
		return nil
	}
	return tx.TouchHomes(ctx, users...)
}

// changesHomes tells what is configured, which App Home may show, from what was
// only looked at.
func changesHomes(verb string) bool {
	return !strings.HasSuffix(verb, ".view") && !strings.HasSuffix(verb, ".share")
}
