package forecast_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/calendar"
	"headway/forecast"
)

// monday is day 0 of the synthetic teams.
var monday = calendar.Date{Year: 2026, Month: time.January, Day: 5}

// method says how likely an epic is done by the end of each calendar day after
// the history, day 1 first; nil where it has no answer.
type method struct {
	name string
	cdf  func(epic) []float64
}

// bootstrap is what others do: days drawn from the last calendar days, each as
// likely; computed exactly.
func bootstrap(days int) method {
	return method{fmt.Sprintf("%dd", days), func(e epic) []float64 {
		window := e.history[len(e.history)-days:]
		if sum(window) == 0 {
			return nil
		}
		p := make([]float64, slices.Max(window)+1)
		for _, n := range window {
			p[n] += 1 / float64(days)
		}
		var cdf []float64
		v, next := make([]float64, e.left), make([]float64, e.left)
		v[0] = 1
		for left := 1.0; left > 1e-7; cdf = append(cdf, 1-left) {
			clear(next)
			for s, mass := range v {
				for n, q := range p[:min(len(p), e.left-s)] {
					next[s+n] += mass * q
				}
			}
			v, next, left = next, v, 0
			for _, mass := range v {
				left += mass
			}
		}
		return cdf
	}}
}

// engine is this package. The teams have sprints of two weeks; all but B3's
// take no notice of them.
func engine(name string, learn func(forecast.History) (forecast.Pace, error)) method {
	return method{name, func(e epic) []float64 {
		h := forecast.History{From: monday, Done: e.history}
		for d := 0; d < historyDays; d += 14 {
			h.Sprints = append(h.Sprints, forecast.Sprint{From: monday.AddDays(d), To: monday.AddDays(d + 13)})
		}
		pace, err := learn(h)
		if err != nil {
			return nil
		}
		finishes, err := pace.When(forecast.Scope{Epics: []forecast.PMF{forecast.Exactly(e.left)}})
		if err != nil {
			return nil
		}
		var cdf []float64
		for day := 1; ; day++ {
			slot := 5*(day/7) + min(day%7, 5)
			p := finishes[0].AfterSlot(slot)
			cdf = append(cdf, p)
			if p >= 1-1e-4 || slot >= forecast.MaxSlots {
				return cdf
			}
		}
	}}
}

var levels = [3]float64{0.50, 0.85, 0.95}

// score is how a method did on the epics that every method answers.
type score struct {
	plain, pit [3]float64 // shares of epics done by the day of the level
	crps       float64    // mean, in days
	n, silent  int
}

func (s *score) add(cdf []float64, truth int) {
	at := func(day int) float64 {
		switch {
		case day <= 0:
			return 0
		case day >= len(cdf):
			return 1
		}
		return cdf[day-1]
	}
	before, by := at(truth-1), at(truth)
	for i, q := range levels {
		if before < q-1e-12 { // the level's day is not before the truth's
			s.plain[i] += share(q, before, by, true)
		}
		s.pit[i] += share(q, before, by, false)
	}
	for day := 1; day <= max(len(cdf), truth); day++ {
		miss := at(day)
		if day >= truth {
			miss--
		}
		s.crps += miss * miss
	}
	s.n++
}

// share is how much of the truth's day lies before the level: all or nothing in
// whole days, or the expectation over a random moment of it.
func share(q, before, by float64, wholeDays bool) float64 {
	if wholeDays || by == before {
		if before < q {
			return 1
		}
		return 0
	}
	return min(max((q-before)/(by-before), 0), 1)
}

// scored asks every method for each step-th epic.
func scored(g generator, methods []method, step int) []score {
	scores := make([]score, len(methods))
	for it := 0; it < g.epics(); it += step {
		e := g.epic(it)
		answers := make([][]float64, len(methods))
		complete := true
		for i, m := range methods {
			if answers[i] = m.cdf(e); answers[i] == nil {
				scores[i].silent++
				complete = false
			}
		}
		for i := range methods {
			if complete {
				scores[i].add(answers[i], e.truth)
			}
		}
	}
	for i := range scores {
		s := &scores[i]
		s.crps /= float64(s.n)
		for q := range levels {
			s.plain[q] *= 100 / float64(s.n)
			s.pit[q] *= 100 / float64(s.n)
		}
	}
	return scores
}

// The goals, by randomised PIT: how often a date of each level should hold, in
// percent.
var goals = [3][2]float64{{46, 56}, {82, 90}, {93, 98}}

// rows are the scores of one generator as lines of a table.
func rows(g generator, methods []method, scores []score) string {
	var b strings.Builder
	for i, s := range scores {
		fmt.Fprintf(&b, "\n%-18s %-11s dates held %2.0f/%2.0f/%2.0f %%, PIT %4.1f/%4.1f/%4.1f %%, CRPS %6.2f days, %d epics, no answer to %d",
			g.name, methods[i].name, s.plain[0], s.plain[1], s.plain[2], s.pit[0], s.pit[1], s.pit[2], s.crps, s.n, s.silent)
	}
	return b.String()
}

// HEADWAY_CALIBRATION=1 asks every epic, which takes half a minute; else every
// fiftieth answers, and only what so few can show is checked.
func TestCalibration(t *testing.T) {
	full := os.Getenv("HEADWAY_CALIBRATION") != ""
	step := 50
	if full {
		step = 1
	}
	methods := []method{bootstrap(30), bootstrap(60), bootstrap(90), engine("exact", forecast.Learn)}
	var reached [3]int
	var pooled score
	logRatio := 0.0
	for _, g := range generators {
		scores := scored(g, methods, step)
		ours := scores[len(scores)-1]
		best := min(scores[0].crps, scores[1].crps, scores[2].crps)
		logRatio += math.Log(ours.crps/best) / float64(len(generators))
		for i, goal := range goals {
			pooled.pit[i] += ours.pit[i] / float64(len(generators))
			if ours.pit[i] >= goal[0] && ours.pit[i] <= goal[1] {
				reached[i]++
			}
		}
		t.Logf("%s\n  CRPS %.3f of the best bootstrap's, %.3f of that of 30 days", rows(g, methods, scores), ours.crps/best, ours.crps/scores[0].crps)
		if full && ours.crps > best {
			t.Errorf("%s: a bootstrap does better", g.name)
		}
	}
	ratio := math.Exp(logRatio)
	t.Logf("generators that reach the goals for P50, P85, P95: %v of %d; geometric mean of the CRPS %.3f of the best bootstrap's", reached, len(generators), ratio)
	if ratio > 0.95 {
		t.Errorf("the CRPS is %.3f of the best bootstrap's", ratio)
	}
	for i, goal := range goals {
		if pooled.pit[i] < goal[0]-2 || pooled.pit[i] > goal[1]+2 {
			t.Errorf("dates of %v hold %.1f %% of the time", levels[i], pooled.pit[i])
		}
	}
}
