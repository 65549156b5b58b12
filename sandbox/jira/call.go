package jira

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"headway/sandbox/history"

	"time"
)

// call is one API request on its way through the server.
type call struct {
	s         *Server
	r         *http.Request
	now       time.Time
	gateway   bool   // came by /ex/jira/{cloudId}
	anonymous bool   // credentials silently not accepted
	endpoint  string // method and pattern
	snapshot  *history.Snapshot
}

// callWriter carries the call through the mux.
type callWriter struct {
	http.ResponseWriter
	call *call
}

// Unwrap lets http.ResponseController reach the connection.
func (w *callWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// failure is an answer in Jira's form of an error.
type failure struct {
	status   int
	messages []string
}

func (f *failure) Error() string { return f.messages[0] }

func fail(status int, message string) *failure {
	return &failure{status, []string{message}}
}

func badRequest(message string) *failure { return fail(http.StatusBadRequest, message) }

// endpoint makes a handler of a function that returns what to encode as JSON.
func (s *Server) endpoint(f func(*call) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := w.(*callWriter).call
		c.r = r // carries the path's values
		answer, err := f(c)
		if err != nil {
			var refused *failure
			if !errors.As(err, &refused) {
				refused = badRequest(err.Error())
			}
			s.refuse(w, c, refused)
			return
		}
		body, err := json.Marshal(answer)
		if err != nil {
			s.cfg.Log.Error("answer cannot be encoded", "path", r.URL.Path, "error", err)
			s.refuse(w, c, fail(http.StatusInternalServerError, "Internal server error"))
			return
		}
		s.answer(w, c, body)
	}
}

// refuse answers with an error and keeps a record of it.
func (s *Server) refuse(w http.ResponseWriter, c *call, f *failure) {
	s.refusal(c.r, f.status, f.messages[0])
	body, _ := json.Marshal(map[string]any{"errorMessages": f.messages, "errors": map[string]string{}})
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(f.status)
	_, _ = w.Write(body)
}

// maxBody bounds what the sandbox reads of a request.
const maxBody = 4 << 20

// decode reads a JSON body strictly: Jira refuses keys it does not know.
func (c *call) decode(into any) error {
	d := json.NewDecoder(io.LimitReader(c.r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		c.s.violation(c.r, "malformed body: "+err.Error())
		return badRequest("Invalid request payload. Refer to the REST API documentation and try again.")
	}
	return nil
}

// number reads a whole number from the query string.
func (c *call) number(name string, otherwise int) int {
	n, err := strconv.Atoi(c.r.URL.Query().Get(name))
	if err != nil {
		return otherwise
	}
	return n
}

// issues is the site as of the call, without what the caller may not see.
func (c *call) issues() *history.Snapshot {
	if c.snapshot == nil {
		c.snapshot = c.s.view.At(c.now)
	}
	return c.snapshot
}

// visible tells whether the token's account may browse the issue.
func (c *call) visible(st *history.State) bool {
	return st != nil && c.browses(c.s.site.Project(st.ProjectID))
}

func (c *call) browses(p *history.Project) bool {
	return p != nil && !c.anonymous && !c.s.faults.hides(p.Key) && mayBrowse(p, c.s.user.AccountID)
}

func mayBrowse(p *history.Project, accountID string) bool {
	for _, id := range p.Browse {
		if id == accountID {
			return true
		}
	}
	return false
}

// issue finds a visible issue by id or key; nil if there is none.
func (c *call) issue(idOrKey string) *history.State {
	st := c.issues().Key(idOrKey)
	if st == nil {
		id, err := strconv.ParseInt(idOrKey, 10, 64)
		if err != nil {
			return nil
		}
		st = c.issues().ID(id)
	}
	if !c.visible(st) {
		return nil
	}
	return st
}

// window cuts startAt..startAt+maxResults out of a list of n.
func (c *call) window(n, usual, most int) (from, to, size int) {
	from = min(max(c.number("startAt", 0), 0), n)
	if from == n && c.endless() {
		from = 0
	}
	size = min(max(c.number("maxResults", usual), 1), most)
	return from, min(from+size, n), size
}

// endless tells whether lists have no last page now, or those of this path.
func (c *call) endless() bool { return c.s.faults.takeAt("endless_lists", c.r.URL.Path) != nil }
