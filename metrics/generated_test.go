package metrics_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
)

// generated returns n issues of a year, each with up to seven moves.
func generated(n int) []metrics.Issue {
	random := rand.New(rand.NewPCG(uint64(n), 5))
	start := at("2025-12-01 09:00")
	line := []string{"open", "doing", "review", "closed"}
	issues := make([]metrics.Issue, n)
	for k := range issues {
		when := start.Add(time.Duration(random.IntN(365*24*60)) * time.Minute)
		i := metrics.Issue{ID: int64(k), Type: "story", Created: when, First: "open", Status: "open", AI: random.IntN(4) == 0}
		stage := 0
		for range 3 + random.IntN(5) {
			when = when.Add(time.Duration(random.ExpFloat64()*4*24*60) * time.Minute)
			if stage < 3 && random.IntN(6) > 0 {
				stage++
			} else if stage > 0 {
				stage--
			}
			if when.After(at("2026-11-25 12:00")) {
				break
			}
			i.Moves = append(i.Moves, metrics.Move{At: when, To: line[stage]})
			i.Status = line[stage]
			if stage == 3 && random.IntN(4) > 0 {
				break
			}
		}
		issues[k] = i
	}
	return issues
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRowsReadBackFromJSONToTheByte(t *testing.T) {
	weeks := aggregate("2026-W01", "2026-W48", "2026-11-25 12:00", generated(300)...)
	text := toJSON(t, weeks)
	var back []metrics.Weekly
	if err := json.Unmarshal([]byte(text), &back); err != nil {
		t.Fatal(err)
	}
	if again := toJSON(t, back); again != text {
		t.Error("rows change on their way through JSON")
	}
	summary := toJSON(t, metrics.Summarize(weeks))
	var read metrics.Summary
	if err := json.Unmarshal([]byte(summary), &read); err != nil {
		t.Fatal(err)
	}
	if again := toJSON(t, read); again != summary {
		t.Error("a summary changes on its way through JSON")
	}
}

func TestTheOrderOfIssuesDoesNotMatter(t *testing.T) {
	issues := generated(300)
	forwards := toJSON(t, aggregate("2026-W01", "2026-W48", "2026-11-25 12:00", issues...))
	slices.Reverse(issues)
	if toJSON(t, aggregate("2026-W01", "2026-W48", "2026-11-25 12:00", issues...)) != forwards {
		t.Error("the rows depend on the order of the issues")
	}
}

func BenchmarkAggregate100k(b *testing.B) {
	issues := generated(100_000)
	w := metrics.Window{
		Calendar: calendar.Calendar{Zone: berlin},
		From:     week("2025-W49"), To: week("2026-W48"), Now: at("2026-11-25 12:00"),
	}
	rules := metrics.Rules{Stages: stages}
	b.ReportAllocs()
	for b.Loop() {
		metrics.Aggregate(rules, w, slices.Values(issues), nil)
	}
}
