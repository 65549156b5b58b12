package jira

import (
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"headway/sandbox/history"
)

//go:embed pages/*.html
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"browse": func(key string) string { return "/browse/" + url.PathEscape(key) },
	"query":  func(jql string) string { return "/issues/?jql=" + url.QueryEscape(jql) },
}).ParseFS(pageFiles, "pages/*.html"))

// maxRows is how many issues a list shows.
const maxRows = 200

// page serves what a person sees in the browser: an issue, or the answer to a
// query. Nobody has to sign in, and nothing can be changed.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.violation(r, "a write to Jira")
		http.Error(w, "These pages are read-only.", http.StatusMethodNotAllowed)
		return
	}
	c := &call{s: s, r: r, now: s.cfg.Now()}
	switch key, isIssue := strings.CutPrefix(r.URL.Path, "/browse/"); {
	case isIssue && s.site.Project(key) != nil:
		http.Redirect(w, r, "/issues/?jql="+url.QueryEscape("project = "+key+" ORDER BY created DESC"), http.StatusFound)
	case isIssue:
		s.issuePage(w, c, key)
	case r.URL.Path == "/issues/" || r.URL.Path == "/issues":
		s.listPage(w, c, r.URL.Query().Get("jql"))
	case r.URL.Path == "/":
		s.listPage(w, c, "statusCategory = indeterminate ORDER BY updated DESC")
	default:
		s.show(w, http.StatusNotFound, "missing.html", pageData{Title: "Not found", Site: s.site, Text: "There is no such page."})
	}
}

type pageData struct {
	Title string
	Site  *history.Site
	Text  string // an error
	JQL   string
	Total int
	Rows  []row
	Issue *issueView
}

// row is an issue in a list.
type row struct {
	Key, Summary, Type, Status, Category, Priority, Assignee, Updated string
	Flagged                                                           bool
}

type issueView struct {
	row
	Facts   []fact
	Parent  *row
	Below   []row
	Links   []linked
	Changes []changeView
}

type (
	fact   struct{ Name, Value string }
	linked struct {
		Phrase string
		row
	}
	changeView struct {
		At, By string
		Items  []itemView
	}
	itemView struct{ Field, From, To string }
)

func (s *Server) show(w http.ResponseWriter, status int, name string, data pageData) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")
	w.WriteHeader(status)
	if err := pages.ExecuteTemplate(w, name, data); err != nil {
		s.cfg.Log.Error("page cannot be shown", "page", name, "error", err)
	}
}

func (s *Server) listPage(w http.ResponseWriter, c *call, jql string) {
	data := pageData{Title: "Issues", Site: s.site, JQL: jql}
	found, err := c.find(jql)
	if err != nil {
		data.Text = err.Error()
	}
	data.Total = len(found)
	for _, st := range found[:min(len(found), maxRows)] {
		data.Rows = append(data.Rows, c.row(st))
	}
	s.show(w, http.StatusOK, "list.html", data)
}

func (s *Server) issuePage(w http.ResponseWriter, c *call, key string) {
	st := c.issue(key)
	if st == nil {
		s.show(w, http.StatusNotFound, "missing.html", pageData{Title: key, Site: s.site,
			Text: "This issue does not exist, or you may not see it."})
		return
	}
	s.show(w, http.StatusOK, "issue.html", pageData{Title: st.Key + " " + st.Summary, Site: s.site, Issue: c.view(st)})
}

func (c *call) row(st *history.State) row {
	status := c.s.site.Status(st.Status)
	user, _ := c.s.site.User(st.Assignee)
	return row{Key: st.Key, Summary: st.Summary, Type: c.s.name(c.s.site.IssueType(st.Type).Name), Status: c.s.name(status.Name),
		Category: status.Category, Priority: c.s.name(history.NameOf(c.s.site.Priorities, st.Priority)), Assignee: user.Name,
		Updated: st.Updated.In(c.s.people).Format("2 Jan 2006 15:04"), Flagged: st.Flagged}
}

// view is everything the page of an issue shows.
func (c *call) view(st *history.State) *issueView {
	v := &issueView{row: c.row(st), Facts: c.facts(st)}
	if p := c.issues().ID(st.ParentID); st.ParentID != 0 && c.visible(p) {
		v.Parent = new(c.row(p))
	}
	for _, other := range c.issues().Issues {
		if other.ParentID == st.ID && c.visible(other) {
			v.Below = append(v.Below, c.row(other))
		}
	}
	for _, l := range st.Links {
		i := slices.IndexFunc(history.LinkTypes, func(t history.LinkType) bool { return t.Name == l.Type })
		if other := c.issues().Key(l.Key); i >= 0 && c.visible(other) {
			phrase := history.LinkTypes[i].Outward
			if l.Inward {
				phrase = history.LinkTypes[i].Inward
			}
			v.Links = append(v.Links, linked{phrase, c.row(other)})
		}
	}
	for _, h := range slices.Backward(st.History()) {
		v.Changes = append(v.Changes, c.changeView(h))
	}
	return v
}

func (c *call) changeView(h history.Change) changeView {
	user, _ := c.s.site.User(h.By)
	v := changeView{At: h.At.In(c.s.people).Format("Mon 2 Jan 2006 15:04"), By: user.Name}
	for _, it := range h.Items {
		w := c.item(it)
		one := itemView{Field: it.Field}
		if w.FromText != nil {
			one.From = *w.FromText
		}
		if w.ToText != nil {
			one.To = *w.ToText
		}
		v.Items = append(v.Items, one)
	}
	return v
}

func (c *call) facts(st *history.State) []fact {
	var list []fact
	add := func(name, value string) {
		if value != "" {
			list = append(list, fact{name, value})
		}
	}
	add("Type", c.s.name(c.s.site.IssueType(st.Type).Name))
	add("Priority", c.s.name(history.NameOf(c.s.site.Priorities, st.Priority)))
	add("Assignee", c.row(st).Assignee)
	add("Resolution", c.s.name(history.NameOf(c.s.site.Resolutions, st.Resolution)))
	if st.Points != nil {
		add("Story points", strconv.FormatFloat(*st.Points, 'f', -1, 64))
	}
	add("Sprint", c.sprintNames(st.Sprints))
	add("Fix versions", c.versionNames(st.FixVersions))
	add("Affects versions", c.versionNames(st.Versions))
	add("Labels", strings.Join(st.Labels, ", "))
	add("Due", st.Due)
	add("Created", c.date(st.Created))
	add("Updated", c.date(st.Updated))
	add("Resolved", c.date(st.Resolved))
	return list
}

func (c *call) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(c.s.people).Format("2 Jan 2006 15:04 MST")
}

func (c *call) sprintNames(ids []int64) string {
	var names []string
	for _, id := range ids {
		if _, sp := c.s.site.Sprint(id); sp != nil && sp.State(c.now) != "" {
			names = append(names, sp.Name)
		}
	}
	return strings.Join(names, ", ")
}

func (c *call) versionNames(ids []string) string {
	var names []string
	for _, id := range ids {
		if v := c.version(id); v != nil {
			names = append(names, v.Name)
		}
	}
	return strings.Join(names, ", ")
}
