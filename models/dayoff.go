package models

import (
	"context"

	"gorm.io/gorm"

	"headway/calendar"
)

// DayOff is a day on which a whole team is off, and what it calls it.
type DayOff struct {
	Date  calendar.Date `json:"date"`
	Label string        `json:"label,omitempty"`
}

// LockProject returns the project and keeps it as it is until the transaction
// ends; use it on a Team inside one.
func (t Team) LockProject(ctx context.Context, id string) (Project, error) {
	return one[Project](locked(t.rows(ctx)).Where("id = ?", id))
}

// SetDaysOff makes these the project's days off, and no others. Nothing else
// writes them, PutProject least of all: an edit that began before must not take
// them back.
func (t Team) SetDaysOff(ctx context.Context, projectID string, days []DayOff) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&Project{}).Where("id = ?", projectID).Select("days_off").Updates(&Project{DaysOff: days}))
	})
}
