package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"headway/bot"
	"headway/models"
	"headway/secret"
	"headway/work"
)

type doctorCmd struct{ Config }

// Run prints a line per check and ends with an error when one failed.
func (d doctorCmd) Run(ctx context.Context) error {
	return d.check(ctx, os.Stdout)
}

// report writes the doctor's lines and remembers whether all is well.
type report struct {
	out    io.Writer
	failed bool
}

func (r *report) line(what string, err error, cure string) bool {
	if err == nil {
		fmt.Fprintf(r.out, "ok      %s\n", what)
		return true
	}
	r.failed = true
	fmt.Fprintf(r.out, "failed  %s: %s\n", what, strings.ReplaceAll(err.Error(), "\n", "\n        "))
	if cure != "" {
		fmt.Fprintf(r.out, "        %s\n", cure)
	}
	return false
}

func (d doctorCmd) check(ctx context.Context, out io.Writer) error {
	r := &report{out: out}
	if r.line("configuration", d.Mistakes(), "") {
		d.checkDatabase(ctx, r)
	}
	if r.failed {
		return errors.New("something needs attention")
	}
	return nil
}

// checkDatabase goes on to Slack and Jira, whose credentials the database
// holds in part.
func (d doctorCmd) checkDatabase(ctx context.Context, r *report) {
	keys, created, err := d.keys()
	if !r.line("encryption keys", err, "") {
		return
	}
	if created != "" {
		fmt.Fprintf(r.out, "        made %s; keep a copy, without it the stored tokens are lost\n", created)
	}
	log := slog.New(slog.DiscardHandler)
	store, err := models.Open(ctx, d.dsn(), keys, log)
	if !r.line("database", err, "Check DATABASE_URL and that the database can be reached.") {
		return
	}
	defer store.Close()
	if !r.line("schema", store.Migrate(ctx), "") {
		return
	}
	home := d.checkSlack(ctx, r)
	installations, err := store.Installations(ctx)
	if !r.line("Slack installations", err, "Put the key that sealed them back into HEADWAY_KEYS or the key file.") {
		return
	}
	if home == "" && len(installations) == 0 && d.BotToken.Empty() && d.ClientID == "" {
		r.line("Slack workspaces", errNoWorkspace, "")
	}
	removed := map[string]bool{}
	for _, i := range installations {
		removed[i.TeamID] = i.State == models.InstallationRemoved
		if i.TeamID != home {
			d.checkInstallation(ctx, r, i)
		}
	}
	teams, err := store.Teams(ctx)
	if !r.line("workspaces", err, "") {
		return
	}
	if home != "" && !slices.Contains(teams, home) {
		teams = append(teams, home)
	}
	for _, team := range teams {
		if !removed[team] || team == home {
			d.checkJira(ctx, r, store.Team(team), home, log)
		}
	}
}

// checkInstallation checks a workspace whose token is in the database.
func (d doctorCmd) checkInstallation(ctx context.Context, r *report, i models.Installation) {
	name := "Slack workspace " + i.TeamID
	switch {
	case i.State == models.InstallationRemoved:
		fmt.Fprintf(r.out, "        %s removed the app; its data goes within a day\n", i.TeamID)
		return
	case i.Token.Empty() && i.FromEnv:
		r.line(name, errors.New("its token came from SLACK_BOT_TOKEN, which is missing or of another workspace"), "Set it again, or run headway install.")
		return
	}
	who, err := bot.CheckToken(ctx, d.SlackURL, i.Token)
	if errors.As(err, new(*bot.CredentialError)) {
		r.line(name, fmt.Errorf("Slack refuses its token"), "Run headway install for it again.")
		return
	}
	if !r.line(name, err, cureOf(err)) {
		return
	}
	r.line(name+" scopes", missingScopes(who.Scopes), "Add them under OAuth & Permissions, then run headway install for it again.")
	if !i.Refresh.Empty() && d.ClientID == "" {
		r.line(name+" renewal", errors.New("its token ends "+i.ExpiresAt.Format(time.RFC1123)+" and can't be renewed"), "Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.")
	}
}

// needed are the scopes without which the main job fails.
var needed = []string{"chat:write", "commands", "im:write", "users:read"}

// checkSlack checks the tokens in the environment and returns the workspace of
// the bot token, "" without one that works.
func (d doctorCmd) checkSlack(ctx context.Context, r *report) (home string) {
	noTokens := func(context.Context, string) (secret.Secret, error) { return "", nil }
	b, err := bot.New(bot.Options{AppToken: d.AppToken, BotToken: d.BotToken, Tokens: noTokens, APIURL: d.SlackURL, Command: d.Command})
	if !r.line("Slack tokens", err, "") {
		return ""
	}
	if !d.BotToken.Empty() {
		who, err := b.Identify(ctx)
		if r.line("Slack bot token", err, cureOf(err)) {
			home = who.Team
			r.line("Slack scopes", missingScopes(who.Scopes), "Add them under OAuth & Permissions, then reinstall the app.")
		}
	}
	err = b.CheckAppToken(ctx)
	r.line("Slack app token", err, cureOf(err))
	return home
}

func missingScopes(have []string) error {
	var missing []string
	for _, s := range needed {
		if !slices.Contains(have, s) {
			missing = append(missing, s)
		}
	}
	if len(missing) > 0 {
		return errors.New("missing " + strings.Join(missing, ", "))
	}
	return nil
}

func cureOf(err error) string {
	var refused *bot.CredentialError
	if errors.As(err, &refused) {
		return "" // it says so itself
	}
	return "Check that this machine reaches Slack, then try again."
}

func (d doctorCmd) checkJira(ctx context.Context, r *report, team models.Team, home string, log *slog.Logger) {
	connections, err := team.Connections(ctx)
	if !r.line("Jira connections", err, "Put the key that sealed them back into HEADWAY_KEYS or the key file.") {
		return
	}
	if len(connections) == 0 {
		fmt.Fprintf(r.out, "        none yet; %s setup makes the first\n", d.Command)
	}
	clients := &jiraClients{base: d.JiraURL, envToken: d.JiraToken, envTeam: func() string { return home }, log: log}
	w := &work.Worker{Store: nil, Open: clients.open, Now: time.Now, Log: log}
	for _, c := range connections {
		err := w.CheckConnection(ctx, c)
		r.line("Jira "+c.Site, err, "Replace the token with "+d.Command+" connect, or check the account's access.")
	}
}
