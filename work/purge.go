package work

import (
	"context"
	"errors"
)

// Purge deletes what is older than its declared retention, in every team, and
// every row of the workspaces that were removed.
func (w *Worker) Purge(ctx context.Context) error {
	forgotten, err := w.Store.Forget(ctx, w.Now().Add(-keepRemoved))
	for team, rows := range forgotten {
		w.Log.InfoContext(ctx, "removed workspace forgotten", "team", team, "rows", rows)
	}
	deleted, failed := w.Store.Purge(ctx, w.Now())
	err = errors.Join(err, failed)
	for table, n := range deleted {
		if n > 0 {
			w.Log.InfoContext(ctx, "purged", "table", table, "rows", n)
		}
	}
	return err
}
