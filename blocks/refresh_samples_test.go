package blocks

import "time"

func refreshSamples() []sample {
	read := ReadView{Project: "Payments", Issues: 412, Weeks: 9}
	full, unchanged, empty := read, read, read
	full.Full, full.Issues, full.Weeks = true, 3100, 53
	unchanged.Unchanged, empty.Empty = true, true
	failed := SyncFailedView{Project: "Payments", AsOf: monday, Now: now, Why: ReadingProblem("unavailable")}
	first := SyncFailedView{Project: "Payments", Now: now, Why: ReadingProblem("busy"), Again: true}
	managed := jobsSample()
	managed.Replay, managed.Letters, managed.Projects = false, nil, managed.Projects[:1]
	return []sample{
		fixed("reading_begun", ReadingBegun("Payments")),
		of("sync_progress", SyncView{"Payments", 1200, 3100, 53, 90 * time.Second}, SyncProgress),
		of("sync_progress_uncounted", SyncView{Project: "Payments", Issues: 200, Weeks: 53}, SyncProgress),
		of("sync_failed", failed, SyncFailed), of("sync_failed_first", first, SyncFailed),
		of("read", read, Read), of("read_full", full, Read), of("read_unchanged", unchanged, Read), of("read_empty", empty, Read),
		fixed("refresh_begun", RefreshBegun("Payments")),
		of("refresh_ask", RefreshAskView{pay, "Payments", 52, "/headway", "PAY"}, RefreshAsk),
		of("jobs", jobsSample(), Jobs), of("jobs_manager", managed, Jobs), of("jobs_fresh", JobsView{Now: now}, Jobs),
		fixed("replayed", Replayed("report", "C01PAY")),
	}
}

func jobsSample() JobsView {
	hour := now.Truncate(time.Hour)
	return JobsView{
		Now: now, Pending: 2, Uncertain: 1, Dead: 3, Replay: true,
		Projects: []JobsProject{
			{
				Key: "PAY", Name: "Payments", State: "active", ReadUpTo: hour, Issues: 412, Weeks: "2026-W42",
				Next: []JobsNext{{"check-in", now.AddDate(0, 0, 1), false}, {"reading", hour.Add(time.Hour), false}, {"report", monday.AddDate(0, 0, 7), false}},
				Runs: []JobsRun{
					{"reading", hour, "done", 2 * time.Second, RunNote("unchanged")}, {"reading", hour.Add(-time.Hour), "done", 9 * time.Second, RunNote("412")},
					{"reading", hour.Add(-2 * time.Hour), "failed", 31 * time.Second, RunNote("unavailable")}, {"report", monday, "missed", 0, ""},
				},
			},
			{Key: "PLT", Name: "Platform", State: "paused", Reading: true, Problem: ReadingProblem("empty"), Next: []JobsNext{{"reading", time.Time{}, true}}},
		},
		Letters: []Letter{{"0190f5f1", "report", "C01PAY", monday, "is_archived"}, {"0190f5f2", "prompt", "U02BEN", hour, "user_disabled"}},
	}
}
