package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"headway/blocks"
)

// kind is what a person did; each is acked in its own way.
type kind string

const (
	command  kind = "command"
	click    kind = "click"
	submit   kind = "submit"
	suggest  kind = "options"
	shortcut kind = "shortcut"
	occur    kind = "event"
	closed   kind = "closed"
)

const eventHomeOpened = "app_home_opened"

// turn is one interaction, understood: who, and the function that serves it.
type turn struct {
	kind kind
	app  string
	org  bool // the app is installed for a whole organisation
	who  Who
	view view // the modal that was submitted
	name string
	run  func(context.Context) (Reply, error)
}

// limit is how long the sync half may take. Slack gives up after 3 s.
func (t turn) limit() time.Duration {
	if t.kind == suggest {
		return 1500 * time.Millisecond
	}
	return 2 * time.Second
}

var errUnusable = errors.New("bot: an envelope of an unknown type")

// understand finds who did what and the function for it. A name without one
// belongs to an older version of the program, and the person hears so.
func (b *Bot) understand(e envelope) (turn, error) {
	switch e.kind {
	case "slash_commands":
		return b.commandTurn(e)
	case "interactive":
		return b.interactionTurn(e)
	case "events_api":
		return b.eventTurn(e)
	}
	return turn{}, errUnusable
}

func (b *Bot) commandTurn(e envelope) (turn, error) {
	p, err := read[slack.SlashCommand](e)
	if err != nil {
		return turn{}, err
	}
	w := Who{
		Team: p.TeamID, User: p.UserID, UserTeam: p.TeamID, UserName: p.UserName, Channel: p.ChannelID,
		Trigger: p.TriggerID, ResponseURL: p.ResponseURL, Key: key("sl", e, p.TriggerID), At: e.received,
	}
	t := turn{kind: command, app: p.APIAppID, org: p.IsEnterpriseInstall, who: w, name: p.Command, run: nothing(spoken(fmt.Sprintf(notMine, p.Command, b.command)))}
	if h := b.router.command; h != nil && p.Command == b.command {
		t.run = func(ctx context.Context) (Reply, error) { return h(ctx, w, p.Text) }
	}
	return t, nil
}

func (b *Bot) interactionTurn(e envelope) (turn, error) {
	p, err := read[interaction](e)
	if err != nil {
		return turn{}, err
	}
	t := turn{app: p.App, org: p.OrgInstalled, who: p.who(e.received), view: p.View}
	switch slack.InteractionType(p.Type) {
	case slack.InteractionTypeBlockActions:
		return b.clickTurn(e, t, p)
	case slack.InteractionTypeViewSubmission:
		return b.submitTurn(e, t, p), nil
	case slack.InteractionTypeBlockSuggestion:
		return b.optionsTurn(e, t, p), nil
	case slack.InteractionTypeShortcut, slack.InteractionTypeMessageAction:
		return b.shortcutTurn(e, t, p), nil
	case slack.InteractionTypeViewClosed:
		t.kind, t.run = closed, nothing(nil)
		return t, nil
	}
	return turn{}, errUnusable
}

func (b *Bot) clickTurn(e envelope, t turn, p interaction) (turn, error) {
	if len(p.Actions) == 0 {
		return turn{}, errUnusable
	}
	used := p.Actions[0] // Slack sends the one element that was used
	t.kind = click
	t.who.Key = key("ba", e, t.who.Team, t.who.User, used.ActionID, used.TS)
	name, id := blocks.SplitActionID(used.ActionID)
	t.name = name
	values := p.State.Values
	if p.View.ID != "" {
		values = p.View.State.Values
	}
	c := Click[string]{Who: t.who, ID: id, Value: used.value(), State: values}
	t.run = nothing(spoken(oldButton))
	if h, ok := b.router.actions[name]; ok {
		t.run = func(ctx context.Context) (Reply, error) { return h(ctx, c) }
	}
	return t, nil
}

func (b *Bot) submitTurn(e envelope, t turn, p interaction) turn {
	t.kind, t.name = submit, p.View.Form
	t.who.Key = key("vs", e, p.View.ID, p.View.Hash)
	t.run = nothing(spoken(oldForm))
	if h, ok := b.router.forms[p.View.Form]; ok {
		t.run = func(ctx context.Context) (Reply, error) { return h(ctx, t.who, p.View.Carried, p.View.State.Values) }
	}
	return t
}

func (b *Bot) optionsTurn(e envelope, t turn, p interaction) turn {
	name, id := blocks.SplitActionID(p.ActionID)
	t.kind, t.name = suggest, name
	t.who.Key = key("en", e)
	t.run = nothing(spoken(oldForm))
	if h, ok := b.router.options[name]; ok {
		t.run = func(ctx context.Context) (Reply, error) {
			options, err := h(ctx, t.who, id, p.Query)
			return Reply{options: options}, err
		}
	}
	return t
}

func (b *Bot) shortcutTurn(e envelope, t turn, p interaction) turn {
	t.kind, t.name = shortcut, p.CallbackID
	t.who.Key = key("sc", e, p.Trigger)
	t.run = nothing(spoken(oldShortcut))
	if h, ok := b.router.shortcuts[p.CallbackID]; ok {
		t.run = func(ctx context.Context) (Reply, error) { return h(ctx, t.who) }
	}
	return t
}

func (b *Bot) eventTurn(e envelope) (turn, error) {
	p, err := read[event](e)
	if err != nil {
		return turn{}, err
	}
	var inner innerEvent
	if err := json.Unmarshal(p.Inner, &inner); err != nil {
		return turn{}, fmt.Errorf("bot: inner event: %w", err)
	}
	team := p.installation()
	w := Who{
		Team: team, User: idOf(inner.User), UserTeam: team, Channel: idOf(inner.Channel),
		Key: key("ev", e, p.ID), At: e.received, Happened: p.at(), View: inner.View.ref(),
	}
	return turn{kind: occur, app: p.App, org: p.orgInstalled(), who: w, name: inner.Type, run: b.eventHandler(w, inner, p.Inner)}, nil
}

func (b *Bot) eventHandler(w Who, inner innerEvent, raw json.RawMessage) func(context.Context) (Reply, error) {
	if inner.Type == "user_change" {
		b.slack.forgetUser(w.Team, w.User)
	}
	if inner.Type == eventHomeOpened && inner.Tab == "home" && b.router.home != nil {
		return func(ctx context.Context) (Reply, error) { return b.router.home(ctx, w) }
	}
	if h, ok := b.router.events[inner.Type]; ok {
		return func(ctx context.Context) (Reply, error) { return h(ctx, w, raw) }
	}
	return nothing(nil)
}

// nothing serves what has no handler.
func nothing(err error) func(context.Context) (Reply, error) {
	return func(context.Context) (Reply, error) { return Reply{}, err }
}

// key names the interaction for dedupe; the envelope's own id, which a
// redelivery may change, stands in where Slack gives nothing better.
func key(prefix string, e envelope, parts ...string) string {
	k := prefix
	for _, p := range parts {
		if p == "" {
			return "en:" + e.id
		}
		k += ":" + p
	}
	if len(parts) == 0 {
		return "en:" + e.id
	}
	return k
}
