package models_test

import (
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
	"headway/models"
)

// closedRound stores a closed round with those frozen counts.
func closedRound(t *testing.T, team models.Team, d calendar.Date, asked, onTrack, blocked int) {
	t.Helper()
	roundOn(t, team, d, nil)
	won, err := team.CloseRound(t.Context(), models.Round{ID: "r-" + d.String(), ClosedAt: noon, Asked: asked, Answered: onTrack + blocked, OnTrack: onTrack, Blocked: blocked})
	if err != nil || !won {
		t.Fatal(won, err)
	}
}

func TestAWeekIsTheUnionOfItsRoundsThatMayBeShown(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		week := calendar.WeekOf(today).Add(-3)
		monday := week.Monday()
		closedRound(t, team, monday.AddDays(-1), 9, 9, 0) // of the week before
		closedRound(t, team, monday, 8, 4, 3)
		closedRound(t, team, monday.AddDays(1), 4, 1, 2) // too few people
		closedRound(t, team, monday.AddDays(6), 8, 5, 1) // a small cell
		closedRound(t, team, monday.AddDays(7), 9, 9, 0) // of the week after
		for _, over := range []bool{false, true} {
			s := metrics.Withhold(got(team.WeekTally(t.Context(), "p1", week, over))(t), metrics.Outside)
			if s.Asked != 16 || s.Answered != 13 || s.Counts[models.OnTrack] != 4 || s.Counts[models.Blocked] != 3 {
				t.Errorf("over %v: %+v", over, s)
			}
		}
	})
}

func TestAPublishedWeekStaysWhateverBecomesOfItsRounds(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		week := calendar.WeekOf(today).Add(-3)
		closedRound(t, team, week.Monday(), 8, 5, 3)
		shown := func() metrics.Shown {
			return metrics.Withhold(got(team.WeekTally(ctx, "p1", week, true))(t), metrics.Outside)
		}
		before := shown()
		if before.Asked != 8 {
			t.Fatalf("%+v", before)
		}
		closedRound(t, team, week.Monday().AddDays(6), 7, 3, 3)
		if after := shown(); after.Asked != before.Asked || after.Answered != before.Answered || after.Counts[models.OnTrack] != 5 {
			t.Errorf("a late round made %+v of %+v", after, before)
		}
		for _, table := range []string{"round_members", "answer_texts", "blockers", "answers"} {
			must(t, s.Plain(ctx).Exec("DELETE FROM "+table).Error)
		}
		must(t, s.Plain(ctx).Exec("DELETE FROM rounds").Error)
		if after := shown(); after.Asked != before.Asked || after.Counts[models.Blocked] != 3 {
			t.Errorf("a purge made %+v of %+v", after, before)
		}
		empty := week.Add(-1)
		for range 2 {
			if s := metrics.Withhold(got(team.WeekTally(ctx, "p1", empty, true))(t), metrics.Outside); s.Responded || s.Counts != nil {
				t.Errorf("a week without rounds shows %+v", s)
			}
		}
	})
}

func TestAnsweredWeeksAreKeptAsLongAsReports(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, _ models.Team) {
		if gone := got(s.Purge(t.Context(), noon.Add(103*7*24*time.Hour)))(t); gone["answer_weeks"] != 0 {
			t.Errorf("%v", gone)
		}
	})
}
