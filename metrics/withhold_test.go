package metrics_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"headway/metrics"
)

func counts(onTrack, atRisk, blocked int) map[string]int {
	return map[string]int{metrics.OnTrack: onTrack, metrics.AtRisk: atRisk, metrics.Blocked: blocked}
}

func TestOutsideSeesOnlyWhatHidesEveryone(t *testing.T) {
	for _, c := range []struct {
		name      string
		asked     int
		counts    map[string]int
		gate      metrics.Gate
		responded bool
	}{
		{"three and three", 8, counts(3, 3, 0), metrics.GateOpen, true},
		{"three of each", 9, counts(3, 3, 3), metrics.GateOpen, true},
		{"two blocked", 8, counts(4, 0, 2), metrics.GateMixed, true},
		{"one blocked", 8, counts(5, 2, 1), metrics.GateMixed, true},
		{"all the same", 8, counts(8, 0, 0), metrics.GateMixed, true},
		{"four answers", 8, counts(4, 0, 0), metrics.GateFew, true},
		{"four asked", 4, counts(4, 0, 0), metrics.GateFew, false},
		{"nobody answered", 8, counts(0, 0, 0), metrics.GateFew, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := metrics.Withhold(metrics.NewTally(c.asked, c.counts), metrics.Outside)
			if s.Gate != c.gate || s.Responded != c.responded {
				t.Fatalf("%+v", s)
			}
			if (s.Counts != nil) != (c.gate == metrics.GateOpen) || !s.Responded && s.Asked+s.Answered != 0 {
				t.Errorf("it shows %+v", s)
			}
		})
	}
}

func TestTheOwnTeamSeesItsSmallCells(t *testing.T) {
	s := metrics.Withhold(metrics.NewTally(4, counts(2, 0, 1)), metrics.OwnTeam)
	if !s.Responded || s.Asked != 4 || s.Answered != 3 || s.Gate != metrics.GateOpen || !maps.Equal(s.Counts, counts(2, 0, 1)) {
		t.Errorf("%+v", s)
	}
	if rate, ok := s.Rate(); !ok || rate != 0.75 {
		t.Errorf("rate %v %v", rate, ok)
	}
}

func TestAWeekOfASmallTeamStaysSmall(t *testing.T) {
	day := metrics.NewTally(4, counts(3, 0, 1))
	s := metrics.Withhold(metrics.Merge(day, day, day, day, day), metrics.Outside)
	if s.Responded || s.Gate != metrics.GateFew || s.Counts != nil {
		t.Errorf("five rounds of four people show %+v", s)
	}
	if _, ok := s.Rate(); ok {
		t.Error("they show a rate")
	}
}

func TestAWeekHoldsNoRoundThatMayNotBeShown(t *testing.T) {
	full, few, mixed := metrics.NewTally(8, counts(5, 0, 3)), metrics.NewTally(4, counts(4, 0, 0)), metrics.NewTally(8, counts(5, 1, 1))
	s := metrics.Withhold(metrics.Merge(full, few, mixed), metrics.Outside)
	if !s.Responded || s.Asked != 16 || s.Answered != 15 || !maps.Equal(s.Counts, counts(5, 0, 3)) {
		t.Errorf("a round of few people or with a small cell is in %+v", s)
	}
}

func TestAMeanOfFewIsWithheldOutside(t *testing.T) {
	open := metrics.Withhold(metrics.NewTally(9, counts(5, 0, 4)), metrics.Outside)
	mixed := metrics.Withhold(metrics.NewTally(9, counts(5, 1, 3)), metrics.Outside)
	for _, c := range []struct {
		name     string
		n        int
		cell     metrics.Shown
		audience metrics.Audience
		ok       bool
	}{
		{"five outside", 5, open, metrics.Outside, true},
		{"four outside", 4, open, metrics.Outside, false},
		{"one in the own team", 1, open, metrics.OwnTeam, true},
		{"nobody in the own team", 0, open, metrics.OwnTeam, false},
		{"a hidden split", 9, mixed, metrics.Outside, false},
	} {
		mean, ok := metrics.WithholdMean(3*c.n, c.n, c.cell, c.audience)
		if ok != c.ok || (ok && mean != 3) {
			t.Errorf("%s: %v %v", c.name, mean, ok)
		}
	}
}

func TestWhatWasShownIsACellAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shown := metrics.Withhold(metrics.Merge(tallies().Draw(t, "one"), tallies().Draw(t, "two")), metrics.Outside)
		again := metrics.Withhold(shown.Tally(), metrics.Outside)
		if again.Responded != shown.Responded || again.Asked != shown.Asked || again.Answered != shown.Answered || !maps.Equal(again.Counts, shown.Counts) {
			t.Fatalf("%+v became %+v", shown, again)
		}
	})
}

func TestATallyCannotBeReadAround(t *testing.T) {
	tally := metrics.NewTally(7, counts(5, 1, 1))
	text, err := json.Marshal(tally)
	if err != nil || string(text) != "{}" {
		t.Errorf("JSON shows %s, %v", text, err)
	}
	fields := reflect.TypeFor[metrics.Tally]()
	for i := range fields.NumField() {
		if fields.Field(i).IsExported() {
			t.Errorf("field %s can be read", fields.Field(i).Name)
		}
	}
}

func TestShownDoesNotShareTheTally(t *testing.T) {
	in := counts(3, 3, 3)
	tally := metrics.NewTally(9, in)
	in[metrics.OnTrack] = 100
	metrics.Withhold(tally, metrics.Outside).Counts[metrics.OnTrack] = 200
	if s := metrics.Withhold(tally, metrics.Outside); s.Counts[metrics.OnTrack] != 3 {
		t.Errorf("the tally changed: %+v", s)
	}
}

func tallies() *rapid.Generator[metrics.Tally] {
	return rapid.Custom(func(t *rapid.T) metrics.Tally {
		cell := rapid.IntRange(0, 9)
		c := counts(cell.Draw(t, "on track"), cell.Draw(t, "at risk"), cell.Draw(t, "blocked"))
		answered := c[metrics.OnTrack] + c[metrics.AtRisk] + c[metrics.Blocked]
		return metrics.NewTally(answered+rapid.IntRange(0, 4).Draw(t, "silent"), c)
	})
}

// hidesEveryone fails when a figure made from answers stands for 1 or 2 people,
// by itself or as what is left of all answers.
func hidesEveryone(t *rapid.T, s metrics.Shown) {
	t.Helper()
	if s.Responded && s.Asked < 5 {
		t.Fatalf("a response of few: %+v", s)
	}
	total := 0
	for _, n := range s.Counts {
		total += n
	}
	if s.Counts != nil && total < 5 {
		t.Fatalf("counts of few: %+v", s)
	}
	for choice, n := range s.Counts {
		if n != 0 && (n < 3 || total-n < 3) {
			t.Fatalf("%s gives someone away: %+v", choice, s)
		}
	}
}

func TestNoSmallCellEscapes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hidesEveryone(t, metrics.Withhold(tallies().Draw(t, "tally"), metrics.Outside))
	})
}

// Two longer periods that differ by one cell must not give that cell away
// where it may not be shown itself.
func TestNoCellEscapesBySubtraction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(tallies(), 1, 6).Draw(t, "cells")
		without := metrics.Withhold(metrics.Merge(cells[1:]...), metrics.OwnTeam)
		with := metrics.Withhold(metrics.Merge(cells...), metrics.OwnTeam)
		own := metrics.Withhold(cells[0], metrics.Outside)
		if own.Counts == nil {
			for choice, n := range with.Counts {
				if n != without.Counts[choice] {
					t.Fatalf("%s of a withheld cell: %+v less %+v", choice, with, without)
				}
			}
		}
		if !own.Responded && (with.Asked != without.Asked || with.Answered != without.Answered) {
			t.Fatalf("the response of a withheld cell: %+v less %+v", with, without)
		}
		hidesEveryone(t, metrics.Withhold(metrics.Merge(cells...), metrics.Outside))
	})
}
