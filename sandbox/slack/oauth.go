package slack

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	codeLife     = 10 * time.Minute
	rotatedLife  = 12 * time.Hour // of a bot token when rotation is on
	organisation = "E0NORTHORG"   // the Enterprise organisation of the org_install switch
)

// oauth remembers the codes that wait to be exchanged. Codes and tokens live by
// the machine's clock.
type oauth struct {
	mu    sync.Mutex
	codes map[string]*code
	life  time.Duration // of a new bot token; 0: rotation is off
}

// code is the outcome of one Allow.
type code struct {
	ws        *workspace
	installer string
	redirect  string
	challenge string // of PKCE, method S256; "" when none was sent
	until     time.Time
	used      bool
}

func newOAuth() *oauth { return &oauth{codes: map[string]*code{}} }

// rotateTokens switches token rotation for tokens that are given out from now on.
func (o *oauth) rotateTokens(on bool, seconds int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.life = 0
	if on {
		o.life = cmp.Or(time.Duration(seconds)*time.Second, rotatedLife)
	}
}

// tokenLife is 0 while rotation is off.
func (o *oauth) tokenLife() time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.life
}

func (o *oauth) newCode(c *code) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	maps.DeleteFunc(o.codes, func(_ string, c *code) bool { return time.Since(c.until) > codeLife })
	value := clientID + "." + newHex(64)
	c.until = time.Now().Add(codeLife)
	o.codes[value] = c
	return value
}

// spend takes a code once, when everything that it is bound to fits.
func (o *oauth) spend(a args) (*code, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	c := o.codes[a.text("code")]
	switch {
	case c == nil || time.Now().After(c.until):
		return nil, fail("invalid_code")
	case c.used:
		return nil, fail("code_already_used")
	case a.text("redirect_uri") != c.redirect:
		return nil, fail("bad_redirect_uri")
	case !c.verifiedBy(a.text("code_verifier")):
		return nil, fail("invalid_code_verifier")
	}
	c.used = true
	return c, nil
}

// verifiedBy compares by RFC 7636, section 4.6. A verifier without a challenge
// is as wrong as none for one.
func (c *code) verifiedBy(verifier string) bool {
	if c.challenge == "" || verifier == "" {
		return c.challenge == verifier
	}
	sum := sha256.Sum256([]byte(verifier))
	return c.challenge == base64.RawURLEncoding.EncodeToString(sum[:])
}

// serveAccess answers oauth.v2.access, which takes the app's own credentials in
// place of a token.
func (s *Server) serveAccess(w http.ResponseWriter, r *http.Request, a args) {
	const name = "oauth.v2.access"
	if wait := s.throttle(s.teams[0], name, 0, ""); wait > 0 {
		tooMany(w, wait)
		return
	}
	if isJSON(r) {
		a = queryArgs(r) // as for every method that takes forms only
	}
	out, team, err := s.access(r, a)
	if err == nil && s.faults.take("post_then_500", name, team) {
		serverError(w)
		return
	}
	s.answer(w, name, args{}, out, err)
}

func (s *Server) access(r *http.Request, a args) (out object, team string, err error) {
	if err := clientOf(r, a); err != nil {
		return nil, "", err
	}
	switch cmp.Or(a.text("grant_type"), "authorization_code") {
	case "authorization_code":
		c, err := s.oauth.spend(a)
		if err != nil {
			return nil, "", err
		}
		out, err = c.ws.issue(c.installer, s.oauth.tokenLife())
		return out, c.ws.team.ID, err
	case "refresh_token":
		return s.refresh(a.text("refresh_token"))
	}
	return nil, "", fail("invalid_grant_type")
}

// clientOf checks the credentials of the app: by Basic authentication, as Slack
// advises, or in the form.
func clientOf(r *http.Request, a args) error {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = a.text("client_id"), a.text("client_secret")
	}
	switch {
	case id != clientID:
		return fail("invalid_client_id")
	case subtle.ConstantTimeCompare([]byte(secret), []byte(clientSecret)) == 0:
		return fail("bad_client_secret")
	}
	return nil
}

// refresh exchanges a refresh token for the next pair of tokens. It works once.
func (s *Server) refresh(token string) (object, string, error) {
	life := cmp.Or(s.oauth.tokenLife(), rotatedLife)
	for _, ws := range s.teams {
		ws.mu.Lock()
		if token != "" && ws.install.refresh == token {
			value, next := ws.install.rotate(life)
			out := ws.grantObject(ws.owner().ID, value)
			ws.mu.Unlock()
			out["refresh_token"], out["expires_in"] = next, int(life.Seconds())
			return out, ws.team.ID, nil
		}
		ws.mu.Unlock()
	}
	return nil, "", fail("invalid_refresh_token")
}

// issue gives out a token to the app that was allowed, unless it was uninstalled
// since.
func (ws *workspace) issue(installer string, life time.Duration) (object, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	switch {
	case !ws.install.active:
		return nil, fail("invalid_code")
	case life == 0:
		return ws.grantObject(installer, ws.install.longLived()), nil
	}
	token, refresh := ws.install.rotate(life)
	out := ws.grantObject(installer, token)
	maps.Copy(out, object{"refresh_token": refresh, "expires_in": int(life.Seconds())})
	return out, nil
}

// grantObject is what oauth.v2.access answers.
func (ws *workspace) grantObject(installer, token string) object {
	out := object{
		"access_token": token, "token_type": "bot", "scope": strings.Join(ws.install.granted, ","),
		"bot_user_id": ws.bot.ID, "app_id": appID, "authed_user": object{"id": installer},
		"team":       object{"id": ws.team.ID, "name": ws.team.Name},
		"enterprise": nil, "is_enterprise_install": false,
	}
	if ws.ofOrganisation() {
		out["team"], out["enterprise"], out["is_enterprise_install"] = nil, ws.enterprise(), true
	}
	return out
}

// ofOrganisation tells whether the app is installed for a whole Enterprise
// organisation, of which this workspace is one.
func (ws *workspace) ofOrganisation() bool { return ws.s.faults.on("org_install " + ws.team.ID) }

func (ws *workspace) enterprise() object {
	return object{"id": organisation, "name": ws.team.Name + " Group"}
}
