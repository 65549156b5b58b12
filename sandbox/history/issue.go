package history

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The ids of the fields, as GET /rest/api/3/field lists them.
const (
	FieldPoints  = "customfield_10016"
	FieldSprint  = "customfield_10020"
	FieldFlagged = "customfield_10021"
)

// Issue is an issue's life: its values at creation and what changed since.
type Issue struct {
	ID          int64
	Created     time.Time
	First       Fields
	FirstSolved time.Time // resolution date if First has a resolution
	Changes     []Change  // oldest first
	Deleted     time.Time // zero: never
	Synthetic   bool      // added to a recorded history, not part of it
}

// Change is one history entry of the changelog.
type Change struct {
	ID        int64
	At        time.Time
	By        string // account id, "" for anonymous
	Items     []Item
	Synthetic bool
}

// Item is one changed field in the form of Jira's changelog. nil is JSON null.
type Item struct {
	Field, FieldID             string
	From, FromText, To, ToText *string
}

// Fields are an issue's values at one instant.
type Fields struct {
	ProjectID, Key string
	Summary        string
	Type           string // id, as are Status, Priority and Resolution
	Status         string
	Priority       string
	Resolution     string // "" if unresolved
	Assignee       string // account id or ""
	Points         *float64
	Sprints        []int64
	FixVersions    []string // ids
	Versions       []string // affects versions, ids
	Flagged        bool
	ParentID       int64 // 0: none
	Labels         []string
	Due            string // YYYY-MM-DD or ""
	Links          []Link
}

// Link is an issue link as seen from one side.
type Link struct {
	Type   string // a LinkType's name
	Inward bool
	Key    string // of the other issue
}

// LinkType names a kind of link and its phrase in each direction.
type LinkType struct{ ID, Name, Outward, Inward string }

// LinkTypes are those of the generated and the recorded histories.
var LinkTypes = []LinkType{
	{"10000", "Blocks", "blocks", "is blocked by"},
	{"10001", "Related", "is related to", "is related to"},
	{"10002", "Dependency", "depends on", "required by"},
	{"10003", "Addresses", "addresses", "addressed by"},
	{"10004", "Duplicate", "duplicates", "is duplicated by"},
}

func (it Item) reversed() Item {
	it.From, it.To = it.To, it.From
	it.FromText, it.ToText = it.ToText, it.FromText
	return it
}

// apply sets the field to the item's new value. It never writes into a slice
// that another Fields may share.
func (f *Fields) apply(it Item) {
	to, text := str(it.To), str(it.ToText)
	switch it.Field {
	case "status":
		f.Status = to
	case "issuetype":
		f.Type = to
	case "priority":
		f.Priority = to
	case "resolution":
		f.Resolution = to
	case "assignee":
		f.Assignee = to
	case "summary":
		f.Summary = text
	case "Key":
		f.Key = text
	case "Project":
		f.ProjectID = to
	case "duedate":
		f.Due, _, _ = strings.Cut(text, " ")
	case "labels":
		f.Labels = strings.Fields(text)
	case "Flagged":
		f.Flagged = to != ""
	default:
		f.applyRelation(it)
	}
}

func (f *Fields) applyRelation(it Item) {
	switch it.Field {
	case "Story Points":
		f.Points = number(it.ToText)
	case "Sprint":
		f.Sprints = sprintIDs(str(it.To))
	case "Fix Version":
		f.FixVersions = exchanged(f.FixVersions, str(it.From), str(it.To))
	case "Version":
		f.Versions = exchanged(f.Versions, str(it.From), str(it.To))
	case "IssueParentAssociation":
		f.ParentID = parseID(str(it.To))
	case "Link":
		f.unlink(linkOf(it.From, it.FromText))
		f.link(linkOf(it.To, it.ToText))
	}
}

func (f *Fields) link(l Link) {
	if l.Key != "" {
		f.Links = append(slices.Clone(f.Links), l)
	}
}

// unlink removes the link to the same issue; of several the one of its kind.
// Recorded link types were renamed over time, so the kind may not match.
func (f *Fields) unlink(l Link) {
	at := -1
	for i, have := range f.Links {
		if have.Key == l.Key && (at < 0 || have.Type == l.Type) {
			at = i
		}
	}
	if at >= 0 {
		f.Links = slices.Delete(slices.Clone(f.Links), at, at+1)
	}
}

func linkOf(key, text *string) Link {
	if str(key) == "" {
		return Link{}
	}
	phrase := strings.TrimSuffix(strings.TrimPrefix(str(text), "This issue "), " "+*key)
	for _, t := range LinkTypes {
		switch phrase {
		case t.Outward:
			return Link{Type: t.Name, Key: *key}
		case t.Inward:
			return Link{Type: t.Name, Inward: true, Key: *key}
		}
	}
	return Link{Type: "Related", Key: *key}
}

func exchanged(have []string, out, in string) []string {
	next := make([]string, 0, len(have)+1)
	for _, v := range have {
		if v != out {
			next = append(next, v)
		}
	}
	if in != "" && !slices.Contains(next, in) {
		next = append(next, in)
	}
	return next
}

func sprintIDs(list string) []int64 {
	var ids []int64
	for part := range strings.SplitSeq(list, ",") {
		if id := parseID(strings.TrimSpace(part)); id != 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

func number(text *string) *float64 {
	if str(text) == "" {
		return nil
	}
	n, err := strconv.ParseFloat(*text, 64)
	if err != nil {
		return nil
	}
	return &n
}

func str(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
