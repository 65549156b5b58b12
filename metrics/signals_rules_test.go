package metrics_test

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"headway/calendar"
	"headway/metrics"
)

func TestEveryRuleHasAnIdAndAName(t *testing.T) {
	seen := map[string]bool{}
	for s := metrics.Signal(1); s.Known(); s++ {
		if s.Name() == "" || seen[s.String()] || seen[s.Name()] {
			t.Errorf("%v %q", s, s.Name())
		}
		seen[s.String()], seen[s.Name()] = true, true
	}
	if !seen["S26"] || !seen["R12"] || seen["S27"] || seen["R13"] {
		t.Errorf("%v", seen)
	}
	for k := metrics.Kind(1); k.Known(); k++ {
		if k.String() == "" || seen[k.String()] || !k.Signal().Known() {
			t.Errorf("measure %d: %q of %v", k, k, k.Signal())
		}
		seen[k.String()] = true
	}
}

// numbersOnly fails where a value of the type could hold a name or a text.
func numbersOnly(t *testing.T, path string, v reflect.Type) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			numbersOnly(t, path+"."+v.Field(i).Name, v.Field(i).Type)
		}
	case reflect.Slice, reflect.Array:
		numbersOnly(t, path+"[]", v.Elem())
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint8, reflect.Float64:
	default:
		t.Errorf("%s is a %v: it could hold a name or a text", path, v)
	}
}

func TestNoReadingCanCarryANameOrText(t *testing.T) {
	numbersOnly(t, "Reading", reflect.TypeFor[metrics.Reading]())
	numbersOnly(t, "TierKey", reflect.TypeFor[metrics.TierKey]())
	numbersOnly(t, "Held", reflect.TypeFor[metrics.Held]())
}

func TestScrumAndKanbanHaveTheirOwnRules(t *testing.T) {
	b := sprintBoard(inSprint(7, "2026-11-13 09:00", working(6)...)...)
	b.Weeks = rows(12, func(int, *metrics.Weekly) {})
	rules := func(scrum bool) (list []string) {
		b.Scrum = scrum
		for _, r := range metrics.Signals(b, metrics.Thresholds{}, nil) {
			list = append(list, r.Signal.String())
		}
		return list
	}
	scrum, kanban := rules(true), rules(false)
	for _, id := range []string{"S4", "S5", "S6", "S24", "S26", "R1", "R2", "R5", "R6"} {
		if !slices.Contains(scrum, id) || slices.Contains(kanban, id) {
			t.Errorf("%s is for Scrum: %v, %v", id, scrum, kanban)
		}
	}
	if slices.Contains(scrum, "S9") || !slices.Contains(kanban, "S9") {
		t.Error("S9 is for Kanban")
	}
	for _, id := range []string{"S1", "S2", "S3", "S7", "S13", "S14", "S15", "S16", "S17", "S18", "S19", "S23", "S25", "R3", "R8", "R12"} {
		if !slices.Contains(scrum, id) || !slices.Contains(kanban, id) {
			t.Errorf("%s is for both", id)
		}
	}
}

func TestAnIssueIsUnderOneRuleOnly(t *testing.T) {
	blocked := flagged(issue("2026-09-01 09:00 2"), "2026-09-02 09:00", "")
	blocked.ID = 1
	old := issue("2026-09-01 09:00 2", "2026-09-02 09:00 3")
	old.ID = 2
	stale := issue("2026-11-09 09:00 2")
	stale.ID = 3
	b := board(stale, old, blocked)
	b.Weeks = rows(10, func(_ int, w *metrics.Weekly) { w.CycleDays[20] = 3 })
	ids := func(limits metrics.Thresholds, s metrics.Signal) []int64 { return readWith(t, b, limits, s, 0).Issues }
	all := metrics.Thresholds{}
	if got := [][]int64{ids(all, metrics.SignalBlocked), ids(all, metrics.SignalAgeing), ids(all, metrics.SignalStale)}; !reflect.DeepEqual(got, [][]int64{{1}, {2}, {3}}) {
		t.Errorf("S2, S16 and S1 name %v", got)
	}
	without := metrics.Thresholds{Off: []metrics.Signal{metrics.SignalBlocked, metrics.SignalAgeing}}
	if got := ids(without, metrics.SignalStale); !slices.Equal(got, []int64{2, 3}) {
		t.Errorf("S1 alone names %v; what is blocked is never stale", got)
	}
	if got := ids(metrics.Thresholds{Off: []metrics.Signal{metrics.SignalBlocked}}, metrics.SignalAgeing); !slices.Equal(got, []int64{1, 2}) {
		t.Errorf("S16 without S2 names %v", got)
	}
}

func TestWhatASubtaskOrAUsualStayExcuses(t *testing.T) {
	i := issue("2026-11-02 09:00 2")
	i.ID = 1
	sub := issue("2026-11-02 09:00 1", day(20)+" 2")
	sub.ID, sub.Parent, sub.Level = 2, 1, -1
	for name, c := range map[string]struct {
		board metrics.Board
		want  int
	}{
		"nothing happened":      {board(i), 1},
		"a subtask moved":       {board(i, sub), 0},
		"the subtask came last": {board(sub, i), 0},
	} {
		if got := read(t, c.board, metrics.SignalStale, 0).Issues; len(got) != c.want {
			t.Errorf("%s: %v is stale", name, got)
		}
	}
	for visits, want := range map[int]int{19: 1, 20: 0} {
		b := board(i)
		b.Weeks = rows(1, func(_ int, w *metrics.Weekly) {
			w.Statuses = []metrics.StatusTime{{Status: "2", Visits: visits, Time: hours(visits, 24*30)}}
		})
		if got := read(t, b, metrics.SignalStale, 0).Issues; len(got) != want {
			t.Errorf("after %d stays of 30 days %v is stale", visits, got)
		}
	}
	b := board(i)
	if got := readWith(t, b, metrics.Thresholds{StaleDays: 30}, metrics.SignalStale, 0).Issues; len(got) != 0 {
		t.Errorf("with 30 days %v is stale", got)
	}
}

func TestStarvingIsRedOnlyWithItsDueDate(t *testing.T) {
	starving := func(chance float64, due string) metrics.Board {
		b := board(append(child(900, times(3, 1, "2026-10-12 09:00 1")...), epicDue(900, due))...)
		if chance > 0 {
			b.Odds.Due = map[int64]float64{900: chance}
		}
		return b
	}
	for _, c := range []struct {
		chance float64
		before metrics.Tier
		want   metrics.Tier
	}{
		{0.49, ok, red}, {0.50, ok, amber}, {0, ok, amber}, {0, red, red}, {0.54, red, red}, {0.56, red, amber},
	} {
		key := metrics.TierKey{Signal: metrics.SignalEpicStarving, Subject: 900}
		for _, r := range metrics.Signals(starving(c.chance, "2026-12-24"), metrics.Thresholds{}, map[metrics.TierKey]metrics.Tier{key: c.before}) {
			if r.Signal == metrics.SignalEpicStarving && r.Tier != c.want {
				t.Errorf("with %v after %v it is %v, want %v", c.chance, c.before, r.Tier, c.want)
			}
		}
	}
	for _, r := range metrics.Signals(starving(0.1, "2026-11-23"), metrics.Thresholds{}, nil) {
		if r.Signal == metrics.SignalEpicStarving {
			t.Errorf("its due date is over: %+v", r)
		}
	}
}

func TestNearlyAllOnTrackIsNothingWhileTheOddsAreFine(t *testing.T) {
	b := sprintBoard()
	b.Rounds = []metrics.Round{round(20, counts(17, 3, 0))}
	b.Odds.Sprints = map[int64]float64{7: 0.5}
	if r := read(t, b, metrics.SignalMismatch, 0); r.Tier != ok {
		t.Errorf("%+v", r)
	}
	b.Scrum, b.Odds.Due = false, map[int64]float64{900: 0.3}
	if r := read(t, b, metrics.SignalMismatch, 0); r.Tier != red {
		t.Errorf("on Kanban: %+v", r)
	}
}

func TestFiguresFromPeopleAreWithheldWhereTheyGiveSomeoneAway(t *testing.T) {
	few, mixed := metrics.WithheldFewPeople, metrics.WithheldMixed
	for _, c := range []struct {
		name   string
		round  metrics.Round
		kind   metrics.Kind
		reason metrics.Reason
	}{
		{"four answers", round(4, counts(3, 0, 1)), metrics.BlockedAnswerShare, few},
		{"one blocked", round(20, counts(19, 0, 1)), metrics.BlockedAnswerShare, mixed},
		{"all on track", round(20, counts(20, 0, 0)), metrics.OnTrackUnderRed, mixed},
		{"four asked", round(4, counts(4, 0, 0)), metrics.ResponseOverFive, few},
		{"four asked in three", round(4, counts(1, 0, 0)), metrics.ResponseOfThree, few},
		{"two blocked running", round(20, counts(18, 0, 2)), metrics.BlockedAnswerDays, few},
		{"no confidence", metrics.Round{}, metrics.ConfidenceDrop, few},
		{"confidence of four", metrics.Round{Confidence: metrics.Figure{Value: 1, N: 4, OK: true}}, metrics.ConfidenceDrop, few},
	} {
		b := sprintBoard()
		b.Odds.Sprints = map[int64]float64{7: 0.1}
		b.Rounds = slices.Repeat([]metrics.Round{c.round}, 5)
		r := read(t, b, c.kind.Signal(), 0)
		m := measure(t, r, c.kind)
		if m.Withheld != c.reason || m.Value != 0 || m.Num != 0 || m.Den != 0 || r.Tier != ok {
			t.Errorf("%s: %+v, tier %v", c.name, m, r.Tier)
		}
	}
}

func TestNothingIsReadFromNothing(t *testing.T) {
	sprint := metrics.Sprint{ID: 7, State: "active"}
	fresh := rows(1, func(int, *metrics.Weekly) {})
	for name, b := range map[string]metrics.Board{
		"the zero board":         {},
		"nothing at all":         board(),
		"one week":               {Scrum: true, Now: tuesday, Weeks: fresh},
		"a sprint without dates": {Scrum: true, Now: tuesday, Sprints: []metrics.Sprint{sprint}, Issues: slices.Values(inSprint(7, day(16), times(9, 1, day(13)+" 1")...)), Rules: metrics.Rules{Stages: numbered}},
		"unmapped statuses":      {Scrum: true, Now: tuesday, Issues: slices.Values(times(9, 1, "2026-10-01 09:00 2", day(12)+" 3"))},
		"a calendar without days": {Scrum: true, Now: tuesday, Calendar: calendar.Calendar{Zone: berlin, Off: offDays()}, Sprints: []metrics.Sprint{running},
			Issues: slices.Values(working(3)), Rules: metrics.Rules{Stages: numbered}},
	} {
		for _, r := range metrics.Signals(b, metrics.Thresholds{}, nil) {
			if r.Tier != ok && r.Signal != metrics.SignalStaleSprint {
				t.Errorf("%s: %v %s is at %v: %+v", name, r.Signal, r.Signal.Name(), r.Tier, r.Measures)
			}
			for _, m := range r.Measures {
				if m.Withheld != metrics.NotWithheld && (m.Value != 0 || m.Num != 0 || m.Den != 0) || math.IsNaN(m.Value) || math.IsInf(m.Value, 0) {
					t.Errorf("%s: %v shows %+v", name, r.Signal, m)
				}
			}
		}
	}
	undated := metrics.Board{Scrum: true, Now: tuesday, Sprints: []metrics.Sprint{sprint}}
	r := read(t, undated, metrics.SignalStaleSprint, 7)
	if m := measure(t, r, metrics.SprintOverdue); m.Withheld != metrics.WithheldNoDates || r.Tier != amber {
		t.Errorf("a sprint without dates: %+v", r)
	}
	if r := read(t, undated, metrics.SignalScopeCreep, 7); r.Withheld() != metrics.WithheldNoDates {
		t.Errorf("its scope: %+v", r)
	}
}

func offDays() map[calendar.Date]bool {
	off := map[calendar.Date]bool{}
	for d := (calendar.Date{Year: 2023, Month: 1, Day: 1}); d.Year < 2029; d = d.AddDays(1) {
		off[d] = true
	}
	return off
}

func TestEverythingDoneOnOneDayIsBulk(t *testing.T) {
	b := board()
	b.Weeks = rows(12, func(ago int, w *metrics.Weekly) {
		if ago == 2 {
			w.Completed, w.DoneByDay[1] = 40, 40
		}
	})
	r := read(t, b, metrics.SignalDataQuality, 0)
	if m := measure(t, r, metrics.QualityWorst); m.Value != 1 || r.Tier != red {
		t.Errorf("%+v", r)
	}
	for _, q := range metrics.Quality(b.Weeks) {
		if want := map[bool]int{true: 40}[q.Check == metrics.QualityBulk]; q.Num != want {
			t.Errorf("check %d fails %d, want %d", q.Check, q.Num, want)
		}
	}
	b.Scrum = false
	if r := read(t, b, metrics.SignalStall, 0); r.Withheld() != metrics.WithheldNoHistory {
		t.Errorf("no gap is known: %+v", r)
	}
}

func TestWithoutEstimatesSprintsAreCountedInItems(t *testing.T) {
	list := inSprint(7, "2026-11-13 09:00", times(10, 1, "2026-11-12 09:00 1")...)
	added := inSprint(7, day(18), times(2, 50, "2026-11-12 09:00 1")...)
	big := 100.0
	added[0].Points = &big
	b := sprintBoard(join(list, added)...)
	b.Estimates = true
	r := read(t, b, metrics.SignalScopeCreep, 7)
	if m := measure(t, r, metrics.ScopeAdded); m.Num != 2 || m.Den != 10 {
		t.Errorf("%+v", m)
	}
	if m := measure(t, r, metrics.ScopeGrown); m.Withheld != metrics.WithheldNoDefinition {
		t.Errorf("points that nobody committed grew: %+v", m)
	}
	b.Estimates = false
	if r := read(t, b, metrics.SignalUnestimated, 0); r.Withheld() != metrics.WithheldNoDefinition {
		t.Errorf("the team does not estimate: %+v", r)
	}
}

func TestATierFallsOnlyWellPastItsThreshold(t *testing.T) {
	reading := func(k metrics.Kind, value float64) metrics.Reading {
		return metrics.Reading{Signal: k.Signal(), Measures: []metrics.Measure{{Kind: k, Value: value, Limits: metrics.Thresholds{}.Limit(k)}}}
	}
	for _, c := range []struct {
		kind   metrics.Kind
		value  float64
		before metrics.Tier
		want   metrics.Tier
	}{
		{metrics.ScopeAdded, 0.136, amber, amber}, {metrics.ScopeAdded, 0.134, amber, ok}, {metrics.ScopeAdded, 0.136, ok, ok},
		{metrics.ScopeAdded, 0.226, red, red}, {metrics.ScopeAdded, 0.224, red, amber}, {metrics.ScopeAdded, 0.226, amber, amber},
		{metrics.SprintChance, 0.76, amber, amber}, {metrics.SprintChance, 0.78, amber, ok}, {metrics.SprintChance, 0.44, red, red}, {metrics.SprintChance, 0.45, red, amber},
		{metrics.DueChance, 0.93, amber, amber}, {metrics.DueChance, 0.94, amber, ok},
		{metrics.ResponseOverFive, 0.66, amber, amber}, {metrics.ResponseOverFive, 0.67, amber, ok},
		{metrics.ConfidenceDrop, 0.45, amber, amber}, {metrics.ConfidenceDrop, 0.44, amber, ok},
		{metrics.StaleIssues, 1, red, amber}, {metrics.StaleIssues, 0, amber, ok},
	} {
		if got := reading(c.kind, c.value).TierAfter(c.before); got != c.want {
			t.Errorf("%v of %v after tier %v: %v, want %v", c.value, c.kind, c.before, got, c.want)
		}
	}
	high := metrics.Reading{Measures: []metrics.Measure{{Kind: metrics.DueChance, Value: 0.96, Limits: metrics.Limits{Amber: 0.9, Red: 0.5}}}}
	if got := high.TierAfter(amber); got != ok {
		t.Errorf("96 %% with a threshold of 90 %% stays at %v: a chance never needs more than 95 %%", got)
	}
}

func TestMissingDataNeverChangesATier(t *testing.T) {
	for k := metrics.Kind(1); k.Known(); k++ {
		for _, before := range []metrics.Tier{ok, amber, red} {
			limits := metrics.Thresholds{}.Limit(k)
			r := metrics.Reading{Signal: k.Signal(), Measures: []metrics.Measure{{Kind: k, Limits: limits, Withheld: metrics.WithheldFew}}}
			want := before
			if limits.Red == 0 {
				want = min(before, amber)
			}
			if limits.Amber == 0 && before == amber {
				want = amber
			}
			if got := r.TierAfter(before); got != want {
				t.Errorf("%v after %v: %v", k, before, got)
			}
		}
	}
	review := func(share, age metrics.Measure) metrics.Reading {
		share.Kind, share.Limits = metrics.ReviewShare, metrics.Thresholds{}.Limit(metrics.ReviewShare)
		age.Kind, age.Limits = metrics.ReviewAge, metrics.Thresholds{}.Limit(metrics.ReviewAge)
		return metrics.Reading{Signal: metrics.SignalReview, Measures: []metrics.Measure{share, age}}
	}
	missing := metrics.Measure{Withheld: metrics.WithheldNoHistory}
	full, empty := metrics.Measure{Value: 0.9}, metrics.Measure{Value: 0.1}
	for _, c := range []struct {
		reading      metrics.Reading
		before, want metrics.Tier
	}{
		{review(full, missing), ok, amber}, {review(full, missing), red, red}, {review(empty, missing), red, ok}, {review(missing, metrics.Measure{Value: 9}), amber, amber},
	} {
		if got := c.reading.TierAfter(c.before); got != c.want {
			t.Errorf("%+v after %v: %v, want %v", c.reading.Measures, c.before, got, c.want)
		}
	}
}

func TestThresholdsAreChecked(t *testing.T) {
	limits := func(k metrics.Kind, amber, red float64) metrics.Thresholds {
		return metrics.Thresholds{Limits: map[metrics.Kind]metrics.Limits{k: {Amber: amber, Red: red}}}
	}
	for name, c := range map[string]struct {
		t    metrics.Thresholds
		fine bool
	}{
		"the defaults":           {metrics.Thresholds{}, true},
		"other thresholds":       {limits(metrics.ScopeAdded, 0.1, 0.5), true},
		"low is bad":             {limits(metrics.SprintChance, 0.6, 0.3), true},
		"switched off":           {metrics.Thresholds{Off: []metrics.Signal{metrics.SignalStale}}, true},
		"red before amber":       {limits(metrics.ScopeAdded, 0.5, 0.1), false},
		"red above amber":        {limits(metrics.SprintChance, 0.3, 0.6), false},
		"more than all":          {limits(metrics.SayDoMean, 1.2, 0.6), false},
		"negative":               {limits(metrics.ScopeAdded, -1, 0.5), false},
		"not a number":           {limits(metrics.ScopeAdded, math.NaN(), 0.5), false},
		"infinite":               {limits(metrics.ScopeAdded, 0.1, math.Inf(1)), false},
		"a tier too many":        {limits(metrics.StuckIssues, 1, 2), false},
		"a tier too few":         {limits(metrics.ScopeAdded, 0.1, 0), false},
		"no such measure":        {limits(0, 1, 2), false},
		"no such measure either": {limits(200, 1, 2), false},
		"no such rule":           {metrics.Thresholds{Off: []metrics.Signal{99}}, false},
		"days before today":      {metrics.Thresholds{StaleDays: -1}, false},
		"too many days":          {metrics.Thresholds{BlockedDays: 91}, false},
	} {
		if err := c.t.Validate(); (err == nil) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
	for k := metrics.Kind(1); k.Known(); k++ {
		if err := (metrics.Thresholds{Limits: map[metrics.Kind]metrics.Limits{k: metrics.Thresholds{}.Limit(k)}}).Validate(); err != nil {
			t.Errorf("the default of %v: %v", k, err)
		}
	}
}

func TestThresholdsOfAProjectDecide(t *testing.T) {
	b := board(working(11)...)
	b.WIPLimit = 10
	loose := metrics.Thresholds{Limits: map[metrics.Kind]metrics.Limits{metrics.WIPLoad: {Amber: 1.2, Red: 2}}}
	r := readWith(t, b, loose, metrics.SignalOverload, 0)
	if r.Tier != ok || r.Measures[0].Limits.Amber != 1.2 {
		t.Errorf("%+v", r)
	}
	off := metrics.Thresholds{Off: []metrics.Signal{metrics.SignalOverload}}
	for _, r := range metrics.Signals(b, off, nil) {
		if r.Signal == metrics.SignalOverload {
			t.Errorf("it is off: %+v", r)
		}
	}
}

func TestCandidatesAreWhatGotWorse(t *testing.T) {
	got := metrics.Candidates([]metrics.Reading{
		{Signal: metrics.SignalStale, Tier: amber},
		{Signal: metrics.SignalBlocked, Before: amber, Tier: amber},
		{Signal: metrics.SignalReview, Before: red, Tier: amber},
		{Signal: metrics.SignalStuck, Tier: amber}, // only in the report
		{Signal: metrics.SignalGoodNews, Tier: amber},
		{Signal: metrics.SignalDueDate, Before: amber, Tier: red},
	})
	var ids []metrics.Signal
	for _, c := range got {
		ids = append(ids, c.Signal)
	}
	if !slices.Equal(ids, []metrics.Signal{metrics.SignalStale, metrics.SignalGoodNews, metrics.SignalDueDate}) {
		t.Errorf("%v", ids)
	}
}

func candidate(s metrics.Signal, subject int64, tier, nudged metrics.Tier, since int) metrics.Candidate {
	return metrics.Candidate{
		Reading: metrics.Reading{Signal: s, Subject: subject, Tier: tier},
		Nudged:  nudged, Since: tuesday.AddDate(0, 0, -since),
	}
}

func TestRankingIsRedThenWorsenedThenLongestThenByNumber(t *testing.T) {
	want := []metrics.Candidate{
		candidate(metrics.SignalSayDo, 9, red, amber, 1),
		candidate(metrics.SignalStale, 1, red, red, 90),
		candidate(metrics.SignalDueDate, 9, amber, ok, 3),
		candidate(metrics.SignalStale, 1, amber, ok, 2),
		candidate(metrics.SignalStale, 2, amber, ok, 2),
		candidate(metrics.SignalBlocked, 1, amber, ok, 2),
		candidate(metrics.SignalStale, 3, amber, amber, 80),
		candidate(metrics.SignalGoodNews, 0, amber, ok, 99),
	}
	rapid.Check(t, func(t *rapid.T) {
		mixed := rapid.Permutation(want).Draw(t, "order")
		if got := metrics.Rank(mixed); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v", got)
		}
		lead, more, found := metrics.Lead(mixed)
		if !found || lead.Signal != metrics.SignalSayDo || !reflect.DeepEqual(more, want[1:7]) {
			t.Fatalf("%+v and %d more", lead, len(more))
		}
	})
	if lead, more, found := metrics.Lead(want[7:]); !found || lead.Signal != metrics.SignalGoodNews || more != nil {
		t.Errorf("good news alone: %+v %v", lead, more)
	}
	if _, _, found := metrics.Lead(nil); found {
		t.Error("nothing leads")
	}
}

// anyBoard draws a board of odd issues, and rows of odd numbers.
func anyBoard(t *rapid.T) metrics.Board {
	b := board(rapid.SliceOfN(anyIssue(), 0, 12).Draw(t, "issues")...)
	b.Rules.Stages = stages
	b.Now = at("2026-11-02 09:00").Add(time.Duration(rapid.IntRange(-300, 1500).Draw(t, "now")) * time.Hour)
	b.Scrum, b.Estimates = rapid.Bool().Draw(t, "scrum"), rapid.Bool().Draw(t, "estimates")
	b.Sprints = []metrics.Sprint{sprint, {ID: 8, State: "closed", Start: sprint.End, Done: sprint.Start}, {ID: 9, State: "active"}}
	number := rapid.IntRange(-1, 30)
	b.Weeks = rows(rapid.IntRange(0, 14).Draw(t, "weeks"), func(_ int, w *metrics.Weekly) {
		for d := range 7 {
			w.DoneByDay[d], w.WIPByDay[d] = max(0, number.Draw(t, "done")), number.Draw(t, "wip")
		}
	})
	return b
}

func TestNoBoardGivesAFigureThatIsNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := anyBoard(t)
		readings := metrics.Signals(b, metrics.Thresholds{}, nil)
		if !reflect.DeepEqual(readings, metrics.Signals(b, metrics.Thresholds{}, nil)) {
			t.Fatal("the same board gives other readings")
		}
		named := map[int64]metrics.Signal{}
		for _, r := range readings {
			for _, m := range r.Measures {
				if math.IsNaN(m.Value) || math.IsInf(m.Value, 0) || m.N < 0 || m.Withheld != metrics.NotWithheld && m.Value != 0 {
					t.Fatalf("%v: %+v", r.Signal, m)
				}
			}
			if r.Signal != metrics.SignalBlocked && r.Signal != metrics.SignalAgeing && r.Signal != metrics.SignalStale {
				continue
			}
			for _, id := range r.Issues {
				if other, twice := named[id]; twice && other != r.Signal {
					t.Fatalf("%d is under %v and %v", id, other, r.Signal)
				}
				named[id] = r.Signal
			}
		}
	})
}

func TestWhatIsTooEarlyOrTooLittleIsWithheld(t *testing.T) {
	young := sprintBoard()
	young.Odds.Sprints = map[int64]float64{7: 0.1}
	for day, want := range map[int]metrics.Reason{18: metrics.WithheldEarly, 19: metrics.NotWithheld} { // two and three of ten days are over
		young.Now = at("2026-11-24 09:00").AddDate(0, 0, day-24)
		if got := read(t, young, metrics.SignalSprintAtRisk, 7).Withheld(); got != want {
			t.Errorf("on the %dth: %v, want %v", day, got, want)
		}
	}
	few := metrics.WithheldFew
	small := sprintBoard(inSprint(7, "2026-11-13 09:00", times(4, 1, "2026-11-12 09:00 1")...)...)
	small.Held = metrics.Held{Items: 5, People: 3, Most: 5}
	small.Expedited = metrics.Match{Priorities: []string{"1"}}
	for s, c := range map[metrics.Signal]struct {
		subject int64
		why     metrics.Reason
	}{
		metrics.SignalScopeCreep: {7, few}, metrics.SignalNotStarted: {7, few}, metrics.SignalConcentration: {0, few}, metrics.SignalExpedited: {0, few},
		metrics.SignalInflow: {0, few}, metrics.SignalEfficiency: {0, few}, metrics.SignalDataQuality: {0, few},
		metrics.SignalAgeing: {0, metrics.WithheldNoHistory}, metrics.SignalOverload: {0, metrics.WithheldNoHistory}, metrics.SignalSayDo: {0, metrics.WithheldNoHistory},
		metrics.SignalThroughputDrop: {0, metrics.WithheldNoForecast}, metrics.SignalSprintAtRisk: {7, metrics.WithheldNoForecast},
		metrics.SignalBugs: {0, metrics.WithheldNoDefinition}, metrics.SignalParallelEpics: {0, metrics.WithheldNoDefinition},
		metrics.SignalSilence: {0, metrics.WithheldNoHistory}, metrics.SignalConfidence: {0, metrics.WithheldNoHistory},
	} {
		if r := read(t, small, s, c.subject); r.Withheld() != c.why || r.Tier != ok {
			t.Errorf("%v: %+v, want reason %v", s, r, c.why)
		}
	}
	small.Held = metrics.Held{Items: 9, People: 2, Most: 8}
	if r := read(t, small, metrics.SignalConcentration, 0); r.Withheld() != metrics.WithheldFewPeople {
		t.Errorf("two people: %+v", r)
	}
	small.Rules.Blocked = metrics.BlockedRule{}
	if r := read(t, small, metrics.SignalBlocked, 0); r.Withheld() != metrics.WithheldNoDefinition {
		t.Errorf("nothing says what is blocked: %+v", r)
	}
}

func TestWithoutALimitWIPIsHeldAgainstEightWeeks(t *testing.T) {
	for n, want := range map[int]metrics.Tier{6: ok, 7: amber, 8: red} {
		b := board(working(n)...)
		b.Weeks = rows(9, func(ago int, w *metrics.Weekly) {
			if ago > 0 {
				w.WIPByDay = [7]int{4, 4, 4, 4, 4, 90, 90} // weekends don't count
			}
		})
		r := read(t, b, metrics.SignalOverload, 0)
		if r.Tier != want || r.Measures[0].Den != 6 {
			t.Errorf("%d in progress: %+v", n, r)
		}
	}
}

func TestOnKanbanTheNextEpicIsLookedAt(t *testing.T) {
	b := board(child(900, times(6, 1, "2026-11-12 09:00 1")...)...)
	b.Scrum, b.Estimates, b.NextEpic = false, true, 900
	if r := read(t, b, metrics.SignalUnestimated, 900); r.Tier != red || r.Measures[0].Num != 6 {
		t.Errorf("%+v", r)
	}
}

func TestWhatALabelBlocksIsNotStale(t *testing.T) {
	i := issue("2026-11-02 09:00 2")
	i.ID, i.Labels = 1, []string{"stuck"}
	b := board(i)
	b.Rules.Blocked = metrics.BlockedRule{Labels: []string{"stuck"}}
	if r := read(t, b, metrics.SignalStale, 0); len(r.Issues) != 0 {
		t.Errorf("it is stale: %+v", r)
	}
	if r := read(t, b, metrics.SignalBlocked, 0); len(r.Issues) != 0 {
		t.Errorf("nobody knows since when, yet it is blocked too long: %+v", r)
	}
}

func TestASnapshotOfTheStartDecidesWhatWasCommitted(t *testing.T) {
	b := sprintBoard(join(
		inSprint(7, "2026-11-13 09:00", times(20, 1, "2026-11-12 09:00 1")...),
		inSprint(7, day(18), times(4, 50, "2026-11-12 09:00 1")...))...)
	b.Snapshots = []metrics.SprintSnapshot{{Sprint: 7, Committed: metrics.Amount{Items: 40}}, {Sprint: 99, Committed: metrics.Amount{Items: 1}}}
	if m := measure(t, read(t, b, metrics.SignalScopeCreep, 7), metrics.ScopeAdded); m.Num != 4 || m.Den != 40 {
		t.Errorf("%+v", m)
	}
}

func TestInflowWithoutAnythingFinished(t *testing.T) {
	b := board(times(8, 1, day(16)+" 1", day(17)+" 2")...)
	if m := measure(t, read(t, b, metrics.SignalInflow, 0), metrics.InflowRatio); m.Value != 8 || m.Num != 8 || m.Den != 0 {
		t.Errorf("%+v", m)
	}
	b = board(join(times(5, 1, day(16)+" 1", day(17)+" 2"), times(4, 50, "2026-11-02 09:00 2", day(17)+" 5"))...)
	if r := read(t, b, metrics.SignalInflow, 0); r.Tier != ok {
		t.Errorf("a difference of one: %+v", r)
	}
}

func TestWhatWillHappenTomorrowIsNotRead(t *testing.T) {
	later := issue(day(23)+" 1", "2026-11-25 09:00 2")
	b := board(later, issue("2026-11-25 09:00 2"))
	b.WIPLimit = 1
	if r := read(t, b, metrics.SignalOverload, 0); r.Measures[0].Num != 0 {
		t.Errorf("%+v", r)
	}
}

func TestABlockerIsClearedWithinAWorkingDay(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     float64
	}{
		{"2026-11-23 10:00", "2026-11-23 16:00", 1},
		{"2026-11-23 10:00", "2026-11-24 08:30", 1},
		{"2026-11-23 08:00", "2026-11-24 08:30", 0},
		{"2026-11-20 17:00", "2026-11-23 10:00", 1}, // over a weekend
		{"2026-11-20 10:00", "2026-11-23 16:00", 0},
		{"2026-11-17 10:00", "2026-11-17 16:00", 0}, // a week ago
		{"2026-11-24 08:00", "", 0},                 // it lasts
	} {
		i := flagged(issue("2026-11-02 09:00 2"), c.from, c.to)
		if m := measure(t, read(t, board(i), metrics.SignalGoodNews, 0), metrics.BlockersCleared); m.Value != c.want {
			t.Errorf("%s to %s: %v, want %v", c.from, c.to, m.Value, c.want)
		}
	}
}

func TestWeekendsMakeNoGaps(t *testing.T) {
	b := board()
	b.Scrum = false
	b.Weeks = rows(12, func(ago int, w *metrics.Weekly) {
		if ago > 0 {
			w.DoneByDay = [7]int{0, 0, 0, 0, 2, 1, 3} // Friday, and then on the weekend
		}
	})
	m := measure(t, read(t, b, metrics.SignalStall, 0), metrics.StallGap)
	if m.N != 10 || m.Num != 2 || m.Den != 5 {
		t.Errorf("%+v", m)
	}
}

func TestOneGoodSprintIsNoRun(t *testing.T) {
	b := board()
	closedSprints(&b, kept(9), kept(10))
	if m := measure(t, read(t, b, metrics.SignalGoodNews, 0), metrics.RunWithoutCarry); m.Value != 0 || m.Num != 1 {
		t.Errorf("%+v", m)
	}
}

func TestWhatIsReleasedOrArchivedIsNotOverdue(t *testing.T) {
	b := board()
	late := calendar.Date{Year: 2026, Month: 11, Day: 2}
	b.Releases = []metrics.Release{{ID: "31", Date: late, Released: true}, {ID: "32", Date: late, Archived: true}, {ID: "33"}, {ID: "odd", Date: late}}
	for _, r := range metrics.Signals(b, metrics.Thresholds{}, nil) {
		if r.Signal == metrics.SignalOverdueRelease {
			t.Errorf("%+v", r)
		}
	}
}

func TestAFewClosingsAreNoBulk(t *testing.T) {
	weeks := rows(4, func(ago int, w *metrics.Weekly) {
		if ago == 1 {
			w.Completed, w.DoneByDay = 19, [7]int{10, 9}
		}
	})
	for _, q := range metrics.Quality(weeks) {
		if q.Num != 0 {
			t.Errorf("check %d fails %d", q.Check, q.Num)
		}
	}
}

func TestAUsualReviewNeedsTwenty(t *testing.T) {
	for n, want := range map[int]metrics.Reason{19: metrics.WithheldNoHistory, 20: metrics.NotWithheld} {
		b := board(join(working(2), times(4, 1, "2026-11-20 09:00 3"))...)
		b.Weeks = rows(1, func(_ int, w *metrics.Weekly) { w.Review = hours(n, 10) })
		if m := measure(t, read(t, b, metrics.SignalReview, 0), metrics.ReviewAge); m.Withheld != want {
			t.Errorf("after %d reviews: %+v", n, m)
		}
	}
}

func TestEfficiencyIsOfWhatWasDoneLately(t *testing.T) {
	b := board(join(
		times(5, 1, "2026-11-16 09:00 2", "2026-11-17 09:00 5"),
		times(3, 50, "2026-11-01 09:00 2", "2026-11-02 09:00 5", "2026-11-17 09:00 6"))...) // only closed since
	b.Rules.Stages = map[string]metrics.Stage{"2": metrics.InProgress, "5": metrics.Done, "6": metrics.Done}
	if m := read(t, b, metrics.SignalEfficiency, 0).Measures[0]; m.N != 5 || m.Value != 1 {
		t.Errorf("%+v", m)
	}
}

func TestASprintThatWasOverIsNoStay(t *testing.T) {
	i := inSprint(7, day(16), issue("2026-10-01 09:00 1"))[0]
	i.Sprints = append(i.Sprints, metrics.Span{Sprint: 6, From: at("2026-11-02 10:00")}, metrics.Span{Sprint: 5, From: at(day(14))})
	b := sprintBoard(i)
	b.Sprints = append(b.Sprints, metrics.Sprint{ID: 5, State: "closed", Start: at("2026-10-19 09:00"), Done: at("2026-10-30 09:00")})
	if r := read(t, b, metrics.SignalCarryOver, 7); len(r.Issues) != 0 {
		t.Errorf("it was in two sprints: %+v", r)
	}
}
