package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// The calls below prove single rights; they read as little as Jira allows.

// NewestIssue searches for the id of the issue that was updated last, 0 where
// the project has none.
func (c *Client) NewestIssue(ctx context.Context, projectID int64) (int64, error) {
	q := Query{ProjectID: projectID}
	if err := q.valid(); err != nil {
		return 0, err
	}
	var answer struct {
		Issues []struct {
			ID number `json:"id"`
		} `json:"issues"`
	}
	body := search{JQL: q.jql() + " ORDER BY updated DESC", Fields: []string{"id"}, MaxResults: 1}
	if err := c.ask(ctx, http.MethodPost, searchPath, body, &answer); err != nil || len(answer.Issues) == 0 {
		return 0, err
	}
	return int64(answer.Issues[0].ID), nil
}

// ReadsChanges asks for one change of an issue.
func (c *Client) ReadsChanges(ctx context.Context, issueID int64) error {
	id := strconv.FormatInt(issueID, 10)
	var answer struct {
		Logs []struct {
			Issue number `json:"issueId"`
		} `json:"issueChangeLogs"`
	}
	return c.ask(ctx, http.MethodPost, changelogPath, changelogQuery{Issues: []string{id}, Fields: []string{"status"}, MaxResults: 1}, &answer)
}

// ReadsBoardSettings says whether the token may read a board's configuration,
// which takes a scope that few tokens have and that nothing depends on.
func (c *Client) ReadsBoardSettings(ctx context.Context, board int64) (bool, error) {
	var answer struct {
		ID number `json:"id"`
	}
	err := c.get(ctx, fmt.Sprintf("rest/agile/1.0/board/%d/configuration", board), nil, &answer)
	if errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}
