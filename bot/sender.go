package bot

import (
	"context"
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

// Slack calls Slack's Web API, in each workspace with its own token. Every call
// has 10 s and one try, and one more with the workspace's newer token where
// Slack refused the one it was made with: a refused call had no effect. A
// failure tells by the methods Code, RetryAfter, Permanent, Credentials,
// TokenRefused and Uncertain (through errors.As) what to do about it. It is
// safe for concurrent use.
type Slack struct {
	base   string // ends in a slash
	own    *slack.Client
	tokens Tokens
	http   *http.Client
	meters *meters

	mu    sync.Mutex
	bot   Identity // whom the own token speaks for; with the id of the app
	teams map[string]*workspace
}

// newSlack is a sender for the one workspace that token belongs to.
func newSlack(base string, token secret.Secret, hc *http.Client, m *meters) *Slack {
	s := &Slack{base: base, http: hc, meters: m, teams: map[string]*workspace{}}
	s.own = s.client(token)
	s.tokens = func(_ context.Context, team string) (secret.Secret, error) {
		// Before the first auth.test nobody can know whose the token is, and
		// Slack itself refuses what is not its own.
		if own := s.identity().Team; own == "" || own == team {
			return token, nil
		}
		return "", nil
	}
	return s
}

func (s *Slack) client(token secret.Secret) *slack.Client {
	return slack.New(token.Reveal(), slack.OptionAPIURL(s.base), slack.OptionHTTPClient(s.http))
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

// request is one request of a method, made with a workspace's client.
type request func(ctx context.Context, api *slack.Client) error

// call runs f, one request of method for team, within the timeout.
func (s *Slack) call(ctx context.Context, team, method string, f request) error {
	w, api, err := s.workspace(ctx, team)
	if err != nil {
		return fmt.Errorf("bot: token for %s: %w", method, err)
	}
	if w == nil {
		return refused(method, "unknown_team")
	}
	err = s.try(ctx, w, method, api, f)
	if !tokenRefused(err) {
		return err
	}
	newer, found := s.newer(ctx, team, api)
	if !found {
		return err
	}
	return s.try(ctx, w, method, newer, f)
}

func (s *Slack) try(ctx context.Context, w *workspace, method string, api *slack.Client, f request) error {
	if wait := w.heldBack(method); wait > 0 {
		return &callError{method: method, code: "ratelimited", after: wait, limited: true}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := failed(method, f(ctx, api))
	s.meters.called(err)
	w.holdBack(method, err)
	return err
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
