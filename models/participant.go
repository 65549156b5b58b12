package models

import (
	"context"

	"gorm.io/gorm"
)

// Participant is a member of a project. An observer sees reports and is never
// asked.
type Participant struct {
	Tenant
	ID        string `gorm:"primaryKey" about:"id"`
	ProjectID string `about:"the project"`
	User      string `gorm:"column:user_id" about:"Slack user who takes part"`
	Zone      string `about:"the person's IANA zone, for asking at their local time"`
	Observer  bool   `about:"sees reports, is never asked"`
}

// About implements Noun.
func (Participant) About() Table {
	return Table{Name: "participants", Zone: Config, Purpose: "who is asked in a project's check-in"}
}

// SetParticipants makes these the project's participants, and no others. What is
// in the way of whoever is not asked any more is over.
func (t Team) SetParticipants(ctx context.Context, projectID string, people []Participant) error {
	return t.change(ctx, func(db *gorm.DB) error {
		if _, err := one[Project](locked(db).Where("id = ?", projectID)); err != nil {
			return err
		}
		if err := db.Where("project_id = ?", projectID).Delete(&Participant{}).Error; err != nil {
			return known(err)
		}
		rows, users := make([]Participant, len(people)), make([]string, len(people))
		for i, p := range people {
			p.ID, p.ProjectID = NewID(), projectID
			rows[i] = p
			users[i] = p.User
		}
		if err := t.welcome(db, users...); err != nil {
			return err
		}
		if len(rows) > 0 {
			if err := db.Create(&rows).Error; err != nil {
				return known(err)
			}
		}
		return t.clearLeavers(db, projectID)
	})
}

// Participants lists the project's participants, observers included.
func (t Team) Participants(ctx context.Context, projectID string) ([]Participant, error) {
	return all[Participant](t.rows(ctx).Where("project_id = ?", projectID).Order("user_id"))
}

// Participant returns how the person takes part in the project.
func (t Team) Participant(ctx context.Context, projectID, user string) (Participant, error) {
	return one[Participant](t.rows(ctx).Where("project_id = ? AND user_id = ?", projectID, user))
}

// ProjectsOfUser lists the projects that the person takes part in, by key.
func (t Team) ProjectsOfUser(ctx context.Context, user string) ([]Project, error) {
	db := t.rows(ctx)
	mine := db.Model(&Participant{}).Select("project_id").Where("user_id = ?", user)
	return all[Project](db.Where("id IN (?)", mine).Order("key, id"))
}

// SetZone gives the person this zone wherever they take part.
func (t Team) SetZone(ctx context.Context, user, zone string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return known(db.Model(&Participant{}).Where("user_id = ?", user).Update("zone", clean(zone)).Error)
	})
}

// ParticipationsOf lists where the person takes part.
func (t Team) ParticipationsOf(ctx context.Context, user string) ([]Participant, error) {
	return all[Participant](t.rows(ctx).Where("user_id = ?", user).Order("project_id"))
}

// RemoveParticipant takes the person out of every project.
func (t Team) RemoveParticipant(ctx context.Context, user string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		mine, err := all[Participant](db.Where("user_id = ?", user))
		if err != nil {
			return err
		}
		if err := db.Where("user_id = ?", user).Delete(&Participant{}).Error; err != nil {
			return known(err)
		}
		for _, p := range mine {
			if err := t.clearLeavers(db, p.ProjectID); err != nil {
				return err
			}
		}
		return nil
	})
}
