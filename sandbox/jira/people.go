package jira

import (
	"net/http"
	"slices"
	"strings"

	"headway/sandbox/history"
)

type wireUser struct {
	Self        string            `json:"self"`
	AccountID   string            `json:"accountId"`
	AccountType string            `json:"accountType,omitempty"`
	Email       string            `json:"emailAddress,omitempty"`
	AvatarURLs  map[string]string `json:"avatarUrls"`
	DisplayName string            `json:"displayName"`
	Active      bool              `json:"active"`
	TimeZone    string            `json:"timeZone,omitempty"`
	Locale      string            `json:"locale,omitempty"`
}

func (s *Server) userOf(u history.User) wireUser {
	w := wireUser{Self: s.self("api/3/user?accountId=" + u.AccountID), AccountID: u.AccountID, AccountType: u.Type,
		Email: u.Email, AvatarURLs: s.avatars("user/" + u.AccountID), DisplayName: u.Name, Active: u.Active, TimeZone: u.Zone}
	if s.faults.on("hidden_emails") && u.AccountID != s.user.AccountID {
		w.Email, w.TimeZone = "", ""
	}
	return w
}

func myself(c *call) (any, error) {
	w := c.s.userOf(c.s.user)
	w.Locale = "en_US"
	if c.s.faults.on("localised") {
		w.Locale = "de_DE"
	}
	return w, nil
}

func getUser(c *call) (any, error) {
	u, ok := c.s.site.User(c.r.URL.Query().Get("accountId"))
	if !ok {
		return nil, fail(http.StatusNotFound, "Specified user does not exist or you do not have required permissions")
	}
	return c.s.userOf(u), nil
}

// finds tells whether the account's visible name or address has a word that
// starts with the query.
func (c *call) finds(u history.User, query string) bool {
	w := c.s.userOf(u)
	query = strings.ToLower(query)
	for _, word := range append(strings.Fields(w.DisplayName), w.DisplayName, w.Email) {
		if query != "" && strings.HasPrefix(strings.ToLower(word), query) {
			return true
		}
	}
	return false
}

// people are the active accounts that match accountId or query and pass.
func (c *call) people(pass func(history.User) bool) ([]wireUser, error) {
	q := c.r.URL.Query()
	account, query := q.Get("accountId"), q.Get("query")
	if account != "" && query != "" {
		return nil, badRequest("The parameters accountId and query exclude each other.")
	}
	list := []wireUser{}
	if c.anonymous || c.s.faults.on("no_browse_users") {
		return list, nil
	}
	for _, u := range c.s.site.Users {
		if u.Active && (u.AccountID == account || c.finds(u, query)) && pass(u) {
			list = append(list, c.s.userOf(u))
		}
	}
	from, to, _ := c.window(len(list), 50, 1000)
	return list[from:to], nil
}

func searchUsers(c *call) (any, error) {
	q := c.r.URL.Query()
	if q.Get("accountId") == "" && q.Get("query") == "" && q.Get("property") == "" {
		return nil, badRequest("A query, an accountId or a property has to be given.")
	}
	return c.people(func(history.User) bool { return true })
}

// viewIssueSearch finds who may browse a project or an issue.
func viewIssueSearch(c *call) (any, error) {
	p, err := c.projectAsked()
	if err != nil {
		return nil, err
	}
	return c.people(func(u history.User) bool { return mayBrowse(p, u.AccountID) })
}

// projectAsked is the project of projectKey or issueKey.
func (c *call) projectAsked() (*history.Project, error) {
	q := c.r.URL.Query()
	if key := q.Get("issueKey"); key != "" {
		st := c.issue(key)
		if st == nil {
			return nil, fail(http.StatusNotFound, "The issue no longer exists.")
		}
		return c.s.site.Project(st.ProjectID), nil
	}
	if q.Get("projectKey") == "" {
		return nil, badRequest("The parameter issueKey or projectKey is needed.")
	}
	return c.project(q.Get("projectKey"))
}

// admin tells whether the token's account administers Jira: only by a knob.
func (c *call) admin() bool { return c.s.faults.on("admin") }

func permissionSearch(c *call) (any, error) {
	if !c.admin() {
		return nil, fail(http.StatusForbidden, "You do not have permission to search for users with permissions.")
	}
	p, err := c.projectAsked()
	if err != nil {
		return nil, err
	}
	return c.people(func(u history.User) bool { return mayBrowse(p, u.AccountID) })
}

type permissionQuery struct {
	Permissions []string `json:"permissions"`
	Projects    []int64  `json:"projects"`
	Issues      []int64  `json:"issues"`
}

type permissionGrant struct {
	Permission string  `json:"permission"`
	Issues     []int64 `json:"issues"`
	Projects   []int64 `json:"projects"`
}

func checkPermissions(c *call) (any, error) {
	var body struct {
		AccountID string            `json:"accountId"`
		Global    []string          `json:"globalPermissions"`
		Project   []permissionQuery `json:"projectPermissions"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if body.AccountID != "" && body.AccountID != c.s.user.AccountID && !c.admin() {
		return nil, fail(http.StatusForbidden, "You do not have permission to check the permissions of another user.")
	}
	account := body.AccountID
	if account == "" && !c.anonymous {
		account = c.s.user.AccountID
	}
	grants := []permissionGrant{}
	for _, q := range body.Project {
		for _, permission := range q.Permissions {
			grants = append(grants, c.grant(account, permission, q))
		}
	}
	return map[string]any{"globalPermissions": []string{}, "projectPermissions": grants}, nil
}

// grant lists which of the asked projects and issues the account may browse;
// nobody holds another permission.
func (c *call) grant(account, permission string, q permissionQuery) permissionGrant {
	g := permissionGrant{Permission: permission, Issues: []int64{}, Projects: []int64{}}
	if permission != "BROWSE_PROJECTS" {
		return g
	}
	for _, p := range c.s.site.Projects {
		if id := atoi(p.ID); slices.Contains(q.Projects, id) && mayBrowse(p, account) && c.browses(p) {
			g.Projects = append(g.Projects, id)
		}
	}
	for _, id := range q.Issues {
		if st := c.issues().ID(id); c.visible(st) && mayBrowse(c.s.site.Project(st.ProjectID), account) {
			g.Issues = append(g.Issues, id)
		}
	}
	return g
}

func permittedProjects(c *call) (any, error) {
	var body struct {
		Permissions []string `json:"permissions"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	list := []map[string]any{}
	for _, p := range c.s.site.Projects {
		if c.browses(p) && !slices.ContainsFunc(body.Permissions, func(s string) bool { return s != "BROWSE_PROJECTS" }) {
			list = append(list, map[string]any{"id": atoi(p.ID), "key": p.Key})
		}
	}
	return map[string]any{"projects": list}, nil
}

// knownPermissions are those that mypermissions answers, with their kind.
var knownPermissions = map[string]string{
	"BROWSE_PROJECTS": "PROJECT", "ADMINISTER_PROJECTS": "PROJECT", "EDIT_ISSUES": "PROJECT", "VIEW_DEV_TOOLS": "PROJECT",
	"ADMINISTER": "GLOBAL", "USER_PICKER": "GLOBAL",
}

func myPermissions(c *call) (any, error) {
	q := c.r.URL.Query()
	asked := q.Get("permissions")
	if asked == "" {
		return nil, badRequest("The 'permissions' query parameter is required.")
	}
	idOrKey := q.Get("projectKey") + q.Get("projectId")
	var project *history.Project
	if idOrKey != "" {
		var err error
		if project, err = c.project(idOrKey); err != nil {
			return nil, err
		}
	}
	out := map[string]any{}
	for name := range strings.SplitSeq(asked, ",") {
		kind := knownPermissions[name]
		if kind == "" {
			return nil, badRequest("The permission '" + name + "' does not exist.")
		}
		out[name] = map[string]any{"id": name, "key": name, "name": name, "type": kind, "description": "",
			"havePermission": c.holds(name, project)}
	}
	return map[string]any{"permissions": out}, nil
}

// holds tells whether the token's account has the permission, without a
// project in any of them.
func (c *call) holds(permission string, p *history.Project) bool {
	switch permission {
	case "ADMINISTER", "ADMINISTER_PROJECTS":
		return c.admin()
	case "USER_PICKER":
		return !c.anonymous && !c.s.faults.on("no_browse_users")
	case "BROWSE_PROJECTS":
		return p != nil && c.browses(p) || p == nil && slices.ContainsFunc(c.s.site.Projects, c.browses)
	}
	return false
}
