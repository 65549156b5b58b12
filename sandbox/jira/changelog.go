package jira

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"headway/sandbox/history"
)

type wireChangelog struct {
	StartAt    int           `json:"startAt"`
	MaxResults int           `json:"maxResults"`
	Total      int           `json:"total"`
	Histories  []wireHistory `json:"histories"`
}

type wireHistory struct {
	ID      string     `json:"id"`
	Author  *wireUser  `json:"author,omitempty"`
	Created any        `json:"created"` // text, in bulkfetch a UTC number
	Items   []wireItem `json:"items"`
}

type wireItem struct {
	Field     string  `json:"field"`
	FieldType string  `json:"fieldtype"`
	FieldID   string  `json:"fieldId,omitempty"`
	From      *string `json:"from"`
	FromText  *string `json:"fromString"`
	To        *string `json:"to"`
	ToText    *string `json:"toString"`
}

// recentHistories is how many histories expand=changelog gives on search.
const recentHistories = 40

// recent is the changelog of a search: the newest first, the oldest lost.
func (c *call) recent(st *history.State) *wireChangelog {
	all := st.History()
	log := &wireChangelog{MaxResults: recentHistories, Total: len(all), Histories: []wireHistory{}}
	for n := len(all) - 1; n >= 0 && len(log.Histories) < recentHistories; n-- {
		log.Histories = append(log.Histories, c.history(all[n], false))
	}
	return log
}

func (c *call) history(h history.Change, bulk bool) wireHistory {
	w := wireHistory{ID: fmt.Sprint(h.ID), Created: c.s.stamp(h.At), Items: []wireItem{}}
	if u, ok := c.s.site.User(h.By); ok {
		w.Author = new(c.s.userOf(u))
		w.Author.Locale = ""
	}
	if bulk {
		c.inBulk(&w, h.At)
	}
	for _, it := range h.Items {
		w.Items = append(w.Items, c.item(it))
	}
	return w
}

// inBulk gives a history the forms of bulkfetch: milliseconds, unless a fault
// asks for what else has been seen.
func (c *call) inBulk(w *wireHistory, at time.Time) {
	switch {
	case c.s.faults.on("epoch_seconds"):
		w.Created = at.Unix()
	case !c.s.faults.on("text_times"):
		w.Created = at.UnixMilli()
	}
	if w.Author != nil && c.s.faults.on("no_account_types") {
		w.Author.AccountType = ""
	}
}

func (c *call) item(it history.Item) wireItem {
	w := wireItem{it.Field, "jira", it.FieldID, it.From, it.FromText, it.To, it.ToText}
	if it.FieldID == history.FieldPoints || it.FieldID == history.FieldSprint || it.FieldID == history.FieldFlagged {
		w.FieldType = "custom"
	}
	if c.s.faults.on("localised") {
		for _, p := range []**string{&w.FromText, &w.ToText} {
			if *p != nil {
				*p = new(c.s.name(**p))
			}
		}
	}
	return w
}

func issueChangelog(c *call) (any, error) {
	st := c.issue(c.r.PathValue("issue"))
	if st == nil {
		return nil, fail(http.StatusNotFound, "Issue does not exist or you do not have permission to see it.")
	}
	list := []wireHistory{}
	for _, h := range st.History() {
		list = append(list, c.history(h, false))
	}
	return pageOf(c, list, 100, 100), nil
}

// bulkPage is how many histories one answer of bulkfetch holds at most,
// whatever was asked for: an issue's histories may continue on the next page.
const bulkPage = 2000

type bulkBody struct {
	Issues     []string `json:"issueIdsOrKeys"`
	Fields     []string `json:"fieldIds"`
	MaxResults *int     `json:"maxResults"`
	Token      string   `json:"nextPageToken"`
}

type issueLog struct {
	IssueID   string        `json:"issueId"`
	Histories []wireHistory `json:"changeHistories"`
}

func (b bulkBody) check() error {
	if n := len(b.Issues); n < 1 || n > 1000 {
		return badRequest("issueIdsOrKeys: between 1 and 1000 issues have to be given.")
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(b.Fields))); len(b.Fields) > 10 || len(distinct) < len(b.Fields) {
		return badRequest("fieldIds: at most 10 different fields may be given.")
	}
	if b.MaxResults != nil && (*b.MaxResults < 1 || *b.MaxResults > 10000) {
		return badRequest("maxResults: a number from 1 to 10000 has to be given.")
	}
	return nil
}

func bulkChangelog(c *call) (any, error) {
	var body bulkBody
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if err := body.check(); err != nil {
		return nil, err
	}
	key := hash([]any{body.Issues, body.Fields})
	from, err := c.position(body.Token, key)
	if err != nil {
		return nil, err
	}
	size := 1000
	if body.MaxResults != nil {
		size = min(*body.MaxResults, bulkPage)
	}
	if f := c.s.faults.take("split"); f != nil {
		size = max(f.Size, 1)
	}
	logs, more := c.logs(c.asked(body.Issues), body.Fields, from, size)
	answer := map[string]any{"issueChangeLogs": logs}
	if more {
		answer["nextPageToken"] = c.next(key, from+size)
	}
	return answer, nil
}

// asked are the visible ones among the issues, the smallest id first; unknown
// ones are left out silently.
func (c *call) asked(ids []string) []*history.State {
	var list []*history.State
	for _, id := range ids {
		if st := c.issue(id); st != nil {
			list = append(list, st)
		}
	}
	slices.SortFunc(list, func(a, b *history.State) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(list, func(a, b *history.State) bool { return a.ID == b.ID })
}

// logs are histories number from to from+size of all the issues together.
func (c *call) logs(issues []*history.State, fields []string, from, size int) (logs []issueLog, more bool) {
	logs = []issueLog{}
	n := 0
	for _, st := range issues {
		log := issueLog{IssueID: fmt.Sprint(st.ID)}
		for _, h := range st.History() {
			if !c.touches(h, fields) {
				continue
			}
			if n >= from && n < from+size {
				log.Histories = append(log.Histories, c.history(h, true))
			}
			if n++; n > from+size {
				return with(logs, log), true
			}
		}
		logs = with(logs, log)
	}
	return logs, false
}

func with(logs []issueLog, log issueLog) []issueLog {
	if len(log.Histories) == 0 {
		return logs
	}
	return append(logs, log)
}

// touches tells whether a history changes one of the fields. A parent's item
// has no field id; Jira's "parent" finds it unless the fault says otherwise.
func (c *call) touches(h history.Change, fields []string) bool {
	if len(fields) == 0 {
		return true
	}
	for _, it := range h.Items {
		id := it.FieldID
		if it.Field == "IssueParentAssociation" && !c.s.faults.on("no_parent_history") {
			id = "parent"
		}
		if slices.Contains(fields, id) {
			return true
		}
	}
	return false
}
