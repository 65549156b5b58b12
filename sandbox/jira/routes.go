package jira

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// route is a call that only reads.
type route struct {
	pattern string
	answer  func(*call) (any, error)
	query   string // names of the parameters that the path has
}

// readOnly are the paths of Atlassian's OpenAPI files that a reader of
// delivery data needs. Everything else is refused.
var readOnly = []route{
	{"GET /rest/api/3/search/jql", getSearch, "jql nextPageToken maxResults fields expand properties fieldsByKeys failFast reconcileIssues"},
	{"POST /rest/api/3/search/jql", postSearch, ""},
	{"POST /rest/api/3/search/approximate-count", approximateCount, ""},
	{"POST /rest/api/3/changelog/bulkfetch", bulkChangelog, ""},
	{"POST /rest/api/3/issue/bulkfetch", bulkIssues, ""},
	{"GET /rest/api/3/issue/{issue}/changelog", issueChangelog, "startAt maxResults"},
	{"GET /rest/api/3/myself", myself, "expand"},
	{"GET /rest/api/3/serverInfo", serverInfo, ""},
	{"GET /rest/api/3/project/search", searchProjects, "startAt maxResults orderBy id keys query typeKey categoryId action expand status properties propertyQuery"},
	{"GET /rest/api/3/project/{project}", getProject, "expand properties"},
	{"GET /rest/api/3/project/{project}/versions", listVersions, "expand"},
	{"GET /rest/api/3/project/{project}/version", pageVersions, "startAt maxResults orderBy query status expand"},
	{"GET /rest/api/3/project/{project}/statuses", projectStatuses, ""},
	{"GET /rest/api/3/user/viewissue/search", viewIssueSearch, "query username accountId issueKey projectKey startAt maxResults"},
	{"GET /rest/api/3/user/search", searchUsers, "query username accountId startAt maxResults property"},
	{"GET /rest/api/3/user", getUser, "accountId username key expand"},
	{"GET /rest/api/3/user/permission/search", permissionSearch, "query username accountId permissions issueKey projectKey startAt maxResults"},
	{"POST /rest/api/3/permissions/check", checkPermissions, ""},
	{"POST /rest/api/3/permissions/project", permittedProjects, ""},
	{"GET /rest/api/3/mypermissions", myPermissions, "projectKey projectId issueKey issueId permissions projectUuid projectConfigurationUuid commentId"},
	{"GET /rest/api/3/field", listFields, ""},
	{"GET /rest/api/3/status", listStatuses, ""},
	{"GET /rest/api/3/statuscategory", listCategories, ""},
	{"GET /rest/agile/1.0/board", listBoards, "startAt maxResults type name projectKeyOrId accountIdLocation projectLocation includePrivate negateLocationFiltering orderBy expand projectTypeLocation filterId"},
	{"GET /rest/agile/1.0/board/{board}", getBoard, ""},
	{"GET /rest/agile/1.0/board/{board}/configuration", boardConfiguration, ""},
	{"GET /rest/agile/1.0/board/{board}/sprint", boardSprints, "startAt maxResults state"},
	{"GET /rest/agile/1.0/board/{board}/epic", boardEpics, "startAt maxResults done"},
	{"GET /rest/agile/1.0/board/{board}/version", boardVersions, "startAt maxResults released"},
	{"GET /rest/agile/1.0/sprint/{sprint}", getSprint, ""},
	{"GET /rest/agile/1.0/sprint/{sprint}/issue", sprintIssues, "startAt maxResults jql validateQuery fields expand"},
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range readOnly {
		mux.HandleFunc(r.pattern, s.endpoint(r.answer))
	}
	for _, version := range []string{"2", "3", "latest"} {
		for _, path := range removedPaths {
			mux.HandleFunc("/rest/api/"+version+path, s.endpoint(func(*call) (any, error) { return nil, removed() }))
		}
	}
	return mux
}

// removedPaths are those that Jira Cloud took away, whatever the method.
var removedPaths = []string{"/search", "/search/id", "/expression/eval"}

func removed() *failure {
	return fail(http.StatusGone, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "+
		"A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046")
}

// checkQuery records parameters that the path does not have: Jira passes over
// them silently, and so hides a mistake.
func (s *Server) checkQuery(c *call, pattern string) {
	i := slices.IndexFunc(readOnly, func(r route) bool { return r.pattern == pattern })
	if i < 0 {
		return // removed
	}
	known := strings.Fields(readOnly[i].query)
	for name := range c.r.URL.Query() {
		if !slices.Contains(known, name) {
			s.violation(c.r, fmt.Sprintf("unknown query parameter %q", name))
		}
	}
}
