package jira_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/sandbox/history"
	"headway/sandbox/jira"
)

// moves reads a recorded history in the plainest way, apart from the package
// under test: "id status UTC-milliseconds" of every status change up to the
// end, shifted.
func moves(t *testing.T, path string, shift time.Duration, end time.Time) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for d := json.NewDecoder(z); d.More(); {
		var line map[string]any
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		histories, _ := line["h"].([]any)
		for _, h := range histories {
			at := parse(t, h.([]any)[1].(string)).Add(shift)
			for _, item := range h.([]any)[3].([]any) {
				if it := item.([]any); it[0] == "status" && !at.After(end) {
					list = append(list, fmt.Sprint(line["id"], " ", it[3], " ", at.UnixMilli()))
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

func TestRecordedMovesComeOutAtTheirShiftedTimes(t *testing.T) {
	for _, name := range []string{"fcrepo", "duracloud"} {
		path := filepath.Join(filepath.Dir(filepath.Dir(subsetFile(t))), "data", name+".anon.jsonl.gz")
		recorded, err := history.Load(path, time.Time{}, anchor)
		if err != nil {
			t.Fatal(err)
		}
		s := startWith(t, jira.Config{Site: recorded, Email: email, Token: token})
		issues, served := s.ids("project = "+recorded.Projects[0].Key+" ORDER BY created ASC"), map[string]bool{}
		for group := range slices.Chunk(issues, 1000) {
			s.eachMove(group, func(move string) { served[move] = true })
		}
		want := slices.DeleteFunc(moves(t, path, recorded.Shift, anchor), func(move string) bool {
			id, _, _ := strings.Cut(move, " ")
			return !slices.Contains(issues, id) // it was moved here from another project later
		})
		if got := slices.Sorted(maps.Keys(served)); len(want) < 300 || !slices.Equal(got, want) {
			t.Errorf("%s: %d moves served, %d recorded", name, len(got), len(want))
		}
	}
}

// ids are the recorded issues of a query: those that the reader added have
// ids from 900000 on.
func (s *site) ids(jql string) (all []string) {
	for _, i := range s.search(map[string]any{"jql": jql, "maxResults": 5000}).Issues {
		if len(i.ID) < 6 {
			all = append(all, i.ID)
		}
	}
	return all
}

func (s *site) eachMove(ids []string, note func(string)) {
	body := map[string]any{"issueIdsOrKeys": ids, "fieldIds": []string{"status"}, "maxResults": 10000}
	for {
		var page struct {
			IssueChangeLogs []struct {
				IssueID         string
				ChangeHistories []struct {
					Created int64
					Items   []struct{ Field, To string }
				}
			}
			NextPageToken string
		}
		s.post("/rest/api/3/changelog/bulkfetch", body, &page)
		for _, log := range page.IssueChangeLogs {
			for _, h := range log.ChangeHistories {
				for _, it := range h.Items {
					if it.Field == "status" {
						note(fmt.Sprint(log.IssueID, " ", it.To, " ", h.Created))
					}
				}
			}
		}
		if page.NextPageToken == "" {
			return
		}
		body["nextPageToken"] = page.NextPageToken
	}
}
