package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"headway/blocks"
	"headway/models"
	"headway/sandbox"
)

// crowd are the people of a sandbox whose bot dies again and again: what is
// not acked they try once more, as people do.
type crowd struct {
	sandbox.Line
	site    string
	channel string
	now     func() time.Time // the business clock

	mu     sync.Mutex
	clicks []tap
}

// tap is one answer, by a button or by the form, whether Slack saw it acked, and
// from when to when that took by the business clock.
type tap struct {
	round, user, status string
	checkin, date       string // in place of the round, for one that was still to open
	form, acked         bool
	from, by            time.Time
}

// in says whether the tap was about that round.
func (t tap) in(r models.Round) bool {
	return t.round == r.ID || t.round == "" && t.checkin == r.CheckinID && t.date == r.Date.String()
}

var errRefused = errors.New("the control surface refused")

// ask calls the control surface. An error is what a person would call "it
// isn't there any more".
func (c *crowd) ask(ctx context.Context, method, path string, body, out any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.ControlURL+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answered, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode != http.StatusOK:
		return errors.Join(errRefused, errors.New(path+": "+string(answered)))
	}
	return json.Unmarshal(answered, out)
}

// try is an interaction; false when it was not acked.
func (c *crowd) try(ctx context.Context, path string, body map[string]any) (answer, bool) {
	var a answer
	err := c.ask(ctx, http.MethodPost, path, body, &a)
	return a, err == nil && a.Acked
}

// messages are those of a channel, or of the bot's DM with a person.
func (c *crowd) messages(ctx context.Context, channel string) ([]said, error) {
	var out struct{ Messages []said }
	err := c.ask(ctx, http.MethodGet, "/messages?"+url.Values{"channel": {channel}}.Encode(), nil, &out)
	return out.Messages, err
}

// said is a message with all that it is made of.
type said struct {
	message
	ID  string // client_msg_id
	Raw string
}

func (s *said) UnmarshalJSON(data []byte) error {
	var id struct {
		ID string `json:"client_msg_id"`
	}
	err := errors.Join(json.Unmarshal(data, &s.message), json.Unmarshal(data, &id))
	s.ID, s.Raw = id.ID, string(data)
	return err
}

// top is the modal that a person looks at; ok is false without one.
func (c *crowd) top(ctx context.Context, user string) (v view, ok bool) {
	var out struct{ Views []view }
	err := c.ask(ctx, http.MethodGet, "/modal?user="+user, nil, &out)
	if err != nil || len(out.Views) == 0 {
		return view{}, false
	}
	return out.Views[len(out.Views)-1], true
}

// patience is how long a person looks at a form that does not move on.
const patience = 1500 * time.Millisecond

// setUp goes through the wizard until done says so; where the bot died under a
// step, the person closes the form and begins again.
func (c *crowd) setUp(ctx context.Context, done func() bool) error {
	var seen string
	since := time.Now()
	for ctx.Err() == nil && !done() {
		v, open := c.top(ctx, demoOwner)
		if state := string(v.Raw); state != seen {
			seen, since = state, time.Now()
		}
		if open && time.Since(since) > patience {
			c.try(ctx, "/close", map[string]any{"view_id": v.ID, "user": demoOwner})
			continue
		}
		if !c.step(ctx, v, open) {
			beat(ctx)
		}
	}
	return ctx.Err()
}

// step does what the wizard's form in front of the person asks for.
func (c *crowd) step(ctx context.Context, v view, open bool) bool {
	if !open {
		_, ok := c.try(ctx, "/slash", map[string]any{"channel": c.channel, "user": demoOwner, "command": "/headway", "text": "setup"})
		return ok
	}
	switch v.CallbackID {
	case blocks.SetupConnectSubmit.Name:
		return c.send(ctx, v, map[string]any{blocks.FieldSite: c.site, blocks.FieldEmail: c.JiraEmail, blocks.FieldToken: c.JiraToken})
	case blocks.SetupProjectSubmit.Name:
		return c.project(ctx, v)
	case blocks.SetupMappingSubmit.Name:
		return c.send(ctx, v, nil)
	case blocks.SetupCheckinSubmit.Name:
		return c.send(ctx, v, map[string]any{blocks.FieldParticipants: crew, blocks.FieldTime: "09:30", blocks.FieldWindow: "240"})
	case blocks.SetupReportsSubmit.Name:
		return c.send(ctx, v, map[string]any{blocks.FieldDeclared: []string{"declared"}})
	}
	return false // "Checking …"
}

// project looks the project up, chooses it and goes on once its board is there.
func (c *crowd) project(ctx context.Context, v view) bool {
	if slices.ContainsFunc(v.Blocks, func(b block) bool { return strings.HasPrefix(b.BlockID, blocks.FieldBoard+":") }) {
		return c.send(ctx, v, nil)
	}
	e, ok := input(v, blocks.FieldProject)
	if !ok {
		return false
	}
	at := map[string]any{"view_id": v.ID, "user": demoOwner, "block_id": blocks.FieldProject, "action_id": e.ActionID, "value": "PAY"}
	found, ok := c.try(ctx, "/suggest", at)
	var list struct{ Options []json.RawMessage }
	if !ok || json.Unmarshal(found.Payload, &list) != nil || len(list.Options) == 0 {
		return false
	}
	_, ok = c.try(ctx, "/click", map[string]any{"view_id": v.ID, "user": demoOwner,
		"action": map[string]any{"type": e.Type, "action_id": e.ActionID, "block_id": blocks.FieldProject, "selected_option": list.Options[0]}})
	beat(ctx)
	return ok
}

// send submits a form; values holds what differs from its initial values.
func (c *crowd) send(ctx context.Context, v view, values map[string]any) bool {
	state := map[string]any{}
	for name, value := range values {
		e, ok := input(v, name)
		if !ok {
			return false
		}
		state[name] = map[string]any{e.ActionID: entered(e, value)}
	}
	_, ok := c.try(ctx, "/submit", map[string]any{"view_id": v.ID, "user": demoOwner, "values": state})
	return ok
}

func input(v view, blockID string) (element, bool) {
	for _, b := range v.Blocks {
		if b.BlockID == blockID && b.Element != nil {
			return *b.Element, true
		}
	}
	return element{}, false
}

// crew are those who are asked, in two zones.
var crew = []string{"U01MIRA", "U03ADA", "U06LENA", "U04TOMAS"}

// answer lets one person answer check-ins until ctx ends, by the buttons of a
// prompt and by the form that the command opens.
func (c *crowd) answer(ctx context.Context, user string, dice *rand.Rand) {
	plan := map[string]int{} // by round: how many taps are still to come, none for some
	for ctx.Err() == nil {
		beat(ctx)
		if dice.IntN(20) == 0 {
			c.fill(ctx, user, statuses[dice.IntN(len(statuses))])
		}
		found, err := c.messages(ctx, user)
		if err != nil {
			continue
		}
		for _, m := range found {
			round, action, ok := prompted(m, statuses[dice.IntN(len(statuses))])
			if !ok {
				continue
			}
			if _, known := plan[round]; !known {
				plan[round] = dice.IntN(4)
			}
			if plan[round] > 0 && c.tap(ctx, user, m, round, action) {
				plan[round]--
			}
		}
	}
}

// fill answers by the form; whatever stands in the way is closed.
func (c *crowd) fill(ctx context.Context, user, status string) {
	c.try(ctx, "/slash", map[string]any{"channel": c.channel, "user": user, "command": "/headway", "text": "checkin"})
	v, open := c.top(ctx, user)
	if !open {
		return
	}
	e, ok := input(v, blocks.FieldStatus)
	var form struct {
		Carried string `json:"private_metadata"`
	}
	if v.CallbackID == blocks.AnswerSubmit.Name && ok && json.Unmarshal(v.Raw, &form) == nil {
		if at, err := blocks.AnswerSubmit.Carried(form.Carried); err == nil {
			values := map[string]any{blocks.FieldStatus: map[string]any{e.ActionID: entered(e, status)}}
			c.record(ctx, "/submit", map[string]any{"view_id": v.ID, "user": user, "values": values}, tap{round: at.Round, checkin: at.Checkin, date: at.Date, user: user, status: status, form: true})
		}
	}
	if v, open = c.top(ctx, user); open {
		c.try(ctx, "/close", map[string]any{"view_id": v.ID, "user": user})
	}
}

var statuses = []string{models.OnTrack, models.AtRisk}

// prompted finds the button of a status in a prompt or reminder.
func prompted(m said, status string) (round string, action map[string]any, ok bool) {
	for _, b := range m.Blocks {
		for _, e := range b.Elements {
			name, id := blocks.SplitActionID(e.ActionID)
			if name == "checkin."+status {
				return id, map[string]any{"type": e.Type, "action_id": e.ActionID, "block_id": b.BlockID, "value": e.Value}, true
			}
		}
	}
	return "", nil, false
}

func (c *crowd) tap(ctx context.Context, user string, m said, round string, action map[string]any) bool {
	return c.record(ctx, "/click", map[string]any{"channel": m.Channel, "ts": m.TS, "user": user, "action": action},
		tap{round: round, user: user, status: action["value"].(string)})
}

// record answers and writes down what came of it.
func (c *crowd) record(ctx context.Context, path string, body map[string]any, done tap) bool {
	var a answer
	done.from = c.now()
	err := c.ask(ctx, http.MethodPost, path, body, &a)
	if errors.Is(err, errRefused) {
		return false // the button or form has gone meanwhile, nothing was sent
	}
	done.acked, done.by = err == nil && a.Acked && !bytes.Contains(a.Payload, []byte(`"errors"`)), c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clicks = append(c.clicks, done)
	return done.acked
}

// beat is how often people and the test look again.
func beat(ctx context.Context) {
	timer := time.NewTimer(40 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
