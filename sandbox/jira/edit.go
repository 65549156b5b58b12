package jira

import (
	"fmt"
	"strings"
	"time"

	"headway/sandbox/history"
)

// edit changes or deletes an issue as of now, and forgets what the recorded
// future held for it.
func (s *Server) edit(name string, f *fault) error {
	now := s.cfg.Now()
	st := s.view.At(now).Key(f.Key)
	if st == nil {
		return fmt.Errorf("fault %q: there is no issue %q", name, f.Key)
	}
	var items []history.Item
	if name == "edit_issue" {
		var err error
		if items, err = s.edits(st, f); err != nil {
			return err
		}
	}
	s.view.Edit(st.ID, func(i *history.Issue) {
		i.Changes = i.Changes[:st.Seen]
		if items == nil {
			i.Deleted = now
			return
		}
		id := i.ID*1000 + int64(len(i.Changes)) // beyond all generated ids
		i.Changes = append(i.Changes, history.Change{ID: id, At: now.Truncate(time.Millisecond), By: "sbx:2", Items: items})
	})
	return nil
}

func (s *Server) edits(st *history.State, f *fault) ([]history.Item, error) {
	var items []history.Item
	if to := s.site.Status(f.Status); to.ID != "" {
		from := s.site.Status(st.Status)
		items = append(items, history.Item{Field: "status", FieldID: "status", From: &from.ID, FromText: &from.Name, To: &to.ID, ToText: &to.Name})
	}
	if f.Flagged != nil && *f.Flagged != st.Flagged {
		on, off := [2]string{"[10019]", "Impediment"}, [2]string{}
		if !*f.Flagged {
			on, off = off, on
		}
		items = append(items, history.Item{Field: "Flagged", FieldID: history.FieldFlagged, From: &off[0], FromText: &off[1], To: &on[0], ToText: &on[1]})
	}
	if f.Points != nil {
		it := history.Item{Field: "Story Points", FieldID: history.FieldPoints, ToText: new(fmt.Sprint(*f.Points))}
		if st.Points != nil {
			it.FromText = new(fmt.Sprint(*st.Points))
		}
		items = append(items, it)
	}
	if to := s.site.Project(f.To); to != nil && to.ID != st.ProjectID {
		items = append(items, s.move(st, to)...)
	}
	if items == nil {
		return nil, fmt.Errorf("fault \"edit_issue\": give a known status id, flagged, points or a project that differ from what %s has", st.Key)
	}
	return items, nil
}

// move is what a move to another project changes; the issue gets that project's
// next key.
func (s *Server) move(st *history.State, to *history.Project) []history.Item {
	last := 0
	for _, other := range s.view.At(s.cfg.Now()).Issues {
		if rest, ok := strings.CutPrefix(other.Key, to.Key+"-"); ok {
			last = max(last, int(atoi(rest)))
		}
	}
	from, key := s.site.Project(st.ProjectID), fmt.Sprintf("%s-%d", to.Key, last+1)
	return []history.Item{
		{Field: "Project", FieldID: "project", From: &from.ID, FromText: &from.Name, To: &to.ID, ToText: &to.Name},
		{Field: "Key", FromText: &st.Key, ToText: &key},
	}
}
