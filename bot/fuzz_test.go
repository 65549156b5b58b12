package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack/socketmode"

	"headway/blocks"
)

// canary stands in the seeds wherever people write.
const canary = "canary-7"

// everything registers a handler for each kind; each answers in its own way.
func everything(r *Router) {
	say := Reply{Message: message("Said."), After: func(context.Context) error { return errors.New("later") }}
	r.OnCommand(func(context.Context, Who, string) (Reply, error) { return say, nil })
	r.OnShortcut("checkin_answer", func(context.Context, Who) (Reply, error) { return say, nil })
	r.OnHome(func(context.Context, Who) (Reply, error) { return Reply{}, nil })
	r.OnEvent("member_joined_channel", func(context.Context, Who, json.RawMessage) (Reply, error) { return Reply{}, errors.New("disk") })
	On(r, press, func(context.Context, Click[answerID]) (Reply, error) { return say, nil })
	OnOptions(r, search, func(_ context.Context, _ Who, id answerID, query string) ([]blocks.Option, error) {
		return []blocks.Option{{Value: string(id), Label: query}}, nil
	})
	OnSubmit(r, edit, func(_ context.Context, _ Who, carried, entered string) (Reply, error) {
		switch len(carried+entered) % 4 {
		case 0:
			return Reply{Errors: blocks.FieldErrors{"name": "Taken.", entered: "No field has this name."}}, nil
		case 1:
			return Reply{Push: &blocks.View{Title: "Next"}}, nil
		case 2:
			return Reply{}, errors.New("disk")
		}
		return Reply{Clear: true}, nil
	})
}

// FuzzEnvelope serves any payload as any kind of envelope: nothing panics,
// everything but a failed event is acked in a form that Slack takes, and nothing
// that people write gets into the log. The seeds are payloads of the sandbox.
func FuzzEnvelope(f *testing.F) {
	kinds := []string{"slash_commands", "interactive", "events_api", "future_thing"}
	for _, inner := range []string{
		`{"type":"member_joined_channel","user":"U1","channel":"C1"}`, `{"type":"user_change","user":{"id":"U1","name":"canary-7"}}`,
		`{"type":"app_uninstalled"}`, `{"type":"app_home_opened","tab":"home","user":"U1","view":{"id":"V1","private_metadata":"canary-7"}}`, `{"type":7}`, `[]`,
	} {
		f.Add(byte(2), []byte(`{"type":"event_callback","api_app_id":"A0HEADWAY1","team_id":"T0HEADWAY1","event_id":"Ev1","authorizations":[{"team_id":"T0HEADWAY1"}],"event":`+inner+`}`))
	}
	const ours = `"api_app_id":"A0HEADWAY1","team":{"id":"T0HEADWAY1"},"user":{"id":"U1","name":"canary-7"}`
	for kind, payload := range []string{
		`{"command":7,"text":"canary-7"}`, `{"type":"dialog_submission","submission":"canary-7",` + ours + `}`, `["canary-7"]`, `{"text":"canary-7"}`,
	} {
		f.Add(byte(kind), []byte(payload))
	}
	for _, interaction := range []string{
		`{"type":"block_actions","actions":"canary-7",` + ours + `}`, `{"type":"block_suggestion","action_id":"gone","value":"canary-7",` + ours + `}`,
		`{"type":"message_action","callback_id":"gone","message":{"text":"canary-7"},` + ours + `}`, `{"type":"view_submission","view":{"callback_id":"gone"},` + ours + `}`,
	} {
		f.Add(byte(1), []byte(interaction))
	}
	b := newBench(f)
	everything(b.Router())
	b.slack.know(Identity{Team: "T0HEADWAY1", BotUser: "UB"})
	b.slack.knowApp("A0HEADWAY1")
	f.Fuzz(func(t *testing.T, kind byte, payload []byte) {
		b.t, b.api.calls = t, nil
		b.log.Reset()
		b.acks.sent = map[string]string{}
		e := envelope{conn: b.acks, id: "E1", kind: kinds[int(kind)%len(kinds)], payload: payload, received: time.Now()}
		b.take(t.Context(), e)
		if err := b.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		checkServed(t, b, e)
	})
}

func checkServed(t *testing.T, b *bench, e envelope) {
	t.Helper()
	log := b.log.String()
	if strings.Contains(log, "panic") {
		t.Errorf("it panicked:\n%s", log)
	}
	u, err := b.understand(e)
	if err != nil {
		u = turn{}
	}
	// The name of a command, form or action is ours, and is logged.
	if strings.Contains(log, canary) && !strings.Contains(u.name, canary) {
		t.Errorf("the log holds what a person wrote:\n%s", log)
	}
	payload, acked := b.acks.of(e.id)
	ours, err := b.mine(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	failed := ours && u.kind == occur && u.name == "member_joined_channel"
	if acked == failed {
		t.Errorf("%s was acked: %v", u.kind, acked)
	}
	if acked {
		checkAck(t, u, payload)
	}
}

// checkAck wants an ack that Slack takes after an interaction of the kind.
func checkAck(t *testing.T, u turn, payload string) {
	t.Helper()
	if len(payload) > ackSize {
		t.Errorf("an ack of %d bytes", len(payload))
	}
	if u.kind != command && u.kind != submit && u.kind != suggest && payload != "null" {
		t.Errorf("a %s takes no payload, it got %s", u.kind, payload)
	}
	if u.kind != submit {
		return
	}
	var ack struct {
		Errors map[string]string `json:"errors"`
	}
	if err := json.Unmarshal([]byte(payload), &ack); err != nil {
		t.Error(err)
	}
	for field := range ack.Errors {
		if !slices.Contains(u.view.inputs(), field) {
			t.Errorf("an error under %q, which the form does not have", field)
		}
	}
}

// FuzzBadMessage takes any frame that slack-go could not decode: one with an id
// is served or acked all the same.
func FuzzBadMessage(f *testing.F) {
	for _, frame := range []string{
		`{"envelope_id":"E1","type":"future_thing","payload":{"text":"canary-7"}}`, `{"envelope_id":"E1","type":"events_api","payload":{"event":{"type":"x"}}}`,
		`{"type":"hello","num_connections":"canary-7"}`, `{"envelope_id":"E1","type":7,"num_connections":"x"}`, `{"envelope_id":7}`, `{}`, `[]`, ``,
	} {
		f.Add([]byte(frame))
	}
	b := newBench(f)
	everything(b.Router())
	f.Fuzz(func(t *testing.T, frame []byte) {
		b.t = t
		b.log.Reset()
		b.acks.sent = map[string]string{}
		b.conns[0].takeBad(t.Context(), b.acks, &socketmode.ErrorBadMessage{Message: frame})
		if err := b.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		var head struct {
			ID   string `json:"envelope_id"`
			Type string `json:"type"`
		}
		if json.Unmarshal(frame, &head) == nil && head.ID != "" && head.Type != "events_api" {
			if _, acked := b.acks.of(head.ID); !acked {
				t.Errorf("not acked: %s", frame)
			}
		}
		if log := b.log.String(); strings.Contains(log, "panic") || (strings.Contains(log, canary) && !strings.Contains(head.Type, canary)) {
			t.Errorf("the log says\n%s", log)
		}
	})
}
