package slack

import (
	"fmt"
	"maps"
	"net/mail"
	"net/url"
	"strconv"
	"unicode/utf8"
)

// stateKey says where an element keeps its value, and where its first one is from.
type stateKey struct {
	value, initial string
	many           bool
}

// stateKeys names the elements that appear in state.values; buttons and
// overflow menus have no state.
var stateKeys = map[string]stateKey{
	"plain_text_input":           {"value", "initial_value", false},
	"email_text_input":           {"value", "initial_value", false},
	"url_text_input":             {"value", "initial_value", false},
	"number_input":               {"value", "initial_value", false},
	"rich_text_input":            {"rich_text_value", "initial_value", false},
	"static_select":              {"selected_option", "initial_option", false},
	"external_select":            {"selected_option", "initial_option", false},
	"radio_buttons":              {"selected_option", "initial_option", false},
	"users_select":               {"selected_user", "initial_user", false},
	"conversations_select":       {"selected_conversation", "initial_conversation", false},
	"channels_select":            {"selected_channel", "initial_channel", false},
	"datepicker":                 {"selected_date", "initial_date", false},
	"timepicker":                 {"selected_time", "initial_time", false},
	"datetimepicker":             {"selected_date_time", "initial_date_time", false},
	"multi_static_select":        {"selected_options", "initial_options", true},
	"multi_external_select":      {"selected_options", "initial_options", true},
	"checkboxes":                 {"selected_options", "initial_options", true},
	"multi_users_select":         {"selected_users", "initial_users", true},
	"multi_conversations_select": {"selected_conversations", "initial_conversations", true},
	"multi_channels_select":      {"selected_channels", "initial_channels", true},
	"file_input":                 {"files", "", true},
}

// entry is the value of one element. touched: a person gave it.
type entry struct {
	value   object
	touched bool
}

// inputState is state.values before it becomes JSON: block id, action id, entry.
type inputState map[string]map[string]entry

func newInputState(blocks list) inputState {
	state := inputState{}
	for _, v := range blocks {
		b, _ := v.(object)
		for _, e := range elementsOf(b) {
			if _, stateful := stateKeys[text(e, "type")]; !stateful {
				continue
			}
			blockID := text(b, "block_id")
			if state[blockID] == nil {
				state[blockID] = map[string]entry{}
			}
			state[blockID][text(e, "action_id")] = entry{value: initialValue(e)}
		}
	}
	return state
}

func initialValue(e object) object {
	key := stateKeys[text(e, "type")]
	value := object{"type": e["type"], key.value: e[key.initial]}
	if key.many && e[key.initial] == nil {
		value[key.value] = list{}
	}
	if zone := text(e, "timezone"); zone != "" {
		value["timezone"] = zone
	}
	return value
}

// carryOver keeps what a person entered in elements that are still there under
// the same ids and of the same type.
func (s inputState) carryOver(blocks list) inputState {
	next := newInputState(blocks)
	for blockID, actions := range next {
		for actionID, fresh := range actions {
			old, ok := s[blockID][actionID]
			if ok && old.touched && old.value["type"] == fresh.value["type"] {
				actions[actionID] = old
			}
		}
	}
	return next
}

func (s inputState) set(blockID, actionID string, value object) {
	if actions := s[blockID]; actions != nil {
		if _, there := actions[actionID]; there {
			actions[actionID] = entry{value: value, touched: true}
		}
	}
}

func (s inputState) clone() inputState {
	out := inputState{}
	for blockID, actions := range s {
		out[blockID] = maps.Clone(actions)
	}
	return out
}

func (s inputState) json() object {
	values := object{}
	for blockID, actions := range s {
		block := object{}
		for actionID, e := range actions {
			block[actionID] = e.value
		}
		values[blockID] = block
	}
	return object{"values": values}
}

// choose turns what a caller gave into the value object that Slack's client
// would send for element e, or says why its client would not let it happen.
// given may be a full value object or {"value": …} with the bare choice.
func (ws *workspace) choose(e, given object, offered list) (object, error) {
	kind := text(e, "type")
	key := stateKeys[kind]
	raw, there := given[key.value]
	if bare, ok := given["value"]; !there && ok {
		raw = bare
	}
	value := object{"type": kind, key.value: raw}
	var err error
	switch key.value {
	case "selected_option":
		value[key.value], err = pickOption(e, raw, offered)
	case "selected_options":
		value[key.value], err = pickOptions(e, raw, offered)
	case "selected_user", "selected_conversation", "selected_channel":
		err = ws.knows(raw)
	case "selected_users", "selected_conversations", "selected_channels":
		ids, _ := raw.(list)
		for _, v := range ids {
			if err = ws.knows(v); err != nil {
				break
			}
		}
		value[key.value] = append(list{}, ids...)
	case "value":
		if s, ok := raw.(string); ok && s == "" {
			value[key.value] = nil
		}
	}
	if zone := text(e, "timezone"); zone != "" {
		value["timezone"] = zone
	}
	return value, err
}

func pickOption(e object, raw any, offered list) (any, error) {
	if raw == nil {
		return nil, nil
	}
	wanted, ok := raw.(string)
	given, isObject := raw.(object)
	if isObject {
		wanted, ok = text(given, "value"), true
	}
	if !ok {
		return nil, fmt.Errorf("an option must be an object with a value")
	}
	all := append(optionsOf(e), offered...)
	if o := findOption(all, wanted); o != nil {
		return o, nil
	}
	if external(e) && given["text"] != nil {
		return given, nil
	}
	return nil, fmt.Errorf("%q is not one of the options", wanted)
}

func pickOptions(e object, raw any, offered list) (any, error) {
	items, _ := raw.(list)
	picked := list{}
	for _, v := range items {
		o, err := pickOption(e, v, offered)
		if err != nil {
			return nil, err
		}
		picked = append(picked, o)
	}
	return picked, nil
}

func external(e object) bool {
	kind := text(e, "type")
	return kind == "external_select" || kind == "multi_external_select"
}

func (ws *workspace) knows(raw any) error {
	wanted, _ := raw.(string)
	if raw == nil || ws.user(wanted) != nil || ws.channel(wanted) != nil {
		return nil
	}
	return fmt.Errorf("%q is no user or conversation here", wanted)
}

// Messages that Slack's client shows under a field.
const (
	sayRequired = "Please complete this required field."
	sayNumber   = "Please enter a valid number."
	sayEmail    = "Please enter a valid email address."
	sayURL      = "Please enter a valid URL."
)

// clientErrors are what Slack's client refuses before it sends a submission,
// by block id.
func clientErrors(blocks list, state inputState) map[string]string {
	refused := map[string]string{}
	for _, v := range blocks {
		b, _ := v.(object)
		if text(b, "type") != "input" {
			continue
		}
		e, _ := b["element"].(object)
		blockID := text(b, "block_id")
		if say := fieldError(b, e, state[blockID][text(e, "action_id")].value); say != "" {
			refused[blockID] = say
		}
	}
	return refused
}

func fieldError(b, e, value object) string {
	raw := value[stateKeys[text(e, "type")].value]
	if empty(raw) {
		if optional, _ := b["optional"].(bool); optional {
			return ""
		}
		return sayRequired
	}
	s, _ := raw.(string)
	switch text(e, "type") {
	case "plain_text_input":
		return lengthError(e, utf8.RuneCountInString(s))
	case "number_input":
		return numberError(e, s)
	case "email_text_input":
		if _, err := mail.ParseAddress(s); err != nil {
			return sayEmail
		}
	case "url_text_input":
		if u, err := url.Parse(s); err != nil || u.Host == "" {
			return sayURL
		}
	}
	if most, ok := e["max_selected_items"].(float64); ok {
		if items, _ := raw.(list); len(items) > int(most) {
			return fmt.Sprintf("Please select at most %d items.", int(most))
		}
	}
	return ""
}

func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case list:
		return len(v) == 0
	}
	return false
}

func lengthError(e object, n int) string {
	if low, ok := e["min_length"].(float64); ok && n < int(low) {
		return fmt.Sprintf("Please enter at least %d characters.", int(low))
	}
	high := 3000
	if h, ok := e["max_length"].(float64); ok {
		high = int(h)
	}
	if n > high {
		return fmt.Sprintf("Please enter at most %d characters.", high)
	}
	return ""
}

func numberError(e object, s string) string {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return sayNumber
	}
	decimal, _ := e["is_decimal_allowed"].(bool)
	if !decimal && n != float64(int64(n)) {
		return sayNumber
	}
	if low, err := strconv.ParseFloat(text(e, "min_value"), 64); err == nil && n < low {
		return fmt.Sprintf("Please enter a number of at least %s.", text(e, "min_value"))
	}
	if high, err := strconv.ParseFloat(text(e, "max_value"), 64); err == nil && n > high {
		return fmt.Sprintf("Please enter a number of at most %s.", text(e, "max_value"))
	}
	return ""
}
