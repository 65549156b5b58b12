package jira

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"headway/sandbox/history"
	"headway/sandbox/jira/jql"
)

type comparer func(a, b *history.State) int

func byText(get func(*history.State) string) comparer {
	return func(a, b *history.State) int { return cmp.Compare(get(a), get(b)) }
}

// orders are the fields an answer can be sorted by.
var orders = map[string]comparer{
	"key": func(a, b *history.State) int {
		return cmp.Or(cmp.Compare(prefix(a.Key), prefix(b.Key)), cmp.Compare(serial(a.Key), serial(b.Key)))
	},
	"duedate":   byText(func(st *history.State) string { return st.Due }),
	"status":    byText(func(st *history.State) string { return st.Status }),
	"priority":  byText(func(st *history.State) string { return st.Priority }),
	"issuetype": byText(func(st *history.State) string { return st.Type }),
	"summary":   byText(func(st *history.State) string { return st.Summary }),
	"project":   byText(func(st *history.State) string { return st.ProjectID }),
	"parent":    func(a, b *history.State) int { return cmp.Compare(a.ParentID, b.ParentID) },
}

func prefix(key string) string { p, _, _ := strings.Cut(key, "-"); return p }

func serial(key string) int64 { _, n, _ := strings.Cut(key, "-"); return atoi(n) }

// sort puts issues in the asked order; without one the newest come first.
func (c *call) sort(list []*history.State, by []jql.Order) error {
	if len(by) == 0 {
		by = []jql.Order{{Field: "created", Desc: true}}
	}
	var all []comparer
	for _, o := range by {
		name := fieldName(o.Field)
		compare := orders[name]
		if get := instants[name]; get != nil {
			compare = func(a, b *history.State) int { return get(a).Compare(get(b)) }
		}
		if name == "rank" {
			compare = func(a, b *history.State) int { return cmp.Compare(a.ID, b.ID) }
		}
		if compare == nil {
			return badRequest(fmt.Sprintf("Field '%s' does not exist or this field cannot be viewed by anonymous users.", o.Field))
		}
		if o.Desc {
			up := compare
			compare = func(a, b *history.State) int { return up(b, a) }
		}
		all = append(all, compare)
	}
	slices.SortStableFunc(list, func(a, b *history.State) int {
		for _, compare := range all {
			if n := compare(a, b); n != 0 {
				return n
			}
		}
		return cmp.Compare(b.ID, a.ID)
	})
	return nil
}
