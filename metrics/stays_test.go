package metrics_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
)

func TestAgesCountBothEnds(t *testing.T) {
	c := calendar.Calendar{Zone: berlin, Off: map[calendar.Date]bool{{Year: 2026, Month: 11, Day: 18}: true}}
	for _, x := range []struct {
		since          string
		days, worked   int
		whatItIsAround string
	}{
		{"2026-11-24 08:00", 1, 1, "today"},
		{"2026-11-23 23:59", 2, 2, "yesterday"},
		{"2026-11-21 12:00", 4, 2, "a weekend"},
		{"2026-11-17 12:00", 8, 5, "a day off"},
		{"2024-11-25 12:00", 730, 521, "years before anything was counted"},
		{"2026-11-25 00:00", 0, 0, "tomorrow"},
	} {
		now := at("2026-11-24 09:00")
		if got := metrics.Age(at(x.since), now, berlin); got != x.days {
			t.Errorf("%s: %d days, want %d", x.whatItIsAround, got, x.days)
		}
		if got := metrics.WorkingAge(c, at(x.since), now); got != x.worked {
			t.Errorf("%s: %d working days, want %d", x.whatItIsAround, got, x.worked)
		}
	}
}

func TestTimeInStatusCountsEveryStay(t *testing.T) {
	i := issue("2026-11-02 09:00 open", "2026-11-03 09:00 doing", "2026-11-04 09:00 open", "2026-11-04 10:00 doing", "2026-11-05 09:00 odd", "2026-11-07 09:00 closed")
	got := metrics.Rules{Stages: stages}.TimeInStatus(i, at("2026-11-06 09:00"))
	want := map[string]time.Duration{"open": 25 * time.Hour, "doing": 47 * time.Hour, "odd": 24 * time.Hour}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if stays := (metrics.Rules{Stages: stages}).Stays(i, at("2026-11-01 09:00")); stays != nil {
		t.Errorf("before it was created: %v", stays)
	}
}

var columns = metrics.Columns{{"open"}, {"doing"}, {"review", "qa"}, {"resolved", "closed"}}

func TestAgesOnLeavingEachColumn(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []string
		want  []int
	}{
		{"through all columns", []string{"2026-11-02 09:00 open", "2026-11-03 09:00 doing", "2026-11-05 09:00 review", "2026-11-06 09:00 closed"}, []int{0, 3, 4, 0}},
		{"still in a column", []string{"2026-11-02 09:00 doing", "2026-11-05 09:00 review"}, []int{0, 4, 0, 0}},
		{"moved back", []string{"2026-11-02 09:00 doing", "2026-11-05 09:00 review", "2026-11-06 09:00 doing", "2026-11-07 09:00 closed"}, nil},
		{"never started", []string{"2026-11-02 09:00 open", "2026-11-05 09:00 closed"}, nil},
		{"leapt over a column", []string{"2026-11-02 09:00 doing", "2026-11-05 09:00 closed"}, []int{0, 4, 0, 0}},
		{"was in a status that the board hides", []string{"2026-11-02 09:00 doing", "2026-11-03 09:00 waiting", "2026-11-05 09:00 review"}, []int{0, 4, 0, 0}},
		{"moves of tomorrow", []string{"2026-11-02 09:00 doing", "2026-11-25 09:00 review"}, []int{0, 0, 0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := metrics.Rules{Stages: stages}.AgesOnLeaving(columns, issue(c.steps...), at("2026-11-24 09:00"), berlin)
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestAgesByColumnAreShownFromFiveOn(t *testing.T) {
	ages := make(metrics.ColumnAges, 2)
	for _, a := range []int{9, 2, 5, 7} {
		ages.Add([]int{a, 0})
	}
	if f := ages.Percentile(85); f[0].OK || f[0].N != 4 || f[1].OK {
		t.Errorf("four items show %v", f)
	}
	ages.Add([]int{1, 0})
	if f := ages.Percentile(85)[0]; !f.OK || f.Value != 9 || f.N != 5 {
		t.Errorf("P85 of 1 2 5 7 9 is %v", f)
	}
	if f := ages.Percentile(50)[0]; f.Value != 5 {
		t.Errorf("P50 of 1 2 5 7 9 is %v", f)
	}
}
