package jira

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"time"

	"headway/metrics"
)

const (
	searchPath = "rest/api/3/search/jql"
	pageSize   = 500 // a wish: Jira gives fewer where many fields are asked
)

// Issues streams the issues of a query with their changes, oldest issue first,
// each once. Memory holds one page. An error is the last thing yielded; after
// any error the run must be thrown away, as figures made from part of the
// issues would be wrong. ErrIncomplete says that Jira's answers were not whole.
// The token is proved first, so that a run is never empty for want of a login.
func (c *Client) Issues(ctx context.Context, q Query) iter.Seq2[metrics.Issue, error] {
	return func(yield func(metrics.Issue, error) bool) {
		err := c.stream(ctx, q, func(i metrics.Issue) bool { return yield(i, nil) })
		if err != nil {
			yield(metrics.Issue{}, err)
		}
	}
}

func (c *Client) stream(ctx context.Context, q Query, yield func(metrics.Issue) bool) error {
	if err := q.valid(); err != nil {
		return err
	}
	if _, err := c.Check(ctx); err != nil {
		return err
	}
	ask := search{JQL: q.jql() + inOrder, Fields: q.names(), MaxResults: pageSize}
	seen, at, came := map[number]bool{}, tokens{}, shape{}
	for more := true; more; {
		ask.Token = at.now
		page, token, err := c.searchPage(ctx, q, ask)
		if err != nil {
			return err
		}
		if more, err = at.next(token, firstOf(page)); err != nil {
			return fmt.Errorf("jira: issues: %w", err)
		}
		came.page(len(page))
		page = unseen(page, seen)
		if err := c.readChanges(ctx, q, page); err != nil {
			return err
		}
		for _, raw := range page {
			came.changes += len(raw.changes)
			issue, err := raw.issue(q)
			if err != nil {
				return err
			}
			if !yield(issue) {
				return nil
			}
		}
	}
	c.log.InfoContext(ctx, "jira_issues_read", "project_id", q.ProjectID, "issues", len(seen), "changes", came.changes,
		"pages", came.pages, "largest_page", came.largest)
	return nil
}

// shape is how a list came. How Jira cuts its pages is told nowhere.
type shape struct{ pages, largest, changes int }

func (s *shape) page(issues int) { s.pages, s.largest = s.pages+1, max(s.largest, issues) }

// unseen drops what an earlier page had: an edit moves issues between pages.
func unseen(page []*rawIssue, seen map[number]bool) []*rawIssue {
	kept := page[:0]
	for _, raw := range page {
		if !seen[raw.ID] {
			seen[raw.ID] = true
			kept = append(kept, raw)
		}
	}
	return kept
}

// search is the body of search/jql; unknown names are refused there.
type search struct {
	JQL        string   `json:"jql"`
	Fields     []string `json:"fields"`
	MaxResults int      `json:"maxResults"`
	Token      string   `json:"nextPageToken,omitempty"`
}

func (c *Client) searchPage(ctx context.Context, q Query, ask search) (page []*rawIssue, token string, err error) {
	token, err = c.page(ctx, searchPath, ask, "issues", func(s *scanner) error {
		raw := &rawIssue{}
		page = append(page, raw)
		return s.issue(raw, q)
	})
	return page, token, err
}

// firstOf names what a page begins with, "" for an empty one.
func firstOf(page []*rawIssue) string {
	if len(page) == 0 {
		return ""
	}
	return page[0].ID.String()
}

// page asks for a page of a long list and hands out its elements one by one.
func (c *Client) page(ctx context.Context, path string, body any, list string, each func(*scanner) error) (token string, err error) {
	api, err := c.api(ctx)
	if err != nil {
		return "", err
	}
	answer, err := c.open(ctx, api, http.MethodPost, path, body)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Close() }()
	token, err = page(answer, list, each)
	if err != nil {
		return "", unreadable(ctx, operation(http.MethodPost, path), err)
	}
	return token, nil
}

// Count asks about how many issues a query has; Jira calls it approximate.
func (c *Client) Count(ctx context.Context, q Query) (int, error) {
	if err := q.valid(); err != nil {
		return 0, err
	}
	var answer struct {
		Count int `json:"count"`
	}
	body := map[string]string{"jql": q.jql()}
	err := c.ask(ctx, http.MethodPost, "rest/api/3/search/approximate-count", body, &answer)
	return answer.Count, err
}

// Changed says whether any issue of the project was updated at or after since.
// Jira's index lags by seconds to minutes: pass a moment at least 10 minutes
// before the last reading.
func (c *Client) Changed(ctx context.Context, projectID int64, since time.Time) (bool, error) {
	q := Query{ProjectID: projectID, UpdatedSince: since}
	if err := q.valid(); err != nil {
		return false, err
	}
	page, _, err := c.searchPage(ctx, q, search{JQL: q.jql() + inOrder, Fields: []string{"id"}, MaxResults: 1})
	return len(page) > 0, err
}

// InProgressOf returns the keys of at most 10 issues that an account has in
// progress in a project, the latest updated first. Nothing else of them is read.
func (c *Client) InProgressOf(ctx context.Context, accountID string, projectID int64) ([]string, error) {
	page, err := c.inProgressOf(ctx, accountID, Query{ProjectID: projectID}, []string{"id"}, 10)
	keys := make([]string, 0, len(page))
	for _, raw := range page {
		keys = append(keys, raw.Key)
	}
	return keys, err
}

// mineAtOnce is how many of a person's issues in progress are looked at.
const mineAtOnce = 30

// InProgressIssues returns up to 30 issues that an account has in progress in the
// query's project, with their changes, the latest updated first. The assignee is
// asked for, never read.
func (c *Client) InProgressIssues(ctx context.Context, accountID string, q Query) ([]metrics.Issue, error) {
	page, err := c.inProgressOf(ctx, accountID, q, q.names(), mineAtOnce)
	if err != nil {
		return nil, err
	}
	if err := c.readChanges(ctx, q, page); err != nil {
		return nil, err
	}
	issues := make([]metrics.Issue, 0, len(page))
	for _, raw := range page {
		issue, err := raw.issue(q)
		if err != nil {
			return nil, err
		}
		issues = append(issues, issue)
	}
	return issues, nil
}

func (c *Client) inProgressOf(ctx context.Context, accountID string, q Query, fields []string, n int) ([]*rawIssue, error) {
	if err := q.valid(); err != nil {
		return nil, err
	}
	if !accountPattern.MatchString(accountID) {
		return nil, fmt.Errorf("jira: account: %w", ErrNotFound)
	}
	jql := fmt.Sprintf(`%s AND %s AND assignee = "%s" ORDER BY updated DESC`, JQLProject(q.ProjectID), inProgress, accountID)
	page, _, err := c.searchPage(ctx, q, search{JQL: jql, Fields: fields, MaxResults: n})
	return page, err
}
