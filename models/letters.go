package models

import (
	"context"

	"gorm.io/gorm"
)

// Depth is how many messages stand where in the outbox.
type Depth struct {
	Pending   int // still to be sent
	Uncertain int // may have been sent
	Dead      int // Slack refuses them for good
}

// OutboxDepth counts the team's messages that did not reach Slack.
func (t Team) OutboxDepth(ctx context.Context) (Depth, error) { return depth(t.rows(ctx)) }

func depth(rows *gorm.DB) (d Depth, err error) {
	var counts []struct {
		State string
		N     int
	}
	err = rows.Model(&Outbox{}).Select("state, COUNT(*) AS n").Group("state").Find(&counts).Error
	for _, c := range counts {
		switch c.State {
		case OutboxPending, OutboxLeased, OutboxSending:
			d.Pending += c.N
		case OutboxUncertain:
			d.Uncertain = c.N
		case OutboxDead:
			d.Dead = c.N
		}
	}
	return d, known(err)
}

// Replay sends a dead message once more, with all its tries ahead. One that is
// not dead, or gone, gives ErrNotFound. It returns the row without its payload.
func (t Team) Replay(ctx context.Context, id string) (o Outbox, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		if o, err = one[Outbox](locked(db).Omit("payload").Where("id = ? AND state = ?", id, OutboxDead)); err != nil {
			return err
		}
		now, err := t.store.machineNow(db)
		if err != nil {
			return err
		}
		start, err := unblocked(db, now, o.Channel, o.Method)
		if err != nil {
			return err
		}
		o.State, o.DueAt, o.Attempts = OutboxPending, start, 0
		err = touched(db.Model(&Outbox{}).Where("id = ?", id).
			Updates(map[string]any{"state": o.State, "due_at": ms(o.DueAt), "attempts": 0, "lease_tok": "", "lease_until": 0}))
		if err != nil || o.Method == MethodUpdate {
			return err
		}
		return paced(db, o, start)
	})
	return o, err
}
