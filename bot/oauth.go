package bot

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/secret"
)

// OAuth is the app as Slack's OAuth knows it.
type OAuth struct {
	ClientID     string
	ClientSecret secret.Secret
	APIURL       string // "" for Slack itself; else an address of this machine, ".../api/"
}

// Grant is what Slack gives when a workspace lets the app in, or renews its
// token.
type Grant struct {
	Identity                // of a renewed token only the team
	Token     secret.Secret // xoxb-…, xoxe.xoxb-… where it expires
	Refresh   secret.Secret // renews Token, once; "" where it does not expire
	ExpiresIn time.Duration // 0 for never
}

// AuthorizeURL is the page where a person lets the app into a workspace. The
// challenge may be empty.
func (o OAuth) AuthorizeURL(scopes []string, redirect, state, challenge string) (string, error) {
	base, err := checkBase(o.APIURL)
	if err != nil {
		return "", err
	}
	q := url.Values{"client_id": {o.ClientID}, "scope": {strings.Join(scopes, ",")}, "user_scope": {""}, "redirect_uri": {redirect}, "state": {state}}
	if challenge != "" {
		q.Set("code_challenge", challenge)
		q.Set("code_challenge_method", "S256")
	}
	return strings.TrimSuffix(base, "api/") + "oauth/v2/authorize?" + q.Encode(), nil
}

// Verifier makes the secret half of a PKCE exchange and the challenge that may
// be shown.
func Verifier() (verifier secret.Secret, challenge string, err error) {
	v, err := slack.GenerateCodeVerifier()
	return secret.Secret(v), slack.GenerateCodeChallenge(v), err
}

// Exchange turns a code, which serves once within ten minutes, into a token,
// and asks Slack whom the token speaks for. An installation for a whole
// organisation is a *CredentialError with code org_install.
func (o OAuth) Exchange(ctx context.Context, code, redirect string, verifier secret.Secret) (Grant, error) {
	base, err := checkBase(o.APIURL)
	if err != nil {
		return Grant{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*callTimeout)
	defer cancel()
	hc := newHTTPClient()
	defer hc.CloseIdleConnections()
	r, err := slack.GetOAuthV2ResponseContext(ctx, hc, o.ClientID, o.ClientSecret.Reveal(), code, redirect,
		slack.OAuthOptionAPIURL(base), slack.OAuthOptionCodeVerifier(verifier.Reveal()))
	if err != nil {
		return Grant{}, failed("oauth.v2.access", err)
	}
	if r.IsEnterpriseInstall || r.Team.ID == "" {
		return Grant{}, &CredentialError{Token: botToken, Code: "org_install"}
	}
	g := grantOf(r)
	id, err := authTest(ctx, newSlack(base, g.Token, hc, nil).own)
	var refused *CredentialError
	switch {
	case errors.As(err, &refused):
		return Grant{}, err
	case err == nil: // else it is known well enough, and the code is spent
		g.BotID, g.Enterprise = id.BotID, id.Enterprise
	}
	return g, nil
}

// Renew exchanges a refresh token, which serves once, for a new token and the
// next refresh token.
func (o OAuth) Renew(ctx context.Context, refresh secret.Secret) (Grant, error) {
	base, err := checkBase(o.APIURL)
	if err != nil {
		return Grant{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	hc := newHTTPClient()
	defer hc.CloseIdleConnections()
	r, err := slack.RefreshOAuthV2TokenContext(ctx, hc, o.ClientID, o.ClientSecret.Reveal(), refresh.Reveal(), slack.OAuthOptionAPIURL(base))
	if err != nil {
		return Grant{}, failed("oauth.v2.access", err)
	}
	return grantOf(r), nil
}

func grantOf(r *slack.OAuthV2Response) Grant {
	return Grant{
		Identity: Identity{Team: r.Team.ID, TeamName: r.Team.Name, Enterprise: r.Enterprise.ID, BotUser: r.BotUserID, AppID: r.AppID, Scopes: scopes(r.Scope)},
		Token:    secret.Secret(r.AccessToken), Refresh: secret.Secret(r.RefreshToken), ExpiresIn: time.Duration(r.ExpiresIn) * time.Second,
	}
}

// CheckToken asks Slack whom a bot token speaks for. A refused one is a
// *CredentialError; any other error may pass by itself.
func CheckToken(ctx context.Context, apiURL string, token secret.Secret) (Identity, error) {
	base, err := checkBase(apiURL)
	if err != nil {
		return Identity{}, err
	}
	hc := newHTTPClient()
	defer hc.CloseIdleConnections()
	return authTest(ctx, newSlack(base, token, hc, nil).own)
}
