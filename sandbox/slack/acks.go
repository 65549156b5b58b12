package slack

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Each function below applies the payload of one kind of ack, with the
// workspace locked. An error says what is wrong with the ack.

// applyReply shows what a slash command was acked with.
func (ws *workspace) applyReply(c *channel, u *user, raw json.RawMessage) error {
	if raw == nil {
		return nil
	}
	a := args{}
	if err := json.Unmarshal(raw, &a); err != nil {
		return errors.New("the payload is no JSON object")
	}
	m, err := ws.reply(a)
	if err != nil {
		return described(err)
	}
	ws.postReply(c, u.ID, m, a)
	return nil
}

// submissionAck is what may answer a view_submission.
type submissionAck struct {
	Action string            `json:"response_action"`
	Errors map[string]string `json:"errors"`
	View   any               `json:"view"`
}

// applySubmission closes, changes or stacks views as the ack says.
func (ws *workspace) applySubmission(v *view, raw json.RawMessage) error {
	if raw == nil {
		if ws.views[v.ID] == v {
			ws.pop(v)
		}
		return nil
	}
	var ack submissionAck
	if err := json.Unmarshal(raw, &ack); err != nil {
		return fmt.Errorf("the payload has the wrong form: %w", err)
	}
	switch ack.Action {
	case "clear":
		ws.clear(v.User)
	case "errors":
		return ws.showErrors(v, ack.Errors)
	case "update":
		return ws.updateByAck(v, ack.View)
	case "push":
		return ws.pushByAck(v, ack.View)
	default:
		return fmt.Errorf("unknown response_action %q", ack.Action)
	}
	return nil
}

// showErrors puts texts under fields; their keys must be ids of input blocks.
func (ws *workspace) showErrors(v *view, texts map[string]string) error {
	if len(texts) == 0 {
		return errors.New("errors is empty")
	}
	inputs := map[string]bool{}
	for _, b := range v.blocks() {
		block, _ := b.(object)
		inputs[text(block, "block_id")] = text(block, "type") == "input"
	}
	for blockID := range texts {
		if !inputs[blockID] {
			return fmt.Errorf("errors names %q, which is no input block of the view", blockID)
		}
	}
	v.errors = texts
	ws.viewChanged(v)
	return nil
}

func (ws *workspace) updateByAck(v *view, raw any) error {
	sent, err := ackView(raw)
	if err != nil {
		return err
	}
	ws.fillView(v, sent)
	ws.viewChanged(v)
	return nil
}

func (ws *workspace) pushByAck(v *view, raw any) error {
	sent, err := ackView(raw)
	if err != nil {
		return err
	}
	if len(ws.stacks[v.User]) >= maxStack {
		return fmt.Errorf("more than %d views in the stack", maxStack)
	}
	ws.push(ws.newView(v.User, v.Channel, sent))
	return nil
}

func ackView(raw any) (object, error) {
	sent, problems := checkView("modal", raw)
	if len(problems) > 0 {
		return nil, errors.New(problems[0].String())
	}
	return sent, nil
}

// optionsOfAck reads the answer to a block_suggestion.
func optionsOfAck(raw json.RawMessage) (list, error) {
	if raw == nil {
		return nil, nil
	}
	var ack object
	if err := json.Unmarshal(raw, &ack); err != nil {
		return nil, errors.New("the payload is no JSON object")
	}
	c := &check{}
	if ack["options"] != nil {
		many(0, 100, menuOption)(c, "/options", ack["options"])
	}
	if ack["option_groups"] != nil {
		many(0, 100, optionGroup)(c, "/option_groups", ack["option_groups"])
	}
	if len(c.problems) > 0 {
		return nil, errors.New(c.problems[0].String())
	}
	return optionsOf(ack), nil
}

func described(err error) error {
	var refused *apiError
	if errors.As(err, &refused) && detail(refused.extra) != "" {
		return fmt.Errorf("%s: %s", refused.code, detail(refused.extra))
	}
	return err
}
