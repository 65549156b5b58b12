package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// leaseRow is who may do a thing alone, and until when.
type leaseRow struct {
	Tenant
	Name  string    `gorm:"primaryKey" about:"what is held"`
	Token string    `about:"names the holder"`
	Until time.Time `gorm:"type:bigint;serializer:ms" about:"when it lapses, machine clock"`
}

// TableName implements schema.Tabler.
func (leaseRow) TableName() string { return "leases" }

// About implements Noun.
func (leaseRow) About() Table {
	return Table{Name: "leases", Zone: Plumbing, Purpose: "lets one process at a time read from a Jira connection", Keep: day, By: "until", Machine: true}
}

// Lease is the right to do a named thing alone for a while, by the machine
// clock.
type Lease struct {
	team  Team
	name  string
	token string
	ttl   time.Duration
}

// Lease takes the named lease for ttl; ok is false while another holds it.
func (t Team) Lease(ctx context.Context, name string, ttl time.Duration) (l Lease, ok bool, err error) {
	l = Lease{team: t, name: name, token: NewID(), ttl: ttl}
	err = t.change(ctx, func(db *gorm.DB) error {
		now, err := t.store.machineNow(db)
		if err != nil {
			return err
		}
		on := conflict([]string{"team_id", "name"}, "token", "until")
		on.Where = clause.Where{Exprs: []clause.Expression{clause.Lte{Column: clause.Column{Table: "leases", Name: "until"}, Value: ms(now)}}}
		res := db.Clauses(on).Create(&leaseRow{Name: name, Token: l.token, Until: now.Add(ttl)})
		ok = res.RowsAffected > 0
		return known(res.Error)
	})
	return l, ok && err == nil, err
}

// Leased says whether anyone holds the named lease.
func (t Team) Leased(ctx context.Context, name string) (bool, error) {
	db := t.rows(ctx)
	now, err := t.store.machineNow(db)
	if err != nil {
		return false, err
	}
	live, err := all[leaseRow](db.Where("name = ? AND until > ?", name, ms(now)))
	return len(live) > 0, err
}

// In is the lease as part of a transaction, which its Renew then fences: work
// of a holder who lost the lease is rolled back.
func (l Lease) In(tx Team) Lease {
	l.team = tx
	return l
}

// Renew holds the lease for another ttl, or gives ErrLeaseLost.
func (l Lease) Renew(ctx context.Context) error {
	return l.team.change(ctx, func(db *gorm.DB) error {
		now, err := l.team.store.machineNow(db)
		if err != nil {
			return err
		}
		return held(db.Model(&leaseRow{}).Where("name = ? AND token = ? AND until > ?", l.name, l.token, ms(now)).
			Update("until", ms(now.Add(l.ttl))))
	})
}

// Release gives the lease back; a lost one is no error.
func (l Lease) Release(ctx context.Context) error {
	return l.team.change(ctx, func(db *gorm.DB) error {
		return known(db.Where("name = ? AND token = ?", l.name, l.token).Delete(&leaseRow{}).Error)
	})
}

// held turns an update that no longer matched into ErrLeaseLost.
func held(res *gorm.DB) error {
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrLeaseLost
	}
	return known(res.Error)
}
