package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"headway/bot"
	"headway/models"
	"headway/secret"
)

// Config is what the environment says. Every field that holds a secret can also
// be read from the file that NAME_FILE names.
type Config struct {
	AppToken     secret.Secret `env:"SLACK_APP_TOKEN" help:"App-level token (xapp-) with connections:write."`
	BotToken     secret.Secret `env:"SLACK_BOT_TOKEN" help:"Bot token (xoxb-) of one workspace; those of headway install need none."`
	ClientID     string        `env:"SLACK_CLIENT_ID" help:"Client ID of the app, for headway install and for tokens that expire."`
	ClientSecret secret.Secret `env:"SLACK_CLIENT_SECRET" help:"Client secret of the app."`
	DatabaseURL  secret.Secret `env:"DATABASE_URL" help:"postgres://… or a file; default headway.db here."`
	Keys         secret.Secret `env:"HEADWAY_KEYS" help:"Encryption keys, newest first: 2:base64,1:base64. See headway key."`
	JiraToken    secret.Secret `env:"HEADWAY_JIRA_TOKEN" help:"Jira token for connections that take theirs from the environment."`
	Command      string        `env:"HEADWAY_COMMAND" default:"/headway" help:"Name of the slash command."`
	Listen       string        `env:"HEADWAY_LISTEN" default:"127.0.0.1:9090" help:"Address of health and metrics."`
	Owner        string        `env:"HEADWAY_OWNER" help:"Slack user id of the first owner; default: the Slack admin who first runs setup."`
	SlackURL     string        `env:"SLACK_API_URL" help:"Sandbox only: loopback address of the Slack API."`
	JiraURL      string        `env:"HEADWAY_JIRA_URL" help:"Sandbox only: loopback address of Jira."`
}

const defaultDatabase = "headway.db"

// secretNames are the variables that may come from a file.
var secretNames = []string{"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "SLACK_CLIENT_SECRET", "DATABASE_URL", "HEADWAY_KEYS", "HEADWAY_JIRA_TOKEN"}

// readSecretFiles sets each secret from its NAME_FILE; having both is a
// mistake, since nobody could tell which one counts.
func readSecretFiles() error {
	var problems []error
	for _, name := range secretNames {
		path := os.Getenv(name + "_FILE")
		if path == "" {
			continue
		}
		if os.Getenv(name) != "" {
			problems = append(problems, fmt.Errorf("%s and %s_FILE are both set: keep one", name, name))
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s_FILE can't be read (%w): check the path and its rights", name, err))
			continue
		}
		if err := os.Setenv(name, strings.TrimSpace(string(data))); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// Mistakes lists every mistake at once, each with its cure. It is not called
// Validate: kong would call that for every command and answer with the usage.
func (c Config) Mistakes() error {
	problems := []error{
		checkToken("SLACK_APP_TOKEN", c.AppToken, "xapp-", "Make one under Basic Information, App-Level Tokens, with connections:write."),
		c.checkBotToken(), c.checkClient(),
		checkLoopback("SLACK_API_URL", c.SlackURL),
		checkLoopback("HEADWAY_JIRA_URL", c.JiraURL),
		c.checkCommand(), c.checkListen(), c.checkDatabase(), c.checkKeys(),
	}
	return errors.Join(problems...)
}

// checkBotToken lets the token be missing where workspaces are installed, or can
// be, in another way; whether any is, only the database knows.
func (c Config) checkBotToken() error {
	if c.BotToken.Empty() {
		return nil
	}
	return checkToken("SLACK_BOT_TOKEN", c.BotToken, "xoxb-", "Copy it from OAuth & Permissions after installing the app.")
}

// errNoWorkspace says how Headway gets into a workspace.
var errNoWorkspace = errors.New("SLACK_BOT_TOKEN is not set. Copy it from OAuth & Permissions after installing the app; workspaces that headway install added need none")

func (c Config) checkClient() error {
	switch {
	case c.ClientID == "" && c.ClientSecret.Empty(), c.ClientID != "" && !c.ClientSecret.Empty():
		return nil
	case c.ClientID == "":
		return errors.New("SLACK_CLIENT_ID is not set, SLACK_CLIENT_SECRET is. Both stand under Basic Information, App Credentials")
	}
	return errors.New("SLACK_CLIENT_SECRET is not set, SLACK_CLIENT_ID is. Both stand under Basic Information, App Credentials")
}

// oauth is the app as Slack's OAuth knows it.
func (c Config) oauth() bot.OAuth {
	return bot.OAuth{ClientID: c.ClientID, ClientSecret: c.ClientSecret, APIURL: c.SlackURL}
}

func checkToken(name string, token secret.Secret, prefix, cure string) error {
	switch {
	case token.Empty():
		return fmt.Errorf("%s is not set. %s", name, cure)
	case strings.HasPrefix(token.Reveal(), prefix), prefix == "xoxb-" && strings.HasPrefix(token.Reveal(), "xoxe.xoxb-"):
		return nil
	case strings.HasPrefix(token.Reveal(), "xapp-"), strings.HasPrefix(token.Reveal(), "xoxb-"):
		return fmt.Errorf("%s holds the other token: SLACK_APP_TOKEN starts with xapp-, SLACK_BOT_TOKEN with xoxb-. Swap them", name)
	default:
		return fmt.Errorf("%s does not start with %s. %s", name, prefix, cure)
	}
}

// checkLoopback keeps tokens from being sent to a stranger by a changed
// variable: the overrides are for the sandbox on this machine alone.
func checkLoopback(name, raw string) error {
	if raw == "" {
		return nil
	}
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("%s is no web address. Leave it empty, or set what headway sandbox prints", name)
	}
	if !isLoopback(u.Hostname()) {
		return fmt.Errorf("%s is for a sandbox on this machine and takes loopback addresses only. Leave it empty for the real service", name)
	}
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

func (c Config) checkCommand() error {
	name, ok := strings.CutPrefix(c.Command, "/")
	if !ok || name == "" || len(name) > 31 || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) {
		return errors.New("HEADWAY_COMMAND must look like /headway: a slash, then up to 31 lower-case letters, digits, - or _")
	}
	return nil
}

func (c Config) checkListen() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return errors.New("HEADWAY_LISTEN must be host:port, for example 127.0.0.1:9090")
	}
	return nil
}

func (c Config) checkDatabase() error {
	dsn := c.DatabaseURL.Reveal()
	if scheme, _, found := strings.Cut(dsn, "://"); found && scheme != "postgres" && scheme != "postgresql" && scheme != "file" {
		return errors.New("DATABASE_URL must start with postgres:// or name a file. Leave it empty for an embedded database")
	}
	return nil
}

func (c Config) checkKeys() error {
	if c.Keys.Empty() {
		if c.postgres() {
			return errors.New("HEADWAY_KEYS is not set. With PostgreSQL every replica needs the same key: make one with headway key")
		}
		return nil
	}
	if _, err := models.ParseKeys(c.Keys.Reveal()); err != nil {
		return errors.New("HEADWAY_KEYS can't be read: it must look like 1:base64 with 32 bytes. Make one with headway key")
	}
	return nil
}

func (c Config) postgres() bool {
	return strings.HasPrefix(c.DatabaseURL.Reveal(), "postgres://") || strings.HasPrefix(c.DatabaseURL.Reveal(), "postgresql://")
}

// dsn is the database to open.
func (c Config) dsn() string {
	if c.DatabaseURL.Empty() {
		return defaultDatabase
	}
	return c.DatabaseURL.Reveal()
}

// keys are the encryption keys. An embedded database gets a key file beside it
// on its first start; created names that file then.
func (c Config) keys() (keys models.Keys, created string, err error) {
	if !c.Keys.Empty() {
		keys, err = models.ParseKeys(c.Keys.Reveal())
		return keys, "", err
	}
	path := strings.TrimPrefix(c.dsn(), "file:")
	path, _, _ = strings.Cut(path, "?")
	path = strings.TrimSuffix(path, filepath.Ext(path)) + ".key"
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return newKeyFile(path)
	}
	if err != nil {
		return keys, "", fmt.Errorf("the key file %s can't be read: %w", path, err)
	}
	keys, err = models.ParseKeys(strings.TrimSpace(string(data)))
	if err != nil {
		return keys, "", fmt.Errorf("the key file %s is damaged: put back the one that belongs to this database", path)
	}
	return keys, "", nil
}

func newKeyFile(path string) (keys models.Keys, created string, err error) {
	key := models.NewKey()
	if err := os.WriteFile(path, []byte(key+"\n"), 0o600); err != nil {
		return keys, "", fmt.Errorf("the key file %s can't be written: %w", path, err)
	}
	keys, err = models.ParseKeys(key)
	return keys, path, err
}
