package metrics_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
)

// jirametrics is a peer; its recorded calls must give the same here, or be in the
// table of differences.

// call is one recorded call of jirametrics. Each function fills some of it.
type call struct {
	Fn       string
	Test     string
	Args     []any
	Created  string
	Changes  []peerChange
	Statuses []struct {
		Name        string
		ID          int
		Category    string
		CategoryKey string `json:"category_key"`
	}
	Columns []struct {
		Name string
		IDs  []int `json:"status_ids"`
	}
	Settings struct {
		Flagged    *bool      `json:"flagged_means_blocked"`
		Links      []string   `json:"blocked_link_text"`
		Blocked    []peerName `json:"blocked_statuses"`
		Stalled    []peerName `json:"stalled_statuses"`
		Ignored    []string   `json:"stalled_ignored_fields"`
		StalledFor int        `json:"stalled_threshold_days"`
	}
	Subtasks   []string `json:"subtask_activity"`
	End        string   `json:"end_time"`
	IssueStart string   `json:"issue_start"`
	Percentage int
	Today      string
	Issues     []struct {
		Start, Stop *string
		Changes     []peerChange
	}
	Sprint struct {
		ID        int64
		Start     string
		Completed *string
	}
	Done        *string
	Measure     string
	Histogram   map[string]int
	Percentiles []int
	Start, Stop string
	Expected    json.RawMessage
}

type peerName struct{ ID int }

// peerChange is a change of an issue, of its state, or of its part in a sprint.
type peerChange struct {
	Field      string
	Value      any
	ID         any `json:"value_id"`
	Old        any `json:"old_value"`
	OldID      any `json:"old_value_id"`
	Time       string
	Artificial bool

	State string

	Action   string
	Issue    string
	Estimate float64
}

// differences are the recorded calls that give something else here, each with
// how often it was recorded and why that is meant.
var differences = map[string]struct {
	times  int
	reason string
}{
	"flow_efficiency: FlowEfficiencyCalculator becomes blocked before issue starts and stays that way":                                                                           {1, "an issue that is blocked when it starts is blocked; there it counts as active until the next change"},
	"blocked_stalled_stream: FlowEfficiencyCalculator becomes blocked after done":                                                                                                {1, peerEnd},
	"blocked_stalled_stream: FlowEfficiencyCalculator handles complex case with multiple block/unblock":                                                                          {1, peerEnd},
	"blocked_stalled_stream: AgingWorkTable#blocked_text handles flagged":                                                                                                        {1, peerOrder},
	"blocked_stalled_stream: AgingWorkTable#blocked_text handles blocked status":                                                                                                 {1, peerOrder},
	"sprint_burndown: SprintBurndown#data_set_by_story_points handles complex case with active sprint":                                                                           {1, "the recorded event contradicts itself: 12 points, 5 more, and then 5; here what it says was left counts"},
	"age_on_leaving_column: BoardMovementCalculator#forecasted_days_remaining_and_message is on the first day in the ready column and should take four days total to get across": {1, peerRank},
	"age_on_leaving_column: BoardMovementCalculator#forecasted_days_remaining_and_message uses the requested percentile rather than always the 85th":                             {1, peerRank},
	"age_on_leaving_column: BoardMovementCalculator#forecasted_days_remaining_and_message is already an outlier in the first column":                                             {1, peerRank},
	"age_on_leaving_column: AgingWorkTable#dates_text handles no due date":                                                                                                       {1, peerRank},
	"age_on_leaving_column: AgingWorkTable#dates_text handles due date earlier than forecast":                                                                                    {1, peerRank},
	"age_on_leaving_column: AgingWorkTable#dates_text handles due date today":                                                                                                    {1, peerRank},
	"age_on_leaving_column: AgingWorkTable#dates_text handles overdue date":                                                                                                      {1, peerRank},
	"age_on_leaving_column: AgingWorkTable#dates_text handles a due date beyond the forecast without flagging it at risk":                                                        {1, peerRank},
	"histogram_stats: TimeBasedHistogram#stats_for calculates the average":                                                                                                       {2, peerZero},
	"histogram_stats: TimeBasedHistogram#stats_for calculates min/max":                                                                                                           {3, peerZero},
}

// Reasons that hold for more than one call.
const (
	peerRank  = "percentile: the ceil(q n)-th value here, index int((n-1)p/100) there, which is the lower of two at 85 %"
	peerEnd   = "the state ends where it is judged; there a change after that instant makes a spell that ends before it begins"
	peerOrder = "the changes were recorded out of order; those of a changelog are sorted before they come here"
	peerZero  = "a value that was counted no times is no value here"
)

// noCounterpart are the functions that Headway has nothing to compare with.
var noCounterpart = map[string]struct {
	times  int
	reason string
}{
	"first_resolution":                  {2, "done is a stage of the status here, never the resolution field"},
	"last_resolution":                   {5, "done is a stage of the status here, never the resolution field"},
	"first_time_added_to_active_sprint": {18, "work starts with a status here; being planned into a sprint starts nothing"},
	"first_time_visible_on_board":       {8, "work starts with a status here; being seen on a board starts nothing"},
	"forecast_days_remaining":           {13, "a date comes from the exact throughput forecast, not from the ages of columns"},
}

func TestEveryRecordedCallOfJirametrics(t *testing.T) {
	var calls []call
	if err := json.Unmarshal(readShared(t, filepath.Join("vectors", "jirametrics", "cases.json")), &calls); err != nil {
		t.Fatal(err)
	}
	if len(calls) != 588 {
		t.Fatalf("%d calls are recorded, not 588", len(calls))
	}
	compare := map[string]func(*testing.T, call) (got, want any){
		"first_time_in_status": firstIn, "first_time_in_status_category": firstIn, "first_time_not_in_status": firstNotIn,
		"first_time_in_or_right_of_column": firstIn, "first_status_change_after_created": firstMove,
		"still_in_status": stillIn, "still_in_status_category": stillIn, "still_in_or_right_of_column": stillIn,
		"currently_in_status": currentlyIn, "currently_in_status_category": currentlyIn,
		"blocked_stalled_stream": states, "flow_efficiency": efficiency,
		"cycletime_days": cycleDaysOf, "age_days": ageDays,
		"age_on_leaving_column":    columnAges,
		"sprint_changes_for_issue": sprintEvents, "sprint_burndown": burndown,
		"histogram_stats": ranks,
	}
	seen, alone, same := map[string]int{}, map[string]int{}, 0
	for _, c := range calls {
		if compare[c.Fn] == nil {
			alone[c.Fn]++
			continue
		}
		got, want := compare[c.Fn](t, c)
		name := c.Fn + ": " + c.Test
		switch {
		case toJSON(t, got) == toJSON(t, want):
			same++
		case differences[name].reason == "":
			t.Errorf("%s:\n got %s\nwant %s", name, toJSON(t, got), toJSON(t, want))
		default:
			seen[name]++
		}
	}
	for name, d := range differences {
		if seen[name] != d.times {
			t.Errorf("%s differs %d times, the table says %d", name, seen[name], d.times)
		}
	}
	for fn, d := range noCounterpart {
		if alone[fn] != d.times {
			t.Errorf("%s was recorded %d times, the table says %d", fn, alone[fn], d.times)
		}
		delete(alone, fn)
	}
	if len(alone) > 0 {
		t.Errorf("neither compared nor explained: %v", alone)
	}
	t.Logf("%d calls give the same", same)
}

func id(v any) string {
	if n, ok := v.(float64); ok {
		return strconv.Itoa(int(n))
	}
	return ""
}

// peerIssue is the issue that the changes make up; a change that the peer made
// up for the creation is the first status.
func peerIssue(t *testing.T, created string, changes []peerChange) metrics.Issue {
	t.Helper()
	var i metrics.Issue
	if created != "" {
		i.Created = rfc3339(t, created)
	}
	for _, c := range changes {
		switch {
		case c.Field != "status":
		case c.Artificial && i.First == "":
			i.First, i.Status, i.Created = id(c.ID), id(c.ID), rfc3339(t, c.Time)
		default:
			i.Moves = append(i.Moves, metrics.Move{At: rfc3339(t, c.Time), To: id(c.ID)})
			i.Status = id(c.ID)
		}
	}
	return i
}

// asked are the ids of the statuses that the arguments name: statuses, their
// categories, or a column with all to the right of it.
func (c call) asked() map[string]bool {
	ids := map[string]bool{}
	for _, arg := range c.Args {
		if n := id(arg); n != "" {
			ids[n] = true
		}
		for _, s := range c.Statuses {
			if s.Name == arg || s.Category == arg {
				ids[strconv.Itoa(s.ID)] = true
			}
		}
	}
	for _, change := range c.Changes {
		if slices.Contains(c.Args, change.Value) {
			ids[id(change.ID)] = true
		}
	}
	if c.Fn != "first_time_in_or_right_of_column" && c.Fn != "still_in_or_right_of_column" {
		return ids
	}
	clear(ids)
	right := false
	for _, column := range c.Columns {
		right = right || column.Name == c.Args[0]
		for _, n := range column.IDs {
			ids[strconv.Itoa(n)] = ids[strconv.Itoa(n)] || right
		}
	}
	return ids
}

// mapped puts the asked statuses into one stage and all others into another.
func (c call) mapped(i metrics.Issue, asked, others metrics.Stage) metrics.Rules {
	ids := c.asked()
	stages := map[string]metrics.Stage{}
	for _, s := range append([]string{i.First, i.Status}, statusesOf(i)...) {
		stages[s] = others
		if ids[s] {
			stages[s] = asked
		}
	}
	return metrics.Rules{Stages: stages}
}

func statusesOf(i metrics.Issue) []string {
	var list []string
	for _, m := range i.Moves {
		list = append(list, m.To)
	}
	return list
}

func instant(at time.Time, ok bool) any {
	if !ok {
		return nil
	}
	return at.UTC()
}

// changeTime is when the expected change happened; nil for none.
func changeTime(t *testing.T, raw json.RawMessage) any {
	t.Helper()
	var c *peerChange
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	if c == nil {
		return nil
	}
	return rfc3339(t, c.Time).UTC()
}

func firstIn(t *testing.T, c call) (got, want any) {
	i := peerIssue(t, c.Created, c.Changes)
	return instant(c.mapped(i, metrics.InProgress, metrics.ToDo).Started(i)), changeTime(t, c.Expected)
}

func firstNotIn(t *testing.T, c call) (got, want any) {
	i := peerIssue(t, c.Created, c.Changes)
	return instant(c.mapped(i, metrics.ToDo, metrics.InProgress).Started(i)), changeTime(t, c.Expected)
}

func firstMove(t *testing.T, c call) (got, want any) {
	i := peerIssue(t, c.Created, c.Changes)
	stays := metrics.Rules{}.Stays(i, time.Now())
	if len(stays) < 2 {
		return nil, changeTime(t, c.Expected)
	}
	return stays[1].From.UTC(), changeTime(t, c.Expected)
}

func stillIn(t *testing.T, c call) (got, want any) {
	i := peerIssue(t, c.Created, c.Changes)
	return instant(c.mapped(i, metrics.Done, metrics.ToDo).Finished(i)), changeTime(t, c.Expected)
}

func currentlyIn(t *testing.T, c call) (got, want any) {
	i := peerIssue(t, c.Created, c.Changes)
	stays := metrics.Rules{}.Stays(i, time.Now())
	now := stays[len(stays)-1]
	return instant(now.From, c.asked()[now.Status]), changeTime(t, c.Expected)
}

// peerSpell is a time in one of the peer's three states, from its instant to
// the next one's.
type peerSpell struct {
	State    string
	From, To time.Time
}

func peerSpells(t *testing.T, stream []peerChange) []peerSpell {
	t.Helper()
	var spells []peerSpell
	for k := range len(stream) - 1 {
		from, to := rfc3339(t, stream[k].Time).UTC(), rfc3339(t, stream[k+1].Time).UTC()
		if from.Equal(to) {
			continue
		}
		if n := len(spells); n > 0 && spells[n-1].State == stream[k].State {
			spells[n-1].To = to
			continue
		}
		spells = append(spells, peerSpell{stream[k].State, from, to})
	}
	return spells
}

// A status that stands for a stall there is one of the stage Waiting here.
var peerStates = map[metrics.State]string{
	metrics.StateActive: "active", metrics.StateStalled: "stalled", metrics.StateWaiting: "stalled", metrics.StateBlocked: "blocked",
}

func states(t *testing.T, c call) (got, want any) {
	t.Helper()
	var stream []peerChange
	if err := json.Unmarshal(c.Expected, &stream); err != nil {
		t.Fatal(err)
	}
	if c.Settings.StalledFor != 5 {
		t.Fatalf("%s: a stall of %d days", c.Test, c.Settings.StalledFor)
	}
	i, rules, activity := c.blockable(t)
	var spells []peerSpell
	for _, s := range rules.Spells(i, activity, rfc3339(t, c.End)) {
		state := peerStates[s.State]
		if n := len(spells); n > 0 && spells[n-1].State == state {
			spells[n-1].To = s.To.UTC()
			continue
		}
		spells = append(spells, peerSpell{state, s.From.UTC(), s.To.UTC()})
	}
	return spells, peerSpells(t, stream)
}

// blockable is the issue of a stream with the rules that its settings stand for.
func (c call) blockable(t *testing.T) (metrics.Issue, metrics.Rules, []time.Time) {
	t.Helper()
	i := peerIssue(t, c.Created, c.Changes)
	rules := metrics.Rules{Stages: map[string]metrics.Stage{}}
	rules.Blocked.Flag = c.Settings.Flagged != nil && *c.Settings.Flagged
	rules.Blocked.Links = true
	for _, s := range c.Settings.Blocked {
		rules.Blocked.Statuses = append(rules.Blocked.Statuses, strconv.Itoa(s.ID))
	}
	for _, s := range c.Settings.Stalled {
		rules.Stages[strconv.Itoa(s.ID)] = metrics.Waiting
	}
	var activity []time.Time
	for _, s := range c.Subtasks {
		activity = append(activity, rfc3339(t, s))
	}
	for _, change := range c.Changes {
		at := rfc3339(t, change.Time)
		if !slices.Contains(c.Settings.Ignored, change.Field) {
			activity = append(activity, at)
		}
		switch change.Field {
		case "Flagged":
			i.Flags = append(i.Flags, metrics.Flag{At: at, Set: change.Value != ""})
		case "Link":
			i.Blockers = linked(i.Blockers, change, at)
		}
	}
	return i, rules, activity
}

// linked reads the two phrasings that the recorded settings take for blocked.
func linked(blockers []metrics.Blocker, c peerChange, at time.Time) []metrics.Blocker {
	blocks := func(v any) bool {
		text, _ := v.(string)
		return len(text) > 13 && (text[:13] == "This issue is" || text[:13] == "This work ite")
	}
	switch {
	case blocks(c.Value):
		return append(blockers, metrics.Blocker{From: at})
	case blocks(c.Old):
		blockers[len(blockers)-1].To = at
	}
	return blockers
}

func efficiency(t *testing.T, c call) (got, want any) {
	t.Helper()
	var expected struct {
		Active float64 `json:"active_seconds"`
		Total  float64 `json:"total_seconds"`
	}
	if err := json.Unmarshal(c.Expected, &expected); err != nil {
		t.Fatal(err)
	}
	states := map[string]metrics.State{"active": metrics.StateActive, "stalled": metrics.StateStalled, "blocked": metrics.StateBlocked}
	var spells []metrics.Spell
	for _, s := range peerSpells(t, c.Changes) {
		spells = append(spells, metrics.Spell{State: states[s.State], From: s.From, To: s.To})
	}
	times := metrics.TimeInStates(spells, rfc3339(t, c.IssueStart), rfc3339(t, c.End))
	return []float64{times[metrics.StateActive].Seconds(), times.Elapsed().Seconds()}, []float64{expected.Active, expected.Total}
}

func number(t *testing.T, raw json.RawMessage) int {
	t.Helper()
	var n int
	if err := json.Unmarshal(raw, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func cycleDaysOf(t *testing.T, c call) (got, want any) {
	started := rfc3339(t, c.Start)
	return metrics.CycleDays(started, rfc3339(t, c.Stop), started.Location()), number(t, c.Expected)
}

func ageDays(t *testing.T, c call) (got, want any) {
	started := rfc3339(t, c.Start)
	return metrics.Age(started, noon(t, c.Today, started.Location()), started.Location()), number(t, c.Expected)
}

func noon(t *testing.T, day string, z *time.Location) time.Time {
	t.Helper()
	d, err := calendar.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	return d.At(12, 0, z)
}

// columnAges compares the ages by themselves: below five nothing is shown here,
// and no recorded call has as many.
func columnAges(t *testing.T, c call) (got, want any) {
	t.Helper()
	var columns metrics.Columns
	rules := metrics.Rules{Stages: map[string]metrics.Stage{}}
	for k, column := range c.Columns {
		var ids []string
		for _, n := range column.IDs {
			ids = append(ids, strconv.Itoa(n))
			rules.Stages[strconv.Itoa(n)] = metrics.InProgress
			if k == len(c.Columns)-1 {
				rules.Stages[strconv.Itoa(n)] = metrics.Done
			}
		}
		columns = append(columns, ids)
	}
	ages := make(metrics.ColumnAges, len(columns))
	for _, issue := range c.Issues {
		ages.Add(rules.AgesOnLeaving(columns, peerIssue(t, "", issue.Changes), noon(t, c.Today, time.UTC), time.UTC))
	}
	var list []int
	for _, column := range ages {
		slices.Sort(column)
		list = append(list, metrics.Percentile(column, c.Percentage))
	}
	var expected []int
	if err := json.Unmarshal(c.Expected, &expected); err != nil {
		t.Fatal(err)
	}
	return list, expected
}

// peerEvent is what both sides say of one event.
type peerEvent struct {
	Time     time.Time
	Action   string
	Estimate float64
}

var peerActions = map[metrics.SprintChange]string{
	metrics.SprintEntered: "enter_sprint", metrics.SprintEstimated: "story_points",
	metrics.SprintFinished: "issue_stopped", metrics.SprintLeft: "leave_sprint",
}

func sprintEvents(t *testing.T, c call) (got, want any) {
	t.Helper()
	var expected []peerChange
	if err := json.Unmarshal(c.Expected, &expected); err != nil {
		t.Fatal(err)
	}
	var theirs, ours []peerEvent
	for _, e := range expected {
		theirs = append(theirs, peerEvent{rfc3339(t, e.Time).UTC(), e.Action, e.Estimate})
	}
	i := sprintIssue(t, c)
	rules := metrics.Rules{Stages: map[string]metrics.Stage{"ended": metrics.Done, "10002": metrics.Done}}
	for _, e := range rules.SprintEvents(i, c.Sprint.ID, time.Now()) {
		ours = append(ours, peerEvent{e.At.UTC(), peerActions[e.Change], e.Points})
	}
	return ours, theirs
}

// sprintIssue is the issue of a sprint's changes. Stays are cut as the Jira
// side cuts them: a sprint that a change names again goes on.
func sprintIssue(t *testing.T, c call) metrics.Issue {
	t.Helper()
	i := peerIssue(t, "", c.Changes)
	for _, change := range c.Changes {
		at := rfc3339(t, change.Time)
		switch change.Field {
		case "Sprint":
			ids, _ := change.ID.([]any)
			in := slices.ContainsFunc(ids, func(v any) bool { return id(v) == strconv.FormatInt(c.Sprint.ID, 10) })
			last := len(i.Sprints) - 1
			lasts := last >= 0 && i.Sprints[last].To.IsZero()
			switch {
			case in && !lasts:
				i.Sprints = append(i.Sprints, metrics.Span{Sprint: c.Sprint.ID, From: at})
			case !in && lasts:
				i.Sprints[last].To = at
			}
		case "Story Points":
			points, ok := change.Value.(float64)
			if text, isText := change.Value.(string); isText {
				n, err := strconv.ParseFloat(text, 64)
				points, ok = n, err == nil
			}
			if !ok {
				t.Fatalf("%s: an estimate of %v", c.Test, change.Value)
			}
			i.Estimates = append(i.Estimates, metrics.Estimate{At: at, Points: &points})
		}
	}
	if i.Estimates == nil {
		i.Estimates = []metrics.Estimate{{}}
	}
	if c.Done != nil && len(i.Moves) == 0 {
		i.Moves = append(i.Moves, metrics.Move{At: rfc3339(t, *c.Done), To: "ended"})
	}
	return i
}

// burndown compares the sums; what remains of an active sprint, which the peer
// leaves at 0, with the last point of its chart.
func burndown(t *testing.T, c call) (got, want any) {
	t.Helper()
	var expected struct {
		Points []struct{ Y float64 }
		Stats  struct{ Started, Added, Removed, Completed, Remaining float64 }
	}
	if err := json.Unmarshal(c.Expected, &expected); err != nil {
		t.Fatal(err)
	}
	sprint := metrics.Sprint{State: "active", Start: rfc3339(t, c.Sprint.Start)}
	remaining := expected.Points[len(expected.Points)-1].Y
	if c.Sprint.Completed != nil {
		sprint.State, sprint.Done = "closed", rfc3339(t, *c.Sprint.Completed)
		remaining = expected.Stats.Remaining
	}
	var events []metrics.SprintEvent
	for _, e := range c.Changes {
		for change, action := range peerActions {
			if action == e.Action {
				issue, _ := strconv.ParseInt(e.Issue[len("SP-"):], 10, 64)
				events = append(events, metrics.SprintEvent{Issue: issue, At: rfc3339(t, e.Time), Change: change, Points: e.Estimate})
			}
		}
	}
	s, ok := metrics.TallySprint(sprint, events, time.Now())
	if !ok {
		t.Fatalf("%s: no scope", c.Test)
	}
	of := func(a metrics.Amount) float64 {
		if c.Measure == "SprintCountMeasure" {
			return float64(a.Items)
		}
		return a.Points
	}
	e := expected.Stats
	return []float64{of(s.Committed), of(s.Added), of(s.Removed), of(s.Completed), of(s.Remaining)},
		[]float64{e.Started, e.Added, e.Removed, e.Completed, remaining}
}

// ranks compares smallest, largest and percentiles. Mean and mode are not
// figures of Headway.
func ranks(t *testing.T, c call) (got, want any) {
	t.Helper()
	var values []int
	for text, n := range c.Histogram {
		v, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, slices.Repeat([]int{v}, n)...)
	}
	slices.Sort(values)
	var expected struct {
		Min, Max    int
		Percentiles map[string]int
	}
	if err := json.Unmarshal(c.Expected, &expected); err != nil {
		t.Fatal(err)
	}
	ours := []int{metrics.Percentile(values, 0), metrics.Percentile(values, 100)}
	theirs := []int{expected.Min, expected.Max}
	for _, q := range c.Percentiles {
		ours = append(ours, metrics.Percentile(values, q))
		theirs = append(theirs, expected.Percentiles[strconv.Itoa(q)])
	}
	return ours, theirs
}

func rfc3339(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
