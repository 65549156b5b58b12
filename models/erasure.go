package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
)

// Erasure remembers for a day that somebody had their data erased, by a keyed
// hash that names nobody, so that nothing which is still under way stores the
// person again.
type Erasure struct {
	Tenant
	Mark string    `gorm:"primaryKey" about:"keyed hash that stands for the person, no name"`
	At   time.Time `gorm:"type:bigint;serializer:ms" about:"when the data was erased, machine clock"`
}

// About implements Noun.
func (Erasure) About() Table {
	return Table{Name: "erasures", Zone: Plumbing, Purpose: "keeps what is late from storing an erased person again", Keep: day, By: "at", Machine: true}
}

func (t Team) markErased(db *gorm.DB, user string) error {
	mark := Erasure{Mark: t.store.keys.mark(t.id, user), At: time.Now()}
	return known(db.Clauses(conflict([]string{"team_id", "mark"}, "at")).Create(&mark).Error)
}

// notErased gives ErrErased within a day after any of these people had their
// data erased.
func (t Team) notErased(db *gorm.DB, users ...string) error {
	var marks []string
	for _, u := range users {
		marks = append(marks, t.store.keys.marks(t.id, u)...)
	}
	var n int64
	err := db.Model(&Erasure{}).Where("mark IN ? AND at > ?", marks, ms(time.Now().Add(-day))).Count(&n).Error
	if err == nil && n > 0 {
		return ErrErased
	}
	return known(err)
}

func ignoreErased(err error) error {
	if errors.Is(err, ErrErased) {
		return nil
	}
	return err
}

// Erased says whether the person had their data erased within a day and was
// not added again since.
func (t Team) Erased(ctx context.Context, user string) (bool, error) {
	err := t.notErased(t.rows(ctx), user)
	return errors.Is(err, ErrErased), ignoreErased(err)
}

// welcome lets people be stored again: an admin added them.
func (t Team) welcome(db *gorm.DB, users ...string) error {
	var marks []string
	for _, u := range users {
		marks = append(marks, t.store.keys.marks(t.id, u)...)
	}
	if len(marks) == 0 {
		return nil
	}
	return known(db.Where("mark IN ?", marks).Delete(&Erasure{}).Error)
}
