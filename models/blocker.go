package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"headway/calendar"
)

// What ended a blocker.
const (
	ClearedByTap    = "tap"    // the person called it cleared
	ClearedByAnswer = "answer" // a later answer was not blocked
	ClearedByLeft   = "left"   // the person is not asked any more
)

// Blocker is something in the way of a person: raised by a blocked answer,
// carried until it is cleared. A person has at most one open blocker per
// check-in and key.
type Blocker struct {
	Tenant
	ID         string        `gorm:"primaryKey" about:"id"`
	ProjectID  string        `about:"the project it is about"`
	CheckinID  string        `about:"the check-in it was reported in"`
	User       string        `gorm:"column:user_id" about:"Slack user who is blocked"`
	Key        string        `gorm:"column:issue_key" about:"issue key that is blocked; empty when none was named"`
	Kind       string        `about:"person, decision, dependency, environment or other"`
	Since      calendar.Date `gorm:"type:text;serializer:text" about:"day the person is blocked since"`
	RaisedIn   string        `about:"the round it was raised in"`
	RaisedOn   calendar.Date `gorm:"type:text;serializer:text" about:"local date of that round"`
	RaisedAt   time.Time     `gorm:"type:bigint;serializer:ms" about:"when it was raised"`
	SaidOn     calendar.Date `gorm:"type:text;serializer:text" about:"local date of the person's last word that it is in the way"`
	TouchedAt  time.Time     `gorm:"type:bigint;serializer:ms" about:"when the person last said something about it"`
	RemindAt   time.Time     `gorm:"type:bigint;serializer:ms" about:"when the person is asked whether it is still in the way; 0 for never"`
	RemindedAt time.Time     `gorm:"type:bigint;serializer:ms" about:"when the person was asked last; 0 for never"`
	Reminder   string        `about:"key of the last message that asked; empty for none"`
	Help       bool          `about:"the person asked for help, to be counted in the next summary"`
	ClearedAt  time.Time     `gorm:"type:bigint;serializer:ms" about:"when it was cleared; 0 while open"`
	ClearedBy  string        `about:"tap, answer or left; empty while open"`
	ClearedIn  string        `about:"the round whose answer cleared it; empty otherwise"`
}

// About implements Noun. What is cleared is touched by that, and what is open is
// touched by each answer, so a row ends 90 days after the last word on it, as
// the answers behind it do.
func (Blocker) About() Table {
	return Table{Name: "blockers", Zone: CheckIns, Purpose: "what is in a person's way, since when, and whether it is cleared", Keep: 90 * day, By: "touched_at"}
}

// Open says whether it is still in the way.
func (b Blocker) Open() bool { return b.ClearedAt.IsZero() }

// OpenAt says whether it was in the way at an instant.
func (b Blocker) OpenAt(t time.Time) bool {
	return !b.RaisedAt.After(t) && (b.Open() || b.ClearedAt.After(t))
}

// Clear ends it; touch is when.
func (b *Blocker) Clear(at time.Time, by string) {
	b.ClearedAt, b.TouchedAt, b.ClearedBy, b.RemindAt, b.Help = at, at, by, time.Time{}, false
}

// Reopen takes a clearing back.
func (b *Blocker) Reopen() {
	b.ClearedAt, b.ClearedBy, b.ClearedIn = time.Time{}, "", ""
}

// RaiseBlocker stores a new blocker unless the person has an open one of that
// check-in and key; created says which.
func (t Team) RaiseBlocker(ctx context.Context, b Blocker) (created bool, err error) {
	if b.ID == "" {
		b.ID = NewID()
	}
	err = t.change(ctx, func(db *gorm.DB) error {
		created, err = insertNew(db, &b)
		return err
	})
	return created && err == nil, err
}

// PutBlocker stores what became of a blocker. It gives ErrConflict where the
// person has another open one of that check-in and key.
func (t Team) PutBlocker(ctx context.Context, b Blocker) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&Blocker{}).Where("id = ?", b.ID).Select("*").Omit("team_id", "id").Updates(&b))
	})
}

// RemoveBlocker deletes a blocker that was taken back.
func (t Team) RemoveBlocker(ctx context.Context, id string) error {
	return t.change(ctx, func(db *gorm.DB) error { return touched(db.Where("id = ?", id).Delete(&Blocker{})) })
}

// Blocker returns one blocker.
func (t Team) Blocker(ctx context.Context, id string) (Blocker, error) {
	return one[Blocker](t.rows(ctx).Where("id = ?", id))
}

// LockBlockers is BlockersOf that keeps them as they are until the transaction ends.
func (t Team) LockBlockers(ctx context.Context, user string) ([]Blocker, error) {
	return all[Blocker](locked(t.rows(ctx)).Where("user_id = ?", user).Order("since, id"))
}

// BlockersOf lists the person's blockers, cleared ones too, the oldest first.
func (t Team) BlockersOf(ctx context.Context, user string) ([]Blocker, error) {
	return all[Blocker](t.rows(ctx).Where("user_id = ?", user).Order("since, id"))
}

// OpenBlockers lists what is in the person's way, the oldest first.
func (t Team) OpenBlockers(ctx context.Context, user string) ([]Blocker, error) {
	return all[Blocker](t.rows(ctx).Where("user_id = ? AND cleared_at = 0", user).Order("since, id"))
}

// ProjectBlockers lists the project's blockers, cleared ones too, the oldest
// first.
func (t Team) ProjectBlockers(ctx context.Context, projectID string) ([]Blocker, error) {
	return all[Blocker](t.rows(ctx).Where("project_id = ?", projectID).Order("since, id"))
}

// HelpCounted notes that a summary of the check-in has counted who asked for
// help.
func (t Team) HelpCounted(ctx context.Context, checkinID string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return known(db.Model(&Blocker{}).Where("checkin_id = ? AND help = ? AND cleared_at = 0", checkinID, true).Update("help", false).Error)
	})
}

// askedForHelp are the people who asked for help with an open blocker since the
// last summary of the check-in.
func (t Team) askedForHelp(ctx context.Context, checkinID string) (map[string]bool, error) {
	rows, err := all[Blocker](t.rows(ctx).Where("checkin_id = ? AND help = ? AND cleared_at = 0", checkinID, true))
	people := map[string]bool{}
	for _, b := range rows {
		people[b.User] = true
	}
	return people, err
}

// clearLeavers ends the blockers of those who are not asked in the project any
// more.
func (t Team) clearLeavers(db *gorm.DB, projectID string) error {
	asked := db.Model(&Participant{}).Select("user_id").Where("project_id = ? AND observer = ?", projectID, false)
	now := ms(t.store.now())
	return known(db.Model(&Blocker{}).Where("project_id = ? AND cleared_at = 0 AND user_id NOT IN (?)", projectID, asked).
		Updates(map[string]any{"cleared_at": now, "touched_at": now, "cleared_by": ClearedByLeft, "remind_at": 0, "help": false}).Error)
}

// DueBlocked is a person who is to be asked about blockers.
type DueBlocked struct {
	TeamID string
	User   string `gorm:"column:user_id"`
}

// DueBlocked lists up to n people of all teams who are to be asked whether a
// blocker is still in the way.
func (s *Store) DueBlocked(ctx context.Context, now time.Time, n int) ([]DueBlocked, error) {
	var found []DueBlocked
	err := s.toUnblock(ctx).Where("remind_at <= ?", ms(now)).Distinct("team_id", "user_id").
		Order("team_id, user_id").Limit(n).Find(&found).Error
	return found, known(err)
}

func (s *Store) toUnblock(ctx context.Context) *gorm.DB {
	return served(s.every(ctx).Model(&Blocker{})).Where("cleared_at = 0 AND remind_at > 0")
}
