package slack

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// problem is one place of a block or view that Slack refuses, by JSON pointer.
type problem struct{ at, say string }

func (p problem) String() string { return p.say + " [json-pointer:" + p.at + "]" }

// check collects problems while rules walk over decoded JSON.
type check struct {
	surface  string // "message", "modal" or "home"
	problems []problem
}

func (c *check) refuse(at, format string, args ...any) {
	c.problems = append(c.problems, problem{at, fmt.Sprintf(format, args...)})
}

// rule looks at one value.
type rule func(c *check, at string, v any)

// shape is what Slack's schema says of an object: the fields it may have, those
// it must have, and what a schema cannot say.
type shape struct {
	must   []string
	fields map[string]rule
	also   func(c *check, at string, o object)
}

func (s shape) check(c *check, at string, v any) {
	o, ok := v.(object)
	if !ok {
		c.refuse(at, "must provide an object")
		return
	}
	for _, name := range s.must {
		if _, there := o[name]; !there {
			c.refuse(at, "missing required field: %s", name)
		}
	}
	for _, name := range sortedKeys(o) {
		r, known := s.fields[name]
		switch {
		case name == "type":
		case !known:
			c.refuse(at, "invalid additional property: %s", name)
		default:
			r(c, pointer(at, name), o[name])
		}
	}
	if s.also != nil {
		s.also(c, at, o)
	}
}

// typed picks the shape by the object's "type".
func typed(kinds map[string]shape, allowed ...string) rule {
	return func(c *check, at string, v any) {
		o, ok := v.(object)
		if !ok {
			c.refuse(at, "must provide an object")
			return
		}
		kind := text(o, "type")
		s, known := kinds[kind]
		if !known || (len(allowed) > 0 && !slices.Contains(allowed, kind)) {
			c.refuse(pointer(at, "type"), "unsupported type: %s", kind)
			return
		}
		s.check(c, at, o)
	}
}

func objectOf(s shape) rule { return s.check }

// str is a string of low to high characters.
func str(low, high int) rule {
	return func(c *check, at string, v any) {
		s, ok := v.(string)
		if !ok {
			c.refuse(at, "must be a string")
			return
		}
		length(c, at, utf8.RuneCountInString(s), low, high)
	}
}

func length(c *check, at string, n, low, high int) {
	switch {
	case n < low:
		c.refuse(at, "must be more than %d characters", low-1)
	case n > high:
		c.refuse(at, "must be less than %d characters", high+1)
	}
}

func boolean(c *check, at string, v any) {
	if _, ok := v.(bool); !ok {
		c.refuse(at, "must be a boolean")
	}
}

func integer(low, high int) rule {
	return func(c *check, at string, v any) {
		n, ok := v.(float64)
		if !ok || n != math.Trunc(n) || n < float64(low) || n > float64(high) {
			c.refuse(at, "must be a whole number from %d to %d", low, high)
		}
	}
}

func finite(c *check, at string, v any) {
	if _, ok := v.(float64); !ok {
		c.refuse(at, "must be a number")
	}
}

func positive(c *check, at string, v any) {
	if n, ok := v.(float64); !ok || n <= 0 {
		c.refuse(at, "must be a number greater than 0")
	}
}

func oneOf(values ...string) rule {
	return func(c *check, at string, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			c.refuse(at, "must be one of %v", values)
		}
	}
}

// many is an array of low to high items that all follow one rule.
func many(low, high int, each rule) rule {
	return func(c *check, at string, v any) {
		items, ok := v.(list)
		if !ok {
			c.refuse(at, "must provide an array")
			return
		}
		switch {
		case len(items) < low:
			c.refuse(at, "no less than %d items allowed", low)
		case len(items) > high:
			c.refuse(at, "no more than %d items allowed", high)
		}
		for i, item := range items {
			each(c, pointer(at, i), item)
		}
	}
}

func anyValue(*check, string, any) {}

// richTextOnly accepts an object of the rich_text type, whose inner elements
// Slack's own editor writes.
func richTextOnly(c *check, at string, v any) {
	if o, ok := v.(object); !ok || text(o, "type") != "rich_text" {
		c.refuse(at, "must provide a rich_text object")
	}
}

// words is a text object of the given kinds, of 1 to high characters.
func words(high int, kinds ...string) rule {
	return func(c *check, at string, v any) {
		o, ok := v.(object)
		if !ok {
			c.refuse(at, "must provide an object")
			return
		}
		if !slices.Contains(kinds, text(o, "type")) {
			c.refuse(pointer(at, "type"), "unsupported type: %s", text(o, "type"))
			return
		}
		fields := map[string]rule{"text": str(1, high), "emoji": boolean}
		if text(o, "type") == "mrkdwn" {
			fields = map[string]rule{"text": str(1, high), "verbatim": boolean}
		}
		shape{must: []string{"text"}, fields: fields}.check(c, at, o)
	}
}

func plain(high int) rule { return words(high, "plain_text") }
func prose(high int) rule { return words(high, "plain_text", "mrkdwn") }

// pointer extends a JSON pointer.
func pointer(at string, step any) string {
	switch step := step.(type) {
	case int:
		return at + "/" + strconv.Itoa(step)
	case string:
		return at + "/" + step
	}
	return at
}

func sortedKeys(o object) []string {
	keys := make([]string, 0, len(o))
	for k := range o {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// size is the length of the value as JSON, in bytes.
func size(v any) int {
	raw, err := json.Marshal(v)
	if err != nil {
		return math.MaxInt
	}
	return len(raw)
}
