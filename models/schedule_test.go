package models_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"headway/models"
	"headway/models/storetest"
)

// everyDay moves the schedule a day on and counts how often it ran.
func everyDay(ran *atomic.Int64) models.SlotFunc {
	return func(_ models.Team, s models.Schedule) (time.Time, string, string, string, error) {
		ran.Add(1)
		next := s.NextDue.AddDate(0, 0, 1)
		return next, next.Format(time.DateOnly), "", "", nil
	}
}

func seededSchedule(t *testing.T, team models.Team) models.Schedule {
	t.Helper()
	return got(team.ScheduleOf(t.Context(), "checkin", "k1"))(t)
}

func TestASlotRunsOnceHoweverManyTickAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		stores := []*models.Store{open(), open(), open()}
		seed(t, stores[0].Team("T1"))
		id := seededSchedule(t, stores[0].Team("T1")).ID
		var calls, wins atomic.Int64
		var group sync.WaitGroup
		for _, s := range stores {
			group.Go(func() {
				ran, err := s.Team("T1").RunSlot(t.Context(), id, noon.AddDate(0, 0, 1), everyDay(&calls))
				if err != nil {
					t.Error(err)
				}
				if ran {
					wins.Add(1)
				}
			})
		}
		group.Wait()
		runs := got(stores[0].Team("T1").Runs(t.Context(), "p1", 9))(t)
		if wins.Load() != 1 || len(runs) != 2 { // the seed ran the first slot
			t.Errorf("%d wins, %d runs", wins.Load(), len(runs))
		}
	})
}

func TestASlotIsNotRunBeforeItIsDueNorWhilePaused(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx, id := t.Context(), seededSchedule(t, team).ID
		var calls atomic.Int64
		if ran := got(team.RunSlot(ctx, id, noon, everyDay(&calls)))(t); ran {
			t.Error("ran before it was due")
		}
		must(t, team.PauseSchedules(ctx, "p1"))
		if ran := got(team.RunSlot(ctx, id, noon.AddDate(0, 0, 2), everyDay(&calls)))(t); ran {
			t.Error("ran while paused")
		}
		must(t, team.ResumeSchedules(ctx, "p1"))
		if ran := got(team.RunSlot(ctx, id, noon.AddDate(0, 0, 2), everyDay(&calls)))(t); !ran || calls.Load() != 1 {
			t.Error("did not run when resumed")
		}
		if ran := got(team.RunSlot(ctx, "gone", noon, everyDay(&calls)))(t); ran {
			t.Error("ran a schedule that is gone")
		}
	})
}

func TestASlotThatRanBeforeIsOnlyMovedPast(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		s := seededSchedule(t, team)
		s.NextDue, s.Slot = noon, today.String() // the seed ran this one
		must(t, team.PutSchedule(ctx, &s))
		ran := got(team.RunSlot(ctx, s.ID, noon, func(tx models.Team, s models.Schedule) (time.Time, string, string, string, error) {
			must(t, tx.SetOwner(ctx, "U9"))
			return noon.AddDate(0, 0, 1), "2026-11-25", "", "", nil
		}))(t)
		if w := got(team.Workspace(ctx))(t); ran || w.Owner != "U1" {
			t.Errorf("ran %v, owner %s", ran, w.Owner)
		}
		if s := seededSchedule(t, team); s.Slot != "2026-11-25" || !s.NextDue.Equal(noon.AddDate(0, 0, 1)) {
			t.Errorf("%+v", s)
		}
	})
}

func TestAFailedSlotStaysDueAndLeavesNoRun(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx, before := t.Context(), seededSchedule(t, team)
		tomorrow := noon.AddDate(0, 0, 1)
		_, err := team.RunSlot(ctx, before.ID, tomorrow, func(tx models.Team, _ models.Schedule) (time.Time, string, string, string, error) {
			must(t, tx.SetOwner(ctx, "U9"))
			return time.Time{}, "", "", "", errOurs
		})
		if !errors.Is(err, errOurs) {
			t.Error(err)
		}
		due := got(s.Due(ctx, "checkin", tomorrow, 9))(t)
		if runs := got(team.Runs(ctx, "p1", 9))(t); len(due) != 1 || len(runs) != 1 {
			t.Errorf("%v due, %d runs", due, len(runs))
		}
		if w := got(team.Workspace(ctx))(t); w.Owner != "U1" {
			t.Errorf("owner %s", w.Owner)
		}
	})
}

func TestARunKeepsHowItEnded(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx, id := t.Context(), seededSchedule(t, team).ID
		tomorrow := noon.AddDate(0, 0, 1)
		got(team.RunSlot(ctx, id, tomorrow, func(models.Team, models.Schedule) (time.Time, string, string, string, error) {
			return time.Time{}, "", models.RunMissed, "too_late", nil
		}))(t)
		run := got(team.Runs(ctx, "p1", 1))(t)[0]
		if run.State != models.RunMissed || run.Note != "too_late" || run.Slot != "2026-11-25" || !run.StartedAt.Equal(tomorrow) {
			t.Errorf("%+v", run)
		}
		if s := seededSchedule(t, team); s.State != models.Paused {
			t.Errorf("without a next slot it is %s", s.State)
		}
	})
}

func TestNextDueFindsTheEarliestOfEverything(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		next := func(after time.Time) time.Time {
			at, ok, err := s.NextDue(ctx, after)
			must(t, err)
			if !ok {
				t.Fatal("nothing is due")
			}
			return at
		}
		if at := next(noon); !at.Equal(noon.Add(anHour)) {
			t.Errorf("asking U2 comes first, not %v", at)
		}
		must(t, team.SetMemberState(ctx, "r1", "U1", models.MemberAsked))
		must(t, team.SetMemberState(ctx, "r1", "U2", models.MemberAsked))
		if at := next(noon); !at.Equal(noon.Add(2 * anHour)) {
			t.Errorf("reminding U1 comes next, not %v", at)
		}
		must(t, team.SetReminded(ctx, "r1", "U1"))
		must(t, team.SetMemberState(ctx, "r1", "U2", models.MemberAnswered))
		if at := next(noon); !at.Equal(noon.Add(4 * anHour)) {
			t.Errorf("closing the round comes next, not %v", at)
		}
		r := round()
		r.ClosedAt = noon
		got(team.CloseRound(ctx, r))(t)
		if at := next(noon); !at.Equal(noon.AddDate(0, 0, 1)) {
			t.Errorf("tomorrow's round comes next, not %v", at)
		}
		must(t, team.PauseSchedules(ctx, "p1"))
		if at := next(noon); !at.Equal(noon.Add(48 * anHour)) {
			t.Errorf("asking about the blocker comes next, not %v", at)
		}
		must(t, team.RemoveBlocker(ctx, "bl1"))
		if at, ok, err := s.NextDue(ctx, noon); ok || err != nil {
			t.Errorf("%v %v", at, err)
		}
	})
}

func TestOneHolderAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		stores := []*models.Store{open(), open()}
		var group sync.WaitGroup
		var held atomic.Int64
		leases := make(chan models.Lease, 8)
		for i := range 8 {
			group.Go(func() {
				l, ok, err := stores[i%2].Team("T1").Lease(t.Context(), "refresh:p1", anHour)
				if err != nil {
					t.Error(err)
				}
				if ok {
					held.Add(1)
					leases <- l
				}
			})
		}
		group.Wait()
		if held.Load() != 1 {
			t.Fatalf("%d hold it", held.Load())
		}
		l := <-leases
		must(t, l.Renew(t.Context()))
		must(t, l.Release(t.Context()))
		if err := l.Renew(t.Context()); !errors.Is(err, models.ErrLeaseLost) {
			t.Error(err)
		}
	})
}

func TestALapsedLeaseIsFree(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := context.Background()
		first, ok, err := team.Lease(ctx, "x", -time.Second)
		must(t, err)
		_, second, err := team.Lease(ctx, "x", anHour)
		must(t, err)
		if !ok || !second {
			t.Errorf("%v %v", ok, second)
		}
		if err := first.Renew(ctx); !errors.Is(err, models.ErrLeaseLost) {
			t.Error(err)
		}
		must(t, first.Release(ctx))
		if _, third, err := team.Lease(ctx, "x", anHour); third || err != nil {
			t.Error("a lost lease released another's", err)
		}
	})
}

func TestALargeTeamHoldsUpNoOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		for id, n := range map[string]int{"T1": 30, "T2": 2} {
			team := s.Team(id)
			seed(t, team)
			var many []models.RoundMember
			for i := range n {
				at := noon.Add(-time.Duration(i) * time.Minute)
				if id == "T2" {
					at = noon
				}
				many = append(many, models.RoundMember{User: fmt.Sprintf("U%d", 100+i), AskAt: at, CloseAt: noon.Add(anHour)})
			}
			r := round()
			r.ID, r.Date = "large", today.AddDays(1)
			got(team.OpenRound(t.Context(), r, many))(t)
		}
		due := got(s.DueMembers(t.Context(), noon, 16))(t)
		teams := map[string]int{}
		for _, d := range due {
			teams[d.TeamID]++
		}
		if teams["T1"] != 4 || teams["T2"] != 3 { // one more each from the seed
			t.Errorf("%v", teams)
		}
		if due[0].TeamID != "T1" || due[0].User != "U129" {
			t.Errorf("the one who waited longest comes first: %+v", due)
		}
	})
}
