package metrics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"headway/metrics"
)

var blockable = metrics.Rules{Stages: stages, Blocked: metrics.BlockedRule{Flag: true, Links: true, Statuses: []string{"qa"}}}

var stateNames = [...]string{"active", "stalled", "waiting", "blocked"}

// told writes spells as "active 11-02 09:00; stalled 11-03 10:00; end 11-09 09:00".
func told(spells []metrics.Spell) string {
	var parts []string
	for k, s := range spells {
		parts = append(parts, stateNames[s.State]+s.From.In(berlin).Format(" 01-02 15:04"))
		if k == len(spells)-1 {
			parts = append(parts, s.To.In(berlin).Format("end 01-02 15:04"))
		}
	}
	return strings.Join(parts, "; ")
}

func TestSpells(t *testing.T) {
	steps := []string{"2026-11-02 09:00 open", "2026-11-03 09:00 doing"}
	flag := func(when string, set bool) metrics.Flag { return metrics.Flag{At: at(when), Set: set} }
	for _, c := range []struct {
		name     string
		steps    []string
		change   func(*metrics.Issue)
		activity []time.Time
		want     string
	}{
		{"a stall begins an hour after the last change", steps, nil, nil,
			"active 11-02 09:00; stalled 11-03 10:00; end 11-10 09:00"},
		{"a subtask breaks the stall", steps, nil, []time.Time{at("2026-11-06 09:00")},
			"active 11-02 09:00; end 11-10 09:00"},
		{"an update breaks the stall", steps, func(i *metrics.Issue) { i.Updated = at("2026-11-06 09:00") }, nil,
			"active 11-02 09:00; end 11-10 09:00"},
		{"five days are a stall", steps, nil, []time.Time{at("2026-11-05 09:00")},
			"active 11-02 09:00; stalled 11-05 10:00; end 11-10 09:00"},
		{"blocked outweighs waiting, which outweighs stalled",
			[]string{"2026-11-02 09:00 waiting"}, func(i *metrics.Issue) {
				i.Flags = []metrics.Flag{flag("2026-11-09 09:00", true), flag("2026-11-09 12:00", false)}
			}, nil,
			"waiting 11-02 09:00; blocked 11-09 09:00; waiting 11-09 12:00; end 11-10 09:00"},
		{"a blocking status", append(steps, "2026-11-04 09:00 qa", "2026-11-09 09:00 doing"), nil, nil,
			"active 11-02 09:00; blocked 11-04 09:00; active 11-09 09:00; end 11-10 09:00"},
		{"one blocker of two remains", append(steps, "2026-11-09 09:00 doing"), func(i *metrics.Issue) {
			i.Blockers = []metrics.Blocker{{From: at("2026-11-04 09:00"), To: at("2026-11-06 09:00")}, {From: at("2026-11-05 09:00")}}
		}, nil,
			"active 11-02 09:00; blocked 11-04 09:00; end 11-10 09:00"},
		{"created after now", []string{"2026-11-11 09:00 open"}, nil, nil, ""},
		{"what lies after now has not happened", append(steps, "2026-11-12 09:00 qa"), nil, []time.Time{at("2026-11-07 09:00"), at("2026-12-01 09:00")},
			"active 11-02 09:00; end 11-10 09:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := issue(c.steps...)
			if c.change != nil {
				c.change(&i)
			}
			if got := told(blockable.Spells(i, c.activity, at("2026-11-10 09:00"))); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAnEmptyBlockedRuleBlocksNothing(t *testing.T) {
	i := issue("2026-11-02 09:00 doing", "2026-11-06 09:00 qa")
	i.Flags = []metrics.Flag{{At: at("2026-11-03 09:00"), Set: true}}
	i.Blockers = []metrics.Blocker{{From: at("2026-11-03 09:00")}}
	for _, s := range (metrics.Rules{Stages: stages}).Spells(i, nil, at("2026-11-10 09:00")) {
		if s.State == metrics.StateBlocked {
			t.Errorf("it is blocked: %v", s)
		}
	}
}

func TestEfficiencyIsTheActiveShareOfTheTimeBetween(t *testing.T) {
	i := issue("2026-11-02 09:00 doing", "2026-11-03 09:00 waiting", "2026-11-04 09:00 doing", "2026-11-06 09:00 closed")
	i.Flags = []metrics.Flag{{At: at("2026-11-05 09:00"), Set: true}}
	spells := blockable.Spells(i, nil, at("2026-11-20 09:00"))
	times := metrics.TimeInStates(spells, at("2026-11-02 09:00"), at("2026-11-06 09:00"))
	if share, ok := times.Efficiency(); !ok || share != 0.5 || times[metrics.StateBlocked] != 24*time.Hour || times[metrics.StateWaiting] != 24*time.Hour {
		t.Errorf("%v %v of %v", share, ok, times)
	}
	if _, ok := metrics.TimeInStates(spells, at("2026-11-06 09:00"), at("2026-11-06 09:00")).Efficiency(); ok {
		t.Error("no time at all has an efficiency")
	}
}

// anyIssue draws an issue whose changes lie anywhere, in any order: clocks jump.
func anyIssue() *rapid.Generator[metrics.Issue] {
	return rapid.Custom(func(t *rapid.T) metrics.Issue {
		hour := rapid.IntRange(-200, 1200)
		when := func(name string) time.Time {
			return at("2026-11-02 09:00").Add(time.Duration(hour.Draw(t, name)) * time.Hour)
		}
		status := rapid.SampledFrom([]string{"open", "doing", "review", "qa", "waiting", "resolved", "closed", "odd", ""})
		i := metrics.Issue{ID: int64(rapid.IntRange(1, 1000).Draw(t, "id")), Created: when("created"), First: status.Draw(t, "first")}
		for k := range rapid.IntRange(0, 8).Draw(t, "moves") {
			i.Moves = append(i.Moves, metrics.Move{At: when(fmt.Sprint("move ", k)), To: status.Draw(t, "to")})
		}
		for range rapid.IntRange(0, 4).Draw(t, "flags") {
			i.Flags = append(i.Flags, metrics.Flag{At: when("flag"), Set: rapid.Bool().Draw(t, "set")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "blockers") {
			i.Blockers = append(i.Blockers, metrics.Blocker{From: when("from"), To: when("to")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "spans") {
			i.Sprints = append(i.Sprints, metrics.Span{Sprint: 7, From: when("in"), To: when("out")})
		}
		for range rapid.IntRange(0, 3).Draw(t, "estimates") {
			points := float64(rapid.IntRange(0, 8).Draw(t, "points"))
			i.Estimates = append(i.Estimates, metrics.Estimate{At: when("estimated"), Points: &points})
		}
		return i
	})
}

func TestSpellsFillTheTimeFromCreationToNowWhateverTheClockDid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := anyIssue().Draw(t, "issue")
		now := at("2026-11-20 12:00")
		spells := blockable.Spells(i, nil, now)
		if !i.Created.Before(now) {
			if spells != nil {
				t.Fatalf("not created yet: %v", spells)
			}
			return
		}
		from := i.Created
		for k, s := range spells {
			if !s.From.Equal(from) || !s.From.Before(s.To) || k > 0 && spells[k-1].State == s.State {
				t.Fatalf("spell %d of %s", k, told(spells))
			}
			from = s.To
		}
		if !from.Equal(now) {
			t.Fatalf("%s does not reach to %v", told(spells), now)
		}
		if elapsed := metrics.TimeInStates(spells, i.Created, now).Elapsed(); elapsed != now.Sub(i.Created) {
			t.Fatalf("%v of %v", elapsed, now.Sub(i.Created))
		}
	})
}
