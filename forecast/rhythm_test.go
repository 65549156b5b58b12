package forecast_test

import (
	"testing"

	"headway/calendar"
	"headway/forecast"
)

// fortnights is a team that closes everything on the last day of sprints of two
// weeks.
func fortnights() forecast.History {
	h := forecast.History{From: monday, Done: make([]int, 126)}
	for d := 0; d < 126; d += 14 {
		h.Done[d+11] = 10
		h.Sprints = append(h.Sprints, forecast.Sprint{From: monday.AddDays(d), To: monday.AddDays(d + 13)})
	}
	return h
}

func TestATeamThatClosesAtTheEndOfSprintsIsForecastToDoSo(t *testing.T) {
	h := fortnights()
	f := one(t, learned(t, h), 5)
	thursday := monday.AddDays(126 + 10)
	if before, by := f.Chance(thursday), f.Chance(thursday.AddDays(1)); before > 0.35 || by < 0.7 {
		t.Errorf("by the eve of the sprint's end with %v, by its end with %v", before, by)
	}
	h.Sprints = nil
	if p := one(t, learned(t, h), 5).Chance(thursday); p < 0.5 {
		t.Errorf("without sprints, by the same day with %v", p)
	}
}

func TestAFasterPaceClosesMoreAtTheEndOfASprintNotEarlier(t *testing.T) {
	f := one(t, learned(t, fortnights()), 25)
	// Between the ends of sprints the chance hardly moves, with a spread pace too.
	for sprint := range 6 {
		first, eve := f.AfterSlot(10*sprint+1), f.AfterSlot(10*sprint+9)
		end := f.AfterSlot(10*sprint + 10)
		if eve-first > 0.25*(end-first)+0.1 {
			t.Errorf("sprint %d: %v after its first day, %v on the eve, %v at its end", sprint, first, eve, end)
		}
	}
}

func TestSprintsOfATeamThatClosesEvenlyChangeNothing(t *testing.T) {
	h := weeksOf(1, 2, 0, 2, 1)
	plain := one(t, learned(t, h), 30)
	h.Sprints = fortnights().Sprints
	with := one(t, learned(t, h), 30)
	for slot := range 60 {
		near(t, "F", with.AfterSlot(slot), plain.AfterSlot(slot), 0)
	}
}

func TestSprintsKeepTheirRhythmOverHolidays(t *testing.T) {
	h := fortnights()
	lastFriday := monday.AddDays(126 + 11)
	h.Calendar.Off = map[calendar.Date]bool{lastFriday: true}
	f := one(t, learned(t, h), 5)
	thursday := lastFriday.AddDays(-1) // now the sprint's last working day
	if before, by := f.Chance(thursday.AddDays(-1)), f.Chance(thursday); by-before < 0.4 {
		t.Errorf("by Wednesday with %v, by Thursday with %v", before, by)
	}
}

func TestPointsAreForecastLikeItems(t *testing.T) {
	h := weeksOf(1, 0, 2, 1, 0)
	items := one(t, learned(t, h).Known(), 20)
	h.Points = &forecast.Points{Unestimated: make([]int, len(h.Done))}
	for _, n := range h.Done {
		h.Points.Done = append(h.Points.Done, 6*n) // three points each, counted in halves
	}
	points := one(t, learned(t, h).Known(), 120)
	for slot := range 100 {
		near(t, "F", points.AfterSlot(slot), items.AfterSlot(slot), 1e-9)
	}
}

func TestAnItemWithoutEstimateMayBeAnyOfTheTeams(t *testing.T) {
	h := weeksOf(1, 1, 1, 1, 1)
	estimates, _ := forecast.Observed([]int{2, 4})
	h.Points = &forecast.Points{Done: make([]int, len(h.Done)), Unestimated: h.Done, Estimates: estimates}
	f := one(t, learned(t, h).Known(), 8)
	near(t, "after two days", f.AfterSlot(2), 1.0/4, 1e-9) // 4 + 4
	near(t, "after three days", f.AfterSlot(3), 7.0/8, 1e-9)
	near(t, "after four days", f.AfterSlot(4), 1, 1e-9)
}
