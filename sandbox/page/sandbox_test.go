package page_test

import (
	"encoding/json"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"headway/sandbox"
)

// These tests run the page against the sandbox itself, so that the two agree
// about the control surface.

func startSandbox(t *testing.T) sandbox.Line {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(t.Context()); err != nil {
			t.Log(err)
		}
	})
	return s.Line()
}

func TestTheSandboxesMessagesArriveLive(t *testing.T) {
	line := startSandbox(t)
	b := open(t, line.PageURL)
	b.has("[data-act-as=U01MIRA]")
	b.shows("Local sandbox · no data leaves this machine")
	app := &bot{t: t, line: line}
	app.call("chat.postMessage", line.BotToken, object{"channel": "C01PAY", "text": "*Payments* · week 47"})
	b.shows("Payments · week 47")
	app.call("chat.postEphemeral", line.BotToken, object{"channel": "C01PAY", "user": "U01MIRA", "text": "Just between us"})
	b.shows("Just between us")
	b.shows("Only visible to you")
}

func TestPeopleTalkInTheSandbox(t *testing.T) {
	line := startSandbox(t)
	b := open(t, line.PageURL+"?user=U03ADA&channel=C03GEN")
	b.has(".composer textarea")
	b.tabTo(".composer textarea")
	b.press("Hello @Mira Kowalski", kb.Enter)
	b.until("the mention is shown by name", "document.querySelector('.message .mention')?.innerText === '@Mira Kowalski'")
}

func TestWithoutABotACommandTellsThatItFailed(t *testing.T) {
	line := startSandbox(t)
	b := open(t, line.PageURL+"?user=U01MIRA&channel=C01PAY")
	b.has(".composer textarea")
	b.tabTo(".composer textarea")
	b.press("/headway help", kb.Enter)
	b.until("a toast tells it", "document.querySelector('.toasts').innerText.includes('dispatch_failed')")
}

func TestTheSandboxClockIsMovedFromThePage(t *testing.T) {
	line := startSandbox(t)
	b := open(t, line.PageURL+"?user=U01MIRA")
	b.has("[data-clock=next_monday]")
	b.tabTo("[data-clock=next_monday]")
	b.press(kb.Enter)
	b.until("it is Monday 09:00", "/^Mon .*09:00/.test(document.querySelector('[role=timer] time').innerText)")
}

// modalOf answers a slash command with the fixture's modal and refuses the
// first submission.
func modalOf(modal object) func(*bot, object) object {
	refused := false
	view := object{}
	for _, key := range []string{"type", "callback_id", "title", "submit", "close", "blocks"} {
		view[key] = modal[key]
	}
	return func(b *bot, payload object) object {
		switch {
		case payload["command"] != nil:
			b.call("views.open", b.line.BotToken, object{"trigger_id": payload["trigger_id"], "view": view})
		case payload["type"] == "block_suggestion":
			text := object{"type": "plain_text", "text": "PAY-812 Checkout revamp"}
			return object{"options": []object{{"text": text, "value": "10812"}}}
		case payload["type"] == "view_submission" && !refused:
			refused = true
			return object{"response_action": "errors", "errors": object{"site": "Headway can't reach this site."}}
		}
		return nil
	}
}

func TestTheSandboxTakesEveryInputThatThePageSends(t *testing.T) {
	line := startSandbox(t)
	app := connectBot(t, line, modalOf(newWorkspace(t).Modal))
	b := open(t, line.PageURL+"?user=U01MIRA&channel=C01PAY")
	openModalByCommand(b)
	b.tabTo("input[data-block-id=site]")
	b.press("https://acme.atlassian.net")
	b.tabTo("input[data-block-id=email]")
	b.press("mira@acme.test")
	b.tabTo("[data-block-id=confidence] input")
	b.press(" ")
	b.tabTo("input[data-block-id=channel]")
	b.press("plat", kb.Enter)
	b.tabTo("input[data-block-id=epic]")
	b.press("che")
	b.shows("PAY-812 Checkout revamp")
	b.press(kb.Enter)
	b.tabTo("input[data-block-id=limit]")
	b.press("7", kb.Enter)
	b.shows("Headway can't reach this site.")
	b.until("the focus is on the field with the error", `document.activeElement.matches("[data-block-id=site]")`)
	b.press(kb.Enter)
	b.hasNo("[role=dialog]")

	values := lastSubmission(t, app)
	for block, want := range map[string]any{"who": []any{"U03ADA"}, "at": "09:30", "from": "2026-11-24", "until": 1795510000.0, "limit": "7", "channel": "C02PLAT", "reason": nil} {
		if got := onlyValue(values[block].(object)); !equalJSON(got, want) {
			t.Errorf("%s arrived as %v, want %v", block, got, want)
		}
	}
}

func lastSubmission(t *testing.T, app *bot) object {
	t.Helper()
	var last object
	for len(app.payloads) > 0 {
		if payload := <-app.payloads; payload["type"] == "view_submission" {
			last = payload
		}
	}
	if last == nil {
		t.Fatal("the app received no view_submission")
	}
	return last["view"].(object)["state"].(object)["values"].(object)
}

// onlyValue is what the one element of a block holds, whatever its key.
func onlyValue(block object) any {
	for _, state := range block {
		for key, value := range state.(object) {
			if key != "type" {
				return value
			}
		}
	}
	return nil
}

func equalJSON(a, b any) bool {
	left, _ := json.Marshal(a)
	right, _ := json.Marshal(b)
	return string(left) == string(right)
}
