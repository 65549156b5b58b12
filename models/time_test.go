package models_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway/calendar"
	"headway/models"
)

func TestDaysOffStandUntilTheyAreSetAgain(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		before := got(team.Project(ctx, "p1"))(t)
		if !before.Calendar().Working(today) || len(before.DaysOff) > 0 {
			t.Fatalf("%+v", before)
		}
		off := []models.DayOff{{Date: today, Label: "Offsite \x00\"§"}, {Date: today.AddDays(1)}}
		must(t, team.SetDaysOff(ctx, "p1", off))
		before.Name = "Renamed" // by someone who looked before
		must(t, team.PutProject(ctx, &before))
		p := got(team.Project(ctx, "p1"))(t)
		if diff := cmp.Diff(off, p.DaysOff); diff != "" || p.Name != "Renamed" {
			t.Errorf("%s: %s", p.Name, diff)
		}
		if c := p.Calendar(); c.Working(today) || c.Working(today.AddDays(1)) || !c.Working(today.AddDays(2)) {
			t.Errorf("%+v", c)
		}
		must(t, team.SetDaysOff(ctx, "p1", nil))
		if p := got(team.Project(ctx, "p1"))(t); len(p.DaysOff) > 0 || p.Name != "Renamed" || p.Zone != "Europe/Berlin" {
			t.Errorf("%+v", p)
		}
		if err := team.SetDaysOff(ctx, "p9", off); !errors.Is(err, models.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestAPersonsTimeIsWhatTheyNoted(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.SetPartTime(ctx, "U1", calendar.Monday))
		must(t, team.SetPartTime(ctx, "U1", calendar.Monday|calendar.Wednesday))
		must(t, team.PutAbsence(ctx, models.Absence{ID: "later", User: "U1", From: today.AddDays(9), To: today.AddDays(9)}))
		must(t, team.PutAbsence(ctx, models.Absence{ID: "sooner", User: "U1", From: today, To: today}))
		want := map[string]calendar.Person{
			"U1": {PartTime: calendar.Monday | calendar.Wednesday, Away: []calendar.Span{{From: today, To: today}, {From: today.AddDays(9), To: today.AddDays(9)}}},
			"U2": {PartTime: calendar.Friday, Away: []calendar.Span{{From: today, To: today.AddDays(3)}}},
		}
		if diff := cmp.Diff(want, got(team.TimesOf(ctx, "U1", "U2", "U3"))(t)); diff != "" {
			t.Error(diff)
		}
		if err := team.RemoveAbsence(ctx, "U2", "later"); !errors.Is(err, models.ErrNotFound) {
			t.Error("someone else ended an absence", err)
		}
		must(t, team.RemoveAbsence(ctx, "U1", "later"))
		must(t, team.RemoveAbsence(ctx, "U1", "sooner"))
		must(t, team.SetPartTime(ctx, "U1", 0))
		if times := got(team.TimesOf(ctx, "U1"))(t); len(times) > 0 {
			t.Error(times)
		}
	})
}
