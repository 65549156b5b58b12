package models

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Role is what a person may do; a higher one may all that a lower one may.
type Role int

// The roles in order. Anyone and Member follow from being in the workspace and
// from taking part; the others are granted.
const (
	Anyone Role = iota
	Member
	Observer
	Manager
	Admin
	Owner
)

var roleNames = [...]string{"anyone", "member", "observer", "manager", "admin", "owner"}

func (r Role) String() string {
	if r < 0 || int(r) >= len(roleNames) {
		return fmt.Sprintf("role(%d)", int(r))
	}
	return roleNames[r]
}

// ParseRole reads a role's name.
func ParseRole(s string) (Role, error) {
	for r, name := range roleNames {
		if name == s {
			return Role(r), nil
		}
	}
	return Anyone, fmt.Errorf("models: there is no role %q", s)
}

// Value implements driver.Valuer: roles are stored by name.
func (r Role) Value() (driver.Value, error) { return r.String(), nil }

// Scan implements sql.Scanner.
func (r *Role) Scan(stored any) (err error) {
	s, _ := stored.(string)
	*r, err = ParseRole(s)
	return err
}

// GormDataType implements schema.GormDataTypeInterface.
func (Role) GormDataType() string { return "text" }

// RoleGrant gives a person a role, in one project or in the whole workspace.
type RoleGrant struct {
	Tenant
	ID        string    `gorm:"primaryKey" about:"id"`
	User      string    `gorm:"column:user_id" about:"Slack user who has the role"`
	Role      Role      `about:"owner, admin, manager or observer"`
	ProjectID string    `about:"the project it holds in; empty for the workspace"`
	By        string    `gorm:"column:by_user" about:"Slack user who granted it"`
	At        time.Time `gorm:"type:bigint;serializer:ms" about:"when it was granted"`
}

// About implements Noun.
func (RoleGrant) About() Table {
	return Table{Name: "role_grants", Zone: Config, Purpose: "who may configure Headway and see reports"}
}

// Grants lists all roles of the team, the highest first for each person.
func (t Team) Grants(ctx context.Context) ([]RoleGrant, error) {
	return all[RoleGrant](t.rows(ctx).Order("user_id, id"))
}

// GrantsOf lists the roles of one person.
func (t Team) GrantsOf(ctx context.Context, user string) ([]RoleGrant, error) {
	return all[RoleGrant](t.rows(ctx).Where("user_id = ?", user).Order("id"))
}

// Grant gives a role; giving it again changes nothing.
func (t Team) Grant(ctx context.Context, g RoleGrant) error {
	if g.ID == "" {
		g.ID = NewID()
	}
	if g.At.IsZero() {
		g.At = t.store.now()
	}
	return t.change(ctx, func(db *gorm.DB) error {
		if err := t.welcome(db, g.User); err != nil {
			return err
		}
		_, err := insertNew(db, &g)
		return err
	})
}

// Revoke takes a role away; project is "" for one of the workspace. It gives
// ErrLastAdmin when nobody would be left to administer the workspace, and
// ErrNotFound when the person does not have the role.
func (t Team) Revoke(ctx context.Context, user string, role Role, project string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		if err := lockWorkspace(db); err != nil {
			return err
		}
		if project == "" && role >= Admin {
			if err := othersAdminister(db, user, role); err != nil {
				return err
			}
		}
		return touched(db.Where("user_id = ? AND role = ? AND project_id = ?", user, role, project).Delete(&RoleGrant{}))
	})
}

// othersAdminister checks that an owner or admin is left without this grant.
func othersAdminister(db *gorm.DB, user string, role Role) error {
	var left int64
	err := db.Model(&RoleGrant{}).Where("project_id = '' AND role IN ?", []Role{Admin, Owner}).
		Where("NOT (user_id = ? AND role = ?)", user, role).Count(&left).Error
	if err == nil && left == 0 {
		return ErrLastAdmin
	}
	return known(err)
}
