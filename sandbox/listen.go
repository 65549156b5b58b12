package sandbox

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// listen opens a listener and refuses it again unless it is on loopback.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	addr = cmp.Or(addr, "127.0.0.1:0")
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox address %q: %w", addr, err)
	}
	if host == "" {
		return nil, fmt.Errorf("sandbox address %q: name a loopback host, such as 127.0.0.1", addr)
	}
	ips, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("sandbox address %q: %w", addr, err)
	}
	for _, ip := range ips {
		if !ip.IP.IsLoopback() {
			return nil, fmt.Errorf("sandbox address %q: only loopback addresses are allowed, its tokens are public", addr)
		}
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	return l, nil
}

// sameOrigin refuses what a foreign page in the user's browser could send: a
// host name that was made to point here, or a request from another origin.
func sameOrigin(base string, next http.Handler) http.Handler {
	own, err := url.Parse(base)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		if err != nil || !ownHost(own, r.Host) || (origin != "" && origin != "http://"+r.Host) {
			http.Error(w, "This address answers only its own page and tools on this machine.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownHost accepts the listener's address, and localhost with its port.
func ownHost(own *url.URL, host string) bool {
	return host == own.Host || host == "localhost:"+own.Port()
}

// toPage leads a permalink to the message in the browser page.
func toPage(w http.ResponseWriter, r *http.Request) {
	q := url.Values{"channel": {r.PathValue("channel")}, "message": {r.PathValue("message")}}
	http.Redirect(w, r, "/?"+q.Encode(), http.StatusFound)
}
