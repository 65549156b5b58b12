package slack

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// method is one Web API method as this server knows it.
type method struct {
	scopes []string // any one of them suffices; none: any bot token may call
	tier   int      // calls per minute under the tier limiter; 0: no limit
	run    func(*call) (object, error)
	form   bool // arguments in a JSON body are overlooked
}

// botMethods lists what a bot token may call. The methods of the app itself,
// apps.connections.open and oauth.v2.access, stand apart.
func botMethods() map[string]method {
	chat, user, files := []string{"chat:write"}, []string{"users:read"}, []string{"files:write"}
	conversations := []string{"channels:read", "groups:read", "im:read", "mpim:read"}
	return map[string]method{
		"api.test":                     {tier: 100, run: apiTest},
		"auth.test":                    {tier: 600, run: authTest},
		"auth.revoke":                  {tier: 50, run: authRevoke, form: true},
		"apps.uninstall":               {tier: 1, run: appsUninstall, form: true},
		"team.info":                    {scopes: []string{"team:read"}, tier: 50, run: teamInfo, form: true},
		"bots.info":                    {scopes: user, tier: 50, run: botsInfo, form: true},
		"blocks.validate":              {run: blocksValidate},
		"chat.postMessage":             {scopes: chat, run: chatPostMessage},
		"chat.postEphemeral":           {scopes: chat, tier: 100, run: chatPostEphemeral},
		"chat.update":                  {scopes: chat, tier: 50, run: chatUpdate},
		"chat.delete":                  {scopes: chat, tier: 50, run: chatDelete},
		"chat.getPermalink":            {run: chatGetPermalink, form: true},
		"views.open":                   {tier: 100, run: viewsOpen},
		"views.push":                   {tier: 100, run: viewsPush},
		"views.update":                 {tier: 100, run: viewsUpdate},
		"views.publish":                {tier: 100, run: viewsPublish},
		"users.info":                   {scopes: user, tier: 100, run: usersInfo, form: true},
		"users.list":                   {scopes: user, tier: 20, run: usersList, form: true},
		"users.lookupByEmail":          {scopes: []string{"users:read.email"}, tier: 50, run: usersLookupByEmail, form: true},
		"users.conversations":          {scopes: conversations, tier: 50, run: usersConversations, form: true},
		"conversations.open":           {scopes: []string{"im:write", "mpim:write"}, tier: 50, run: conversationsOpen},
		"conversations.info":           {scopes: conversations, tier: 50, run: conversationsInfo, form: true},
		"conversations.list":           {scopes: conversations, tier: 20, run: conversationsList, form: true},
		"conversations.members":        {scopes: conversations, tier: 100, run: conversationsMembers, form: true},
		"files.getUploadURLExternal":   {scopes: files, tier: 100, run: filesGetUploadURL, form: true},
		"files.completeUploadExternal": {scopes: files, tier: 100, run: filesCompleteUpload},
		"files.info":                   {scopes: []string{"files:read"}, tier: 100, run: filesInfo, form: true},
		"files.upload":                 {scopes: files, tier: 20, run: filesUpload, form: true},
	}
}

// call is one request to a method, decoded.
type call struct {
	s      *Server
	ws     *workspace
	method string
	token  string
	args   args
}

// apiError is an answer with "ok":false.
type apiError struct {
	code     string
	extra    object
	injected bool // by a fault switch, or what the call asked for: no mistake of the bot
}

func (e *apiError) Error() string { return e.code }

func fail(code string) error { return &apiError{code: code} }

// failWith adds what Slack adds in response_metadata.messages.
func failWith(code string, problems []problem) error {
	plain := make([]string, len(problems))
	marked := make([]string, len(problems))
	for i, p := range problems {
		plain[i] = p.String()
		marked[i] = "[ERROR] " + p.String()
	}
	extra := object{"response_metadata": object{"messages": marked}}
	if code == "invalid_blocks" {
		extra["errors"] = plain
	}
	return &apiError{code: code, extra: extra}
}

func missing(argument string) error {
	return &apiError{code: "invalid_arguments", extra: object{"response_metadata": object{
		"messages": []string{"[ERROR] missing required field: " + argument},
	}}}
}

// serveAPI answers one call: faults first, then credentials, rates and scopes,
// then the method itself.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	a, err := readArgs(w, r)
	team := s.teamOf(bearer(r, a))
	s.faults.pause(r.Context(), "slow_api", name, team)
	if s.faults.take("http_500", name, team) {
		serverError(w)
		return
	}
	if err != nil {
		s.audit.violate(Incident{Kind: malformedCall, Method: name, Error: "invalid_arguments", Detail: err.Error()})
		writeJSON(w, http.StatusOK, object{"ok": false, "error": "invalid_arguments"})
		return
	}
	if code := s.faults.refusal(name, team); code != "" {
		s.answer(w, name, a, nil, &apiError{code: code, injected: true})
		return
	}
	if s.methods[name].form && isJSON(r) {
		a = queryArgs(r)
	}
	switch name {
	case "apps.connections.open":
		s.openConnection(w, r)
	case "oauth.v2.access":
		s.serveAccess(w, r, a)
	default:
		s.serveBot(w, name, bearer(r, a), a)
	}
}

func (s *Server) serveBot(w http.ResponseWriter, name, token string, a args) {
	ws, err := s.authorise(token)
	m, known := s.methods[name]
	switch {
	case !known:
		err = fail("unknown_method")
	case err == nil:
		if wait := s.throttle(ws, name, m.tier, a.text("channel")); wait > 0 {
			tooMany(w, wait)
			return
		}
		err = ws.checkScope(w, m.scopes)
	}
	if err != nil {
		s.answer(w, name, a, nil, err)
		return
	}
	ws.mu.Lock()
	out, err := m.run(&call{s: s, ws: ws, method: name, token: token, args: a})
	ws.mu.Unlock()
	if err == nil && s.faults.take("post_then_500", name, ws.team.ID) {
		serverError(w)
		return
	}
	s.answer(w, name, a, out, err)
}

// authorise maps a bot token to its workspace.
func (s *Server) authorise(token string) (*workspace, error) {
	switch {
	case token == "":
		return nil, fail("not_authed")
	case strings.HasPrefix(token, "xapp-"):
		return nil, fail("not_allowed_token_type")
	}
	for _, ws := range s.teams {
		if known, err := ws.accepts(token); known {
			return ws, err
		}
	}
	return nil, fail("invalid_auth")
}

// teamOf is the id of the workspace that gave out a token, "" for none.
func (s *Server) teamOf(token string) string {
	for _, ws := range s.teams {
		if known, _ := ws.accepts(token); known {
			return ws.team.ID
		}
	}
	return ""
}

func (ws *workspace) checkScope(w http.ResponseWriter, accepted []string) error {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	granted := strings.Join(ws.install.scopes, ",")
	w.Header().Set("X-OAuth-Scopes", granted)
	w.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(accepted, ","))
	if len(accepted) == 0 || slices.ContainsFunc(accepted, ws.granted) {
		return nil
	}
	return ws.missingScope(accepted[0])
}

func (ws *workspace) granted(scope string) bool { return slices.Contains(ws.install.scopes, scope) }

func (ws *workspace) missingScope(needed string) error {
	return &apiError{code: "missing_scope", extra: object{
		"needed": needed, "provided": strings.Join(ws.install.scopes, ","),
	}}
}

// throttle returns how long the caller must wait, or 0.
func (s *Server) throttle(ws *workspace, name string, tier int, channel string) time.Duration {
	wait, reason := s.limits.check(ws.team.ID, name, channel, tier, time.Now())
	if wait == 0 {
		return 0
	}
	i := Incident{Kind: reason, Method: name, Channel: channel, Error: "ratelimited"}
	if reason == refusedCall {
		s.audit.refuse(i)
	} else {
		s.audit.violate(i)
	}
	return wait
}

// answer writes the result and keeps a refusal in the right list.
func (s *Server) answer(w http.ResponseWriter, name string, a args, out object, err error) {
	var refused *apiError
	if !errors.As(err, &refused) {
		body := object{"ok": true}
		maps.Copy(body, out)
		writeJSON(w, http.StatusOK, body)
		return
	}
	body := object{"ok": false, "error": refused.code}
	maps.Copy(body, refused.extra)
	i := Incident{Kind: refusedCall, Method: name, Error: refused.code, Channel: a.text("channel"), Detail: detail(refused.extra)}
	if malformed[refused.code] && !refused.injected {
		i.Kind = malformedCall
		s.audit.violate(i)
	} else {
		s.audit.refuse(i)
	}
	writeJSON(w, http.StatusOK, body)
}

// malformed are the errors that a correct bot never gets.
var malformed = map[string]bool{
	"invalid_arguments": true, "invalid_blocks": true, "invalid_blocks_format": true, "no_text": true,
	"msg_blocks_too_long": true, "msg_too_long": true, "markdown_text_conflict": true, "view_too_large": true,
	"unknown_method": true, "invalid_cursor": true, "limit_required": true, "push_limit_reached": true,
	"invalid_trigger_id": true, "exchanged_trigger_id": true, "too_many_users": true,
	"users_list_not_supplied": true, "invalid_metadata_format": true, "invalid_types": true,
	"channels_limit_exceeded": true, "not_allowed_token_type": true, "method_deprecated": true, "invalid_limit": true,
}

// detail is the first of Slack's messages: it names a place, never user text.
func detail(extra object) string {
	meta, _ := extra["response_metadata"].(object)
	messages, _ := meta["messages"].([]string)
	if len(messages) > 0 {
		return messages[0]
	}
	needed, _ := extra["needed"].(string)
	return needed
}

func tooMany(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", retryAfter(wait))
	writeJSON(w, http.StatusTooManyRequests, object{"ok": false, "error": "ratelimited"})
}

// serverError is what Slack's edge sends when the backend fails: no JSON.
func serverError(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	w.Write([]byte("<!DOCTYPE html><html><head><title>Server Error | Slack</title></head><body>Something went wrong on our end.</body></html>"))
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	// The peer may be gone; there is no one left to tell.
	_ = enc.Encode(body)
}

// page cuts one page out of all items by Slack's cursor and limit arguments.
func page[T any](c *call, all []T) ([]T, string, error) {
	start := 0
	if cursor := c.args.text("cursor"); cursor != "" {
		n, ok := readCursor(cursor)
		if !ok || n > len(all) {
			return nil, "", fail("invalid_cursor")
		}
		start = n
	}
	limit := cmp.Or(c.args.number("limit"), 100)
	if limit < 1 || limit > 1000 {
		return nil, "", fail("invalid_limit")
	}
	end := min(start+limit, len(all))
	if end == len(all) {
		return all[start:end], "", nil
	}
	return all[start:end], writeCursor(end), nil
}
