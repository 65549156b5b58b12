package history

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const week = 7 * 24 * time.Hour

// lastWeeks is how much recorded future a loaded site keeps at least.
const lastWeeks = 12

// ErrTooShort is a file whose history does not reach the asked instant.
var ErrTooShort = errors.New("the history does not reach far enough")

// Load reads a recorded history as a site with one project.
//
// Dates: ONE constant, Site.Shift, is added to every instant of the file, and
// its whole days to release and due dates. It is a multiple of 7*24 h, chosen
// so that the ISO week of at (in UTC) becomes the ISO week of anchor. To count
// on the file independently: add Shift to the instants first, then cut days
// and weeks in the zone you report in.
//
// A zero at means the Monday after the busiest 26 weeks (by issues done, days
// with more than bulkDay of them left out) that end at least 12 weeks before
// the last change. What the file does not say and this reader adds is marked
// Synthetic: epics, sprints, the agent's share of late transitions.
func Load(path string, at, anchor time.Time) (*Site, error) {
	rec, err := readRecorded(path)
	if err != nil {
		return nil, err
	}
	if len(rec.Issues) == 0 {
		return nil, fmt.Errorf("%s: %w: it holds no issue", path, ErrTooShort)
	}
	l := &loader{rec: rec, byKey: map[string]*Issue{}}
	if at.IsZero() {
		if at, err = rec.busiest(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if first, last := rec.span(); at.Before(first) || at.After(last) {
		return nil, fmt.Errorf("%s: %w for %s: it runs from %s to %s", path, ErrTooShort,
			at.Format(DateLayout), first.Format(DateLayout), last.Format(DateLayout))
	}
	l.shift = Monday(utcDay(anchor)).Sub(Monday(utcDay(at)))
	l.build(anchor)
	return l.site, nil
}

// utcDay is t's own calendar day as a UTC midnight.
func utcDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

type loader struct {
	rec     *recorded
	site    *Site
	project *Project
	board   *Board
	shift   time.Duration
	byKey   map[string]*Issue
	types   map[string]string // name to id
	history int64             // largest history id
}

func (l *loader) build(anchor time.Time) {
	key, _, _ := strings.Cut(l.rec.Issues[0].Key, "-")
	l.site = &Site{Name: "acme", CloudID: cloudID, Anchor: anchor, Rollout: anchor.Add(-lastWeeks * week), Shift: l.shift, Users: l.users()}
	l.vocabulary()
	l.project = &Project{ID: "10001", Key: key, Name: projectNames[key], Lead: "sbx:1", Browse: browsers(),
		StatusIDs: []string{"10001", "1", "4", "3", "10000", "6"}}
	if l.project.Name == "" {
		l.project.Name = key
	}
	for _, t := range l.site.IssueTypes {
		l.project.TypeIDs = append(l.project.TypeIDs, t.ID)
	}
	l.board = &Board{ID: 1, Name: key + " board", Type: "kanban", Columns: []Column{
		{Name: "To Do", StatusIDs: []string{"10001", "1", "4"}}, {Name: "In Progress", StatusIDs: []string{"3"}},
		{Name: "In Review", StatusIDs: []string{"10000"}}, {Name: "Done", StatusIDs: []string{"5", "6"}},
	}}
	l.project.Boards = []*Board{l.board}
	l.site.Projects = []*Project{l.project}
	for n := range l.rec.Issues {
		l.issue(&l.rec.Issues[n])
	}
	l.versions()
	l.epics()
	if l.estimates() {
		l.sprints()
	}
	l.agents()
	slices.SortStableFunc(l.site.Issues, func(a, b *Issue) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
}

var projectNames = map[string]string{"FCREPO": "Fedora Repository", "DURACLOUD": "DuraCloud"}

// users are the site's accounts and one for every author of the file: author n
// is account sbx:n.
func (l *loader) users() []User {
	users := accounts()
	most := 0
	for _, i := range l.rec.Issues {
		for _, h := range i.Histories {
			if h.Author != nil {
				most = max(most, *h.Author)
			}
		}
	}
	for n := range most + 1 {
		id := fmt.Sprintf("sbx:%d", n)
		if !slices.ContainsFunc(users, func(u User) bool { return u.AccountID == id }) {
			users = append(users, person(id, fmt.Sprintf("Former member %d", n), fmt.Sprintf("member%d@acme.test", n), "Etc/UTC"))
		}
	}
	return users
}

// recordedStatuses are those of both files. 5 occurs in the past only.
var recordedStatuses = []Status{
	{"10001", "Received", CategoryNew}, {"1", "Open", CategoryNew}, {"4", "Reopened", CategoryNew},
	{"3", "In Progress", CategoryIndeterminate}, {"10000", "In Review", CategoryIndeterminate},
	{"5", "Resolved", CategoryDone}, {"6", "Closed", CategoryDone},
}

// recordedTypes are the ids the histories use, and those for the names they
// never mention.
var recordedTypes = []IssueType{
	{"1", "Bug", 0}, {"2", "New Feature", 0}, {"3", "Task", 0}, {"4", "Improvement", 0}, {"5", "Sub-task", -1},
	{"6", "Code Task", 0}, {"7", "Pending Feature", 0}, {"8", "Support Request", 0}, {"9", "Documentation", 0},
	{"10", "Epic", 1}, {"11", "Story", 0}, {"12", "Technical task", -1},
}

func (l *loader) vocabulary() {
	l.site.Statuses, l.site.IssueTypes = recordedStatuses, recordedTypes
	l.site.Priorities = []Named{{"1", "Blocker"}, {"2", "Critical"}, {"3", "Major"}, {"4", "Minor"}, {"5", "Trivial"}}
	l.site.Resolutions = []Named{{"1", "Fixed"}, {"2", "Won't Fix"}, {"3", "Duplicate"}, {"4", "Incomplete"},
		{"5", "Cannot Reproduce"}, {"6", "Ready for Test"}, {"7", "Answered"}}
	l.types = map[string]string{}
	for _, t := range recordedTypes {
		l.types[t.Name] = t.ID
	}
}

// at shifts an instant of the file.
func (l *loader) at(s stamp) time.Time { return time.Time(s).Add(l.shift).UTC() }

// day shifts a plain date; "" stays "".
func (l *loader) day(date string) string {
	d, err := time.Parse(DateLayout, date)
	if err != nil {
		return ""
	}
	return d.Add(l.shift).Format(DateLayout)
}

// issue turns a record into events: its changes, and the values before the
// first one, found by undoing all changes from the last values.
func (l *loader) issue(r *recordedIssue) {
	id, _ := strconv.ParseInt(r.ID, 10, 64)
	i := &Issue{ID: id, Created: l.at(r.Created), First: l.final(r)}
	for _, h := range r.Histories {
		c := Change{ID: h.ID, At: l.at(h.At)}
		if h.Author != nil {
			c.By = fmt.Sprintf("sbx:%d", *h.Author)
		}
		for _, raw := range h.Items {
			if it, ok := l.item(raw); ok {
				c.Items = append(c.Items, it)
			}
		}
		l.history = max(l.history, h.ID)
		if len(c.Items) > 0 {
			i.Changes = append(i.Changes, c)
		}
	}
	slices.SortStableFunc(i.Changes, func(a, b Change) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	i.undo()
	if i.First.Resolution != "" && r.Resolved != nil {
		i.FirstSolved = l.at(*r.Resolved)
	}
	l.byKey[r.Key] = i
	l.site.Issues = append(l.site.Issues, i)
}

// undo takes all changes back, the last first, from the values in First.
func (i *Issue) undo() {
	for _, c := range slices.Backward(i.Changes) {
		for _, it := range slices.Backward(c.Items) {
			i.First.apply(it.reversed())
		}
	}
}

// final are the values at the end of the file, but for the parent, whose issue
// may not have been read yet.
func (l *loader) final(r *recordedIssue) Fields {
	f := Fields{
		ProjectID: "10001", Key: r.Key, Type: l.types[r.Type], Status: r.Status[0],
		Priority: idOf(l.site.Priorities, r.Priority), Resolution: idOf(l.site.Resolutions, str(r.Resolution)),
		Points: r.Points, FixVersions: r.Fix, Versions: r.Affects, Due: l.day(str(r.Due)),
	}
	f.Summary = invented(r.Type, r.ID)
	for _, k := range r.Links {
		f.Links = append(f.Links, Link{Type: k[0], Inward: k[1] == "i", Key: k[2]})
	}
	return f
}

// invented is a title: the file has none.
func invented(typ, id string) string {
	list := append(slices.Clone(opsWork), payWork...)
	if typ == "Bug" {
		list = append(slices.Clone(payBugs), opsBugs...)
	}
	n, _ := strconv.Atoi(id)
	return list[n*7%len(list)]
}

func idOf(list []Named, name string) string {
	for _, n := range list {
		if n.Name == name {
			return n.ID
		}
	}
	return ""
}

// fieldIDs are the ids of the recorded fields; those named differently today
// and those without one are handled by item.
var fieldIDs = map[string]string{
	"status": "status", "resolution": "resolution", "issuetype": "issuetype", "priority": "priority",
	"duedate": "duedate", "Fix Version": "fixVersions", "Link": "issuelinks", "Story Points": FieldPoints,
	"Project": "project", "Key": "",
}

// item brings a recorded change into today's form. The few recorded sprints
// are left out, for sprints cut over the whole history take their place.
func (l *loader) item(raw [5]*string) (Item, bool) {
	it := Item{Field: str(raw[0]), From: raw[1], FromText: raw[2], To: raw[3], ToText: raw[4]}
	switch it.Field {
	case "Sprint":
		return it, false
	case "type":
		it.Field = "issuetype"
	case "duedate":
		it.From, it.FromText = l.dueDate(it.FromText)
		it.To, it.ToText = l.dueDate(it.ToText)
	case "Project":
		it.From = otherProject(it.From)
		it.To = new("10001")
	}
	it.FieldID = fieldIDs[it.Field]
	return it, true
}

// otherProject keeps a recorded project id apart from the site's own.
func otherProject(id *string) *string { return new("9" + str(id)) }

func (l *loader) dueDate(text *string) (date, clock *string) {
	day, _, _ := strings.Cut(str(text), " ")
	if day = l.day(day); day == "" {
		return nil, nil
	}
	return &day, new(day + " 00:00:00.0")
}

func (l *loader) estimates() bool {
	return slices.ContainsFunc(l.rec.Issues, func(r recordedIssue) bool { return r.Points != nil })
}
