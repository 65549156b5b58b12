package page_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
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

// postAsApp calls chat.postMessage or a method like it as the bot.
func postAsApp(t *testing.T, line sandbox.Line, method string, form url.Values) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, line.SlackAPIURL+method, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Bearer "+line.BotToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
		Meta  any    `json:"response_metadata"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || !answer.OK {
		t.Fatalf("%s: %v %+v", method, err, answer)
	}
}

func TestTheSandboxesMessagesArriveLive(t *testing.T) {
	line := startSandbox(t)
	b := open(t, line.PageURL)
	b.has("[data-act-as=U01MIRA]")
	b.shows("Local sandbox · no data leaves this machine")
	blocks := `[{"type":"header","text":{"type":"plain_text","text":"Payments · week 47"}},
	  {"type":"actions","elements":[{"type":"button","action_id":"report.details","text":{"type":"plain_text","text":"Show details"}}]}]`
	postAsApp(t, line, "chat.postMessage", url.Values{"channel": {"C01PAY"}, "text": {"Payments"}, "blocks": {blocks}})
	b.shows("Payments · week 47")
	postAsApp(t, line, "chat.postEphemeral", url.Values{"channel": {"C01PAY"}, "user": {"U01MIRA"}, "text": {"Just between us"}})
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
