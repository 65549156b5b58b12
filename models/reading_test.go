package models_test

import (
	"errors"
	"testing"

	"headway/calendar"
	"headway/metrics"
	"headway/models"
)

func TestAWishForAReadingStandsUntilItIsOver(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		later := models.Reading{ProjectID: "p1", User: "U2", AskedAt: noon.Add(anHour)}
		must(t, team.AskReading(ctx, &later))
		must(t, team.TellReading(ctx, "w1", models.ReadingFailed))
		open := got(team.Readings(ctx, "p1"))(t)
		if len(open) != 2 || open[0].ID != "w1" || !open[0].Full || open[0].Told != models.ReadingFailed || open[1].Told != models.ReadingBegun {
			t.Errorf("%+v", open)
		}
		must(t, team.TellReading(ctx, later.ID, models.ReadingOver))
		if open = got(team.Readings(ctx, "p1"))(t); len(open) != 1 || open[0].ID != "w1" {
			t.Errorf("%+v", open)
		}
		if last := got(team.LastReading(ctx, "p1"))(t); last.ID != later.ID || !last.AskedAt.Equal(noon.Add(anHour)) {
			t.Errorf("%+v", last)
		}
		if none := got(team.LastReading(ctx, "p9"))(t); none.ID != "" {
			t.Errorf("%+v", none)
		}
	})
}

func TestAWatermarkKeepsWhatTheNextRefreshCompares(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		want := models.Watermark{Tenant: models.Tenant{TeamID: "T1"}, ProjectID: "p1", ReadUpTo: noon, StartedAt: noon, EndedAt: noon.Add(anHour), Issues: 7, State: models.RefreshStale,
			Problem: "empty", Full: true, Definition: 3, OpenFrom: calendar.WeekOf(today), Basis: "0af1", Counted: 8, EmptySince: noon}
		must(t, team.PutWatermark(t.Context(), want))
		if kept := got(team.Watermark(t.Context(), "p1"))(t); kept != want {
			t.Errorf("%+v", kept)
		}
	})
}

func TestWeeksThatAClockLeftAheadGo(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx, ahead, now := t.Context(), week47(), week47()
		ahead.Week = ahead.Week.Next().Next()
		must(t, team.ReplaceWeeks(ctx, "p1", 1, []metrics.Weekly{ahead}, models.Watermark{State: models.RefreshOK}))
		now.Completed = 15
		must(t, team.ReplaceWeeks(ctx, "p1", 1, []metrics.Weekly{now}, models.Watermark{State: models.RefreshOK}))
		rows := got(team.Weeks(ctx, permit(team), now.Week.Add(-9), ahead.Week))(t)
		if len(rows) != 1 || rows[0].Completed != 15 || len(rows[0].Statuses) != 1 {
			t.Errorf("%+v", rows)
		}
	})
}

func TestEarlierDeploymentsAreKnown(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx, shipped := t.Context(), week47()
		shipped.Deployments = 1
		must(t, team.ReplaceWeeks(ctx, "p1", 1, []metrics.Weekly{shipped}, models.Watermark{}))
		for week, want := range map[calendar.Week]bool{shipped.Week: false, shipped.Week.Next(): true} {
			if known := got(team.DeployedBefore(ctx, "p1", week))(t); known != want {
				t.Errorf("before %v: %v", week, known)
			}
		}
	})
}

func TestALostLeaseRollsWorkBack(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		lost, ok, err := team.Lease(ctx, "reading:c1", -anHour)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if live := got(team.Leased(ctx, "reading:c1"))(t); live {
			t.Error("a lease that lapsed counts as held")
		}
		held, ok, err := team.Lease(ctx, "reading:c1", anHour)
		if err != nil || !ok || !got(team.Leased(ctx, "reading:c1"))(t) {
			t.Fatal(ok, err)
		}
		work := func(l models.Lease) error {
			return team.Atomically(ctx, func(tx models.Team) error {
				if err := tx.Audit(ctx, models.Audit{ID: models.NewID(), At: noon, Verb: "fenced", ProjectID: "p1"}); err != nil {
					return err
				}
				return l.In(tx).Renew(ctx)
			})
		}
		if err := work(lost); !errors.Is(err, models.ErrLeaseLost) {
			t.Error(err)
		}
		must(t, work(held))
		fenced := 0
		for _, line := range got(team.AuditSince(ctx, "p1", noon, 99))(t) {
			if line.Verb == "fenced" {
				fenced++
			}
		}
		if fenced != 1 {
			t.Errorf("%d of two pieces of work stand, one of them had lost its lease", fenced)
		}
	})
}

func TestADeadMessageIsSentAgainOnRequest(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		enqueue(t, team, "C1")
		o := claimOne(t, s)
		if _, err := team.Replay(ctx, o.ID); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("one that is being sent: %v", err)
		}
		must(t, s.MarkDead(ctx, o, "is_archived"))
		if d := got(team.OutboxDepth(ctx))(t); d != (models.Depth{Dead: 1}) {
			t.Errorf("%+v", d)
		}
		again := got(team.Replay(ctx, o.ID))(t)
		if again.Channel != "C1" || len(again.Payload) != 0 {
			t.Errorf("%+v", again)
		}
		if d := got(team.OutboxDepth(ctx))(t); d != (models.Depth{Pending: 1}) {
			t.Errorf("%+v", d)
		}
		makeDue(t, s)
		o = claimOne(t, s)
		if len(o.Payload) == 0 || o.Attempts != 0 {
			t.Errorf("%+v", o)
		}
		must(t, s.MarkSent(ctx, o, "C1", "1.1"))
		if _, err := team.Replay(ctx, o.ID); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("one that was sent: %v", err)
		}
	})
}
