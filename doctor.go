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

	"headway/blocks"
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
	r.scopes(name+" scopes", who.Scopes, "Add them under OAuth & Permissions, then run headway install for it again.")
	if !i.Refresh.Empty() && d.ClientID == "" {
		r.line(name+" renewal", errors.New("its token ends "+i.ExpiresAt.Format(time.RFC1123)+" and can't be renewed"), "Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.")
	}
}

// needed are the scopes without which the main job fails.
var needed = []string{"chat:write", "commands", "im:write", "users:read"}

// optional are the scopes that each buy one thing, and what is missing without.
var optional = []struct{ scope, without string }{
	{"channels:read", "public channels get safe summaries until an admin vouches for their members"},
	{"groups:read", "private channels do too"},
	{"users:read.email", "an admin links everyone to their Jira account by hand"},
}

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
			r.scopes("Slack scopes", who.Scopes, "Add them under OAuth & Permissions, then reinstall the app.")
		}
	}
	err = b.CheckAppToken(ctx)
	r.line("Slack app token", err, cureOf(err))
	return home
}

// scopes writes which ones the main job lacks, and what the optional ones that
// are missing would buy.
func (r *report) scopes(what string, have []string, cure string) {
	r.line(what, missingScopes(have), cure)
	for _, o := range optional {
		if !slices.Contains(have, o.scope) {
			fmt.Fprintf(r.out, "        without %s %s\n", o.scope, o.without)
		}
	}
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
		if err := d.climb(ctx, r, w, team, c); err != nil {
			r.line("Jira "+c.Site, err, "")
		}
	}
}

// climb prints the ladder of a connection, the same that the command test shows
// in Slack.
func (d doctorCmd) climb(ctx context.Context, r *report, w *work.Worker, team models.Team, c models.Connection) error {
	projects, err := team.Projects(ctx, models.ProjectDraft, models.ProjectActive, models.ProjectPaused)
	if err != nil {
		return err
	}
	other, err := work.OtherAccount(ctx, team, c)
	if err != nil {
		return err
	}
	projects = slices.DeleteFunc(projects, func(p models.Project) bool { return p.ConnectionID != c.ID })
	lines, _ := w.Ladder(ctx, c, projects, other)
	for _, l := range lines {
		r.rung(c.Site, l)
	}
	return nil
}

// rung writes one line of a ladder.
func (r *report) rung(site string, l blocks.LadderLine) {
	what := "Jira " + site + ", " + l.Said()
	if l.Project != "" {
		what = "Jira " + site + ", " + l.Project + ": " + l.Said()
	}
	switch l.State {
	case blocks.RungOK:
		fmt.Fprintf(r.out, "ok      %s\n", what)
	case blocks.RungUntried:
		fmt.Fprintf(r.out, "        %s\n", what)
	default:
		r.failed = true
		fmt.Fprintf(r.out, "failed  %s\n        %s\n", what, l.Cure())
	}
}
