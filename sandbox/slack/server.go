package slack

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Options configure a Server. Only BaseURL is required.
type Options struct {
	// BaseURL is where the handler is reachable, without a trailing slash:
	// "http://127.0.0.1:18080". Response URLs, uploads, files and the socket's
	// address are made from it.
	BaseURL string
	// Now is the business clock; default time.Now.
	Now func() time.Time
	// Command is the one slash command of the app; default "/headway".
	Command string
	// Events are the event types that the app's manifest subscribes to; nil: all.
	Events []string
	// Timing replaces Slack's own deadlines; the zero value means DefaultTiming.
	Timing Timing
}

// Timing are Slack's deadlines, on the machine's clock.
type Timing struct {
	Ack        time.Duration   // from an envelope to its ack
	Trigger    time.Duration   // life of a trigger_id
	Ping       time.Duration   // between two PING frames
	Warning    time.Duration   // from a disconnect frame to the close
	Ticket     time.Duration   // life of a socket address
	Redelivery []time.Duration // pauses before an unacked event is sent again
	Hook       time.Duration   // life of a response_url
}

// DefaultTiming returns the deadlines that Slack documents.
func DefaultTiming() Timing {
	return Timing{
		Ack:        3 * time.Second,
		Trigger:    3 * time.Second,
		Ping:       8 * time.Second,
		Warning:    10 * time.Second,
		Ticket:     time.Minute,
		Redelivery: []time.Duration{0, time.Minute, 5 * time.Minute},
		Hook:       30 * time.Minute,
	}
}

// Server is one Slack with two workspaces and one app, which is installed in the
// first of them. Make it with New, mount Handler, and Close it.
type Server struct {
	base    string
	now     func() time.Time
	command string
	events  []string
	timing  Timing

	methods map[string]method

	teams  []*workspace
	oauth  *oauth
	audit  *audit
	faults *faults
	limits *limiter
	hub    *hub
	feed   *feed

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	closing sync.Mutex // guards closed, and work against a late spawn
	closed  bool
}

// New builds a server with the seeded world in it. It opens no listener.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Command == "" {
		o.Command = "/headway"
	}
	if o.Timing.Ack == 0 {
		o.Timing = DefaultTiming()
	}
	s := &Server{
		base: o.BaseURL, now: o.Now, command: o.Command, events: o.Events, timing: o.Timing,
		methods: botMethods(), oauth: newOAuth(), audit: newAudit(), faults: newFaults(), limits: newLimiter(), feed: newFeed(),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.hub = newHub(s)
	s.teams = []*workspace{s.seedAcme(), s.seedNorthwind()}
	return s
}

// Handler serves the Web API (/api/), the page that installs the app (/oauth/), the socket (/link/), response URLs
// (/response/), uploads and files (/files/) and the control surface (/control/).
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveAPI)
	mux.HandleFunc("GET /oauth/v2/authorize", s.showAuthorize)
	mux.HandleFunc("POST /oauth/v2/authorize", s.decideAuthorize)
	mux.HandleFunc("GET /link/", s.serveLink)
	mux.HandleFunc("POST /response/{team}/{hook}", s.serveHook)
	mux.HandleFunc("POST /files/upload/{team}/{file}", s.serveUpload)
	mux.HandleFunc("GET /files/{team}/{file}/{name}", s.serveFile)
	s.mountControl(mux)
	return mux
}

// Close cuts every socket, ends redelivery and waits for what still runs.
func (s *Server) Close() {
	s.closing.Lock()
	s.closed = true
	s.closing.Unlock()
	s.hub.closeAll()
	s.cancel()
	s.work.Wait()
}

// spawn runs f beside the caller; Close waits for it.
func (s *Server) spawn(f func()) {
	s.closing.Lock()
	defer s.closing.Unlock()
	if !s.closed {
		s.work.Go(f)
	}
}

// BotToken is what the app calls the Web API with in the first workspace.
func (s *Server) BotToken() string { return acmeToken }

// AppToken is the app-level token; it opens connections and nothing else.
func (s *Server) AppToken() string { return appToken }

// ClientID names the app in the OAuth flow that installs it elsewhere.
func (s *Server) ClientID() string { return clientID }

// ClientSecret goes with ClientID.
func (s *Server) ClientSecret() string { return clientSecret }

// Zone is the time zone of the first person of the seeded world.
func (s *Server) Zone() *time.Location { return s.teams[0].users[0].zone() }

// ClockMoved tells every page that the business clock now stands at t.
func (s *Server) ClockMoved(t time.Time) {
	for _, ws := range s.teams {
		s.feed.publish(ws.team.ID, everyone, object{"kind": "clock", "now": t.Format(time.RFC3339)})
	}
}

// team finds a workspace; an empty id means the first one.
func (s *Server) team(id string) (*workspace, bool) {
	if id == "" {
		return s.teams[0], true
	}
	for _, ws := range s.teams {
		if ws.team.ID == id {
			return ws, true
		}
	}
	return nil, false
}
