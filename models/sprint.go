package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// The states of a sprint, as Jira calls them.
const (
	SprintFuture = "future"
	SprintActive = "active"
	SprintClosed = "closed"
)

// Sprint is a sprint of the project's board, as of the last reading.
type Sprint struct {
	Tenant
	ProjectID string    `gorm:"primaryKey" about:"the project"`
	ID        int64     `gorm:"primaryKey;autoIncrement:false;column:sprint_id" about:"Jira's id of the sprint"`
	BoardID   int64     `about:"Jira's id of its board"`
	Name      string    `about:"how the team calls it"`
	State     string    `about:"future, active or closed"`
	Start     time.Time `gorm:"column:starts_at;type:bigint;serializer:ms" about:"when it starts; 0 while it is not planned"`
	End       time.Time `gorm:"column:ends_at;type:bigint;serializer:ms" about:"when it is planned to end; 0 while it is not planned"`
	Done      time.Time `gorm:"column:done_at;type:bigint;serializer:ms" about:"when it was closed; 0 before"`
	SeenAt    time.Time `gorm:"type:bigint;serializer:ms" about:"when Jira last listed it"`
}

// About implements Noun.
func (Sprint) About() Table {
	return Table{Name: "sprints", Zone: Config, Purpose: "names the sprint in check-ins and says when sprint-bound ones are held", Keep: 104 * week, By: "seen_at"}
}

// Planned says whether both ends of the sprint are known.
func (s Sprint) Planned() bool { return !s.Start.IsZero() && s.End.After(s.Start) }

// PutSprints makes these the project's sprints as of now: those that Jira lists
// no more are deleted there, and here too.
func (t Team) PutSprints(ctx context.Context, projectID string, sprints []Sprint) error {
	return t.change(ctx, func(db *gorm.DB) error {
		ids := []int64{0}
		for i := range sprints {
			sprints[i].ProjectID = projectID
			ids = append(ids, sprints[i].ID)
		}
		if err := db.Where("project_id = ? AND sprint_id NOT IN ?", projectID, ids).Delete(&Sprint{}).Error; err != nil || len(sprints) == 0 {
			return known(err)
		}
		on := clause.OnConflict{Columns: []clause.Column{{Name: "team_id"}, {Name: "project_id"}, {Name: "sprint_id"}}, UpdateAll: true}
		return known(db.Clauses(on).Create(&sprints).Error)
	})
}

// Sprints lists the project's sprints by when they end; those without an end
// come first.
func (t Team) Sprints(ctx context.Context, projectID string) ([]Sprint, error) {
	return all[Sprint](t.rows(ctx).Where("project_id = ?", projectID).Order("ends_at, sprint_id"))
}
