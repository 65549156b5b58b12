package work

import "context"

// Purge deletes what is older than its declared retention, in every team.
func (w *Worker) Purge(ctx context.Context) error {
	deleted, err := w.Store.Purge(ctx, w.Now())
	if err != nil {
		return err
	}
	for table, n := range deleted {
		if n > 0 {
			w.Log.InfoContext(ctx, "purged", "table", table, "rows", n)
		}
	}
	return nil
}
