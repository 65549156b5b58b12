package slack

// Limits of views.
const (
	maxViewBlocks = 100
	maxViewBytes  = 250_000
	maxStack      = 3
)

// checkBlocks checks the blocks of a surface: "message", "modal" or "home".
// A null or missing array is refused, as by Slack's schema.
func checkBlocks(surface, at string, v any) (list, []problem) {
	c := &check{surface: surface}
	limit := maxViewBlocks
	if surface == "message" {
		limit = maxPostBlocks
	}
	many(0, limit, typed(allBlocks()))(c, at, v)
	blocks, _ := v.(list)
	c.uniqueIDs(at, blocks)
	if surface == "message" {
		c.perMessage(at, blocks)
	}
	return blocks, c.problems
}

// uniqueIDs wants block ids unique on the surface, action ids in their block.
func (c *check) uniqueIDs(at string, blocks list) {
	seen := map[string]bool{}
	for i, v := range blocks {
		b, ok := v.(object)
		if !ok {
			continue
		}
		here := pointer(at, i)
		if name := text(b, "block_id"); name != "" && seen[name] {
			c.refuse(pointer(here, "block_id"), "`block_id` already exists")
		} else {
			seen[name] = true
		}
		actions := map[string]bool{}
		for _, e := range elementsOf(b) {
			if name := text(e, "action_id"); name != "" && actions[name] {
				c.refuse(here, "`action_id` already exists in this block")
			} else {
				actions[name] = true
			}
		}
	}
}

// elementsOf lists the interactive elements of a block, those of nested blocks too.
func elementsOf(b object) []object {
	var out []object
	for _, key := range []string{"accessory", "element"} {
		if e, ok := b[key].(object); ok {
			out = append(out, e)
		}
	}
	for _, key := range []string{"elements", "actions"} {
		items, _ := b[key].(list)
		for _, v := range items {
			if e, ok := v.(object); ok && elementKind(e) {
				out = append(out, e)
			}
		}
	}
	for _, child := range childBlocks(b) {
		out = append(out, elementsOf(child)...)
	}
	return out
}

func elementKind(e object) bool {
	_, known := elements[text(e, "type")]
	return known && text(e, "type") != "image"
}

// childBlocks lists the blocks inside a container, carousel or layout, and the
// buttons of a data table as elements of a block of their own.
func childBlocks(b object) []object {
	var out []object
	add := func(items any) {
		some, _ := items.(list)
		for _, v := range some {
			if o, ok := v.(object); ok {
				out = append(out, o)
			}
		}
	}
	switch text(b, "type") {
	case "container":
		add(b["child_blocks"])
	case "carousel":
		add(b["elements"])
	case "data_table":
		rows, _ := b["rows"].(list)
		for _, row := range rows {
			add(row)
		}
	case "layout":
		rows, _ := b["rows"].(list)
		for _, r := range rows {
			row, _ := r.(object)
			items, _ := row["items"].(list)
			for _, it := range items {
				item, _ := it.(object)
				add(list{item["block"]})
			}
		}
	}
	return out
}

// perMessage checks what a message may hold only so many of.
func (c *check) perMessage(at string, blocks list) {
	count := map[string]int{}
	for i, v := range blocks {
		b, _ := v.(object)
		kind := text(b, "type")
		count[kind]++
		switch {
		case kind == "data_visualization" && count[kind] > maxChartBlocks:
			c.refuse(pointer(at, i), "no more than %d data_visualization blocks allowed", maxChartBlocks)
		case kind == "table" && count[kind] > 1:
			c.refuse(pointer(at, i), "only one table block allowed")
		}
	}
	markdown := 0
	for _, v := range blocks {
		if b, ok := v.(object); ok && text(b, "type") == "markdown" {
			markdown += len([]rune(text(b, "text")))
		}
	}
	if markdown > maxMarkdown {
		c.refuse(at, "markdown blocks must be less than %d characters together", maxMarkdown+1)
	}
}

// viewFields are what an app may send in a view.
var viewFields = map[string]rule{
	"callback_id": str(0, 255), "private_metadata": str(0, 3000), "external_id": str(0, 255),
	"blocks": anyValue,
}

var modalFields = map[string]rule{
	"title": plain(24), "submit": plain(24), "close": plain(24),
	"clear_on_close": boolean, "notify_on_close": boolean, "submit_disabled": boolean,
}

// checkView checks a view of the given type, "modal" or "home".
func checkView(kind string, v any) (object, []problem) {
	c := &check{surface: kind}
	view, ok := v.(object)
	if !ok {
		c.refuse("/view", "must provide an object")
		return nil, c.problems
	}
	if text(view, "type") != kind {
		c.refuse("/view/type", "must be %s", kind)
		return nil, c.problems
	}
	s := shape{must: []string{"blocks"}, fields: map[string]rule{}}
	for name, r := range viewFields {
		s.fields[name] = r
	}
	for name, r := range modalFields {
		s.fields[name] = r
		if kind == "home" {
			s.fields[name] = nullOr(r)
		}
	}
	if kind == "modal" {
		s.must = append(s.must, "title")
	}
	s.check(c, "/view", view)
	blocks, problems := checkBlocks(kind, "/view/blocks", view["blocks"])
	c.problems = append(c.problems, problems...)
	if kind == "modal" && hasInput(blocks) && view["submit"] == nil {
		c.refuse("/view/submit", "must provide a submit when there is an input block")
	}
	return view, c.problems
}

func hasInput(blocks list) bool {
	for _, v := range blocks {
		if b, ok := v.(object); ok && text(b, "type") == "input" {
			return true
		}
	}
	return false
}
