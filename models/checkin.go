package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"headway/calendar"
)

// Who sees the answers of a check-in.
const (
	PrivacyTeam     = "team"
	PrivacyManagers = "managers"
	PrivacyCounts   = "counts"
)

// The states of a check-in and of a schedule.
const (
	On     = "on"
	Paused = "paused"
)

// Checkin is a project's recurring question.
type Checkin struct {
	Tenant
	ID            string            `gorm:"primaryKey" about:"id"`
	ProjectID     string            `about:"the project it is about"`
	Name          string            `about:"how it is called"`
	Days          calendar.Weekdays `gorm:"type:bigint" about:"days it is asked on, one bit each, Monday first"`
	Hour          int               `about:"local hour it is asked at"`
	Minute        int               `about:"minute it is asked at"`
	Zone          string            `about:"IANA zone of that time; empty for each member's own"`
	WindowMinutes int               `about:"minutes there are to answer"`
	Privacy       string            `about:"who sees the answers: team, managers or counts"`
	FreeText      bool              `about:"a short text may be added"`
	Confidence    bool              `about:"confidence from 1 to 5 is asked"`
	Channel       string            `about:"Slack channel of the summary"`
	State         string            `about:"on or paused"`
	Template      string            `about:"what kind of check-in it is: daily, midpoint, weekly or retro"`
	PausedUntil   calendar.Date     `gorm:"type:text;serializer:text" about:"first day on which a paused one is held again; empty until somebody resumes it"`
	ProposedAt    time.Time         `gorm:"type:bigint;serializer:ms" about:"when fewer days or a pause were last proposed to the admins; 0 for never"`
	Decided       bool              `about:"an admin has answered that proposal"`
}

// About implements Noun.
func (Checkin) About() Table {
	return Table{Name: "checkins", Zone: Config, Purpose: "when a project's members are asked, and what"}
}

// Slot is the check-in's days and time, in its zone or each member's.
func (c Checkin) Slot() calendar.Slot {
	return calendar.Slot{Hour: c.Hour, Minute: c.Minute, Days: c.Days}
}

// Validate returns what is wrong, by field name as in Slack's forms; nil when
// all is well.
func (c Checkin) Validate() map[string]string {
	v := violations{}
	v.unless(c.Days != 0, "days", "Choose at least one day.")
	v.unless(clockTime(c.Hour, c.Minute), "time", "Choose a time of day.")
	v.unless(c.Zone == "" || validZone(c.Zone), "zone", "Choose a time zone.")
	v.unless(c.WindowMinutes >= 30 && c.WindowMinutes <= 12*60, "window", "Choose between 30 minutes and 12 hours.")
	v.unless(c.Privacy == PrivacyTeam || c.Privacy == PrivacyManagers || c.Privacy == PrivacyCounts,
		"privacy", "Choose who sees the answers.")
	return v.found()
}

// HeldOn says whether the check-in is held on a day as far as pauses go.
func (c Checkin) HeldOn(d calendar.Date) bool {
	return c.State != Paused || !c.PausedUntil.IsZero() && !d.Before(c.PausedUntil)
}

// PutCheckin inserts the check-in or replaces the one with its id.
func (t Team) PutCheckin(ctx context.Context, c *Checkin) error {
	if c.ID == "" {
		c.ID = NewID()
	}
	return t.change(ctx, func(db *gorm.DB) error { return upsert(db, c) })
}

// Checkin returns one check-in.
func (t Team) Checkin(ctx context.Context, id string) (Checkin, error) {
	return one[Checkin](t.rows(ctx).Where("id = ?", id))
}

// Checkins lists the project's check-ins, the first one first.
func (t Team) Checkins(ctx context.Context, projectID string) ([]Checkin, error) {
	return all[Checkin](t.rows(ctx).Where("project_id = ?", projectID).Order("id"))
}

// Propose notes that a change of the check-in is proposed now, unless one was
// after notSince; won says which.
func (t Team) Propose(ctx context.Context, checkinID string, now, notSince time.Time) (won bool, err error) {
	return t.winsCheckin(ctx, map[string]any{"proposed_at": ms(now), "decided": false}, "id = ? AND proposed_at <= ?", checkinID, ms(notSince))
}

// Decide notes that the proposal of that instant was answered; won is false when
// it was before, or when another one has taken its place.
func (t Team) Decide(ctx context.Context, checkinID string, proposedAt time.Time) (won bool, err error) {
	return t.winsCheckin(ctx, map[string]any{"decided": true}, "id = ? AND proposed_at = ? AND decided = ?", checkinID, ms(proposedAt), false)
}

func (t Team) winsCheckin(ctx context.Context, set map[string]any, where string, args ...any) (won bool, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		res := db.Model(&Checkin{}).Where(where, args...).Updates(set)
		won = res.RowsAffected > 0
		return known(res.Error)
	})
	return won && err == nil, err
}

// CheckinOf returns the project's first check-in.
func (t Team) CheckinOf(ctx context.Context, projectID string) (Checkin, error) {
	return one[Checkin](t.rows(ctx).Where("project_id = ?", projectID).Order("id"))
}
