package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"headway/bot"
	"headway/secret"
)

// visit is one person's way to Slack's page and back. Its state and its code
// serve once.
type visit struct {
	page     string // Slack's, where the person allows the app in
	redirect string
	state    string
	verifier secret.Secret
	listener net.Listener // nil where the address is pasted
	server   *http.Server
	came     chan arrival

	mu   sync.Mutex
	used bool
}

// arrival is how the person came back: with a code, or an error of Slack's.
type arrival struct {
	code, denied string
	shown        chan string // what the browser is to show; nil where nobody looks
}

// answer shows a sentence in the browser, if the person came back by it.
func (a arrival) answer(text string) {
	if a.shown != nil {
		a.shown <- text
	}
}

func (c installCmd) visit(ctx context.Context) (*visit, error) {
	v := &visit{state: rand.Text(), came: make(chan arrival), redirect: c.redirect(c.Addr)}
	if !c.Paste {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
		if err != nil {
			return nil, fmt.Errorf("--addr: %w: choose another port, or use --paste", err)
		}
		v.listener, v.redirect = listener, c.redirect(listener.Addr().String())
	}
	var challenge string
	if c.PKCE {
		var err error
		if v.verifier, challenge, err = bot.Verifier(); err != nil {
			return nil, errors.Join(err, v.close())
		}
	}
	var err error
	v.page, err = c.oauth().AuthorizeURL(installScopes(), v.redirect, v.state, challenge)
	if err != nil {
		return nil, errors.Join(err, v.close())
	}
	v.serve(ctx)
	return v, nil
}

// installScopes are all that the manifest names; in Slack's page a person may
// leave out the optional ones.
func installScopes() []string {
	scopes := manifest("/headway")["oauth_config"].(object)["scopes"].(object)
	return append(append([]string{}, scopes["bot"].([]string)...), scopes["bot_optional"].([]string)...)
}

// serve waits for the browser.
func (v *visit) serve(ctx context.Context) {
	if v.listener == nil {
		return
	}
	back, _ := url.Parse(v.redirect) //nolint:errcheck // it was checked
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{path...}", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != back.Path {
			http.NotFound(w, r)
			return
		}
		v.browser(ctx, w, r)
	})
	v.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = v.server.Serve(v.listener) }() // close ends it
}

// close lets the browser's last answer go out.
func (v *visit) close() error {
	switch {
	case v.server != nil:
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		return v.server.Shutdown(ctx)
	case v.listener != nil:
		return v.listener.Close()
	}
	return nil
}

// receive takes what Slack's redirect brought and tells what came of it.
func (v *visit) receive(ctx context.Context, query url.Values) (status int, text string) {
	came, err := v.read(query)
	if err != nil {
		return http.StatusBadRequest, err.Error()
	}
	came.shown = make(chan string, 1)
	select {
	case v.came <- came:
		return http.StatusOK, v.outcome(ctx, came)
	case <-ctx.Done():
		return http.StatusOK, errTooLate.Error()
	}
}

func (v *visit) browser(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	status, text := v.receive(ctx, r.URL.Query())
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<!doctype html><meta charset="utf-8"><title>Headway</title><body style="font:16px/1.5 sans-serif;max-width:32em;margin:4em auto"><p>%s</p>`, html.EscapeString(text))
}

func (v *visit) outcome(ctx context.Context, came arrival) string {
	select {
	case text := <-came.shown:
		return text
	case <-ctx.Done():
		return errTooLate.Error()
	}
}

// sentence is an error that a person reads as it stands.
type sentence string

func (s sentence) Error() string { return string(s) }

const (
	errForeignVisit sentence = "This address is not of the installation that waits here, or was used before. Open the address that the terminal shows."
	errNoCode       sentence = "There is no code in this address. Open the address that the terminal shows, and allow Headway in."
	errTooLate      sentence = "The ten minutes are over. Run headway install again."
	errDenied       sentence = "Headway was not allowed in, and nothing was changed. Run headway install again if that was a mistake."
	errNoInput      sentence = "Nothing was pasted. Run headway install again."
)

// read takes what Slack gave the browser. The state must be ours, and serves
// once.
func (v *visit) read(q url.Values) (arrival, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if q.Get("code") == "" && q.Get("error") == "" {
		return arrival{}, errNoCode
	}
	if v.used || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(v.state)) != 1 {
		return arrival{}, errForeignVisit
	}
	v.used = true
	return arrival{code: q.Get("code"), denied: q.Get("error")}, nil
}

// pasted takes a whole address, or the code alone, which PKCE binds to this
// visit.
func (v *visit) pasted(line string) (arrival, error) {
	_, query, address := strings.Cut(line, "?")
	if address {
		query, _, _ = strings.Cut(query, "#")
		q, err := url.ParseQuery(query)
		if err != nil {
			return arrival{}, errNoCode
		}
		return v.read(q)
	}
	if strings.ContainsAny(line, " /:&=") {
		return arrival{}, errNoCode
	}
	return v.read(url.Values{"code": {line}, "state": {v.state}})
}

// await returns when the person is back, by the browser or by what they paste.
func (v *visit) await(ctx context.Context, in io.Reader, out io.Writer) (arrival, error) {
	ended := make(chan struct{})
	go v.paste(ctx, in, out, ended)
	if v.listener != nil {
		ended = nil // nobody at the keyboard: the browser may still come
	}
	select {
	case came := <-v.came:
		if came.denied != "" {
			came.answer("Headway was not allowed in, and nothing was changed.")
			return came, errDenied
		}
		return came, nil
	case <-ended:
		return arrival{}, errNoInput
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return arrival{}, errTooLate
		}
		return arrival{}, ctx.Err()
	}
}

func (v *visit) paste(ctx context.Context, in io.Reader, out io.Writer, ended chan<- struct{}) {
	defer close(ended)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		came, err := v.pasted(line)
		if err != nil {
			fmt.Fprintln(out, err)
			continue
		}
		select {
		case v.came <- came:
		case <-ctx.Done():
		}
		return
	}
}
