package jira

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"headway/calendar"
)

func TestEveryFormOfTimeIsRead(t *testing.T) {
	moment := time.Date(2026, 5, 7, 10, 11, 12, 345e6, time.UTC)
	for _, form := range []string{
		`"2026-05-07T10:11:12.345+0000"`,
		`"2026-05-07T12:11:12.345+0200"`,
		`"2026-05-07T10:11:12.345Z"`,
		`"2026-05-07T05:41:12.345-04:30"`,
		`"2026-05-07T10:11:12.345000+0000"`,
		`1778148672345`,
		`"1778148672345"`,
	} {
		var got instant
		if err := json.Unmarshal([]byte(form), &got); err != nil || !got.Equal(moment) {
			t.Errorf("%s = %v, %v; want %v", form, got, err, moment)
		}
	}
	for _, form := range []string{`"2026-05-07T10:11:12+0000"`, `1778148672`, `"1778148672"`} {
		var got instant
		if err := json.Unmarshal([]byte(form), &got); err != nil || !got.Equal(moment.Truncate(time.Second)) {
			t.Errorf("%s = %v, %v", form, got, err)
		}
	}
}

func TestNoTimeIsTheZeroTime(t *testing.T) {
	for _, form := range []string{`null`, `""`} {
		got := instant{time.Now()}
		if err := json.Unmarshal([]byte(form), &got); err != nil || !got.IsZero() {
			t.Errorf("%s = %v, %v", form, got, err)
		}
	}
}

func TestWhatIsNoTimeIsAnError(t *testing.T) {
	for _, form := range []string{`"yesterday"`, `true`, `{}`, `1.5`, `"2026-05-07"`, `"Z"`, `"+0000"`} {
		var got instant
		if err := json.Unmarshal([]byte(form), &got); err == nil {
			t.Errorf("%s = %v", form, got)
		}
	}
}

func TestDaysAndIdsInTheirForms(t *testing.T) {
	var got struct {
		Due   day    `json:"due"`
		None  day    `json:"none"`
		Text  number `json:"text"`
		Digit number `json:"digit"`
	}
	if err := json.Unmarshal([]byte(`{"due":"2026-12-24","none":null,"text":"10001","digit":7}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Due.Date != (calendar.Date{Year: 2026, Month: 12, Day: 24}) || got.None.Date != (calendar.Date{}) || got.Text != 10001 || got.Digit != 7 {
		t.Errorf("%+v", got)
	}
}

func TestErrorsNameThePlaceAndNotTheText(t *testing.T) {
	var out struct {
		Fields struct {
			Created instant `json:"created"`
		} `json:"fields"`
	}
	err := decode(strings.NewReader(`{"fields":{"created":"fire Bob on Monday"}}`), &out)
	if err == nil || strings.Contains(err.Error(), "Bob") || !strings.Contains(err.Error(), "/fields/created") {
		t.Errorf("err = %v", err)
	}
	if err := decode(strings.NewReader(`<html>Bob</html>`), &out); err == nil || strings.Contains(err.Error(), "Bob") {
		t.Errorf("err = %v", err)
	}
}

// each collects the elements of a page's list as they stand there.
func each(text, list string) (items []string, token string, err error) {
	token, err = page(strings.NewReader(text), list, func(s *scanner) error {
		item, err := s.ReadValue()
		items = append(items, string(item))
		return err
	})
	return items, token, err
}

func TestAPageHandsOutItsElementsAndTheToken(t *testing.T) {
	items, token, err := each(`{"names":{"a":[1,{}]},"issues":[{"id":1},{"id":2}],"isLast":false,"nextPageToken":"next"}`, "issues")
	if err != nil || token != "next" || strings.Join(items, " ") != `{"id":1} {"id":2}` {
		t.Errorf("%v, token %q, err %v", items, token, err)
	}
}

func TestAPageMayLackItsListAndToken(t *testing.T) {
	for _, text := range []string{`{}`, `{"issues":null,"nextPageToken":null}`, `{"issues":[]}`} {
		if items, token, err := each(text, "issues"); err != nil || token != "" || items != nil {
			t.Errorf("%s: %v, token %q, err %v", text, items, token, err)
		}
	}
}

func TestWhatIsNoPageIsAnError(t *testing.T) {
	for _, text := range []string{``, `[]`, `null`, `{"issues":{}}`, `{"issues":[{}`, `{"issues":[}`, `{"nextPageToken":3}`, `nonsense`, `{"issues":[]`} {
		if _, _, err := each(text, "issues"); err == nil {
			t.Errorf("%q passed", text)
		}
	}
	if _, _, err := each(`{"issues":[{"id":1},{"i`, "issues"); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a cut page: %v", err)
	}
}

func TestAnOddValueIsNamedByItsPlaceAndNotByItsText(t *testing.T) {
	for text, place := range map[string]string{
		`{"issues":[{"fields":{"created":"fire Bob"}}]}`:                 "/issues/0/fields/created",
		`{"issues":[{"fields":{"labels":["a",{"Bob":1}]}}]}`:             "/issues/0/fields/labels/1",
		`{"issues":[{"fields":{"status":{"id":{"n":"Bob"}}}}]}`:          "/issues/0/fields/status/id",
		`{"issues":[{"fields":{"parent":"Bob"}}]}`:                       "/issues/0/fields/parent",
		`{"issues":[{"fields":{"issuetype":{"hierarchyLevel":"Bob"}}}]}`: "/issues/0/fields/issuetype/hierarchyLevel",
	} {
		_, err := page(strings.NewReader(text), "issues", func(s *scanner) error { return s.issue(&rawIssue{}, query) })
		if !errors.Is(err, ErrIncomplete) || strings.Contains(err.Error(), "Bob") || !strings.Contains(err.Error(), place) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestNamesAndTextsMayBeEscaped(t *testing.T) {
	s := newScanner(strings.NewReader(`["\u0041da \"x\"","","plain","plain",null]`))
	list, err := s.list(s.text)
	if want := []string{`Ada "x"`, "", "plain", "plain", ""}; err != nil || !slices.Equal(list, want) {
		t.Errorf("%q, %v", list, err)
	}
}

// TestTheScannerAgreesWithALibrary reads the same changes by encoding/json.
func TestTheScannerAgreesWithALibrary(t *testing.T) {
	_, changes := bulk()
	var want struct {
		IssueChangeLogs []struct {
			IssueID         string
			ChangeHistories []struct {
				Created int64
				Author  struct{ AccountID, AccountType string }
				Items   []struct{ Field, FieldID, From, To, ToString string }
			}
		}
	}
	if err := stdjson.Unmarshal(changes, &want); err != nil {
		t.Fatal(err)
	}
	n, at := 0, 0
	_, err := page(bytes.NewReader(changes), "issueChangeLogs", func(s *scanner) error {
		var log rawChangelog
		err := s.changelog(&log, query)
		expected := want.IssueChangeLogs[n]
		if log.Issue.String() != expected.IssueID || len(log.changes) != len(expected.ChangeHistories) {
			t.Fatalf("issue %d with %d changes", log.Issue, len(log.changes))
		}
		for i, c := range log.changes {
			h := expected.ChangeHistories[i]
			if c.at.UnixMilli() != h.Created || c.author != (rawAuthor{h.Author.AccountID, h.Author.AccountType}) || c.rawItem != rawItem(h.Items[0]) {
				t.Fatalf("%+v, want %+v", c, h)
			}
			at++
		}
		n++
		return err
	})
	if err != nil || n != len(want.IssueChangeLogs) || at < 1000 {
		t.Errorf("%d issues, %d changes, %v", n, at, err)
	}
}

// FuzzPages looks for an answer that panics, or that yields an issue without
// what every issue has.
func FuzzPages(f *testing.F) {
	f.Add([]byte(`{"issues":[` + wire(1, `,"customfield_10016":3,"customfield_10020":[{"id":3}],"customfield_10021":[{"id":"10019"}],"labels":["a"],"parent":{"id":"44","key":"PAY-44"}`) + `],"nextPageToken":"x"}`))
	f.Add([]byte(`{"issueChangeLogs":[{"issueId":"1","changeHistories":[` + moved(1, "1", "2", person) + `,{"created":"2026-05-07T10:11:12.345+0000","items":[{"field":"Sprint","from":"","to":"3, 17"}]}]}]}`))
	f.Add([]byte(`{"issueChangeLogs":[{"changeHistories":[{"created":1492070429,"author":null,"items":[{"field":"Flagged","fieldId":"customfield_10021","to":"[10019]","toString":"Impediment"}]}],"issueId":1}]}`))
	f.Add([]byte(`{"issues":null,"isLast":true,"nextPageToken":null}`))
	f.Add([]byte(`{"issues":[{"id":"1","key":"A-1","fields":null},7,{"id":1,"fields":{"created":"","status":{},"issuetype":{}}}]}`))
	f.Add([]byte(`{"issues":[{"\u0069d":"1","fields":{"description":{"type":"doc","content":[[[{}]]]},"progress":1.5}}]`))
	f.Add([]byte(`<!doctype html><html><body>502</body></html>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var issues []*rawIssue
		_, _ = page(bytes.NewReader(text), "issues", func(s *scanner) error {
			raw := &rawIssue{}
			issues = append(issues, raw)
			return s.issue(raw, query)
		})
		var log rawChangelog
		_, _ = page(bytes.NewReader(text), "issueChangeLogs", func(s *scanner) error { return s.changelog(&log, query) })
		for _, raw := range issues {
			raw.changes = log.changes
			if issue, err := raw.issue(query); err == nil && (issue.ID == 0 || issue.Key == "" || issue.Status == "" && len(issue.Moves) == 0 || issue.Created.IsZero()) {
				t.Errorf("%+v", issue)
			}
		}
	})
}
