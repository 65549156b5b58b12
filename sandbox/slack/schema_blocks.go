package slack

import "slices"

var (
	menus = []string{
		"static_select", "multi_static_select", "external_select", "multi_external_select", "users_select",
		"multi_users_select", "conversations_select", "multi_conversations_select", "channels_select", "multi_channels_select",
	}
	choices     = []string{"checkboxes", "radio_buttons", "datepicker", "timepicker"}
	inAccessory = slices.Concat(menus, choices, []string{"button", "overflow", "image"})
	inActions   = slices.Concat(menus, choices, []string{"button", "overflow", "datetimepicker"})
	inInput     = slices.Concat(menus, choices, []string{
		"datetimepicker", "plain_text_input", "email_text_input", "url_text_input", "number_input",
		"rich_text_input", "file_input",
	})
)

// block is a shape with the block_id that every block may have.
func block(must []string, fields map[string]rule) shape {
	fields["block_id"] = id
	return shape{must: must, fields: fields}
}

func (s shape) with(also func(*check, string, object)) shape {
	s.also = also
	return s
}

// simpleBlocks are those that hold no other block.
var simpleBlocks = map[string]shape{
	"section": block(nil, map[string]rule{
		"text": prose(3000), "fields": many(1, 10, prose(2000)),
		"accessory": typed(elements, inAccessory...), "expand": boolean,
	}).with(sectionHasText),
	"header":  block([]string{"text"}, map[string]rule{"text": plain(150), "level": integer(1, 4)}),
	"divider": block(nil, map[string]rule{}),
	"context": block([]string{"elements"}, map[string]rule{"elements": many(1, 10, contextElement)}),
	"actions": block([]string{"elements"}, map[string]rule{"elements": many(1, 25, typed(elements, inActions...))}),
	"context_actions": block([]string{"elements"}, map[string]rule{
		"elements": many(1, 5, typed(elements, "feedback_buttons", "icon_button")),
	}),
	"input": block([]string{"label", "element"}, map[string]rule{
		"label": plain(2000), "hint": plain(2000), "optional": boolean, "dispatch_action": boolean,
		"element": typed(elements, inInput...),
	}),
	"image":     imageBlock(),
	"markdown":  block([]string{"text"}, map[string]rule{"text": str(1, 12_000)}).with(only("message")),
	"rich_text": block([]string{"elements"}, map[string]rule{"elements": many(0, 1000, anyValue)}),
	"alert":     block([]string{"text"}, map[string]rule{"text": prose(3000), "level": anyValue}).with(only("modal")),
	"file":      block([]string{"external_id", "source"}, map[string]rule{"external_id": id, "source": oneOf("remote")}).with(only("message")),
	"video": block([]string{"alt_text", "title", "thumbnail_url", "video_url"}, map[string]rule{
		"alt_text": str(1, 2000), "title": plain(200), "title_url": str(1, 3000), "description": plain(200),
		"author_name": str(1, 50), "provider_name": str(1, 200), "provider_icon_url": str(1, 3000),
		"thumbnail_url": str(1, 3000), "video_url": str(1, 3000),
	}),
	"table":              tableBlock,
	"data_table":         dataTableBlock,
	"data_visualization": chartBlock,
}

// contextElement is an image or a text; elements of the context block take no action.
func contextElement(c *check, at string, v any) {
	if o, ok := v.(object); ok && text(o, "type") == "image" {
		elements["image"].check(c, at, o)
		return
	}
	prose(3000)(c, at, v)
}

func imageBlock() shape {
	fields := map[string]rule{"title": plain(2000)}
	for name, r := range imageFields {
		fields[name] = r
	}
	return block([]string{"alt_text"}, fields).with(imageSource)
}

func sectionHasText(c *check, at string, o object) {
	if o["text"] == nil && o["fields"] == nil {
		c.refuse(at, "must provide one of text and fields")
	}
}

func only(surface string) func(*check, string, object) {
	return func(c *check, at string, o object) {
		if c.surface != surface {
			c.refuse(pointer(at, "type"), "unsupported type: %s", text(o, "type"))
		}
	}
}

// allBlocks adds the blocks that hold others.
func allBlocks() map[string]shape {
	all := map[string]shape{}
	for name, s := range simpleBlocks {
		all[name] = s
	}
	child := typed(simpleBlocks)
	card := block(nil, map[string]rule{
		"title": prose(150), "subtitle": prose(150), "body": prose(200), "icon": anyValue, "hero_image": anyValue, "slack_icon": anyValue, "subtext": prose(150),
		"actions": many(1, 25, typed(elements, inActions...)),
	})
	all["card"] = card
	all["container"] = block([]string{"child_blocks"}, map[string]rule{
		"title": plain(150), "rich_text_title": richTextOnly, "subtitle": prose(150), "icon": anyValue,
		"width": oneOf("narrow", "standard", "wide", "full"), "is_collapsible": boolean, "default_collapsed": boolean,
		"has_header_divider": boolean, "child_blocks": many(1, 10, child),
	}).with(containerHasTitle)
	all["carousel"] = block([]string{"elements"}, map[string]rule{
		"elements": many(1, 10, typed(map[string]shape{"card": card})),
	})
	all["layout"] = block([]string{"label", "rows"}, map[string]rule{
		"label": str(1, 150), "is_label_visible": boolean, "grid_lines": anyValue, "fallback": anyValue,
		"rows": many(1, 5, objectOf(shape{must: []string{"items"}, fields: map[string]rule{
			"items": many(1, 5, objectOf(shape{must: []string{"block"}, fields: map[string]rule{
				"block": child, "width": anyValue, "horizontal_alignment": anyValue,
			}})),
		}})),
	})
	return all
}

func containerHasTitle(c *check, at string, o object) {
	if o["title"] == nil && o["rich_text_title"] == nil {
		c.refuse(at, "must provide one of title and rich_text_title")
	}
}
