package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// epicSize is how many issues make an epic of their fix version.
const epicSize = 8

// epics makes an epic of every version with enough issues, and makes its
// issues children of it at the time of each fix version change. Subtasks keep
// their own parent; of several versions the latest counts.
func (l *loader) epics() {
	l.subtasks()
	count := map[string]int{}
	for _, i := range l.rec.Issues {
		for _, v := range i.Fix {
			count[v]++
		}
	}
	byVersion, last := map[string]*Issue{}, l.lastKey()
	for _, v := range l.sortedVersions() {
		if count[v.ID] >= epicSize {
			last++
			byVersion[v.ID] = l.epic(v, last)
		}
	}
	for _, i := range l.site.Issues {
		if l.site.IssueType(l.lastType(i)).Level == 0 && !i.Synthetic {
			l.adopt(i, byVersion)
		}
	}
}

// subtasks sets the recorded parents, which no history mentions.
func (l *loader) subtasks() {
	for _, r := range l.rec.Issues {
		if parent := l.byKey[str(r.Parent)]; parent != nil {
			l.byKey[r.Key].First.ParentID = parent.ID
		}
	}
}

func (l *loader) lastKey() int {
	last := 0
	for _, r := range l.rec.Issues {
		n := 0
		if _, err := fmt.Sscanf(r.Key, l.project.Key+"-%d", &n); err == nil {
			last = max(last, n)
		}
	}
	return last
}

func (l *loader) lastType(i *Issue) string {
	f := i.First
	for _, c := range i.Changes {
		for _, it := range c.Items {
			f.apply(it)
		}
	}
	return f.Type
}

// sortedVersions are the versions by release date, those without one last.
func (l *loader) sortedVersions() []*Version {
	list := slices.Clone(l.project.Versions)
	slices.SortStableFunc(list, func(a, b *Version) int {
		return cmp.Or(cmp.Compare(boolInt(a.Planned == ""), boolInt(b.Planned == "")), cmp.Compare(a.Planned, b.Planned))
	})
	return list
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// epic is open from its version's first day and done on its release.
func (l *loader) epic(v *Version, n int) *Issue {
	e := &Issue{ID: int64(900000 + n), Created: v.Created, Synthetic: true, First: Fields{
		ProjectID: l.project.ID, Key: fmt.Sprintf("%s-%d", l.project.Key, n), Summary: "Release " + v.Name,
		Type: l.types["Epic"], Status: "1", Priority: "3", Due: v.Planned}}
	if !v.Released.IsZero() {
		l.history++
		e.Changes = []Change{{ID: l.history, At: v.Released.Add(15 * time.Hour), By: "sbx:1", Synthetic: true, Items: []Item{
			idItem("status", "status", "1", "Open", "6", "Closed"),
			{"resolution", "resolution", nil, nil, new("1"), new("Fixed")}}}}
	}
	l.site.Issues = append(l.site.Issues, e)
	return e
}

// adopt gives an issue its parents over time.
func (l *loader) adopt(i *Issue, byVersion map[string]*Issue) {
	f := i.First
	parent := l.latest(f.FixVersions, byVersion)
	if parent != nil {
		i.First.ParentID = parent.ID
	}
	for n := range i.Changes {
		c := &i.Changes[n]
		for _, it := range c.Items {
			f.apply(it)
		}
		if to := l.latest(f.FixVersions, byVersion); to != parent {
			c.Items = append(c.Items, association(parent, to))
			parent = to
		}
	}
}

// latest is the epic of the last of the versions by release date.
func (l *loader) latest(versions []string, byVersion map[string]*Issue) *Issue {
	var best *Issue
	for _, id := range versions {
		if e := byVersion[id]; e != nil && (best == nil || e.ID > best.ID) {
			best = e
		}
	}
	return best
}

func association(from, to *Issue) Item {
	it := Item{Field: "IssueParentAssociation"}
	if from != nil {
		it.From, it.FromText = new(fmt.Sprint(from.ID)), new(from.First.Key)
	}
	if to != nil {
		it.To, it.ToText = new(fmt.Sprint(to.ID)), new(to.First.Key)
	}
	return it
}
