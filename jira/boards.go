package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	gojira "github.com/andygrunwald/go-jira"

	"headway/metrics"
)

// Board is an agile board. Type is "scrum", "kanban" or "simple"
// (team-managed); ask HasSprints for what it can do.
type Board struct {
	ID   int64
	Name string
	Type string
}

// Boards lists the boards that show issues of a project.
func (c *Client) Boards(ctx context.Context, projectID int64) ([]Board, error) {
	api, err := c.api(ctx)
	if err != nil {
		return nil, err
	}
	var list []Board
	err = offsets(func(start int) (int, bool, error) {
		page, resp, err := api.Board.GetAllBoardsWithContext(ctx, &gojira.BoardListOptions{
			ProjectKeyOrID: strconv.FormatInt(projectID, 10),
			SearchOptions:  gojira.SearchOptions{StartAt: start},
		})
		if err != nil {
			return 0, false, failure(ctx, "GET rest/agile/1.0/board", resp, err)
		}
		for _, b := range page.Values {
			list = append(list, Board{ID: int64(b.ID), Name: b.Name, Type: b.Type})
		}
		return len(page.Values), page.IsLast, nil
	})
	return list, err
}

// HasSprints asks the board itself: its type does not tell, as a team-managed
// board may have sprints or not.
func (c *Client) HasSprints(ctx context.Context, board int64) (bool, error) {
	_, err := c.sprintPage(ctx, board, gojira.SearchOptions{MaxResults: 1})
	if refused, ok := errors.AsType[*statusError](err); ok && refused.status == http.StatusBadRequest {
		return false, nil
	}
	return err == nil, err
}

// Sprints lists a board's own sprints; those of other boards that it shows too
// are left out. Future sprints may have no times.
func (c *Client) Sprints(ctx context.Context, board int64) ([]metrics.Sprint, error) {
	var list []metrics.Sprint
	err := offsets(func(start int) (int, bool, error) {
		page, err := c.sprintPage(ctx, board, gojira.SearchOptions{StartAt: start})
		if err != nil {
			return 0, false, err
		}
		for _, s := range page.Values {
			if int64(s.OriginBoardID) == board {
				list = append(list, sprint(s))
			}
		}
		return len(page.Values), page.IsLast, nil
	})
	return list, err
}

func (c *Client) sprintPage(ctx context.Context, board int64, page gojira.SearchOptions) (*gojira.SprintsList, error) {
	api, err := c.api(ctx)
	if err != nil {
		return nil, err
	}
	list, resp, err := api.Board.GetAllSprintsWithOptionsWithContext(ctx, int(board), &gojira.GetAllSprintsOptions{SearchOptions: page})
	if err != nil {
		return nil, failure(ctx, "GET rest/agile/1.0/board/{}/sprint", resp, err)
	}
	return list, nil
}

func sprint(s gojira.Sprint) metrics.Sprint {
	return metrics.Sprint{
		ID: int64(s.ID), Name: s.Name, State: s.State,
		Start: orZero(s.StartDate), End: orZero(s.EndDate), Done: orZero(s.CompleteDate),
	}
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// Estimation returns the field in which a Scrum board keeps estimates. It is
// false where the board estimates by count or not at all, and where the token
// may not read the board's configuration: that needs a scope few tokens have.
func (c *Client) Estimation(ctx context.Context, board int64) (Field, bool, error) {
	var configuration struct {
		Estimation struct {
			Type  string `json:"type"`
			Field struct {
				ID   string `json:"fieldId"`
				Name string `json:"displayName"`
			} `json:"field"`
		} `json:"estimation"`
	}
	err := c.get(ctx, fmt.Sprintf("rest/agile/1.0/board/%d/configuration", board), nil, &configuration)
	if refusesToken(err) {
		return Field{}, false, nil
	}
	if err != nil || configuration.Estimation.Type != "field" {
		return Field{}, false, err
	}
	field := configuration.Estimation.Field
	return Field{ID: field.ID, Name: field.Name}, field.ID != "", nil
}
