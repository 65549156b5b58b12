package work_test

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"headway/sandbox/history"
)

// The generated site's ids.
var (
	statuses   = []string{"10000", "10005", "3", "10004", "10001", "10002"}
	issueTypes = []string{"10101", "10102", "10103", "10105", "10104"}
	priorities = []string{"1", "2", "3"}
	labels     = []string{"", "later", "regression", "later regression"}
	theProject = []string{"10001", "10002"}
)

const versionsEach = 9 // of a project: a release or so every two weeks

// chronicle draws a site's history change by change, as Jira would have recorded
// it. Everything happens at its own instant, so the sandbox shows each moment
// right, whichever order it is asked in.
type chronicle struct {
	t     *rapid.T
	site  *history.Site
	now   time.Time
	state map[int64]*history.Fields
	gone  map[int64]bool // deleted, or not to be touched
	step  int
}

// newChronicle is a site with two projects, their versions and one
// issue that nothing happens to.
func newChronicle(t *rapid.T, start time.Time) *chronicle {
	site := *demoSite()
	site.Issues, site.Projects = nil, nil
	for n, p := range demoSite().Projects {
		project := *p
		project.Versions = nil
		for v := range versionsEach {
			project.Versions = append(project.Versions, &history.Version{ID: strconv.Itoa(20000 + 100*n + v), Name: fmt.Sprint("v", v), Created: start.AddDate(-1, 0, 0)})
		}
		site.Projects = append(site.Projects, &project)
	}
	c := &chronicle{t: t, site: &site, now: start, state: map[int64]*history.Fields{}, gone: map[int64]bool{}}
	c.create("10001", "3") // and stays: an emptied project is another test's
	c.gone[c.site.Issues[0].ID] = true
	return c
}

// change draws the next change and lets it happen some time after the last one.
func (c *chronicle) change(pause time.Duration) {
	c.now = c.now.Add(pause).Truncate(time.Millisecond)
	c.step++
	kind := rapid.SampledFrom([]string{"create", "create", "move", "move", "move", "move", "project", "delete", "points", "type", "labels", "priority", "fix", "fix", "affects", "affects", "release", "release", "resolution"}).Draw(c.t, "kind")
	id, ok := c.any()
	switch {
	case kind == "create" || !ok:
		c.create(rapid.SampledFrom(theProject).Draw(c.t, "project"), rapid.SampledFrom(statuses).Draw(c.t, "status"))
	case kind == "release":
		c.release()
	case kind == "delete":
		c.gone[id] = true
		c.issue(id).Deleted = c.now
	default:
		c.edit(id, kind)
	}
}

// any draws an issue that is there.
func (c *chronicle) any() (int64, bool) {
	var there []int64
	for _, i := range c.site.Issues {
		if !c.gone[i.ID] {
			there = append(there, i.ID)
		}
	}
	if len(there) == 0 {
		return 0, false
	}
	return rapid.SampledFrom(there).Draw(c.t, "issue"), true
}

func (c *chronicle) issue(id int64) *history.Issue {
	return c.site.Issues[slices.IndexFunc(c.site.Issues, func(i *history.Issue) bool { return i.ID == id })]
}

func (c *chronicle) create(project, status string) {
	id := int64(50000 + c.step)
	first := history.Fields{
		ProjectID: project, Key: fmt.Sprintf("%s-%d", c.site.Project(project).Key, c.step), Summary: "synthetic",
		Type: rapid.SampledFrom(issueTypes).Draw(c.t, "type"), Priority: rapid.SampledFrom(priorities).Draw(c.t, "priority"),
		Status: status,
	}
	c.site.Issues = append(c.site.Issues, &history.Issue{ID: id, Created: c.now, First: first})
	c.state[id] = &first
}

// edit draws a change of one field and records it as Jira does.
func (c *chronicle) edit(id int64, kind string) {
	is := c.state[id]
	now := *is
	var items []history.Item
	switch kind {
	case "move":
		now.Status = rapid.SampledFrom(statuses).Draw(c.t, "status")
		items = append(items, byID("status", "status", is.Status, now.Status))
	case "project":
		now.ProjectID = theProject[1-slices.Index(theProject, is.ProjectID)]
		now.Key = fmt.Sprintf("%s-%d", c.site.Project(now.ProjectID).Key, c.step)
		items = append(items, byID("Project", "project", is.ProjectID, now.ProjectID), inWords("Key", "", is.Key, now.Key))
	case "points":
		points := float64(rapid.IntRange(1, 8).Draw(c.t, "points"))
		before := ""
		if is.Points != nil {
			before = fmt.Sprint(*is.Points)
		}
		now.Points = &points
		items = append(items, inWords("Story Points", history.FieldPoints, before, fmt.Sprint(points)))
	case "type":
		now.Type = rapid.SampledFrom(issueTypes).Draw(c.t, "type")
		items = append(items, byID("issuetype", "issuetype", is.Type, now.Type))
	case "priority":
		now.Priority = rapid.SampledFrom(priorities).Draw(c.t, "priority")
		items = append(items, byID("priority", "priority", is.Priority, now.Priority))
	case "resolution":
		now.Resolution = rapid.SampledFrom([]string{"", "10000", "10001"}).Draw(c.t, "resolution")
		items = append(items, byID("resolution", "resolution", is.Resolution, now.Resolution))
	case "labels":
		items = append(items, inWords("labels", "labels", "", rapid.SampledFrom(labels).Draw(c.t, "labels")))
	case "fix":
		items = append(items, byID("Fix Version", "fixVersions", "", c.version(is.ProjectID)))
	case "affects":
		items = append(items, byID("Version", "versions", "", c.version(is.ProjectID)))
	}
	*is = now
	i := c.issue(id)
	i.Changes = append(i.Changes, history.Change{ID: int64(900_000 + c.step), At: c.now, By: "sbx:3", Items: items})
}

func (c *chronicle) version(project string) string {
	return rapid.SampledFrom(c.site.Project(project).Versions).Draw(c.t, "version").ID
}

// release releases a version today, or as of some days ago; Jira updates no issue
// for that.
func (c *chronicle) release() {
	p := c.site.Project(rapid.SampledFrom(theProject).Draw(c.t, "project"))
	v := rapid.SampledFrom(p.Versions).Draw(c.t, "version")
	if v.Released.IsZero() {
		v.Released = c.now
		v.ReleaseDate = c.now.In(berlin).AddDate(0, 0, -rapid.IntRange(0, 20).Draw(c.t, "days ago")).Format(history.DateLayout)
	}
}

func byID(field, id, from, to string) history.Item {
	return history.Item{Field: field, FieldID: id, From: &from, FromText: &from, To: &to, ToText: &to}
}

func inWords(field, id, from, to string) history.Item {
	return history.Item{Field: field, FieldID: id, FromText: &from, ToText: &to}
}
