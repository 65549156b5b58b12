package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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
	var list []Board
	err := offsets(func(start int) (ids []int64, last bool, err error) {
		var page struct {
			Values []struct {
				ID   number `json:"id"`
				Name string `json:"name"`
				Type string `json:"type"`
			} `json:"values"`
			Last bool `json:"isLast"`
		}
		ask := url.Values{"projectKeyOrId": {strconv.FormatInt(projectID, 10)}, "startAt": {strconv.Itoa(start)}}
		if err := c.get(ctx, "rest/agile/1.0/board", ask, &page); err != nil {
			return nil, false, err
		}
		for _, b := range page.Values {
			ids = append(ids, int64(b.ID))
			list = append(list, Board{ID: int64(b.ID), Name: b.Name, Type: b.Type})
		}
		return ids, page.Last, nil
	})
	return list, err
}

// HasSprints asks the board itself: its type does not tell, as a team-managed
// board may have sprints or not.
func (c *Client) HasSprints(ctx context.Context, board int64) (bool, error) {
	_, err := c.sprintPage(ctx, board, url.Values{"maxResults": {"1"}})
	if refused, ok := errors.AsType[*statusError](err); ok && refused.status == http.StatusBadRequest {
		return false, nil
	}
	return err == nil, err
}

// Sprints lists a board's own sprints in any of these states, all without one;
// those of other boards that it shows too are left out. Future sprints may have
// no times.
func (c *Client) Sprints(ctx context.Context, board int64, states ...string) ([]metrics.Sprint, error) {
	var list []metrics.Sprint
	err := offsets(func(start int) (ids []int64, last bool, err error) {
		ask := url.Values{"startAt": {strconv.Itoa(start)}}
		if len(states) > 0 {
			ask.Set("state", strings.Join(states, ","))
		}
		page, err := c.sprintPage(ctx, board, ask)
		if err != nil {
			return nil, false, err
		}
		for _, s := range page.Values {
			ids = append(ids, int64(s.ID))
			if int64(s.Origin) == board {
				list = append(list, s.sprint())
			}
		}
		return ids, page.Last, nil
	})
	return list, err
}

// rawSprint is not go-jira's type: that one takes a single form of time.
type rawSprint struct {
	ID     number  `json:"id"`
	Name   string  `json:"name"`
	State  string  `json:"state"`
	Origin number  `json:"originBoardId"`
	Start  instant `json:"startDate"`
	End    instant `json:"endDate"`
	Done   instant `json:"completeDate"`
}

func (r rawSprint) sprint() metrics.Sprint {
	return metrics.Sprint{ID: int64(r.ID), Name: r.Name, State: r.State, Start: r.Start.Time, End: r.End.Time, Done: r.Done.Time}
}

type sprintPage struct {
	Values []rawSprint `json:"values"`
	Last   bool        `json:"isLast"`
}

func (c *Client) sprintPage(ctx context.Context, board int64, ask url.Values) (page sprintPage, err error) {
	err = c.get(ctx, fmt.Sprintf("rest/agile/1.0/board/%d/sprint", board), ask, &page)
	return page, err
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
