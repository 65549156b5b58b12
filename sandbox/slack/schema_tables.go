package slack

import (
	"unicode/utf8"
)

const maxTableText = 10_000 // characters of all cells of a table (unverified)

var (
	rawText   = shape{must: []string{"text"}, fields: map[string]rule{"text": str(1, 3000)}}
	rawNumber = shape{must: []string{"value", "text"}, fields: map[string]rule{"value": finite, "text": str(1, 100)}}
	richText  = shape{must: []string{"elements"}, fields: map[string]rule{"elements": many(0, 100, anyValue)}}

	tableCell = typed(map[string]shape{"raw_text": rawText, "raw_number": rawNumber, "rich_text": richText})
	dataCell  = typed(map[string]shape{
		"raw_text": rawText, "raw_number": rawNumber, "rich_text": richText,
		"action_cell": {must: []string{"element"}, fields: map[string]rule{"element": typed(elements, "button"), "fallback": anyValue}},
	})
	columnSetting = shape{fields: map[string]rule{
		"align": oneOf("left", "center", "right"), "is_wrapped": boolean,
	}}
)

var tableBlock = block([]string{"rows"}, map[string]rule{
	"rows":            many(1, 100, many(1, 20, tableCell)),
	"column_settings": many(0, 20, nullOr(columnSetting.check)),
}).with(func(c *check, at string, o object) {
	if c.surface != "message" {
		c.refuse(pointer(at, "type"), "unsupported type: table")
	}
	if countText(o["rows"]) > maxTableText {
		c.refuse(pointer(at, "rows"), "must be less than %d characters", maxTableText+1)
	}
})

var dataTableBlock = block([]string{"caption", "rows"}, map[string]rule{
	"caption": str(1, 255), "rows": many(2, 101, many(1, 20, dataCell)),
	"page_size": integer(1, 100), "row_header_column_index": integer(0, 19),
}).with(func(c *check, at string, o object) {
	rows, _ := o["rows"].(list)
	width := -1
	for i, r := range rows {
		row, _ := r.(list)
		if i == 0 {
			width = len(row)
			headerRow(c, pointer(pointer(at, "rows"), 0), row)
		}
		if len(row) != width {
			c.refuse(pointer(pointer(at, "rows"), i), "must have %d cells, like the header", width)
		}
	}
})

func headerRow(c *check, at string, row list) {
	for i, cell := range row {
		if o, ok := cell.(object); ok && text(o, "type") != "raw_text" {
			c.refuse(pointer(at, i), "header cells must be raw_text")
		}
	}
}

func nullOr(r rule) rule {
	return func(c *check, at string, v any) {
		if v != nil {
			r(c, at, v)
		}
	}
}

var chartBlock = block([]string{"title", "chart"}, map[string]rule{
	"title": str(1, 50),
	"chart": typed(map[string]shape{
		"pie": {must: []string{"segments"}, fields: map[string]rule{"segments": many(1, 6, segment.check)}},
		"bar": axisChart, "line": axisChart, "area": axisChart,
	}),
})

var (
	segment   = shape{must: []string{"label", "value"}, fields: map[string]rule{"label": str(1, 20), "value": positive}}
	point     = shape{must: []string{"label", "value"}, fields: map[string]rule{"label": str(1, 20), "value": finite}}
	axisChart = shape{must: []string{"series", "axis_config"}, fields: map[string]rule{
		"series": many(1, 6, objectOf(shape{must: []string{"name", "data"}, fields: map[string]rule{
			"name": str(1, 20), "data": many(1, 20, point.check),
		}})),
		"axis_config": objectOf(shape{must: []string{"categories"}, fields: map[string]rule{
			"categories": many(1, 20, str(1, 20)), "x_label": str(1, 50), "y_label": str(1, 50),
		}}),
	}, also: seriesFitAxis}
)

// seriesFitAxis wants unique series names and one point for each category.
func seriesFitAxis(c *check, at string, o object) {
	axis, _ := o["axis_config"].(object)
	categories, _ := axis["categories"].(list)
	series, _ := o["series"].(list)
	names := map[string]bool{}
	for i, v := range series {
		one, _ := v.(object)
		here := pointer(pointer(at, "series"), i)
		if name := text(one, "name"); names[name] {
			c.refuse(pointer(here, "name"), "must be unique")
		} else {
			names[name] = true
		}
		data, _ := one["data"].(list)
		if !sameLabels(data, categories) {
			c.refuse(pointer(here, "data"), "must have one point for every category")
		}
	}
}

// sameLabels ignores what is no string: the rules of the fields refuse that.
func sameLabels(data, categories list) bool {
	if len(data) != len(categories) {
		return false
	}
	want := map[string]bool{}
	for _, c := range categories {
		name, _ := c.(string)
		want[name] = true
	}
	for _, v := range data {
		p, _ := v.(object)
		label := text(p, "label")
		if !want[label] {
			return false
		}
		delete(want, label)
	}
	return true
}

// countText adds the characters of every text in a tree of blocks.
func countText(v any) int {
	n := 0
	switch v := v.(type) {
	case list:
		for _, item := range v {
			n += countText(item)
		}
	case object:
		for key, item := range v {
			if s, ok := item.(string); ok && key == "text" {
				n += utf8.RuneCountInString(s)
				continue
			}
			n += countText(item)
		}
	}
	return n
}
