package history

import (
	"slices"
	"time"
)

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
