package jira

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
)

// Project is a Jira project. Style is "classic" (company-managed) or
// "next-gen" (team-managed).
type Project struct {
	ID    int64
	Key   string
	Name  string
	Style string
	Types []IssueType // only where one project was asked for
}

// IssueType is a type of issue. Names are in the language of the token's owner;
// Level is -1 for a subtask, 0 for an ordinary issue, 1 for an epic.
type IssueType struct {
	ID      string
	Name    string
	Level   int
	Subtask bool
}

// Status is a status of a project's workflows.
type Status struct {
	ID       string
	Name     string
	Category string // "new", "indeterminate", "done" or "undefined"
}

type rawStatus struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Category struct {
		Key string `json:"key"`
	} `json:"statusCategory"`
}

func (s rawStatus) status() Status {
	return Status{ID: s.ID, Name: s.Name, Category: s.Category.Key}
}

type rawProject struct {
	ID    number `json:"id"`
	Key   string `json:"key"`
	Name  string `json:"name"`
	Style string `json:"style"`
	Types []struct {
		rawType
		Name string `json:"name"`
	} `json:"issueTypes"`
}

func (r rawProject) project() Project {
	p := Project{ID: int64(r.ID), Key: r.Key, Name: r.Name, Style: r.Style}
	for _, t := range r.Types {
		p.Types = append(p.Types, IssueType{ID: t.ID, Name: t.Name, Level: t.level(), Subtask: t.Subtask})
	}
	return p
}

// Projects lists up to 100 projects that the token may browse, by key. A query
// that is not empty keeps those whose key or name contains it.
func (c *Client) Projects(ctx context.Context, query string) ([]Project, error) {
	ask := url.Values{"maxResults": {"100"}, "orderBy": {"key"}, "action": {"browse"}}
	if query != "" {
		ask.Set("query", query)
	}
	var page struct {
		Values []rawProject `json:"values"`
	}
	if err := c.get(ctx, "rest/api/3/project/search", ask, &page); err != nil {
		return nil, err
	}
	list := make([]Project, 0, len(page.Values))
	for _, raw := range page.Values {
		list = append(list, raw.project())
	}
	return list, nil
}

// Project reads one project with its issue types, by key or id. ErrNotFound
// also means that the token may not see it.
func (c *Client) Project(ctx context.Context, key string) (Project, error) {
	if !projectPattern.MatchString(key) {
		return Project{}, fmt.Errorf("jira: project key: %w", ErrNotFound)
	}
	var raw rawProject
	if err := c.get(ctx, "rest/api/3/project/"+key, nil, &raw); err != nil {
		return Project{}, err
	}
	return raw.project(), nil
}

// Statuses lists the statuses of all issue types of a project, each once: first
// those still to do, then in progress, then done, otherwise in Jira's order.
func (c *Client) Statuses(ctx context.Context, projectID int64) ([]Status, error) {
	var types []struct {
		Statuses []rawStatus `json:"statuses"`
	}
	if err := c.get(ctx, projectPath(projectID, "statuses"), nil, &types); err != nil {
		return nil, err
	}
	var list []Status
	seen := map[string]bool{}
	for _, t := range types {
		for _, s := range t.Statuses {
			if !seen[s.ID] {
				seen[s.ID] = true
				list = append(list, s.status())
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Status) int { return cmp.Compare(a.rank(), b.rank()) })
	return list, nil
}

// SiteStatuses lists the statuses of all the site's projects, those that no
// workflow uses any more included.
func (c *Client) SiteStatuses(ctx context.Context) ([]Status, error) {
	var raw []rawStatus
	if err := c.get(ctx, "rest/api/3/status", nil, &raw); err != nil {
		return nil, err
	}
	list := make([]Status, 0, len(raw))
	for _, s := range raw {
		list = append(list, s.status())
	}
	return list, nil
}

func (s Status) rank() int {
	return slices.Index([]string{"new", "indeterminate", "done"}, s.Category)
}

func projectPath(id int64, part string) string {
	return "rest/api/3/project/" + strconv.FormatInt(id, 10) + "/" + part
}
