package jira

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

const (
	siteDomain    = ".atlassian.net"
	gatewayHost   = "api.atlassian.com"
	gatewayPrefix = "/ex/jira/"
)

var (
	siteNamePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
	cloudIDPattern  = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
)

var errSiteName = errors.New("Type only the name of your Jira Cloud site: acme, if you open https://acme.atlassian.net")

// SiteName reads the name of a Jira Cloud site from what a person typed: the
// name itself, its host or any https address on it. Anything else, such as
// another host, a port or a user in the address, is refused with a sentence
// that says what to type.
func SiteName(s string) (string, error) {
	s = strings.TrimSpace(s)
	if name := strings.ToLower(s); siteNamePattern.MatchString(name) {
		return name, nil
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Host != u.Hostname() {
		return "", errSiteName
	}
	name, found := strings.CutSuffix(strings.ToLower(u.Host), siteDomain)
	if !found || !siteNamePattern.MatchString(name) {
		return "", errSiteName
	}
	return name, nil
}

// siteURL is the root of the site, or of the sandbox that stands in for it.
func siteURL(o Options) (*url.URL, error) {
	if o.Base != "" {
		return sandboxURL(o.Base)
	}
	name, err := SiteName(o.Site)
	if err != nil {
		return nil, fmt.Errorf("jira: %w", err)
	}
	return &url.URL{Scheme: "https", Host: name + siteDomain}, nil
}

// sandboxURL accepts the root of a server on this machine and nothing else: no
// setting may send a real token to another host.
func sandboxURL(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || !isLoopback(u) {
		return nil, errors.New("jira: the sandbox's address must be on this machine, as in http://127.0.0.1:8081")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func isLoopback(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

// onlyLoopback and onlyPublic judge the address that a name resolved to, after
// DNS, so that no name can point a token at another place.
func onlyLoopback(address string) error {
	if ip, err := dialed(address); err != nil || !ip.IsLoopback() {
		return fmt.Errorf("%w: the sandbox is not on this machine", ErrUnavailable)
	}
	return nil
}

func onlyPublic(address string) error {
	ip, err := dialed(address)
	if err != nil || !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return fmt.Errorf("%w: the site resolves to an address inside a private network", ErrUnavailable)
	}
	return nil
}

func dialed(address string) (netip.Addr, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return netip.Addr{}, err
	}
	ip, err := netip.ParseAddr(host)
	return ip.Unmap(), err
}

// BrowseURL is the page of an issue, for people.
func (c *Client) BrowseURL(key string) string {
	return c.site.JoinPath("browse", key).String()
}

// SearchURL is Jira's issue list for a JQL that this package generated.
func (c *Client) SearchURL(jql string) string {
	u := *c.site
	u.Path, u.RawQuery = "/issues/", url.Values{"jql": {jql}}.Encode()
	return u.String()
}
