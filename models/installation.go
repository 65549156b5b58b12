package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"headway/secret"
)

// The states of an installation. Only an active one is served: in the others
// nothing falls due and nothing is sent.
const (
	InstallationActive  = "active"
	InstallationRevoked = "revoked" // Slack no longer takes the token; the data waits
	InstallationRemoved = "removed" // the app was taken out; the data goes
)

// Installation is how Headway speaks in one workspace. The tokens are in clear
// only here in memory; the database holds them sealed, or none when the token
// comes from the environment.
type Installation struct {
	Tenant
	EnterpriseID  string        `about:"Slack organisation that the workspace is part of; empty for none"`
	BotUser       string        `person:"app" about:"Slack user that Headway posts as"`
	BotID         string        `about:"Slack's id of the bot"`
	AppID         string        `about:"Slack's id of the app; empty when unknown"`
	Token         secret.Secret `gorm:"-"`
	Sealed        []byte        `gorm:"column:token" json:"-" about:"the bot token, sealed with a key from outside the database"`
	FromEnv       bool          `about:"the token is read from the environment"`
	Scopes        string        `about:"what the token may do, with commas"`
	Refresh       secret.Secret `gorm:"-"`
	SealedRefresh []byte        `gorm:"column:refresh_token" json:"-" about:"renews the token once, sealed alike; empty where tokens don't expire"`
	ExpiresAt     time.Time     `gorm:"type:bigint;serializer:ms" about:"when the token ends, machine clock; 0 for never"`
	State         string        `about:"active, revoked or removed"`
	InstalledAt   time.Time     `gorm:"type:bigint;serializer:ms" about:"when it was installed, the last time"`
	RemovedAt     time.Time     `gorm:"type:bigint;serializer:ms" about:"when it was removed; 0 while it is not"`
}

// About implements Noun.
func (Installation) About() Table {
	return Table{Name: "installations", Zone: Config, Purpose: "how Headway speaks in each workspace"}
}

func (i Installation) place(column string) place {
	return place{team: i.TeamID, table: "installations", column: column, row: i.TeamID}
}

// sealed fills the columns that hold i's tokens.
func (k Keys) sealed(i *Installation) (err error) {
	if i.Sealed, err = k.seal(i.Token, i.place("token")); err != nil {
		return err
	}
	i.SealedRefresh, err = k.seal(i.Refresh, i.place("refresh_token"))
	return err
}

// opened fills in i's tokens.
func (k Keys) opened(i *Installation) (err error) {
	if i.Token, err = k.open(i.Sealed, i.place("token")); err != nil {
		return err
	}
	i.Refresh, err = k.open(i.SealedRefresh, i.place("refresh_token"))
	return err
}

// Install makes i the workspace's installation, whatever was before, and makes
// sure that the workspace has its row, with this name. Data that waits to be
// forgotten stays. One whose token comes from the environment keeps a stored
// token beside it, and the moment of its installation while it is active.
func (t Team) Install(ctx context.Context, name string, i Installation) error {
	i.TeamID, i.State, i.InstalledAt, i.RemovedAt = t.id, InstallationActive, t.store.now(), time.Time{}
	if err := t.store.keys.sealed(&i); err != nil {
		return err
	}
	return t.Atomically(ctx, func(tx Team) error {
		if err := tx.EnsureWorkspace(ctx, name); err != nil {
			return err
		}
		was, err := one[Installation](locked(tx.rows(ctx)))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if i.FromEnv {
			i.Sealed, i.SealedRefresh, i.ExpiresAt = was.Sealed, was.SealedRefresh, was.ExpiresAt
			if was.State == InstallationActive {
				i.InstalledAt = was.InstalledAt
			}
		}
		return known(tx.rows(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "team_id"}}, UpdateAll: true}).Create(&i).Error)
	})
}

// Installation returns the workspace's installation with its tokens. With
// ErrKey it comes without them.
func (t Team) Installation(ctx context.Context) (Installation, error) {
	i, err := one[Installation](t.rows(ctx))
	if err == nil {
		err = t.store.keys.opened(&i)
	}
	return i, err
}

// Pause notes that Slack no longer takes the token of an active installation.
// The data waits; false means that nothing changed.
func (t Team) Pause(ctx context.Context) (paused bool, err error) {
	return t.turn(ctx, InstallationActive, InstallationRevoked)
}

// Unpause notes that Slack takes the token again.
func (t Team) Unpause(ctx context.Context) (resumed bool, err error) {
	return t.turn(ctx, InstallationRevoked, InstallationActive)
}

func (t Team) turn(ctx context.Context, from, to string) (turned bool, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		res := db.Model(&Installation{}).Where("state = ?", from).Update("state", to)
		turned = res.RowsAffected > 0
		return known(res.Error)
	})
	return turned && err == nil, err
}

// Renewed stores the token that took the place of the one renewed by was; it
// gives ErrNotFound when was is not the stored one any more. An installation
// that was paused because its token had ended is active again.
func (t Team) Renewed(ctx context.Context, was secret.Secret, i Installation) error {
	i.TeamID = t.id
	if err := t.store.keys.sealed(&i); err != nil {
		return err
	}
	return t.Atomically(ctx, func(tx Team) error {
		stored, err := tx.lockInstallation(ctx)
		if err != nil {
			return err
		}
		if stored.Refresh != was || stored.State == InstallationRemoved {
			return known(gorm.ErrRecordNotFound)
		}
		return touched(tx.rows(ctx).Model(&Installation{}).Where("state <> ?", InstallationRemoved).Updates(map[string]any{
			"token": i.Sealed, "refresh_token": i.SealedRefresh, "expires_at": ms(i.ExpiresAt), "state": InstallationActive}))
	})
}

// NotRenewed notes that Slack refuses to renew the token by was: the
// installation is paused and not tried again.
func (t Team) NotRenewed(ctx context.Context, was secret.Secret) error {
	return t.Atomically(ctx, func(tx Team) error {
		stored, err := tx.lockInstallation(ctx)
		if err != nil || stored.Refresh != was || stored.State == InstallationRemoved {
			return err
		}
		return touched(tx.rows(ctx).Model(&Installation{}).Where("state <> ?", InstallationRemoved).
			Updates(map[string]any{"refresh_token": []byte{}, "state": InstallationRevoked}))
	})
}

func (t Team) lockInstallation(ctx context.Context) (Installation, error) {
	i, err := one[Installation](locked(t.rows(ctx)))
	if err == nil {
		err = t.store.keys.opened(&i)
	}
	return i, err
}

// Installations lists those of all workspaces with their tokens, removed ones
// included.
func (s *Store) Installations(ctx context.Context) ([]Installation, error) {
	found, err := all[Installation](s.every(ctx).Order("team_id"))
	for i := range found {
		if err == nil {
			err = s.keys.opened(&found[i])
		}
	}
	return found, err
}

// served narrows a query over all teams to those whose installation is active.
// A team without a row is from before installations were kept.
func served(db *gorm.DB) *gorm.DB {
	idle := acrossTeams(db.Session(&gorm.Session{NewDB: true})).Model(&Installation{}).Select("team_id").Where("state <> ?", InstallationActive)
	return db.Where("team_id NOT IN (?)", idle)
}
