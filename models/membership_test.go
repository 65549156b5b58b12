package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway/models"
)

func TestARoundTakesInWhoIsNotInItWhileItIsOpen(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		late := models.RoundMember{User: "U7", AskAt: noon, RemindAt: noon.Add(4 * anHour), CloseAt: noon.Add(8 * anHour), State: models.MemberWaiting}
		must(t, team.SetMemberState(ctx, "r1", "U1", models.MemberAnswered))
		added := got(team.JoinRound(ctx, "r1", append(members(), late)))(t)
		if len(added) != 1 || added[0].User != "U7" {
			t.Errorf("%+v", added)
		}
		if m := got(team.RoundMember(ctx, "r1", "U1"))(t); m.State != models.MemberAnswered {
			t.Errorf("who was in it is %s", m.State)
		}
		r := got(team.Round(ctx, "r1"))(t)
		if !r.CloseAt.Equal(late.CloseAt) {
			t.Errorf("closes at %s", r.CloseAt)
		}
		got(team.CloseRound(ctx, r))(t)
		late.User = "U8"
		if added := got(team.JoinRound(ctx, "r1", []models.RoundMember{late}))(t); len(added) != 0 {
			t.Errorf("a closed round took in %+v", added)
		}
	})
}

func TestASnoozedReminderComesOnceMore(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.SetMemberState(ctx, "r1", "U1", models.MemberAsked))
		must(t, team.SetReminded(ctx, "r1", "U1"))
		must(t, team.Snooze(ctx, "r1", "U1", noon.Add(3*anHour)))
		if due := got(s.DueReminders(ctx, noon.Add(3*anHour-1), 9))(t); len(due) != 0 {
			t.Errorf("too early: %+v", due)
		}
		want := []models.DueMember{{TeamID: "T1", RoundID: "r1", User: "U1"}}
		if diff := cmp.Diff(want, got(s.DueReminders(ctx, noon.Add(3*anHour), 9))(t)); diff != "" {
			t.Error(diff)
		}
		must(t, team.Snooze(ctx, "r1", "U1", noon.Add(3*anHour)))
		if m := got(team.RoundMember(ctx, "r1", "U1"))(t); m.Snoozes != 2 {
			t.Errorf("%d snoozes", m.Snoozes)
		}
	})
}

func TestMembershipsComeNewestFirstOpenOrClosed(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		for n, id := range []string{"r0", "r2"} {
			r := round()
			r.ID, r.Date = id, today.AddDays(2*n-1)
			got(team.OpenRound(ctx, r, members()[:1]))(t)
		}
		got(team.CloseRound(ctx, round()))(t)
		var ids []string
		for _, m := range got(team.Memberships(ctx, "U1", 2))(t) {
			ids = append(ids, m.Round.ID+" "+m.Project.Key)
		}
		if diff := cmp.Diff([]string{"r2 PAY", "r1 PAY"}, ids); diff != "" {
			t.Error(diff)
		}
		if mine := got(team.Memberships(ctx, "U2", 9))(t); len(mine) != 1 {
			t.Errorf("%+v", mine)
		}
	})
}
