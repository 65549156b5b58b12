package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
)

// The audiences of a channel: who vouches that everyone in it may see the
// project.
const (
	AudienceUnknown  = "unknown"
	AudienceDeclared = "declared" // an admin said so
	AudienceVerified = "verified" // Jira was asked for each member
)

// Binding ties a channel to its project.
type Binding struct {
	Tenant
	ID         string    `gorm:"primaryKey" about:"id"`
	ProjectID  string    `about:"the project that the channel is about"`
	Channel    string    `about:"Slack channel"`
	Default    bool      `gorm:"column:is_default" about:"the project's main channel"`
	Audience   string    `about:"unknown, declared or verified: may all in it see the project"`
	DeclaredBy string    `about:"Slack user who declared it"`
	At         time.Time `gorm:"type:bigint;serializer:ms" about:"when it was bound or declared"`
	CheckedAt  time.Time `gorm:"type:bigint;serializer:ms" about:"when its members were last looked at, or last changed; 0 for never"`
	Reason     string    `about:"why not all of its members are known to see the project, as a code"`
	External   bool      `about:"it is shared with another company, as of the last look"`
	Broken     string    `about:"Slack's code for why it takes no posts; empty while it does"`
}

// audienceHolds is how long a look at a channel's members is believed: a day,
// and the hour within which the next daily look is taken.
const audienceHolds = 25 * time.Hour

// Trusted says whether everyone in the channel may see the project, as far as
// that is known now: an admin said so, or Jira did within a day.
func (b Binding) Trusted(now time.Time) bool {
	return b.Audience == AudienceDeclared || b.Audience == AudienceVerified && now.Sub(b.CheckedAt) <= audienceHolds
}

// About implements Noun.
func (Binding) About() Table {
	return Table{Name: "bindings", Zone: Config, Purpose: "which channel is about which project"}
}

// Bind ties the channel or changes how it is tied; what was found out about its
// members is to be found out again. It gives ErrConflict when the channel is
// tied to another project.
func (t Team) Bind(ctx context.Context, b Binding) error {
	if b.ID == "" {
		b.ID = NewID()
	}
	if b.At.IsZero() {
		b.At = t.store.now()
	}
	return t.change(ctx, func(db *gorm.DB) error {
		was, err := one[Binding](locked(db).Where("channel = ?", b.Channel))
		switch {
		case err == nil && was.ProjectID != b.ProjectID:
			return known(gorm.ErrDuplicatedKey)
		case err != nil && !errors.Is(err, ErrNotFound):
			return err
		}
		on := conflict([]string{"team_id", "channel"}, "is_default", "audience", "declared_by", "at", "checked_at", "reason", "broken")
		return known(db.Clauses(on).Create(&b).Error)
	})
}

// Audience is what a look at a channel's members came to.
type Audience struct {
	Verified bool
	Reason   string // code of what is missing, "" when it is verified
	External bool
}

// SetAudience notes what a look at the channel's members came to, unless they
// have changed since the binding was read. What an admin declared stays.
func (t Team) SetAudience(ctx context.Context, read Binding, found Audience, at time.Time) (won bool, err error) {
	audience := AudienceUnknown
	if found.Verified {
		audience = AudienceVerified
	}
	err = t.change(ctx, func(db *gorm.DB) error {
		mine := db.Model(&Binding{}).Where("id = ? AND checked_at = ?", read.ID, ms(read.CheckedAt)).Session(&gorm.Session{})
		res := mine.Where("audience <> ?", AudienceDeclared).Update("audience", audience)
		if res.Error != nil {
			return known(res.Error)
		}
		res = mine.Updates(map[string]any{"checked_at": ms(at), "reason": found.Reason, "external": found.External})
		won = res.RowsAffected > 0
		return known(res.Error)
	})
	return won && err == nil, err
}

// Distrust takes back a verified audience, as the channel's members have
// changed.
func (t Team) Distrust(ctx context.Context, channel string, at time.Time) error {
	return t.change(ctx, func(db *gorm.DB) error {
		err := db.Model(&Binding{}).Where("channel = ? AND audience = ?", channel, AudienceVerified).
			Updates(map[string]any{"audience": AudienceUnknown, "reason": "changed"}).Error
		if err == nil {
			err = db.Model(&Binding{}).Where("channel = ?", channel).Update("checked_at", ms(at)).Error
		}
		return known(err)
	})
}

// SetBroken notes why a channel takes no posts, "" when it does again; won is
// false when that was known.
func (t Team) SetBroken(ctx context.Context, channel, code string) (won bool, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		mine := db.Model(&Binding{}).Where("channel = ?", channel)
		if code == "" {
			mine = mine.Where("broken <> ?", "")
		} else {
			mine = mine.Where("broken = ?", "")
		}
		res := mine.Update("broken", code)
		won = res.RowsAffected > 0
		return known(res.Error)
	})
	return won && err == nil, err
}

// Unbind unties the channel.
func (t Team) Unbind(ctx context.Context, channel string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Where("channel = ?", channel).Delete(&Binding{}))
	})
}

// Bindings lists the project's channels, the main one first.
func (t Team) Bindings(ctx context.Context, projectID string) ([]Binding, error) {
	return all[Binding](t.rows(ctx).Where("project_id = ?", projectID).Order("is_default DESC, id"))
}

// BindingOf returns the channel's binding and its project.
func (t Team) BindingOf(ctx context.Context, channel string) (Binding, Project, error) {
	b, err := one[Binding](t.rows(ctx).Where("channel = ?", channel))
	if err != nil {
		return Binding{}, Project{}, err
	}
	p, err := t.Project(ctx, b.ProjectID)
	return b, p, err
}
