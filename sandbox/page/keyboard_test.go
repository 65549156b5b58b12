package page_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestAWizardIsFilledByKeyboardOnly(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA")
	b.has(".composer textarea")
	b.tabTo("[data-channel-id=C02PLAT]")
	b.press(kb.Enter)
	b.has("[data-channel-id=C02PLAT][aria-current=page]")

	b.tabTo(".composer textarea")
	b.press("/headway setup", kb.Enter)
	b.has("[role=dialog]")
	if call := w.next("slash"); call["command"] != "/headway" || call["text"] != "setup" || call["channel"] != "C02PLAT" {
		t.Errorf("the slash command arrived as %v", call)
	}

	b.until("the focus is on the first field", `document.activeElement.matches("[data-block-id=site]")`)
	b.press(kb.Enter)
	b.shows("Please fill in this field.")
	w.never("submit")

	b.tabTo("input[data-block-id=site]")
	b.press("https://elsewhere.example")
	b.tabTo("input[data-block-id=email]")
	b.press("mira@acme.test")
	b.tabTo("[data-block-id=confidence] input")
	b.press(" ")
	b.tabTo("input[data-block-id=channel]")
	b.press("gen", kb.Enter)
	b.tabTo("[data-modal-action=submit]")
	b.press(kb.Enter)
	b.shows("This site is not known.")

	b.until("the focus is on the field with the error", `document.activeElement.matches("[data-block-id=site]")`)
	b.press(kb.Home)
	b.pressShift(kb.End)
	b.press("https://acme.atlassian.net", kb.Enter)
	b.hasNo("[role=dialog]")
	w.next("submit")
	values := w.next("submit")["values"].(object)
	if got := values["channel"].(object)["value"].(object)["selected_conversation"]; got != "C03GEN" {
		t.Errorf("selected_conversation = %v, want C03GEN", got)
	}
	if got := values["confidence"].(object)["value"].(object)["selected_option"].(object)["value"]; got != "3" {
		t.Errorf("selected_option = %v, want 3", got)
	}
	b.until("the focus is back in the composer", `document.activeElement.matches(".composer textarea")`)
}
