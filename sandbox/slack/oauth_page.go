package slack

import (
	"html/template"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// botScopes are those a bot may ask for, of which an app like this has use.
// Slack knows more; an unknown one is refused as Slack refuses a misspelt one.
var botScopes = []string{
	"app_mentions:read", "bookmarks:read", "bookmarks:write", "calls:read", "calls:write", "canvases:read",
	"canvases:write", "channels:history", "channels:join", "channels:manage", "channels:read", "chat:write",
	"chat:write.customize", "chat:write.public", "commands", "conversations.connect:read", "dnd:read", "emoji:read",
	"files:read", "files:write", "groups:history", "groups:read", "groups:write", "im:history", "im:read", "im:write",
	"incoming-webhook", "links:read", "links:write", "metadata.message:read", "mpim:history", "mpim:read", "mpim:write",
	"pins:read", "pins:write", "reactions:read", "reactions:write", "reminders:read", "reminders:write", "team:read",
	"usergroups:read", "usergroups:write", "users.profile:read", "users:read", "users:read.email", "users:write",
	"workflow.steps:execute",
}

// sha256Challenge is the form of an S256 challenge: 32 bytes in unpadded base64url.
var sha256Challenge = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// request is what an app asks for at the authorize page.
type request struct {
	scopes    []string
	state     string
	redirect  *url.URL
	challenge string
	teams     []*workspace
}

// readRequest checks the address that an app sent a person to. The second result
// is the error that Slack's page shows.
func (s *Server) readRequest(q url.Values) (request, string) {
	r := request{state: q.Get("state"), challenge: q.Get("code_challenge"), teams: s.teams}
	if q.Get("client_id") != clientID {
		return r, "Invalid client_id parameter"
	}
	r.scopes = splitList(q.Get("scope"))
	switch {
	case len(r.scopes) == 0:
		return r, "No scopes requested"
	case slices.ContainsFunc(r.scopes, func(v string) bool { return !slices.Contains(botScopes, v) }) || q.Get("user_scope") != "":
		return r, "Invalid permissions requested"
	}
	redirect, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !mayRedirect(redirect) {
		return r, "redirect_uri did not match any configured URIs. Passed URI: " + q.Get("redirect_uri")
	}
	r.redirect = redirect
	if id := q.Get("team"); id != "" {
		ws, known := s.team(id)
		if !known {
			return r, "This workspace doesn't exist"
		}
		r.teams = []*workspace{ws}
	}
	method := q.Get("code_challenge_method")
	if (r.challenge != "" || method != "") && (method != "S256" || !sha256Challenge.MatchString(r.challenge)) {
		return r, "Invalid code_challenge parameter"
	}
	return r, ""
}

// mayRedirect allows what a person could have configured for this app: https, or
// http on their own machine.
func mayRedirect(u *url.URL) bool {
	if u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || (err == nil && ip.IsLoopback())
	return u.Scheme == "https" || (u.Scheme == "http" && local)
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func (s *Server) showAuthorize(w http.ResponseWriter, r *http.Request) {
	q, refused := s.readRequest(r.URL.Query())
	if refused != "" {
		authorizeRefused(w, refused)
		return
	}
	page := authorizePage{App: "Headway", Action: "?" + r.URL.RawQuery, Scopes: q.scopes}
	for _, ws := range q.teams {
		page.Teams = append(page.Teams, ws.team)
	}
	page.write(w, http.StatusOK)
}

// decideAuthorize takes the answer of the page's form and leads back to the app.
func (s *Server) decideAuthorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	q, refused := s.readRequest(query)
	if refused != "" {
		authorizeRefused(w, refused)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	back := q.redirect.Query()
	if q.state != "" {
		back.Set("state", q.state)
	}
	if r.PostFormValue("allow") != "yes" {
		back.Set("error", "access_denied")
	} else {
		ws, known := s.team(r.PostFormValue("team"))
		if !known || !slices.Contains(q.teams, ws) {
			authorizeRefused(w, "This workspace doesn't exist")
			return
		}
		back.Set("code", s.allow(ws, q, query.Get("redirect_uri")))
	}
	to := *q.redirect
	to.RawQuery = back.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

// allow installs the app and returns the code for its token.
func (s *Server) allow(ws *workspace, q request, redirect string) string {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.grant(q.scopes)
	return s.oauth.newCode(&code{ws: ws, installer: ws.owner().ID, redirect: redirect, challenge: q.challenge})
}

type authorizePage struct {
	App, Action, Refused string
	Scopes               []string
	Teams                []team
}

func authorizeRefused(w http.ResponseWriter, why string) {
	authorizePage{App: "Headway", Refused: why}.write(w, http.StatusBadRequest)
}

func (p authorizePage) write(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// The reader may be gone; there is no one left to tell.
	_ = authorizeHTML.Execute(w, p)
}

var authorizeHTML = template.Must(template.New("authorize").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{if .Refused}}Something went wrong{{else}}Install {{.App}}{{end}}</title>
<style>
body { max-width: 34rem; margin: 12vh auto 0; padding: 0 1.5rem; font: 16px/1.5 system-ui, sans-serif; color: #1d1c1d; }
h1 { font-size: 1.5rem; line-height: 1.25; }
code { padding: .1em .3em; border-radius: 4px; background: #f3f1ee; font-size: .875em; }
form { display: flex; justify-content: space-between; align-items: center; padding: .875rem 0; border-top: 1px solid #ddd8d2; }
button { padding: .5rem 1.25rem; border: 1px solid #b9b3ac; border-radius: 6px; background: #fff; font: inherit; cursor: pointer; }
button[value=yes] { border-color: #007a5a; background: #007a5a; color: #fff; font-weight: 600; }
</style></head><body>
{{if .Refused}}<h1>Something went wrong when authorizing {{.App}}</h1>
<p>{{.Refused}}</p>
{{else}}<h1>{{.App}} is asking to be installed</h1>
<p>It asks for {{range $i, $s := .Scopes}}{{if $i}}, {{end}}<code>{{$s}}</code>{{end}}.</p>
{{$action := .Action}}{{range .Teams}}<form method="post" action="{{$action}}">
<input type="hidden" name="team" value="{{.ID}}"><b>{{.Name}}</b>
<span><button name="allow" value="no">Cancel</button> <button name="allow" value="yes">Allow</button></span></form>
{{end}}{{end}}</body></html>
`))
