package jira

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	gojira "github.com/andygrunwald/go-jira"
)

// BenchmarkDecode reads 100 issues with their 18 changes each, once for all
// three: by our scanner from a search and a changelog as we ask for them, by
// encoding/json into a struct of what is needed from the same two, and by
// go-jira's type from a search with expand=changelog.
func BenchmarkDecode(b *testing.B) {
	issues, changes := bulk()
	ours := int64(len(issues) + len(changes))
	b.Run("headway", func(b *testing.B) {
		measure(b, ours, func() error { return decodePages(issues, changes) })
	})
	b.Run("encoding-json", func(b *testing.B) {
		measure(b, ours, func() error {
			var search neededSearch
			var log neededLog
			if err := stdjson.Unmarshal(issues, &search); err != nil {
				return err
			}
			return stdjson.Unmarshal(changes, &log)
		})
	})
	expanded := expandedPage()
	b.Run("go-jira", func(b *testing.B) {
		measure(b, int64(len(expanded)), func() error {
			var page struct {
				Issues []gojira.Issue `json:"issues"`
			}
			return stdjson.Unmarshal(expanded, &page)
		})
	})
}

// measure reports MB/s and how many bytes are taken from memory per byte read.
func measure(b *testing.B, size int64, decode func() error) {
	b.SetBytes(size)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		if err := decode(); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(b.N)/float64(size), "allocB/B")
}

func decodePages(issues, changes []byte) error {
	if _, err := page(bytes.NewReader(issues), "issues", func(s *scanner) error { return s.issue(&rawIssue{}, query) }); err != nil {
		return err
	}
	var part rawChangelog
	_, err := page(bytes.NewReader(changes), "issueChangeLogs", func(s *scanner) error {
		part = rawChangelog{changes: part.changes[:0]}
		if err := s.changelog(&part, query); err != nil {
			return err
		}
		kept := &rawIssue{}
		kept.changes = append(kept.changes, part.changes...)
		return nil
	})
	return err
}

func TestDecodingTakesLittleMemory(t *testing.T) {
	issues, changes := bulk()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const times = 5
	for range times {
		if err := decodePages(issues, changes); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	taken := float64(after.TotalAlloc-before.TotalAlloc) / float64(times*(len(issues)+len(changes)))
	if t.Logf("%.2f bytes taken per byte read", taken); taken > 0.4 {
		t.Errorf("decoding takes %.2f bytes of memory per byte read, want at most 0.4", taken)
	}
}

type needed struct{ ID string }

type neededSearch struct {
	Issues []struct {
		ID, Key string
		Fields  struct {
			IssueType struct {
				ID             string
				HierarchyLevel int
			}
			Status, Resolution, Priority, Parent needed
			Created, Updated, DueDate            string
			FixVersions, Versions                []needed
			Points                               *float64           `json:"customfield_10016"`
			Sprint                               []struct{ ID int } `json:"customfield_10020"`
			Flagged                              []needed           `json:"customfield_10021"`
		}
	}
}

type neededLog struct {
	IssueChangeLogs []struct {
		IssueID         string
		ChangeHistories []struct {
			Created int64
			Author  struct{ AccountID, AccountType string }
			Items   []struct{ Field, FieldID, From, To, ToString string }
		}
	}
}

// self is the address that Jira gives with everything.
func self(what string) string {
	return `"self":"https://api.atlassian.com/ex/jira/11111111-2222-3333-4444-555555555555/rest/api/3/` + what + `"`
}

// author is an account in the full form of a changelog.
func author(n int) string {
	var avatars []string
	for _, size := range []string{"48x48", "24x24", "16x16", "32x32"} {
		avatars = append(avatars, fmt.Sprintf(`"%s":"https://secure.gravatar.com/avatar/%032x?d=https%%3A%%2F%%2Favatar-management--avatars.us-west-2.prod.public.atl-paas.net%%2Finitials%%2FAB-%d.png"`, size, n, n))
	}
	return fmt.Sprintf(`{%s,"accountId":"5b10ac8d82e05b22cc7d4e%02d","avatarUrls":{%s},"displayName":"Person %d","active":true,"timeZone":"Europe/Berlin","accountType":"atlassian"}`,
		self("user?accountId=5b10ac8d82e05b22cc7d4e"), n, strings.Join(avatars, ","), n)
}

func issueText(id int) string {
	return wire(id, `,`+self("issue")+`,"customfield_10016":3,"customfield_10020":[{"id":3,"name":"Sprint 3","state":"active","boardId":1,"goal":"","startDate":"2026-05-05T17:55:31.879Z"}],"customfield_10021":null`+
		`,"parent":{"id":"44","key":"PAY-44",`+self("issue/44")+`,"fields":{"summary":"An epic","status":{`+self("status/3")+`,"name":"In Progress","id":"3"}}}`)
}

// historyText is change n; created is a number or a text, as the two ways of
// asking have it.
func historyText(n int, created string) string {
	return fmt.Sprintf(`{"id":"%d","author":%s,"created":%s,"items":[{"field":"status","fieldtype":"jira","fieldId":"status","from":"1%d","fromString":"To Do","to":"1%d","toString":"In Progress"}]}`,
		100000+n, author(n%7), created, n, n+1)
}

// bulk is a page of 100 issues and one of their 18 changes each, as we ask for
// them.
func bulk() (issues, changes []byte) {
	var list, logs []string
	for id := range 100 {
		list = append(list, issueText(id+1))
		var histories []string
		for n := range 18 {
			histories = append(histories, historyText(n, fmt.Sprint(created.Add(time.Duration(n)*time.Hour).UnixMilli())))
		}
		logs = append(logs, fmt.Sprintf(`{"issueId":"%d","changeHistories":[%s]}`, id+1, strings.Join(histories, ",")))
	}
	return fmt.Appendf(nil, `{"issues":[%s],"isLast":true}`, strings.Join(list, ",")),
		fmt.Appendf(nil, `{"issueChangeLogs":[%s]}`, strings.Join(logs, ","))
}

// expandedPage is the same as one page of a search with expand=changelog.
func expandedPage() []byte {
	var list []string
	for id := range 100 {
		var histories []string
		for n := range 18 {
			histories = append(histories, historyText(n, created.Add(time.Duration(n)*time.Hour).Format(`"2006-01-02T15:04:05.000-0700"`)))
		}
		list = append(list, strings.TrimSuffix(issueText(id+1), "}")+fmt.Sprintf(`,"changelog":{"startAt":0,"maxResults":18,"total":18,"histories":[%s]}}`, strings.Join(histories, ",")))
	}
	return fmt.Appendf(nil, `{"issues":[%s],"isLast":true}`, strings.Join(list, ","))
}
