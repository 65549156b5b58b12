package history

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

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
