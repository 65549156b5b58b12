package jira

import (
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"headway/metrics"
)

// raw is an issue created at created, whose changes come a day apart.
func raw(custom map[string]jsontext.Value, items ...rawItem) *rawIssue {
	r := &rawIssue{ID: 1, Key: "PAY-1", Fields: &rawFields{
		Type: &rawType{ID: "10001"}, Status: ref{ID: "3"}, Created: instant{created}, Updated: instant{on(30)}, Custom: custom,
	}}
	for i, item := range items {
		r.changes = append(r.changes, change{at: on(i + 1), rawItem: item})
	}
	return r
}

func on(day int) time.Time { return created.AddDate(0, 0, day) }

func built(t *testing.T, r *rawIssue, q Query) metrics.Issue {
	t.Helper()
	issue, err := r.issue(q)
	if err != nil {
		t.Fatal(err)
	}
	return issue
}

func TestSprintStaysFollowTheChanges(t *testing.T) {
	sprint := func(from, to string) rawItem {
		return rawItem{Field: "Sprint", FieldID: "customfield_10020", From: from, To: to}
	}
	for name, c := range map[string]struct {
		now   string
		items []rawItem
		want  []metrics.Span
	}{
		"never in one":             {now: "null"},
		"since creation":           {now: `[{"id":3}]`, want: []metrics.Span{{Sprint: 3, From: created}}},
		"added later":              {now: `[{"id":3}]`, items: []rawItem{sprint("", "3")}, want: []metrics.Span{{Sprint: 3, From: on(1)}}},
		"there before the changes": {items: []rawItem{sprint("3", "")}, want: []metrics.Span{{Sprint: 3, From: created, To: on(1)}}},
		"carried over":             {items: []rawItem{sprint("", "3"), sprint("3", "3, 17")}, want: []metrics.Span{{Sprint: 3, From: on(1)}, {Sprint: 17, From: on(2)}}},
		"taken out and back": {
			items: []rawItem{sprint("", "3"), sprint("3", ""), sprint("", "3")},
			want:  []metrics.Span{{Sprint: 3, From: on(1), To: on(2)}, {Sprint: 3, From: on(3)}},
		},
	} {
		got := built(t, raw(map[string]jsontext.Value{"customfield_10020": jsontext.Value(c.now)}, c.items...), query).Sprints
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestSprintChangesThatAreNoIdsAreIncomplete(t *testing.T) {
	if _, err := raw(nil, rawItem{Field: "Sprint", To: "Sprint three"}).issue(query); err == nil {
		t.Error("no error")
	}
}

func TestFlagsFollowTheChanges(t *testing.T) {
	set := rawItem{Field: "Flagged", FieldID: "customfield_10021", To: "[10019]", ToString: "Impediment"}
	cleared := rawItem{Field: "Flagged", From: "[10019]"}
	for name, c := range map[string]struct {
		now   string
		items []rawItem
		want  []metrics.Flag
	}{
		"never":          {now: "null"},
		"since creation": {now: `[{"value":"Impediment","id":"10019"}]`, want: []metrics.Flag{{At: created, Set: true}}},
		"set, cleared":   {items: []rawItem{set, cleared}, want: []metrics.Flag{{At: on(1), Set: true}, {At: on(2)}}},
		"only cleared":   {items: []rawItem{cleared}, want: []metrics.Flag{{At: created, Set: true}, {At: on(1)}}},
	} {
		got := built(t, raw(map[string]jsontext.Value{"customfield_10021": jsontext.Value(c.now)}, c.items...), query).Flags
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAMoveAfterTheSearchIsTheNewerStatus(t *testing.T) {
	r := raw(nil, rawItem{Field: "status", FieldID: "status", From: "1", To: "3"}, rawItem{Field: "status", FieldID: "status", From: "3", To: "6"})
	r.changes[1].at = on(31)
	if got := built(t, r, query); got.First != "1" || got.Status != "6" {
		t.Errorf("from %s to %s", got.First, got.Status)
	}
}

func TestAFieldThatIsOnlyNamedStatusIsNoMove(t *testing.T) {
	if got := built(t, raw(nil, rawItem{Field: "status", FieldID: "customfield_1", To: "9"}), query); len(got.Moves) != 0 {
		t.Errorf("%v", got.Moves)
	}
}

func TestPointsAreNumbersOrNothing(t *testing.T) {
	for value, want := range map[string]float64{"3.5": 3.5, "0": 0} {
		got := built(t, raw(map[string]jsontext.Value{"customfield_10016": jsontext.Value(value)}), query).Points
		if got == nil || *got != want {
			t.Errorf("%s: %v", value, got)
		}
	}
}

func TestAIWorkIsALabelOrAnAgent(t *testing.T) {
	q := query
	q.AILabels, q.Agents = []string{"ai-assisted"}, []string{"agent"}
	r := raw(nil)
	if built(t, r, q).AI {
		t.Error("without any sign")
	}
	r.Fields.Labels = []string{"backend", "AI-Assisted"}
	labelled := built(t, r, q)
	if !labelled.AI || labelled.Labels != nil {
		t.Errorf("AI %v, labels %v though no definition asks for them", labelled.AI, labelled.Labels)
	}
	r.Fields.Labels, r.byAgent = nil, true
	if !built(t, r, q).AI {
		t.Error("an agent's change was missed")
	}
}

func TestLevelsComeFromTheHierarchyOrTheSubtaskMark(t *testing.T) {
	epic := 1
	for want, typ := range map[int]rawType{1: {Level: &epic}, -1: {Subtask: true}, 0: {}} {
		if got := typ.level(); got != want {
			t.Errorf("%+v: %d, want %d", typ, got, want)
		}
	}
}
