package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// The states of an outbox row.
const (
	OutboxPending   = "pending"
	OutboxLeased    = "leased"  // claimed, the call has not begun
	OutboxSending   = "sending" // the call has begun
	OutboxSent      = "sent"
	OutboxUncertain = "uncertain" // it may have been posted
	OutboxDropped   = "dropped"   // given up by policy
	OutboxDead      = "dead"      // Slack refuses it for good
)

// The methods of an outbox row.
const (
	MethodPost   = "post"   // with a TargetKey in the thread of that message
	MethodUpdate = "update" // edits the message of TargetKey
)

// channelGap is the distance of two posts in a channel; Slack allows about
// one a second.
const channelGap = 1100 * time.Millisecond

// uuidSpace is the namespace of MsgUUID.
var uuidSpace = uuid.MustParse("6f1d2f5e-8d0a-5d57-9b6f-0c9d3c0b8f11")

// Outbox is a message on its way to Slack. All its instants are of the
// machine clock.
type Outbox struct {
	Tenant
	ID        string `gorm:"primaryKey" about:"id"`
	Channel   string `person:"row" about:"Slack channel, or user for a direct message"`
	Kind      string `about:"prompt, thanks, reminder, summary, texts, report, notice or reading"`
	Key       string `person:"naming" about:"names the message, so that it is sent once"`
	MsgUUID   string `gorm:"column:msg_uuid" about:"the key as Slack may recognize it"`
	Method    string `about:"post or update"`
	TargetKey string `person:"naming" about:"key of the message that is updated, or in whose thread it goes"`
	Payload   []byte `person:"naming" about:"the message; emptied when it is sent"`

	State      string    `about:"where it is on its way"`
	DueAt      time.Time `gorm:"type:bigint;serializer:ms" about:"not before; since when, for an uncertain one"`
	Attempts   int       `about:"tries that count"`
	LeaseTok   string    `about:"names who is sending it"`
	LeaseUntil time.Time `gorm:"type:bigint;serializer:ms" about:"when that right lapses"`

	SentChannel string    `about:"channel that Slack returned"`
	SentTS      string    `gorm:"column:sent_ts" about:"timestamp by which Slack names the message"`
	LastError   string    `about:"code of the last failure"`
	CreatedAt   time.Time `gorm:"type:bigint;serializer:ms;autoCreateTime:false" about:"when it was written"`
	SentAt      time.Time `gorm:"type:bigint;serializer:ms" about:"when it was sent"`
}

// TableName keeps GORM from inventing a plural.
func (Outbox) TableName() string { return "outbox" }

// About implements Noun.
func (Outbox) About() Table {
	return Table{Name: "outbox", Zone: Plumbing, Purpose: "messages that are to reach Slack, whatever crashes",
		Keep: 7 * day, By: "created_at", Machine: true}
}

// Pace keeps posts to a channel apart and holds back what Slack refused.
type Pace struct {
	Tenant
	Scope        string    `gorm:"primaryKey" person:"row" about:"channel, or method for the whole workspace"`
	NextAt       time.Time `gorm:"type:bigint;serializer:ms" about:"when the next post may go out"`
	BlockedUntil time.Time `gorm:"type:bigint;serializer:ms" about:"Slack asked to wait until then"`
}

// TableName keeps GORM from inventing a plural.
func (Pace) TableName() string { return "pace" }

// About implements Noun.
func (Pace) About() Table {
	return Table{Name: "pace", Zone: Plumbing, Purpose: "keeps within Slack's rate limits", Keep: day, By: "next_at", Machine: true}
}

// OutboxMessage is what a verb hands to the outbox.
type OutboxMessage struct {
	Channel   string // channel id, or user id for a direct message
	Kind      string
	Key       string // unique in the team
	Method    string // MethodPost without one
	TargetKey string // for MethodUpdate, and for a post in the thread of that message
	Payload   []byte
	NotBefore time.Time // machine clock; zero for at once
}

// Enqueue writes the message into the outbox, in the transaction of the
// effect it follows from. A key that is there already changes nothing. Posts
// to one channel are due 1.1 s apart; an update of a message, or a post in its
// thread, is dropped when that will never be sent.
func (t Team) Enqueue(ctx context.Context, m OutboxMessage) error {
	if m.Method == "" {
		m.Method = MethodPost
	}
	return t.change(ctx, func(db *gorm.DB) error {
		now, err := t.store.machineNow(db)
		if err != nil {
			return err
		}
		start, err := unblocked(db, now, m.Channel, m.Method)
		if err != nil {
			return err
		}
		o := t.outboxRow(m, now)
		o.DueAt = later(start, m.NotBefore)
		created, err := insertNew(db, &o)
		if err != nil || !created {
			return err
		}
		if o.Method != MethodUpdate {
			if err := paced(db, o, start); err != nil {
				return err
			}
		}
		if o.TargetKey == "" {
			return nil
		}
		return dropOrphan(db, o)
	})
}

func (t Team) outboxRow(m OutboxMessage, now time.Time) Outbox {
	return Outbox{
		ID: NewID(), Channel: m.Channel, Kind: m.Kind, Key: m.Key, Method: m.Method, TargetKey: m.TargetKey,
		MsgUUID: uuid.NewSHA1(uuidSpace, []byte(t.id+"|"+m.Key)).String(),
		Payload: m.Payload, State: OutboxPending, CreatedAt: now,
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// unblocked is the first instant from now on at which Slack takes calls of
// these scopes again.
func unblocked(db *gorm.DB, now time.Time, scopes ...string) (time.Time, error) {
	paces, err := all[Pace](db.Where("scope IN ?", scopes))
	for _, p := range paces {
		now = later(now, p.BlockedUntil)
	}
	return now, err
}

// paced moves a post that may go from start on behind the last one of its
// channel. One that is to wait longer anyway takes no place in the line.
func paced(db *gorm.DB, o Outbox, start time.Time) error {
	if o.DueAt.After(start) {
		return nil
	}
	due, err := takeTurn(db, o.Channel, start)
	if err != nil || !due.After(start) {
		return err
	}
	return touched(db.Model(&Outbox{}).Where("id = ?", o.ID).Update("due_at", ms(due)))
}

// takeTurn is the next free instant of a channel from start on, which is taken
// with it. It is one statement, as every interaction that posts waits for it.
func takeTurn(db *gorm.DB, channel string, start time.Time) (time.Time, error) {
	p := Pace{Scope: channel, NextAt: start.Add(channelGap)}
	turn := conflict([]string{"team_id", "scope"})
	turn.DoUpdates = clause.Assignments(map[string]any{"next_at": gorm.Expr(
		"CASE WHEN pace.next_at > ? THEN pace.next_at ELSE ? END + ?", ms(start), ms(start), channelGap.Milliseconds())})
	err := db.Clauses(turn, clause.Returning{Columns: []clause.Column{{Name: "next_at"}}}).Create(&p).Error
	return p.NextAt.Add(-channelGap), known(err)
}

// lockPace returns the scope's row, made if need be, and holds it.
func lockPace(db *gorm.DB, scope string) (Pace, error) {
	if _, err := insertNew(db, &Pace{Scope: scope}); err != nil {
		return Pace{}, err
	}
	return one[Pace](locked(db).Where("scope = ?", scope))
}

func setPace(db *gorm.DB, scope, column string, at time.Time) error {
	return touched(db.Model(&Pace{}).Where("scope = ?", scope).Update(column, ms(at)))
}

// dropOrphan gives up an update or reply whose message is gone or will never be
// sent.
func dropOrphan(db *gorm.DB, o Outbox) error {
	target, err := one[Outbox](db.Where("key = ?", o.TargetKey))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err == nil && target.State != OutboxDead && target.State != OutboxDropped {
		return nil
	}
	return touched(db.Model(&Outbox{}).Where("id = ?", o.ID).
		Updates(map[string]any{"state": OutboxDropped, "payload": []byte{}, "last_error": "no_target"}))
}

// SentAs returns where the message of that key stands in Slack; ok is false
// while it is not sent.
func (t Team) SentAs(ctx context.Context, key string) (channel, ts string, ok bool, err error) {
	found, err := all[Outbox](t.rows(ctx).Where("key = ? AND state = ?", key, OutboxSent).Omit("payload"))
	if err != nil || len(found) == 0 {
		return "", "", false, err
	}
	return found[0].SentChannel, found[0].SentTS, true, nil
}

// Letters lists the team's last n messages in a state, such as the dead ones,
// the newest first, without their payload.
func (t Team) Letters(ctx context.Context, state string, n int) ([]Outbox, error) {
	return all[Outbox](t.rows(ctx).Where("state = ?", state).Omit("payload").Order("created_at DESC, id DESC").Limit(n))
}

// BlockPace holds back the team's messages of a scope, a row's Channel or
// Method, until that instant of the machine clock: those that wait, those that
// come and those that are claimed but not yet being sent. A longer block stays.
func (s *Store) BlockPace(ctx context.Context, team, scope string, until time.Time) error {
	return s.Team(team).change(ctx, func(db *gorm.DB) error {
		p, err := lockPace(db, scope)
		if err != nil {
			return err
		}
		if err := setPace(db, scope, "blocked_until", later(p.BlockedUntil, until)); err != nil {
			return err
		}
		return known(db.Model(&Outbox{}).Where("(channel = ? OR method = ?) AND state = ? AND due_at < ?", scope, scope, OutboxPending, ms(until)).
			Update("due_at", ms(until)).Error)
	})
}
