package jira

import (
	"fmt"
	"slices"
	"strconv"
)

// issue reads one issue of a search. Of its custom fields it keeps those that
// the query names.
func (s *scanner) issue(raw *rawIssue, q Query) error {
	return s.object(func(name []byte) (err error) {
		switch string(name) {
		case "id":
			return s.value(&raw.ID)
		case "key":
			raw.Key, err = s.text()
			return err
		case "fields":
			if s.PeekKind() == '{' {
				raw.Fields = &rawFields{}
			}
			return s.object(func(name []byte) error { return s.field(string(name), raw.Fields, q) })
		}
		return s.skip()
	})
}

func (s *scanner) field(name string, f *rawFields, q Query) (err error) {
	switch name {
	case "issuetype":
		f.Type, err = s.issueType()
	case "status":
		f.Status.ID, err = s.id()
	case "created":
		err = s.value(&f.Created)
	case "updated":
		err = s.value(&f.Updated)
	case "resolution":
		f.Resolution.ID, err = s.id()
	case "priority":
		f.Priority.ID, err = s.id()
	case "parent":
		f.Parent.ID, err = s.parent()
	case "duedate":
		err = s.value(&f.Due)
	case "fixVersions":
		f.Fix, err = s.list(s.id)
	case "versions":
		f.Affects, err = s.list(s.id)
	case "labels":
		f.Labels, err = s.list(s.text)
	default:
		err = s.custom(name, f, q)
	}
	return err
}

func (s *scanner) custom(name string, f *rawFields, q Query) error {
	value, err := s.ReadValue()
	if err != nil || name != q.Points && name != q.Fields.Sprint.ID && name != q.Fields.Flagged.ID {
		return err
	}
	f.Custom = put(f.Custom, name, slices.Clone(value))
	return nil
}

func put[V any](m map[string]V, key string, value V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[key] = value
	return m
}

func (s *scanner) issueType() (*rawType, error) {
	if s.PeekKind() == 'n' {
		return nil, s.skip()
	}
	t := &rawType{}
	return t, s.object(func(name []byte) (err error) {
		switch string(name) {
		case "id":
			t.ID, err = s.text()
		case "hierarchyLevel":
			t.Level, err = s.integer()
		case "subtask":
			t.Subtask = s.PeekKind() == 't'
			err = s.skip()
		default:
			err = s.skip()
		}
		return err
	})
}

// parent leaves out the summary that Jira nests in a parent.
func (s *scanner) parent() (id number, err error) {
	err = s.object(func(name []byte) error {
		if string(name) == "id" {
			return s.value(&id)
		}
		return s.skip()
	})
	return id, err
}

// list reads an array of what one reads.
func (s *scanner) list(one func() (string, error)) (list []string, err error) {
	err = s.array(func() error {
		item, err := one()
		list = append(list, item)
		return err
	})
	return list, err
}

func (s *scanner) integer() (*int, error) {
	raw, err := s.ReadValue()
	if err != nil || raw.Kind() == 'n' {
		return nil, err
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil {
		return nil, s.unexpected(raw.Kind())
	}
	return &n, nil
}

// changelog reads the changes of one issue, or a part of them. It keeps those
// that the query is about.
func (s *scanner) changelog(log *rawChangelog, q Query) error {
	return s.object(func(name []byte) error {
		switch string(name) {
		case "issueId":
			return s.value(&log.Issue)
		case "changeHistories":
			return s.array(func() error { return s.history(log, q) })
		}
		return s.skip()
	})
}

func (s *scanner) history(log *rawChangelog, q Query) error {
	var at instant
	var author rawAuthor
	begin := len(log.changes)
	err := s.object(func(name []byte) error {
		switch string(name) {
		case "created":
			return s.value(&at)
		case "author":
			return s.author(&author)
		case "items":
			return s.array(func() error { return s.item(log, q) })
		}
		return s.skip()
	})
	if err == nil && at.IsZero() {
		err = fmt.Errorf("%w: a change without a time", ErrIncomplete)
	}
	for i := range log.changes[begin:] {
		log.changes[begin+i].at, log.changes[begin+i].author = at.Time, author
	}
	log.byAgent = log.byAgent || slices.Contains(q.Agents, author.ID)
	if log.first.IsZero() {
		log.first = at.Time
	}
	return err
}

func (s *scanner) author(a *rawAuthor) error {
	return s.object(func(name []byte) (err error) {
		switch string(name) {
		case "accountId":
			a.ID, err = s.text()
		case "accountType":
			a.Type, err = s.text()
		default:
			err = s.skip()
		}
		return err
	})
}

func (s *scanner) item(log *rawChangelog, q Query) error {
	var i rawItem
	err := s.object(func(name []byte) (err error) {
		switch string(name) {
		case "field":
			i.Field, err = s.text()
		case "fieldId":
			i.FieldID, err = s.text()
		case "from":
			i.From, err = s.text()
		case "to":
			i.To, err = s.text()
		case "toString":
			i.ToString, err = s.text()
		default:
			err = s.skip()
		}
		return err
	})
	if q.follows(i) {
		log.changes = append(log.changes, change{rawItem: i})
	}
	return err
}

// follows says whether a change belongs to what an issue is made of.
func (q Query) follows(i rawItem) bool {
	return i.isStatus() || i.of(q.Fields.Flagged.ID, "Flagged") || i.of(q.Fields.Sprint.ID, "Sprint")
}

func (i rawItem) isStatus() bool { return i.of("status", "status") }
