package page_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"headway/sandbox"
)

// bot is a minimal app on the sandbox's Socket Mode: it hands every payload to
// react and acknowledges with what react returns.
type bot struct {
	t        *testing.T
	line     sandbox.Line
	payloads chan object
	react    func(payload object) object
}

func connectBot(t *testing.T, line sandbox.Line, react func(b *bot, payload object) object) *bot {
	t.Helper()
	b := &bot{t: t, line: line, payloads: make(chan object, 32)}
	b.react = func(payload object) object { return react(b, payload) }
	opened := b.call("apps.connections.open", line.AppToken, object{})
	socket, _, err := websocket.Dial(t.Context(), opened["url"].(string), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.CloseNow() })
	var hello object
	if err := wsjson.Read(t.Context(), socket, &hello); err != nil || hello["type"] != "hello" {
		t.Fatalf("no hello: %v %v", hello, err)
	}
	go b.listen(t.Context(), socket)
	return b
}

func (b *bot) listen(ctx context.Context, socket *websocket.Conn) {
	for {
		var envelope object
		if err := wsjson.Read(ctx, socket, &envelope); err != nil {
			return
		}
		payload, ok := envelope["payload"].(object)
		if !ok {
			continue
		}
		ack := object{"envelope_id": envelope["envelope_id"]}
		if answer := b.react(payload); answer != nil {
			ack["payload"] = answer
		}
		b.payloads <- payload
		if err := wsjson.Write(ctx, socket, ack); err != nil {
			return
		}
	}
}

// call posts JSON to a Web API method and returns its answer, which must be ok.
func (b *bot) call(method, token string, body object) object {
	raw, err := json.Marshal(body)
	if err != nil {
		b.t.Error(err)
		return nil
	}
	request, err := http.NewRequest(http.MethodPost, b.line.SlackAPIURL+method, strings.NewReader(string(raw)))
	if err != nil {
		b.t.Error(err)
		return nil
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.t.Error(err)
		return nil
	}
	defer response.Body.Close()
	var answer object
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer["ok"] != true {
		b.t.Errorf("%s: %v %v", method, err, answer)
	}
	return answer
}
