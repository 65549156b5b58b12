package metrics_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
)

// rawIssue is an issue of the recorded histories.
type rawIssue struct {
	ID         string       `json:"id"`
	Type       string       `json:"t"`
	Subtask    bool         `json:"sub"`
	Created    string       `json:"c"`
	Resolution *string      `json:"res"`
	Status     [3]string    `json:"s"`
	Priority   string       `json:"p"`
	Fix        []string     `json:"fv"`
	Affects    []string     `json:"av"`
	Histories  []rawHistory `json:"h"`
}

type rawHistory []json.RawMessage // id, time, author, items of field, from, fromString, to, toString

type rawVersion struct {
	ID       string  `json:"id"`
	Released bool    `json:"released"`
	Archived bool    `json:"archived"`
	Date     *string `json:"releaseDate"`
}

// history is a recorded project; every change of status keeps both of its ends.
type history struct {
	issues   []rawIssue
	changes  map[string][]change // by issue id, in order of time
	versions []rawVersion
}

type change struct {
	at       time.Time
	from, to string
}

// realHistory reads ../shared/data beside the module. Users' clones do not
// have that folder.
func realHistory(t testing.TB, name string) history {
	t.Helper()
	data := readShared(t, filepath.Join("data", name))
	zipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(zipped)
	h := history{changes: map[string][]change{}}
	for n := 0; ; n++ {
		line, readErr := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			h.addLine(t, n, line)
		}
		if readErr == io.EOF {
			return h
		}
		if readErr != nil {
			t.Fatal(readErr)
		}
	}
}

func readShared(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		data, err := os.ReadFile(filepath.Join(dir, "shared", name))
		if err == nil {
			return data
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("../shared/%s is missing; CI needs it", name)
	}
	t.Skipf("skipped: ../shared/%s is not beside this module", name)
	return nil
}

func (h *history) addLine(t testing.TB, n int, line []byte) {
	t.Helper()
	if n == 0 {
		var head struct{ Versions []rawVersion }
		if err := json.Unmarshal(line, &head); err != nil {
			t.Fatal(err)
		}
		h.versions = head.Versions
		return
	}
	var i rawIssue
	if err := json.Unmarshal(line, &i); err != nil {
		t.Fatal(err)
	}
	h.issues = append(h.issues, i)
	h.changes[i.ID] = statusChanges(t, i)
}

func statusChanges(t testing.TB, i rawIssue) []change {
	t.Helper()
	var changes []change
	for _, raw := range i.Histories {
		var when string
		var items [][5]*string
		if json.Unmarshal(raw[1], &when) != nil || json.Unmarshal(raw[3], &items) != nil {
			t.Fatalf("issue %s has an odd history", i.ID)
		}
		for _, item := range items {
			if *item[0] == "status" {
				changes = append(changes, change{jiraTime(t, when), *item[1], *item[3]})
			}
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int { return a.at.Compare(b.at) })
	return changes
}

func jiraTime(t testing.TB, text string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02T15:04:05.000-0700", text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// issueOf is what the Jira side would hand over for a recorded issue.
func (h history) issueOf(t testing.TB, raw rawIssue) metrics.Issue {
	t.Helper()
	id, err := strconv.ParseInt(raw.ID, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	i := metrics.Issue{
		ID: id, Type: raw.Type, Level: levelOf(raw), Created: jiraTime(t, raw.Created),
		First: raw.Status[0], Status: raw.Status[0], Priority: raw.Priority, Fix: raw.Fix, Affects: raw.Affects,
	}
	if raw.Resolution != nil {
		i.Resolution = *raw.Resolution
	}
	changes := h.changes[raw.ID]
	if len(changes) > 0 {
		i.First = changes[0].from
	}
	for _, c := range changes {
		i.Moves = append(i.Moves, metrics.Move{At: c.at, To: c.to})
	}
	return i
}

func levelOf(raw rawIssue) int {
	switch {
	case raw.Subtask:
		return -1
	case raw.Type == "Epic":
		return 1
	}
	return 0
}

func (h history) items(t testing.TB) []metrics.Issue {
	t.Helper()
	var issues []metrics.Issue
	for _, raw := range h.issues {
		issues = append(issues, h.issueOf(t, raw))
	}
	return issues
}

func (h history) releases(t testing.TB) []metrics.Release {
	t.Helper()
	var releases []metrics.Release
	for _, v := range h.versions {
		r := metrics.Release{ID: v.ID, Released: v.Released, Archived: v.Archived}
		if v.Date != nil {
			d, err := calendar.ParseDate(*v.Date)
			if err != nil {
				t.Fatal(err)
			}
			r.Date = d
		}
		releases = append(releases, r)
	}
	return releases
}

var historyRules = metrics.Rules{
	Stages: map[string]metrics.Stage{
		"1": metrics.ToDo, "4": metrics.ToDo, "10001": metrics.ToDo,
		"3": metrics.InProgress, "10000": metrics.InReview, "5": metrics.Done, "6": metrics.Done,
	},
	ExcludeTypes:       []string{"Documentation"},
	ExcludeResolutions: []string{"Duplicate"},
	Failure:            metrics.Match{Types: []string{"Bug"}},
	Incident:           metrics.Match{Types: []string{"Bug"}, Priorities: []string{"Blocker", "Critical"}},
}

var histories = []struct {
	file, from, to string
	now            []string // as of the middle and after the end
}{
	{"duracloud.anon.jsonl.gz", "2009-W44", "2014-W30", []string{"2012-03-14 11:00", "2014-12-31 12:00"}},
	{"fcrepo.anon.jsonl.gz", "2007-W05", "2015-W08", []string{"2011-10-19 11:00", "2015-06-01 12:00"}},
}

func TestRealHistoriesAgreeWithANaiveCount(t *testing.T) {
	newYork := mustZone("America/New_York")
	for _, c := range histories {
		for _, now := range c.now {
			t.Run(c.file+" as of "+now, func(t *testing.T) {
				h := realHistory(t, c.file)
				asOf, err := time.ParseInLocation("2006-01-02 15:04", now, newYork)
				if err != nil {
					t.Fatal(err)
				}
				w := metrics.Window{Calendar: calendar.Calendar{Zone: newYork}, From: week(c.from), To: week(c.to), Now: asOf}
				weeks := metrics.Aggregate(historyRules, w, slices.Values(h.items(t)), h.releases(t))
				counter := newNaive(t, h, newYork, asOf)
				done := 0
				for _, got := range weeks {
					counter.compare(got)
					done += got.Completed
				}
				if done < 100 {
					t.Errorf("only %d items are done: the history was not read", done)
				}
			})
		}
	}
}

func TestMovingOneClosingOfARealHistoryChangesTheRows(t *testing.T) {
	c := histories[0]
	h := realHistory(t, c.file)
	w := metrics.Window{Calendar: calendar.Calendar{Zone: time.UTC}, From: week(c.from), To: week(c.to), Now: at("2014-12-31 12:00")}
	issues := h.items(t)
	before := metrics.Aggregate(historyRules, w, slices.Values(issues), nil)
	k := slices.IndexFunc(issues, func(i metrics.Issue) bool {
		_, ok := historyRules.Finished(i)
		item, _ := historyRules.Item(i)
		return ok && item
	})
	last := len(issues[k].Moves) - 1
	issues[k].Moves[last].At = issues[k].Moves[last].At.AddDate(0, 0, 7)
	after := metrics.Aggregate(historyRules, w, slices.Values(issues), nil)
	if toJSON(t, before) == toJSON(t, after) {
		t.Error("moving a closing by a week changes nothing")
	}
}
