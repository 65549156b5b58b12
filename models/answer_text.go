package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// AnswerText is what a person added to an answer in their own words. It has a
// table of its own, so that it can go long before the answer does.
type AnswerText struct {
	Tenant
	RoundID  string    `gorm:"primaryKey" about:"the round"`
	User     string    `gorm:"primaryKey;column:user_id" about:"Slack user who wrote it"`
	Words    string    `about:"what the person wants the team to know"`
	InThread bool      `about:"the person was told that it is posted under the summary"`
	At       time.Time `gorm:"type:bigint;serializer:ms" about:"when it was written"`
}

// AnswerTextDays is how long a text is kept; people read it in the form.
const AnswerTextDays = 30

// About implements Noun.
func (AnswerText) About() Table {
	return Table{Name: "answer_texts", Zone: CheckIns, Purpose: "what a person wrote to the team beside an answer, only where the check-in asks for it",
		Keep: AnswerTextDays * day, By: "at"}
}

// PutAnswerText keeps the text in place of an earlier one of the person in the
// round; without words the earlier one goes.
func (t Team) PutAnswerText(ctx context.Context, text AnswerText) error {
	text.Words = clean(text.Words)
	return t.change(ctx, func(db *gorm.DB) error {
		if text.Words == "" {
			return known(db.Where("round_id = ? AND user_id = ?", text.RoundID, text.User).Delete(&AnswerText{}).Error)
		}
		return known(db.Clauses(conflict([]string{"team_id", "round_id", "user_id"}, "words", "in_thread", "at")).Create(&text).Error)
	})
}

// AnswerTexts lists the round's texts, in the order they were written.
func (t Team) AnswerTexts(ctx context.Context, roundID string) ([]AnswerText, error) {
	return all[AnswerText](t.rows(ctx).Where("round_id = ?", roundID).Order("at, user_id"))
}

// AnswerTextOf returns the person's text in the round.
func (t Team) AnswerTextOf(ctx context.Context, roundID, user string) (AnswerText, error) {
	return one[AnswerText](t.rows(ctx).Where("round_id = ? AND user_id = ?", roundID, user))
}
