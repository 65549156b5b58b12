package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// letters returns n characters of two bytes each.
func letters(n int) string { return strings.Repeat("ü", n) }

// several returns n items that differ in every "#".
func several(n int, item string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = strings.ReplaceAll(item, "#", fmt.Sprint(i))
	}
	return "[" + strings.Join(items, ",") + "]"
}

const (
	anOption = `{"text":{"type":"plain_text","text":"x"},"value":"#"}`
	aButton  = `{"type":"button","action_id":"a#","text":{"type":"plain_text","text":"x"}}`
	aCell    = `{"type":"raw_text","text":"x"}`
	aCard    = `{"type":"card","title":{"type":"plain_text","text":"x"}}`
	aRow     = `{"items":[{"block":{"type":"divider"}}]}`
)

func inText(kind, s string) string { return fmt.Sprintf(`{"type":%q,"text":%q}`, kind, s) }

func inActions1(e string) string { return `{"type":"actions","elements":[` + e + `]}` }

func inInputOf(e string) string {
	return `{"type":"input","label":{"type":"plain_text","text":"x"},"element":` + e + `}`
}

func selectOf(fields string) string {
	return inActions1(`{"type":"static_select","action_id":"a",` + fields + `}`)
}

func chart(rest string) string {
	return `{"type":"data_visualization","title":"x","chart":` + rest + `}`
}

func axes(series, categories, more string) string {
	return chart(`{"type":"bar","series":` + series + `,"axis_config":{"categories":` + categories + more + `}}`)
}

func dataTable(rows, more string) string {
	return `{"type":"data_table","caption":"x","rows":` + rows + more + `}`
}

func confirmOf(title, body, yes string) string {
	return inActions1(fmt.Sprintf(`{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"},"confirm":{"title":%s,"text":%s,"confirm":%s,"deny":%s}}`,
		inText("plain_text", title), inText("mrkdwn", body), inText("plain_text", yes), inText("plain_text", yes)))
}

// limit is the largest size that Slack takes of something.
type limit struct {
	most  int
	block func(n int) string
}

// blockLimits are Slack's documented limits of blocks and elements.
var blockLimits = map[string]limit{
	"section text":     {3000, func(n int) string { return `{"type":"section","text":` + inText("mrkdwn", letters(n)) + `}` }},
	"section fields":   {10, func(n int) string { return `{"type":"section","fields":` + several(n, inText("mrkdwn", "x")) + `}` }},
	"a section field":  {2000, func(n int) string { return `{"type":"section","fields":[` + inText("mrkdwn", letters(n)) + `]}` }},
	"header":           {150, func(n int) string { return `{"type":"header","text":` + inText("plain_text", letters(n)) + `}` }},
	"context elements": {10, func(n int) string { return `{"type":"context","elements":` + several(n, inText("mrkdwn", "x")) + `}` }},
	"actions elements": {25, func(n int) string { return `{"type":"actions","elements":` + several(n, aButton) + `}` }},
	"context actions": {5, func(n int) string {
		return `{"type":"context_actions","elements":` + several(n, `{"type":"icon_button","action_id":"a#","icon":"trash","text":{"type":"plain_text","text":"x"}}`) + `}`
	}},
	"block id":     {255, func(n int) string { return `{"type":"divider","block_id":"` + letters(n) + `"}` }},
	"action id":    {255, func(n int) string { return inActions1(strings.Replace(aButton, "a#", letters(n), 1)) }},
	"button text":  {75, func(n int) string { return inActions1(strings.Replace(aButton, `"x"`, `"`+letters(n)+`"`, 1)) }},
	"button value": {2000, func(n int) string { return inActions1(strings.Replace(aButton, "{", `{"value":"`+letters(n)+`",`, 1)) }},
	"button url":   {3000, func(n int) string { return inActions1(strings.Replace(aButton, "{", `{"url":"`+letters(n)+`",`, 1)) }},
	"placeholder": {150, func(n int) string {
		return selectOf(`"options":[` + anOption + `],"placeholder":` + inText("plain_text", letters(n)))
	}},
	"options": {100, func(n int) string { return selectOf(`"options":` + several(n, anOption)) }},
	"option groups": {100, func(n int) string {
		return selectOf(`"option_groups":` + several(n, `{"label":{"type":"plain_text","text":"x"},"options":[`+anOption+`]}`))
	}},
	"option text": {75, func(n int) string {
		return selectOf(`"options":[{"text":` + inText("plain_text", letters(n)) + `,"value":"1"}]`)
	}},
	"option value": {150, func(n int) string {
		return selectOf(`"options":[{"text":` + inText("plain_text", "x") + `,"value":"` + letters(n) + `"}]`)
	}},
	"option description": {75, func(n int) string {
		return selectOf(`"options":[{"text":` + inText("plain_text", "x") + `,"value":"1","description":` + inText("plain_text", letters(n)) + `}]`)
	}},
	"overflow options": {5, func(n int) string {
		return inActions1(`{"type":"overflow","action_id":"a","options":` + several(n, anOption) + `}`)
	}},
	"radio buttons": {10, func(n int) string {
		return inActions1(`{"type":"radio_buttons","action_id":"a","options":` + several(n, anOption) + `}`)
	}},
	"checkboxes": {10, func(n int) string {
		return inActions1(`{"type":"checkboxes","action_id":"a","options":` + several(n, anOption) + `}`)
	}},
	"confirm title":   {100, func(n int) string { return confirmOf(letters(n), "x", "x") }},
	"confirm text":    {300, func(n int) string { return confirmOf("x", letters(n), "x") }},
	"confirm buttons": {30, func(n int) string { return confirmOf("x", "x", letters(n)) }},
	"input label": {2000, func(n int) string {
		return `{"type":"input","label":` + inText("plain_text", letters(n)) + `,"element":{"type":"plain_text_input","action_id":"a"}}`
	}},
	"input hint": {2000, func(n int) string {
		return strings.Replace(inInputOf(`{"type":"plain_text_input","action_id":"a"}`), "{", `{"hint":`+inText("plain_text", letters(n))+`,`, 1)
	}},
	"image url": {3000, func(n int) string { return `{"type":"image","alt_text":"x","image_url":"` + letters(n) + `"}` }},
	"image alt text": {2000, func(n int) string {
		return `{"type":"image","image_url":"https://x.test/i.png","alt_text":"` + letters(n) + `"}`
	}},
	"image title": {2000, func(n int) string {
		return `{"type":"image","image_url":"https://x.test/i.png","alt_text":"x","title":` + inText("plain_text", letters(n)) + `}`
	}},
	"markdown": {12_000, func(n int) string { return `{"type":"markdown","text":"` + letters(n) + `"}` }},
	"video title": {200, func(n int) string {
		return `{"type":"video","alt_text":"x","thumbnail_url":"x","video_url":"x","title":` + inText("plain_text", letters(n)) + `}`
	}},
	"table rows":    {100, func(n int) string { return `{"type":"table","rows":` + several(n, "["+aCell+"]") + `}` }},
	"table columns": {20, func(n int) string { return `{"type":"table","rows":[` + several(n, aCell) + `]}` }},
	"column settings": {20, func(n int) string {
		return `{"type":"table","rows":[[` + aCell + `]],"column_settings":` + several(n, `{"align":"left"}`) + `}`
	}},
	"table text": {10_000, func(n int) string {
		return `{"type":"table","rows":[[` + inText("raw_text", letters(3000)) + `,` + inText("raw_text", letters(3000)) + `,` + inText("raw_text", letters(3000)) + `,` + inText("raw_text", letters(n-9000)) + `]]}`
	}},
	"data table rows":    {101, func(n int) string { return dataTable(several(n, "["+aCell+"]"), "") }},
	"data table columns": {20, func(n int) string { return dataTable("["+several(n, aCell)+","+several(n, aCell)+"]", "") }},
	"data table page":    {100, func(n int) string { return dataTable(several(2, "["+aCell+"]"), fmt.Sprintf(`,"page_size":%d`, n)) }},
	"chart title": {50, func(n int) string {
		return strings.Replace(chart(`{"type":"pie","segments":[{"label":"a","value":1}]}`), `"x"`, `"`+letters(n)+`"`, 1)
	}},
	"pie segments": {6, func(n int) string {
		return chart(`{"type":"pie","segments":` + several(n, `{"label":"#","value":1}`) + `}`)
	}},
	"chart series": {6, func(n int) string {
		return axes(several(n, `{"name":"#","data":[{"label":"w","value":-1}]}`), `["w"]`, "")
	}},
	"chart points": {20, func(n int) string {
		return axes(`[{"name":"a","data":`+several(n, `{"label":"#","value":1}`)+`}]`, several(n, `"#"`), "")
	}},
	"chart labels": {20, func(n int) string {
		return axes(`[{"name":"a","data":[{"label":"`+letters(n)+`","value":1}]}]`, `["`+letters(n)+`"]`, "")
	}},
	"axis labels": {50, func(n int) string {
		return axes(`[{"name":"a","data":[{"label":"w","value":1}]}]`, `["w"]`, `,"x_label":"`+letters(n)+`"`)
	}},
	"container children": {10, func(n int) string {
		return `{"type":"container","title":` + inText("plain_text", "x") + `,"child_blocks":` + several(n, `{"type":"divider"}`) + `}`
	}},
	"container title": {150, func(n int) string {
		return `{"type":"container","title":` + inText("plain_text", letters(n)) + `,"child_blocks":[{"type":"divider"}]}`
	}},
	"card title":     {150, func(n int) string { return `{"type":"card","title":` + inText("plain_text", letters(n)) + `}` }},
	"card body":      {200, func(n int) string { return `{"type":"card","body":` + inText("mrkdwn", letters(n)) + `}` }},
	"carousel cards": {10, func(n int) string { return `{"type":"carousel","elements":` + several(n, aCard) + `}` }},
	"layout rows":    {5, func(n int) string { return `{"type":"layout","label":"x","rows":` + several(n, aRow) + `}` }},
}

func TestBlockLimitsAreExact(t *testing.T) {
	for name, l := range blockLimits {
		for n, taken := range map[int]bool{l.most: true, l.most + 1: false} {
			_, problems := checkBlocks("message", "/blocks", list{parse(t, l.block(n))})
			if (len(problems) == 0) != taken {
				t.Errorf("%s of %d: %v", name, n, problems)
			}
		}
	}
}

func TestViewLimitsAreExact(t *testing.T) {
	with := func(key string, value any) string {
		v := object{"type": "modal", "title": object{"type": "plain_text", "text": "T"}, "blocks": list{}}
		v[key] = value
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	label := func(n int) object { return object{"type": "plain_text", "text": letters(n)} }
	for name, l := range map[string]limit{
		"title":            {24, func(n int) string { return with("title", label(n)) }},
		"submit":           {24, func(n int) string { return with("submit", label(n)) }},
		"close":            {24, func(n int) string { return with("close", label(n)) }},
		"callback_id":      {255, func(n int) string { return with("callback_id", letters(n)) }},
		"private_metadata": {3000, func(n int) string { return with("private_metadata", letters(n)) }},
		"external_id":      {255, func(n int) string { return with("external_id", letters(n)) }},
		"blocks":           {100, func(n int) string { return with("blocks", json.RawMessage(several(n, `{"type":"divider"}`))) }},
	} {
		for n, taken := range map[int]bool{l.most: true, l.most + 1: false} {
			if _, problems := checkView("modal", parse(t, l.block(n))); (len(problems) == 0) != taken {
				t.Errorf("%s of %d: %v", name, n, problems)
			}
		}
	}
}

func TestMessageLimitsAreExact(t *testing.T) {
	pie := chart(`{"type":"pie","segments":[{"label":"a","value":1}]}`)
	for name, l := range map[string]limit{
		"blocks": {50, func(n int) string { return several(n, `{"type":"divider"}`) }},
		"charts": {2, func(n int) string { return several(n, pie) }},
		"tables": {1, func(n int) string { return several(n, `{"type":"table","rows":[[`+aCell+`]]}`) }},
		"markdown in all": {12_000, func(n int) string {
			return `[{"type":"markdown","text":"` + letters(6000) + `"},{"type":"markdown","text":"` + letters(n-6000) + `"}]`
		}},
	} {
		for n, taken := range map[int]bool{l.most: true, l.most + 1: false} {
			if _, problems := checkBlocks("message", "/blocks", parse(t, l.block(n))); (len(problems) == 0) != taken {
				t.Errorf("%s of %d: %v", name, n, problems)
			}
		}
	}
}

func TestIDsAreUniqueWhereSlackWantsThemSo(t *testing.T) {
	same := strings.ReplaceAll(aButton, "#", "")
	for raw, want := range map[string]string{
		`[{"type":"divider","block_id":"b"},{"type":"divider","block_id":"b"}]`:                            "`block_id` already exists [json-pointer:/blocks/1/block_id]",
		`[{"type":"actions","elements":[` + same + `,` + same + `]}]`:                                      "`action_id` already exists in this block [json-pointer:/blocks/0]",
		`[{"type":"actions","elements":[` + same + `]},{"type":"actions","elements":[` + same + `]}]`:      "",
		`[` + axes(`[{"name":"a","data":[]},{"name":"a","data":[]}]`, `["w"]`, "") + `]`:                   "must be unique [json-pointer:/blocks/0/chart/series/1/name]",
		`[{"type":"section","text":{"type":"mrkdwn","text":"x"},"accessory":` + same + `,"block_id":"b"}]`: "",
	} {
		_, problems := checkBlocks("message", "/blocks", parse(t, raw))
		got := ""
		for _, p := range problems {
			got += p.String() + "\n"
		}
		if (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}
