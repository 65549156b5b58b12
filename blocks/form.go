package blocks

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"headway/calendar"
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

// Number is a whole number of a field; ok is false when it is none.
func (v Values) Number(block string) (n int, ok bool) {
	n, err := strconv.Atoi(strings.TrimSpace(v.Text(block)))
	return n, err == nil
}

// Date is a chosen day, zero when there is none.
func (v Values) Date(block string) calendar.Date {
	d, err := calendar.ParseDate(v.Text(block))
	if err != nil {
		return calendar.Date{}
	}
	return d
}

// Time is a chosen time of day, "09:30" in Slack's words; ok is false when
// there is none.
func (v Values) Time(block string) (hour, minute int, ok bool) {
	h, m, found := strings.Cut(v.Text(block), ":")
	hour, errHour := strconv.Atoi(h)
	minute, errMinute := strconv.Atoi(m)
	ok = found && errHour == nil && errMinute == nil && hour >= 0 && hour < 24 && minute >= 0 && minute < 60
	return hour, minute, ok
}

// Named is the block_id that is name or begins with "name:".
func (v Values) Named(name string) string {
	for id := range v {
		if id == name || strings.HasPrefix(id, name+":") {
			return id
		}
	}
	return name
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

// Label is the text of the chosen option.
func (v Values) Label(block string) string {
	if text := v.element(block).SelectedOption.Text; text != nil {
		return text.Text
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
