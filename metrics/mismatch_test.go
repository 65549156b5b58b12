package metrics

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/calendar"
)

func TestASilenceIsAskedAboutWhenItBeginsAndEveryFifthDayAfter(t *testing.T) {
	var days []int
	for n := SilentAfter + 1; n < 20; n++ {
		if (Doubt{Silent: n}).Worth() {
			days = append(days, n)
		}
	}
	if diff := cmp.Diff([]int{6, 11, 16}, days); diff != "" {
		t.Error(diff)
	}
	if !(Doubt{Flagged: time.Unix(1, 0), Silent: 7}).Worth() {
		t.Error("a flag is passed over")
	}
}

func TestDoubtsAreFlaggedOrSilentItemsOldestFirst(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 15, 0, 0, 0, time.UTC) }
	cal := calendar.Calendar{Days: calendar.MonToFri, Off: map[calendar.Date]bool{{Year: 2026, Month: 11, Day: 18}: true}}
	issues := []Issue{
		{Key: "A-1", Created: day(2), Moves: []Move{{At: day(16)}}},                                         // Tue, Thu, Fri, Mon, Tue: 5
		{Key: "A-2", Created: day(2), Moves: []Move{{At: day(2)}, {At: day(13)}}},                           // 6
		{Key: "A-3", Created: day(10)},                                                                      // never moved: 9
		{Key: "A-4", Created: day(2), Moves: []Move{{At: day(23)}}, Flags: []Flag{{day(20), true}}},         // flagged
		{Key: "A-5", Created: day(2), Moves: []Move{{At: day(3)}}, Flags: []Flag{{day(19), true}}},          // flagged before, silent too
		{Key: "A-6", Created: day(23), Flags: []Flag{{day(19), true}, {day(20), false}}},                    // not any more
		{Key: "A-7", Level: 1, Created: day(2), Flags: []Flag{{day(3), true}}},                              // an epic
		{Key: "A-8", Level: -1, Created: day(2), Moves: []Move{{At: day(13)}}},                              // 6, a subtask
		{Key: "A-9", Created: day(2), Moves: []Move{{At: time.Date(2026, 11, 16, 23, 30, 0, 0, time.UTC)}}}, // Tuesday in Berlin: 4
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	got := Doubts(issues, cal, calendar.Date{Year: 2026, Month: 11, Day: 24}, berlin)
	want := []Doubt{{"A-5", day(19), 14}, {"A-4", day(20), 1}, {"A-3", time.Time{}, 9}, {"A-2", time.Time{}, 6}, {"A-8", time.Time{}, 6}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if none := Doubts(nil, cal, calendar.Date{Year: 2026, Month: 11, Day: 24}, berlin); none != nil {
		t.Errorf("%+v", none)
	}
}
