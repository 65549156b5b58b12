package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// eligible lists the rows that may be sent now: due, or claimed by someone who
// fell silent; first of their channel; the channel idle; nothing blocked; the
// message that it updates or answers sent; the workspace served. It then takes from each team in turn, so that a
// team with many messages does not hold up the others.
const eligible = `
SELECT id FROM (
	SELECT id, due_at, ROW_NUMBER() OVER (PARTITION BY team_id ORDER BY due_at, id) AS turn FROM (
		SELECT o.team_id, o.id, o.due_at,
			ROW_NUMBER() OVER (PARTITION BY o.team_id, o.channel ORDER BY o.due_at, o.id) AS place
		FROM outbox o
		WHERE ((o.state = 'pending' AND o.due_at <= @now) OR (o.state = 'leased' AND o.lease_until <= @now))
			AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.team_id = o.team_id AND b.channel = o.channel
				AND b.state IN ('leased', 'sending') AND b.lease_until > @now)
			AND NOT EXISTS (SELECT 1 FROM pace p WHERE p.team_id = o.team_id
				AND p.scope IN (o.channel, o.method) AND p.blocked_until > @now)
			AND (o.target_key = '' OR EXISTS (SELECT 1 FROM outbox t WHERE t.team_id = o.team_id
				AND t.key = o.target_key AND t.state = 'sent'))
			AND o.team_id NOT IN (SELECT i.team_id FROM installations i WHERE i.state <> 'active')
	) AS candidates WHERE place = 1
) AS turns ORDER BY turn, due_at, id LIMIT @n`

// ClaimOutbox leases up to n messages that may be sent now, of all teams in
// turn, at most one of a channel. The lease must be longer than a call to
// Slack takes.
func (s *Store) ClaimOutbox(ctx context.Context, n int, lease time.Duration) (claimed []Outbox, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		claimed = nil
		db := acrossTeams(tx).WithContext(ctx)
		now, err := s.machineNow(db)
		if err != nil {
			return err
		}
		var ids []string
		if err := db.Raw(eligible, map[string]any{"now": ms(now), "n": n}).Scan(&ids).Error; err != nil || len(ids) == 0 {
			return known(err)
		}
		claimed, err = takeLeases(db, ids, s.holder+"/"+NewID(), now, now.Add(lease))
		return err
	})
	return claimed, err
}

// skipLocked leaves rows that another claimer holds.
var skipLocked = clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}

// takeLeases leases those of the rows that nobody else took meanwhile.
func takeLeases(db *gorm.DB, ids []string, token string, now, until time.Time) ([]Outbox, error) {
	free := db.Clauses(skipLocked).Where("id IN ?", ids).
		Where("state = ? OR (state = ? AND lease_until <= ?)", OutboxPending, OutboxLeased, ms(now))
	rows, err := all[Outbox](free.Order("due_at, id"))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids = ids[:0]
	for i := range rows {
		rows[i].State, rows[i].LeaseTok, rows[i].LeaseUntil = OutboxLeased, token, until
		ids = append(ids, rows[i].ID)
	}
	err = db.Model(&Outbox{}).Where("id IN ?", ids).
		Updates(map[string]any{"state": OutboxLeased, "lease_tok": token, "lease_until": ms(until)}).Error
	return rows, known(err)
}

// sendingLease is renewed by MarkSending: it outlives a call's 10 s.
const sendingLease = 30 * time.Second

// MarkSending notes durably, before the call, that a claimed message is being
// sent, and renews its lease. false means: don't call. The lease is lost, or
// Slack asked to wait meanwhile and the message is given back.
func (s *Store) MarkSending(ctx context.Context, o Outbox) (bool, error) {
	won := false
	err := s.Team(o.TeamID).change(ctx, func(db *gorm.DB) error {
		now, err := s.machineNow(db)
		if err != nil {
			return err
		}
		mine := db.Model(&Outbox{}).Where("id = ? AND lease_tok = ? AND state = ? AND lease_until > ?", o.ID, o.LeaseTok, OutboxLeased, ms(now))
		start, err := unblocked(db, now, o.Channel, o.Method)
		if err != nil {
			return err
		}
		if start.After(now) {
			return known(mine.Updates(map[string]any{"state": OutboxPending, "due_at": ms(start), "lease_tok": "", "lease_until": 0}).Error)
		}
		late, err := outrun(db, o)
		if err != nil {
			return err
		}
		if late {
			return known(mine.Updates(map[string]any{"state": OutboxDropped, "payload": []byte{}, "last_error": "outrun"}).Error)
		}
		res := mine.Updates(map[string]any{"state": OutboxSending, "lease_until": ms(now.Add(sendingLease))})
		if won = res.RowsAffected > 0; res.Error != nil || !won || o.Method != MethodPost {
			return known(res.Error)
		}
		return holdBack(db, o.Channel, now.Add(channelGap))
	})
	return won && err == nil, err
}

// outrun says whether a later edit of the same message was written. One that
// Slack refused at first must not bring its older words afterwards.
func outrun(db *gorm.DB, o Outbox) (bool, error) {
	if o.Method != MethodUpdate {
		return false, nil
	}
	var later int64
	err := db.Model(&Outbox{}).Where("target_key = ? AND method = ? AND (created_at > ? OR (created_at = ? AND id > ?))",
		o.TargetKey, MethodUpdate, ms(o.CreatedAt), ms(o.CreatedAt), o.ID).Count(&later).Error
	return later > 0, known(err)
}

// holdBack keeps the channel's other posts, waiting and to come, until the gap
// after this one is over: those that came due while nobody sent must not go
// out in a burst. Their order by id stays.
func holdBack(db *gorm.DB, channel string, until time.Time) error {
	p, err := lockPace(db, channel)
	if err != nil {
		return err
	}
	if err := setPace(db, channel, "next_at", later(p.NextAt, until)); err != nil {
		return err
	}
	return known(db.Model(&Outbox{}).Where("channel = ? AND method = ? AND state = ? AND due_at < ?", channel, MethodPost, OutboxPending, ms(until)).
		Update("due_at", ms(until)).Error)
}

// MarkSent notes where the message stands in Slack and empties its payload.
// It gives ErrLeaseLost when another claimer has the row.
func (s *Store) MarkSent(ctx context.Context, o Outbox, channel, ts string) error {
	return s.settle(ctx, o, func(now time.Time) map[string]any {
		return map[string]any{"state": OutboxSent, "payload": []byte{}, "sent_channel": channel, "sent_ts": ts, "sent_at": ms(now), "last_error": ""}
	})
}

// MarkUncertain notes that the message may or may not have been posted.
func (s *Store) MarkUncertain(ctx context.Context, o Outbox, code string) error {
	return s.settle(ctx, o, func(now time.Time) map[string]any {
		return map[string]any{"state": OutboxUncertain, "due_at": ms(now), "last_error": code}
	})
}

// Postpone gives the message back, to be sent after a while; spend counts the
// attempt.
func (s *Store) Postpone(ctx context.Context, o Outbox, after time.Duration, code string, spend bool) error {
	spent := 0
	if spend {
		spent = 1
	}
	return s.settle(ctx, o, func(now time.Time) map[string]any {
		return map[string]any{"state": OutboxPending, "due_at": ms(now.Add(after)), "last_error": code,
			"attempts": gorm.Expr("attempts + ?", spent), "lease_tok": "", "lease_until": 0}
	})
}

// MarkDead gives the message up because Slack refuses it for good. Updates
// and replies that wait for it are dropped.
func (s *Store) MarkDead(ctx context.Context, o Outbox, code string) error {
	return s.giveUp(ctx, o, OutboxDead, code)
}

// Drop gives the message up by policy. Updates and replies that wait for it are
// dropped.
func (s *Store) Drop(ctx context.Context, o Outbox, code string) error {
	return s.giveUp(ctx, o, OutboxDropped, code)
}

func (s *Store) giveUp(ctx context.Context, o Outbox, state, code string) error {
	team := s.Team(o.TeamID)
	return team.Atomically(ctx, func(tx Team) error {
		if err := tx.settleRow(ctx, o, func(time.Time) map[string]any {
			return map[string]any{"state": state, "last_error": code}
		}); err != nil {
			return err
		}
		return known(tx.rows(ctx).Model(&Outbox{}).
			Where("target_key = ? AND state = ?", o.Key, OutboxPending).
			Updates(map[string]any{"state": OutboxDropped, "payload": []byte{}, "last_error": "no_target"}).Error)
	})
}

func (s *Store) settle(ctx context.Context, o Outbox, to func(now time.Time) map[string]any) error {
	return s.Team(o.TeamID).Atomically(ctx, func(tx Team) error { return tx.settleRow(ctx, o, to) })
}

// settleRow writes what became of a message, if the lease is still the one it
// was claimed under.
func (t Team) settleRow(ctx context.Context, o Outbox, to func(now time.Time) map[string]any) error {
	db := t.rows(ctx)
	now, err := t.store.machineNow(db)
	if err != nil {
		return err
	}
	return held(db.Model(&Outbox{}).Where("id = ? AND lease_tok = ? AND state IN ?", o.ID, o.LeaseTok,
		[]string{OutboxLeased, OutboxSending, OutboxUncertain}).Updates(to(now)))
}

// LapsedSending turns messages whose sender fell silent in the call into
// uncertain ones and returns how many.
func (s *Store) LapsedSending(ctx context.Context) (n int, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		db := acrossTeams(tx).WithContext(ctx)
		now, err := s.machineNow(db)
		if err != nil {
			return err
		}
		res := db.Model(&Outbox{}).Where("state = ? AND lease_until <= ?", OutboxSending, ms(now)).
			Updates(map[string]any{"state": OutboxUncertain, "due_at": ms(now), "last_error": "lease_lapsed"})
		n = int(res.RowsAffected)
		return known(res.Error)
	})
	return n, err
}

// DueUncertain lists up to n messages that have been uncertain for that long.
func (s *Store) DueUncertain(ctx context.Context, age time.Duration, n int) ([]Outbox, error) {
	db := s.every(ctx)
	now, err := s.machineNow(db)
	if err != nil {
		return nil, err
	}
	return all[Outbox](db.Where("state = ? AND due_at <= ?", OutboxUncertain, ms(now.Add(-age))).Order("due_at, id").Limit(n))
}

// ReleaseLeases gives back what this Store claimed and did not begin to send,
// for a quick shutdown; it returns how many.
func (s *Store) ReleaseLeases(ctx context.Context) (n int, err error) {
	err = s.transact(ctx, func(tx *gorm.DB) error {
		res := acrossTeams(tx).WithContext(ctx).Model(&Outbox{}).
			Where("state = ? AND lease_tok LIKE ?", OutboxLeased, s.holder+"/%").
			Updates(map[string]any{"state": OutboxPending, "lease_tok": "", "lease_until": 0})
		n = int(res.RowsAffected)
		return known(res.Error)
	})
	return n, err
}

// OutboxDepth counts the messages that are still to be sent, those that may
// have been, and those that Slack refuses, of all teams.
func (s *Store) OutboxDepth(ctx context.Context) (Depth, error) { return depth(s.every(ctx)) }

// NextOutboxDue is the machine-clock instant, past or ahead, at which the next
// pending message is due; ok is false when none waits. Updates and replies whose
// message is not sent yet don't count, nor does a workspace that is not served.
func (s *Store) NextOutboxDue(ctx context.Context) (next time.Time, ok bool, err error) {
	db := s.every(ctx)
	sent := db.Table("outbox AS t").Select("1").Where("t.team_id = outbox.team_id AND t.key = outbox.target_key AND t.state = ?", OutboxSent)
	var at int64
	err = served(db.Model(&Outbox{})).Where("state = ? AND (target_key = '' OR EXISTS (?))", OutboxPending, sent).
		Select("COALESCE(MIN(due_at), 0)").Scan(&at).Error
	return fromMillis(at), at > 0 && err == nil, known(err)
}
