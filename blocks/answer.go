package blocks

import (
	"slices"
	"strings"
	"time"

	"headway/calendar"
)

// The fields of the answer forms.
const (
	FieldStatus     = "status"
	FieldConfidence = "confidence"
	FieldPlan       = "plan"
	FieldPlanKeys   = "plan_keys"
	FieldKind       = "kind"
	FieldSince      = "since"
	FieldKey        = "key"
	FieldHelp       = "help"
	FieldFrom       = "from"
	FieldTo         = "to"
)

// RoundCtx is carried by the forms that answer a round: its id, or for one that
// is not open yet the check-in and the day; and who the form said reads a text.
type RoundCtx struct {
	Round   string `json:"r"`
	Readers string `json:"t,omitempty"`
	Checkin string `json:"k,omitempty"`
	Date    string `json:"d,omitempty"`
}

// AnswerInput is a full answer as it was entered. Plan and Key are upper case
// and look like issue keys; whether they exist is not checked here.
type AnswerInput struct {
	Status     string
	Confidence int // 1-5, 0 for none
	Plan       []string
	Kind       string // only when blocked
	Since      calendar.Date
	Key        string
	Help       bool // asks for help
	Text       string
}

// BlockedInput is the follow-up after one tap on Blocked.
type BlockedInput struct {
	Kind  string
	Since calendar.Date
	Key   string
	Help  bool
	Text  string
}

// The forms of an answer.
var (
	AnswerSubmit  = Form[RoundCtx, AnswerInput]{"checkin.answer", parseAnswer}
	BlockedSubmit = Form[RoundCtx, BlockedInput]{"checkin.blocked", parseBlocked}
	AwaySubmit    = Form[RoundCtx, AwayInput]{"away", parseAway}
)

// AnswerView fills the full form.
type AnswerView struct {
	Ctx            RoundCtx
	Name           string // of the check-in
	Template       string // TemplateDaily …
	Topic          string // sprint
	Answer         AnswerInput
	Mine           []Issue // the person's items in progress; none offers a text field
	WithConfidence bool
	TextReaders    string // TextInThread …; "" asks for no text
	TextDays       int    // how long a text is kept
	Privacy        string
	KeepDays       int
	Day            time.Time // of a round that is not today's; zero for today's
	Closed         bool      // the round is closed already
	Answered       time.Time // when the answer that stands was given, zero without one
	Now            time.Time
	Problem        string
	Errors         FieldErrors
}

// AnswerForm is the full answer: at most four questions, the blocked ones
// optional.
func AnswerForm(v AnswerView) View {
	s, t := newSheet(v.Problem, v.Errors), TemplateOf(v.Template)
	s.say(v.stands())
	question := t.asks(cleanCut(v.Topic, 80))
	if t.ConfidenceFirst {
		s.confidence(v, question)
		question = TemplateOf(TemplateDaily).asks(cleanCut(v.Topic, 80))
	}
	s.input(FieldStatus, question, "", radios(FieldStatus, t.choices(), v.Answer.Status), false)
	if !t.ConfidenceFirst {
		s.confidence(v, "How sure are you that it finishes in time?")
	}
	if !t.Reflects {
		s.plan(v)
	}
	s.text(v.TextReaders, v.Answer.Text, v.TextDays)
	if !t.Reflects {
		s.note("*Only when blocked*")
		s.blocked(BlockedInput{Kind: v.Answer.Kind, Since: v.Answer.Since, Key: v.Answer.Key, Help: v.Answer.Help}, true)
	}
	s.note("_" + privacyNote(v.Privacy, v.KeepDays) + "_")
	return View{Form: AnswerSubmit.Name, Title: "Answer check-in", Submit: "Save answer", Close: "Cancel", Blocks: s.blocks, Carried: AnswerSubmit.Carry(v.Ctx)}
}

// stands says which round this answers, where that is not plain, and what it
// replaces.
func (v AnswerView) stands() string {
	var lines []string
	if !v.Day.IsZero() {
		lines = append(lines, "This is for *"+Day(v.Day, v.Now)+"*.")
	}
	if v.Closed {
		lines = append(lines, "That round is closed, so this is kept as a late answer and the summary stays as it was.")
	}
	if !v.Answered.IsZero() {
		lines = append(lines, "You answered "+at(v.Answered, v.Now)+"; saving replaces that.")
	}
	return strings.Join(lines, " ")
}

func (s *sheet) confidence(v AnswerView, question string) {
	if v.WithConfidence {
		s.input(FieldConfidence, question, "1 is a guess, 5 is sure.", selectElement(FieldConfidence, "1 to 5", confidenceOptions, digit(v.Answer.Confidence)), true)
	}
}

// maxPlan is how many items a person can name as next.
const maxPlan = 5

// plan asks what is next: from a list of own items, or as typed keys.
func (s *sheet) plan(v AnswerView) {
	options := planOptions(v)
	if len(v.Mine) == 0 || len(options) == 0 {
		e := textElement(FieldPlan, "PAY-871", strings.Join(v.Answer.Plan, ", "), 120)
		s.input(FieldPlan, "What is next?", "Issue keys, such as PAY-871, PAY-880. At most 5.", e, true)
		return
	}
	e := multiSelect(FieldPlanKeys, "Your items in progress", options, v.Answer.Plan).WithMaxSelectedItems(maxPlan)
	s.input(FieldPlanKeys, "What is next?", "At most 5.", e, true)
}

// planOptions are what was planned before and the person's items in progress.
func planOptions(v AnswerView) []Option {
	keys := slices.Clone(v.Answer.Plan)
	for _, issue := range v.Mine {
		keys = append(keys, issue.Key)
	}
	var options []Option
	for _, key := range keys {
		if _, twice := find(options, key); !twice && issueKey.MatchString(key) {
			options = append(options, Option{Value: key, Label: key})
		}
	}
	return options
}

func (s *sheet) blocked(in BlockedInput, optional bool) {
	s.input(FieldKind, "What do you need?", "", selectElement(FieldKind, "Choose one", kindOptions, in.Kind), optional)
	s.input(FieldSince, "Since when?", "", dateElement(FieldSince, in.Since), true)
	s.input(FieldKey, "Which issue?", "Its key in Jira.", textElement(FieldKey, "PAY-871", in.Key, 40), true)
	s.input(FieldHelp, "Do you want help?", "", checkboxes(FieldHelp, helpOptions, when(in.Help, helpOptions[0].Value)), true)
}

var (
	kindOptions = []Option{
		{Value: KindPerson, Label: "A person"},
		{Value: KindDecision, Label: "A decision"},
		{Value: KindDependency, Label: "Another team"},
		{Value: KindEnvironment, Label: "An environment"},
		{Value: KindOther, Label: "Something else"},
	}
	confidenceOptions = []Option{{"1", "1 · a guess", ""}, {"2", "2", ""}, {"3", "3", ""}, {"4", "4", ""}, {"5", "5 · sure", ""}}
	helpOptions       = []Option{{Value: "help", Label: "Yes, please", Detail: "The summary counts it, without your name."}}
)

func parseAnswer(v Values) (AnswerInput, FieldErrors) {
	errs := FieldErrors{}
	in := AnswerInput{Status: v.Choice(FieldStatus)}
	if _, ok := workStatus[in.Status]; !ok {
		errs[FieldStatus] = "Choose one of the three."
	}
	if v.Choice(FieldConfidence) != "" {
		in.Confidence = v.option(FieldConfidence, confidenceOptions, errs)
	}
	in.Plan = parsePlan(v, errs)
	if in.Status == StatusBlocked {
		b := readBlocked(v, errs)
		in.Kind, in.Since, in.Key, in.Help = b.Kind, b.Since, b.Key, b.Help
	}
	in.Text = readText(v, errs)
	return in, errs.orNil()
}

func parsePlan(v Values, errs FieldErrors) []string {
	if chosen := v.Choices(FieldPlanKeys); len(chosen) > 0 {
		return chosen
	}
	keys, bad := issueKeys(v.Text(FieldPlan))
	if bad != "" {
		errs[FieldPlan] = notAKey(bad)
	} else if len(keys) > maxPlan {
		errs[FieldPlan] = "At most 5 keys fit here."
	}
	return keys
}

func parseBlocked(v Values) (BlockedInput, FieldErrors) {
	errs := FieldErrors{}
	in := readBlocked(v, errs)
	if in.Kind == "" {
		errs[FieldKind] = "Choose what you need."
	}
	in.Text = readText(v, errs)
	return in, errs.orNil()
}

func readBlocked(v Values, errs FieldErrors) BlockedInput {
	in := BlockedInput{Kind: v.Choice(FieldKind), Since: v.Date(FieldSince), Help: len(v.Choices(FieldHelp)) > 0}
	keys, bad := issueKeys(v.Text(FieldKey))
	switch {
	case bad != "":
		errs[FieldKey] = notAKey(bad)
	case len(keys) > 1:
		errs[FieldKey] = "One issue key is enough here."
	case len(keys) == 1:
		in.Key = keys[0]
	}
	return in
}

// BlockedView fills the follow-up after one tap on Blocked.
type BlockedView struct {
	Ctx         RoundCtx
	Name        string
	Input       BlockedInput
	TextReaders string // TextInThread …; "" asks for no text
	TextDays    int
	Problem     string
	Errors      FieldErrors
}

// BlockedForm is that follow-up.
func BlockedForm(v BlockedView) View {
	s := newSheet(v.Problem, v.Errors)
	s.say("*" + name(v.Name) + " check-in:* you are blocked. What would get your part moving again?")
	s.blocked(v.Input, false)
	s.text(v.TextReaders, v.Input.Text, v.TextDays)
	return View{Form: BlockedSubmit.Name, Title: "Blocked", Submit: "Save answer", Close: "Cancel", Blocks: s.blocks, Carried: BlockedSubmit.Carry(v.Ctx)}
}

// AwayInput is a stay away, both days included.
type AwayInput struct{ From, To calendar.Date }

// AwayView fills the form for a stay away; Ctx.Round is "" outside a prompt.
type AwayView struct {
	Ctx     RoundCtx
	Input   AwayInput
	Problem string
	Errors  FieldErrors
}

// AwayForm asks from when to when a person is away.
func AwayForm(v AwayView) View {
	s := newSheet(v.Problem, v.Errors)
	s.say("While you are away you are not asked and don't count as missing.")
	s.input(FieldFrom, "First day away", "", dateElement(FieldFrom, v.Input.From), false)
	s.input(FieldTo, "Last day away", "", dateElement(FieldTo, v.Input.To), false)
	return View{Form: AwaySubmit.Name, Title: "I'm away", Submit: "Save", Close: "Cancel", Blocks: s.blocks, Carried: AwaySubmit.Carry(v.Ctx)}
}

func parseAway(v Values) (AwayInput, FieldErrors) {
	errs := FieldErrors{}
	in := AwayInput{v.Date(FieldFrom), v.Date(FieldTo)}
	if in.From.IsZero() {
		errs[FieldFrom] = "Choose the first day."
	}
	switch {
	case in.To.IsZero():
		errs[FieldTo] = "Choose the last day."
	case in.To.Before(in.From):
		errs[FieldTo] = "The last day can't come before the first."
	case in.To.Sub(in.From) > 366:
		errs[FieldTo] = "At most one year at a time."
	}
	return in, errs.orNil()
}
