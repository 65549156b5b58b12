package history

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
)

// finish gives all issues, keys and changes their final numbers, in order of
// time as Jira does.
func finish(site *Site, all []*draft) {
	slices.SortStableFunc(all, func(a, b *draft) int { return a.Created.Compare(b.Created) })
	n := &numbering{ids: map[int64]int64{}, keys: map[string]string{}}
	for i, d := range all {
		n.ids[d.ID] = int64(20001 + 3*i)
	}
	n.grantKeys(all)
	var changes []*Change
	for _, d := range all {
		n.rename(d.Issue)
		for i := range d.Changes {
			changes = append(changes, &d.Changes[i])
		}
		site.Issues = append(site.Issues, d.Issue)
	}
	slices.SortStableFunc(changes, func(a, b *Change) int { return a.At.Compare(b.At) })
	for i, c := range changes {
		c.ID = int64(300001 + 2*i)
	}
}

type numbering struct {
	ids  map[int64]int64
	keys map[string]string
}

func (n *numbering) grantKeys(all []*draft) {
	var grants []keyGrant
	for _, d := range all {
		grants = append(grants, d.keys...)
	}
	slices.SortStableFunc(grants, func(a, b keyGrant) int {
		return cmp.Or(cmp.Compare(a.project.Key, b.project.Key), a.at.Compare(b.at))
	})
	count := map[string]int{}
	for _, g := range grants {
		count[g.project.Key]++
		n.keys[g.key] = fmt.Sprintf("%s-%d", g.project.Key, count[g.project.Key])
	}
}

var provisional = regexp.MustCompile(`[A-Z]+\?\d+`)

func (n *numbering) rename(i *Issue) {
	i.ID = n.ids[i.ID]
	i.First.Key = n.keys[i.First.Key]
	i.First.ParentID = n.ids[i.First.ParentID]
	for c := range i.Changes {
		for k := range i.Changes[c].Items {
			n.renameItem(&i.Changes[c].Items[k])
		}
	}
}

func (n *numbering) renameItem(it *Item) {
	for _, p := range []**string{&it.From, &it.FromText, &it.To, &it.ToText} {
		if *p == nil {
			continue
		}
		switch it.Field {
		case "Key", "Link", "IssueParentAssociation":
			*p = new(provisional.ReplaceAllStringFunc(**p, func(k string) string { return n.keys[k] }))
		}
	}
	if it.Field == "IssueParentAssociation" {
		it.From, it.To = n.id(it.From), n.id(it.To)
	}
}

func (n *numbering) id(text *string) *string {
	if text == nil {
		return nil
	}
	return new(fmt.Sprint(n.ids[parseID(*text)]))
}
