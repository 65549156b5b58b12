package models

import (
	"context"
	"errors"
	"reflect"
	"time"

	"gorm.io/gorm"
)

// Uninstall wipes the workspace's Slack token, with jira also the tokens of
// its Jira connections, ends its messages, lets nothing fall due any more, and
// marks the rest to be forgotten. Whoever holds a lease of the workspace loses
// it. removed is false when it was done before, and nothing changes when the app
// was installed again after at, the instant of the removal. Without its row,
// which is gone once the workspace was forgotten, it gives ErrNotFound.
func (t Team) Uninstall(ctx context.Context, at time.Time, jira bool) (removed bool, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		removed = false
		if err := lockWorkspace(db); err != nil {
			return err
		}
		was, err := one[Installation](db)
		if errors.Is(err, ErrNotFound) {
			was, err = Installation{}, known(db.Create(&Installation{State: InstallationActive}).Error)
		}
		if err != nil || was.InstalledAt.After(at) {
			return err
		}
		if jira {
			err = wipeConnections(db)
		}
		if was.State == InstallationRemoved {
			return err
		}
		removed = true
		return errors.Join(err, wipeInstallation(db, t.store.now()), endMessages(db),
			known(db.Where("1 = 1").Delete(&leaseRow{}).Error))
	})
	return removed && err == nil, err
}

func wipeInstallation(db *gorm.DB, now time.Time) error {
	return touched(db.Model(&Installation{}).Where("1 = 1").Updates(map[string]any{
		"state": InstallationRemoved, "removed_at": ms(now), "token": []byte{}, "refresh_token": []byte{}, "expires_at": 0}))
}

// wipeConnections leaves the connections without a token, as refused ones:
// whoever installs the app again is asked for a new one.
func wipeConnections(db *gorm.DB) error {
	return known(db.Model(&Connection{}).Where("from_env = ?", false).
		Updates(map[string]any{"token": []byte{}, "state": ConnectionRefused}).Error)
}

// endMessages gives up what is still to be sent and empties all payloads.
func endMessages(db *gorm.DB) error {
	open := []string{OutboxPending, OutboxLeased, OutboxSending, OutboxUncertain}
	err := db.Model(&Outbox{}).Where("state IN ?", open).
		Updates(map[string]any{"state": OutboxDropped, "last_error": "uninstalled"}).Error
	if err == nil {
		err = db.Model(&Outbox{}).Where("1 = 1").Update("payload", []byte{}).Error
	}
	return known(err)
}

// Forget deletes every row of the workspaces that were removed before then and
// not installed again. It returns how many rows went, by workspace.
func (s *Store) Forget(ctx context.Context, before time.Time) (map[string]int, error) {
	var teams []string
	err := s.every(ctx).Model(&Installation{}).Where("state = ? AND removed_at < ?", InstallationRemoved, ms(before)).
		Order("team_id").Pluck("team_id", &teams).Error
	err = known(err)
	gone := map[string]int{}
	for _, id := range teams { // one that can't be forgotten yet keeps no other
		n, failed := s.Team(id).forget(ctx, before)
		if err = errors.Join(err, failed); n > 0 && failed == nil {
			gone[id] = n
		}
	}
	return gone, err
}

// forget holds the workspace's row first: whoever would write to it meanwhile
// finds it gone.
func (t Team) forget(ctx context.Context, before time.Time) (rows int, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		rows = 0
		if err := lockWorkspace(db); err != nil {
			return ignoreMissing(err)
		}
		i, err := one[Installation](db)
		if err != nil || i.State != InstallationRemoved || !i.RemovedAt.Before(before) {
			return ignoreMissing(err)
		}
		for _, n := range nouns {
			res := db.Where("1 = 1").Delete(reflect.New(reflect.TypeOf(n)).Interface())
			if res.Error != nil {
				return known(res.Error)
			}
			rows += int(res.RowsAffected)
		}
		return nil
	})
	return rows, err
}

func ignoreMissing(err error) error {
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}
