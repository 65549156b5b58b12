package page_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// app is the acting person's direct message with the app.
const app = "&channel=D01MIRA"

func TestTextFromOutsideNeverBecomesMarkup(t *testing.T) {
	w := newWorkspace(t)
	hostile := `<img src=x onerror="document.title='owned'"> <javascript:alert(1)|click> *<script>document.title='owned'</script>*`
	block := object{"type": "section", "block_id": "x", "text": object{"type": "mrkdwn", "text": hostile}}
	markdown := object{"type": "markdown", "block_id": "y", "text": "[go](javascript:alert(1)) <b onclick=alert(1)>bold</b>"}
	w.Messages["C03GEN"] = []object{{"channel": "C03GEN", "ts": "1795420800.000001", "user": "U0HEADWAY", "bot_id": "B0HEADWAY1", "text": "x", "blocks": []object{block, markdown}}}
	b := open(t, w.URL+"/?user=U01MIRA&channel=C03GEN")
	b.has(".message")
	b.shows("<b onclick=alert(1)>bold</b>")
	b.hasNo(".message-body script, .message-body a, .message-body img, .message-body b[onclick]")
	b.until("the title stays the page's own", "document.title.endsWith('#general · Acme · Headway sandbox')")
}

func TestAClickIsSentAndItsAnswerArrivesByItself(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA"+app)
	b.has("[data-action-id='checkin.ok']")
	b.tabTo("[data-action-id='checkin.ok']")
	b.press(kb.Enter)
	b.shows("Thanks, on track.")
	call := w.next("click")
	action := call["action"].(object)
	if call["channel"] != "D01MIRA" || call["user"] != "U01MIRA" || action["action_id"] != "checkin.ok" || action["block_id"] != "p1" || action["value"] != "1" {
		t.Errorf("the click arrived as %v", call)
	}
}

func TestAConfirmationComesBeforeTheAction(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has("[data-action-id='report.no']")
	b.script("document.querySelector(\"[data-action-id='report.no']\").focus()")
	b.press(kb.Enter)
	b.shows("Leave this out?")
	b.press(kb.Escape)
	b.hasNo("[role=dialog]")
	w.never("click")
	b.until("the focus is back on the button", "document.activeElement.dataset.actionId === 'report.no'")
	b.press(kb.Enter)
	b.shows("Leave this out?")
	b.tabTo(".dialog-foot .danger")
	b.press(kb.Enter)
	b.shows("Thanks, on track.")
}

func TestSelectsInAMessageReportTheirChoice(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has("[data-action-id='report.week']")
	b.script("document.querySelector(\"[data-action-id='report.week']\").focus()")
	b.press(kb.ArrowDown, kb.ArrowDown, kb.Enter)
	b.shows("Thanks, on track.")
	action := w.next("click")["action"].(object)
	if got := action["selected_option"].(object)["value"]; got != "45" || action["type"] != "static_select" {
		t.Errorf("the choice arrived as %v", action)
	}
}

func TestCommandsAreOfferedAndCompleted(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".message")
	b.tabTo(".composer textarea")
	b.press("/")
	b.shows("Set up projects, run check-ins and reports")
	b.press("headway r", kb.Tab)
	b.until("the command is completed", "document.querySelector('.composer textarea').value === '/headway report '")
	b.press("PAY @ad", kb.Enter)
	b.until("the name is completed", "document.querySelector('.composer textarea').value.endsWith('@Ada Okafor ')")
	b.press(kb.Enter)
	b.has("[role=dialog]")
	if got := w.next("slash")["text"]; got != "report PAY <@U03ADA|ada>" {
		t.Errorf("text = %q", got)
	}
	b.until("the box is empty again", "document.querySelector('.composer textarea').value === ''")
}

func TestOrdinaryTextIsSaid(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U03ADA&channel=C03GEN")
	b.has(".composer textarea")
	b.tabTo(".composer textarea")
	b.press("Lunch at #general?", kb.Enter)
	b.shows("Lunch at")
	call := w.next("say")
	if call["text"] != "Lunch at <#C03GEN>?" || call["user"] != "U03ADA" || call["channel"] != "C03GEN" {
		t.Errorf("say arrived as %v", call)
	}
}

func TestOptionsOfTheAppAreLoadedWhileTyping(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	openModalByCommand(b)
	b.tabTo("input[data-action-id=epic]")
	b.press("che")
	b.shows("PAY-812 che")
	b.press(kb.Enter)
	b.until("the choice is shown", "document.querySelector('input[data-action-id=epic]').value.startsWith('PAY-812')")
	call := w.next("suggest")
	for call["value"] != "che" {
		call = w.next("suggest")
	}
	if call["action_id"] != "epic" || call["view_id"] != "V1" {
		t.Errorf("suggest arrived as %v", call)
	}
}

func TestTheFocusStaysInAModalUntilEscapeClosesIt(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	openModalByCommand(b)
	for range 40 {
		b.press(kb.Tab)
		b.until("the focus is inside", "document.activeElement.closest('[role=dialog]') !== null")
	}
	b.pressShift(kb.Tab)
	b.until("the focus is inside", "document.activeElement.closest('[role=dialog]') !== null")
	b.press(kb.Escape)
	b.hasNo("[role=dialog]")
	if call := w.next("close"); call["view_id"] != "V1" {
		t.Errorf("close arrived as %v", call)
	}
}

func openModalByCommand(b *browser) {
	b.t.Helper()
	b.has(".composer textarea")
	b.tabTo(".composer textarea")
	b.press("/headway setup", kb.Enter)
	b.has("[role=dialog]")
}

func TestActingAsSomeoneElseShowsWhatTheySee(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.shows("Only visible to you")
	b.tabTo("[data-act-as=U01MIRA]")
	b.press(kb.Enter)
	b.has("[role=menuitemradio]")
	b.press("P", kb.Enter)
	b.has("[data-act-as=U05PRIYA]")
	b.has(".message")
	b.until("nobody else's private message is shown", "!document.body.innerText.includes('Only visible to you')")
	b.until("the address names her", "new URLSearchParams(location.search).get('user') === 'U05PRIYA'")
	b.until("times are in her zone", "document.querySelector('[role=timer]').innerText.includes('13:55')")
}

func TestTheClockMovesForTheWholePage(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has("[data-clock]")
	b.tabTo("[data-clock='1h']")
	b.press(kb.Enter)
	b.until("the clock shows the new time", "document.querySelector('[role=timer]').innerText.includes('10:25')")
	if got := w.next("clock")["advance"]; got != "1h" {
		t.Errorf("advance = %v, want 1h", got)
	}
}

func TestATableIsSortedAndPaged(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".data-table")
	first := func(want string) {
		t.Helper()
		b.until("the first row is "+want, fmt.Sprintf("document.querySelector('.data-table tbody tr').innerText.includes(%q)", want))
	}
	first("PAY-860")
	b.script("document.querySelectorAll('.sort')[2].focus()")
	b.press(kb.Enter, kb.Enter)
	first("PAY-864")
	b.has("[aria-sort=descending]")
	b.tabTo(".pager button:not([disabled])")
	b.press(kb.Enter)
	b.shows("5–8 of 11")
}

func TestNothingStandsBelowTheNewestMessage(t *testing.T) {
	w := newWorkspace(t)
	for _, m := range w.Messages["C01PAY"] {
		if m["text"] == "Charts" {
			w.Messages["C01PAY"] = []object{m}
		}
	}
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".chart")
	b.until("the list ends with the message", `(() => {
		const log = document.querySelector(".log");
		const end = document.querySelector(".message").getBoundingClientRect().bottom - log.getBoundingClientRect().top + log.scrollTop;
		return log.scrollHeight - end < 20;
	})()`)
}

func TestAThreadIsReadAndAnswered(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".thread-summary")
	b.script("document.querySelector('.thread-summary').focus()")
	b.press(kb.Enter)
	b.has(".thread")
	b.until("the reply box has the focus", "document.activeElement.matches('.thread textarea')")
	b.press("Agreed.", kb.Enter)
	b.until("the reply stands in the thread", "document.querySelector('.thread').innerText.includes('Agreed.')")
	if got := w.next("say")["thread_ts"]; got == nil {
		t.Error("the reply came without thread_ts")
	}
	b.press(kb.Escape)
	b.hasNo(".thread")
}

func TestTheHomeTabOpensAndActs(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA"+app)
	b.has("#tab-messages")
	b.script("document.querySelector('#tab-messages').focus()")
	b.press(kb.ArrowLeft)
	b.shows("Good morning, Mira")
	if call := w.next("home"); call["user"] != "U01MIRA" {
		t.Errorf("home arrived as %v", call)
	}
	b.tabTo("[data-action-id='home.answer']")
	b.press(kb.Enter)
	if call := w.next("click"); call["view_id"] != "VH1" {
		t.Errorf("the click arrived as %v", call)
	}
}

func TestAShortcutIsRunFromTheComposer(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has("[aria-label=Shortcuts]")
	b.script("document.querySelector('[aria-label=Shortcuts]').focus()")
	b.press(kb.Enter)
	b.shows("Answer check-in")
	b.press(kb.Enter)
	b.has("[role=dialog]")
	if got := w.next("shortcut")["callback_id"]; got != "checkin_answer" {
		t.Errorf("callback_id = %v", got)
	}
}

func TestANoticeIsShownAndSaysWhatHappened(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".message")
	w.tell("The command failed with the error “operation_timeout”.")
	b.until("a toast tells it", "document.querySelector('.toasts').innerText.includes('operation_timeout')")
}
