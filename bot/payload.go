package bot

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"headway/blocks"
)

// envelope is what came over a socket, not yet understood.
type envelope struct {
	conn     acker
	id       string
	kind     string // Slack's: slash_commands, interactive, events_api
	payload  json.RawMessage
	received time.Time
}

// The payloads are read by structs of our own with the fields we use: a block
// inside that slack-go can't decode must not make an interaction unreadable.
type interaction struct {
	Type         string              `json:"type"`
	App          string              `json:"api_app_id"`
	Trigger      string              `json:"trigger_id"`
	ResponseURL  string              `json:"response_url"`
	CallbackID   string              `json:"callback_id"`
	ActionID     string              `json:"action_id"`
	Query        string              `json:"value"`
	Team         named               `json:"team"`
	User         person              `json:"user"`
	Channel      named               `json:"channel"`
	Message      struct{ TS string } `json:"message"`
	Container    container           `json:"container"`
	View         view                `json:"view"`
	State        state               `json:"state"`
	Actions      []element           `json:"actions"`
	OrgInstalled bool                `json:"is_enterprise_install"`
}

type named struct {
	ID string `json:"id"`
}

type person struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Username string `json:"username"`
	TeamID   string `json:"team_id"`
}

type container struct {
	MessageTS string `json:"message_ts"`
	ChannelID string `json:"channel_id"`
	Ephemeral bool   `json:"is_ephemeral"`
}

type state struct {
	Values blocks.Values `json:"values"`
}

type view struct {
	ID            string                `json:"id"`
	Hash          string                `json:"hash"`
	Form          string                `json:"callback_id"`
	Carried       string                `json:"private_metadata"`
	Root          string                `json:"root_view_id"`
	Previous      string                `json:"previous_view_id"`
	Team          string                `json:"team_id"`
	InstalledTeam string                `json:"app_installed_team_id"`
	Title         struct{ Text string } `json:"title"`
	State         state                 `json:"state"`
	Blocks        []struct {
		Type string `json:"type"`
		ID   string `json:"block_id"`
	} `json:"blocks"`
}

func (v view) ref() ViewRef {
	return ViewRef{ID: v.ID, Hash: v.Hash, Form: v.Form, Carried: v.Carried, Root: v.Root, Previous: v.Previous}
}

// inputs are the block ids of the input blocks, in their order.
func (v view) inputs() []string {
	var ids []string
	for _, b := range v.Blocks {
		if b.Type == "input" {
			ids = append(ids, b.ID)
		}
	}
	return ids
}

// element is the interactive element that was used, with the moment of use.
type element struct {
	slack.BlockAction
	TS string `json:"action_ts"`
}

// value is what was chosen, whatever the kind of the element.
func (e element) value() string {
	a := e.BlockAction
	if a.SelectedDateTime != 0 {
		return strconv.FormatInt(a.SelectedDateTime, 10)
	}
	return firstOf(a.SelectedOption.Value, a.SelectedUser, a.SelectedChannel, a.SelectedConversation, a.SelectedDate, a.SelectedTime, a.Value)
}

// installation is the workspace the interaction belongs to; the person's own
// may be another one.
func (p interaction) installation() string {
	return firstOf(p.View.InstalledTeam, p.Team.ID, p.View.Team)
}

func (p interaction) who(at time.Time) Who {
	team := p.installation()
	return Who{
		Team: team, User: p.User.ID, UserTeam: firstOf(p.User.TeamID, team), UserName: firstOf(p.User.Username, p.User.Name),
		Channel: firstOf(p.Channel.ID, p.Container.ChannelID), Trigger: p.Trigger, ResponseURL: p.ResponseURL, At: at,
		Message: Ref{Channel: firstOf(p.Container.ChannelID, p.Channel.ID), TS: firstOf(p.Container.MessageTS, p.Message.TS), Ephemeral: p.Container.Ephemeral},
		View:    p.View.ref(),
	}
}

type event struct {
	App            string          `json:"api_app_id"`
	Team           string          `json:"team_id"`
	ID             string          `json:"event_id"`
	Time           int64           `json:"event_time"` // Unix seconds
	Inner          json.RawMessage `json:"event"`
	Authorizations []struct {
		Team         string `json:"team_id"`
		OrgInstalled bool   `json:"is_enterprise_install"`
	} `json:"authorizations"`
}

// innerEvent are the fields that tell whom an event is about. "user" is an id
// in most kinds, an object in user_change.
type innerEvent struct {
	Type    string          `json:"type"`
	Tab     string          `json:"tab"`
	Channel json.RawMessage `json:"channel"`
	User    json.RawMessage `json:"user"`
	View    view            `json:"view"`
}

// idOf reads an id that comes bare or within its object.
func idOf(raw json.RawMessage) string {
	var id string
	if json.Unmarshal(raw, &id) == nil {
		return id
	}
	var object named
	if json.Unmarshal(raw, &object) == nil {
		return object.ID
	}
	return ""
}

// installation is the workspace the event was delivered for; in a shared
// channel the outer team_id may be another one.
func (e event) installation() string {
	if len(e.Authorizations) > 0 {
		return firstOf(e.Authorizations[0].Team, e.Team)
	}
	return e.Team
}

func (e event) orgInstalled() bool {
	return len(e.Authorizations) > 0 && e.Authorizations[0].OrgInstalled
}

// at is when it happened by Slack's clock, the zero time where Slack does not
// say.
func (e event) at() time.Time {
	if e.Time == 0 {
		return time.Time{}
	}
	return time.Unix(e.Time, 0).UTC()
}

func read[P any](e envelope) (P, error) {
	var p P
	if err := json.Unmarshal(e.payload, &p); err != nil {
		return p, fmt.Errorf("bot: payload of %s: %w", e.kind, err)
	}
	return p, nil
}
