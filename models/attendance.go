package models

import (
	"context"
	"slices"

	"headway/calendar"
)

// Attendance is one round of a person: whether they were asked, and what they
// said.
type Attendance struct {
	Member RoundMember
	Round  Round
	Answer *Answer // nil without one
}

// AttendanceOf lists the person's rounds of these dates, both included, the
// newest first.
func (t Team) AttendanceOf(ctx context.Context, user string, from, to calendar.Date) ([]Attendance, error) {
	db := t.rows(ctx)
	between := func() any {
		return db.Model(&Round{}).Select("id").Where("date >= ? AND date <= ?", from.String(), to.String())
	}
	members, err := all[RoundMember](db.Where("user_id = ? AND round_id IN (?)", user, between()))
	if err != nil {
		return nil, err
	}
	answers, err := all[Answer](db.Where("user_id = ? AND round_id IN (?)", user, between()))
	if err != nil {
		return nil, err
	}
	mine := db.Model(&RoundMember{}).Select("round_id").Where("user_id = ?", user)
	rounds, err := all[Round](db.Where("id IN (?) AND date >= ? AND date <= ?", mine, from.String(), to.String()).Order("date DESC, id DESC"))
	if err != nil {
		return nil, err
	}
	found := make([]Attendance, 0, len(rounds))
	for _, r := range rounds {
		at := Attendance{Round: r}
		if i := slices.IndexFunc(members, func(m RoundMember) bool { return m.RoundID == r.ID }); i >= 0 {
			at.Member = members[i]
		}
		if i := slices.IndexFunc(answers, func(a Answer) bool { return a.RoundID == r.ID }); i >= 0 {
			at.Answer = &answers[i]
		}
		found = append(found, at)
	}
	return found, nil
}

// ClosedRounds lists the project's closed rounds of these dates, both included,
// in order.
func (t Team) ClosedRounds(ctx context.Context, projectID string, from, to calendar.Date) ([]Round, error) {
	return all[Round](t.rows(ctx).Where("project_id = ? AND state = ? AND date >= ? AND date <= ?",
		projectID, RoundClosed, from.String(), to.String()).Order("date, id"))
}

// LaterAnswer returns the person's newest answer in a round of the check-in
// after that date.
func (t Team) LaterAnswer(ctx context.Context, checkinID, user string, after calendar.Date) (Answer, error) {
	return one[Answer](t.rows(ctx).
		Joins("JOIN rounds ON rounds.team_id = answers.team_id AND rounds.id = answers.round_id").
		Where("rounds.checkin_id = ? AND answers.user_id = ? AND rounds.date > ?", checkinID, user, after.String()).
		Order("rounds.date DESC"))
}
