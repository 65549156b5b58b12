package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/blocks"
	"headway/models"
)

// The second workspace of the sandbox and its people.
const (
	northID = "T0NORTH01"
	nora    = "U21NORA" // its owner
	saga    = "U23SAGA"
	gus     = "U25GUS" // guest
	webshop = "C21SHOP"
	strange = "T0NOBODY1" // where nothing is installed
)

var authorizePage = regexp.MustCompile(`(?m)^http\S+/oauth/v2/authorize\S+$`)

// allowIn answers Slack's page as a person who allows the app into a workspace,
// and follows the browser back. It returns what the browser shows then.
func allowIn(t *testing.T, page, team string) string {
	t.Helper()
	resp, err := http.PostForm(page, url.Values{"team": {team}, "allow": {"yes"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	shown, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(shown)
}

// installNorth runs headway install for Northwind to its end.
func installNorth(t *testing.T, cfg Config) {
	t.Helper()
	out := &lockedBuffer{}
	cmd := installCmd{Config: cfg, Addr: "127.0.0.1:0", PKCE: true}
	in, hold := io.Pipe()
	defer hold.Close()
	ended := make(chan error, 1)
	go func() { ended <- cmd.run(t.Context(), in, out, slog.New(slog.DiscardHandler)) }()
	for deadline := time.Now().Add(30 * time.Second); !authorizePage.MatchString(out.String()); {
		select {
		case err := <-ended:
			t.Fatalf("headway install ended with %v and said %s", err, out)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("headway install says %s", out)
		}
	}
	says(t, allowIn(t, authorizePage.FindString(out.String()), northID), "Headway is installed in Northwind")
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// north drives the second workspace of the same sandbox.
func (c *control) north() *control { return &control{t: c.t, Line: c.Line, team: northID} }

func TestAWorkspaceIsInstalledWhileServeRuns(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.env["SLACK_CLIENT_ID"], i.env["SLACK_CLIENT_SECRET"] = i.ClientID, i.ClientSecret
	r := i.serve()
	said := i.installNorth()
	says(t, said, "Headway is installed in Northwind (T0NORTH01)", "/headway setup")

	north := i.north()
	north.reply(nora, webshop, "help", "/headway setup")
	north.slash(nora, webshop, "setup")
	north.modal(nora, "setup.connect")
	i.reply(mira, payments, "help", "/headway setup")
	i.slash(mira, payments, "setup")
	i.modal(mira, "setup.connect")
	if m := north.reply(nora, webshop, "roles list", "owner"); strings.Contains(m.Text, mira) {
		t.Errorf("Acme's owner is named in Northwind: %s", m.Text)
	}
	if said, code := i.run("doctor"); code != 0 || !strings.Contains(said, "ok      Slack workspace T0NORTH01\n") {
		t.Errorf("doctor ended with %d: %s", code, said)
	}
	r.terminate()

	// Without the first one's token, the second is served alone.
	delete(i.env, "SLACK_BOT_TOKEN")
	delete(i.env, "SLACK_CLIENT_ID")
	delete(i.env, "SLACK_CLIENT_SECRET")
	r = i.serve()
	north.reply(nora, webshop, "help", "/headway setup")
	i.reply(mira, payments, "help", "not set up for this workspace")
	i.refuses("doctor", "failed  Slack workspace T0HEADWAY1: its token came from SLACK_BOT_TOKEN")
	r.terminate()
	for _, hidden := range []string{i.ClientSecret, "xoxb-"} {
		if strings.Contains(r.log.String()+said, hidden) {
			t.Errorf("%q is shown", hidden)
		}
	}
	i.noViolations()
}

// installNorth runs headway install for Northwind as a program of its own and
// returns what it said.
func (i *installation) installNorth() string {
	i.t.Helper()
	said := &lockedBuffer{}
	cmd := i.command(i.t.Context(), "install", "--addr", "127.0.0.1:0")
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		i.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.Now().Add(30 * time.Second); !authorizePage.MatchString(said.String()); {
		select {
		case err := <-ended:
			i.t.Fatalf("headway install ended with %v and said %s", err, said)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			i.t.Fatalf("headway install says %s", said)
		}
	}
	allowIn(i.t, authorizePage.FindString(said.String()), northID)
	if err := <-ended; err != nil {
		i.t.Fatalf("headway install ended with %v and said %s", err, said)
	}
	return said.String()
}

func TestAWorkspaceRemovesTheAppAndComesBack(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"/uninstall", "/revoke-token"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			i := install(t)
			i.env["SLACK_CLIENT_ID"], i.env["SLACK_CLIENT_SECRET"] = i.ClientID, i.ClientSecret
			r := i.serve()
			i.installNorth()
			north := i.north()
			north.slash(nora, webshop, "setup")
			north.closeModal(nora, north.modal(nora, "setup.connect"))

			north.post(verb, map[string]any{}, &struct{}{})
			var removed models.Installation
			for deadline := time.Now().Add(30 * time.Second); removed.State != models.InstallationRemoved; <-time.After(50 * time.Millisecond) {
				i.database(func(s *models.Store) {
					var err error
					if removed, err = s.Team(northID).Installation(t.Context()); err != nil {
						t.Fatal(err)
					}
				})
				if time.Now().After(deadline) {
					t.Fatalf("it is %s", removed.State)
				}
			}
			if !removed.Token.Empty() {
				t.Error("its token is kept")
			}
			i.reply(mira, payments, "help", "/headway setup")

			i.installNorth()
			north.reply(nora, webshop, "roles list", "owner")
			r.terminate()
			i.noViolations()
		})
	}
}

func TestTheConfiguredOwnerIsOneOfTheirWorkspaceOnly(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.env["SLACK_CLIENT_ID"], i.env["SLACK_CLIENT_SECRET"], i.env["HEADWAY_OWNER"] = i.ClientID, i.ClientSecret, ada
	r := i.serve()
	i.installNorth()
	i.reply(mira, payments, "setup", "not set up yet")
	i.north().reply(saga, webshop, "setup", "not set up yet")
	i.north().slash(nora, webshop, "setup")
	i.north().modal(nora, "setup.connect")
	i.slash(ada, payments, "setup")
	i.modal(ada, "setup.connect")
	r.terminate()
}

func TestServeNeedsAWorkspaceOrAWayToGetOne(t *testing.T) {
	t.Parallel()
	i := install(t)
	delete(i.env, "SLACK_BOT_TOKEN")
	for _, command := range []string{"serve", "doctor"} {
		i.refuses(command, "SLACK_BOT_TOKEN is not set", "headway install")
	}
	i.env["SLACK_CLIENT_ID"], i.env["SLACK_CLIENT_SECRET"] = i.ClientID, i.ClientSecret
	r := i.serve()
	r.terminate()
	says(t, r.log.String(), "no workspace is installed yet")
}

// rowsOf writes down every row of a workspace, by table.
func rowsOf(t *testing.T, cfg Config, team string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+cfg.dsn())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	found := map[string][]string{}
	for _, table := range models.Inventory() {
		if lines := rowsIn(t, db, table.Name, team); len(lines) > 0 {
			found[table.Name] = lines
		}
	}
	return found
}

// rowsIn writes down a workspace's rows of one table, sorted.
func rowsIn(t *testing.T, db *sql.DB, table, team string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table+" WHERE team_id = ?", team)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		for n := range values {
			values[n] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		var line bytes.Buffer
		for n, v := range values {
			fmt.Fprintf(&line, "%s=%v ", columns[n], *v.(*any))
		}
		lines = append(lines, line.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

// acmes are words that stand in Acme's data and nowhere else.
var acmes = regexp.MustCompile(`(?i)payments|U0\d[A-Z]+|C0\d[A-Z]+|acme\.atlassian|\bPAY\b|PAY-\d|R-1\b|` + figures.String())

func TestNobodyOfAnotherWorkspaceReachesAnythingByAnyEntry(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	installNorth(t, f.cfg)
	if acmes.FindString(withoutOwn(f.command(mira, payments, "status"))) == "" {
		t.Fatal("Acme's own words are not recognized")
	}
	f.from = northID
	// Nora is the owner of Northwind and of Headway there: what her role allows
	// ends at her own workspace.
	f.command(nora, webshop, "setup")
	north := f.app.store.Team(northID)
	if grants, err := north.Grants(t.Context()); err != nil || len(grants) != 1 || grants[0].User != nora {
		t.Fatalf("Nora owns nothing: %+v %v", grants, err)
	}
	before := rowsOf(t, f.cfg, acmeID)
	table := rights(ids)
	for _, from := range []string{northID, strange} {
		f.from = from
		for _, name := range slices.Sorted(maps.Keys(table)) {
			for _, user := range []string{nora, saga, gus, sten, mira} {
				f.overheard()
				words := table[name].use(f, user) + f.overheard()
				if from == strange && !turnedAway(name, words) {
					t.Errorf("%s from a workspace without Headway was answered with %.300s", name, words)
				}
				typed := strings.NewReplacer(ids.project, "", ids.connection, "", ids.round, "", ids.report, "").Replace(words)
				if leaks := acmes.FindString(withoutOwn(typed)); leaks != "" {
					t.Errorf("%s by %s of %s tells %q: %.400s", name, user, from, leaks, words)
				}
			}
		}
	}
	if after := rowsOf(t, f.cfg, acmeID); !maps.EqualFunc(before, after, slices.Equal[[]string]) {
		for table := range after {
			if !slices.Equal(before[table], after[table]) {
				t.Errorf("%s of Acme changed from\n%v\nto\n%v", table, before[table], after[table])
			}
		}
	}
}

// turnedAway says whether somebody where Headway is not installed was told so;
// option lists and events have no words for it and give nothing.
func turnedAway(entry, words string) bool {
	switch kind, _, _ := strings.Cut(entry, " "); kind {
	case "event":
		return words == ""
	case "options":
		return words == `{"options":[]}`
	}
	return strings.Contains(words, elsewhere)
}

// withoutOwn leaves out what only repeats the person's own words: their mention, the
// channel they are in, what they typed; and examples.
func withoutOwn(words string) string {
	for _, own := range []string{nora, saga, gus, sten, payments, webshop, "no project PAY here", "@someone manager PAY", "acme for acme.atlassian.net"} {
		words = strings.ReplaceAll(words, own, "")
	}
	return words
}

func TestARevokedTokenPausesItsWorkspaceUntilItWorksAgain(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	castOf(t, f, d)
	ctx := t.Context()
	c := &control{t: t, Line: d.world.Line()}
	c.fault(map[string]any{"fault": "revoke_token", "token": "bot"})
	for _, key := range []string{"one", "two", "three"} {
		if err := f.app.worker.Notify(ctx, f.team(), mira, key, blocks.Message{Text: "message " + key}); err != nil {
			t.Fatal(err)
		}
	}
	deliver := func(until func() bool) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; <-time.After(50 * time.Millisecond) {
			if _, err := f.app.worker.Deliver(ctx); err != nil {
				t.Fatal(err)
			}
			if until() {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("the outbox holds %v", rowsOf(t, f.cfg, acmeID)["outbox"])
			}
		}
	}
	state := func() string {
		t.Helper()
		i, err := f.team().Installation(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return i.State
	}
	depth := func() (pending, dead int) {
		t.Helper()
		d, err := f.team().OutboxDepth(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return d.Pending, d.Dead
	}
	deliver(func() bool { return state() == models.InstallationRevoked })
	if pending, dead := depth(); pending != 3 || dead != 0 {
		t.Errorf("%d wait, %d are dead", pending, dead)
	}
	if err := f.app.worker.KeepInstallations(ctx); err != nil {
		t.Fatal(err)
	}
	if state() != models.InstallationRevoked {
		t.Error("it is taken up again while Slack refuses")
	}
	c.fault(map[string]any{"fault": "revoke_token", "token": "bot", "on": false})
	if err := f.app.worker.KeepInstallations(ctx); err != nil {
		t.Fatal(err)
	}
	deliver(func() bool { pending, dead := depth(); return pending+dead == 0 })
	says(t, fmt.Sprint(c.messages(mira, mira, "", 0)), "message one", "message two", "message three")
}

func TestTokensThatExpireAreRenewed(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ctx := t.Context()
	if _, err := f.app.join(ctx); err != nil {
		t.Fatal(err)
	}
	c := &control{t: t, Line: d.world.Line()}
	c.fault(map[string]any{"fault": "token_rotation", "seconds": 3600})
	installNorth(t, f.cfg)
	team := f.app.store.Team(northID)
	first, err := team.Installation(ctx)
	if err != nil || !strings.HasPrefix(first.Token.Reveal(), "xoxe.xoxb-") || first.Refresh.Empty() || time.Until(first.ExpiresAt) > time.Hour {
		t.Fatalf("%+v %v", first, err)
	}
	if _, err := f.app.bot.Slack().User(ctx, northID, nora); err != nil {
		t.Fatal(err)
	}
	c.fault(map[string]any{"fault": "token_rotation", "seconds": 43200})
	// Replicas tick at the same time; one refresh token serves once.
	ended := make(chan error, 3)
	for range cap(ended) {
		go func() { ended <- f.app.worker.KeepInstallations(ctx) }()
	}
	for range cap(ended) {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	second, err := team.Installation(ctx)
	if err != nil || second.Token == first.Token || second.Refresh == first.Refresh || second.State != models.InstallationActive || time.Until(second.ExpiresAt) < 11*time.Hour {
		t.Fatalf("%+v %v", second, err)
	}
	if err := f.app.worker.KeepInstallations(ctx); err != nil {
		t.Fatal(err)
	}
	if third, err := team.Installation(ctx); err != nil || third.Token != second.Token {
		t.Errorf("renewed long before its end: %v", err)
	}

	// A refresh token that Slack refuses pauses the workspace, and is not tried
	// again.
	spent := models.Installation{Token: second.Token, Refresh: first.Refresh, ExpiresAt: time.Now().Add(time.Minute)}
	if err := team.Renewed(ctx, second.Refresh, spent); err != nil {
		t.Fatal(err)
	}
	if err := f.app.worker.KeepInstallations(ctx); err != nil {
		t.Fatal(err)
	}
	if last, err := team.Installation(ctx); err != nil || last.State != models.InstallationRevoked || !last.Refresh.Empty() {
		t.Errorf("%+v %v", last, err)
	}
}

func TestUninstallWipesTheWorkspaceAndLeavesTheOther(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		inner map[string]any
		jira  bool // its tokens go at once
	}{
		"app_uninstalled": {map[string]any{"type": "app_uninstalled"}, true},
		"tokens_revoked":  {map[string]any{"type": "tokens_revoked", "tokens": map[string]any{"oauth": []any{}, "bot": []any{"U0HEADWAY"}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, d := startForged(t)
			castOf(t, f, d)
			ctx := t.Context()
			installNorth(t, f.cfg)
			f.from = northID
			f.command(nora, webshop, "setup")
			f.from = ""
			twin := rowsOf(t, f.cfg, northID)
			if i, err := f.team().Installation(ctx); err != nil {
				t.Fatal(err)
			} else if c.inner["tokens"] != nil {
				c.inner["tokens"].(map[string]any)["bot"] = []any{i.BotUser}
			}
			now := d.clock.Now()
			for range 2 { // Slack delivers twice
				f.event("Ev1", now, c.inner)
			}
			i, err := f.team().Installation(ctx)
			if err != nil || i.State != models.InstallationRemoved || !i.Token.Empty() {
				t.Errorf("%+v %v", i, err)
			}
			connections, err := f.team().Connections(ctx)
			if err != nil || len(connections) != 1 || connections[0].Token.Empty() != c.jira {
				t.Errorf("%+v %v", connections, err)
			}
			says(t, f.command(mira, payments, "status"), elsewhere)
			if due, ok, err := f.app.store.NextDue(ctx, now); err != nil || ok {
				t.Errorf("something is due at %v: %v", due, err)
			}
			if n := strings.Count(fmt.Sprint(rowsOf(t, f.cfg, acmeID)["audit"]), "workspace.remove"); n != 1 {
				t.Errorf("%d traces in the audit log", n)
			}
			f.forgottenWithin(d, 24*time.Hour)

			// What comes late recreates nothing.
			f.event("Ev2", d.clock.Now(), map[string]any{"type": "app_uninstalled"})
			f.event("Ev3", d.clock.Now(), map[string]any{"type": "app_home_opened", "tab": "home", "user": mira})
			says(t, f.command(mira, payments, "setup"), elsewhere)
			f.empty(acmeID)
			if after := rowsOf(t, f.cfg, northID); !maps.EqualFunc(twin, after, slices.Equal[[]string]) {
				t.Error("the other workspace lost or gained something")
			}
			f.from = northID
			says(t, f.command(nora, webshop, "help"), "/headway setup")
		})
	}
}

// forgottenWithin lives on, with the purge of every hour, and requires that
// nothing is left of the workspace in time.
func (f *forger) forgottenWithin(d *demo, limit time.Duration) {
	f.t.Helper()
	for end := d.clock.Now().Add(limit); d.clock.Now().Before(end); d.clock.forward(d.clock.Now().Add(time.Hour)) {
		if err := f.app.worker.Purge(f.t.Context()); err != nil {
			f.t.Fatal(err)
		}
	}
	f.empty(acmeID)
}

func (f *forger) empty(team string) {
	f.t.Helper()
	for table, rows := range rowsOf(f.t, f.cfg, team) {
		if len(rows) > 0 {
			f.t.Errorf("%s still holds %v", table, rows)
		}
	}
}

func TestWhoInstallsAgainInTimeFindsTheProjectsAsTheyWere(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	castOf(t, f, d)
	ctx := t.Context()
	uninstalled := d.clock.Now()
	f.event("Ev1", uninstalled, map[string]any{"type": "app_uninstalled"})
	d.clock.forward(uninstalled.Add(10 * time.Hour))
	if err := f.app.worker.Purge(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := f.app.join(ctx); err != nil { // the operator starts Headway again
		t.Fatal(err)
	}
	f.event("Ev1", uninstalled, map[string]any{"type": "app_uninstalled"}) // the redelivery of then
	f.event("Ev9", uninstalled, map[string]any{"type": "app_uninstalled"}) // one that had been lost
	d.clock.forward(uninstalled.Add(48 * time.Hour))
	if err := f.app.worker.Purge(ctx); err != nil {
		t.Fatal(err)
	}
	says(t, f.command(mira, payments, "project list"), "PAY")
	connections, err := f.team().Connections(ctx)
	if err != nil || len(connections) != 1 || connections[0].State != models.ConnectionRefused {
		t.Errorf("an admin is asked for a new Jira token: %+v %v", connections, err)
	}
}

func TestTokensOfPeopleThatAreRevokedChangeNothing(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	castOf(t, f, d)
	before := rowsOf(t, f.cfg, acmeID)
	for _, tokens := range []map[string]any{{"oauth": []any{mira}, "bot": []any{}}, {"oauth": []any{mira}}, {"bot": []any{"U0SOMEBOT"}}} {
		f.event("Ev"+fmt.Sprint(len(tokens)), d.clock.Now(), map[string]any{"type": "tokens_revoked", "tokens": tokens})
	}
	if after := rowsOf(t, f.cfg, acmeID); !maps.EqualFunc(before, after, slices.Equal[[]string]) {
		t.Error("something changed")
	}
}

func TestTheOperatorsJiraTokenIsForTheirOwnWorkspace(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	line := d.world.Line()
	f.app.cfg.JiraToken = "unused"
	if _, err := f.app.join(t.Context()); err != nil {
		t.Fatal(err)
	}
	clients := &jiraClients{base: line.JiraURL, envToken: "operator", envTeam: f.app.envTeam, log: slog.New(slog.DiscardHandler)}
	conn := models.Connection{ID: "c", Site: "acme", Email: "a@acme.test", FromEnv: true}
	for team, may := range map[string]bool{acmeID: true, northID: false, "": false} {
		conn.TeamID = team
		if _, err := clients.open(conn); (err == nil) != may {
			t.Errorf("%q: %v", team, err)
		}
	}
}
