package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// bulkDay is how many issues done on one day are housekeeping, not work.
const bulkDay = 30

// busiest is the Monday after the 26 weeks in which most was done, at least
// lastWeeks before the last change.
func (r *recorded) busiest() (time.Time, error) {
	perDay, last := map[time.Time]int{}, time.Time{}
	for _, i := range r.Issues {
		for _, h := range i.Histories {
			at := time.Time(h.At).UTC()
			if at.After(last) {
				last = at
			}
			perDay[utcDay(at)] += h.ended()
		}
	}
	weeks := map[time.Time]int{}
	first := last
	for day, n := range perDay {
		if n <= bulkDay {
			weeks[Monday(day)] += n
		}
		if day.Before(first) {
			first = day
		}
	}
	best, most := time.Time{}, -1
	for end := Monday(first).Add(26 * week); !end.After(last.Add(-lastWeeks * week)); end = end.Add(week) {
		sum := 0
		for k := range 26 {
			sum += weeks[end.Add(-time.Duration(k+1)*week)]
		}
		if sum > most {
			best, most = end, sum
		}
	}
	if most < 0 {
		return best, fmt.Errorf("%w: less than 38 weeks", ErrTooShort)
	}
	return best, nil
}

// ended counts the moves into a done status.
func (h *recordedHistory) ended() int {
	n := 0
	for _, it := range h.Items {
		if str(it[0]) == "status" && category(str(it[3])) == CategoryDone && category(str(it[1])) != CategoryDone {
			n++
		}
	}
	return n
}

func category(status string) string {
	for _, s := range recordedStatuses {
		if s.ID == status {
			return s.Category
		}
	}
	return ""
}

// versions take over the file's, each existing from the moment an issue named
// it or 8 weeks before its release. A version released without a date is so
// from the last time one of its issues was done.
func (l *loader) versions() {
	named, done := map[string]time.Time{}, map[string]time.Time{}
	for _, i := range l.site.Issues {
		l.mentions(i, named, done)
	}
	for _, r := range l.rec.Versions {
		v := &Version{ID: r.ID, Name: r.Name, Archived: r.Archived, Created: named[r.ID]}
		date := l.day(str(r.ReleaseDate))
		if r.Released {
			v.Released, v.ReleaseDate = done[r.ID], date
		}
		if day, err := time.Parse(DateLayout, date); err == nil {
			v.Planned = date
			if r.Released {
				v.Released = day.Add(17 * time.Hour) // somebody presses the button in the afternoon
			}
			if before := day.Add(-8 * week); v.Created.IsZero() || before.Before(v.Created) {
				v.Created = before
			}
		}
		l.project.Versions = append(l.project.Versions, v)
	}
}

// mentions notes when versions were first named and when their issues were
// last done.
func (l *loader) mentions(i *Issue, named, done map[string]time.Time) {
	note := func(ids []string, at time.Time) {
		for _, id := range ids {
			if first := named[id]; first.IsZero() || at.Before(first) {
				named[id] = at
			}
		}
	}
	note(slices.Concat(i.First.FixVersions, i.First.Versions), i.Created)
	f := i.First
	for _, c := range i.Changes {
		for _, it := range c.Items {
			f.apply(it)
			if it.Field != "status" || category(f.Status) != CategoryDone {
				continue
			}
			for _, id := range f.FixVersions {
				if c.At.After(done[id]) {
					done[id] = c.At
				}
			}
		}
		note(f.FixVersions, c.At)
	}
}

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

// sprints cuts two-week sprints over the history. Each issue is in those from
// when it was started to when it was resolved.
func (l *loader) sprints() {
	l.board.Type, l.board.Points = "scrum", true
	first, last := l.span()
	for n, from := 1, Monday(first).Add(9*time.Hour); from.Before(last); n, from = n+1, from.Add(2*week) {
		l.board.Sprints = append(l.board.Sprints, &Sprint{ID: int64(1000 + n), Name: fmt.Sprintf("Sprint %d", n), Synthetic: true,
			Created: from.Add(-2 * week), Started: from, Start: from, End: from.Add(2*week - time.Hour), Completed: from.Add(2*week - time.Hour)})
	}
	for _, i := range l.site.Issues {
		if !i.Synthetic {
			l.putIntoSprints(i)
		}
	}
}

func (l *loader) span() (first, last time.Time) {
	for _, i := range l.site.Issues {
		if first.IsZero() || i.Created.Before(first) {
			first = i.Created
		}
		for _, c := range i.Changes {
			if c.At.After(last) {
				last = c.At
			}
		}
	}
	return first, last
}

func (l *loader) putIntoSprints(i *Issue) {
	started, ended := i.worked()
	if ended.IsZero() {
		return
	}
	var ids []int64
	names := ""
	for _, sp := range l.board.Sprints {
		if !sp.Completed.After(started) || sp.Started.After(ended) {
			continue
		}
		at := sp.Started.Add(-10 * time.Minute)
		if len(ids) == 0 && !at.After(i.Created) {
			at = i.Created.Add(time.Minute) // scope added to the running sprint
		}
		from, fromNames := joined(ids), names
		ids = append(ids, sp.ID)
		names = joinNames(names, sp.Name)
		l.history++
		i.insert(Change{ID: l.history, At: at, By: "sbx:1", Synthetic: true,
			Items: []Item{idItem("Sprint", FieldSprint, from, fromNames, joined(ids), names)}})
	}
}

func joined(ids []int64) string {
	text := ""
	for _, id := range ids {
		text = joinNames(text, fmt.Sprint(id))
	}
	return text
}

func joinNames(list, name string) string {
	if list == "" {
		return name
	}
	return list + ", " + name
}

// worked is from when the issue was first in progress, or the instant it was
// done, to the last time it was done; zero if it never was.
func (i *Issue) worked() (started, ended time.Time) {
	for _, c := range i.Changes {
		for _, it := range c.Items {
			if it.Field != "status" {
				continue
			}
			switch category(str(it.To)) {
			case CategoryIndeterminate:
				if started.IsZero() {
					started = c.At
				}
			case CategoryDone:
				if category(str(it.From)) != CategoryDone {
					ended = c.At
				}
			}
		}
	}
	if started.IsZero() || started.After(ended) {
		started = ended
	}
	return started, ended
}

// insert puts a change where its time is.
func (i *Issue) insert(c Change) {
	at, _ := slices.BinarySearchFunc(i.Changes, c, func(a, b Change) int { return cmp.Or(a.At.Compare(b.At), -1) })
	i.Changes = slices.Insert(i.Changes, at, c)
}

// agents lets the AI agent author about 15 % of the transitions since the
// roll-out.
func (l *loader) agents() {
	for _, i := range l.site.Issues {
		for n := range i.Changes {
			c := &i.Changes[n]
			moved := slices.ContainsFunc(c.Items, func(it Item) bool { return it.Field == "status" })
			if moved && c.At.After(l.site.Rollout) && c.ID*2654435761%100 < 15 {
				c.By, c.Synthetic = AgentAccount, true
			}
		}
	}
}
