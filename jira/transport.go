package jira

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"headway/secret"
)

const userAgent = "Headway"

// transport is the one way out. In this order it refuses what is not a listed
// read, keeps Jira's pace, signs the request for the site alone, limits the
// answer, notices a silently refused token, and repeats what Jira asked to
// repeat.
type transport struct {
	site  *url.URL
	email string
	token secret.Secret
	pace  *pace
	next  http.RoundTripper
	log   *slog.Logger
}

func newTransport(site *url.URL, email string, token secret.Secret, log *slog.Logger) *transport {
	t := &transport{site: site, email: email, token: token, log: log, pace: newPace(siteRate), next: publicNetwork()}
	if isLoopback(site) {
		t.pace, t.next = newPace(sandboxRate), ownMachine()
	}
	return t
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	to, err := permit(t.site, req)
	if err != nil {
		return nil, err
	}
	for try := 0; ; try++ {
		if err := t.pace.wait(req.Context(), to.name()); err != nil {
			return nil, err
		}
		resp, err := t.once(req, to)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode == http.StatusGone { // only a new release of ours helps
			t.log.ErrorContext(req.Context(), "jira_call_removed", "endpoint", to.name())
		}
		wait, again := t.pace.heed(to.name(), resp, try)
		if !again {
			return resp, nil
		}
		_ = resp.Body.Close()
		t.log.WarnContext(req.Context(), "jira_asked_to_wait", "endpoint", to.name(), "status", resp.StatusCode, "wait_ms", wait.Milliseconds())
	}
}

// once sends a signed copy of the request: a request belongs to its caller.
func (t *transport) once(req *http.Request, to endpoint) (*http.Response, error) {
	if err := t.pace.enter(req.Context()); err != nil {
		return nil, err
	}
	defer t.pace.leave()
	out := req.Clone(req.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, err
		}
		out.Body = body
	}
	out.Header.Set("Accept", "application/json")
	out.Header.Set("User-Agent", userAgent)
	out.Header.Del("Authorization")
	if !to.anonymous {
		out.SetBasicAuth(t.email, t.token.Reveal())
	}
	resp, err := limited(t.next, out)
	if err != nil {
		return nil, err
	}
	if deniedLogin(resp.Header) {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("%w: the login was denied behind status %d", ErrUnauthorized, resp.StatusCode)
	}
	return resp, nil
}

// deniedLogin notices a bad token that Jira answers as if nobody had asked: a
// 200 with nothing in it.
func deniedLogin(h http.Header) bool {
	for _, reason := range h.Values("X-Seraph-LoginReason") {
		if strings.Contains(reason, "AUTHENTICATED_FAILED") || strings.Contains(reason, "AUTHENTICATION_DENIED") {
			return true
		}
	}
	return false
}

// The connections of all clients of a process are shared.
var (
	publicNetwork = sync.OnceValue(func() http.RoundTripper { return network(onlyPublic) })
	ownMachine    = sync.OnceValue(func() http.RoundTripper { return network(onlyLoopback) })
)

// network dials only addresses that judge accepts, and no proxy. Compression
// is ours, because the limits need to see both sizes.
func network(judge func(address string) error) http.RoundTripper {
	dialer := &net.Dialer{
		Timeout: 10 * time.Second,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			return judge(address)
		},
	}
	return &http.Transport{
		DialContext:         dialer.DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2:   true,
		DisableCompression:  true,
		MaxIdleConns:        64,
		MaxIdleConnsPerHost: atOnce,
		IdleConnTimeout:     90 * time.Second,
		ReadBufferSize:      64 << 10, // an answer comes in few, large pieces
	}
}
