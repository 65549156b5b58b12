package work

import (
	"context"
	"errors"
	"testing"

	"headway/jira"
)

// boards is a Jira that knows its boards, and that those in sprints have some.
type boards struct {
	Jira
	list    []jira.Board
	sprints map[int64]bool
}

func (b boards) Boards(context.Context, int64) ([]jira.Board, error) { return b.list, nil }

func (b boards) HasSprints(_ context.Context, id int64) (bool, error) { return b.sprints[id], nil }

func TestTheBoardIsAskedForSprintsAndRefusedWhereTheTokenCannotSeeIt(t *testing.T) {
	one := []jira.Board{{ID: 1, Type: "simple"}}
	two := []jira.Board{one[0], {ID: 2, Type: "scrum"}}
	for name, c := range map[string]struct {
		list    []jira.Board
		chosen  int64
		kind    string
		board   int64 // 0: refused
		sprints bool
	}{
		"with sprints":                   {two, 2, "auto", 2, true},
		"without sprints":                {two, 1, "auto", 1, false},
		"the admin knows better":         {two, 2, "kanban", 2, false},
		"the only one needs no choosing": {one, 0, "auto", 1, false},
		"one of several must be chosen":  {two, 0, "auto", 0, false},
		"not to be seen":                 {two, 9, "auto", 0, false},
		"a project without boards":       {nil, 0, "auto", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := &Worker{}
			got, sprints, err := w.board(context.Background(), boards{list: c.list, sprints: map[int64]bool{2: true}}, 10001, ProjectInput{BoardID: c.chosen, Kind: c.kind})
			var field FieldError
			if refused := errors.As(err, &field) && field.Field == "board"; refused != (c.board == 0) {
				t.Fatalf("refused %v with %v", refused, err)
			}
			if got.ID != c.board || sprints != c.sprints {
				t.Errorf("board %d, sprints %v; want %d, %v", got.ID, sprints, c.board, c.sprints)
			}
		})
	}
}
