package blocks

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// surface is what a view becomes on the wire, with the limits of its kind.
type surface struct {
	kind   string // "message", "modal" or "home"
	bytes  int    // as it is sent
	doc    map[string]any
	blocks []map[string]any
}

// surfaceOf renders a Message, View or Home as it goes to Slack.
func surfaceOf(t *testing.T, rendered any) surface {
	t.Helper()
	s := surface{kind: "modal"}
	var wire any
	var plain []slack.Block
	switch v := rendered.(type) {
	case Message:
		s.kind, wire = "message", map[string]any{"text": v.Text, "blocks": slack.Blocks{BlockSet: nonNil(v.Blocks)}, "plain": slack.Blocks{BlockSet: nonNil(v.Plain)}}
	case View:
		wire = v.Request()
		if p, changed := v.Plain(); changed {
			plain = p.Blocks
		}
	case Home:
		s.kind, wire = "home", v.Request()
		if p, changed := v.Plain(); changed {
			plain = p.Blocks
		}
	default:
		t.Fatalf("%T is no surface", rendered)
	}
	data, err := json.Marshal(wire)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &s.doc); err != nil {
		t.Fatal(err)
	}
	s.bytes = len(data)
	if plain != nil {
		s.doc["plain"] = decoded(t, slack.Blocks{BlockSet: plain})
	}
	s.blocks = append(s.list("blocks"), s.list("plain")...)
	return s
}

func (s surface) list(key string) []map[string]any { return objects(s.doc[key]) }

func objects(v any) []map[string]any {
	list, _ := v.([]any)
	out := make([]map[string]any, 0, len(list))
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// problems lists every limit of Slack that the surface breaks.
func (s surface) problems() []string {
	c := &checker{}
	switch s.kind {
	case "message":
		c.length("text", s.doc["text"], 1, 4000)
		c.many("blocks", len(s.list("blocks")), 1, 50)
		c.many("plain", len(s.list("plain")), 0, 50)
		c.budget("blocks", s.list("blocks"))
		c.budget("plain", s.list("plain"))
		c.messageOnly(s)
	case "modal":
		c.length("title", text(s.doc["title"]), 1, 24)
		c.length("submit", text(s.doc["submit"]), 0, 24)
		c.length("close", text(s.doc["close"]), 0, 24)
		c.length("callback_id", s.doc["callback_id"], 0, 255)
		c.length("private_metadata", s.doc["private_metadata"], 0, 3000)
		c.many("blocks", len(s.list("blocks")), 1, 100)
		if s.bytes > 250_000 {
			c.fail("view has %d bytes", s.bytes)
		}
		c.inputsNeedSubmit(s)
	case "home":
		c.many("blocks", len(s.list("blocks")), 1, 100)
		for _, b := range s.list("blocks") {
			if b["type"] == "input" || b["type"] == "alert" || b["type"] == "table" {
				c.fail("%v in a Home tab", b["type"])
			}
		}
	}
	for _, set := range [][]map[string]any{s.list("blocks"), s.list("plain")} {
		c.ids(set)
		for i, b := range set {
			c.block(fmt.Sprintf("%d %v", i, b["type"]), b)
		}
	}
	return c.found
}

type checker struct{ found []string }

func (c *checker) fail(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

func (c *checker) length(where string, v any, low, high int) {
	s, _ := v.(string)
	if n := utf8.RuneCountInString(s); n < low || n > high {
		c.fail("%s has %d characters, allowed %d to %d", where, n, low, high)
	}
}

func (c *checker) many(where string, n, low, high int) {
	if n < low || n > high {
		c.fail("%s has %d entries, allowed %d to %d", where, n, low, high)
	}
}

func text(v any) any {
	m, _ := v.(map[string]any)
	return m["text"]
}

// budget is the sum that makes Slack answer msg_blocks_too_long.
func (c *checker) budget(where string, blocks []map[string]any) {
	total := 0
	for _, b := range blocks {
		walk(b, func(key string, v any) {
			if s, ok := v.(string); ok && key == "text" {
				total += utf8.RuneCountInString(s)
			}
		})
	}
	if total > 12_000 {
		c.fail("%s hold %d characters of text in all", where, total)
	}
}

func (c *checker) messageOnly(s surface) {
	tables, charts := 0, 0
	for _, b := range s.list("blocks") {
		switch b["type"] {
		case "table":
			tables++
		case "data_visualization":
			charts++
		case "input", "alert":
			c.fail("%v in a message", b["type"])
		}
	}
	c.many("tables", tables, 0, 1)
	c.many("charts", charts, 0, 2)
	for _, b := range s.list("plain") {
		if b["type"] == "table" || b["type"] == "data_visualization" {
			c.fail("%v in the plain stand-in", b["type"])
		}
	}
}

func (c *checker) inputsNeedSubmit(s surface) {
	for _, b := range s.blocks {
		if b["type"] == "input" && s.doc["submit"] == nil {
			c.fail("input without a submit button")
		}
		if b["type"] == "table" || b["type"] == "data_visualization" {
			c.fail("%v in a modal", b["type"])
		}
	}
	for _, b := range s.list("plain") {
		if b["type"] == "alert" {
			c.fail("alert in the plain stand-in")
		}
	}
}

// ids must be unique: block_ids in a surface, action_ids in a block.
func (c *checker) ids(blocks []map[string]any) {
	seen := map[string]bool{}
	for _, b := range blocks {
		id, _ := b["block_id"].(string)
		c.length("block_id", id, 0, 255)
		if id != "" && seen[id] {
			c.fail("block_id %q twice", id)
		}
		seen[id] = true
		actions := map[string]bool{}
		walk(b, func(key string, v any) {
			if key != "action_id" {
				return
			}
			c.length("action_id", v, 1, 255)
			if actions[v.(string)] {
				c.fail("action_id %q twice in a block", v)
			}
			actions[v.(string)] = true
		})
	}
}

func (c *checker) block(where string, b map[string]any) {
	switch b["type"] {
	case "section":
		c.section(where, b)
	case "header":
		c.length(where, text(b["text"]), 1, 150)
	case "context":
		elements := objects(b["elements"])
		c.many(where, len(elements), 1, 10)
		for _, e := range elements {
			c.length(where, e["text"], 1, 3000)
		}
	case "actions":
		elements := objects(b["elements"])
		c.many(where, len(elements), 1, 25)
		for _, e := range elements {
			c.element(where, e)
		}
	case "input":
		c.length(where+" block_id", b["block_id"], 1, 255)
		c.length(where+" label", text(b["label"]), 1, 2000)
		c.length(where+" hint", text(b["hint"]), 0, 2000)
		c.element(where, b["element"].(map[string]any))
	case "table":
		c.table(where, b)
	case "data_visualization":
		c.length(where+" title", b["title"], 1, 50)
		c.chart(where, b["chart"].(map[string]any))
	case "alert":
		c.length(where, text(b["text"]), 1, 3000)
	case "divider":
	default:
		c.fail("%s is a block no limit is known of", where)
	}
}

func (c *checker) section(where string, b map[string]any) {
	fields := objects(b["fields"])
	if b["text"] != nil || len(fields) == 0 {
		c.length(where, text(b["text"]), 1, 3000)
	}
	c.many(where+" fields", len(fields), 0, 10)
	for _, f := range fields {
		c.length(where+" field", f["text"], 1, 2000)
	}
	if e, ok := b["accessory"].(map[string]any); ok {
		c.element(where, e)
	}
}

func (c *checker) element(where string, e map[string]any) {
	where += fmt.Sprintf(" %v", e["type"])
	c.length(where+" placeholder", text(e["placeholder"]), 0, 150)
	c.length(where+" url", e["url"], 0, 3000)
	options := objects(e["options"])
	switch kind := e["type"].(string); {
	case kind == "button":
		c.length(where, text(e["text"]), 1, 75)
		c.length(where+" value", e["value"], 0, 2000)
		c.length(where+" label for readers", e["accessibility_label"], 0, 75)
	case kind == "overflow":
		c.many(where, len(options), 1, 5)
	case kind == "checkboxes", kind == "radio_buttons":
		c.many(where, len(options), 1, 10)
	case strings.HasSuffix(kind, "static_select"):
		groups := objects(e["option_groups"])
		if len(groups) == 0 {
			c.many(where, len(options), 1, 100)
		}
		c.many(where+" groups", len(groups), 0, 100)
		for _, g := range groups {
			c.length(where+" group", text(g["label"]), 1, 75)
			c.many(where+" group", len(objects(g["options"])), 1, 100)
			c.options(where, objects(g["options"]))
		}
	}
	c.options(where, options)
	c.initials(where, e)
}

func (c *checker) options(where string, options []map[string]any) {
	values := map[any]bool{}
	for _, o := range options {
		c.length(where+" option", text(o["text"]), 1, 75)
		c.length(where+" option value", o["value"], 1, 75)
		c.length(where+" option description", text(o["description"]), 0, 75)
		if values[o["value"]] {
			c.fail("%s offers %v twice", where, o["value"])
		}
		values[o["value"]] = true
	}
}

// initials must be among the options, letter for letter.
func (c *checker) initials(where string, e map[string]any) {
	if e["type"] == "external_select" {
		return
	}
	all := objects(e["options"])
	for _, g := range objects(e["option_groups"]) {
		all = append(all, objects(g["options"])...)
	}
	chosen := objects(e["initial_options"])
	if o, ok := e["initial_option"].(map[string]any); ok {
		chosen = append(chosen, o)
	}
	for _, o := range chosen {
		if !slices.ContainsFunc(all, func(known map[string]any) bool { return known["value"] == o["value"] && jsonOf(known) == jsonOf(o) }) {
			c.fail("%s starts with %s, which is no option", where, jsonOf(o))
		}
	}
}

func jsonOf(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func (c *checker) table(where string, b map[string]any) {
	rows, _ := b["rows"].([]any)
	c.many(where+" rows", len(rows), 2, 100)
	settings, _ := b["column_settings"].([]any)
	total, width := 0, -1
	for _, r := range rows {
		cells := objects(r)
		c.many(where+" columns", len(cells), 1, 20)
		if width >= 0 && len(cells) != width {
			c.fail("%s has rows of %d and %d cells", where, width, len(cells))
		}
		width = len(cells)
		for _, cell := range cells {
			total += c.cell(where+" cell", cell)
		}
	}
	c.many(where+" column settings", len(settings), 0, min(20, width))
	for _, s := range objects(b["column_settings"]) {
		if !slices.Contains([]any{"left", "center", "right"}, s["align"]) {
			c.fail("%s aligns a column to %q", where, s["align"])
		}
	}
	c.many(where+" characters", total, 1, 10_000)
}

// cell checks one cell and counts its characters. Slack has refused numbers
// without a text of their own.
func (c *checker) cell(where string, cell map[string]any) int {
	if cell["type"] != "rich_text" {
		c.length(where, cell["text"], 1, 2000)
		s, _ := cell["text"].(string)
		return utf8.RuneCountInString(s)
	}
	total := 0
	walk(cell, func(key string, v any) {
		if s, ok := v.(string); ok && key == "text" {
			c.length(where, s, 1, 2000)
			total += utf8.RuneCountInString(s)
		}
	})
	return total
}

// chart checks the series of a bar, line or area chart; we draw no other.
func (c *checker) chart(where string, chart map[string]any) {
	axis, _ := chart["axis_config"].(map[string]any)
	categories, _ := axis["categories"].([]any)
	c.distinct(where+" category", categories, 20, 20)
	c.length(where+" x label", axis["x_label"], 0, 50)
	c.length(where+" y label", axis["y_label"], 0, 50)
	var names []any
	for _, series := range objects(chart["series"]) {
		names = append(names, series["name"])
		points := objects(series["data"])
		c.many(where+" points", len(points), 1, 20)
		for _, p := range points {
			if !slices.Contains(categories, p["label"]) {
				c.fail("%s has a point at %v, which is no category", where, p["label"])
			}
		}
	}
	c.distinct(where+" series", names, 6, 20)
}

// distinct wants 1 to most names that differ, of length characters at most.
func (c *checker) distinct(where string, names []any, most, length int) {
	c.many(where, len(names), 1, most)
	seen := map[any]bool{}
	for _, n := range names {
		c.length(where, n, 1, length)
		if seen[n] {
			c.fail("%s %v twice", where, n)
		}
		seen[n] = true
	}
}

// walk calls f for every key and value below v.
func walk(v any, f func(key string, v any)) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			f(k, e)
			walk(e, f)
		}
	case []any:
		for _, e := range v {
			walk(e, f)
		}
	}
}
