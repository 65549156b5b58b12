package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/calendar"
	"headway/metrics"
	"headway/models"
)

func TestARoundIsOpenedOncePerDate(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		r := round()
		r.ID = "r-again"
		if created := got(team.OpenRound(t.Context(), r, members()))(t); created {
			t.Error("a second round on the date")
		}
		if r := got(team.RoundOn(t.Context(), "k1", today))(t); r.ID != "r1" {
			t.Errorf("round %s", r.ID)
		}
	})
}

func TestOneCloserWinsAndTheCountsFreeze(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		r := round()
		must(t, team.Count(ctx, &r))
		r.ClosedAt = noon.Add(4 * anHour)
		first := got(team.CloseRound(ctx, r))(t)
		r.Blocked = 99
		if second := got(team.CloseRound(ctx, r))(t); !first || second {
			t.Errorf("first %v, second %v", first, second)
		}
		closed := got(team.Round(ctx, "r1"))(t)
		if closed.State != models.RoundClosed || closed.Asked != 2 || closed.Answered != 1 || closed.Blocked != 1 ||
			closed.Helped != 1 || closed.ConfidenceSum != 2 || closed.ConfidenceN != 1 {
			t.Errorf("%+v", closed)
		}
		for _, m := range got(team.RoundMembers(ctx, "r1"))(t) {
			if m.State != models.MemberMissed {
				t.Errorf("%+v", m)
			}
		}
	})
}

func TestTheTallyOfAClosedRoundStaysAsItWas(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		want := metrics.NewTally(2, map[string]int{models.OnTrack: 0, models.AtRisk: 0, models.Blocked: 1})
		check := func() {
			t.Helper()
			if diff := cmp.Diff(metrics.Withhold(want, metrics.OwnTeam), metrics.Withhold(got(team.Tally(ctx, "r1"))(t), metrics.OwnTeam)); diff != "" {
				t.Error(diff)
			}
		}
		check()
		r := round()
		must(t, team.Count(ctx, &r))
		got(team.CloseRound(ctx, r))(t)
		got(team.PutAnswer(ctx, &models.Answer{RoundID: "r1", User: "U2", Status: models.OnTrack, At: noon, Late: true}))(t)
		check()
	})
}

func TestTheLastAnswerStands(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		a := models.Answer{RoundID: "r1", User: "U1", Status: models.AtRisk, Plan: "PAY-1,PAY-2", At: noon.Add(anHour)}
		was := got(team.PutAnswer(ctx, &a))(t)
		if was == nil || was.Status != models.Blocked || was.Version != 1 || a.Version != 2 {
			t.Errorf("was %+v, is %+v", was, a)
		}
		stands := got(team.AnswerOf(ctx, "r1", "U1"))(t)
		if diff := cmp.Diff(a, stands); diff != "" {
			t.Error(diff)
		}
		first := models.Answer{RoundID: "r1", User: "U2", Status: models.OnTrack, At: noon}
		if was := got(team.PutAnswer(ctx, &first))(t); was != nil {
			t.Errorf("%+v", was)
		}
	})
}

func TestMembersAreDueAtTheirOwnTimes(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		users := func(due []models.DueMember, err error) []string {
			must(t, err)
			var ids []string
			for _, d := range due {
				if d.TeamID != "T1" || d.RoundID != "r1" {
					t.Errorf("%+v", d)
				}
				ids = append(ids, d.User)
			}
			return ids
		}
		if due := users(s.DueMembers(ctx, noon, 9)); !cmp.Equal(due, []string{"U1"}) {
			t.Errorf("asks %v", due)
		}
		if due := users(s.DueMembers(ctx, noon.Add(anHour), 9)); !cmp.Equal(due, []string{"U1", "U2"}) {
			t.Errorf("asks %v", due)
		}
		must(t, team.SetMemberState(ctx, "r1", "U1", models.MemberAsked))
		must(t, team.SetMemberState(ctx, "r1", "U2", models.MemberAsked))
		if due := users(s.DueReminders(ctx, noon.Add(2*anHour), 9)); !cmp.Equal(due, []string{"U1"}) {
			t.Errorf("reminds %v", due)
		}
		must(t, team.SetReminded(ctx, "r1", "U1"))
		if due := users(s.DueReminders(ctx, noon.Add(3*anHour), 9)); !cmp.Equal(due, []string{"U2"}) {
			t.Errorf("reminds %v", due)
		}
		if due := users(s.DueReminders(ctx, noon.Add(4*anHour), 9)); due != nil {
			t.Errorf("reminds %v after the window", due)
		}
		if due := got(s.DueRounds(ctx, noon.Add(4*anHour-1), 9))(t); len(due) != 0 {
			t.Errorf("closes early: %v", due)
		}
		if due := got(s.DueRounds(ctx, noon.Add(4*anHour), 9))(t); !cmp.Equal(due, []models.DueRound{{TeamID: "T1", RoundID: "r1"}}) {
			t.Errorf("closes %v", due)
		}
	})
}

func TestAnOpenRoundWaitsForItsMembers(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		open := got(team.OpenMemberships(t.Context(), "U2"))(t)
		if len(open) != 1 || open[0].Round.ID != "r1" || open[0].Project.Key != "PAY" || open[0].Member.State != models.MemberWaiting {
			t.Errorf("%+v", open)
		}
		got(team.CloseRound(t.Context(), round()))(t)
		if open := got(team.OpenMemberships(t.Context(), "U2"))(t); len(open) != 0 {
			t.Errorf("%+v", open)
		}
	})
}

// roundOn opens a round of k1 on that date and puts the answers, by user.
func roundOn(t *testing.T, team models.Team, d calendar.Date, answers map[string]string) {
	t.Helper()
	r := round()
	r.ID, r.Date = "r-"+d.String(), d
	got(team.OpenRound(t.Context(), r, nil))(t)
	for user, status := range answers {
		got(team.PutAnswer(t.Context(), &models.Answer{RoundID: r.ID, User: user, Status: status, At: noon}))(t)
	}
}

func TestThePreviousAnswerIsTheLastOneBefore(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		roundOn(t, team, today.AddDays(-3), map[string]string{"U1": models.AtRisk})
		roundOn(t, team, today.AddDays(-1), map[string]string{"U1": models.OnTrack, "U2": models.Blocked})
		if a := got(team.PreviousAnswer(ctx, "k1", "U1", today))(t); a.Status != models.OnTrack || a.TeamID != "T1" {
			t.Errorf("%+v", a)
		}
		if _, err := team.PreviousAnswer(ctx, "k1", "U1", today.AddDays(-3)); !errors.Is(err, models.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestAbsencesAreListedAndCleared(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.PutAbsence(ctx, models.Absence{User: "U2", From: today.AddDays(-9), To: today.AddDays(-8)}))
		away := got(team.AbsencesOf(ctx, "U2"))(t)
		if len(away) != 2 || away[1].From != today || away[1].To != today.AddDays(3) {
			t.Errorf("%+v", away)
		}
		must(t, team.ClearAbsences(ctx, "U2"))
		if away := got(team.AbsencesOf(ctx, "U2"))(t); len(away) != 0 {
			t.Errorf("%+v", away)
		}
	})
}

func TestValidationNamesTheField(t *testing.T) {
	if found := project().Validate(); found != nil {
		t.Error(found)
	}
	if found := checkin().Validate(); found != nil {
		t.Error(found)
	}
	p := *project()
	p.Zone, p.Workdays, p.Country, p.QuietTo = "Mars/Olympus", 0, "ZZ", 24*60
	c := *checkin()
	c.Days, c.Hour, c.Zone, c.WindowMinutes, c.Privacy = 0, 24, "Local", 5, "everyone"
	for name, test := range map[string]struct {
		found  map[string]string
		fields []string
	}{
		"project":  {p.Validate(), []string{"zone", "workdays", "country", "quiet_to"}},
		"check-in": {c.Validate(), []string{"days", "time", "zone", "window", "privacy"}},
	} {
		if len(test.found) != len(test.fields) {
			t.Errorf("%s: %v", name, test.found)
		}
		for _, field := range test.fields {
			if test.found[field] == "" {
				t.Errorf("%s: nothing is said about %s", name, field)
			}
		}
	}
	if z := (models.Project{}).Location(); z != time.UTC {
		t.Errorf("%v", z)
	}
}
