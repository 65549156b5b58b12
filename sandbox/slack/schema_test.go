package slack

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func parse(t *testing.T, raw string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}

func TestBlocksThatSlackTakes(t *testing.T) {
	for _, c := range []struct{ surface, block string }{
		{"message", `{"type":"section","text":{"type":"mrkdwn","text":"x","verbatim":true}}`},
		{"message", `{"type":"section","fields":[{"type":"plain_text","text":"x","emoji":false}]}`},
		{"message", `{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"overflow","action_id":"a","options":[{"text":{"type":"plain_text","text":"x"},"value":"1"}]}}`},
		{"message", `{"type":"header","text":{"type":"plain_text","text":"x"}}`},
		{"message", `{"type":"context","elements":[{"type":"mrkdwn","text":"x"},{"type":"image","image_url":"https://x.test/i.png","alt_text":"i"}]}`},
		{"message", `{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"},"style":"primary","confirm":{"title":{"type":"plain_text","text":"x"},"text":{"type":"mrkdwn","text":"x"},"confirm":{"type":"plain_text","text":"x"},"deny":{"type":"plain_text","text":"x"}}}]}`},
		{"message", `{"type":"image","slack_file":{"id":"F1"},"alt_text":"chart","title":{"type":"plain_text","text":"x"}}`},
		{"message", `{"type":"markdown","text":"**x**"}`},
		{"message", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}`},
		{"message", `{"type":"table","rows":[[{"type":"raw_text","text":"x"},{"type":"raw_number","value":1,"text":"1"}]],"column_settings":[null,{"align":"right","is_wrapped":true}]}`},
		{"message", `{"type":"data_table","caption":"x","rows":[[{"type":"raw_text","text":"x"}],[{"type":"raw_number","value":1,"text":"1"}]],"page_size":10}`},
		{"message", `{"type":"data_visualization","title":"x","chart":{"type":"line","series":[{"name":"a","data":[{"label":"w1","value":-2}]}],"axis_config":{"categories":["w1"],"y_label":"items"}}}`},
		{"message", `{"type":"container","title":{"type":"plain_text","text":"x"},"child_blocks":[{"type":"divider"}]}`},
		{"modal", `{"type":"alert","text":{"type":"mrkdwn","text":"x"},"level":"warning"}`},
		{"modal", `{"type":"input","label":{"type":"plain_text","text":"x"},"optional":true,"element":{"type":"checkboxes","action_id":"a","options":[{"text":{"type":"mrkdwn","text":"*x*"},"value":"1","description":{"type":"mrkdwn","text":"y"}}],"initial_options":[{"text":{"type":"mrkdwn","text":"*x*"},"value":"1"}]}}`},
		{"modal", `{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"conversations_select","action_id":"a","default_to_current_conversation":true,"filter":{"include":["public","private"],"exclude_bot_users":true}}}`},
		{"modal", `{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"timepicker","action_id":"a","initial_time":"09:30","timezone":"Europe/Berlin"}}`},
		{"home", `{"type":"actions","elements":[{"type":"static_select","action_id":"a","option_groups":[{"label":{"type":"plain_text","text":"g"},"options":[{"text":{"type":"plain_text","text":"x"},"value":"1"}]}],"initial_option":{"text":{"type":"plain_text","text":"x"},"value":"1"}}]}`},
	} {
		if _, problems := checkBlocks(c.surface, "/blocks", list{parse(t, c.block)}); len(problems) > 0 {
			t.Errorf("%s in a %s: %v", c.block, c.surface, problems)
		}
	}
}

func TestBlocksThatSlackRefuses(t *testing.T) {
	for _, c := range []struct{ block, want string }{
		{`null`, "must provide an object [json-pointer:/blocks/0]"},
		{`{"type":"sections"}`, "unsupported type: sections [json-pointer:/blocks/0/type]"},
		{`{"type":"section"}`, "must provide one of text and fields"},
		{`{"type":"section","text":{"type":"mrkdwn","text":""}}`, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{`{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, "invalid additional property: emoji"},
		{`{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"},
		{`{"type":"context","elements":[]}`, "no less than 1 items allowed"},
		{`{"type":"actions","elements":[{"type":"plain_text_input","action_id":"a"}]}`, "unsupported type: plain_text_input"},
		{`{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"` + strings.Repeat("x", 76) + `"}}]}`, "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"},
		{`{"type":"actions","elements":[{"type":"static_select","action_id":"a"}]}`, "must provide one of options and option_groups"},
		{`{"type":"actions","elements":[{"type":"static_select","action_id":"a","options":[{"text":{"type":"plain_text","text":"x"},"value":"1"}],"initial_option":{"text":{"type":"plain_text","text":"x"},"value":"2"}}]}`, "must be one of the options"},
		{`{"type":"image","alt_text":"x"}`, "must provide one of image_url and slack_file"},
		{`{"type":"table","rows":[[{"type":"raw_number","value":1}]]}`, "missing required field: text"},
		{`{"type":"table","rows":[[{"type":"raw_text","text":""}]]}`, "/blocks/0/rows/0/0/text"},
		{`{"type":"data_table","caption":"x","rows":[[{"type":"raw_number","value":1,"text":"1"}],[{"type":"raw_text","text":"x"}]]}`, "header cells must be raw_text"},
		{`{"type":"data_table","caption":"x","rows":[[{"type":"raw_text","text":"x"}],[]]}`, "no less than 1 items allowed"},
		{`{"type":"data_visualization","title":"x","chart":{"type":"pie","segments":[{"label":"a","value":0}]}}`, "must be a number greater than 0"},
		{`{"type":"data_visualization","title":"x","chart":{"type":"bar","series":[{"name":"a","data":[{"label":"w2","value":1}]}],"axis_config":{"categories":["w1"]}}}`, "must have one point for every category"},
		{`{"type":"alert","text":{"type":"mrkdwn","text":"x"}}`, "unsupported type: alert"},
		{`{"type":"container","child_blocks":[{"type":"divider"}]}`, "must provide one of title and rich_text_title"},
		{`{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"datepicker","action_id":"a","initial_date":"24.11.2026"}}`, "invalid format"},
	} {
		_, problems := checkBlocks("message", "/blocks", list{parse(t, c.block)})
		if !slices.ContainsFunc(problems, func(p problem) bool { return strings.Contains(p.String(), c.want) }) {
			t.Errorf("%s: %v, want %q", c.block, problems, c.want)
		}
	}
}

func FuzzAnyJSONIsCheckedWithoutPanic(f *testing.F) {
	for _, seed := range []string{
		`null`, `{}`, `[null]`, `[{"type":"data_table","rows":[null]}]`, `[{"type":"layout","rows":[{"items":[{}]}]}]`,
		`[{"type":"data_visualization","chart":{"type":"bar","series":[{"data":[null]}],"axis_config":{"categories":[{}]}}}]`,
		`[{"type":"actions","elements":[{"type":"static_select","options":[1],"initial_options":[1]}]}]`,
		`{"type":"modal","blocks":[{"type":"input","element":1}]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		var v any
		if json.Unmarshal([]byte(raw), &v) != nil {
			return
		}
		for _, surface := range []string{"message", "modal", "home"} {
			checkBlocks(surface, "/blocks", v)
		}
		checkView("modal", v)
		countText(v)
	})
}
