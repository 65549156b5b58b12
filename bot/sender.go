package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"headway/secret"
)

// callTimeout bounds every call. The lease of an outbox row must outlive it.
const callTimeout = 10 * time.Second

// Slack calls Slack's Web API. Every call has 10 s and one try; a failure tells
// by the methods Code, RetryAfter, Permanent, Credentials and Uncertain
// (through errors.As) what to do about it. It is safe for concurrent use.
type Slack struct {
	base   string // ends in a slash
	token  secret.Secret
	api    *slack.Client
	http   *http.Client
	meters *meters

	mu    sync.Mutex
	team  string // the workspace the token belongs to; "" until identified
	dms   map[string]string
	users map[string]cachedUser
	bot   Identity
	held  map[string]time.Time // by method: until when Slack wants no call
}

func newSlack(base string, token secret.Secret, hc *http.Client, m *meters) *Slack {
	return &Slack{
		base: base, token: token, http: hc, meters: m,
		api:   slack.New(token.Reveal(), slack.OptionAPIURL(base), slack.OptionHTTPClient(hc)),
		dms:   map[string]string{},
		users: map[string]cachedUser{},
		held:  map[string]time.Time{},
	}
}

// newHTTPClient refuses redirects: the token travels in the body or a header
// and goes to nobody else.
func newHTTPClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 16
	return &http.Client{
		Transport:     transport,
		Timeout:       callTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// call runs f, one request of method for team, within the timeout.
func (s *Slack) call(ctx context.Context, team, method string, f func(context.Context) error) error {
	if !s.serves(team) {
		return refused(method, "unknown_team")
	}
	if wait := s.heldBack(method); wait > 0 {
		return &callError{method: method, code: "ratelimited", after: wait, limited: true}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := failed(method, f(ctx))
	s.meters.called(err)
	s.holdBack(method, err)
	return err
}

// heldBack is how long Slack still wants no call of method. Calling earlier
// would only prolong the wait.
func (s *Slack) heldBack(method string) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Until(s.held[method])
}

func (s *Slack) holdBack(method string, err error) {
	var e *callError
	if !errors.As(err, &e) || !e.limited {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[method] = time.Now().Add(e.after)
}

// serves says whether team is the installed workspace. Before the first
// auth.test nobody can know, and Slack itself refuses what is not its own.
func (s *Slack) serves(team string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.team == "" || s.team == team
}

// checkBase wants https, or any address of this machine: nothing else may see
// the tokens.
func checkBase(raw string) (string, error) {
	if raw == "" {
		return slack.APIURL, nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("bot: the Slack address is not a URL")
	}
	if !isLoopback(u.Hostname()) {
		return "", fmt.Errorf("bot: another Slack address than Slack's own must be on this machine (127.0.0.1), not %s", u.Hostname())
	}
	if raw[len(raw)-1] != '/' {
		raw += "/"
	}
	return raw, nil
}
