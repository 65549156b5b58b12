//go:build unix

package metrics_test

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"headway/metrics"
)

// streamed yields n issues of two years one at a time, each built anew: items
// of an epic and a sprint, with flags, estimates and a subtask now and then.
func streamed(n int) func(yield func(metrics.Issue) bool) {
	return func(yield func(metrics.Issue) bool) {
		random := rand.New(rand.NewPCG(uint64(n), 9))
		start := tuesday.AddDate(-2, 0, 0)
		minutes := int(tuesday.Sub(start) / time.Minute)
		line := []string{"1", "2", "3", "5"}
		for k := range n {
			when := start.Add(time.Duration(random.IntN(minutes)) * time.Minute)
			points := float64(1 + random.IntN(8))
			i := metrics.Issue{ID: int64(k + 1), Type: "story", Created: when, First: "1", Status: "1", Parent: int64(-1 - k/50), Points: &points}
			if k%7 == 0 && k > 0 {
				i.Level, i.Parent = -1, int64(k)
			}
			stage := 0
			for range 3 + random.IntN(5) {
				when = when.Add(time.Duration(random.ExpFloat64()*4*24*60) * time.Minute)
				if stage < 3 && random.IntN(6) > 0 {
					stage++
				} else if stage > 0 {
					stage--
				}
				if when.After(tuesday) {
					break
				}
				i.Moves = append(i.Moves, metrics.Move{At: when, To: line[stage]})
				i.Status, i.Updated = line[stage], when
				if random.IntN(12) == 0 {
					i.Flags = append(i.Flags, metrics.Flag{At: when, Set: true}, metrics.Flag{At: when.Add(30 * time.Hour)})
				}
			}
			sprint := int64(i.Created.Sub(start)/(14*24*time.Hour)) + 1
			i.Sprints = []metrics.Span{{Sprint: sprint, From: i.Created}}
			if !yield(i) {
				return
			}
		}
	}
}

func fortnights() []metrics.Sprint {
	var list []metrics.Sprint
	start := tuesday.AddDate(-2, 0, 0)
	for k := range 53 {
		s := metrics.Sprint{ID: int64(k + 1), State: "closed", Start: start.AddDate(0, 0, 14*k), End: start.AddDate(0, 0, 14*k+13)}
		if s.Done = s.End; s.End.After(tuesday) {
			s.State, s.Done = "active", time.Time{}
		}
		list = append(list, s)
	}
	return list
}

// flowOf100k makes every flow metric and signal of 100,000 issues: the weekly
// rows and the ages by column in one reading, the signals in another.
func flowOf100k() ([]metrics.Figure, []metrics.Reading) {
	b := board()
	b.Issues, b.Sprints, b.Estimates = streamed(100_000), fortnights(), true
	b.Columns = metrics.Columns{{"1"}, {"2"}, {"3"}, {"5"}}
	ages := make(metrics.ColumnAges, len(b.Columns))
	both := func(yield func(metrics.Issue) bool) {
		for i := range b.Issues {
			if i.Level == 0 {
				ages.Add(b.Rules.AgesOnLeaving(b.Columns, i, b.Now, berlin))
			}
			if !yield(i) {
				return
			}
		}
	}
	b.Weeks = metrics.Aggregate(b.Rules, metrics.Window{Calendar: b.Calendar, From: week("2024-W48"), To: week("2026-W48"), Now: b.Now}, both, nil)
	return ages.Percentile(85), metrics.Signals(b, metrics.Thresholds{}, nil)
}

func cpu(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkFlowAndSignals100k reports CPU seconds, the making of the issues
// included, and the most memory that was ever in use.
func BenchmarkFlowAndSignals100k(b *testing.B) {
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin, read := cpu(b), 0
	for b.Loop() {
		ages, readings := flowOf100k()
		read += len(ages) + len(readings)
	}
	spent := cpu(b) - begin
	runtime.ReadMemStats(&after)
	if read == 0 {
		b.Fatal("nothing was read")
	}
	b.ReportMetric(spent.Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(after.HeapSys)/(1<<20), "heap-MiB")
	b.ReportMetric(float64(after.Sys)/(1<<20), "sys-MiB")
}

func TestSignalsReadTheIssuesOnce(t *testing.T) {
	b, readings := board(working(3)...), 0
	issues := b.Issues
	b.Issues = func(yield func(metrics.Issue) bool) {
		readings++
		issues(yield)
	}
	metrics.Signals(b, metrics.Thresholds{}, nil)
	if readings != 1 {
		t.Errorf("the issues were read %d times", readings)
	}
	if got := len(slices.Collect(streamed(100))); got != 100 {
		t.Errorf("%d issues are streamed", got)
	}
}
