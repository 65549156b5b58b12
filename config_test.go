package main

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"headway/models"
	"headway/secret"
)

// configured is a configuration without mistakes, as serve needs it.
func configured() Config {
	return Config{AppToken: "xapp-1-A0-1-abc", BotToken: "xoxb-1-2-abc", Command: "/headway", Listen: "127.0.0.1:9090"}
}

func TestConfigWithoutMistakesIsAccepted(t *testing.T) {
	if err := configured().Mistakes(); err != nil {
		t.Error(err)
	}
}

func TestConfigListsAllMistakesAtOnceWithTheirCures(t *testing.T) {
	err := Config{
		AppToken: "xoxp-wrong", BotToken: "xoxp-wrong", ClientID: "1.2", DatabaseURL: "mysql://somewhere/db", Keys: "1:short", Command: "Headway", Listen: "9090",
		SlackURL: "https://evil.example/api/", JiraURL: "not an address",
	}.Mistakes()
	if err == nil {
		t.Fatal("a configuration full of mistakes was accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	for name, cure := range map[string]string{
		"SLACK_APP_TOKEN":     "Make one under Basic Information",
		"SLACK_BOT_TOKEN":     "Copy it from OAuth & Permissions",
		"SLACK_CLIENT_SECRET": "under Basic Information",
		"DATABASE_URL":        "must start with postgres://",
		"HEADWAY_KEYS":        "Make one with headway key",
		"HEADWAY_COMMAND":     "must look like /headway",
		"HEADWAY_LISTEN":      "must be host:port",
		"SLACK_API_URL":       "loopback addresses only",
		"HEADWAY_JIRA_URL":    "Leave it empty",
	} {
		if !lineWith(lines, name, cure) {
			t.Errorf("no line names %s and says %q in\n%v", name, cure, err)
		}
	}
	if len(lines) != 9 {
		t.Errorf("9 mistakes make %d lines:\n%v", len(lines), err)
	}
	for _, text := range []string{"xoxp-wrong", "1:short"} {
		if strings.Contains(err.Error(), text) {
			t.Errorf("the message shows the secret %q", text)
		}
	}
}

func lineWith(lines []string, begin, part string) bool {
	for _, line := range lines {
		if strings.HasPrefix(line, begin) && strings.Contains(line, part) {
			return true
		}
	}
	return false
}

func TestConfigNamesSwappedTokens(t *testing.T) {
	c := configured()
	c.AppToken, c.BotToken = c.BotToken, c.AppToken
	err := c.Mistakes()
	if err == nil || strings.Count(err.Error(), "Swap them") != 2 {
		t.Errorf("swapped tokens give %v", err)
	}
}

func TestConfigMayDoWithoutABotToken(t *testing.T) {
	c := configured()
	c.BotToken = ""
	if err := c.Mistakes(); err != nil {
		t.Errorf("workspaces may be installed otherwise: %v", err)
	}
	c.ClientSecret = "secret"
	if err := c.Mistakes(); err == nil || !strings.Contains(err.Error(), "SLACK_CLIENT_ID is not set") {
		t.Errorf("a secret without its id: %v", err)
	}
}

func TestConfigFindsTheAppInItsToken(t *testing.T) {
	for token, want := range map[secret.Secret]string{"xapp-1-A0HEADWAY1-123-abc": "A0HEADWAY1", "xapp-1-A0HEADWAY1-sandbox": "A0HEADWAY1", "xapp-1": "", "": ""} {
		if got := (Config{AppToken: token}).appID(); got != want {
			t.Errorf("%s: %q", token.Reveal(), got)
		}
	}
}

func TestConfigTakesOverridesForLoopbackOnly(t *testing.T) {
	for address, fine := range map[string]bool{
		"":                              true,
		"http://127.0.0.1:8080/api/":    true,
		"http://localhost:8080":         true,
		"http://[::1]:8080":             true,
		"http://127.0.0.1@evil.example": false,
		"http://127.0.0.1.evil.example": false,
		"http://localhost.evil.example": false,
		"https://slack.com/api/":        false,
		"http://10.0.0.1:8080":          false,
		"http://0.0.0.0:8080":           false,
		"ftp://127.0.0.1":               false,
		"127.0.0.1:8080":                false,
	} {
		slackSide, jiraSide := configured(), configured()
		slackSide.SlackURL, jiraSide.JiraURL = address, address
		if slackSide.Mistakes() == nil != fine || jiraSide.Mistakes() == nil != fine {
			t.Errorf("%q: Slack %v, Jira %v", address, slackSide.Mistakes(), jiraSide.Mistakes())
		}
	}
}

func TestConfigRefusesPostgreSQLWithoutAKeyAndSaysHowToMakeOne(t *testing.T) {
	c := configured()
	c.DatabaseURL = "postgres://headway:hunter2@db/headway"
	err := c.Mistakes()
	if err == nil || !strings.Contains(err.Error(), "headway key") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("without a key: %v", err)
	}
	c.Keys = secret.Secret(models.NewKey())
	if err := c.Mistakes(); err != nil {
		t.Errorf("with a key: %v", err)
	}
}

func TestConfigMakesAPrivateKeyFileOnceAndKeepsIt(t *testing.T) {
	c := configured()
	dir := t.TempDir()
	c.DatabaseURL = secret.Secret(filepath.Join(dir, "team.db"))
	_, created, err := c.keys()
	if err != nil || created != filepath.Join(dir, "team.key") {
		t.Fatalf("created %q: %v", created, err)
	}
	info, err := os.Stat(created)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %v: %v", info.Mode(), err)
	}
	before, _ := os.ReadFile(created)
	_, again, err := c.keys()
	if after, _ := os.ReadFile(created); err != nil || again != "" || string(after) != string(before) {
		t.Errorf("the second start made %q, %v, or changed the key", again, err)
	}
}

func TestConfigNamesADamagedKeyFileAndKeepsIt(t *testing.T) {
	c := configured()
	path := filepath.Join(t.TempDir(), "headway.key")
	c.DatabaseURL = secret.Secret("file:" + strings.TrimSuffix(path, ".key") + ".db?_pragma=synchronous(off)")
	if err := os.WriteFile(path, []byte("1:oops"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := c.keys()
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "put back") || strings.Contains(err.Error(), "oops") {
		t.Errorf("a damaged key file gives %v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "1:oops" {
		t.Error("the damaged file was overwritten")
	}
}

func TestSecretsAreReadFromTheFilesThatAreNamed(t *testing.T) {
	for _, name := range secretNames {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "secret")
			if err := os.WriteFile(path, []byte("from the file\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv(name, "")
			t.Setenv(name+"_FILE", path)
			if err := readSecretFiles(); err != nil {
				t.Fatal(err)
			}
			if got := os.Getenv(name); got != "from the file" {
				t.Errorf("%s is %q", name, got)
			}
		})
	}
}

func TestSecretFilesTellEveryMistake(t *testing.T) {
	t.Setenv("SLACK_APP_TOKEN", "xapp-1")
	t.Setenv("SLACK_APP_TOKEN_FILE", "/run/secrets/app")
	t.Setenv("SLACK_BOT_TOKEN_FILE", filepath.Join(t.TempDir(), "missing"))
	err := readSecretFiles()
	if err == nil {
		t.Fatal("two mistakes were accepted")
	}
	for _, want := range []string{"SLACK_APP_TOKEN and SLACK_APP_TOKEN_FILE are both set: keep one", "SLACK_BOT_TOKEN_FILE can't be read"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}

func TestEverySecretOfTheConfigurationMayComeFromAFile(t *testing.T) {
	var inConfig []string
	for f := range reflect.TypeFor[Config]().Fields() {
		if f.Type == reflect.TypeFor[secret.Secret]() {
			inConfig = append(inConfig, f.Tag.Get("env"))
		}
	}
	if !slices.Equal(inConfig, secretNames) {
		t.Errorf("the configuration has the secrets %q, files are read for %q", inConfig, secretNames)
	}
}
