package jira

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"headway/sandbox/history"
)

type wireProject struct {
	Expand     string            `json:"expand,omitempty"`
	Self       string            `json:"self"`
	ID         string            `json:"id"`
	Key        string            `json:"key"`
	Name       string            `json:"name"`
	AvatarURLs map[string]string `json:"avatarUrls,omitempty"`
	TypeKey    string            `json:"projectTypeKey"`
	Simplified bool              `json:"simplified"`
	Style      string            `json:"style,omitempty"`
	IsPrivate  *bool             `json:"isPrivate,omitempty"`
	Lead       *wireUser         `json:"lead,omitempty"`
	IssueTypes []wireType        `json:"issueTypes,omitempty"`
	Versions   []wireVersion     `json:"versions,omitempty"`
}

// projectBrief is the project as issues and lists show it.
func (s *Server) projectBrief(p *history.Project) *wireProject {
	if p == nil {
		return nil
	}
	return &wireProject{Self: s.self("api/3/project/" + p.ID), ID: p.ID, Key: p.Key, Name: p.Name,
		AvatarURLs: s.avatars("projectavatar/" + p.ID), TypeKey: "software", Simplified: s.faults.on("team_managed")}
}

func (s *Server) projectFull(p *history.Project) *wireProject {
	w := s.projectBrief(p)
	w.Style, w.IsPrivate = "classic", new(false)
	if w.Simplified {
		w.Style = "next-gen"
	}
	return w
}

func (s *Server) avatars(path string) map[string]string {
	urls := map[string]string{}
	for _, size := range []string{"16x16", "24x24", "32x32", "48x48"} {
		urls[size] = s.self("api/3/universal_avatar/" + path + "?size=" + size)
	}
	return urls
}

// project finds the project of the path; 404 also if it may not be seen.
func (c *call) project(idOrKey string) (*history.Project, error) {
	p := c.s.site.Project(idOrKey)
	if p == nil {
		p = c.s.site.Project(strings.ToUpper(idOrKey))
	}
	if !c.browses(p) {
		return nil, fail(http.StatusNotFound, "No project could be found with key '"+idOrKey+"'.")
	}
	return p, nil
}

func getProject(c *call) (any, error) {
	p, err := c.project(c.r.PathValue("project"))
	if err != nil {
		return nil, err
	}
	w := c.s.projectFull(p)
	w.Expand = "description,lead,issueTypes,url,projectKeys,permissions,insight"
	if lead, ok := c.s.site.User(p.Lead); ok {
		w.Lead = new(c.s.userOf(lead))
	}
	for _, id := range p.TypeIDs {
		w.IssueTypes = append(w.IssueTypes, c.s.issueType(id))
	}
	for _, v := range c.versions(p) {
		w.Versions = append(w.Versions, c.s.version(p, v, c.now))
	}
	return w, nil
}

type page[T any] struct {
	Self       string `json:"self"`
	NextPage   string `json:"nextPage,omitempty"`
	MaxResults int    `json:"maxResults"`
	StartAt    int    `json:"startAt"`
	Total      int    `json:"total"`
	IsLast     bool   `json:"isLast"`
	Values     []T    `json:"values"`
}

// pageOf cuts the asked page out of a list.
func pageOf[T any](c *call, list []T, usual, most int) page[T] {
	from, to, size := c.window(len(list), usual, most)
	return page[T]{Self: c.s.self(strings.TrimPrefix(c.r.URL.Path, "/rest/")), MaxResults: size, StartAt: from,
		Total: len(list), IsLast: to == len(list) && !c.endless(), Values: append([]T{}, list[from:to]...)}
}

func searchProjects(c *call) (any, error) {
	q := c.r.URL.Query()
	list := []*wireProject{}
	for _, p := range c.s.site.Projects {
		text := strings.ToLower(q.Get("query"))
		match := strings.Contains(strings.ToLower(p.Key+" "+p.Name), text)
		match = match && (len(q["keys"]) == 0 || slices.Contains(q["keys"], p.Key))
		match = match && (len(q["id"]) == 0 || slices.Contains(q["id"], p.ID))
		if match && c.browses(p) {
			w := c.s.projectFull(p)
			if strings.Contains(q.Get("expand"), "issueTypes") {
				for _, id := range p.TypeIDs {
					w.IssueTypes = append(w.IssueTypes, c.s.issueType(id))
				}
			}
			list = append(list, w)
		}
	}
	slices.SortFunc(list, func(a, b *wireProject) int { return cmp.Compare(a.Key, b.Key) })
	return pageOf(c, list, 50, 100), nil
}

type wireVersion struct {
	Self        string `json:"self"`
	ID          string `json:"id"`
	Description string `json:"description,omitempty"`
	Name        string `json:"name"`
	Archived    bool   `json:"archived"`
	Released    bool   `json:"released"`
	ReleaseDate string `json:"releaseDate,omitempty"`
	Overdue     *bool  `json:"overdue,omitempty"`
	UserDate    string `json:"userReleaseDate,omitempty"`
	ProjectID   int64  `json:"projectId,omitempty"`
}

// versionBrief is a version as an issue shows it.
func (s *Server) versionBrief(v *history.Version, c *call) wireVersion {
	return wireVersion{Self: s.self("api/3/version/" + v.ID), ID: v.ID, Name: v.Name, Archived: v.ArchivedAt(c.now),
		Released: v.ReleasedAt(c.now), ReleaseDate: v.DateAt(c.now)}
}

func (s *Server) version(p *history.Project, v *history.Version, now time.Time) wireVersion {
	w := s.versionBrief(v, &call{now: now})
	if w.Released && s.faults.on("undated_releases") {
		w.ReleaseDate = ""
	}
	w.ProjectID = atoi(p.ID)
	if day, err := time.Parse(history.DateLayout, w.ReleaseDate); err == nil {
		w.UserDate = day.Format("02/Jan/06")
		if !w.Released {
			w.Overdue = new(w.ReleaseDate < now.In(s.zone).Format(history.DateLayout))
		}
	}
	return w
}

// versions are those that exist by now, in the order the project has them.
func (c *call) versions(p *history.Project) []*history.Version {
	return slices.DeleteFunc(slices.Clone(p.Versions), func(v *history.Version) bool { return c.now.Before(v.Created) })
}

// version finds a version of any project by id; nil if it does not exist yet.
func (c *call) version(id string) *history.Version {
	for _, p := range c.s.site.Projects {
		for _, v := range p.Versions {
			if v.ID == id && !c.now.Before(v.Created) {
				return v
			}
		}
	}
	return nil
}

func listVersions(c *call) (any, error) {
	p, err := c.project(c.r.PathValue("project"))
	if err != nil {
		return nil, err
	}
	list := []wireVersion{}
	for _, v := range c.versions(p) {
		list = append(list, c.s.version(p, v, c.now))
	}
	return list, nil
}

func pageVersions(c *call) (any, error) {
	p, err := c.project(c.r.PathValue("project"))
	if err != nil {
		return nil, err
	}
	q := c.r.URL.Query()
	list := []wireVersion{}
	for _, v := range c.versions(p) {
		w := c.s.version(p, v, c.now)
		if hasStatus(q.Get("status"), w) && strings.Contains(strings.ToLower(w.Name), strings.ToLower(q.Get("query"))) {
			list = append(list, w)
		}
	}
	if err := sortVersions(list, q.Get("orderBy")); err != nil {
		return nil, err
	}
	return pageOf(c, list, 50, 1000), nil
}

// hasStatus tells whether the version is in the comma-separated list.
func hasStatus(list string, v wireVersion) bool {
	if list == "" {
		return true
	}
	for part := range strings.SplitSeq(list, ",") {
		if part == "released" && v.Released || part == "unreleased" && !v.Released || part == "archived" && v.Archived {
			return true
		}
	}
	return false
}

func sortVersions(list []wireVersion, by string) error {
	name, desc := strings.CutPrefix(strings.TrimPrefix(by, "+"), "-")
	key := func(v wireVersion) string { return "" }
	switch name {
	case "", "sequence":
	case "name":
		key = func(v wireVersion) string { return v.Name }
	case "releaseDate":
		key = func(v wireVersion) string { return v.ReleaseDate }
	default:
		return badRequest("The orderBy value '" + by + "' is not supported.")
	}
	slices.SortStableFunc(list, func(a, b wireVersion) int { return cmp.Compare(key(a), key(b)) })
	if desc {
		slices.Reverse(list)
	}
	return nil
}

func projectStatuses(c *call) (any, error) {
	p, err := c.project(c.r.PathValue("project"))
	if err != nil {
		return nil, err
	}
	type typeStatuses struct {
		Self     string       `json:"self"`
		ID       string       `json:"id"`
		Name     string       `json:"name"`
		Subtask  bool         `json:"subtask"`
		Statuses []wireStatus `json:"statuses"`
	}
	list := []typeStatuses{}
	for _, id := range p.TypeIDs {
		t := c.s.issueType(id)
		of := typeStatuses{Self: t.Self, ID: t.ID, Name: t.Name, Subtask: t.Subtask}
		for _, st := range p.StatusIDs {
			of.Statuses = append(of.Statuses, c.s.status(st))
		}
		list = append(list, of)
	}
	return list, nil
}

func serverInfo(c *call) (any, error) {
	scheme := "http://"
	return map[string]any{
		"baseUrl": scheme + c.r.Host, "displayUrl": scheme + c.r.Host, "version": "1001.0.0-SNAPSHOT",
		"versionNumbers": []int{1001, 0, 0}, "deploymentType": "Cloud", "buildNumber": 100290,
		"buildDate": c.s.stamp(c.s.site.Anchor), "serverTime": c.s.stamp(c.now), "scmInfo": "sandbox",
		"serverTitle": "Jira", "serverTimeZone": c.s.zone.String(),
	}, nil
}

func atoi(text string) int64 {
	n, _ := json.Number(text).Int64()
	return n
}
