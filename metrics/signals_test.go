package metrics_test

import (
	"math"
	"slices"
	"testing"

	"headway/calendar"
	"headway/metrics"
)

// thresholds are every rule's fixtures, just under, at and over each of its
// thresholds.
var thresholds = []struct {
	kind    metrics.Kind
	subject int64
	board   func(n int) metrics.Board
	steps   []step
}{
	{metrics.StaleIssues, 0, func(n int) metrics.Board { // the sixth working day without a move
		return board(join(times(n, 1, "2026-11-16 09:00 1", "2026-11-17 09:00 2"), times(3, 50, "2026-11-17 09:00 1", "2026-11-18 09:00 2"))...)
	}, []step{{0, 0, ok}, {1, 1, amber}, {2, 2, red}}},
	{metrics.BlockedIssues, 0, func(n int) metrics.Board { // the third working day
		var list []metrics.Issue
		for k, i := range working(n + 2) {
			from := day(20)
			if k >= n {
				from = day(23)
			}
			list = append(list, flagged(i, from, ""))
		}
		return board(join(list, times(10, 50, "2026-11-02 09:00 2"))...)
	}, []step{{0, 0, ok}, {1, 1, amber}, {2, 2, red}}},
	{metrics.BlockedShare, 0, func(n int) metrics.Board { // of 10 items on 14 days
		list := times(10, 1, "2026-11-01 09:00 1", "2026-11-02 09:00 2")
		for k := range list {
			if days := min(n, 13); days > 0 {
				list[k] = flagged(list[k], "2026-11-11 08:00", at("2026-11-11 08:00").AddDate(0, 0, days).Format("2006-01-02 15:04"))
				n -= days
			}
		}
		return board(list...)
	}, []step{{21, 0.15, ok}, {22, 22.0 / 140, amber}, {42, 0.30, amber}, {43, 43.0 / 140, red}}},
	{metrics.WIPLoad, 0, func(n int) metrics.Board {
		b := board(working(n)...)
		b.WIPLimit = 10
		return b
	}, []step{{9, 0.9, ok}, {10, 1, ok}, {11, 1.1, amber}, {13, 1.3, amber}, {14, 1.4, red}}},
	{metrics.ScopeAdded, 7, func(n int) metrics.Board {
		return sprintBoard(join(inSprint(7, "2026-11-13 09:00", times(20, 1, "2026-11-12 09:00 1")...), inSprint(7, day(18), times(n, 50, "2026-11-12 09:00 1")...))...)
	}, []step{{2, 0.10, ok}, {3, 0.15, ok}, {4, 0.20, amber}, {5, 0.25, amber}, {6, 0.30, red}}},
	{metrics.SprintChance, 7, func(n int) metrics.Board {
		b := sprintBoard()
		b.Odds.Sprints = map[int64]float64{7: float64(n) / 100}
		return b
	}, []step{{71, 0.71, ok}, {70, 0.70, ok}, {69, 0.69, amber}, {40, 0.40, amber}, {39, 0.39, red}}},
	{metrics.CarriedIssues, 7, func(n int) metrics.Board {
		list := inSprint(7, day(16), times(4, 1, "2026-10-01 09:00 1")...)
		inSprint(6, "2026-11-02 08:00", list...)
		inSprint(5, "2026-10-19 08:00", list[:n]...)
		b := sprintBoard(list...)
		b.Sprints = append(b.Sprints, metrics.Sprint{ID: 5, State: "closed", Start: at("2026-10-19 09:00"), Done: at("2026-10-30 09:00")})
		return b
	}, []step{{0, 0, ok}, {1, 1, amber}, {4, 4, amber}}},
	{metrics.CarriedShare, 50, func(n int) metrics.Board {
		b := board()
		closedSprints(&b, kept(10-n))
		return b
	}, []step{{1, 0.1, ok}, {2, 0.2, ok}, {3, 0.3, amber}, {4, 0.4, amber}, {5, 0.5, red}}},
	{metrics.BouncedIssues, 0, func(n int) metrics.Board { // twice back in 10 working days
		back := []string{"2026-11-02 09:00 2", "2026-11-03 09:00 3", day(12) + " 2", day(13) + " 3", day(16) + " 2"}
		return board(join(times(n, 1, back...), times(3, 50, back[:3]...), times(60, 100, day(20)+" 1", day(23)+" 2"))...)
	}, []step{{0, 0, ok}, {1, 1, amber}, {2, 2, amber}}},
	{metrics.ReopenedShare, 0, func(n int) metrics.Board { // of 40
		list := join(times(n, 1, "2026-11-02 09:00 2", "2026-11-09 09:00 5", day(16)+" 2"), times(40-n, 100, "2026-11-02 09:00 2", day(16)+" 5"))
		return board(join(list, times(200, 200, day(20)+" 1", day(23)+" 2"))...)
	}, []step{{1, 0.025, ok}, {2, 0.05, ok}, {3, 0.075, amber}, {4, 0.10, amber}, {5, 0.125, red}}},
	{metrics.MovedBackShare, 0, func(n int) metrics.Board { // of 20
		return board(join(times(n, 1, "2026-11-02 09:00 3", day(16)+" 2"), times(20-n, 100, "2026-11-02 09:00 1", day(16)+" 2"))...)
	}, []step{{1, 0.05, ok}, {2, 0.10, ok}, {3, 0.15, amber}, {4, 0.20, amber}, {5, 0.25, red}}},
	{metrics.UnestimatedShare, 7, func(n int) metrics.Board { // of 20
		list := inSprint(7, day(16), times(20, 1, "2026-11-12 09:00 1")...)
		points := 3.0
		for k := n; k < len(list); k++ {
			list[k].Points = &points
		}
		b := sprintBoard(list...)
		b.Estimates = true
		return b
	}, []step{{3, 0.15, ok}, {4, 0.20, ok}, {5, 0.25, amber}, {6, 0.30, amber}, {7, 0.35, red}}},
	{metrics.StallGap, 0, func(n int) metrics.Board { // the last completion n working days ago; every 4 before
		b := board()
		b.Scrum = false
		last := b.Calendar.AddWorking(calendar.DateOf(tuesday, berlin), -n)
		done := map[calendar.Date]bool{}
		for k := range 12 {
			done[b.Calendar.AddWorking(last, -4*k)] = true
		}
		b.Weeks = rows(14, func(_ int, w *metrics.Weekly) {
			for d := range 7 {
				if done[w.Week.Monday().AddDays(d)] {
					w.DoneByDay[d] = 1
				}
			}
		})
		return b
	}, []step{{3, 0.75, ok}, {4, 1, ok}, {5, 1.25, amber}, {6, 1.5, amber}, {7, 1.75, red}}},
	{metrics.EpicDrift, 900, func(n int) metrics.Board {
		b := board()
		b.Odds.Drifts = map[int64]int{900: n}
		return b
	}, []step{{-3, -3, ok}, {4, 4, ok}, {5, 5, ok}, {6, 6, amber}, {10, 10, amber}, {11, 11, red}}},
	{metrics.HeldShare, 0, func(n int) metrics.Board {
		b := board()
		b.Held = metrics.Held{Items: 20, People: 3, Most: n}
		return b
	}, []step{{9, 0.45, ok}, {10, 0.50, ok}, {11, 0.55, amber}, {14, 0.70, amber}, {15, 0.75, red}}},
	{metrics.ReleaseOverdue, 30, func(n int) metrics.Board {
		b := board()
		late := b.Calendar.AddWorking(calendar.DateOf(tuesday, berlin), -n)
		b.Releases = []metrics.Release{{ID: "30", Date: late}, {ID: "31", Date: late, Released: true}, {ID: "32", Date: late, Archived: true}, {ID: "33"}}
		return b
	}, []step{{0, 0, ok}, {1, 1, amber}, {5, 5, amber}, {6, 6, red}}},
	{metrics.OnTrackUnderRed, 0, func(n int) metrics.Board { // of 20 answers
		b := sprintBoard()
		b.Odds.Sprints = map[int64]float64{7: 0.1}
		b.Rounds = []metrics.Round{round(20, counts(n, 20-n, 0))}
		return b
	}, []step{{15, 0.75, ok}, {16, 0.80, red}, {17, 0.85, red}}},
	{metrics.ResponseOverFive, 0, func(n int) metrics.Board { // of 10, in each of 5 rounds
		b := board()
		for range 5 {
			b.Rounds = append(b.Rounds, round(10, counts(n, 0, 0)))
		}
		return b
	}, []step{{7, 0.7, ok}, {6, 0.6, ok}, {5, 0.5, amber}, {4, 0.4, red}}},
	{metrics.ResponseOfThree, 0, func(n int) metrics.Board { // the best of the last 3, after 7 good ones
		b := board()
		for range 7 {
			b.Rounds = append(b.Rounds, round(20, counts(20, 0, 0)))
		}
		b.Rounds = append(b.Rounds, round(20, counts(2, 0, 0)), round(20, counts(n, 0, 0)), round(20, counts(9, 0, 0)))
		return b
	}, []step{{11, 0.55, ok}, {10, 0.50, ok}, {9, 0.45, red}}},
	{metrics.RunWithoutCarry, 0, func(n int) metrics.Board { // after a run of 2
		b := board()
		closedSprints(&b, slices.Concat([]metrics.Scope{kept(10), kept(10), kept(9)}, slices.Repeat([]metrics.Scope{kept(10)}, n))...)
		return b
	}, []step{{1, 0, ok}, {2, 0, ok}, {3, 1, amber}, {4, 2, amber}}},
	{metrics.LeadGain, 0, func(n int) metrics.Board { // from 100 minutes to n
		b := board()
		b.Weeks = rows(9, func(ago int, w *metrics.Weekly) {
			if w.Lead = minutes(3, n); ago > 4 {
				w.Lead = minutes(3, 100)
			}
		})
		return b
	}, []step{{81, 0.19, ok}, {80, 0.20, ok}, {79, 0.21, amber}, {120, -0.2, ok}}},
	{metrics.BlockersCleared, 0, func(n int) metrics.Board { // within a day; others took longer
		var list []metrics.Issue
		for k, i := range working(n + 2) {
			from := "2026-11-23 10:00"
			if k >= n {
				from = "2026-11-20 10:00"
			}
			list = append(list, flagged(i, from, "2026-11-23 16:00"))
		}
		return board(list...)
	}, []step{{0, 0, ok}, {1, 1, amber}}},
	{metrics.AgeingIssues, 0, func(n int) metrics.Board { // P85 of 1 to 20 is 17
		b := board(join(times(n, 1, "2026-11-07 09:00 2"), times(5, 50, "2026-11-08 09:00 2"))...)
		b.Weeks = rows(10, func(ago int, w *metrics.Weekly) { w.CycleDays[2*ago+1], w.CycleDays[2*ago+2] = 1, 1 })
		return b
	}, []step{{0, 0, ok}, {1, 1, amber}, {2, 2, red}}},
	{metrics.InflowRatio, 0, func(n int) metrics.Board { // against 40 finished
		return board(join(times(n, 1, day(16)+" 1", day(17)+" 2"), times(40, 200, "2026-11-02 09:00 2", day(17)+" 5"))...)
	}, []step{{41, 1, ok}, {42, 1.05, ok}, {43, 1.075, amber}, {50, 1.25, amber}, {51, 1.275, red}}},
	{metrics.PaceChance, 0, func(n int) metrics.Board { // done in 14 full days
		b := board()
		b.Odds.TwoWeeks = []float64{0.01, 0.049, 0.05, 0.149, 0.15, 0.5, 1}
		b.Weeks = rows(4, func(ago int, w *metrics.Weekly) {
			switch ago {
			case 0:
				w.DoneByDay[1] = 9 // today is not over
			case 2:
				w.DoneByDay[0] = 9 // 15 days ago
			case 1:
				w.DoneByDay[3] = n
			}
		})
		return b
	}, []step{{5, 0.5, ok}, {4, 0.15, ok}, {3, 0.149, amber}, {2, 0.05, amber}, {1, 0.049, red}, {0, 0.01, red}}},
	{metrics.ReviewShare, 0, func(n int) metrics.Board { // of 10
		return board(join(working(10-n), times(n, 1, "2026-11-20 09:00 2", "2026-11-23 09:00 3"))...)
	}, []step{{3, 0.3, ok}, {4, 0.4, ok}, {5, 0.5, amber}}},
	{metrics.ReviewAge, 0, func(n int) metrics.Board { // 24 h in review; usually n
		b := board(join(working(5), times(5, 1, "2026-11-20 09:00 2", "2026-11-23 09:00 3"))...)
		b.Weeks = rows(4, func(_ int, w *metrics.Weekly) { w.Review = hours(5, n) })
		return b
	}, []step{{13, 24.0 / 13, amber}, {12, 2, amber}, {11, 24.0 / 11, red}}},
	{metrics.DueChance, 900, func(n int) metrics.Board {
		b := board()
		b.Odds.Due = map[int64]float64{900: float64(n) / 100}
		return b
	}, []step{{86, 0.86, ok}, {85, 0.85, ok}, {84, 0.84, amber}, {50, 0.50, amber}, {49, 0.49, red}}},
	{metrics.EpicGrowth, 900, func(n int) metrics.Board { // of 20 open
		return board(child(900, join(times(20-n, 1, "2026-10-12 09:00 1"), times(n, 50, day(12)+" 1"))...)...)
	}, []step{{1, 0.05, ok}, {2, 0.10, ok}, {3, 0.15, amber}, {4, 0.20, amber}, {5, 0.25, red}}},
	{metrics.EpicIdle, 900, func(n int) metrics.Board { // n done lately
		b := board(append(child(900, join(times(3, 1, "2026-10-12 09:00 1"), times(n, 50, "2026-10-12 09:00 2", day(12)+" 5"))...), epicDue(900, "2026-12-24"))...)
		b.Odds.Due = map[int64]float64{900: 0.5}
		return b
	}, []step{{1, 0, ok}, {0, 1, amber}}},
	{metrics.ConfidenceDrop, 0, func(n int) metrics.Board { // tenths below 4
		b := board()
		for range 3 {
			b.Rounds = append(b.Rounds, metrics.Round{Confidence: metrics.Figure{Value: 4, N: 8, OK: true}})
		}
		b.Rounds = append(b.Rounds, metrics.Round{Confidence: metrics.Figure{Value: 4 - float64(n)/10, N: 8, OK: true}})
		return b
	}, []step{{-5, -0.5, ok}, {4, 0.4, ok}, {5, 0.5, amber}, {9, 0.9, amber}, {10, 1, red}}},
	{metrics.SprintOverdue, 7, func(n int) metrics.Board {
		late := running
		late.End = at("2026-11-24 17:00").AddDate(0, 0, -n)
		b := board()
		b.Sprints = []metrics.Sprint{late}
		return b
	}, []step{{0, 0, ok}, {1, 1, amber}, {4, 2, amber}, {5, 3, red}}},
	{metrics.SprintUnset, 7, func(n int) metrics.Board {
		b := board()
		b.Sprints = []metrics.Sprint{{ID: 7, State: "active", Start: running.Start, End: running.End, NoGoal: n > 0}}
		return b
	}, []step{{0, 0, ok}, {1, 1, amber}}},
	{metrics.QualityWorst, 0, func(n int) metrics.Board { // of 40
		b := board()
		b.Weeks = rows(12, func(ago int, w *metrics.Weekly) {
			if ago == 3 {
				w.Completed, w.Excluded[metrics.ExcludedNeverStarted] = 40, n
			}
		})
		return b
	}, []step{{1, 0.025, ok}, {2, 0.05, ok}, {3, 0.075, amber}, {6, 0.15, amber}, {7, 0.175, red}}},
	{metrics.SayDoMean, 0, func(n int) metrics.Board { // the last of three
		b := board()
		closedSprints(&b, kept(1), kept(8), kept(7), kept(n))
		return b
	}, []step{{10, 25.0 / 30, ok}, {9, 0.8, ok}, {8, 23.0 / 30, amber}, {3, 0.6, amber}, {2, 17.0 / 30, red}}},
	{metrics.ScopeRemoved, 7, func(n int) metrics.Board { // of 20
		list := inSprint(7, "2026-11-13 09:00", times(20, 1, "2026-11-12 09:00 1")...)
		for k := range n {
			list[k].Sprints[0].To = at(day(18))
		}
		return sprintBoard(list...)
	}, []step{{1, 0.05, ok}, {2, 0.10, ok}, {3, 0.15, amber}, {5, 0.25, amber}, {6, 0.30, red}}},
	{metrics.ScopeGrown, 7, func(n int) metrics.Board { // of 100 points
		list := inSprint(7, "2026-11-13 09:00", times(20, 1, "2026-11-12 09:00 1")...)
		five, more := 5.0, 5+float64(n)
		for k := range list {
			list[k].Points = &five
		}
		list[0].Points = &more
		list[0].Estimates = []metrics.Estimate{{At: list[0].Created, Points: &five}, {At: at(day(18)), Points: &more}}
		b := sprintBoard(list...)
		b.Estimates = true
		return b
	}, []step{{9, 0.09, ok}, {10, 0.10, ok}, {11, 0.11, amber}, {-50, -0.5, ok}}},
	{metrics.StuckIssues, 0, func(n int) metrics.Board { // longer than 48 h
		b := board(join(times(n, 1, "2026-11-22 08:00 2"), times(5, 50, "2026-11-22 10:00 2"))...)
		b.Weeks = rows(5, func(_ int, w *metrics.Weekly) {
			w.Statuses = []metrics.StatusTime{{Status: "2", Visits: 4, Time: hours(4, 48)}}
		})
		return b
	}, []step{{0, 0, ok}, {1, 1, amber}, {3, 3, amber}}},
	{metrics.FlagsLeft, 0, func(n int) metrics.Board {
		list := working(n + 1)
		for k := range list {
			list[k] = flagged(list[k], day(23), "")
			list[k].Blockers = []metrics.Blocker{{From: at(day(20)), To: at("2026-11-23 12:00")}}
		}
		list[n].Blockers[0].To = tuesday.AddDate(0, 0, 1)
		return board(list...)
	}, []step{{0, 0, ok}, {1, 1, amber}}},
	{metrics.NotStartedExcess, 7, func(n int) metrics.Board { // of 20 committed; 4 of 10 days are left
		b := sprintBoard(join(
			inSprint(7, "2026-11-13 09:00", times(n, 1, "2026-11-12 09:00 1")...),
			inSprint(7, "2026-11-13 09:00", times(20-n, 100, "2026-11-12 09:00 1", day(17)+" 2")...))...)
		return b
	}, []step{{11, 0.15, ok}, {12, 0.20, ok}, {13, 0.25, amber}, {16, 0.40, amber}, {17, 0.45, red}}},
	{metrics.LateShare, 6, func(n int) metrics.Board { // of 10
		return sprintBoard(join(
			inSprint(6, "2026-11-01 09:00", times(n, 1, "2026-10-30 09:00 2", "2026-11-12 09:00 5")...),
			inSprint(6, "2026-11-01 09:00", times(10-n, 50, "2026-10-30 09:00 2", "2026-11-11 09:00 5")...))...)
	}, []step{{3, 0.3, ok}, {4, 0.4, ok}, {5, 0.5, amber}, {6, 0.6, amber}, {7, 0.7, red}}},
	{metrics.InflowWeeks, 3, func(n int) metrics.Board { // weeks running up to the last full one
		var list []metrics.Issue
		for k := range n {
			in := tuesday.AddDate(0, 0, -7*(k+1)).Format("2006-01-02 15:04")
			list = append(list, times(2, int64(10*k+1), "2026-10-01 09:00 2", in+" 3")...)
		}
		return board(list...)
	}, []step{{2, 2, ok}, {3, 3, amber}, {4, 4, red}}},
	{metrics.FlowEfficiency, 0, func(n int) metrics.Board { // of 100 hours
		list := times(5, 1, "2026-11-16 09:00 2", "2026-11-20 13:00 5")
		for k := range list {
			list[k] = flagged(list[k], at("2026-11-16 09:00").Add(hourly(n)).Format("2006-01-02 15:04"), "2026-11-20 13:00")
		}
		return board(list...)
	}, []step{{61, 0.61, ok}, {60, 0.60, ok}, {59, 0.59, amber}, {40, 0.40, amber}, {39, 0.39, red}}},
	{metrics.EpicLoad, 0, func(n int) metrics.Board {
		var list []metrics.Issue
		for k, i := range working(n) {
			list = append(list, child(int64(900+k), i)...)
		}
		b := board(list...)
		b.FeatureWIP = 2
		return b
	}, []step{{1, 0.5, ok}, {2, 1, ok}, {3, 1.5, amber}}},
	{metrics.BugRatio, 0, func(n int) metrics.Board { // against 10 done
		list := join(times(n, 1, day(16)+" 1"), times(10, 100, "2026-11-02 09:00 2", day(17)+" 5"))
		for k := range list {
			list[k].Type = "bug"
		}
		b := board(list...)
		b.Bugs = metrics.Match{Types: []string{"bug"}}
		return b
	}, []step{{9, 0.9, ok}, {10, 1, ok}, {11, 1.1, amber}, {15, 1.5, amber}, {16, 1.6, red}}},
	{metrics.ExpeditedShare, 0, func(n int) metrics.Board { // of 20
		list := working(20)
		for k := range n {
			list[k].Priority = "1"
		}
		b := board(list...)
		b.Expedited = metrics.Match{Priorities: []string{"1"}}
		return b
	}, []step{{1, 0.05, ok}, {2, 0.10, ok}, {3, 0.15, amber}, {4, 0.20, amber}, {5, 0.25, red}}},
	{metrics.BlockedAnswerShare, 0, func(n int) metrics.Board { // of 20
		b := board()
		b.Rounds = []metrics.Round{round(20, counts(20-n, 0, n))}
		return b
	}, []step{{3, 0.15, ok}, {4, 0.20, ok}, {5, 0.25, amber}, {8, 0.40, amber}, {9, 0.45, red}}},
	{metrics.BlockedAnswerDays, 0, func(n int) metrics.Board {
		b := board()
		b.Rounds = []metrics.Round{round(20, counts(10, 10, 0))}
		for range n {
			b.Rounds = append(b.Rounds, round(20, counts(17, 0, 3)))
		}
		return b
	}, []step{{0, 0, ok}, {1, 1, ok}, {2, 2, amber}}},
}

func TestEveryRuleAtItsThresholds(t *testing.T) {
	tested := map[metrics.Kind]bool{}
	for _, c := range thresholds {
		tested[c.kind] = true
		t.Run(named(c.kind.Signal(), c.kind), func(t *testing.T) {
			for _, s := range c.steps {
				r := read(t, c.board(s.n), c.kind.Signal(), c.subject)
				m := measure(t, r, c.kind)
				if m.Withheld != metrics.NotWithheld || math.Abs(m.Value-s.value) > 1e-6 && !near(m.Value, s.value) || r.Tier != s.tier {
					t.Errorf("with %d: %v (withheld %v), tier %v; want %v, tier %v\n%+v", s.n, m.Value, m.Withheld, r.Tier, s.value, s.tier, r.Measures)
				}
				if m.Limits == (metrics.Limits{}) || m.N < 0 {
					t.Errorf("with %d: it does not say against what: %+v", s.n, m)
				}
			}
		})
	}
	for k := metrics.Kind(1); k.Known(); k++ {
		if !tested[k] {
			t.Errorf("%s has no fixtures", named(k.Signal(), k))
		}
	}
}

// near allows what a histogram may be off.
func near(a, b float64) bool { return math.Abs(a-b) <= math.Abs(b)/256 }
