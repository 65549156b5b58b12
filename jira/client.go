// Package jira reads Jira Cloud and turns issues into the nouns of metrics. It
// can't write: the transport refuses every call outside a short list of reads
// before anything reaches the network.
package jira

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync/atomic"

	gojira "github.com/andygrunwald/go-jira"

	"headway/secret"
)

// Options say which site to read and as whom.
type Options struct {
	Site  string        // the site's name as SiteName returns it: "acme" for acme.atlassian.net
	Base  string        // address of a sandbox in place of the site, loopback only: "http://127.0.0.1:8081"
	Email string        // of the account that owns the token
	Token secret.Secret // API token, scoped or not
	Log   *slog.Logger  // nil: slog.Default()
}

// Client reads one site with one token. It is safe for concurrent use. Keep one
// per connection: it carries the pace that Jira asks for and remembers whether
// the token works at the site or at the gateway.
type Client struct {
	site     *url.URL
	http     *http.Client
	log      *slog.Logger
	locating chan struct{}           // held while the address is looked for
	at       atomic.Pointer[address] // nil until one address accepted the token
	kinds    accountKinds
}

// address is where the token is accepted: the site itself, or the gateway with
// the site's cloud id.
type address struct {
	api   *gojira.Client
	cloud string // "" at the site
}

// Open prepares a client; nothing is asked yet. It fails on a site name that is
// none and on a base address outside this machine.
func Open(o Options) (*Client, error) {
	site, err := siteURL(o)
	if err != nil {
		return nil, err
	}
	log := o.Log
	if log == nil {
		log = slog.Default()
	}
	return &Client{
		site: site,
		http: &http.Client{
			Transport:     newTransport(site, o.Email, o.Token, log),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		log:      log,
		locating: make(chan struct{}, 1),
	}, nil
}

// Check asks who the token belongs to; Jira never answers that anonymously, so
// it proves the token. A token that the site refuses is tried at the gateway,
// where scoped tokens live. The error is ErrUnauthorized, ErrForbidden,
// ErrNotFound (no such site), ErrUnavailable or Busy.
func (c *Client) Check(ctx context.Context) (Account, error) {
	if at := c.at.Load(); at != nil {
		return c.myself(ctx, at.api)
	}
	if err := c.lock(ctx); err != nil {
		return Account{}, err
	}
	defer c.unlock()
	return c.locate(ctx)
}

// Gateway returns the cloud id when the gateway is in use, else "".
func (c *Client) Gateway() string {
	if at := c.at.Load(); at != nil {
		return at.cloud
	}
	return ""
}

// api returns the address in use. The first call of a client looks for it.
func (c *Client) api(ctx context.Context) (*gojira.Client, error) {
	if at := c.at.Load(); at != nil {
		return at.api, nil
	}
	if err := c.lock(ctx); err != nil {
		return nil, err
	}
	defer c.unlock()
	if at := c.at.Load(); at != nil { // another call has just found it
		return at.api, nil
	}
	if _, err := c.locate(ctx); err != nil {
		return nil, err
	}
	return c.at.Load().api, nil
}

// lock lets one call look for the address while others wait as long as they can.
func (c *Client) lock(ctx context.Context) error {
	select {
	case c.locating <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("jira: %w", context.Cause(ctx))
	}
}

func (c *Client) unlock() { <-c.locating }

// locate tries the site, then the gateway, and keeps the first that accepts the
// token. When both refuse, the site's answer counts.
func (c *Client) locate(ctx context.Context) (Account, error) {
	site, err := gojira.NewClient(c.http, c.site.String())
	if err != nil {
		return Account{}, fmt.Errorf("jira: site address: %w", err)
	}
	who, err := c.myself(ctx, site)
	if err == nil {
		c.at.Store(&address{api: site})
		return who, nil
	}
	if !refusesToken(err) {
		return Account{}, err
	}
	gateway, gatewayErr := c.gateway(ctx, site)
	if gatewayErr != nil {
		c.log.InfoContext(ctx, "jira_gateway_unknown", "err", gatewayErr)
		return Account{}, err
	}
	if who, gatewayErr = c.myself(ctx, gateway.api); gatewayErr == nil {
		c.at.Store(gateway)
		c.log.InfoContext(ctx, "jira_gateway_in_use", "cloud_id", gateway.cloud)
		return who, nil
	}
	if refusesToken(gatewayErr) || errors.Is(gatewayErr, ErrNotFound) {
		return Account{}, err
	}
	return Account{}, gatewayErr
}

// gateway reads the site's cloud id, which is public, and prepares the address
// behind which scoped tokens work.
func (c *Client) gateway(ctx context.Context, site *gojira.Client) (*address, error) {
	var tenant struct {
		CloudID string `json:"cloudId"`
	}
	if err := c.read(ctx, site, http.MethodGet, "_edge/tenant_info", nil, &tenant); err != nil {
		return nil, err
	}
	if !cloudIDPattern.MatchString(tenant.CloudID) {
		return nil, fmt.Errorf("jira: tenant info: %w: no cloud id", ErrUnavailable)
	}
	base := *c.site
	if !isLoopback(c.site) {
		base = url.URL{Scheme: "https", Host: gatewayHost}
	}
	base.Path = gatewayPrefix + tenant.CloudID
	api, err := gojira.NewClient(c.http, base.String())
	if err != nil {
		return nil, fmt.Errorf("jira: gateway address: %w", err)
	}
	return &address{api: api, cloud: tenant.CloudID}, nil
}

// get reads one small JSON answer of the address in use.
func (c *Client) get(ctx context.Context, path string, query url.Values, out any) error {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return c.ask(ctx, http.MethodGet, path, nil, out)
}

// ask sends one call to the address in use and decodes its whole answer.
func (c *Client) ask(ctx context.Context, method, path string, body, out any) error {
	api, err := c.api(ctx)
	if err != nil {
		return err
	}
	return c.read(ctx, api, method, path, body, out)
}

// read sends one call and decodes its whole answer into out.
func (c *Client) read(ctx context.Context, api *gojira.Client, method, path string, body, out any) error {
	answer, err := c.open(ctx, api, method, path, body)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Close() }()
	if err := decode(answer, out); err != nil {
		return unreadable(ctx, operation(method, path), err)
	}
	return nil
}

// open sends one call and returns the answer's body, which the caller closes.
func (c *Client) open(ctx context.Context, api *gojira.Client, method, path string, body any) (io.ReadCloser, error) {
	req, err := api.NewRequestWithContext(ctx, method, path, body)
	if err != nil {
		return nil, fmt.Errorf("jira: %s: %w", operation(method, path), err)
	}
	resp, err := api.Do(req, nil)
	if err != nil {
		return nil, failure(ctx, operation(method, path), resp, err)
	}
	return resp.Body, nil
}
