package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"headway/secret"
)

// Tokens finds the bot token of a workspace: empty where Headway is not
// installed, an error when nobody can say just now.
type Tokens func(ctx context.Context, team string) (secret.Secret, error)

// tokenAge is how long a token is used before it is looked up again: another
// process may have installed, renewed or removed it.
const tokenAge = 30 * time.Second

// workspace is what the sender keeps of one workspace.
type workspace struct {
	mu    sync.Mutex
	token secret.Secret
	api   *slack.Client // speaks with token
	until time.Time     // token is looked up again then
	dms   map[string]string
	users map[string]cachedUser
	held  map[string]time.Time // by method: until when Slack wants no call
}

// workspace is the one of team with its client, nil where Headway is not
// installed. What is known of it serves on while nobody can look it up.
func (s *Slack) workspace(ctx context.Context, team string) (*workspace, *slack.Client, error) {
	w := s.known(team)
	if w != nil {
		if api, fresh := w.client(); fresh {
			return w, api, nil
		}
	}
	found, api, err := s.lookUp(ctx, team)
	if err != nil && w != nil {
		api, _ := w.client()
		return w, api, nil
	}
	return found, api, err
}

func (s *Slack) known(team string) *workspace {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.teams[team]
}

// lookUp asks for the team's token and keeps it for a while.
func (s *Slack) lookUp(ctx context.Context, team string) (*workspace, *slack.Client, error) {
	if team == "" {
		return nil, nil, nil
	}
	token, err := s.tokens(ctx, team)
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if token.Empty() {
		delete(s.teams, team)
		return nil, nil, nil
	}
	w := s.teams[team]
	if w == nil {
		w = &workspace{dms: map[string]string{}, users: map[string]cachedUser{}, held: map[string]time.Time{}}
		s.teams[team] = w
	}
	return w, w.use(token, s.client), nil
}

// newer looks the team's token up again after Slack refused api's; found is
// false when it is still the same.
func (s *Slack) newer(ctx context.Context, team string, api *slack.Client) (newer *slack.Client, found bool) {
	w, newer, err := s.lookUp(ctx, team)
	return newer, err == nil && w != nil && newer != api
}

// Serves says whether Headway is installed in the workspace.
func (s *Slack) Serves(ctx context.Context, team string) (bool, error) {
	w, _, err := s.workspace(ctx, team)
	return w != nil, err
}

// Forget drops what is kept of a workspace, its token above all. It is looked
// up again when it is needed.
func (s *Slack) Forget(team string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.teams, team)
}

// client is the client and whether its token may be used without looking it up.
func (w *workspace) client() (api *slack.Client, fresh bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.api, time.Now().Before(w.until)
}

func (w *workspace) use(token secret.Secret, client func(secret.Secret) *slack.Client) *slack.Client {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.token != token {
		w.token, w.api = token, client(token)
	}
	w.until = time.Now().Add(tokenAge)
	return w.api
}

// heldBack is how long Slack still wants no call of method. Calling earlier
// would only prolong the wait.
func (w *workspace) heldBack(method string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Until(w.held[method])
}

func (w *workspace) holdBack(method string, err error) {
	var e *callError
	if !errors.As(err, &e) || !e.limited {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held[method] = time.Now().Add(e.after)
}

func (w *workspace) user(id string) (User, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.users[id]
	return c.user, ok && time.Now().Before(c.until)
}

func (w *workspace) keepUser(u User) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users[u.ID] = cachedUser{u, time.Now().Add(userAge)}
}

func (w *workspace) dm(user string) (channel string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	channel, ok = w.dms[user]
	return channel, ok
}

func (w *workspace) keepDM(user, channel string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dms[user] = channel
}
