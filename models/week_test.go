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

func allWeeks(t *testing.T, team models.Team) []metrics.Weekly {
	t.Helper()
	return got(team.Weeks(t.Context(), permit(team), calendar.WeekOf(today).Add(-99), calendar.WeekOf(today)))(t)
}

func TestWeeksComeBackAsTheyWereComputed(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		want := week47()
		want.Definition = 1
		if diff := cmp.Diff([]metrics.Weekly{want}, allWeeks(t, team)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOnlyTheGivenWeeksAreReplaced(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		settled, open := week47(), week47()
		settled.Week, settled.Partial = settled.Week.Add(-9), false
		must(t, team.ReplaceWeeks(ctx, "p1", 1, []metrics.Weekly{settled}, models.Watermark{State: models.RefreshOK}))
		open.Completed, open.Statuses, open.Classes = 13, nil, nil
		must(t, team.ReplaceWeeks(ctx, "p1", 2, []metrics.Weekly{open}, models.Watermark{State: models.RefreshOK, ReadUpTo: noon.Add(anHour)}))
		settled.Definition, open.Definition = 1, 2
		if diff := cmp.Diff([]metrics.Weekly{settled, open}, allWeeks(t, team)); diff != "" {
			t.Error(diff)
		}
		if w := got(team.Watermark(ctx, "p1"))(t); !w.ReadUpTo.Equal(noon.Add(anHour)) {
			t.Errorf("%+v", w)
		}
	})
}

func TestALongHistoryIsStoredAtOnce(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		var rows []metrics.Weekly
		for i := range 160 {
			w := week47()
			w.Week = w.Week.Add(-i)
			w.Classes = nil
			for class := range 40 {
				w.Classes = append(w.Classes, metrics.ClassTime{Class: "1", Bucket: string(rune('a' + class)), Count: class})
			}
			rows = append(rows, w)
		}
		must(t, team.ReplaceWeeks(t.Context(), "p1", 1, rows, models.Watermark{}))
		if n := len(allWeeks(t, team)); n != 99 {
			t.Errorf("%d weeks", n)
		}
	})
}

func TestFiguresNeedAPermitOfTheirProject(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx, soon := t.Context(), time.Now().Add(anHour)
		for name, p := range map[string]models.Permit{
			"zero":         {},
			"another team": models.NewPermit("T2", "p1", "U1", soon),
			"no viewer":    models.NewPermit("T1", "p1", "", soon),
			"no project":   models.NewPermit("T1", "", "U1", soon),
			"ended":        models.NewPermit("T1", "p1", "U1", time.Now()),
		} {
			_, weeks := team.Weeks(ctx, p, calendar.WeekOf(today), calendar.WeekOf(today))
			_, report := team.Report(ctx, p, 1)
			_, byID := team.ReportByID(ctx, p, "rep1")
			for _, err := range []error{weeks, report, byID} {
				if !errors.Is(err, models.ErrPermit) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		other := models.NewPermit("T1", "p2", "U1", soon)
		if _, err := team.Report(ctx, other, 1); !errors.Is(err, models.ErrNotFound) {
			t.Error(err)
		}
		if weeks := got(team.Weeks(ctx, other, calendar.WeekOf(today).Add(-9), calendar.WeekOf(today)))(t); len(weeks) != 0 {
			t.Errorf("%v", weeks)
		}
	})
}

func TestReportsCountUpAndAScheduledOneIsMadeOnce(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		again := models.Report{Key: "report:p1:2026-W47", ProjectID: "p1", Kind: "weekly"}
		if err := team.AddReport(ctx, &again); !errors.Is(err, models.ErrConflict) {
			t.Error(err)
		}
		for want := 2; want <= 3; want++ {
			r := models.Report{ProjectID: "p1", Kind: "weekly", Week: calendar.WeekOf(today), Input: `{"done":1}`, CreatedBy: "U1"}
			must(t, team.AddReport(ctx, &r))
			if r.Number != want {
				t.Errorf("number %d, want %d", r.Number, want)
			}
		}
		latest := got(team.LatestReports(ctx, "p1", 2))(t)
		if len(latest) != 2 || latest[0].Ref() != "R-3" || latest[0].Input != "" {
			t.Errorf("%+v", latest)
		}
		r := got(team.Report(ctx, permit(team), 1))(t)
		if r.Input != `{"done":12}` || r.Week != week47().Week {
			t.Errorf("%+v", r)
		}
		if p := got(team.ProjectOfReport(ctx, "rep1"))(t); p.ID != "p1" {
			t.Errorf("%+v", p)
		}
	})
}

func TestReportNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	for _, s := range []string{"R-2041", "r2041", "2041", " R-2041 "} {
		if n, err := models.ParseReportRef(s); err != nil || n != 2041 {
			t.Errorf("%q: %d %v", s, n, err)
		}
	}
	for _, s := range []string{"", "R-", "R-0", "R--1", "2041x"} {
		if n, err := models.ParseReportRef(s); err == nil {
			t.Errorf("%q: %d", s, n)
		}
	}
}

func TestAProjectThatWasNeverReadSaysSo(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		if w := got(team.Watermark(t.Context(), "p9"))(t); w.State != models.RefreshNever || w.ProjectID != "p9" {
			t.Errorf("%+v", w)
		}
	})
}
