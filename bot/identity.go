package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"headway/secret"
)

// Identity is whom a bot token speaks for.
type Identity struct {
	Team       string // T…
	TeamName   string
	Enterprise string   // E…; "" outside of an organisation
	BotUser    string   // U…: who posts, and whom people mention
	BotID      string   // B…
	AppID      string   // A…; "" until the first connection said hello
	Scopes     []string // what the bot token may do
}

// CredentialError says that Slack refuses one of the two tokens, and the cure.
type CredentialError struct {
	Token string // "app token" or "bot token"
	Code  string // Slack's error name
}

func (e *CredentialError) Error() string {
	return fmt.Sprintf("Slack refuses the %s (%s): %s", e.Token, e.Code, e.Cure())
}

// Cure is what a person can do about it.
func (e *CredentialError) Cure() string {
	if cure, ok := cures[e.Code]; ok {
		return cure
	}
	if e.Token == appToken {
		return "make a new app-level token with the scope connections:write at api.slack.com/apps, under Basic Information"
	}
	return "install the app again at api.slack.com/apps, under Install App, and take the Bot User OAuth Token from there"
}

const (
	appToken = "app token"
	botToken = "bot token"
)

var cures = map[string]string{
	"link_disabled": "switch Socket Mode on at api.slack.com/apps, under Socket Mode",
	"missing_scope": "give it the scope that is missing at api.slack.com/apps and take the new token",
	"no_api":        "the address of the Slack API is wrong",
	"org_install":   "install the app into one workspace; installations for a whole Enterprise organisation are not supported yet",
}

// fatalCodes are errors of apps.connections.open that no retry mends.
var fatalCodes = append([]string{"link_disabled"}, credentialCodes...)

// refusal is the CredentialError in err, nil when another try may work.
func refusal(token string, err error) error {
	var answered slack.SlackErrorResponse
	var status slack.StatusCodeError
	switch {
	case errors.As(err, &answered) && slices.Contains(fatalCodes, answered.Err):
		return &CredentialError{Token: token, Code: answered.Err}
	case errors.As(err, &status) && status.Code == http.StatusNotFound:
		return &CredentialError{Token: token, Code: "no_api"}
	}
	return nil
}

// checkTokens tells wrong and swapped tokens from their prefixes, before Slack
// is asked: slack-go would retry a wrong kind of token for ever. The bot token
// may be missing where others are looked up.
func checkTokens(app, bot secret.Secret, others bool) error {
	isApp := func(s secret.Secret) bool { return strings.HasPrefix(s.Reveal(), "xapp-") }
	isBot := func(s secret.Secret) bool {
		return strings.HasPrefix(s.Reveal(), "xoxb-") || strings.HasPrefix(s.Reveal(), "xoxe.xoxb-")
	}
	if isBot(app) && isApp(bot) {
		return errors.New("bot: the app token and the bot token are swapped: the app token starts with xapp-, the bot token with xoxb-")
	}
	var wrong []error
	if !isApp(app) {
		wrong = append(wrong, errors.New("bot: the app token must start with xapp-; it is at api.slack.com/apps, under Basic Information, App-Level Tokens"))
	}
	if !isBot(bot) && !(bot.Empty() && others) {
		wrong = append(wrong, errors.New("bot: the bot token must start with xoxb-; it is at api.slack.com/apps, under OAuth & Permissions"))
	}
	return errors.Join(wrong...)
}

// Identify asks Slack whom the bot token of the Options speaks for. A refused token is a
// *CredentialError; any other error may pass by itself.
func (b *Bot) Identify(ctx context.Context) (Identity, error) {
	id, err := authTest(ctx, b.slack.own)
	if err != nil {
		return Identity{}, err
	}
	return b.slack.know(id), nil
}

// CheckAppToken asks Slack for a connection, without using it: a refused token
// is a *CredentialError. Slack allows few such calls a minute.
func (b *Bot) CheckAppToken(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, _, err := b.opening(b.http).StartSocketModeContext(ctx)
	if refused := refusal(appToken, err); refused != nil {
		return refused
	}
	return failed("apps.connections.open", err)
}

// Auth asks Slack whom the token for team speaks for.
func (s *Slack) Auth(ctx context.Context, team string) (Identity, error) {
	w, api, err := s.workspace(ctx, team)
	if err != nil {
		return Identity{}, err
	}
	if w == nil {
		return Identity{}, refused("auth.test", "unknown_team")
	}
	id, err := authTest(ctx, api)
	id.AppID = s.identity().AppID
	return id, err
}

func authTest(ctx context.Context, api *slack.Client) (Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	r, err := api.AuthTestContext(ctx)
	if refused := refusal(botToken, err); refused != nil {
		return Identity{}, refused
	}
	if err != nil {
		return Identity{}, failed("auth.test", err)
	}
	if !strings.HasPrefix(r.TeamID, "T") {
		return Identity{}, &CredentialError{Token: botToken, Code: "org_install"}
	}
	return Identity{Team: r.TeamID, TeamName: r.Team, Enterprise: r.EnterpriseID, BotUser: r.UserID, BotID: r.BotID, Scopes: scopes(r.Header.Get("X-OAuth-Scopes"))}, nil
}

// know keeps who we are; the app id is learnt elsewhere and stays.
func (s *Slack) know(id Identity) Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	id.AppID = s.bot.AppID
	s.bot = id
	return id
}

func (s *Slack) knowApp(app string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bot.AppID = app
}

func (s *Slack) identity() Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bot
}

func scopes(header string) []string {
	var all []string
	for _, s := range strings.Split(header, ",") {
		if s = strings.TrimSpace(s); s != "" {
			all = append(all, s)
		}
	}
	return all
}
