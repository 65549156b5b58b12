package jira

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// endpoint is one call of the allow-list. Its name is the key of Jira's burst
// limits, which count per method and endpoint.
type endpoint struct {
	method    string
	path      string // {} stands for one id or key
	anonymous bool   // sent without credentials
}

// allowed are the only calls that can leave this package. All of them read;
// the POSTs carry queries too long for an address and are safe to repeat.
var allowed = []endpoint{
	{method: http.MethodGet, path: "/_edge/tenant_info", anonymous: true},
	{method: http.MethodGet, path: "/rest/api/3/myself"},
	{method: http.MethodGet, path: "/rest/api/3/project/search"},
	{method: http.MethodGet, path: "/rest/api/3/project/{}"},
	{method: http.MethodGet, path: "/rest/api/3/project/{}/version"},
	{method: http.MethodGet, path: "/rest/api/3/project/{}/statuses"},
	{method: http.MethodGet, path: "/rest/api/3/status"},
	{method: http.MethodGet, path: "/rest/api/3/field"},
	{method: http.MethodGet, path: "/rest/api/3/user"},
	{method: http.MethodGet, path: "/rest/api/3/user/search"},
	{method: http.MethodGet, path: "/rest/api/3/user/viewissue/search"},
	{method: http.MethodGet, path: "/rest/agile/1.0/board"},
	{method: http.MethodGet, path: "/rest/agile/1.0/board/{}/configuration"},
	{method: http.MethodGet, path: "/rest/agile/1.0/board/{}/sprint"},
	{method: http.MethodPost, path: "/rest/api/3/search/jql"},
	{method: http.MethodPost, path: "/rest/api/3/search/approximate-count"},
	{method: http.MethodPost, path: "/rest/api/3/changelog/bulkfetch"},
	{method: http.MethodPost, path: "/rest/api/3/permissions/check"},
}

var segmentPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (e endpoint) name() string { return e.method + " " + e.path }

func (e endpoint) matches(method, path string) bool {
	if method != e.method {
		return false
	}
	want, got := strings.Split(e.path, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] == "{}" && segmentPattern.MatchString(got[i]) {
			continue
		}
		if want[i] != got[i] {
			return false
		}
	}
	return true
}

// permit finds the endpoint of a request. A request to another host, scheme,
// path or method is an error, so nothing of it reaches the network.
func permit(site *url.URL, req *http.Request) (endpoint, error) {
	path, ok := restPath(site, req.URL)
	if ok && req.URL.RawPath == "" { // an escaped slash is no part of any path here
		for _, e := range allowed {
			if e.matches(req.Method, path) {
				return e, nil
			}
		}
	}
	return endpoint{}, fmt.Errorf("%w: %s %s%s", errNotAllowed, req.Method, req.URL.Host, req.URL.Path)
}

// restPath cuts the gateway's prefix and says whether the address is the site
// or the site's gateway at all.
func restPath(site, u *url.URL) (path string, ok bool) {
	if u.Scheme != site.Scheme || u.User != nil {
		return "", false
	}
	atGateway, path := cutGateway(u.Path)
	switch {
	case u.Host == site.Host:
		return path, !atGateway || isLoopback(site) // a sandbox plays both parts on one address
	case u.Host == gatewayHost && !isLoopback(site):
		return path, atGateway && path != "/_edge/tenant_info"
	}
	return "", false
}

func cutGateway(path string) (atGateway bool, rest string) {
	behind, found := strings.CutPrefix(path, gatewayPrefix)
	if !found {
		return false, path
	}
	cloud, rest, _ := strings.Cut(behind, "/")
	return cloudIDPattern.MatchString(cloud), "/" + rest
}
