package blocks

import (
	"slices"

	"github.com/slack-go/slack"
)

// Option is one choice of a select: Value comes back, Label is read, Detail
// is the smaller line under it ("" for none).
type Option struct{ Value, Label, Detail string }

// Object is the option as Slack takes it.
func (o Option) Object() *slack.OptionBlockObject {
	var detail *slack.TextBlockObject
	if o.Detail != "" {
		detail = plainCut(o.Detail, maxOption)
	}
	label := orElse(clean(o.Label), orElse(clean(o.Value), "(no name)"))
	return slack.NewOptionBlockObject(o.Value, plainCut(label, maxOption), detail)
}

// OptionObjects are options as Slack takes them, at most its 100.
func OptionObjects(options []Option) []*slack.OptionBlockObject {
	out := make([]*slack.OptionBlockObject, 0, min(len(options), 100))
	for _, o := range options[:min(len(options), 100)] {
		out = append(out, o.Object())
	}
	return out
}

// find is the option with the value.
func find(options []Option, value string) (Option, bool) {
	for _, o := range options {
		if o.Value == value {
			return o, true
		}
	}
	return Option{}, false
}

// chosen are the options that have one of the values, in the options' order.
func chosen(options []Option, values []string) []Option {
	var out []Option
	for _, o := range options {
		for _, v := range values {
			if o.Value == v {
				out = append(out, o)
				break
			}
		}
	}
	return out
}

// within keeps at most n options in their order, the chosen ones among them.
func within(n int, options []Option, values []string) []Option {
	if len(options) <= n {
		return options
	}
	left := n - min(n, len(chosen(options, values)))
	var out []Option
	for _, o := range options {
		switch {
		case slices.Contains(values, o.Value) && len(out) < n:
			out = append(out, o)
		case left > 0:
			out = append(out, o)
			left--
		}
	}
	return out
}
