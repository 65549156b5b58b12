package main

import (
	"context"
	"errors"
	"strings"

	"headway/bot"
	"headway/models"
	"headway/secret"
	"headway/work"
)

// join makes sure that the token in the environment works, and that its
// workspace has its rows. It wins over what was stored for that workspace.
func (a *app) join(ctx context.Context) (bot.Identity, error) {
	who, err := a.bot.Identify(ctx)
	if err != nil {
		return who, err
	}
	a.home.Store(who.Team)
	return who, a.store.Team(who.Team).Install(ctx, who.TeamName, models.Installation{
		EnterpriseID: who.Enterprise, BotUser: who.BotUser, BotID: who.BotID, AppID: a.cfg.appID(), Scopes: strings.Join(who.Scopes, ","), FromEnv: true})
}

// joinAll joins the workspace of the environment, if there is one, and returns
// how many workspaces are served. A token that Slack refuses ends the program
// only when it has no other workspace.
func (a *app) joinAll(ctx context.Context) (served int, err error) {
	if !a.cfg.BotToken.Empty() {
		_, err = a.join(ctx)
	}
	if strings.HasPrefix(a.cfg.BotToken.Reveal(), "xoxe.") {
		a.log.Warn("SLACK_BOT_TOKEN expires within 12 hours and can't be renewed there: add its workspace by headway install and unset it")
	}
	var refused *bot.CredentialError
	if err != nil && !errors.As(err, &refused) {
		return 0, err
	}
	installations, listErr := a.store.Installations(ctx)
	if listErr != nil {
		return 0, listErr
	}
	for _, i := range installations {
		if i.State == models.InstallationActive && !a.tokenOf(i).Empty() {
			served++
		}
	}
	switch {
	case err != nil && served == 0:
		return 0, err
	case err != nil:
		a.log.Error("SLACK_BOT_TOKEN is refused, its workspace is not served", "error", err)
	case served == 0 && a.cfg.ClientID == "":
		return 0, errNoWorkspace
	case served == 0:
		a.log.Warn("no workspace is installed yet: headway install adds one, while this runs")
	}
	return served, nil
}

// envTeam is the workspace of the bot token in the environment, "" for none.
func (a *app) envTeam() string {
	team, _ := a.home.Load().(string)
	return team
}

// token finds the token of a workspace, see bot.Tokens.
func (a *app) token(ctx context.Context, team string) (secret.Secret, error) {
	i, err := a.store.Team(team).Installation(ctx)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	case i.State != models.InstallationActive:
		return "", nil
	}
	return a.tokenOf(i), nil
}

// tokenOf is the token that speaks for an installation. The environment's is
// for its own workspace only, whatever the database says.
func (a *app) tokenOf(i models.Installation) secret.Secret {
	if i.FromEnv && i.TeamID == a.envTeam() {
		return a.cfg.BotToken
	}
	return i.Token
}

var errOtherToken = errors.New("the token is of another workspace, or missing")

// checkToken asks Slack whether it takes the token of an installation.
func (a *app) checkToken(ctx context.Context, i models.Installation) error {
	token := a.tokenOf(i)
	if token.Empty() {
		return errOtherToken
	}
	who, err := bot.CheckToken(ctx, a.cfg.SlackURL, token)
	if err == nil && who.Team != i.TeamID {
		err = errOtherToken
	}
	return err
}

// renewal renews tokens that expire, nil without the app's credentials.
func (c Config) renewal() func(context.Context, secret.Secret) (work.Renewal, error) {
	if c.ClientID == "" {
		return nil
	}
	return func(ctx context.Context, refresh secret.Secret) (work.Renewal, error) {
		g, err := c.oauth().Renew(ctx, refresh)
		return work.Renewal{Token: g.Token, Refresh: g.Refresh, ExpiresIn: g.ExpiresIn}, err
	}
}

// appID is the id of the app, which stands in its app-level token
// (xapp-1-A0123456789-…); "" where it does not.
func (c Config) appID() string {
	parts := strings.Split(c.AppToken.Reveal(), "-")
	if len(parts) < 4 || !strings.HasPrefix(parts[2], "A") {
		return ""
	}
	return parts[2]
}
