package metrics_test

import (
	"testing"

	"headway/metrics"
)

// usual returns n quiet weeks before 2026-W47: 10 done in 3 days, 8 in progress.
func usual(n int) []metrics.Weekly {
	weeks := make([]metrics.Weekly, n)
	for k := range weeks {
		weeks[k] = metrics.Weekly{
			Week: week("2026-W47").Add(k - n), Completed: 10, WIPAtEnd: 8, Deployments: k % 2,
			CycleDays: map[int]int{2: 5, 4: 4, 8: 1},
		}
	}
	return weeks
}

func summarize(before []metrics.Weekly, reported metrics.Weekly) metrics.Summary {
	reported.Week = week("2026-W47")
	return metrics.Summarize(append(before, reported))
}

func TestUsualRangeLeavesOutTheExtremeWeeks(t *testing.T) {
	weeks := usual(12)
	for k, done := range []int{3, 30, 9, 10, 11, 12, 13, 14, 9, 10, 11, 12} {
		weeks[k].Completed = done
	}
	s := summarize(weeks, metrics.Weekly{Completed: 12})
	if want := (metrics.Range{Low: 9, High: 14, N: 12, OK: true}); s.DoneUsual != want {
		t.Errorf("usual %+v, want %+v", s.DoneUsual, want)
	}
	older := append(usual(3), weeks...)
	for k := range 3 {
		older[k].Completed = 100
	}
	if again := summarize(older, metrics.Weekly{}); again.DoneUsual != s.DoneUsual {
		t.Errorf("weeks before the last twelve count: %+v", again.DoneUsual)
	}
}

func TestFewerThanFourWeeksHaveNoUsualRange(t *testing.T) {
	if s := summarize(usual(3), metrics.Weekly{}); s.DoneUsual.OK || s.WIPUsual.OK || s.DeploymentsUsual.OK || s.DoneUsual.N != 3 {
		t.Errorf("three weeks: %+v", s)
	}
	if s := summarize(usual(4), metrics.Weekly{}); !s.DoneUsual.OK || !s.WIPUsual.OK || s.DeploymentsUsual.Value != 0.5 {
		t.Errorf("four weeks: %+v", s)
	}
}

func TestWeeksBeforeTheProjectBeganAreNotCompared(t *testing.T) {
	empty := make([]metrics.Weekly, 8)
	for k := range empty {
		empty[k].Week = week("2026-W47").Add(k - 11)
	}
	s := summarize(append(empty, usual(3)...), metrics.Weekly{})
	if s.DoneUsual.OK || s.DoneUsual.N != 3 {
		t.Errorf("usual %+v, want none of 3 weeks", s.DoneUsual)
	}
	pause := usual(6)
	pause[3] = metrics.Weekly{Week: pause[3].Week}
	if s := summarize(pause, metrics.Weekly{}); s.DoneUsual.N != 6 || s.DoneUsual.Low != 0 {
		t.Errorf("a pause in the middle does not count: %+v", s.DoneUsual)
	}
}

func TestCycleTimeNeedsFiveItems(t *testing.T) {
	s := summarize(nil, metrics.Weekly{CycleDays: map[int]int{1: 2, 9: 2}})
	if s.CycleHalf.OK || s.Cycle85.OK || s.CycleHalf.N != 4 {
		t.Errorf("four items: %+v", s.CycleHalf)
	}
	s = summarize(usual(9), metrics.Weekly{CycleDays: map[int]int{1: 3, 4: 1, 9: 2}})
	if s.CycleHalf != (metrics.Figure{Value: 2.5, N: 6, OK: true}) || s.Cycle85 != (metrics.Figure{Value: 9, N: 6, OK: true}) {
		t.Errorf("six items: %+v and %+v", s.CycleHalf, s.Cycle85)
	}
	if s.CycleHalfUsual != (metrics.Figure{Value: 3, N: 80, OK: true}) || s.Cycle85Usual != (metrics.Figure{Value: 4, N: 80, OK: true}) {
		t.Errorf("the eight weeks before: %+v and %+v", s.CycleHalfUsual, s.Cycle85Usual)
	}
}

func TestAgesAreWholeDaysWithBothEnds(t *testing.T) {
	// Started today at noon, yesterday at noon, and so on: 1, 2, 3, 4 and 9 days.
	ages := histogram(720, 1440+720, 2*1440+720, 3*1440+720, 8*1440+720)
	s := summarize(nil, metrics.Weekly{WIPAtEnd: 5, AgeAtEnd: ages})
	if s.AgeHalf != (metrics.Figure{Value: 3, N: 5, OK: true}) || s.Age85 != (metrics.Figure{Value: 9, N: 5, OK: true}) {
		t.Errorf("half %+v, 85 %% %+v", s.AgeHalf, s.Age85)
	}
}

func TestOlderWorkIsComparedWithWhatGetsFinished(t *testing.T) {
	// 85 % of the items before took 4 days or less.
	ages := histogram(3*1440+720, 4*1440+720, 20*1440)
	s := summarize(usual(2), metrics.Weekly{WIPAtEnd: 3, AgeAtEnd: ages})
	if s.OlderThan85 != 2 || !s.OlderOK {
		t.Errorf("%d older (%v), want 2", s.OlderThan85, s.OlderOK)
	}
	if s := summarize(usual(1), metrics.Weekly{WIPAtEnd: 3, AgeAtEnd: ages}); s.OlderOK {
		t.Error("ten finished items are enough to compare with")
	}
}

func TestSummaryCarriesTheLastWeeks(t *testing.T) {
	s := summarize(usual(12), metrics.Weekly{Definition: 3, Completed: 12, WIPAtEnd: 14, FailureNum: 1, FailureDen: 2, Deployments: 2,
		Partial: true, Excluded: map[metrics.Exclusion]int{metrics.ExcludedNeverStarted: 2}})
	if len(s.Weeks) != 8 || s.Weeks[7] != (metrics.WeekPoint{Week: week("2026-W47"), Done: 12, WIP: 14}) || s.Weeks[0].Week != week("2026-W40") {
		t.Errorf("chart %v", s.Weeks)
	}
	if s.Definition != 3 || !s.Partial || s.Running || s.Done != 12 || s.WIP != 14 || s.Deployments != 2 || s.Failures != (metrics.Ratio{Num: 1, Den: 2}) {
		t.Errorf("%+v", s)
	}
	if s.Excluded[metrics.ExcludedNeverStarted] != 2 {
		t.Errorf("excluded %v", s.Excluded)
	}
	if empty := metrics.Summarize(nil); empty.Done != 0 || !empty.Week.IsZero() {
		t.Errorf("no weeks give %+v", empty)
	}
}

func TestVerdicts(t *testing.T) {
	steady := metrics.Summary{
		Done: 12, DoneUsual: metrics.Range{Low: 9, High: 14, N: 12, OK: true},
		WIP: 14, WIPUsual: metrics.Range{Low: 9, High: 15, N: 12, OK: true}, OlderThan85: 3, OlderOK: true,
	}
	for _, c := range []struct {
		name  string
		alter func(*metrics.Summary)
		pace  metrics.Pace
		older bool
		crowd bool
		quiet bool
	}{
		{"nothing crossed a line", func(*metrics.Summary) {}, metrics.PaceSteady, false, false, true},
		{"at the lower end", func(s *metrics.Summary) { s.Done = 9 }, metrics.PaceSteady, false, false, true},
		{"below it", func(s *metrics.Summary) { s.Done = 8 }, metrics.PaceSlow, false, false, false},
		{"at the upper end", func(s *metrics.Summary) { s.Done = 14 }, metrics.PaceSteady, false, false, true},
		{"above it", func(s *metrics.Summary) { s.Done = 15 }, metrics.PaceFast, false, false, false},
		{"a running week is not slow", func(s *metrics.Summary) { s.Done, s.Running = 2, true }, metrics.PaceOpen, false, false, false},
		{"a running week can be fast", func(s *metrics.Summary) { s.Done, s.Running = 15, true }, metrics.PaceFast, false, false, false},
		{"too few weeks", func(s *metrics.Summary) { s.DoneUsual.OK = false }, metrics.PaceUnknown, false, false, false},
		{"nothing was ever done", func(s *metrics.Summary) { s.DoneUsual.Low, s.DoneUsual.High = 0, 0 }, metrics.PaceUnknown, false, false, false},
		{"a quarter is old", func(s *metrics.Summary) { s.OlderThan85 = 4 }, metrics.PaceSteady, true, false, false},
		{"one old item", func(s *metrics.Summary) { s.OlderThan85, s.WIP = 1, 2 }, metrics.PaceSteady, false, false, true},
		{"two old items of eight", func(s *metrics.Summary) { s.OlderThan85, s.WIP = 2, 8 }, metrics.PaceSteady, true, false, false},
		{"old but too little to compare with", func(s *metrics.Summary) { s.OlderThan85, s.OlderOK = 9, false }, metrics.PaceSteady, false, false, true},
		{"as much in progress as ever", func(s *metrics.Summary) { s.WIP = 15 }, metrics.PaceSteady, false, false, true},
		{"more in progress", func(s *metrics.Summary) { s.WIP = 16 }, metrics.PaceSteady, false, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := steady
			c.alter(&s)
			v := metrics.Judge(s)
			if v.Pace != c.pace || v.Older != c.older || v.Crowded != c.crowd || v.Quiet != c.quiet {
				t.Errorf("%+v", v)
			}
			if v.PilingUp() != (c.older || c.crowd) || v.Done != s.Done || v.WIP != s.WIP || v.DoneUsual != s.DoneUsual {
				t.Errorf("the numbers do not fit: %+v", v)
			}
		})
	}
}
