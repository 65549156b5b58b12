package metrics_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
)

// The statuses of the tests; "odd" is one that the definition does not know.
var stages = map[string]metrics.Stage{
	"open": metrics.ToDo, "doing": metrics.InProgress, "review": metrics.InReview, "qa": metrics.InReview, "waiting": metrics.Waiting,
	"resolved": metrics.Done, "closed": metrics.Done,
}

var berlin = mustZone("Europe/Berlin")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// at reads "2026-11-24 09:30" in Berlin.
func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, berlin)
	if err != nil {
		panic(err)
	}
	return t
}

func week(text string) calendar.Week {
	w, err := calendar.ParseWeek(text)
	if err != nil {
		panic(err)
	}
	return w
}

// issue builds an item from "2026-11-24 09:30 open": its creation and status
// then, and its moves.
func issue(steps ...string) metrics.Issue {
	var i metrics.Issue
	for k, step := range steps {
		when, status := at(step[:16]), step[17:]
		i.Status = status
		if k == 0 {
			i.Created, i.First = when, status
			continue
		}
		i.Moves = append(i.Moves, metrics.Move{At: when, To: status})
	}
	return i
}

// aggregate builds the weeks from..to as of the given instant in Berlin.
func aggregate(from, to, now string, issues ...metrics.Issue) []metrics.Weekly {
	return aggregateBy(metrics.Rules{Version: 3, Stages: stages}, from, to, now, issues...)
}

func aggregateBy(r metrics.Rules, from, to, now string, issues ...metrics.Issue) []metrics.Weekly {
	w := metrics.Window{Calendar: calendar.Calendar{Zone: berlin}, From: week(from), To: week(to), Now: at(now)}
	r.Stages = stages
	return metrics.Aggregate(r, w, slices.Values(issues), nil)
}

func TestStartedAndFinished(t *testing.T) {
	rules := metrics.Rules{Stages: stages}
	for _, c := range []struct {
		name          string
		steps         []string
		started, done string // "" for never
	}{
		{"plain", []string{"2026-11-02 09:00 open", "2026-11-03 09:00 doing", "2026-11-05 10:00 closed"}, "2026-11-03 09:00", "2026-11-05 10:00"},
		{"created in progress", []string{"2026-11-02 09:00 doing", "2026-11-05 10:00 closed"}, "2026-11-02 09:00", "2026-11-05 10:00"},
		{"moving back keeps the first start", []string{"2026-11-02 09:00 open", "2026-11-03 09:00 review", "2026-11-04 09:00 open", "2026-11-05 09:00 doing"}, "2026-11-03 09:00", ""},
		{"resolved to closed does not move done", []string{"2026-11-02 09:00 doing", "2026-11-03 09:00 resolved", "2026-11-09 09:00 closed"}, "2026-11-02 09:00", "2026-11-03 09:00"},
		{"re-opened and done again", []string{"2026-11-02 09:00 doing", "2026-11-03 09:00 closed", "2026-11-04 09:00 open", "2026-11-05 09:00 closed"}, "2026-11-02 09:00", "2026-11-05 09:00"},
		{"re-opened", []string{"2026-11-02 09:00 doing", "2026-11-03 09:00 closed", "2026-11-04 09:00 open"}, "2026-11-02 09:00", ""},
		{"never started", []string{"2026-11-02 09:00 open", "2026-11-03 09:00 closed"}, "", "2026-11-03 09:00"},
		{"waiting is under way", []string{"2026-11-02 09:00 open", "2026-11-03 09:00 waiting"}, "2026-11-03 09:00", ""},
		{"created done", []string{"2026-11-02 09:00 closed"}, "", ""},
		{"an unknown status is not done", []string{"2026-11-02 09:00 doing", "2026-11-03 09:00 closed", "2026-11-04 09:00 odd"}, "2026-11-02 09:00", ""},
		{"started only after it was done once", []string{"2026-11-02 09:00 open", "2026-11-03 09:00 closed", "2026-11-04 09:00 doing", "2026-11-05 09:00 closed"}, "2026-11-04 09:00", "2026-11-05 09:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := issue(c.steps...)
			started, ok := rules.Started(i)
			same(t, "started", started, ok, c.started)
			done, ok := rules.Finished(i)
			same(t, "done", done, ok, c.done)
		})
	}
}

func same(t *testing.T, what string, got time.Time, ok bool, want string) {
	t.Helper()
	if ok != (want != "") || ok && !got.Equal(at(want)) {
		t.Errorf("%s: %v %v, want %q", what, got, ok, want)
	}
}

func TestItemsAreLevelZeroAndNotExcluded(t *testing.T) {
	rules := metrics.Rules{ExcludeTypes: []string{"doc"}, ExcludeResolutions: []string{"dup"}, ExcludeLabels: []string{"chore"}}
	for _, c := range []struct {
		issue metrics.Issue
		ok    bool
		why   metrics.Exclusion
	}{
		{metrics.Issue{Type: "bug", Resolution: "fixed", Labels: []string{"ui"}}, true, ""},
		{metrics.Issue{Level: -1}, false, ""},
		{metrics.Issue{Level: 1}, false, ""},
		{metrics.Issue{Type: "doc"}, false, metrics.ExcludedType},
		{metrics.Issue{Resolution: "dup"}, false, metrics.ExcludedResolution},
		{metrics.Issue{Labels: []string{"ui", "chore"}}, false, metrics.ExcludedLabel},
	} {
		if ok, why := rules.Item(c.issue); ok != c.ok || why != c.why {
			t.Errorf("%+v: %v %q, want %v %q", c.issue, ok, why, c.ok, c.why)
		}
	}
}

func TestMatchNeedsAllItsParts(t *testing.T) {
	full := metrics.Match{Types: []string{"bug"}, Labels: []string{"prod", "live"}, Priorities: []string{"1"}}
	hit := metrics.Issue{Type: "bug", Labels: []string{"ui", "live"}, Priority: "1"}
	if !full.Matches(hit) {
		t.Error("an issue with all parts does not match")
	}
	for name, miss := range map[string]metrics.Issue{
		"other type":     {Type: "task", Labels: hit.Labels, Priority: "1"},
		"other label":    {Type: "bug", Labels: []string{"ui"}, Priority: "1"},
		"other priority": {Type: "bug", Labels: hit.Labels, Priority: "2"},
	} {
		if full.Matches(miss) {
			t.Errorf("%s matches", name)
		}
	}
	if (metrics.Match{}).Matches(hit) {
		t.Error("a rule that restricts nothing matches")
	}
}

func TestWeeksWithoutAnythingAreThere(t *testing.T) {
	weeks := aggregate("2026-W52", "2027-W02", "2027-01-13 12:00")
	var names []string
	for _, w := range weeks {
		names = append(names, w.Week.String())
		if w.Definition != 3 || w.Completed != 0 || !w.Partial {
			t.Errorf("%v: %+v", w.Week, w)
		}
	}
	if got := strings.Join(names, " "); got != "2026-W52 2026-W53 2027-W01 2027-W02" {
		t.Errorf("weeks %s", got)
	}
}

func TestDoneIsCutAtTheWeeksEdgeInTheZone(t *testing.T) {
	// Sunday 22 November 23:59 and Monday 00:00 in Berlin: 22:59 and 23:00 UTC.
	weeks := aggregate("2026-W47", "2026-W48", "2026-12-24 12:00",
		issue("2026-11-16 09:00 doing", "2026-11-22 23:59 closed"),
		issue("2026-11-16 09:00 doing", "2026-11-23 00:00 closed"),
		issue("2026-11-15 23:59 doing", "2026-11-16 00:00 closed"),
		issue("2026-11-15 23:58 doing", "2026-11-15 23:59 closed"), // before the window
	)
	if weeks[0].DoneByDay != [7]int{1, 0, 0, 0, 0, 0, 1} || weeks[1].DoneByDay != [7]int{1} {
		t.Errorf("done by day %v and %v", weeks[0].DoneByDay, weeks[1].DoneByDay)
	}
	if weeks[0].Completed != 2 || weeks[1].Completed != 1 || weeks[0].Created != 2 || weeks[0].Started != 2 {
		t.Errorf("completed %d and %d, created %d, started %d", weeks[0].Completed, weeks[1].Completed, weeks[0].Created, weeks[0].Started)
	}
}

func TestCycleTimeCountsBothDays(t *testing.T) {
	weeks := aggregate("2026-W43", "2026-W43", "2026-12-24 12:00",
		issue("2026-10-20 09:00 doing", "2026-10-20 09:01 closed"), // same day
		issue("2026-10-20 23:59 doing", "2026-10-21 00:01 closed"), // two minutes over midnight
		issue("2026-10-24 12:00 doing", "2026-10-25 12:00 closed"), // clocks go back: 25 hours
	)
	if got := weeks[0].CycleDays; len(got) != 2 || got[1] != 1 || got[2] != 2 {
		t.Errorf("cycle days %v, want one of 1 and two of 2", got)
	}
	if want := histogram(1, 2, 25*60); !weeks[0].Cycle.Equal(want) || !weeks[0].Lead.Equal(want) {
		t.Errorf("minutes sum to %d, want %d", weeks[0].Cycle.Sum(), want.Sum())
	}
}

func TestDoneWithoutAStartIsCountedButHasNoCycleTime(t *testing.T) {
	imported := issue("2026-11-18 09:00 doing", "2026-11-17 09:00 closed") // done before it was created
	w := aggregate("2026-W47", "2026-W47", "2026-12-24 12:00",
		issue("2026-11-16 09:00 open", "2026-11-17 09:00 closed"),
		issue("2026-11-16 09:00 open", "2026-11-17 09:00 doing", "2026-11-17 09:00 closed"),
		imported,
	)[0]
	if w.Completed != 3 || w.Cycle.Count() != 0 || len(w.CycleDays) != 0 {
		t.Errorf("completed %d, cycle times %d", w.Completed, w.Cycle.Count())
	}
	if w.Excluded[metrics.ExcludedNeverStarted] != 1 || w.Excluded[metrics.ExcludedDoneFirst] != 2 {
		t.Errorf("excluded %v", w.Excluded)
	}
}

func TestExcludedItemsAreCountedByReasonInTheirDoneWeek(t *testing.T) {
	done := issue("2026-11-16 09:00 doing", "2026-11-17 09:00 closed")
	doc, dup, chore, subtask := done, done, done, done
	doc.Type, dup.Resolution, chore.Labels, subtask.Level = "doc", "dup", []string{"chore"}, -1
	open := issue("2026-11-16 09:00 doing")
	open.Type = "doc"
	rules := metrics.Rules{ExcludeTypes: []string{"doc"}, ExcludeResolutions: []string{"dup"}, ExcludeLabels: []string{"chore"}}
	w := aggregateBy(rules, "2026-W47", "2026-W47", "2026-12-24 12:00", done, doc, dup, chore, subtask, open)[0]
	if w.Completed != 1 || w.Created != 1 || w.WIPAtEnd != 0 {
		t.Errorf("completed %d, created %d, in progress %d; want 1, 1, 0", w.Completed, w.Created, w.WIPAtEnd)
	}
	for _, why := range []metrics.Exclusion{metrics.ExcludedType, metrics.ExcludedResolution, metrics.ExcludedLabel} {
		if w.Excluded[why] != 1 {
			t.Errorf("%s: %d, want 1", why, w.Excluded[why])
		}
	}
}

func TestWorkInProgressIsTakenAtTheEndOfEachDay(t *testing.T) {
	weeks := aggregate("2026-W47", "2026-W48", "2026-12-24 12:00",
		issue("2026-11-16 09:00 open", "2026-11-17 09:00 doing", "2026-11-19 09:00 closed"),
		issue("2026-11-10 09:00 doing", "2026-11-17 10:00 open", "2026-11-20 09:00 review"), // back to do for three days
		issue("2026-11-16 09:00 doing", "2026-11-16 17:00 closed"),                          // within a day
		issue("2026-11-17 09:00 doing", "2026-11-18 00:00 closed"),                          // until the stroke of midnight
		issue("2026-11-17 09:00 open"),
	)
	if got, want := weeks[0].WIPByDay, [7]int{1, 2, 1, 0, 1, 1, 1}; got != want {
		t.Errorf("first week %v, want %v", got, want)
	}
	if got, want := weeks[1].WIPByDay, [7]int{1, 1, 1, 1, 1, 1, 1}; got != want {
		t.Errorf("second week %v, want %v", got, want)
	}
	if weeks[0].WIPAtEnd != 1 || weeks[1].WIPAtEnd != 1 {
		t.Errorf("at the end %d and %d, want 1 and 1", weeks[0].WIPAtEnd, weeks[1].WIPAtEnd)
	}
}

func TestDaysAheadHaveNoWorkInProgress(t *testing.T) {
	weeks := aggregate("2026-W47", "2026-W49", "2026-11-25 12:00",
		issue("2026-11-23 09:00 doing"),
		issue("2026-11-23 09:00 doing", "2026-11-25 11:00 closed"),
		issue("2026-11-23 09:00 doing", "2026-11-25 13:00 closed"), // not yet
		issue("2026-11-25 12:01 doing"),                            // not created yet
		issue("2026-11-23 09:00 open", "2026-11-25 12:00 doing"),   // just now
	)
	if got, want := weeks[1].WIPByDay, [7]int{3, 3, 3, -1, -1, -1, -1}; got != want {
		t.Errorf("this week %v, want %v", got, want)
	}
	if weeks[1].WIPAtEnd != 3 || weeks[1].Completed != 1 || weeks[1].Created != 4 {
		t.Errorf("in progress %d, done %d, created %d; want 3, 1, 4", weeks[1].WIPAtEnd, weeks[1].Completed, weeks[1].Created)
	}
	if weeks[2].WIPByDay != [7]int{-1, -1, -1, -1, -1, -1, -1} || weeks[2].WIPAtEnd != 0 {
		t.Errorf("next week %v", weeks[2].WIPByDay)
	}
}

func TestAgeReachesToTheEndOfTheDayAndKeepsTheFirstStart(t *testing.T) {
	weeks := aggregate("2026-W47", "2026-W48", "2026-11-25 12:00",
		issue("2026-11-16 12:00 doing"),
		issue("2026-11-12 00:00 doing", "2026-11-13 09:00 open", "2026-11-24 09:00 doing"),
	)
	if want := histogram(6*1440 + 720); !weeks[0].AgeAtEnd.Equal(want) {
		t.Errorf("first week: sum %d, want %d", weeks[0].AgeAtEnd.Sum(), want.Sum())
	}
	if want := histogram(9*1440+720, 14*1440); !weeks[1].AgeAtEnd.Equal(want) {
		t.Errorf("running week: sum %d, want %d", weeks[1].AgeAtEnd.Sum(), want.Sum())
	}
}

func TestReopenedCountsInTheWeekItWasDoneFirst(t *testing.T) {
	ai := issue("2026-11-02 09:00 doing", "2026-11-03 09:00 closed", "2026-11-04 09:00 doing")
	ai.AI = true
	weeks := aggregate("2026-W45", "2026-W51", "2026-12-24 12:00",
		issue("2026-11-02 09:00 doing", "2026-11-04 09:00 closed", "2026-11-20 09:00 open", "2026-11-24 09:00 closed"),
		issue("2026-11-02 09:00 doing", "2026-11-04 09:00 closed", "2026-12-04 09:00 open"), // 30 days to the minute
		issue("2026-11-02 09:00 doing", "2026-11-04 09:00 closed", "2026-12-04 09:01 open"), // a minute too late
		issue("2026-11-02 09:00 doing", "2026-11-04 09:00 resolved", "2026-11-05 09:00 closed"),
		issue("2026-11-02 09:00 doing", "2026-11-04 09:00 closed", "2026-11-04 10:00 open", "2026-11-04 11:00 closed", "2026-11-04 12:00 open"), // once a week
		issue("2026-11-02 09:00 closed", "2026-11-03 09:00 open"),                                                                               // never moved to done
		ai,
	)
	if weeks[0].Reopened != 4 || weeks[0].ReopenedAI != 1 {
		t.Errorf("re-opened %d, with AI %d, want 4 and 1", weeks[0].Reopened, weeks[0].ReopenedAI)
	}
	if weeks[0].Completed != 1 || weeks[3].Completed != 1 || weeks[3].Reopened != 0 {
		t.Errorf("done %d and %d, re-opened later %d", weeks[0].Completed, weeks[3].Completed, weeks[3].Reopened)
	}
}

func TestIncidentsOpenResolveAndRecover(t *testing.T) {
	incident := func(steps ...string) metrics.Issue {
		i := issue(steps...)
		i.Type, i.Priority = "bug", "1"
		return i
	}
	minor := incident("2026-11-16 09:00 open")
	minor.Priority = "3"
	subtask := incident("2026-11-16 09:00 open", "2026-11-16 10:00 closed")
	subtask.Level = -1
	excluded := incident("2026-11-17 09:00 open", "2026-11-17 10:00 closed")
	rules := metrics.Rules{
		Incident:     metrics.Match{Types: []string{"bug"}, Priorities: []string{"1"}},
		ExcludeTypes: []string{"bug"}, // left out of throughput, still an incident
	}
	weeks := aggregateBy(rules, "2026-W47", "2026-W48", "2026-12-24 12:00",
		incident("2026-11-20 09:00 open", "2026-11-23 09:00 closed"), incident("2026-11-18 09:00 open"), minor, subtask, excluded)
	first, second := weeks[0], weeks[1]
	if first.IncidentsOpened != 3 || first.IncidentsResolved != 1 || second.IncidentsResolved != 1 || first.Excluded[metrics.ExcludedOpenIncident] != 1 {
		t.Errorf("opened %d, resolved %d and %d, excluded %v", first.IncidentsOpened, first.IncidentsResolved, second.IncidentsResolved, first.Excluded)
	}
	if !first.Recovery.Equal(histogram(60)) || !second.Recovery.Equal(histogram(3*1440)) {
		t.Errorf("recovery %d and %d minutes", first.Recovery.Sum(), second.Recovery.Sum())
	}
	if first.Completed != 0 || first.Excluded[metrics.ExcludedType] != 1 {
		t.Errorf("completed %d, excluded %v", first.Completed, first.Excluded)
	}
}

func TestEveryVisitCountsInTheWeekItEnded(t *testing.T) {
	weeks := aggregate("2026-W47", "2026-W48", "2026-12-24 12:00",
		issue("2026-11-15 09:00 open", "2026-11-16 09:00 doing", "2026-11-16 10:00 review", "2026-11-16 11:30 doing",
			"2026-11-16 11:45 review", "2026-11-18 11:45 qa", "2026-11-23 11:45 closed"))
	got := map[string]metrics.StatusTime{}
	for _, s := range weeks[0].Statuses {
		got[s.Status] = s
	}
	for status, want := range map[string]metrics.Histogram{
		"open": histogram(1440), "doing": histogram(60, 15), "review": histogram(90, 2*1440),
	} {
		if s := got[status]; s.Visits != want.Count() || !s.Time.Equal(want) {
			t.Errorf("%s: %d visits, %d minutes", status, s.Visits, s.Time.Sum())
		}
	}
	if !slices.IsSortedFunc(weeks[0].Statuses, func(a, b metrics.StatusTime) int { return strings.Compare(a.Status, b.Status) }) {
		t.Error("statuses are not sorted")
	}
	// Review goes on from one review status to the next.
	if !weeks[0].Review.Equal(histogram(90)) || !weeks[1].Review.Equal(histogram(7*1440)) {
		t.Errorf("review %d and %d minutes", weeks[0].Review.Sum(), weeks[1].Review.Sum())
	}
}

func TestAMoveIntoTheSameStatusIsNoMove(t *testing.T) {
	w := aggregate("2026-W47", "2026-W47", "2026-12-24 12:00",
		issue("2026-11-16 09:00 doing", "2026-11-16 10:00 doing", "2026-11-16 11:00 closed"))[0]
	if len(w.Statuses) != 1 || w.Statuses[0].Visits != 1 || w.Statuses[0].Time.Sum() != 120 {
		t.Errorf("visits %+v", w.Statuses)
	}
}

func TestUnknownStatusesAreCountedOnceAWeek(t *testing.T) {
	weeks := aggregate("2026-W47", "2026-W48", "2026-12-24 12:00",
		issue("2026-11-16 09:00 odd", "2026-11-17 09:00 doing", "2026-11-18 09:00 odd", "2026-11-24 09:00 doing", "2026-11-25 09:00 odd"))
	if weeks[0].Excluded[metrics.ExcludedUnmapped] != 1 || weeks[1].Excluded[metrics.ExcludedUnmapped] != 1 {
		t.Errorf("excluded %v and %v", weeks[0].Excluded, weeks[1].Excluded)
	}
	if want := [7]int{0, 1, 0, 0, 0, 0, 0}; weeks[0].WIPByDay != want {
		t.Errorf("in progress %v, want %v", weeks[0].WIPByDay, want)
	}
}

func TestClassesSplitByTypeSizeAndAI(t *testing.T) {
	sized := func(kind string, points float64, ai bool) metrics.Issue {
		i := issue("2026-11-16 09:00 doing", "2026-11-16 10:00 closed")
		i.Type, i.AI = kind, ai
		if points >= 0 {
			i.Points = &points
		}
		return i
	}
	w := aggregate("2026-W47", "2026-W47", "2026-12-24 12:00",
		sized("story", 2, false), sized("story", 0, false), sized("story", 2, true), sized("story", 2.5, false),
		sized("story", 8, true), sized("bug", -1, false))[0]
	var got []string
	for _, c := range w.Classes {
		ai := ""
		if c.AI {
			ai = "+ai"
		}
		got = append(got, c.Class+"/"+c.Bucket+ai)
		if c.Lead.Count() != c.Count {
			t.Errorf("%+v: %d lead times", c, c.Lead.Count())
		}
	}
	if want := "bug/none story/l+ai story/m story/s story/s+ai"; strings.Join(got, " ") != want {
		t.Errorf("classes %v, want %s", got, want)
	}
	if w.Classes[3].Count != 2 || w.CompletedAI != 2 || w.LeadAI.Count() != 2 {
		t.Errorf("small stories %d, AI %d, their lead times %d; want 2, 2, 2", w.Classes[3].Count, w.CompletedAI, w.LeadAI.Count())
	}
}

func TestWeeksSettleThirtyDaysAfterTheirEnd(t *testing.T) {
	w := week("2026-W47") // ends with Sunday 22 November
	if metrics.Settled(w, at("2026-12-22 23:59"), berlin) {
		t.Error("it settles early")
	}
	if !metrics.Settled(w, at("2026-12-23 00:00"), berlin) {
		t.Error("it does not settle")
	}
	first, current := metrics.OpenWindow(at("2026-12-23 00:00"), berlin)
	if first != week("2026-W48") || current != week("2026-W52") {
		t.Errorf("the open window is %v to %v", first, current)
	}
	first, current = metrics.OpenWindow(at("2026-12-22 23:59"), berlin)
	if first != w || current != week("2026-W52") {
		t.Errorf("a minute before it is %v to %v", first, current)
	}
	weeks := aggregate("2026-W47", "2026-W48", "2026-12-23 00:00")
	if weeks[0].Partial || !weeks[1].Partial {
		t.Errorf("partial %v and %v, want false and true", weeks[0].Partial, weeks[1].Partial)
	}
}

// What a refresh of the open window builds equals the same weeks of a full
// rebuild, though it reads only issues updated since or in progress.
func TestTheOpenWindowAgreesWithAFullRebuild(t *testing.T) {
	all := generated(400)
	full := aggregate("2026-W01", "2026-W48", "2026-11-25 12:00", all...)
	from := week("2026-W44").Start(berlin)
	recent := slices.DeleteFunc(slices.Clone(all), func(i metrics.Issue) bool {
		updated := i.Created
		if n := len(i.Moves); n > 0 {
			updated = i.Moves[n-1].At
		}
		return updated.Before(from) && (i.Status == "open" || i.Status == "closed")
	})
	if len(recent) == 0 || len(recent) == len(all) {
		t.Fatalf("%d of %d issues are recent", len(recent), len(all))
	}
	open := aggregate("2026-W44", "2026-W48", "2026-11-25 12:00", recent...)
	for k, rebuilt := range full[len(full)-5:] {
		if toJSON(t, open[k]) != toJSON(t, rebuilt) {
			t.Errorf("%v: the refresh gives\n%+v\nthe rebuild\n%+v", rebuilt.Week, open[k], rebuilt)
		}
	}
}
