package blocks

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

// Traps of Slack's blocks, by their numbers.

// eachObject visits every object of a view, those within lists included.
func eachObject(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, inner := range v {
			eachObject(inner, visit)
		}
	case []any:
		for _, inner := range v {
			eachObject(inner, visit)
		}
	}
}

func TestT19_TextFromOutsideIsEscapedInMrkdwn(t *testing.T) {
	in := "a <b> & <!channel> <!here> <@U123|x> <#C1> <https://evil.example|click> &lt;@U1&gt;"
	out := Escape(in)
	if strings.ContainsAny(out, "<>") || strings.Count(out, "&") != strings.Count(out, "&amp;")+strings.Count(out, "&lt;")+strings.Count(out, "&gt;") {
		t.Errorf("%s became %s", in, out)
	}
	texts := 0
	for _, s := range samples() {
		if s.filled == nil {
			continue
		}
		eachObject(surfaceOf(t, s.filled(fill{text: hostile, n: 2})).doc, func(m map[string]any) {
			if m["type"] == "mrkdwn" {
				texts++
				checkHarmless(t, s.name, m["text"].(string))
			}
		})
	}
	if texts == 0 {
		t.Error("no text was looked at")
	}
}

func TestT20_NoCellIsANumberWithoutText(t *testing.T) {
	cells := 0
	for _, s := range samples() {
		eachObject(surfaceOf(t, s.usual()).doc, func(m map[string]any) {
			if m["type"] != "raw_text" && m["type"] != "raw_number" {
				return
			}
			cells++
			if s, _ := m["text"].(string); s == "" {
				t.Errorf("a cell without text: %v", m)
			}
		})
	}
	if cells == 0 {
		t.Error("no cell was looked at")
	}
}

func TestT21_MessagesWithChartsOrTablesHaveAPlainRendering(t *testing.T) {
	special := 0
	for _, s := range samples() {
		m, ok := s.usual().(Message)
		if !ok {
			continue
		}
		charts, rich := 0, false
		for _, b := range m.Blocks {
			switch b.(type) {
			case *slack.DataVisualizationBlock:
				charts, rich = charts+1, true
			case *slack.TableBlock, *slack.DataTableBlock, *slack.ContainerBlock:
				rich = true
			}
		}
		if charts > 2 {
			t.Errorf("%s holds %d charts, Slack takes two", s.name, charts)
		}
		if rich && len(m.Plain) == 0 {
			t.Errorf("%s has nothing to send where Slack refuses its blocks", s.name)
		}
		if rich {
			special++
		}
	}
	if special == 0 {
		t.Error("no chart or table was looked at")
	}
}

func TestT22_MessageKeepsBelowWhatSlackTakesInAll(t *testing.T) {
	var c card
	for range 100 {
		c.say(strings.Repeat("ü", 2900))
	}
	c.buttons(CheckinFull.Button("r1", "Answer in full", ""))
	m := c.message()
	if problems := surfaceOf(t, m).problems(); len(problems) > 0 {
		t.Errorf("each block is legal, all together are not: %v", problems)
	}
	last := jsonOf(m.Blocks[len(m.Blocks)-1])
	if !strings.Contains(last, "more than fits") || !strings.Contains(jsonOf(m.Blocks), CheckinFull.Name) {
		t.Errorf("what was left out is not said, or the buttons went with it: %s", last)
	}
}
