package main

import (
	"encoding/json"
	"os"

	"headway/blocks"
	"headway/bot"
	"headway/handlers"
)

type manifestCmd struct {
	Command  string `env:"HEADWAY_COMMAND" default:"/headway" help:"Name of the slash command."`
	Redirect string `help:"Redirect URL for headway install, such as http://127.0.0.1:7447/slack/installed."`
	Rotate   bool   `help:"Let bot tokens expire; only for workspaces that headway install adds."`
}

// Run prints the manifest that Slack's "Create an app from a manifest" takes.
func (m manifestCmd) Run() error {
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(m.manifest())
}

func (m manifestCmd) manifest() object {
	out := manifest(m.Command)
	if m.Redirect != "" {
		out["oauth_config"].(object)["redirect_urls"] = []string{m.Redirect}
	}
	out["settings"].(object)["token_rotation_enabled"] = m.Rotate
	return out
}

type object = map[string]any

// manifest declares what the handlers register: the command, the shortcut, the
// events, and the scopes that each buys something.
func manifest(command string) object {
	b, err := bot.New(bot.Options{AppToken: "xapp-manifest", BotToken: "xoxb-manifest", Command: command})
	if err != nil {
		panic(err) // the tokens above are well-formed
	}
	(&handlers.App{Command: command}).Register(b.Router())
	return object{
		"_metadata":           object{"major_version": 2, "minor_version": 1},
		"display_information": object{"name": "Headway", "description": "Delivery check-ins, weekly reports and forecasts from Jira", "background_color": "#1d3557"},
		"features": object{
			"app_home": object{"home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": true},
			"bot_user": object{"display_name": "headway", "always_online": true},
			"slash_commands": []object{{"command": command, "description": "Check-ins, reports and setup", "usage_hint": "help | report | checkin | setup | status",
				"should_escape": true}},
			"shortcuts": []object{{"name": "Answer check-in", "type": "global", "callback_id": blocks.ShortcutAnswer, "description": "Open today's check-in"}},
		},
		"oauth_config": object{"scopes": object{
			"bot": []string{"chat:write", "commands", "im:write", "users:read"},
			// channels:read and groups:read tell whether the bot is in a channel
			// and who else is; without them a channel's audience is unknown.
			// users:read.email finds people's Jira accounts; without it an admin does.
			"bot_optional": []string{"channels:read", "groups:read", "users:read.email"},
		}},
		"settings": object{
			"event_subscriptions":    object{"bot_events": b.Router().Events()},
			"interactivity":          object{"is_enabled": true},
			"org_deploy_enabled":     false,
			"socket_mode_enabled":    true,
			"token_rotation_enabled": false,
		},
	}
}
