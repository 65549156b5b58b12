package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"headway/bot"
	"headway/handlers"
)

// slackManifestSchema is Slack's own description of manifests, beside the
// checkout.
const slackManifestSchema = "../shared/openapi/slack-manifest.2.0.0.json"

func TestManifestFollowsSlacksSchema(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.UseRegexpEngine(withoutLookahead)
	schema, err := compiler.Compile(slackManifestSchema)
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" {
		t.Skip("skipped: " + slackManifestSchema + " is not beside this checkout")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(asJSON(t, manifest("/headway"))); err != nil {
		t.Errorf("Slack would refuse the manifest: %v", err)
	}
	full := manifestCmd{Command: "/headway", Redirect: "http://127.0.0.1:7447/slack/installed", Rotate: true}.manifest()
	if err := schema.Validate(asJSON(t, full)); err != nil {
		t.Errorf("Slack would refuse the manifest for several workspaces: %v", err)
	}
	broken := manifest("/headway")
	broken["settings"].(object)["socket_mode"] = true
	if schema.Validate(asJSON(t, broken)) == nil {
		t.Error("the schema accepts a setting that Slack does not know: it checks nothing")
	}
}

// withoutLookahead leaves out what Go's regular expressions can't say; the
// schema uses it for domains alone, which our manifest has none of.
func withoutLookahead(pattern string) (jsonschema.Regexp, error) {
	re, err := regexp.Compile(strings.ReplaceAll(pattern, `(?![\.\-])`, ""))
	return (*expression)(re), err
}

type expression regexp.Regexp

func (e *expression) MatchString(s string) bool { return (*regexp.Regexp)(e).MatchString(s) }
func (e *expression) String() string            { return (*regexp.Regexp)(e).String() }

func asJSON(t *testing.T, m object) any {
	t.Helper()
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// declaredManifest is what the tests look at.
type declaredManifest struct {
	Features struct {
		AppHome struct {
			Home bool `json:"home_tab_enabled"`
		} `json:"app_home"`
		SlashCommands []struct {
			Command      string
			UsageHint    string `json:"usage_hint"`
			ShouldEscape bool   `json:"should_escape"`
		} `json:"slash_commands"`
		Shortcuts []struct {
			CallbackID string `json:"callback_id"`
		}
	}
	OAuth struct {
		Scopes struct {
			Bot      []string
			Optional []string `json:"bot_optional"`
		}
	} `json:"oauth_config"`
	Settings struct {
		Events struct {
			Bot []string `json:"bot_events"`
		} `json:"event_subscriptions"`
		SocketMode bool `json:"socket_mode_enabled"`
	}
}

func readManifest(t *testing.T, command string) declaredManifest {
	t.Helper()
	data, err := json.Marshal(manifest(command))
	if err != nil {
		t.Fatal(err)
	}
	var m declaredManifest
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestManifestDeclaresWhatTheHandlersRegister(t *testing.T) {
	b, err := bot.New(bot.Options{AppToken: "xapp-test", BotToken: "xoxb-test"})
	if err != nil {
		t.Fatal(err)
	}
	(&handlers.App{Command: "/headway"}).Register(b.Router())
	m := readManifest(t, "/headway")

	var shortcuts []string
	for _, s := range m.Features.Shortcuts {
		shortcuts = append(shortcuts, s.CallbackID)
	}
	if want := b.Router().Shortcuts(); !slices.Equal(shortcuts, want) {
		t.Errorf("shortcuts %q, handled are %q", shortcuts, want)
	}
	if want := b.Router().Events(); !slices.Equal(m.Settings.Events.Bot, want) {
		t.Errorf("events %q, handled are %q", m.Settings.Events.Bot, want)
	}
	if slices.Contains(b.Router().Events(), "app_home_opened") != m.Features.AppHome.Home {
		t.Error("the Home tab and its event go together")
	}
	if !m.Settings.SocketMode {
		t.Error("Headway speaks Socket Mode only")
	}
}

func TestManifestNamesTheWayBackAndExpiryOnlyWhenAskedTo(t *testing.T) {
	for _, m := range []manifestCmd{{Command: "/headway"}, {Command: "/headway", Redirect: "https://localhost/slack/installed", Rotate: true}} {
		out := m.manifest()
		redirects, _ := out["oauth_config"].(object)["redirect_urls"].([]string)
		if (m.Redirect == "") != (len(redirects) == 0) || (m.Redirect != "" && redirects[0] != m.Redirect) {
			t.Errorf("%+v: redirects %q", m, redirects)
		}
		if got := out["settings"].(object)["token_rotation_enabled"]; got != m.Rotate {
			t.Errorf("%+v: rotation %v", m, got)
		}
	}
}

func TestManifestAsksToBeToldOfRemovals(t *testing.T) {
	events := readManifest(t, "/headway").Settings.Events.Bot
	for _, want := range []string{"app_uninstalled", "tokens_revoked"} {
		if !slices.Contains(events, want) {
			t.Errorf("%s is not among %q", want, events)
		}
	}
}

func TestManifestHasTheOneCommandUnderItsName(t *testing.T) {
	m := readManifest(t, "/delivery")
	if len(m.Features.SlashCommands) != 1 {
		t.Fatalf("%d commands", len(m.Features.SlashCommands))
	}
	c := m.Features.SlashCommands[0]
	if c.Command != "/delivery" || !c.ShouldEscape {
		t.Errorf("%+v; mentions reach the handlers as ids only with should_escape", c)
	}
}

func TestManifestAsksForTheScopesThatTheDoctorNeeds(t *testing.T) {
	m := readManifest(t, "/headway")
	if want := slices.Sorted(slices.Values(needed)); !slices.Equal(slices.Sorted(slices.Values(m.OAuth.Scopes.Bot)), want) {
		t.Errorf("scopes %q, the doctor asks for %q", m.OAuth.Scopes.Bot, want)
	}
	var bought []string
	for _, o := range optional {
		bought = append(bought, o.scope)
	}
	if !slices.Equal(m.OAuth.Scopes.Optional, bought) {
		t.Errorf("optional scopes %q, the doctor knows what %q buy", m.OAuth.Scopes.Optional, bought)
	}
	for _, scope := range append(m.OAuth.Scopes.Bot, m.OAuth.Scopes.Optional...) {
		if strings.Contains(scope, "history") {
			t.Errorf("%s would let Headway read conversations", scope)
		}
	}
}
