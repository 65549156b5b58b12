package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// changesEach is how many changes every issue of the site has.
const changesEach = 18

// site is a Jira that makes its issues up while it answers, so that it holds
// none: issue number n was created n minutes after begun and has changesEach
// changes, an hour apart.
type site struct{ issues int }

var begun = time.Date(2024, 1, 1, 8, 0, 0, 0, time.UTC)

func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "GET /rest/api/3/myself":
		_, _ = w.Write([]byte(`{"accountId":"bot","accountType":"atlassian","active":true,"timeZone":"UTC"}`))
	case "POST /rest/api/3/search/jql":
		var ask struct {
			Token string `json:"nextPageToken"`
			Size  int    `json:"maxResults"`
		}
		_ = json.NewDecoder(r.Body).Decode(&ask)
		_, _ = w.Write(s.search(number(ask.Token, 0), min(ask.Size, 1000), nil))
	case "GET /rest/api/2/search/jql":
		size := min(number(r.FormValue("maxResults"), 50), 100) // many fields and changes: small pages
		_, _ = w.Write(s.search(number(r.FormValue("nextPageToken"), 0), size, expanded))
	case "POST /rest/api/3/changelog/bulkfetch":
		var ask struct {
			Issues []string `json:"issueIdsOrKeys"`
			Token  string   `json:"nextPageToken"`
			Size   int      `json:"maxResults"`
		}
		_ = json.NewDecoder(r.Body).Decode(&ask)
		_, _ = w.Write(bulk(ask.Issues, number(ask.Token, 0), ask.Size))
	default:
		http.NotFound(w, r)
	}
}

func number(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}

// search is a page of issues from number from on; more adds to each.
func (s site) search(from, size int, more func([]byte, int) []byte) []byte {
	to := min(from+size, s.issues)
	b := []byte(`{"issues":[`)
	for n := from; n < to; n++ {
		if n > from {
			b = append(b, ',')
		}
		b = issue(b, n)
		if more != nil {
			b = more(b, n)
		}
		b = append(b, '}')
	}
	if to < s.issues {
		return fmt.Appendf(b, `],"isLast":false,"nextPageToken":"%d"}`, to)
	}
	return append(b, `],"isLast":true}`...)
}

const address = "https://api.atlassian.com/ex/jira/11111111-2222-3333-4444-555555555555/rest/api/3/"

// issue leaves the object open.
func issue(b []byte, n int) []byte {
	at := begun.Add(time.Duration(n) * time.Minute).Format("2006-01-02T15:04:05.000-0700")
	return fmt.Appendf(b, `{"expand":"changelog","id":"%d","self":"%sissue/%d","key":"PAY-%d","fields":{`+
		`"issuetype":{"self":"%sissuetype/10001","id":"10001","name":"Story","hierarchyLevel":0,"subtask":false},`+
		`"status":{"self":"%sstatus/3","name":"In Progress","id":"3","statusCategory":{"id":4,"key":"indeterminate","name":"In Progress"}},`+
		`"created":"%s","updated":"%s","resolution":null,"priority":{"self":"%spriority/3","name":"Medium","id":"3"},`+
		`"fixVersions":[{"self":"%sversion/7","id":"7","name":"4.3","archived":false,"released":true}],"versions":[],"duedate":null,`+
		`"customfield_10016":3,"customfield_10020":[{"id":3,"name":"Sprint 3","state":"active","boardId":1,"goal":""}],"customfield_10021":null}`,
		n+1, address, n+1, n+1, address, address, at, at, address, address)
}

// avatars make up the most of a changelog, as they do on a real site.
var avatars = func() string {
	b := []byte{}
	for _, size := range []string{"48x48", "24x24", "16x16", "32x32"} {
		b = fmt.Appendf(b, `"%s":"https://secure.gravatar.com/avatar/%032x?d=https%%3A%%2F%%2Favatar-management--avatars.us-west-2.prod.public.atl-paas.net%%2Finitials%%2FAB-1.png",`, size, 7)
	}
	return string(b[:len(b)-1])
}()

// history is change number k of issue number n; created is as the caller wants.
func history(b []byte, n, k int, created string) []byte {
	return fmt.Appendf(b, `{"id":"%d","author":{"self":"%suser?accountId=5b10ac8d82e05b22cc7d4e%02d","accountId":"5b10ac8d82e05b22cc7d4e%02d","avatarUrls":{%s},`+
		`"displayName":"Person %d","active":true,"timeZone":"Europe/Berlin","accountType":"atlassian"},"created":%s,`+
		`"items":[{"field":"status","fieldtype":"jira","fieldId":"status","from":"%d","fromString":"To Do","to":"%d","toString":"In Progress"}]}`,
		n*100+k, address, k%7, k%7, avatars, k%7, created, 1+k%3, 1+(k+1)%3)
}

func moment(n, k int) time.Time {
	return begun.Add(time.Duration(n)*time.Minute + time.Duration(k)*time.Hour)
}

// expanded is an issue's changelog within a search, newest first.
func expanded(b []byte, n int) []byte {
	b = fmt.Appendf(b, `,"changelog":{"startAt":0,"maxResults":%d,"total":%d,"histories":[`, changesEach, changesEach)
	for k := changesEach - 1; k >= 0; k-- {
		b = history(b, n, k, moment(n, k).Format(`"2006-01-02T15:04:05.000-0700"`))
		if k > 0 {
			b = append(b, ',')
		}
	}
	return append(b, "]}"...)
}

// bulk is a page of changes, the smallest id first; an issue may go on at the
// next page.
func bulk(ids []string, from, size int) []byte {
	var numbers []int
	for _, id := range ids {
		numbers = append(numbers, number(id, 0)-1)
	}
	slices.Sort(numbers)
	to := min(from+size, len(numbers)*changesEach)
	b := []byte(`{"issueChangeLogs":[`)
	for at := from; at < to; at++ {
		n, k := numbers[at/changesEach], at%changesEach
		if at == from || k == 0 {
			if at > from {
				b = append(b, "]},"...)
			}
			b = fmt.Appendf(b, `{"issueId":"%d","changeHistories":[`, n+1)
		} else {
			b = append(b, ',')
		}
		b = history(b, n, k, strconv.FormatInt(moment(n, k).UnixMilli(), 10))
	}
	if to > from {
		b = append(b, "]}"...)
	}
	if to < len(numbers)*changesEach {
		return fmt.Appendf(b, `],"nextPageToken":"%d"}`, to)
	}
	return append(b, "]}"...)
}
