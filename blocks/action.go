package blocks

import (
	"strings"

	"github.com/slack-go/slack"
)

// Action is an interactive element, declared once by its name. T is the opaque
// id it carries ("" for none): the constructor takes a T and the handler
// receives a T. On the wire the action_id is "name:id"; the id is resolved to a
// row of the team by the handler and carries no authority.
type Action[T ~string] struct{ Name string }

// ID is the action_id for t.
func (a Action[T]) ID(t T) string {
	if t == "" {
		return a.Name
	}
	return a.Name + ":" + string(t)
}

// Button is a button of this action; value may be empty.
func (a Action[T]) Button(t T, label, value string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(a.ID(t), value, plainCut(label, maxButton))
}

// Primary is a Button in the style of the one thing to do.
func (a Action[T]) Primary(t T, label, value string) *slack.ButtonBlockElement {
	return a.Button(t, label, value).WithStyle(slack.StylePrimary)
}

// Menu is a "⋯" menu of this action with at most 5 choices.
func (a Action[T]) Menu(t T, options ...Option) *slack.OverflowBlockElement {
	return slack.NewOverflowBlockElement(a.ID(t), OptionObjects(options)...)
}

// ordinalMark separates the ordinal that tells several buttons of one action
// and id apart within one row; it is no part of the id.
const ordinalMark = "#"

// SplitActionID cuts "name:id" into name and id.
func SplitActionID(actionID string) (name, id string) {
	actionID, _, _ = strings.Cut(actionID, ordinalMark)
	name, id, _ = strings.Cut(actionID, ":")
	return name, id
}
