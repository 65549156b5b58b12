// Package jira imitates the read side of Jira Cloud on the wire: its REST
// paths, its JQL, its date forms, its traps. It serves a history.Site as of a
// movable clock. Everything that would write is recorded as a violation.
package jira

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"headway/sandbox/history"
)

// Config of a Server. All fields but Log are needed.
type Config struct {
	Now   func() time.Time // the business clock
	Site  *history.Site
	Email string // of the account history.BotAccount
	Token string // its API token
	Log   *slog.Logger
}

// Server is the site as an http.Handler.
type Server struct {
	cfg    Config
	site   *history.Site
	view   *history.View
	user   history.User // whom the token belongs to
	zone   *time.Location
	people *time.Location // of those who look at the pages
	mux    *http.ServeMux
	secret [16]byte // marks our page tokens

	limits limits
	faults faults
	log    records
}

// New makes a Server. It panics if the site lacks the bot's account, which is
// a mistake in the program.
func New(cfg Config) *Server {
	user, ok := cfg.Site.User(history.BotAccount)
	if !ok {
		panic("the site has no account " + history.BotAccount)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{cfg: cfg, site: cfg.Site, view: history.NewView(cfg.Site), user: user}
	s.zone, s.people = zoneOf(user), time.UTC
	if len(s.site.Projects) > 0 {
		lead, _ := s.site.User(s.site.Projects[0].Lead)
		s.people = zoneOf(lead)
	}
	_, _ = rand.Read(s.secret[:]) // never fails
	s.limits.init()
	s.mux = s.routes()
	return s
}

// zoneOf is the account's time zone; UTC if it names none.
func zoneOf(u history.User) *time.Location {
	zone, err := time.LoadLocation(u.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// ServeHTTP answers the API, with or without the gateway's prefix
// /ex/jira/{cloudId}, and the read-only pages under /browse/ and /issues/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/_edge/tenant_info" {
		s.tenantInfo(w)
		return
	}
	if !isAPI(r.URL.Path) {
		s.page(w, r)
		return
	}
	c := &call{s: s, r: r, now: s.cfg.Now()}
	if rest, ok := strings.CutPrefix(r.URL.Path, "/ex/jira/"); ok {
		cloud, path, _ := strings.Cut(rest, "/")
		c.gateway = true
		c.r = r.Clone(r.Context())
		c.r.URL.Path, c.r.URL.RawPath = "/"+path, ""
		if cloud != s.site.CloudID {
			s.refuse(w, c, fail(http.StatusNotFound, "No tenant with this cloud id."))
			return
		}
	}
	s.serve(w, c)
}

func isAPI(path string) bool {
	return strings.HasPrefix(path, "/rest/") || strings.HasPrefix(path, "/ex/jira/")
}

// serve passes a call through the checks in the order in which Jira's edge
// does them: availability, limits, credentials, path.
func (s *Server) serve(w http.ResponseWriter, c *call) {
	_, pattern := s.mux.Handler(c.r)
	c.endpoint = c.r.Method + " " + strings.TrimPrefix(pattern, c.r.Method+" ")
	if s.outage(w, c) || s.limited(w, c) {
		return
	}
	if f := s.authorise(w, c); f != nil {
		s.refuse(w, c, f)
		return
	}
	if pattern == "" {
		s.unknown(w, c)
		return
	}
	s.checkQuery(c, pattern)
	s.mux.ServeHTTP(&callWriter{w, c}, c.r)
}

// unknown refuses what is not on the list of read-only calls.
func (s *Server) unknown(w http.ResponseWriter, c *call) {
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		s.violation(c.r, "a write to Jira")
		s.refuse(w, c, fail(http.StatusForbidden, "The sandbox is read-only."))
		return
	}
	s.violation(c.r, "no such path")
	s.refuse(w, c, fail(http.StatusNotFound, "Not found."))
}

func (s *Server) tenantInfo(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"cloudId":"` + s.site.CloudID + `"}`))
}
