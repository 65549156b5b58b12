package main

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

// recordedIssue is one line of a history file, read here a second time with
// nothing of Headway's: times are moved to today, names are those of the file.
type recordedIssue struct {
	key     string
	created time.Time
	status  string // in the end
	kind    string // in the end
	changes []recordedChange
}

// recordedChange is one changed field, with ids for statuses and names for
// types.
type recordedChange struct {
	at       time.Time
	id       int64
	field    string // status, type or project
	from, to string
}

// readRecorded reads a history file line by line and moves it by shift.
func readRecorded(t *testing.T, path string, shift time.Duration) []recordedIssue {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var issues []recordedIssue
	lines := bufio.NewScanner(text)
	lines.Buffer(nil, 1<<20)
	for n := 0; lines.Scan(); n++ {
		if n > 0 { // the first line holds the versions
			issues = append(issues, readRecordedIssue(t, lines.Bytes(), shift))
		}
	}
	if lines.Err() != nil || len(issues) < 500 {
		t.Fatalf("%s: %d issues, %v", path, len(issues), lines.Err())
	}
	return issues
}

func readRecordedIssue(t *testing.T, line []byte, shift time.Duration) recordedIssue {
	t.Helper()
	var raw struct {
		Key, C, T string
		S         []string
		H         [][]json.RawMessage
	}
	if err := json.Unmarshal(line, &raw); err != nil {
		t.Fatal(err)
	}
	moved := func(text string) time.Time {
		at, err := time.Parse("2006-01-02T15:04:05.000-0700", text)
		if err != nil {
			t.Fatal(err)
		}
		return at.Add(shift)
	}
	issue := recordedIssue{key: raw.Key, created: moved(raw.C), status: raw.S[0], kind: raw.T}
	for _, h := range raw.H {
		var id int64
		var at string
		var items [][5]string // null is ""
		if json.Unmarshal(h[0], &id) != nil || json.Unmarshal(h[1], &at) != nil || json.Unmarshal(h[3], &items) != nil {
			t.Fatalf("%s has an odd history", raw.Key)
		}
		for _, item := range items {
			c := recordedChange{at: moved(at), id: id}
			switch item[0] {
			case "status":
				c.field, c.from, c.to = "status", item[1], item[3]
			case "issuetype", "type":
				c.field, c.from, c.to = "type", item[2], item[4]
			case "Project":
				c.field = "project"
			}
			issue.changes = append(issue.changes, c)
		}
	}
	slices.SortStableFunc(issue.changes, func(a, b recordedChange) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.id, b.id))
	})
	return issue
}

// The stages of the files' statuses, as the demo maps them.
func isUnderWay(status string) bool { return status == "3" || status == "10000" }
func isDone(status string) bool     { return status == "5" || status == "6" }

// isItem tells ordinary issues from subtasks and epics.
func isItem(kind string) bool {
	return kind != "Technical task" && kind != "Sub-task" && kind != "Epic"
}

// before is the value of a field just before an instant: what the last change
// made of it, or what the first later one found.
func (i recordedIssue) before(at time.Time, field, last string) string {
	for n := len(i.changes) - 1; n >= 0; n-- {
		if c := i.changes[n]; c.field == field {
			if c.at.Before(at) {
				return c.to
			}
			last = c.from
		}
	}
	return last
}

// exists says whether someone who reads the project at asOf finds the issue as
// an item: created, moved here from another project, and no subtask or epic.
func (i recordedIssue) exists(asOf time.Time) bool {
	for _, c := range i.changes {
		if c.field == "project" && c.at.After(asOf) {
			return false
		}
	}
	return !i.created.After(asOf) && isItem(i.before(asOf, "type", i.kind))
}

// span is when work began and when it ended for good, as known at asOf; zero
// where it did not.
func (i recordedIssue) span(asOf time.Time) (began, ended time.Time) {
	if isUnderWay(i.before(i.created, "status", i.status)) {
		began = i.created
	}
	for _, c := range i.changes {
		if c.field != "status" || c.at.After(asOf) {
			continue
		}
		if began.IsZero() && isUnderWay(c.to) {
			began = c.at
		}
		switch {
		case !isDone(c.to):
			ended = time.Time{}
		case !isDone(c.from):
			ended = c.at
		}
	}
	return began, ended
}

// weekCount is what the test compares of a week.
type weekCount struct {
	Done     int
	DoneDays [7]int
	WIPDays  [7]int // -1 for days to come
	Half     int    // days that half of the cycle times need, 0 without any
	Most     int    // days that 85 % of them need
	N        int    // cycle times
}

// countWeek counts the week of a Monday as someone would who reads the file at
// asOf. Days are cut in the zone of the Monday.
func countWeek(issues []recordedIssue, monday, asOf time.Time) weekCount {
	var w weekCount
	var cycles []int
	for _, i := range issues {
		if !i.exists(asOf) {
			continue
		}
		began, ended := i.span(asOf)
		for d := range 7 {
			start, end := monday.AddDate(0, 0, d), monday.AddDate(0, 0, d+1)
			if i.created.Before(end) && isUnderWay(i.before(earlier(end, asOf.Add(1)), "status", i.status)) {
				w.WIPDays[d]++
			}
			if ended.Before(start) || !ended.Before(end) {
				continue
			}
			w.DoneDays[d]++
			w.Done++
			if !began.IsZero() && began.Before(ended) {
				cycles = append(cycles, calendarDays(began, ended, monday.Location()))
			}
		}
	}
	for d := range 7 {
		if monday.AddDate(0, 0, d).After(asOf) {
			w.WIPDays[d] = -1
		}
	}
	slices.Sort(cycles)
	w.N, w.Half, w.Most = len(cycles), atRank(cycles, 50), atRank(cycles, 85)
	return w
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// calendarDays is how many days of a wall calendar two instants touch, ends
// included.
func calendarDays(from, to time.Time, zone *time.Location) int {
	days := 1
	for day := from.In(zone); day.Format(time.DateOnly) != to.In(zone).Format(time.DateOnly); day = day.AddDate(0, 0, 1) {
		days++
	}
	return days
}

// atRank is the smallest value that percent of the sorted values do not
// exceed.
func atRank(sorted []int, percent int) int {
	for n, v := range sorted {
		if 100*(n+1) >= percent*len(sorted) {
			return v
		}
	}
	return 0
}

func (w weekCount) String() string {
	return fmt.Sprintf("done %d %v, WIP %v, half of %d in %d days, 85 %% in %d", w.Done, w.DoneDays, w.WIPDays, w.N, w.Half, w.Most)
}
