package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Workspace is a Slack workspace that Headway is installed in; its id is the
// team's.
type Workspace struct {
	Tenant
	Name        string    `about:"the workspace's name in Slack"`
	Owner       string    `about:"Slack user who set Headway up first"`
	InstalledAt time.Time `gorm:"type:bigint;serializer:ms" about:"when Headway first saw the workspace"`
	ReportSeq   int       `about:"last report number given out"`
}

// TableName keeps Slack's word for a workspace.
func (Workspace) TableName() string { return "teams" }

// About implements Noun.
func (Workspace) About() Table {
	return Table{Name: "teams", Zone: Config, Purpose: "the workspaces that Headway serves"}
}

// EnsureWorkspace makes sure that the team has its row, with this name.
func (t Team) EnsureWorkspace(ctx context.Context, name string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		w := Workspace{Name: name, InstalledAt: t.store.now()}
		return known(db.Clauses(conflict([]string{"team_id"}, "name")).Create(&w).Error)
	})
}

// Workspace returns the team's own row.
func (t Team) Workspace(ctx context.Context) (Workspace, error) {
	return one[Workspace](t.rows(ctx))
}

// SetOwner names the person who set Headway up.
func (t Team) SetOwner(ctx context.Context, user string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&Workspace{}).Where("team_id = ?", t.id).Update("owner", clean(user)))
	})
}

// lockWorkspace makes concurrent changes of one team's roles or numbers take
// turns.
func lockWorkspace(db *gorm.DB) error {
	_, err := one[Workspace](locked(db))
	return err
}

// touched turns an update of no row into ErrNotFound.
func touched(res *gorm.DB) error {
	if res.Error == nil && res.RowsAffected == 0 {
		return known(gorm.ErrRecordNotFound)
	}
	return known(res.Error)
}
