package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver"

	"headway/models"
	"headway/models/storetest"
	"headway/sandbox"
	"headway/secret"
)

// asProgram makes the test program behave as headway itself, so that what is
// tested is main: its environment, its messages, its signals, its exit code.
const asProgram = "HEADWAY_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	manyAtOnce()
	os.Exit(m.Run())
}

// manyAtOnce lets six end-to-end tests run side by side where go test's default
// is one a core: most of their time they wait for Slack's pace. A -parallel of
// one's own wins.
func manyAtOnce() {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		if err := flag.Set("test.parallel", "6"); err != nil {
			panic(err) // go test has had this flag from the start
		}
	}
}

// acmeTeam is the sandbox's workspace.
const acmeTeam = "T0HEADWAY1"

// installation is a folder with a configuration for a sandbox of its own.
type installation struct {
	*control
	dir string
	env map[string]string
}

// install starts a sandbox and configures the bot for it, as an operator would.
func install(t *testing.T) *installation {
	t.Helper()
	world, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := world.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	line := world.Line()
	return &installation{control: &control{t: t, Line: line}, dir: t.TempDir(), env: map[string]string{
		"SLACK_APP_TOKEN": line.AppToken, "SLACK_BOT_TOKEN": line.BotToken,
		"SLACK_API_URL": line.SlackAPIURL, "HEADWAY_JIRA_URL": line.JiraURL,
		"HEADWAY_LISTEN": freeAddress(t),
	}}
}

// freeAddress is a port that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// command is headway with these arguments in the installation.
func (i *installation) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Dir = i.dir
	cmd.Env = []string{asProgram + "=1", "HOME=" + i.dir, "PATH=" + os.Getenv("PATH")}
	for name, value := range i.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// run is a command that ends by itself: all that it said and its exit code.
func (i *installation) run(args ...string) (said string, code int) {
	i.t.Helper()
	ctx, cancel := context.WithTimeout(i.t.Context(), 30*time.Second)
	defer cancel()
	out, err := i.command(ctx, args...).CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return string(out), 0
	case errors.As(err, &exit) && ctx.Err() == nil:
		return string(out), exit.ExitCode()
	}
	i.t.Fatalf("headway %q: %v, it said %s", args, err, out)
	return "", 0
}

// refuses runs a command that must end with code 1 and say all of words once.
func (i *installation) refuses(args string, words ...string) {
	i.t.Helper()
	said, code := i.run(strings.Fields(args)...)
	if code != 1 {
		i.t.Errorf("headway %s ended with code %d and said %s", args, code, said)
	}
	for _, w := range words {
		if n := strings.Count(said, w); n != 1 {
			i.t.Errorf("headway %s says %q %d times in\n%s", args, w, n, said)
		}
	}
	for name, value := range i.env {
		if strings.HasSuffix(name, "_TOKEN") && value != "" && strings.Contains(said, value) {
			i.t.Errorf("headway %s shows %s", args, name)
		}
	}
}

func (i *installation) fault(body map[string]any) {
	i.t.Helper()
	var out map[string]any
	i.post("/fault", body, &out)
}

// database is the embedded one, migrated and filled by fill; its key is made
// here.
func (i *installation) database(fill func(*models.Store)) (path string) {
	i.t.Helper()
	path = filepath.Join(i.dir, "headway.db")
	keys, _, err := Config{DatabaseURL: secret.Secret(path)}.keys()
	if err != nil {
		i.t.Fatal(err)
	}
	store, err := models.Open(i.t.Context(), path, keys, slog.New(slog.DiscardHandler))
	if err != nil {
		i.t.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(i.t.Context()); err != nil {
		i.t.Fatal(err)
	}
	fill(store)
	return path
}

func TestServeNamesEveryMissingSetting(t *testing.T) {
	i := install(t)
	i.env = map[string]string{"DATABASE_URL": "postgres://headway@127.0.0.1/headway"}
	i.refuses("serve", "SLACK_APP_TOKEN is not set", "SLACK_BOT_TOKEN is not set", "HEADWAY_KEYS is not set")
}

func TestServeRefusesSwappedTokens(t *testing.T) {
	i := install(t)
	i.env["SLACK_APP_TOKEN"], i.env["SLACK_BOT_TOKEN"] = i.env["SLACK_BOT_TOKEN"], i.env["SLACK_APP_TOKEN"]
	i.refuses("serve", "SLACK_APP_TOKEN holds the other token", "SLACK_BOT_TOKEN holds the other token")
}

func TestServeEndsWithTheCureWhenSlackRefusesAToken(t *testing.T) {
	for token, cure := range map[string]string{"bot": "install the app again", "app": "make a new app-level token"} {
		t.Run(token, func(t *testing.T) {
			i := install(t)
			i.fault(map[string]any{"fault": "revoke_token", "token": token})
			i.refuses("serve", "Slack refuses the "+token+" token", cure)
		})
	}
}

func TestServeRefusesADatabaseOfANewerVersion(t *testing.T) {
	i := install(t)
	path := i.database(func(*models.Store) {})
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "INSERT INTO schema_migrations (id) VALUES ('9999_the_future')"); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "migrate", "doctor"} {
		i.refuses(command, "the database is newer than this program")
	}
}

func TestServeRefusesKeysThatDoNotOpenTheDatabase(t *testing.T) {
	i := install(t)
	i.database(func(s *models.Store) {
		team := s.Team(acmeTeam)
		if err := team.EnsureWorkspace(t.Context(), "Acme"); err != nil {
			t.Fatal(err)
		}
		if err := team.PutConnection(t.Context(), &models.Connection{Site: "acme", Email: "a@acme.test", Token: "sealed", State: models.ConnectionOK}); err != nil {
			t.Fatal(err)
		}
	})
	i.env["HEADWAY_KEYS"] = models.NewKey()
	for _, command := range []string{"serve", "doctor"} {
		i.refuses(command, "can't be opened with these keys", "ut the key that sealed them back")
	}
}

func TestServeNamesADamagedKeyFile(t *testing.T) {
	i := install(t)
	path := filepath.Join(i.dir, "headway.key")
	if err := os.WriteFile(path, []byte("1:damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	i.refuses("serve", "headway.key is damaged")
}

func TestServeSaysThatTheDatabaseCannotBeReached(t *testing.T) {
	i := install(t)
	i.env["HEADWAY_KEYS"] = models.NewKey()
	i.env["DATABASE_URL"] = "postgres://headway:hunter2@" + freeAddress(t) + "/headway"
	for _, command := range []string{"serve", "migrate", "doctor"} {
		said, code := i.run(command)
		if code != 1 || !strings.Contains(said, "heck DATABASE_URL and that the database can be reached") {
			t.Errorf("headway %s ended with %d and said %s", command, code, said)
		}
		if strings.Contains(said, "hunter2") {
			t.Errorf("headway %s shows the password: %s", command, said)
		}
	}
}

func TestServeSaysThatItsPortIsTaken(t *testing.T) {
	i := install(t)
	l, err := net.Listen("tcp", i.env["HEADWAY_LISTEN"])
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	i.refuses("serve", "HEADWAY_LISTEN", "Choose another port")
}

// running is headway serve that stands.
type running struct {
	*installation
	cmd *exec.Cmd
	log *bytes.Buffer
	end chan error
}

// serve starts the bot and returns when its first connection stands.
func (i *installation) serve() *running {
	i.t.Helper()
	r := &running{installation: i, cmd: i.command(context.Background(), "serve"), log: &bytes.Buffer{}, end: make(chan error, 1)}
	out, err := r.cmd.StderrPipe()
	if err == nil {
		err = r.cmd.Start()
	}
	if err != nil {
		i.t.Fatal(err)
	}
	i.t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	stands := make(chan bool, 1)
	go func() {
		for lines := bufio.NewScanner(io.TeeReader(out, r.log)); lines.Scan(); {
			if strings.Contains(lines.Text(), "slack connection stands") {
				select {
				case stands <- true:
				default:
				}
			}
		}
		close(stands)
		r.end <- r.cmd.Wait()
	}()
	select {
	case ok := <-stands:
		if !ok {
			i.t.Fatalf("headway serve ended: %v, it said %s", <-r.end, r.log)
		}
	case <-time.After(30 * time.Second):
		i.t.Fatal("headway serve does not connect")
	}
	return r
}

// terminate ends the bot as a service manager does and requires exit code 0.
func (r *running) terminate() {
	r.t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		r.t.Fatal(err)
	}
	select {
	case err := <-r.end:
		if err != nil {
			r.t.Errorf("after SIGTERM: %v, it said %s", err, r.log)
		}
	case <-time.After(25 * time.Second):
		r.t.Error("headway serve did not end within 25 s of SIGTERM")
	}
}

func TestServeAnswersTellsItsHealthAndDrainsOnSIGTERM(t *testing.T) {
	for name, dsn := range map[string]func(*testing.T) string{"sqlite": storetest.SQLiteDSN, "postgres": storetest.PostgresDSN} {
		t.Run(name, func(t *testing.T) {
			i := install(t)
			i.env["DATABASE_URL"], i.env["HEADWAY_KEYS"] = dsn(t), models.NewKey()
			if said, code := i.run("health"); code != 1 {
				t.Errorf("before the start health ended with %d: %s", code, said)
			}
			r := i.serve()
			if said, code := i.run("health"); code != 0 || said != "ready\n" {
				t.Errorf("health ended with %d: %s", code, said)
			}
			for name := range i.metrics() {
				if !strings.HasPrefix(name, "headway_") && !strings.HasPrefix(name, "go_") && !strings.HasPrefix(name, "process_") {
					t.Errorf("a metric named %s", name)
				}
			}
			help := string(i.slash("U01MIRA", "C01PAY", "help").Payload)
			for word := range strings.SplitSeq(readManifest(t, "/headway").Features.SlashCommands[0].UsageHint, " | ") {
				if !strings.Contains(help, "/headway "+word) {
					t.Errorf("the manifest's usage hint names %q, help does not: %s", word, help)
				}
			}
			r.terminate()
			if said, code := i.run("health"); code != 1 {
				t.Errorf("after the end health ended with %d: %s", code, said)
			}
			i.noViolations()
		})
	}
}

// metrics are the names on the metrics page.
func (i *installation) metrics() map[string]bool {
	i.t.Helper()
	resp, err := http.Get("http://" + i.env["HEADWAY_LISTEN"] + "/metrics")
	if err != nil {
		i.t.Fatal(err)
	}
	defer resp.Body.Close()
	names := map[string]bool{}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if name, isHelp := strings.CutPrefix(lines.Text(), "# TYPE "); isHelp {
			name, _, _ = strings.Cut(name, " ")
			names[name] = true
		}
	}
	for _, want := range []string{"headway_slack_connections", "headway_slack_slow_acks_total", "headway_outbox_pending", "headway_outbox_uncertain", "headway_outbox_dead"} {
		if !names[want] {
			i.t.Errorf("no metric %s", want)
		}
	}
	return names
}

func TestServeNamesTheKeyFileThatItMade(t *testing.T) {
	i := install(t)
	r := i.serve()
	r.terminate()
	info, err := os.Stat(filepath.Join(i.dir, "headway.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v %v", info, err)
	}
	if n := strings.Count(r.log.String(), `"file":"headway.key"`); n != 1 {
		t.Errorf("the log names the key file %d times: %s", n, r.log)
	}
}

func TestServeReadsADotEnvFile(t *testing.T) {
	i := install(t)
	var lines strings.Builder
	for name, value := range i.env {
		fmt.Fprintf(&lines, "%s=%s\n", name, value)
	}
	i.env = map[string]string{"HEADWAY_LISTEN": i.env["HEADWAY_LISTEN"]}
	if err := os.WriteFile(filepath.Join(i.dir, ".env"), []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	i.serve().terminate()
}

func TestDoctorFindsAllWell(t *testing.T) {
	i := install(t)
	said, code := i.run("doctor")
	if code != 0 {
		t.Errorf("doctor ended with %d", code)
	}
	for _, line := range []string{"configuration", "encryption keys", "database", "schema", "Slack bot token", "Slack scopes", "Slack app token", "Jira connections"} {
		if !strings.Contains(said, "ok      "+line+"\n") {
			t.Errorf("no line for %s in\n%s", line, said)
		}
	}
}

func TestDoctorSaysACureForWhatFails(t *testing.T) {
	for name, c := range map[string]struct {
		fault      map[string]any
		line, cure string
	}{
		"scopes": {map[string]any{"fault": "scopes", "scopes": []string{"chat:write", "commands"}},
			"failed  Slack scopes: missing im:write, users:read", "Add them under OAuth & Permissions"},
		"optional scopes": {map[string]any{"fault": "scopes", "scopes": []string{"chat:write", "commands", "users:read", "channels:read", "groups:read"}},
			"failed  Slack scopes: missing im:write\n", "        without users:read.email an admin links everyone"},
		"bot token": {map[string]any{"fault": "revoke_token", "token": "bot"}, "failed  Slack bot token: ", "install the app again"},
		"app token": {map[string]any{"fault": "revoke_token", "token": "app"}, "failed  Slack app token: ", "make a new app-level token"},
	} {
		t.Run(name, func(t *testing.T) {
			i := install(t)
			i.fault(c.fault)
			i.refuses("doctor", c.line, c.cure)
		})
	}
}

func TestDoctorClimbsTheLadderOfEveryConnection(t *testing.T) {
	i := install(t)
	i.database(func(s *models.Store) {
		team := s.Team(acmeTeam)
		if err := team.EnsureWorkspace(t.Context(), "Acme"); err != nil {
			t.Fatal(err)
		}
		for site, token := range map[string]string{"acme": i.JiraToken, "other": "refused"} {
			if err := team.PutConnection(t.Context(), &models.Connection{ID: site, Site: site, Email: i.JiraEmail, Token: secret.Secret(token), State: models.ConnectionOK}); err != nil {
				t.Fatal(err)
			}
			p := models.Project{ConnectionID: site, JiraID: 10001, Key: "PAY", Name: "Payments", BoardID: 1, Sprints: true, State: models.ProjectActive}
			if err := team.PutProject(t.Context(), &p); err != nil {
				t.Fatal(err)
			}
		}
	})
	var lines []string
	for _, rung := range []string{"reach Jira", "sign in", "PAY: see the project", "PAY: see the board", "PAY: search issues", "PAY: read their history", "PAY: read releases", "PAY: ask who may see it"} {
		lines = append(lines, "ok      Jira acme, "+rung+"\n")
	}
	i.refuses("doctor", append(lines, "ok      Jira other, reach Jira\n", "failed  Jira other, sign in: Jira does not accept the token\n        Replace the token.", "        Jira other, PAY: see the project: not tried\n")...)
	i.fault(map[string]any{"fault": "no_browse_users"})
	i.refuses("doctor", "failed  Jira acme, PAY: ask who may see it: ", "global permission Browse users and groups")
}

func TestMigrateSaysWhereTheDatabaseStands(t *testing.T) {
	for name, dsn := range map[string]func(*testing.T) string{"sqlite": storetest.SQLiteDSN, "postgres": storetest.PostgresDSN} {
		t.Run(name, func(t *testing.T) {
			i := install(t)
			i.env["DATABASE_URL"], i.env["HEADWAY_KEYS"] = dsn(t), models.NewKey()
			if said, code := i.run("migrate"); code != 0 || !strings.HasPrefix(said, name+" is at schema version ") {
				t.Errorf("migrate ended with %d: %s", code, said)
			}
		})
	}
}
