package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"headway/calendar"
)

// What a person can answer.
const (
	OnTrack = "on_track"
	AtRisk  = "at_risk"
	Blocked = "blocked"
)

// Answer is what a person said in a round. The last one stands.
type Answer struct {
	Tenant
	RoundID      string        `gorm:"primaryKey" about:"the round"`
	User         string        `gorm:"primaryKey;column:user_id" about:"Slack user who answered"`
	Version      int           `about:"counts up with each change of the answer"`
	Status       string        `about:"on_track, at_risk or blocked"`
	Confidence   int           `about:"1 to 5; 0 when not given"`
	Plan         string        `about:"issue keys planned next, separated by commas"`
	BlockedKind  string        `about:"person, decision, dependency, environment or other; empty when not blocked"`
	Since        calendar.Date `gorm:"type:text;serializer:text" about:"day the person is blocked since; empty when not said"`
	BlockedKey   string        `about:"issue key that is blocked"`
	AskedForHelp bool          `about:"the person asked for help"`
	At           time.Time     `gorm:"type:bigint;serializer:ms" about:"when it was given"`
	Late         bool          `about:"given after the round closed"`
}

// About implements Noun.
func (Answer) About() Table {
	return Table{Name: "answers", Zone: CheckIns, Purpose: "what a person said in a check-in, for the team's summary", Keep: 90 * day, By: "at"}
}

// PutAnswer stores the person's answer in place of an earlier one, which it
// returns; a.Version is set. It gives ErrErased for somebody whose data were just
// erased.
func (t Team) PutAnswer(ctx context.Context, a *Answer) (previous *Answer, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		previous = nil
		if err := t.notErased(db, a.User); err != nil {
			return err
		}
		was, err := one[Answer](locked(db).Where("round_id = ? AND user_id = ?", a.RoundID, a.User))
		switch {
		case err == nil:
			previous = &was
		case !errors.Is(err, ErrNotFound):
			return err
		}
		a.Version = was.Version + 1
		on := conflict([]string{"team_id", "round_id", "user_id"}, "version", "status", "confidence", "plan",
			"blocked_kind", "since", "blocked_key", "asked_for_help", "at", "late")
		return known(db.Clauses(on).Create(a).Error)
	})
	return previous, err
}

// AnswerOf returns the person's answer in the round.
func (t Team) AnswerOf(ctx context.Context, roundID, user string) (Answer, error) {
	return one[Answer](t.rows(ctx).Where("round_id = ? AND user_id = ?", roundID, user))
}

// Answers lists the round's answers, in the order they were given.
func (t Team) Answers(ctx context.Context, roundID string) ([]Answer, error) {
	return all[Answer](t.rows(ctx).Where("round_id = ?", roundID).Order("at, user_id"))
}

// PreviousAnswer returns the person's last answer in a round of the check-in
// before that date.
func (t Team) PreviousAnswer(ctx context.Context, checkinID, user string, before calendar.Date) (Answer, error) {
	return one[Answer](t.rows(ctx).
		Joins("JOIN rounds ON rounds.team_id = answers.team_id AND rounds.id = answers.round_id").
		Where("rounds.checkin_id = ? AND answers.user_id = ? AND rounds.date < ?", checkinID, user, before.String()).
		Order("rounds.date DESC"))
}
