package models_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway/calendar"
	"headway/models"
)

func TestAPersonHasOneOpenBlockerPerCheckinAndKey(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		again := blocker()
		again.ID = "bl2"
		if got(team.RaiseBlocker(ctx, again))(t) {
			t.Error("the same blocker was raised twice")
		}
		other := again
		other.User = "U2"
		if !got(team.RaiseBlocker(ctx, other))(t) {
			t.Error("another person can't be blocked by the same issue")
		}
		first := got(team.Blocker(ctx, "bl1"))(t)
		first.Clear(noon, models.ClearedByTap)
		must(t, team.PutBlocker(ctx, first))
		again.ID = "bl3"
		if !got(team.RaiseBlocker(ctx, again))(t) {
			t.Error("what was cleared can't come up again")
		}
		first.Reopen()
		if err := team.PutBlocker(ctx, first); !errors.Is(err, models.ErrConflict) {
			t.Errorf("two are open: %v", err)
		}
	})
}

func TestABlockerIsStoredAsItIs(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		want := got(team.Blocker(t.Context(), "bl1"))(t)
		want.Key, want.Help, want.Since, want.Reminder, want.RemindedAt = "PAY-9", false, today.AddDays(-3), "blockers:U1:2026-11-24", noon
		want.Clear(noon.Add(anHour), models.ClearedByAnswer)
		want.ClearedIn = "r1"
		must(t, team.PutBlocker(t.Context(), want))
		if diff := cmp.Diff(want, got(team.Blocker(t.Context(), "bl1"))(t)); diff != "" {
			t.Error(diff)
		}
		if want.OpenAt(noon.Add(-1)) || !want.OpenAt(noon) || want.OpenAt(noon.Add(anHour)) {
			t.Error("it was open from noon to one o'clock")
		}
	})
}

func TestTheBlockersOfThoseWhoLeaveAreOver(t *testing.T) {
	for name, leave := range map[string]func(*testing.T, models.Team) error{
		"taken off the list": func(t *testing.T, team models.Team) error {
			return team.SetParticipants(t.Context(), "p1", []models.Participant{{User: "U2"}})
		},
		"the last one gone": func(t *testing.T, team models.Team) error { return team.SetParticipants(t.Context(), "p1", nil) },
		"made an observer": func(t *testing.T, team models.Team) error {
			return team.SetParticipants(t.Context(), "p1", []models.Participant{{User: "U1", Observer: true}, {User: "U2"}})
		},
		"gone from Slack": func(t *testing.T, team models.Team) error { return team.RemoveParticipant(t.Context(), "U1") },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *models.Store, team models.Team) {
				must(t, leave(t, team))
				b := got(team.Blocker(t.Context(), "bl1"))(t)
				if b.Open() || b.ClearedBy != models.ClearedByLeft || b.Help {
					t.Errorf("%+v", b)
				}
				if due := got(s.DueBlocked(t.Context(), noon.AddDate(1, 0, 0), 9))(t); len(due) != 0 {
					t.Errorf("%v is asked about it", due)
				}
			})
		})
	}
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		must(t, team.SetParticipants(t.Context(), "p1", []models.Participant{{User: "U1"}, {User: "U9"}}))
		if !got(team.Blocker(t.Context(), "bl1"))(t).Open() {
			t.Error("the blocker of somebody who stays is over")
		}
	})
}

func TestWhoAsksForHelpWithABlockerIsCountedOnce(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		other := blocker()
		other.ID, other.User = "bl2", "U2" // did not answer
		got(team.RaiseBlocker(ctx, other))(t)
		second := blocker()
		second.ID, second.Key = "bl3", "PAY-1" // of U1, whose answer asks for help too
		got(team.RaiseBlocker(ctx, second))(t)
		r := round()
		must(t, team.Count(ctx, &r))
		if r.Helped != 2 {
			t.Errorf("%d people asked for help", r.Helped)
		}
		must(t, team.HelpCounted(ctx, "k1"))
		must(t, team.Count(ctx, &r))
		if r.Helped != 1 { // the answer
			t.Errorf("%d people ask for help after they were counted", r.Helped)
		}
	})
}

func TestPeopleAreAskedAboutABlockerWhenItIsDue(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		second := blocker()
		second.ID, second.Key = "bl2", "PAY-1"
		got(team.RaiseBlocker(ctx, second))(t)
		at := blocker().RemindAt
		if due := got(s.DueBlocked(ctx, at.Add(-1), 9))(t); len(due) != 0 {
			t.Errorf("%v too early", due)
		}
		want := []models.DueBlocked{{TeamID: "T1", User: "U1"}}
		if diff := cmp.Diff(want, got(s.DueBlocked(ctx, at, 9))(t)); diff != "" {
			t.Error(diff)
		}
		got(team.Pause(ctx))(t)
		if due := got(s.DueBlocked(ctx, at, 9))(t); len(due) != 0 {
			t.Errorf("%v of a workspace that is not served", due)
		}
	})
}

func TestAttendanceIsEveryRoundOfAPersonTheNewestFirst(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		roundOn(t, team, today.AddDays(-1), map[string]string{"U1": models.OnTrack}) // without members
		r := round()
		r.ID, r.Date = "r0", today.AddDays(-2)
		got(team.OpenRound(ctx, r, members()))(t)
		found := got(team.AttendanceOf(ctx, "U1", today.AddDays(-9), today))(t)
		if len(found) != 2 || found[0].Round.ID != "r1" || found[0].Answer == nil || found[0].Answer.Status != models.Blocked ||
			found[1].Round.ID != "r0" || found[1].Answer != nil || found[1].Member.State != models.MemberWaiting {
			t.Errorf("%+v", found)
		}
		if found := got(team.AttendanceOf(ctx, "U1", today.AddDays(-9), today.AddDays(-1)))(t); len(found) != 1 {
			t.Errorf("%+v", found)
		}
		if found := got(team.AttendanceOf(ctx, "U9", today.AddDays(-9), today))(t); len(found) != 0 {
			t.Errorf("%+v", found)
		}
	})
}

// TestTheLastBlockedAnswersBecomeRows takes a database back to before the rows
// and migrates it again.
func TestTheLastBlockedAnswersBecomeRows(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		people := []models.Participant{{User: "U1"}, {User: "U2"}, {User: "U3"}, {User: "U4"}, {User: "U5"}, {User: "U6", Observer: true}}
		must(t, team.SetParticipants(ctx, "p1", people))
		roundOn(t, team, today.AddDays(-4), map[string]string{"U1": models.Blocked, "U2": models.Blocked, "U3": models.Blocked, "U4": models.Blocked, "U6": models.Blocked, "U7": models.Blocked})
		roundOn(t, team, today.AddDays(-3), map[string]string{"U1": models.OnTrack, "U3": models.Blocked, "U4": models.OnTrack})
		roundOn(t, team, today.AddDays(-2), map[string]string{"U1": models.Blocked, "U5": models.Blocked})
		roundOn(t, team, today.AddDays(-1), map[string]string{"U3": models.Blocked})
		said := &models.Answer{RoundID: "r-" + today.AddDays(-1).String(), User: "U2", Status: models.Blocked, BlockedKind: "person", BlockedKey: "PAY-1", Since: today.AddDays(-20), At: noon}
		got(team.PutAnswer(ctx, said))(t)
		db := s.Plain(ctx)
		for _, sql := range []string{"DROP TABLE blockers", "ALTER TABLE answers ADD COLUMN cleared " + map[string]string{"sqlite": "integer", "postgres": "boolean"}[s.Dialect()] + " NOT NULL DEFAULT false",
			"UPDATE answers SET cleared = true WHERE user_id = 'U5'", "DELETE FROM schema_migrations WHERE id = '0009_blockers'"} {
			must(t, db.Exec(sql).Error)
		}
		must(t, s.Migrate(ctx))
		since := map[string]calendar.Date{}
		for _, b := range got(team.ProjectBlockers(ctx, "p1"))(t) {
			since[b.User+" "+b.Key] = b.Since
			if !b.Open() || b.RaisedAt.IsZero() || b.RemindAt.Sub(b.TouchedAt) != 96*anHour || b.CheckinID != "k1" || b.SaidOn != b.RaisedOn || b.Help {
				t.Errorf("%+v", b)
			}
		}
		// U1 by the answer of the seed, U4 and U5 are clear, U6 and U7 are not asked.
		want := map[string]calendar.Date{"U1 PAY-871": today.AddDays(-2), "U2 PAY-1": today.AddDays(-20), "U3 ": today.AddDays(-4)}
		if diff := cmp.Diff(want, since); diff != "" {
			t.Error(diff)
		}
	})
}
