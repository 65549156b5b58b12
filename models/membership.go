package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Memberships lists the person's last n rounds, open and closed, the newest
// date first.
func (t Team) Memberships(ctx context.Context, user string, n int) ([]Membership, error) {
	db := t.rows(ctx)
	mine := db.Model(&RoundMember{}).Select("round_id").Where("user_id = ?", user)
	rounds, err := all[Round](db.Where("id IN (?)", mine).Order("date DESC, id DESC").Limit(n))
	if err != nil {
		return nil, err
	}
	found := make([]Membership, 0, len(rounds))
	for _, r := range rounds {
		m, err := t.RoundMember(ctx, r.ID, user)
		if err != nil {
			return nil, err
		}
		p, err := t.Project(ctx, r.ProjectID)
		if err != nil {
			return nil, err
		}
		found = append(found, Membership{Member: m, Round: r, Project: p})
	}
	return found, nil
}

// JoinRound adds those of the members who are not in the open round yet and
// lets it close when the last of their windows ends. It returns whom it added.
func (t Team) JoinRound(ctx context.Context, roundID string, members []RoundMember) (added []RoundMember, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		added = nil
		r, err := one[Round](locked(db).Where("id = ?", roundID))
		if err != nil || r.State != RoundOpen {
			return err
		}
		last := r.CloseAt
		for _, m := range members {
			m.RoundID = roundID
			created, err := insertNew(db, &m)
			if err != nil {
				return err
			}
			if created {
				added, last = append(added, m), later(last, m.CloseAt)
			}
		}
		if !last.After(r.CloseAt) {
			return nil
		}
		return touched(db.Model(&Round{}).Where("id = ?", roundID).Update("close_at", ms(last)))
	})
	return added, err
}

// Snooze moves the member's reminder to that instant, also one that is out.
func (t Team) Snooze(ctx context.Context, roundID, user string, until time.Time) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&RoundMember{}).Where("round_id = ? AND user_id = ?", roundID, user).
			Updates(map[string]any{"remind_at": ms(until), "reminded": false, "snoozes": gorm.Expr("snoozes + 1")}))
	})
}
