package history

import (
	"slices"
	"sync"
	"time"
)

// State is an issue as of an instant. It is never written once handed out.
type State struct {
	*Issue
	Fields
	Updated         time.Time
	Resolved        time.Time // zero without a resolution
	CategoryChanged time.Time // last change of the status category
	Seen            int       // Changes[:Seen] have happened

	from, until time.Time // holds in [from, until); until zero: for good
}

// History is what has happened so far, oldest first.
func (s *State) History() []Change { return s.Changes[:s.Seen] }

// At replays the issue up to and including t; nil before its creation and
// after its deletion.
func (s *Site) At(i *Issue, t time.Time) *State {
	st := s.replay(i, t)
	if !st.exists() {
		return nil
	}
	return st
}

func (s *State) exists() bool { return s.Seen >= 0 }

func (s *Site) replay(i *Issue, t time.Time) *State {
	st := &State{Issue: i, Fields: i.First, Updated: i.Created, Resolved: i.FirstSolved,
		CategoryChanged: i.Created, from: i.Created}
	if t.Before(i.Created) {
		return &State{Issue: i, Seen: -1, until: i.Created}
	}
	if !i.Deleted.IsZero() && !t.Before(i.Deleted) {
		return &State{Issue: i, Seen: -1, from: i.Deleted}
	}
	st.until = i.Deleted
	for _, c := range i.Changes {
		if c.At.After(t) {
			if st.until.IsZero() || c.At.Before(st.until) {
				st.until = c.At
			}
			break
		}
		s.step(st, c)
	}
	return st
}

func (s *Site) step(st *State, c Change) {
	was := s.Status(st.Status).Category
	for _, it := range c.Items {
		st.Fields.apply(it)
		if it.Field == "resolution" {
			st.Resolved = c.At
		}
	}
	if st.Resolution == "" {
		st.Resolved = time.Time{}
	}
	if s.Status(st.Status).Category != was {
		st.CategoryChanged = c.At
	}
	st.Updated, st.from = c.At, c.At
	st.Seen++
}

// Snapshot is every existing issue as of an instant.
type Snapshot struct {
	At     time.Time
	Issues []*State // in order of creation
	byKey  map[string]*State
	byID   map[int64]*State

	from, until time.Time
}

// Key finds an issue by a key it has or had; nil if there is none.
func (s *Snapshot) Key(key string) *State { return s.byKey[key] }

// ID finds an issue by its id; nil if there is none.
func (s *Snapshot) ID(id int64) *State { return s.byID[id] }

// View serves snapshots of a site and replays only the issues that changed
// since the last one. It may be used by many goroutines.
type View struct {
	mu     sync.Mutex
	site   *Site
	issues []*Issue
	states []*State
	last   *Snapshot
}

// NewView makes a View of the site.
func NewView(s *Site) *View {
	return &View{site: s, issues: slices.Clone(s.Issues), states: make([]*State, len(s.Issues))}
}

// Edit replaces an issue by what change makes of a copy of it, in this View
// only: for tests that alter the past behind the bot's back. It tells whether
// there is such an issue.
func (v *View) Edit(id int64, change func(*Issue)) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	for n, i := range v.issues {
		if i.ID != id {
			continue
		}
		edited := *i
		edited.Changes = slices.Clone(i.Changes)
		change(&edited)
		v.issues[n], v.states[n], v.last = &edited, nil, nil
		return true
	}
	return false
}

// At is the site as of t.
func (v *View) At(t time.Time) *Snapshot {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.last != nil && within(t, v.last.from, v.last.until) {
		same := *v.last
		same.At = t
		return &same
	}
	v.last = v.build(t)
	return v.last
}

func (v *View) build(t time.Time) *Snapshot {
	n := len(v.states)
	snap := &Snapshot{At: t, Issues: make([]*State, 0, n),
		byKey: make(map[string]*State, n), byID: make(map[int64]*State, n)}
	for n, st := range v.states {
		if st == nil || !within(t, st.from, st.until) {
			st = v.site.replay(v.issues[n], t)
			v.states[n] = st
		}
		snap.add(st)
	}
	return snap
}

func (s *Snapshot) add(st *State) {
	if st.from.After(s.from) {
		s.from = st.from
	}
	if !st.until.IsZero() && (s.until.IsZero() || st.until.Before(s.until)) {
		s.until = st.until
	}
	if !st.exists() {
		return
	}
	s.Issues = append(s.Issues, st)
	s.byID[st.ID] = st
	s.byKey[st.Key] = st
	for _, old := range st.oldKeys() {
		if s.byKey[old] == nil {
			s.byKey[old] = st
		}
	}
}

// oldKeys are the keys an issue had before it was moved; Jira still finds it by them.
func (s *State) oldKeys() []string {
	if s.Key == s.First.Key {
		return nil
	}
	keys := []string{s.First.Key}
	for _, c := range s.History() {
		for _, it := range c.Items {
			if it.Field == "Key" {
				keys = append(keys, str(it.FromText))
			}
		}
	}
	return keys
}

func within(t, from, until time.Time) bool {
	return !t.Before(from) && (until.IsZero() || t.Before(until))
}
