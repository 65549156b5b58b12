package models

import (
	"context"

	"gorm.io/gorm"

	"headway/calendar"
	"headway/metrics"
)

// AnswerWeek is what a project's check-ins of one week gave to reports, as it
// was when a report first took it after the week's end. What happens later to
// the week's rounds and answers changes nothing in it.
type AnswerWeek struct {
	Tenant
	ProjectID string        `gorm:"primaryKey" about:"the project"`
	Week      calendar.Week `gorm:"primaryKey;type:text;serializer:text" about:"the ISO week"`
	Asked     int           `about:"how many were asked, over the rounds that may be shown outside; 0 for none"`
	Answered  int           `about:"how many of them answered"`
	OnTrack   int           `about:"answers: on track, over the rounds whose split may be shown outside"`
	AtRisk    int           `about:"answers: at risk"`
	Blocked   int           `about:"answers: blocked"`
}

// About implements Noun.
func (AnswerWeek) About() Table {
	return Table{Name: "answer_weeks", Zone: Metrics, Purpose: "keeps a week's response as it was published first", Keep: 104 * week, By: "week"}
}

// WeekTally is the cell of a project and ISO week: the union of its closed
// rounds' cells that may be shown outside. Over says that the week is over: its
// first reading is kept then and stays the same ever after.
func (t Team) WeekTally(ctx context.Context, projectID string, week calendar.Week, over bool) (cell metrics.Tally, err error) {
	if !over {
		rounds, err := t.weekTallies(ctx, projectID, week)
		return metrics.Merge(rounds...), err
	}
	err = t.change(ctx, func(db *gorm.DB) error {
		kept, err := all[AnswerWeek](db.Where("project_id = ? AND week = ?", projectID, week.String()))
		if err == nil && len(kept) == 0 {
			kept = []AnswerWeek{{}}
			kept[0], err = t.freezeWeek(ctx, db, projectID, week)
		}
		if err == nil {
			cell = kept[0].shown().Tally()
		}
		return err
	})
	return cell, err
}

// freezeWeek stores the week's cell, unless another report was faster, and
// returns the one that stands.
func (t Team) freezeWeek(ctx context.Context, db *gorm.DB, projectID string, week calendar.Week) (AnswerWeek, error) {
	rounds, err := t.weekTallies(ctx, projectID, week)
	if err != nil {
		return AnswerWeek{}, err
	}
	s := metrics.Withhold(metrics.Merge(rounds...), metrics.Outside)
	row := AnswerWeek{ProjectID: projectID, Week: week, Asked: s.Asked, Answered: s.Answered,
		OnTrack: s.Counts[OnTrack], AtRisk: s.Counts[AtRisk], Blocked: s.Counts[Blocked]}
	if _, err := insertNew(db, &row); err != nil {
		return row, err
	}
	return one[AnswerWeek](db.Where("project_id = ? AND week = ?", projectID, week.String()))
}

// shown is what may be shown of the week.
func (w AnswerWeek) shown() metrics.Shown {
	s := metrics.Shown{Responded: w.Asked > 0, Asked: w.Asked, Answered: w.Answered}
	if w.OnTrack+w.AtRisk+w.Blocked > 0 {
		s.Counts = map[string]int{OnTrack: w.OnTrack, AtRisk: w.AtRisk, Blocked: w.Blocked}
	}
	return s
}
