package slack

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// workspace is everything one team's Slack remembers. Its mutex guards all of
// it; the dispatcher of the Web API holds it while a method runs, so methods
// never lock.
type workspace struct {
	s *Server

	mu        sync.Mutex
	team      team
	bot       *user // the app's user, among users once the app was installed
	install   installation
	users     []*user
	channels  []*channel
	lastMicro int64 // last stamp given, in µs of Unix time

	editWindow time.Duration // how long a message may be edited, by the business clock; 0: always

	views    map[string]*view
	stacks   map[string][]*view // open modals of a user, bottom to top
	homes    map[string]*view
	triggers map[string]*trigger
	hooks    map[string]*hook
	files    map[string]*file
	offered  map[string]list // options last shown by an external select
}

type team struct{ ID, Name, Domain string }

type user struct {
	ID, Name, RealName, Email, TZ, Role, Team, Color, BotID string
	IsBot, Deleted                                          bool
	changed                                                 time.Time // by the business clock; zero: long ago
}

// mayAct tells whether this user of the seeded world can click and type.
func (u *user) mayAct() bool { return !u.IsBot && !u.Deleted }

type channel struct {
	ID, Name, Topic    string
	User               string // the human side of a direct message
	General, ExtShared bool
	Private, Archived  bool
	Members            []string
	Messages           []*message
}

func (c *channel) isIM() bool             { return c.User != "" }
func (c *channel) has(userID string) bool { return slices.Contains(c.Members, userID) }

func (c *channel) find(ts string) *message {
	for _, m := range slices.Backward(c.Messages) {
		if m.TS == ts {
			return m
		}
	}
	return nil
}

func newWorkspace(s *Server, t team) *workspace {
	return &workspace{
		s: s, team: t, install: installation{tokens: map[string]*botToken{}},
		views: map[string]*view{}, stacks: map[string][]*view{}, homes: map[string]*view{},
		triggers: map[string]*trigger{}, hooks: map[string]*hook{}, files: map[string]*file{},
		offered: map[string]list{},
	}
}

func (ws *workspace) user(id string) *user {
	for _, u := range ws.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

// channel finds a conversation by id. A user's id stands for the app's direct
// message with that user, as chat.postMessage has it.
func (ws *workspace) channel(id string) *channel {
	for _, c := range ws.channels {
		if c.ID == id {
			return c
		}
	}
	if u := ws.user(id); u != nil && u.mayAct() && ws.install.active {
		return ws.openIM(u)
	}
	return nil
}

// conversationOf also finds a direct message that nobody opened yet: people see
// the app among their messages before it wrote to them.
func (ws *workspace) conversationOf(id string) *channel {
	if rest, ok := strings.CutPrefix(id, "D"); ok {
		id = "U" + rest
	}
	return ws.channel(id)
}

func (ws *workspace) openIM(u *user) *channel {
	id := "D" + strings.TrimPrefix(u.ID, "U")
	for _, c := range ws.channels {
		if c.ID == id {
			return c
		}
	}
	c := &channel{ID: id, User: u.ID, Members: []string{u.ID, ws.bot.ID}}
	ws.channels = append(ws.channels, c)
	ws.publish(u.ID, object{"kind": "channels"})
	return c
}

// stamp returns a ts no one else has: the business clock, or one microsecond
// after the last stamp while that clock stands still.
func (ws *workspace) stamp() string {
	us := max(ws.s.now().UnixMicro(), ws.lastMicro+1)
	ws.lastMicro = us
	return fmt.Sprintf("%d.%06d", us/1e6, us%1e6)
}

func (ws *workspace) publish(userID string, change object) {
	ws.s.feed.publish(ws.team.ID, userID, change)
}

func (ws *workspace) notice(userID, text string) {
	ws.publish(userID, object{"kind": "notice", "text": text})
}

// zone never fails: the seeded names are in every zone database.
func (u *user) zone() *time.Location {
	loc, err := time.LoadLocation(u.TZ)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Stamped is the last stamp given in any workspace, in µs of Unix time; 0 before
// the first. It grows with each message that is posted or edited.
func (s *Server) Stamped() int64 {
	var last int64
	for _, ws := range s.teams {
		ws.mu.Lock()
		last = max(last, ws.lastMicro)
		ws.mu.Unlock()
	}
	return last
}
