package models

import (
	"context"

	"gorm.io/gorm"

	"headway/calendar"
)

// Absence is a stretch of days on which a person is not asked.
type Absence struct {
	Tenant
	ID   string        `gorm:"primaryKey" about:"id"`
	User string        `gorm:"column:user_id" about:"Slack user who is away"`
	From calendar.Date `gorm:"column:from_date;type:text;serializer:text" about:"first day away"`
	To   calendar.Date `gorm:"column:to_date;type:text;serializer:text" about:"last day away"`
}

// About implements Noun.
func (Absence) About() Table {
	return Table{Name: "absences", Zone: CheckIns, Purpose: "keeps people who are away from being asked", Keep: 90 * day, By: "to_date"}
}

// Span is the days of the absence.
func (a Absence) Span() calendar.Span { return calendar.Span{From: a.From, To: a.To} }

// PutAbsence inserts the absence or replaces the one with its id; ErrErased for
// somebody whose data were just erased.
func (t Team) PutAbsence(ctx context.Context, a Absence) error {
	if a.ID == "" {
		a.ID = NewID()
	}
	return t.change(ctx, func(db *gorm.DB) error {
		if err := t.notErased(db, a.User); err != nil {
			return err
		}
		return upsert(db, &a)
	})
}

// AbsencesOf lists the person's absences, the earliest first.
func (t Team) AbsencesOf(ctx context.Context, user string) ([]Absence, error) {
	return all[Absence](t.rows(ctx).Where("user_id = ?", user).Order("from_date, id"))
}

// RemoveAbsence removes one absence of the person.
func (t Team) RemoveAbsence(ctx context.Context, user, id string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Where("user_id = ? AND id = ?", user, id).Delete(&Absence{}))
	})
}

// ClearAbsences removes all absences of the person.
func (t Team) ClearAbsences(ctx context.Context, user string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return known(db.Where("user_id = ?", user).Delete(&Absence{}).Error)
	})
}
