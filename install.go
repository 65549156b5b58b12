package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"headway/bot"
	"headway/models"
)

type installCmd struct {
	Config
	Addr     string `default:"127.0.0.1:7447" help:"Address on this machine to which Slack sends the browser back."`
	Redirect string `help:"Redirect URL as it is registered with the app; default http://ADDR/slack/installed."`
	Paste    bool   `help:"Don't listen; paste the address at which the browser ends."`
	PKCE     bool   `name:"pkce" default:"true" negatable:"" help:"Bind the code to this process (PKCE)."`
}

// installLimit is how long an installation may take; Slack's code lives as long.
const installLimit = 10 * time.Minute

// Run walks an admin through Slack's OAuth and stores the workspace's token.
func (c installCmd) Run(ctx context.Context) error {
	return c.run(ctx, os.Stdin, os.Stdout, newLog(os.Stderr, slog.LevelWarn))
}

func (c installCmd) run(ctx context.Context, in io.Reader, out io.Writer, log *slog.Logger) error {
	if err := c.mistakes(); err != nil {
		return fmt.Errorf("the configuration needs attention:\n%w", err)
	}
	store, err := openStore(ctx, c.Config, log)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Migrate(ctx); err != nil {
		return explain(err)
	}
	installed, err := store.Installations(ctx)
	if err != nil {
		return explain(err)
	}
	ctx, cancel := context.WithTimeout(ctx, installLimit)
	defer cancel()
	v, err := c.visit(ctx)
	if err != nil {
		return err
	}
	defer v.close()
	c.explain(out, v)
	came, err := v.await(ctx, in, out)
	if err != nil {
		return err
	}
	grant, err := c.exchange(ctx, store, v, came.code, installed)
	if err != nil {
		came.answer("Headway is not installed. The terminal says why.")
		return err
	}
	came.answer(fmt.Sprintf("Headway is installed in %s. You can close this page; the terminal says what is next.", grant.TeamName))
	return c.next(out, grant)
}

// mistakes are those of the settings that an installation needs.
func (c installCmd) mistakes() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil || !isLoopback(host) {
		err = errors.New("--addr must be an address of this machine, such as 127.0.0.1:7447: the code goes to nobody else")
	}
	if u, parseErr := url.Parse(c.redirect(c.Addr)); parseErr != nil || u.Host == "" {
		err = errors.Join(err, errors.New("--redirect must be a web address, as it stands under OAuth & Permissions, Redirect URLs"))
	}
	if c.ClientID == "" && c.ClientSecret.Empty() {
		err = errors.Join(err, errors.New("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are not set. Both stand under Basic Information, App Credentials"))
	}
	return errors.Join(err, c.checkClient(), checkLoopback("SLACK_API_URL", c.SlackURL), c.checkDatabase(), c.checkKeys())
}

func (c installCmd) redirect(addr string) string {
	if c.Redirect != "" {
		return c.Redirect
	}
	return "http://" + addr + "/slack/installed"
}

func (c installCmd) explain(out io.Writer, v *visit) {
	fmt.Fprintf(out, "Open this address in a browser, as someone who may install apps in the workspace, and allow Headway in:\n\n%s\n\n", v.page)
	if v.listener == nil {
		fmt.Fprintln(out, "The browser then ends at an address that begins with", v.redirect+". Paste that whole address here, within ten minutes:")
		return
	}
	fmt.Fprintln(out, "This ends by itself when the browser comes back, within ten minutes. If the browser can't reach this machine, paste the whole address it ended at here.")
	fmt.Fprintf(out, "Slack must know the way back: %s stands under OAuth & Permissions, Redirect URLs.\n", v.redirect)
}

// exchange turns the code into the workspace's installation.
func (c installCmd) exchange(ctx context.Context, store *models.Store, v *visit, code string, installed []models.Installation) (bot.Grant, error) {
	g, err := c.oauth().Exchange(ctx, code, v.redirect, v.verifier)
	if err != nil {
		return g, c.cure(err, v)
	}
	if err := c.sameApp(g, installed); err != nil {
		return g, err
	}
	i := models.Installation{EnterpriseID: g.Enterprise, BotUser: g.BotUser, BotID: g.BotID, AppID: g.AppID,
		Token: g.Token, Scopes: strings.Join(g.Scopes, ","), Refresh: g.Refresh}
	if g.ExpiresIn > 0 {
		i.ExpiresAt = time.Now().Add(g.ExpiresIn)
	}
	if err := store.Team(g.Team).Install(ctx, g.TeamName, i); err != nil {
		return g, fmt.Errorf("the workspace could not be stored: %w: run headway install again", err)
	}
	return g, nil
}

// sameApp makes sure that the credentials are of the app that serve connects
// as: its sockets bring nothing of another app.
func (c installCmd) sameApp(g bot.Grant, installed []models.Installation) error {
	ours := c.appID()
	for _, i := range installed {
		if ours == "" {
			ours = i.AppID
		}
	}
	if ours == "" || g.AppID == ours {
		return nil
	}
	return errors.New("SLACK_CLIENT_ID is of another Slack app than the one Headway runs as. Take SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_APP_TOKEN from the same app, then try again")
}

// cure says what to do about Slack's refusal of the code.
func (c installCmd) cure(err error, v *visit) error {
	var refused *bot.CredentialError
	if errors.As(err, &refused) {
		if refused.Code == "org_install" {
			return sentence("Headway was allowed in for a whole organisation, which it does not support. Run headway install again and choose one workspace at the top right of Slack's page.")
		}
		return err
	}
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		if cure, ok := oauthCures[coded.Code()]; ok {
			return fmt.Errorf("%w. %s", err, strings.ReplaceAll(cure, "REDIRECT", v.redirect))
		}
	}
	return fmt.Errorf("%w: run headway install again", err)
}

const credentialsCure = "Check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET; both stand under Basic Information, App Credentials"

var oauthCures = map[string]string{
	"invalid_code":          "A code serves once, within ten minutes. Run headway install again",
	"code_already_used":     "A code serves once, within ten minutes. Run headway install again",
	"bad_redirect_uri":      "Add REDIRECT under OAuth & Permissions, Redirect URLs, or name the one that stands there by --redirect",
	"invalid_client_id":     credentialsCure,
	"bad_client_secret":     credentialsCure,
	"invalid_code_verifier": "The code is of another run. Run headway install again and use the address that it prints",
	"bad_pkce":              "The code is of another run. Run headway install again and use the address that it prints",
}

func (c installCmd) next(out io.Writer, g bot.Grant) error {
	lines := []string{
		fmt.Sprintf("Headway is installed in %s (%s).", g.TeamName, g.Team),
		fmt.Sprintf("Next, in Slack: invite it to the team's channel with /invite @Headway, and type %s setup there, as an owner or admin of the workspace.", c.Command),
		"A running headway serve serves the workspace from now on.",
	}
	if missing := missingScopes(g.Scopes); missing != nil {
		lines = append(lines, "Slack granted less than Headway needs: "+missing.Error()+". Add it under OAuth & Permissions and run headway install again.")
	}
	if !g.Refresh.Empty() {
		lines = append(lines, "Its token expires and is renewed by headway serve, which needs SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for it.")
	}
	_, err := fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}
