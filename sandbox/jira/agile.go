package jira

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"headway/sandbox/history"
)

type wireBoard struct {
	ID       int64          `json:"id"`
	Self     string         `json:"self"`
	Name     string         `json:"name"`
	Type     string         `json:"type"`
	Location map[string]any `json:"location"`
	Private  bool           `json:"isPrivate"`
}

func (s *Server) board(p *history.Project, b *history.Board) wireBoard {
	typ := b.Type
	if s.faults.on("team_managed") {
		typ = "simple"
	}
	return wireBoard{ID: b.ID, Self: s.self("agile/1.0/board/" + strconv.FormatInt(b.ID, 10)), Name: b.Name, Type: typ,
		Location: map[string]any{"projectId": atoi(p.ID), "displayName": p.Name + " (" + p.Key + ")", "projectName": p.Name,
			"projectKey": p.Key, "projectTypeKey": "software", "avatarURI": s.avatars("projectavatar/" + p.ID)["24x24"],
			"name": p.Name + " (" + p.Key + ")"}}
}

// boardOf finds the board of the path; 404 also if it may not be seen.
func (c *call) boardOf() (*history.Project, *history.Board, error) {
	id, err := strconv.ParseInt(c.r.PathValue("board"), 10, 64)
	if err != nil {
		return nil, nil, badRequest("The board id has to be a number.")
	}
	p, b := c.s.site.Board(id)
	if b == nil || !c.browses(p) {
		return nil, nil, fail(http.StatusNotFound, "Requested board cannot be viewed because it either does not exist or you do not have permission to view it.")
	}
	return p, b, nil
}

func listBoards(c *call) (any, error) {
	q := c.r.URL.Query()
	project := q.Get("projectKeyOrId")
	if project != "" && !c.browses(c.s.site.Project(project)) {
		return nil, badRequest("No project could be found with key or id '" + project + "'.")
	}
	list := []wireBoard{}
	for _, p := range c.s.site.Projects {
		for _, b := range p.Boards {
			w := c.s.board(p, b)
			fits := project == "" || project == p.Key || project == p.ID
			fits = fits && (q.Get("type") == "" || strings.Contains(q.Get("type"), w.Type))
			if fits && c.browses(p) && strings.Contains(strings.ToLower(b.Name), strings.ToLower(q.Get("name"))) {
				list = append(list, w)
			}
		}
	}
	return agilePage(c, list), nil
}

type agileList[T any] struct {
	MaxResults int  `json:"maxResults"`
	StartAt    int  `json:"startAt"`
	Total      int  `json:"total,omitempty"`
	IsLast     bool `json:"isLast"`
	Values     []T  `json:"values"`
}

func agilePage[T any](c *call, list []T) agileList[T] {
	from, to, size := c.window(len(list), 50, 50)
	return agileList[T]{MaxResults: size, StartAt: from, Total: len(list), IsLast: to == len(list) && !c.endless(),
		Values: append([]T{}, list[from:to]...)}
}

func getBoard(c *call) (any, error) {
	p, b, err := c.boardOf()
	if err != nil {
		return nil, err
	}
	return c.s.board(p, b), nil
}

func boardConfiguration(c *call) (any, error) {
	p, b, err := c.boardOf()
	if err != nil {
		return nil, err
	}
	if c.s.faults.take("no_board_configuration") != nil {
		return nil, fail(http.StatusUnauthorized, "Unauthorized; scope does not match")
	}
	w := c.s.board(p, b)
	columns := []map[string]any{}
	for _, col := range b.Columns {
		statuses := []map[string]string{}
		for _, id := range col.StatusIDs {
			statuses = append(statuses, map[string]string{"id": id, "self": c.s.self("api/3/status/" + id)})
		}
		one := map[string]any{"name": c.s.name(col.Name), "statuses": statuses}
		if col.Max > 0 {
			one["max"] = col.Max
		}
		columns = append(columns, one)
	}
	config := map[string]any{
		"id": b.ID, "name": b.Name, "type": w.Type, "self": w.Self + "/configuration",
		"location":     map[string]string{"type": "project", "key": p.Key, "id": p.ID, "self": c.s.self("api/3/project/" + p.ID), "name": p.Name},
		"filter":       map[string]string{"id": "1000" + strconv.FormatInt(b.ID, 10), "self": c.s.self("api/3/filter/1000" + strconv.FormatInt(b.ID, 10))},
		"columnConfig": map[string]any{"columns": columns, "constraintType": "none"},
		"ranking":      map[string]int{"rankCustomFieldId": 10019},
	}
	if b.Type == "scrum" {
		config["estimation"] = c.s.estimation(b)
	}
	return config, nil
}

// estimation is only told of scrum boards.
func (s *Server) estimation(b *history.Board) map[string]any {
	if !b.Points {
		return map[string]any{"type": "issueCount"}
	}
	return map[string]any{"type": "field", "field": map[string]string{"fieldId": history.FieldPoints, "displayName": s.name("Story Points")}}
}

type wireSprint struct {
	ID       int64  `json:"id"`
	Self     string `json:"self,omitempty"`
	State    string `json:"state"`
	Name     string `json:"name"`
	Start    string `json:"startDate,omitempty"`
	End      string `json:"endDate,omitempty"`
	Complete string `json:"completeDate,omitempty"`
	Created  string `json:"createdDate,omitempty"`
	Origin   int64  `json:"originBoardId,omitempty"`
	BoardID  int64  `json:"boardId,omitempty"`
	Goal     string `json:"goal"`
}

// sprintField is a sprint as the issue's sprint field shows it.
func sprintField(b *history.Board, sp *history.Sprint, now time.Time) wireSprint {
	w := wireSprint{ID: sp.ID, State: sp.State(now), Name: sp.Name, BoardID: b.ID}
	if w.State != "future" {
		w.Goal = sp.Goal
		w.Start, w.End = sp.Start.UTC().Format(agileLayout), sp.End.UTC().Format(agileLayout)
	}
	if w.State == "closed" {
		w.Complete = sp.Completed.UTC().Format(agileLayout)
	}
	return w
}

func (s *Server) sprint(b *history.Board, sp *history.Sprint, now time.Time) wireSprint {
	w := sprintField(b, sp, now)
	w.Origin, w.BoardID = b.ID, 0
	w.Self = s.self("agile/1.0/sprint/" + strconv.FormatInt(sp.ID, 10))
	w.Created = sp.Created.UTC().Format(agileLayout)
	return w
}

// boardSprints lists closed, active, then future ones.
func boardSprints(c *call) (any, error) {
	_, b, err := c.boardOf()
	if err != nil {
		return nil, err
	}
	if b.Type != "scrum" {
		return nil, badRequest("The board does not support sprints")
	}
	list := []wireSprint{}
	for _, state := range []string{"closed", "active", "future"} {
		if asked := c.r.URL.Query().Get("state"); asked != "" && !strings.Contains(asked, state) {
			continue
		}
		for _, sp := range b.Sprints {
			if sp.State(c.now) == state {
				list = append(list, c.s.sprint(b, sp, c.now))
			}
		}
		if state == "active" && c.s.faults.on("several_active") {
			list = append(list, c.parallelSprint(b))
		}
		if c.s.faults.on("foreign_sprints") {
			list = append(list, c.foreignSprint(state))
		}
	}
	page := agilePage(c, list)
	page.Total = 0 // Jira leaves it out
	return page, nil
}

// foreignSprint belongs to another board but holds an issue of this one.
func (c *call) foreignSprint(state string) wireSprint {
	monday := history.Monday(c.now)
	sp := &history.Sprint{ID: 9000 + int64(len(state)), Name: "Another team's sprint", Created: monday.AddDate(0, 0, -40)}
	if state != "future" {
		sp.Started, sp.Start, sp.End = monday, monday, monday.AddDate(0, 0, 14)
	}
	if state == "closed" {
		sp.Completed = c.now
	}
	return c.s.sprint(&history.Board{ID: 999}, sp, c.now)
}

// parallelSprint is a second active sprint of the board, without issues.
func (c *call) parallelSprint(b *history.Board) wireSprint {
	monday := history.Monday(c.now)
	sp := &history.Sprint{ID: 9100, Name: "Bug bash", Created: monday, Started: monday, Start: monday, End: monday.AddDate(0, 0, 7)}
	return c.s.sprint(b, sp, c.now)
}

func (c *call) sprintOf() (*history.Board, *history.Sprint, error) {
	id, err := strconv.ParseInt(c.r.PathValue("sprint"), 10, 64)
	if err != nil {
		return nil, nil, badRequest("The sprint id has to be a number.")
	}
	b, sp := c.s.site.Sprint(id)
	if sp != nil {
		if p, _ := c.s.site.Board(b.ID); c.browses(p) && sp.State(c.now) != "" {
			return b, sp, nil
		}
	}
	return nil, nil, fail(http.StatusNotFound, "Sprint does not exist")
}

func getSprint(c *call) (any, error) {
	b, sp, err := c.sprintOf()
	if err != nil {
		return nil, err
	}
	return c.s.sprint(b, sp, c.now), nil
}

func sprintIssues(c *call) (any, error) {
	_, sp, err := c.sprintOf()
	if err != nil {
		return nil, err
	}
	query := "sprint = " + strconv.FormatInt(sp.ID, 10)
	if also := c.r.URL.Query().Get("jql"); also != "" {
		query += " AND (" + also + ")"
	}
	found, err := c.find(query)
	if err != nil {
		return nil, err
	}
	fields := []string{"*navigable"}
	if asked := c.r.URL.Query().Get("fields"); asked != "" {
		fields = strings.Split(asked, ",")
	}
	from, to, size := c.window(len(found), 50, 100)
	issues := c.render(found[from:to], chosen(fields), "").Issues
	for n := range issues {
		if issues[n].Fields != nil {
			issues[n].Fields["flagged"] = found[from+n].Flagged
		}
	}
	return map[string]any{"expand": "schema,names", "startAt": from, "maxResults": size, "total": len(found), "issues": issues}, nil
}

func boardEpics(c *call) (any, error) {
	p, _, err := c.boardOf()
	if err != nil {
		return nil, err
	}
	list := []map[string]any{}
	for _, st := range c.issues().Issues {
		ended := c.s.site.Status(st.Status).Category == history.CategoryDone
		done := c.r.URL.Query().Get("done")
		if st.ProjectID != p.ID || c.s.site.IssueType(st.Type).Level != 1 || done != "" && done != strconv.FormatBool(ended) {
			continue
		}
		list = append(list, map[string]any{"id": st.ID, "key": st.Key, "name": st.Summary, "summary": st.Summary, "done": ended,
			"self": c.s.self("agile/1.0/epic/" + strconv.FormatInt(st.ID, 10)), "color": map[string]string{"key": "color_4"}})
	}
	page := agilePage(c, list)
	page.Total = 0
	return page, nil
}

func boardVersions(c *call) (any, error) {
	p, _, err := c.boardOf()
	if err != nil {
		return nil, err
	}
	list := []map[string]any{}
	for _, v := range c.versions(p) {
		w := c.s.version(p, v, c.now)
		if asked := c.r.URL.Query().Get("released"); asked != "" && asked != strconv.FormatBool(w.Released) {
			continue
		}
		one := map[string]any{"id": atoi(w.ID), "self": w.Self, "projectId": w.ProjectID, "name": w.Name,
			"archived": w.Archived, "released": w.Released, "description": ""}
		if day, err := time.ParseInLocation(history.DateLayout, w.ReleaseDate, c.s.zone); err == nil {
			one["releaseDate"] = day.Format("2006-01-02T15:04:05.000-07:00")
		}
		list = append(list, one)
	}
	page := agilePage(c, list)
	page.Total = 0
	return page, nil
}
