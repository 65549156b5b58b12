package work

import (
	"context"

	"headway/models"
)

// Replay sends a message once more that Slack refused for good: after an
// archived channel was opened again, say. models.ErrNotFound where it is not
// dead any more.
func (w *Worker) Replay(ctx context.Context, tx models.Team, user, id string) (models.Outbox, error) {
	o, err := tx.Replay(ctx, id)
	if err != nil {
		return o, err
	}
	return o, w.audit(ctx, tx, user, "outbox.replay", "", o.Kind+" "+o.ID)
}
