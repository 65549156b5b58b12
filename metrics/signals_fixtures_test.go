package metrics_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
)

// The boards of the tests are looked at on a Tuesday morning.
var tuesday = at("2026-11-24 09:00")

// Statuses by number, as Jira has them.
var numbered = map[string]metrics.Stage{
	"1": metrics.ToDo, "2": metrics.InProgress, "3": metrics.InReview, "4": metrics.Waiting, "5": metrics.Done,
}

// board is a Scrum board with the given issues.
func board(issues ...metrics.Issue) metrics.Board {
	return metrics.Board{
		Scrum: true, Now: tuesday, Calendar: calendar.Calendar{Zone: berlin},
		Rules:  metrics.Rules{Stages: numbered, Blocked: metrics.BlockedRule{Flag: true, Links: true}},
		Issues: slices.Values(issues),
	}
}

// n copies of an issue, each with an id of its own from the given one on.
func times(n int, id int64, steps ...string) []metrics.Issue {
	list := make([]metrics.Issue, n)
	for k := range list {
		list[k] = issue(steps...)
		list[k].ID = id + int64(k)
	}
	return list
}

func working(n int) []metrics.Issue { return times(n, 100, "2026-11-20 09:00 1", "2026-11-23 09:00 2") }

// flagged raises the flag of an issue, and clears it if an end is given.
func flagged(i metrics.Issue, from, to string) metrics.Issue {
	i.Flags = []metrics.Flag{{At: at(from), Set: true}}
	if to != "" {
		i.Flags = append(i.Flags, metrics.Flag{At: at(to)})
	}
	return i
}

// rows are the n weeks up to the one of the tests, each filled in.
func rows(n int, fill func(ago int, w *metrics.Weekly)) []metrics.Weekly {
	this := week("2026-W48")
	list := make([]metrics.Weekly, n)
	for k := range list {
		ago := n - 1 - k
		w := metrics.Weekly{Week: this.Add(-ago), CycleDays: map[int]int{}, Excluded: map[metrics.Exclusion]int{}}
		if ago == 0 {
			w.WIPByDay = [7]int{0, 0, -1, -1, -1, -1, -1}
		}
		fill(ago, &w)
		list[k] = w
	}
	return list
}

// inSprint puts issues into the sprint of the tests at an instant.
func inSprint(id int64, from string, issues ...metrics.Issue) []metrics.Issue {
	for k := range issues {
		issues[k].Sprints = append(issues[k].Sprints, metrics.Span{Sprint: id, From: at(from)})
	}
	return issues
}

// running is the active sprint: two weeks, six working days are over.
var running = metrics.Sprint{ID: 7, State: "active", Start: at("2026-11-16 09:00"), End: at("2026-11-27 17:00")}

// ended is the sprint before it.
var ended = metrics.Sprint{ID: 6, State: "closed", Start: at("2026-11-02 09:00"), End: at("2026-11-13 17:00"), Done: at("2026-11-13 17:00")}

func sprintBoard(issues ...metrics.Issue) metrics.Board {
	b := board(issues...)
	b.Sprints = []metrics.Sprint{ended, running}
	return b
}

// closedSprints are n sprints before the running one, each with its close.
func closedSprints(b *metrics.Board, scopes ...metrics.Scope) {
	b.Sprints = []metrics.Sprint{running}
	for k, scope := range scopes {
		start := at("2026-01-05 09:00").AddDate(0, 0, 14*k)
		b.Sprints = append(b.Sprints, metrics.Sprint{ID: int64(50 + k), State: "closed", Start: start, End: start.AddDate(0, 0, 11), Done: start.AddDate(0, 0, 11)})
		b.Snapshots = append(b.Snapshots, metrics.SprintSnapshot{Sprint: int64(50 + k), Committed: scope.Committed, Closed: &scope})
	}
}

// kept is a closed sprint of which so many of ten items were completed.
func kept(n int) metrics.Scope {
	return metrics.Scope{
		Committed: metrics.Amount{Items: 10}, Kept: metrics.Amount{Items: n},
		Completed: metrics.Amount{Items: n}, Remaining: metrics.Amount{Items: 10 - n},
	}
}

func round(asked int, counts map[string]int) metrics.Round {
	return metrics.Round{Answers: metrics.NewTally(asked, counts)}
}

// read returns the one reading of a rule about a subject.
func read(t testing.TB, b metrics.Board, s metrics.Signal, subject int64) metrics.Reading {
	t.Helper()
	return readWith(t, b, metrics.Thresholds{}, s, subject)
}

func readWith(t testing.TB, b metrics.Board, limits metrics.Thresholds, s metrics.Signal, subject int64) metrics.Reading {
	t.Helper()
	for _, r := range metrics.Signals(b, limits, nil) {
		if r.Signal == s && r.Subject == subject {
			return r
		}
	}
	t.Fatalf("%v (%s) says nothing of %d", s, s.Name(), subject)
	return metrics.Reading{}
}

func measure(t testing.TB, r metrics.Reading, k metrics.Kind) metrics.Measure {
	t.Helper()
	for _, m := range r.Measures {
		if m.Kind == k {
			return m
		}
	}
	t.Fatalf("%v does not measure %v", r.Signal, k)
	return metrics.Measure{}
}

const (
	ok    = metrics.TierOK
	amber = metrics.TierAmber
	red   = metrics.TierRed
)

// step is one board of a threshold: so many of something, what the rule should
// measure, and where it stands.
type step struct {
	n     int
	value float64
	tier  metrics.Tier
}

func day(d int) string { return fmt.Sprintf("2026-11-%02d 09:00", d) }

func join(lists ...[]metrics.Issue) []metrics.Issue { return slices.Concat(lists...) }

// hours is a histogram of so many equal times.
func hours(n, h int) metrics.Histogram { return minutes(n, 60*h) }

func minutes(n, m int) metrics.Histogram {
	var list metrics.Histogram
	for range n {
		list.Add(int64(m))
	}
	return list
}

func named(s metrics.Signal, k metrics.Kind) string {
	return fmt.Sprintf("%v %s", s, strings.ReplaceAll(k.String(), " ", "-"))
}

// child makes issues the children of an epic.
func child(epic int64, issues ...metrics.Issue) []metrics.Issue {
	for k := range issues {
		issues[k].Parent = epic
	}
	return issues
}

func epicDue(id int64, due string) metrics.Issue {
	d, err := calendar.ParseDate(due)
	if err != nil {
		panic(err)
	}
	e := issue("2026-10-01 09:00 1")
	e.ID, e.Level, e.Due = id, 1, d
	return e
}

func hourly(n int) time.Duration { return time.Duration(n) * time.Hour }
