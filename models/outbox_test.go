package models_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/models"
	"headway/models/storetest"
)

const lease = 30 * time.Second

// enqueue writes one message per key into the outbox; the key is its channel
// too.
func enqueue(t *testing.T, team models.Team, keys ...string) {
	t.Helper()
	for _, key := range keys {
		must(t, team.Enqueue(t.Context(), models.OutboxMessage{Channel: key, Kind: "notice", Key: key, Payload: []byte("{}")}))
	}
}

func claim(t *testing.T, s *models.Store) []models.Outbox {
	t.Helper()
	return got(s.ClaimOutbox(t.Context(), 20, lease))(t)
}

// claimOne claims the only message that is due, and marks it as being sent.
func claimOne(t *testing.T, s *models.Store) models.Outbox {
	t.Helper()
	rows := claim(t, s)
	if len(rows) != 1 {
		t.Fatalf("%d messages are due, want 1", len(rows))
	}
	if ok := got(s.MarkSending(t.Context(), rows[0]))(t); !ok {
		t.Fatal("the lease is lost")
	}
	return rows[0]
}

// makeDue lets all pending messages be due, as if time had passed.
func makeDue(t *testing.T, s *models.Store) {
	t.Helper()
	must(t, s.Plain(t.Context()).Exec("UPDATE outbox SET due_at = due_at - 3600000 WHERE state IN ('pending', 'uncertain')").Error)
}

// lapse lets all leases run out.
func lapse(t *testing.T, s *models.Store) {
	t.Helper()
	must(t, s.Plain(t.Context()).Exec("UPDATE outbox SET lease_until = 1 WHERE lease_until > 0").Error)
}

func row(t *testing.T, s *models.Store, key string) models.Outbox {
	t.Helper()
	var o models.Outbox
	must(t, s.Plain(t.Context()).Where("key = ?", key).Take(&o).Error)
	return o
}

func keysOf(rows []models.Outbox) []string {
	keys := []string{}
	for _, o := range rows {
		keys = append(keys, o.Key)
	}
	slices.Sort(keys)
	return keys
}

// eachOutbox runs the test on a team with an empty outbox.
func eachOutbox(t *testing.T, test func(t *testing.T, s *models.Store, team models.Team)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		must(t, s.Team("T1").EnsureWorkspace(t.Context(), "Acme"))
		test(t, s, s.Team("T1"))
	})
}

func TestAMessageGoesFromPendingToSentAndLosesItsPayload(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		enqueue(t, team, "C1")
		enqueue(t, team, "C1") // the same key
		o := claimOne(t, s)
		if string(o.Payload) != "{}" || o.MsgUUID == "" || o.State != models.OutboxLeased {
			t.Errorf("%+v", o)
		}
		must(t, s.MarkSent(t.Context(), o, "D9", "1700.1"))
		channel, ts, ok, err := team.SentAs(t.Context(), "C1")
		must(t, err)
		if !ok || channel != "D9" || ts != "1700.1" {
			t.Errorf("%s %s %v", channel, ts, ok)
		}
		if o := row(t, s, "C1"); len(o.Payload) > 0 || o.SentAt.IsZero() || o.State != models.OutboxSent {
			t.Errorf("%+v", o)
		}
		if rows := claim(t, s); len(rows) > 0 {
			t.Errorf("sent again: %v", keysOf(rows))
		}
	})
}

func TestAKeyHasOneUUIDInEachTeam(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		enqueue(t, team, "C1")
		enqueue(t, s.Team("T2"), "C1")
		rows := claim(t, s)
		if len(rows) != 2 || rows[0].MsgUUID == rows[1].MsgUUID {
			t.Errorf("%+v", rows)
		}
	})
}

func TestTwoClaimersNeverGetOneRow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		stores := []*models.Store{open(), open()}
		team := stores[0].Team("T1")
		const messages = 120
		for i := range messages {
			enqueue(t, team, fmt.Sprintf("C%d", i))
		}
		var group sync.WaitGroup
		var lock sync.Mutex
		seen := map[string]int{}
		for i := range 6 {
			group.Go(func() {
				for {
					rows, err := stores[i%2].ClaimOutbox(t.Context(), 10, lease)
					if err != nil {
						t.Error(err)
					}
					if len(rows) == 0 {
						return
					}
					lock.Lock()
					for _, o := range rows {
						seen[o.Key]++
					}
					lock.Unlock()
				}
			})
		}
		group.Wait()
		lapsed := claimAll(t, stores[0]) // rows that a skipped lock left behind
		if len(seen)+len(lapsed) != messages {
			t.Errorf("%d claimed, %d left", len(seen), len(lapsed))
		}
		for key, n := range seen {
			if n != 1 {
				t.Errorf("%s was claimed %d times", key, n)
			}
		}
	})
}

func claimAll(t *testing.T, s *models.Store) (all []models.Outbox) {
	t.Helper()
	for {
		rows := claim(t, s)
		if len(rows) == 0 {
			return all
		}
		all = append(all, rows...)
	}
}

func TestPostsInAChannelAreApartAndInOrder(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		for i := range 3 {
			must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "C1", Key: fmt.Sprint(i), Payload: []byte("{}")}))
		}
		first, second, third := row(t, s, "0"), row(t, s, "1"), row(t, s, "2")
		if gap := second.DueAt.Sub(first.DueAt); gap < time.Second {
			t.Errorf("%v apart", gap)
		}
		if gap := third.DueAt.Sub(second.DueAt); gap != 1100*time.Millisecond {
			t.Errorf("%v apart", gap)
		}
		makeDue(t, s)
		if o := claimOne(t, s); o.Key != "0" {
			t.Errorf("%s goes first", o.Key)
		}
		if rows := claim(t, s); len(rows) > 0 {
			t.Errorf("%v while the channel is busy", keysOf(rows))
		}
	})
}

func TestPostsThatFellDueTogetherDoNotGoOutInABurst(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		for i := range 3 {
			must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "C1", Key: fmt.Sprint(i), Payload: []byte("{}")}))
		}
		makeDue(t, s) // as after an hour's outage
		sent := time.Now()
		must(t, s.MarkSent(ctx, claimOne(t, s), "C1", "1"))
		if rows := claim(t, s); len(rows) > 0 {
			t.Errorf("%v right after", keysOf(rows))
		}
		if o := row(t, s, "1"); o.DueAt.Before(sent.Add(time.Second)) {
			t.Errorf("due %v after", o.DueAt.Sub(sent))
		}
		next, ok, err := s.NextOutboxDue(ctx)
		must(t, err)
		if !ok || !next.Equal(row(t, s, "1").DueAt) {
			t.Errorf("%v %v", next, ok)
		}
	})
}

func TestAMessageForLaterTakesNoPlaceInTheLine(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx, later := t.Context(), time.Now().Add(anHour).UTC().Truncate(time.Millisecond)
		must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "C1", Key: "later", NotBefore: later}))
		must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "C1", Key: "now"}))
		if rows := claim(t, s); !cmp.Equal(keysOf(rows), []string{"now"}) {
			t.Error(keysOf(rows))
		}
		if o := row(t, s, "later"); !o.DueAt.Equal(later) {
			t.Errorf("%v, want %v", o.DueAt, later)
		}
	})
}

func TestATeamWithManyMessagesDoesNotHoldUpAnother(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		for i := range 30 {
			enqueue(t, team, fmt.Sprintf("C%d", i))
		}
		enqueue(t, s.Team("T2"), "C-other")
		rows := got(s.ClaimOutbox(t.Context(), 4, lease))(t)
		if len(rows) != 4 || !slices.Contains(keysOf(rows), "C-other") {
			t.Error(keysOf(rows))
		}
	})
}

func TestAnUpdateWaitsForItsMessage(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		update := func(key, target string) {
			must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "D1", Key: key, Method: models.MethodUpdate, TargetKey: target, Payload: []byte("{}")}))
		}
		enqueue(t, team, "C1")
		update("thanks", "C1")
		o := claimOne(t, s)
		if rows := claim(t, s); len(rows) > 0 {
			t.Errorf("%v before its message is sent", keysOf(rows))
		}
		if _, ok, err := s.NextOutboxDue(ctx); ok || err != nil {
			t.Errorf("an update that must wait counts as due: %v", err)
		}
		must(t, s.MarkSent(ctx, o, "C1", "1"))
		if o := claimOne(t, s); o.Key != "thanks" {
			t.Errorf("%s", o.Key)
		}
	})
}

func TestAnUpdateOfAMessageThatNeverWentIsDropped(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		update := func(key, target string) {
			must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "C1", Key: key, Method: models.MethodUpdate, TargetKey: target, Payload: []byte("{}")}))
		}
		enqueue(t, team, "C1")
		update("before", "C1")
		must(t, s.MarkDead(ctx, claimOne(t, s), "is_archived"))
		update("after", "C1")
		update("of nothing", "none")
		for _, key := range []string{"before", "after", "of nothing"} {
			if o := row(t, s, key); o.State != models.OutboxDropped || len(o.Payload) > 0 {
				t.Errorf("%s is %s", key, o.State)
			}
		}
		d, err := s.OutboxDepth(ctx)
		must(t, err)
		if d.Pending != 0 || d.Dead != 1 {
			t.Errorf("%+v", d)
		}
		if letters := got(team.Letters(ctx, models.OutboxDead, 9))(t); len(letters) != 1 || letters[0].LastError != "is_archived" {
			t.Errorf("%+v", letters)
		}
	})
}

func TestAReplyWaitsForItsMessageAndGoesWithIt(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		reply := func(key, target string) {
			must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "C1", Key: key, TargetKey: target, Payload: []byte("{}")}))
		}
		enqueue(t, team, "C1")
		reply("in thread", "C1")
		o := claimOne(t, s)
		makeDue(t, s)
		if rows := claim(t, s); len(rows) > 0 {
			t.Errorf("%v before its message is sent", keysOf(rows))
		}
		if _, ok, err := s.NextOutboxDue(ctx); ok || err != nil {
			t.Errorf("a reply that must wait counts as due: %v", err)
		}
		must(t, s.MarkSent(ctx, o, "C1", "1.1"))
		makeDue(t, s)
		if o := claimOne(t, s); o.Key != "in thread" || o.Method != models.MethodPost || o.TargetKey != "C1" {
			t.Errorf("%+v", o)
		}
	})
}

func TestAReplyToAMessageThatNeverWentIsDropped(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		reply := func(key, target string) {
			must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "C1", Key: key, TargetKey: target, Payload: []byte("{}")}))
		}
		enqueue(t, team, "C1")
		reply("before", "C1")
		must(t, s.MarkDead(ctx, claimOne(t, s), "is_archived"))
		reply("after", "C1")
		reply("to nothing", "none")
		for _, key := range []string{"before", "after", "to nothing"} {
			if o := row(t, s, key); o.State != models.OutboxDropped || len(o.Payload) > 0 {
				t.Errorf("%s is %s with %d bytes", key, o.State, len(o.Payload))
			}
		}
	})
}

func TestAnEditThatALaterOneOutranIsDropped(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		enqueue(t, team, "prompt")
		must(t, s.MarkSent(ctx, claimOne(t, s), "D1", "1.1"))
		edit := func(key string) {
			must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "prompt", Kind: "thanks", Method: models.MethodUpdate, Key: key, TargetKey: "prompt", Payload: []byte("{}")}))
		}
		edit("first")
		must(t, s.Postpone(ctx, claimOne(t, s), time.Hour, "internal_error", true))
		edit("second")
		must(t, s.MarkSent(ctx, claimOne(t, s), "D1", "1.1"))
		makeDue(t, s)
		if ok := got(s.MarkSending(ctx, claim(t, s)[0]))(t); ok {
			t.Error("the older edit goes out after the newer one")
		}
		if o := row(t, s, "first"); o.State != models.OutboxDropped || len(o.Payload) > 0 {
			t.Errorf("the older edit is %s with %d bytes", o.State, len(o.Payload))
		}
	})
}

func TestALostLeaseMayNotSpeak(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		enqueue(t, team, "C1")
		slow := claim(t, s)[0]
		lapse(t, s)
		if ok := got(s.MarkSending(ctx, slow))(t); ok {
			t.Error("marked with a lapsed lease")
		}
		quick := claimOne(t, s)
		for name, err := range map[string]error{
			"sent": s.MarkSent(ctx, slow, "C1", "1"), "uncertain": s.MarkUncertain(ctx, slow, "x"), "dead": s.MarkDead(ctx, slow, "x"),
			"postpone": s.Postpone(ctx, slow, 0, "x", true), "drop": s.Drop(ctx, slow, "x"),
		} {
			if !errors.Is(err, models.ErrLeaseLost) {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t, s.MarkSent(ctx, quick, "C1", "2"))
	})
}

func TestAPostponedMessageComesAgainAndCountsItsTries(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		enqueue(t, team, "C1")
		must(t, s.Postpone(ctx, claimOne(t, s), anHour, "ratelimited", false))
		if rows := claim(t, s); len(rows) > 0 {
			t.Error("came early")
		}
		makeDue(t, s)
		must(t, s.Postpone(ctx, claimOne(t, s), anHour, "internal_error", true))
		if o := row(t, s, "C1"); o.Attempts != 1 || o.LastError != "internal_error" || o.State != models.OutboxPending || len(o.Payload) == 0 {
			t.Errorf("%+v", o)
		}
	})
}

func TestASenderThatFellSilentLeavesAnUncertainMessage(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		enqueue(t, team, "C1")
		o := claimOne(t, s)
		if n := got(s.LapsedSending(ctx))(t); n != 0 {
			t.Error("lapsed while it was sending")
		}
		lapse(t, s)
		if n := got(s.LapsedSending(ctx))(t); n != 1 {
			t.Errorf("%d lapsed", n)
		}
		if rows := claim(t, s); len(rows) > 0 {
			t.Error("sent again blindly")
		}
		if rows := got(s.DueUncertain(ctx, time.Minute, 9))(t); len(rows) > 0 {
			t.Error("judged at once")
		}
		makeDue(t, s)
		rows := got(s.DueUncertain(ctx, time.Minute, 9))(t)
		if len(rows) != 1 || len(rows[0].Payload) == 0 {
			t.Fatalf("%+v", rows)
		}
		must(t, s.Postpone(ctx, rows[0], 0, "lease_lapsed", true))
		if err := s.MarkSent(ctx, o, "C1", "1"); !errors.Is(err, models.ErrLeaseLost) {
			t.Error("the silent sender spoke up", err)
		}
		claimOne(t, s)
	})
}

func TestAnUncertainMessageThatWasSentAfterAllIsSent(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		enqueue(t, team, "C1")
		o := claimOne(t, s)
		must(t, s.MarkUncertain(ctx, o, "timeout"))
		if d, err := s.OutboxDepth(ctx); d.Uncertain != 1 || err != nil {
			t.Errorf("%+v, %v", d, err)
		}
		must(t, s.MarkSent(ctx, o, "C1", "1"))
		if _, _, ok, err := team.SentAs(ctx, "C1"); !ok || err != nil {
			t.Error(err)
		}
	})
}

func TestNothingIsClaimedBeforeSlackAllowsIt(t *testing.T) {
	for _, scope := range []string{"C1", models.MethodPost} {
		t.Run(scope, func(t *testing.T) {
			eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
				ctx := t.Context()
				enqueue(t, team, "C1")
				enqueue(t, s.Team("T2"), "C1")
				must(t, s.BlockPace(ctx, "T1", scope, time.Now().Add(anHour)))
				must(t, s.BlockPace(ctx, "T1", scope, time.Now())) // a shorter one does not lift it
				if rows := claim(t, s); len(rows) != 1 || rows[0].TeamID != "T2" {
					t.Errorf("%+v", rows)
				}
			})
		})
	}
}

func TestAMessageThatIsClaimedHeedsABlockThatCameMeanwhile(t *testing.T) {
	eachOutbox(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx, until := t.Context(), time.Now().Add(anHour).UTC().Truncate(time.Millisecond)
		enqueue(t, team, "C1", "C2")
		rows := claim(t, s)
		must(t, s.BlockPace(ctx, "T1", models.MethodPost, until))
		enqueue(t, team, "C3")
		for _, o := range rows {
			if ok := got(s.MarkSending(ctx, o))(t); ok {
				t.Errorf("%s is sent", o.Key)
			}
		}
		for _, key := range []string{"C1", "C2", "C3"} {
			if o := row(t, s, key); o.State != models.OutboxPending || !o.DueAt.Equal(until) || o.Attempts != 0 {
				t.Errorf("%+v", o)
			}
		}
		if next, ok, err := s.NextOutboxDue(ctx); !ok || err != nil || !next.Equal(until) {
			t.Errorf("%v %v %v", next, ok, err)
		}
	})
}

func TestShutdownGivesBackOnlyItsOwnLeases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		mine, other := open(), open()
		team := mine.Team("T1")
		enqueue(t, team, "C1")
		theirs := claim(t, other)
		enqueue(t, team, "C2", "C3")
		sending := claim(t, mine)
		got(mine.MarkSending(t.Context(), sending[0]))(t)
		if n := got(mine.ReleaseLeases(t.Context()))(t); n != 1 {
			t.Errorf("%d released", n)
		}
		if rows := claim(t, mine); len(rows) != 1 || rows[0].Key != sending[1].Key {
			t.Errorf("%v", keysOf(rows))
		}
		if ok := got(other.MarkSending(t.Context(), theirs[0]))(t); !ok {
			t.Error("another process lost its lease")
		}
	})
}
