package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/models"
)

const aDay = 24 * time.Hour

func TestPurgeDeletesWhatIsOlderThanItsRetention(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		if gone := got(s.Purge(ctx, noon.Add(aDay)))(t); len(gone) != 0 {
			t.Errorf("a day later: %v", gone)
		}
		for _, step := range []struct {
			days int
			gone map[string]int
		}{
			{31, map[string]int{"readings": 1, "runs": 1, "homes": 1, "answer_texts": 1}},
			{91, map[string]int{"answers": 1, "blockers": 1, "round_members": 2}},
			{95, map[string]int{"absences": 1}},
			{366, map[string]int{"audit": 1}},
			{104*7 + 1, map[string]int{"rounds": 1, "reports": 1, "answer_weeks": 1, "sprints": 1, "weeks": 1, "week_statuses": 1, "week_classes": 1}},
		} {
			if diff := cmp.Diff(step.gone, got(s.Purge(ctx, noon.Add(time.Duration(step.days)*aDay)))(t)); diff != "" {
				t.Errorf("after %d days:\n%s", step.days, diff)
			}
		}
		if _, err := team.Project(ctx, "p1"); err != nil {
			t.Error("configuration stays", err)
		}
	})
}

func TestPurgeGoesByTheMachineClockWhereTheRowsDo(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		got(s.Purge(ctx, noon.Add(9*365*aDay)))(t)
		if kept := got(team.Enqueued(ctx, "prompt:r1:U1"))(t); !kept {
			t.Error("a fresh message went with the moved business clock")
		}
		must(t, s.Plain(ctx).Exec("UPDATE outbox SET created_at = ?", time.Now().Add(-8*aDay).UnixMilli()).Error)
		must(t, s.Plain(ctx).Exec("UPDATE dedupe SET created_at = ?", time.Now().Add(-25*anHour).UnixMilli()).Error)
		if diff := cmp.Diff(map[string]int{"outbox": 1, "dedupe": 1}, got(team.Purge(ctx, noon))(t)); diff != "" {
			t.Error(diff)
		}
	})
}
