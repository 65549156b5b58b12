package jira_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

type bulk struct {
	IssueChangeLogs []struct {
		IssueID         string
		ChangeHistories []struct {
			ID      string
			Created json.RawMessage
			Author  struct{ AccountID, AccountType string }
			Items   []struct{ Field, FieldID string }
		}
	}
	NextPageToken string
}

// allKeys are PAY-1 to PAY-n.
func allKeys(n int) []string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf("PAY-%d", i+1))
	}
	return keys
}

func TestBulkChangelogSplitsIssuesAndLosesNothing(t *testing.T) {
	s := start(t)
	want, snap := 0, replayed(anchor)
	for _, key := range allKeys(300) {
		if st := snap.Key(key); st != nil { // some were deleted
			want += len(st.History())
		}
	}
	body := map[string]any{"issueIdsOrKeys": append(allKeys(300), "PAY-99999", "NOPE-1"), "maxResults": 70}
	got, split, last := 0, 0, ""
	for {
		var page bulk
		s.post("/rest/api/3/changelog/bulkfetch", body, &page)
		for n, log := range page.IssueChangeLogs {
			if n == 0 && log.IssueID == last {
				split++
			}
			last = log.IssueID
			got += len(log.ChangeHistories)
			for _, h := range log.ChangeHistories {
				if _, err := json.Number(h.Created).Int64(); err != nil {
					t.Fatalf("created is %s, want a number of milliseconds", h.Created)
				}
			}
		}
		if page.NextPageToken == "" {
			break
		}
		body["nextPageToken"] = page.NextPageToken
	}
	if got != want || split == 0 {
		t.Errorf("%d histories, want %d; %d issues were split across pages", got, want, split)
	}
}

func TestBulkChangelogKeepsItsLimits(t *testing.T) {
	s := start(t)
	fields := strings.Split("a b c d e f g h i j k", " ")
	for name, body := range map[string]map[string]any{
		"no issue":       {"issueIdsOrKeys": []string{}},
		"1001 issues":    {"issueIdsOrKeys": allKeys(1001)},
		"11 fields":      {"issueIdsOrKeys": allKeys(1), "fieldIds": fields},
		"a field twice":  {"issueIdsOrKeys": allKeys(1), "fieldIds": []string{"status", "status"}},
		"maxResults 0":   {"issueIdsOrKeys": allKeys(1), "maxResults": 0},
		"maxResults big": {"issueIdsOrKeys": allKeys(1), "maxResults": 10001},
		"unknown key":    {"issueIdsOrKeys": allKeys(1), "startAt": 3},
	} {
		text, _ := json.Marshal(body)
		t.Run(name, func(t *testing.T) { s.refused("POST", "/rest/api/3/changelog/bulkfetch", string(text)) })
	}
}

func TestFieldIDsFilterHistories(t *testing.T) {
	s := start(t)
	var page bulk
	s.post("/rest/api/3/changelog/bulkfetch", map[string]any{"issueIdsOrKeys": allKeys(1000), "fieldIds": []string{"parent"}, "maxResults": 10000}, &page)
	if len(page.IssueChangeLogs) == 0 {
		t.Fatal("no parent change was found")
	}
	for _, log := range page.IssueChangeLogs {
		for _, h := range log.ChangeHistories {
			if h.Items[0].Field != "IssueParentAssociation" || h.Items[0].FieldID != "" {
				t.Errorf("unexpected item %+v", h.Items[0])
			}
		}
	}
}
