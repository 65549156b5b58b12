package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"headway/blocks"
)

const (
	// ackWithin is how long after receipt an ack may still go out: Slack's 3 s
	// less the way. A later one might be written on the next connection.
	ackWithin = 2500 * time.Millisecond
	// ackSize is our guard below the 20,480 bytes at which Slack cuts the
	// connection.
	ackSize = 16 << 10
)

// acker is the connection an envelope came by. Only AckCtx is used: Ack blocks
// for ever while the connection is down.
type acker interface {
	AckCtx(ctx context.Context, envelopeID string, payload any) error
}

var errLate = errors.New("bot: too late for an ack")

// ack sends payload for the envelope; nil is the empty ack.
func (b *Bot) ack(e envelope, payload any) error {
	if e.id == "" {
		return nil
	}
	left := time.Until(e.received.Add(ackWithin))
	if left <= 0 {
		return b.ackLost(e, errLate)
	}
	ctx, cancel := context.WithTimeout(context.Background(), left)
	defer cancel()
	if err := e.conn.AckCtx(ctx, e.id, payload); err != nil {
		return b.ackLost(e, err)
	}
	b.lastAck.Store(time.Now().UnixNano())
	b.meters.acked(e.received)
	return nil
}

func (b *Bot) ackLost(e envelope, err error) error {
	b.meters.lostAcks.Add(1)
	b.log.Warn("ack not sent", "type", e.kind, "error", err)
	return err
}

// answer acks reply in the way of the turn's kind and hands on the rest.
func (b *Bot) answer(ctx context.Context, e envelope, t turn, reply Reply) {
	payload, rest := b.payload(t, reply)
	err := b.ack(e, payload)
	if err != nil && t.kind == command && reply.Message != nil {
		rest = append([]func(context.Context) error{b.telling(t, *reply.Message)}, rest...)
	}
	if reply.After != nil {
		rest = append(rest, reply.After)
	}
	b.follow(ctx, t, rest...)
}

// payload is what the ack carries of reply, and the steps that bring the rest.
func (b *Bot) payload(t turn, reply Reply) (any, []func(context.Context) error) {
	switch t.kind {
	case command:
		return b.commandPayload(t, reply)
	case submit:
		return b.submitPayload(t, reply)
	case suggest:
		return optionsPayload(reply.options), nil
	}
	return nil, b.told(t, reply)
}

func (b *Bot) commandPayload(t turn, reply Reply) (any, []func(context.Context) error) {
	if reply.Message == nil {
		return nil, nil
	}
	a := newAnswer(*reply.Message, reply.Message.Blocks, false)
	if reply.Message.Plain != nil || !fits(a) { // Slack may refuse these blocks, and an ack can't be sent again
		return nil, b.told(t, reply)
	}
	return a, nil
}

func (b *Bot) submitPayload(t turn, reply Reply) (any, []func(context.Context) error) {
	rest := b.told(t, reply)
	switch {
	case len(reply.Errors) > 0:
		return b.errorsPayload(t, reply.Errors), rest
	case reply.Update != nil:
		return b.updatePayload(t, *reply.Update, rest)
	case reply.Push != nil:
		plain, _ := reply.Push.Plain()
		v := plain.Request()
		if p := slack.NewPushViewSubmissionResponse(&v); fits(p) {
			return p, rest
		}
		return b.payload(t, t.excuse(blocks.Message{Text: tooBig}, ""))
	case reply.Clear:
		return slack.NewClearViewSubmissionResponse(), rest
	}
	return nil, rest
}

// errorsPayload puts the errors under their fields. Slack takes none for a modal
// without fields, whose place a notice takes.
func (b *Bot) errorsPayload(t turn, wrong blocks.FieldErrors) any {
	settled := t.view.settle(wrong)
	var p any = slack.NewErrorsViewSubmissionResponse(settled)
	if text, nowhere := settled[""]; nowhere {
		v := notice(t.view.Title.Text, text).Request()
		p = slack.NewUpdateViewSubmissionResponse(&v)
	}
	if !fits(p) {
		p, _ = b.payload(t, t.excuse(blocks.Message{Text: tooBig}, ""))
	}
	return p
}

// updatePayload is the next view, plain, as an ack can't be sent again when
// Slack refuses a block. One too large for an ack comes by the Web API, in the
// place of a short one: an empty ack would close the modal.
func (b *Bot) updatePayload(t turn, next blocks.View, rest []func(context.Context) error) (any, []func(context.Context) error) {
	plain, _ := next.Plain()
	v := plain.Request()
	if p := slack.NewUpdateViewSubmissionResponse(&v); fits(p) {
		return p, rest
	}
	short := notice(next.Title, oneMoment).Request()
	bring := func(ctx context.Context) error {
		if err := pause(ctx, headStart); err != nil {
			return err
		}
		_, err := b.slack.UpdateView(ctx, t.who.Team, ViewRef{ID: t.view.ID}, next)
		return err
	}
	return slack.NewUpdateViewSubmissionResponse(&short), append([]func(context.Context) error{bring}, rest...)
}

// optionsPayload offers as many options as an ack can hold.
func optionsPayload(options []blocks.Option) any {
	type list struct {
		Options []*slack.OptionBlockObject `json:"options"`
	}
	p := list{Options: blocks.OptionObjects(options)}
	for !fits(p) {
		p.Options = p.Options[:len(p.Options)*9/10]
	}
	return p
}

// told is the step that shows reply.Message.
func (b *Bot) told(t turn, reply Reply) []func(context.Context) error {
	if reply.Message == nil {
		return nil
	}
	return []func(context.Context) error{b.telling(t, *reply.Message)}
}

func (b *Bot) telling(t turn, m blocks.Message) func(context.Context) error {
	return func(ctx context.Context) error {
		b.tell(ctx, t, m)
		return nil
	}
}

// empty is the ack that says nothing.
func (t turn) empty() any {
	if t.kind == suggest {
		return optionsPayload(nil)
	}
	return nil
}

// excuse is the reply that says m in the way of the turn's kind: a submitted
// form keeps what was entered and shows it under field.
func (t turn) excuse(m blocks.Message, field string) Reply {
	switch t.kind {
	case submit:
		return t.view.complain(field, m.Text)
	case suggest, closed:
		return Reply{}
	}
	return Reply{Message: &m}
}

// complain shows text under field, under the first field when there is no such
// one, or in place of a modal that has none.
func (v view) complain(field, text string) Reply {
	inputs := v.inputs()
	if len(inputs) == 0 {
		return Reply{Update: notice(v.Title.Text, text)}
	}
	return Reply{Errors: blocks.FieldErrors{inputFor(inputs, field): text}}
}

// settle moves errors of fields that the view does not show under its first
// one, or under "" where it has none: Slack shows "trouble connecting" for a key
// it does not know.
func (v view) settle(wrong blocks.FieldErrors) map[string]string {
	inputs := v.inputs()
	out := map[string]string{}
	for _, field := range names(wrong) {
		at := ""
		if len(inputs) > 0 {
			at = inputFor(inputs, field)
		}
		if out[at] != "" {
			out[at] += " "
		}
		out[at] += wrong[field]
	}
	return out
}

// inputFor is the block id of a field, whose id may follow its name ("board:7"),
// or the first input of all.
func inputFor(inputs []string, field string) string {
	for _, id := range inputs {
		if id == field || strings.HasPrefix(id, field+":") {
			return id
		}
	}
	return inputs[0]
}

// fits says whether p may travel in an ack.
func fits(p any) bool {
	data, err := json.Marshal(p)
	return err == nil && len(data) <= ackSize
}

// unreadable drops from a decoding error what it quotes of the payload.
func unreadable(err error) string {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("broken JSON at byte %d", syntax.Offset)
	case errors.As(err, &wrong):
		return "unexpected type of " + wrong.Field
	}
	return err.Error()
}
