package blocks

import (
	"strconv"

	"github.com/slack-go/slack"

	"headway/calendar"
)

// sheet builds the blocks of a modal. A problem with a field stands above it.
type sheet struct {
	blocks []slack.Block
	errors FieldErrors
}

func newSheet(problem string, errors FieldErrors) *sheet {
	s := &sheet{errors: errors}
	s.problem(problem)
	return s
}

// problem says what went wrong, nothing when nothing did.
func (s *sheet) problem(text string) {
	if text = escaped(text, 600); text != "" {
		s.blocks = append(s.blocks, slack.NewAlertBlock(markup(text), slack.AlertBlockOptionLevel(slack.AlertLevelError)))
	}
}

func (s *sheet) say(text string) {
	if text == "" {
		return
	}
	for _, part := range split(text, maxSection) {
		s.blocks = append(s.blocks, slack.NewSectionBlock(markup(part), nil, nil))
	}
}

func (s *sheet) note(text string) {
	s.blocks = append(s.blocks, slack.NewContextBlock("", markup(text)))
}

func (s *sheet) heading(text string) {
	s.blocks = append(s.blocks, slack.NewHeaderBlock(plainCut(text, 150)))
}

// input adds a field, called by its id where the label has nothing to read. A
// field without an answer needs optional.
func (s *sheet) input(id, label, hint string, e slack.BlockElement, optional bool) *slack.InputBlock {
	s.problem(s.errors[id])
	var h *slack.TextBlockObject
	if hint != "" {
		h = plainCut(hint, maxHint)
	}
	block := slack.NewInputBlock(id, plainCut(orElse(clean(label), id), maxHint), h, e).WithOptional(optional)
	s.blocks = append(s.blocks, block)
	return block
}

func placeholder(s string) *slack.TextBlockObject {
	if s == "" {
		return nil
	}
	return plainCut(s, maxPlaceholder)
}

func textElement(id, hint, value string, maxLength int) *slack.PlainTextInputBlockElement {
	return slack.NewPlainTextInputBlockElement(placeholder(hint), id).WithInitialValue(cleanCut(value, maxLength)).WithMaxLength(maxLength)
}

// selectElement offers options; initial is the value chosen at first.
func selectElement(id, hint string, options []Option, initial string) *slack.SelectBlockElement {
	options = within(100, options, []string{initial})
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, placeholder(hint), id, OptionObjects(options)...)
	if o, ok := find(options, initial); ok {
		e.WithInitialOption(o.Object())
	}
	return e
}

func groupedSelect(id, hint string, groups []optionGroup, initial string) *slack.SelectBlockElement {
	e := slack.NewOptionsGroupSelectBlockElement(slack.OptTypeStatic, placeholder(hint), id)
	for _, g := range groups {
		e.OptionGroups = append(e.OptionGroups, slack.NewOptionGroupBlockElement(plainCut(g.label, maxOption), OptionObjects(g.options)...))
		if o, ok := find(g.options, initial); ok {
			e.WithInitialOption(o.Object())
		}
	}
	return e
}

type optionGroup struct {
	label   string
	options []Option
}

func multiSelect(id, hint string, options []Option, initial []string) *slack.MultiSelectBlockElement {
	options = within(100, options, initial)
	e := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, placeholder(hint), id, OptionObjects(options)...)
	return e.WithInitialOptions(OptionObjects(chosen(options, initial))...)
}

// externalSelect asks the bot for its options as the person types.
func externalSelect(actionID, hint string, minQuery int, initial Option) *slack.SelectBlockElement {
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, placeholder(hint), actionID)
	e.MinQueryLength = &minQuery
	if initial.Value != "" {
		e.WithInitialOption(initial.Object())
	}
	return e
}

// channelElement offers the public and private channels of the workspace.
func channelElement(id, initial string) *slack.SelectBlockElement {
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, placeholder("Choose a channel"), id)
	e.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private"}, ExcludeExternalSharedChannels: true, ExcludeBotUsers: true}
	if channelID.MatchString(initial) {
		e.WithInitialConversation(initial)
	}
	return e
}

func checkboxes(id string, options []Option, initial []string) *slack.CheckboxGroupsBlockElement {
	e := slack.NewCheckboxGroupsBlockElement(id, OptionObjects(options)...)
	e.InitialOptions = OptionObjects(chosen(options, initial))
	return e
}

func radios(id string, options []Option, initial string) *slack.RadioButtonsBlockElement {
	e := slack.NewRadioButtonsBlockElement(id, OptionObjects(options)...)
	if o, ok := find(options, initial); ok {
		e.InitialOption = o.Object()
	}
	return e
}

func timeElement(id string, hour, minute int) *slack.TimePickerBlockElement {
	e := slack.NewTimePickerBlockElement(id)
	if hour >= 0 && hour < 24 && minute >= 0 && minute < 60 {
		e.InitialTime = clockTime(hour, minute)
	}
	return e
}

func numberElement(id string, value, low, high int) *slack.NumberInputBlockElement {
	return slack.NewNumberInputBlockElement(nil, id, false).
		WithInitialValue(strconv.Itoa(min(max(value, low), high))).WithMinValue(strconv.Itoa(low)).WithMaxValue(strconv.Itoa(high))
}

func dateElement(id string, initial calendar.Date) *slack.DatePickerBlockElement {
	e := slack.NewDatePickerBlockElement(id)
	if !initial.IsZero() {
		e.InitialDate = initial.String()
	}
	return e
}

func userElement(id, initial string) *slack.SelectBlockElement {
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, placeholder("Choose a person"), id)
	if userID.MatchString(initial) {
		e.WithInitialUser(initial)
	}
	return e
}

func usersElement(id string, initial []string) *slack.MultiSelectBlockElement {
	e := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeUser, placeholder("Choose people"), id)
	for _, user := range initial {
		if userID.MatchString(user) {
			e.InitialUsers = append(e.InitialUsers, user)
		}
	}
	return e
}

func emailElement(id, initial string) *slack.EmailTextInputBlockElement {
	e := slack.NewEmailTextInputBlockElement(placeholder("you@example.com"), id)
	e.InitialValue = cleanCut(initial, 200)
	return e
}
