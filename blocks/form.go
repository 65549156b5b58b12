package blocks

import (
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"
)

// FieldErrors maps the block_id of an input to what is wrong with it and how to
// mend it; Slack shows it under the field.
type FieldErrors map[string]string

// Form is a modal's other half, declared once by its name (the callback_id). A
// view carries a C; a submission gives back that C and the parsed V, or field
// errors.
type Form[C, V any] struct {
	Name  string
	Parse func(Values) (V, FieldErrors)
}

// Carry writes c for private_metadata.
func (f Form[C, V]) Carry(c C) string {
	data, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("blocks: context of form %s can't be written: %v", f.Name, err))
	}
	return string(data)
}

// Carried reads what Carry wrote.
func (f Form[C, V]) Carried(metadata string) (C, error) {
	var c C
	if err := json.Unmarshal([]byte(metadata), &c); err != nil {
		return c, fmt.Errorf("blocks: context of form %s: %w", f.Name, err)
	}
	return c, nil
}

// Values are a view's state.values: block_id to action_id to what was entered.
// Every input block of ours has one element, so a field is named by its
// block_id alone.
type Values map[string]map[string]slack.BlockAction

func (v Values) element(block string) slack.BlockAction {
	for _, e := range v[block] {
		return e
	}
	return slack.BlockAction{}
}

// Text is the entered text, date, time, number, URL or email of a field.
func (v Values) Text(block string) string {
	e := v.element(block)
	for _, s := range []string{e.SelectedDate, e.SelectedTime, e.Value} {
		if s != "" {
			return s
		}
	}
	return ""
}

// Choice is the value of the chosen option, user, channel or conversation.
func (v Values) Choice(block string) string {
	e := v.element(block)
	for _, s := range []string{e.SelectedOption.Value, e.SelectedUser, e.SelectedChannel, e.SelectedConversation} {
		if s != "" {
			return s
		}
	}
	return ""
}

// Choices are the values of a field with several choices.
func (v Values) Choices(block string) []string {
	e := v.element(block)
	var out []string
	for _, o := range e.SelectedOptions {
		out = append(out, o.Value)
	}
	out = append(out, e.SelectedUsers...)
	out = append(out, e.SelectedChannels...)
	return append(out, e.SelectedConversations...)
}
