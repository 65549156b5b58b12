package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Home is a person who has opened App Home, so that it can be renewed when
// something in it changes. Changes counts what may have changed; Shown is the
// count that the published one has seen.
type Home struct {
	Tenant
	User     string    `gorm:"primaryKey;column:user_id" about:"Slack user who opened App Home"`
	OpenedAt time.Time `gorm:"type:bigint;serializer:ms" about:"when it was last opened"`
	Changes  int       `about:"counts changes that it may show"`
	Shown    int       `about:"changes that the published one has seen"`
}

// About implements Noun.
func (Home) About() Table {
	return Table{Name: "homes", Zone: Plumbing, Purpose: "renews App Home for those who have opened it", Keep: 30 * day, By: "opened_at"}
}

// StaleHome is an App Home that is to be published again; Changes is what it
// will have seen then.
type StaleHome struct {
	TeamID  string
	User    string `gorm:"column:user_id"`
	Changes int
}

// OpenHome remembers that the person opens App Home and is shown all there
// is. Somebody whose data were just erased is not remembered: Slack tells of the
// opening when they read the receipt.
func (t Team) OpenHome(ctx context.Context, user string, at time.Time) error {
	return t.change(ctx, func(db *gorm.DB) error {
		if err := t.notErased(db, user); err != nil {
			return ignoreErased(err)
		}
		on := conflict([]string{"team_id", "user_id"}, "opened_at")
		on.DoUpdates = append(on.DoUpdates, clause.Assignment{Column: clause.Column{Name: "shown"}, Value: gorm.Expr("homes.changes")})
		return known(db.Clauses(on).Create(&Home{User: user, OpenedAt: at}).Error)
	})
}

// TouchHomes says that the App Home of these people may have changed; without
// people that of everyone in the team. Who never opened it is left out.
func (t Team) TouchHomes(ctx context.Context, users ...string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		db = db.Model(&Home{})
		if len(users) > 0 {
			db = db.Where("user_id IN ?", users)
		}
		return known(db.Update("changes", gorm.Expr("changes + 1")).Error)
	})
}

// HomeShown stores that App Home was published with that many changes seen.
func (t Team) HomeShown(ctx context.Context, user string, changes int) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return known(db.Model(&Home{}).Where("user_id = ? AND shown < ?", user, changes).Update("shown", changes).Error)
	})
}

// ForgetHome drops a person who can't be shown App Home any more.
func (t Team) ForgetHome(ctx context.Context, user string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return known(db.Where("user_id = ?", user).Delete(&Home{}).Error)
	})
}

// StaleHomes lists up to n App Homes that are to be published again, of all
// teams, the last opened first.
func (s *Store) StaleHomes(ctx context.Context, n int) ([]StaleHome, error) {
	var found []StaleHome
	err := s.every(ctx).Model(&Home{}).Select("team_id, user_id, changes").Where("changes > shown").
		Order("opened_at DESC, user_id").Limit(n).Find(&found).Error
	return found, known(err)
}
