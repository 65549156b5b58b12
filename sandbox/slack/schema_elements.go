package slack

import (
	"regexp"
)

var (
	id        = str(1, 255)
	dayForm   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	clockForm = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
)

func matching(form *regexp.Regexp) rule {
	return func(c *check, at string, v any) {
		if s, ok := v.(string); !ok || !form.MatchString(s) {
			c.refuse(at, "invalid format")
		}
	}
}

// option is an entry of a menu; radio buttons and checkboxes also take mrkdwn.
func option(kinds ...string) shape {
	return shape{must: []string{"text", "value"}, fields: map[string]rule{
		"text": words(75, kinds...), "value": str(1, 150),
		"description": words(75, kinds...), "url": str(1, 3000),
	}}
}

var (
	menuOption   = option("plain_text").check
	choiceOption = option("plain_text", "mrkdwn").check
	optionGroup  = shape{must: []string{"label", "options"}, fields: map[string]rule{
		"label": plain(75), "options": many(1, 100, menuOption),
	}}.check
	confirm = shape{must: []string{"title", "text", "confirm", "deny"}, fields: map[string]rule{
		"title": plain(100), "text": prose(300), "confirm": plain(30), "deny": plain(30),
		"style": oneOf("primary", "danger"),
	}}.check
	dispatch = shape{fields: map[string]rule{
		"trigger_actions_on": many(1, 2, oneOf("on_enter_pressed", "on_character_entered")),
	}}.check
	conversationFilter = shape{fields: map[string]rule{
		"include":                          many(1, 4, oneOf("im", "mpim", "private", "public")),
		"exclude_external_shared_channels": boolean, "exclude_bot_users": boolean,
	}}.check
)

// element returns the shape of an interactive element: common fields and its own.
func element(must []string, own map[string]rule, also func(*check, string, object)) shape {
	fields := map[string]rule{"action_id": id, "confirm": confirm, "focus_on_load": boolean}
	for name, r := range own {
		fields[name] = r
	}
	return shape{must: must, fields: fields, also: also}
}

func menu(own map[string]rule, also func(*check, string, object)) shape {
	own["placeholder"] = plain(150)
	return element(nil, own, also)
}

func typedInput(own map[string]rule) shape {
	for name, r := range map[string]rule{"placeholder": plain(150), "dispatch_action_config": dispatch} {
		own[name] = r
	}
	return element(nil, own, nil)
}

// textInput also has bounds of its own, which must not contradict each other.
func textInput() shape {
	s := typedInput(map[string]rule{
		"initial_value": str(0, 3000), "multiline": boolean,
		"min_length": integer(0, 3000), "max_length": integer(1, 3000),
	})
	s.also = func(c *check, at string, o object) {
		low, _ := o["min_length"].(float64)
		high, bounded := o["max_length"].(float64)
		if bounded && low > high {
			c.refuse(pointer(at, "min_length"), "must not exceed max_length")
		}
	}
	return s
}

var ids = many(1, 100, id)

// elements are all interactive elements, by type.
var elements = map[string]shape{
	"button": element([]string{"text"}, map[string]rule{
		"text": plain(75), "value": str(0, 2000), "url": str(1, 3000), "style": oneOf("primary", "danger"),
		"accessibility_label": str(1, 75),
	}, nil),
	"overflow":                   element([]string{"options"}, map[string]rule{"options": many(1, 5, menuOption)}, nil),
	"static_select":              menu(map[string]rule{"options": many(1, 100, menuOption), "option_groups": many(1, 100, optionGroup), "initial_option": menuOption}, oneMenu),
	"multi_static_select":        menu(map[string]rule{"options": many(1, 100, menuOption), "option_groups": many(1, 100, optionGroup), "initial_options": many(1, 100, menuOption), "max_selected_items": integer(1, 100)}, oneMenu),
	"external_select":            menu(map[string]rule{"initial_option": menuOption, "min_query_length": integer(0, 100)}, nil),
	"multi_external_select":      menu(map[string]rule{"initial_options": many(1, 100, menuOption), "min_query_length": integer(0, 100), "max_selected_items": integer(1, 100)}, nil),
	"users_select":               menu(map[string]rule{"initial_user": id}, nil),
	"multi_users_select":         menu(map[string]rule{"initial_users": ids, "max_selected_items": integer(1, 100)}, nil),
	"conversations_select":       menu(map[string]rule{"initial_conversation": id, "default_to_current_conversation": boolean, "response_url_enabled": boolean, "filter": conversationFilter}, nil),
	"multi_conversations_select": menu(map[string]rule{"initial_conversations": ids, "default_to_current_conversation": boolean, "max_selected_items": integer(1, 100), "filter": conversationFilter}, nil),
	"channels_select":            menu(map[string]rule{"initial_channel": id, "response_url_enabled": boolean}, nil),
	"multi_channels_select":      menu(map[string]rule{"initial_channels": ids, "max_selected_items": integer(1, 100)}, nil),
	"checkboxes":                 element([]string{"options"}, map[string]rule{"options": many(1, 10, choiceOption), "initial_options": many(1, 10, choiceOption)}, knownInitial),
	"radio_buttons":              element([]string{"options"}, map[string]rule{"options": many(1, 10, choiceOption), "initial_option": choiceOption}, knownInitial),
	"datepicker":                 menu(map[string]rule{"initial_date": matching(dayForm)}, nil),
	"timepicker":                 menu(map[string]rule{"initial_time": matching(clockForm), "timezone": str(1, 100)}, nil),
	"datetimepicker":             element(nil, map[string]rule{"initial_date_time": integer(1e9, 1<<33)}, nil),
	"plain_text_input":           textInput(),
	"email_text_input":           typedInput(map[string]rule{"initial_value": str(0, 3000)}),
	"url_text_input":             typedInput(map[string]rule{"initial_value": str(0, 3000)}),
	"number_input": typedInput(map[string]rule{
		"is_decimal_allowed": boolean, "initial_value": str(0, 50), "min_value": str(1, 50), "max_value": str(1, 50),
	}),
	"rich_text_input":  typedInput(map[string]rule{"initial_value": richTextOnly}),
	"file_input":       element(nil, map[string]rule{"filetypes": many(1, 100, id), "max_files": integer(1, 10)}, nil),
	"feedback_buttons": element([]string{"positive_button", "negative_button"}, map[string]rule{"positive_button": anyValue, "negative_button": anyValue}, nil),
	"icon_button":      element([]string{"icon", "text"}, map[string]rule{"icon": oneOf("trash"), "text": plain(75), "value": str(0, 2000), "accessibility_label": str(1, 75), "visible_to_user_ids": ids}, nil),
	"image":            {must: []string{"alt_text"}, fields: imageFields, also: imageSource},
}

var imageFields = map[string]rule{
	"alt_text": str(1, 2000), "image_url": str(1, 3000), "slack_file": shape{fields: map[string]rule{"id": id, "url": str(1, 3000)}}.check,
}

func imageSource(c *check, at string, o object) {
	_, byURL := o["image_url"]
	_, byFile := o["slack_file"]
	if byURL == byFile {
		c.refuse(at, "must provide one of image_url and slack_file")
	}
}

// oneMenu wants options or option_groups, not both and not neither.
func oneMenu(c *check, at string, o object) {
	_, flat := o["options"]
	_, grouped := o["option_groups"]
	if flat == grouped {
		c.refuse(at, "must provide one of options and option_groups")
	}
	knownInitial(c, at, o)
}

// knownInitial refuses an initial choice that the menu does not offer.
func knownInitial(c *check, at string, o object) {
	offered := optionsOf(o)
	if initial, ok := o["initial_option"].(object); ok && findOption(offered, text(initial, "value")) == nil {
		c.refuse(pointer(at, "initial_option"), "must be one of the options")
	}
	initials, _ := o["initial_options"].(list)
	for i, v := range initials {
		if initial, ok := v.(object); ok && findOption(offered, text(initial, "value")) == nil {
			c.refuse(pointer(pointer(at, "initial_options"), i), "must be one of the options")
		}
	}
}

// optionsOf lists an element's options, those in groups included.
func optionsOf(o object) list {
	all, _ := o["options"].(list)
	groups, _ := o["option_groups"].(list)
	for _, g := range groups {
		group, _ := g.(object)
		some, _ := group["options"].(list)
		all = append(all[:len(all):len(all)], some...)
	}
	return all
}

func findOption(options list, value string) object {
	for _, v := range options {
		if o, ok := v.(object); ok && text(o, "value") == value {
			return o
		}
	}
	return nil
}
