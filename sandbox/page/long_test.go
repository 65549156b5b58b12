package page_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// fill puts so many messages into #general.
func (w *workspace) fill(count int) {
	for i := range count {
		w.Messages["C03GEN"] = append(w.Messages["C03GEN"], object{
			"channel": "C03GEN", "ts": fmt.Sprintf("%d.000001", 1790000000+i*60), "user": "U03ADA", "text": fmt.Sprintf("Message *%d* of many", i),
		})
	}
}

const drawn = `document.querySelectorAll(".message").length`

func TestAChannelOfFiveThousandMessagesStaysQuick(t *testing.T) {
	w := newWorkspace(t)
	w.fill(5000)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C03GEN")
	b.shows("Message 4999 of many")
	b.until("only a window of it is drawn", drawn+" <= 100")

	// Reading upwards brings earlier ones, and what is read stays where it is.
	b.script(`window.kept = [...document.querySelectorAll(".message")][6]; window.kept.scrollIntoView();`)
	b.until("earlier ones are drawn", drawn+" > 100")
	b.until("the message that was read is still in view", `(() => {
		const y = window.kept.getBoundingClientRect().top - document.querySelector(".log").getBoundingClientRect().top;
		return y > -40 && y < 200;
	})()`)

	started := time.Now()
	w.mu.Lock()
	w.publish(object{"channel": "C03GEN", "user": "U02JONAS", "text": "One more"})
	w.mu.Unlock()
	b.has(".to-newest.fresh")
	b.shows("1 new message")
	t.Logf("a message among 5,000 was told of after %s", time.Since(started).Round(time.Millisecond))
	b.script(`document.querySelector(".to-newest").click()`)
	b.until("the newest is in view", `(() => {
		const log = document.querySelector(".log");
		return log.scrollHeight - log.scrollTop - log.clientHeight < 5 && log.innerText.includes("One more");
	})()`)
	b.hasNo(".to-newest")
}

func TestALinkLeadsToAMessageFarUp(t *testing.T) {
	w := newWorkspace(t)
	w.fill(2000)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C03GEN&message=p1790006000000001")
	b.until("message 100 is marked and in view", `(() => {
		const message = document.querySelector(".message.wanted");
		if (!message?.innerText.includes("Message 100 of many")) return false;
		const box = message.getBoundingClientRect();
		return box.top > 0 && box.bottom < innerHeight;
	})()`)
}

func TestNewMessagesAreMarkedAndADismissedOneStaysAway(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.shows("Only visible to you")
	b.script(`[...document.querySelectorAll("button")].find((b) => b.innerText === "Dismiss message").click()`)
	b.until("it is gone", `!document.body.innerText.includes("Only visible to you")`)
	b.until("the focus stays in the list", `document.activeElement.matches(".log")`)

	b.script(`document.querySelector("[data-channel-id=C02PLAT]").click()`)
	b.has("[data-channel-id=C02PLAT][aria-current=page]")
	w.mu.Lock()
	w.publish(object{"channel": "C01PAY", "user": "U03ADA", "text": "While you were away"})
	w.mu.Unlock()
	b.has("[data-channel-id=C01PAY].unread")
	b.until("the title counts it", `/^\([1-9]\d*\) /.test(document.title)`)
	b.script(`document.querySelector("[data-channel-id=C01PAY]").click()`)
	b.until("it stands below the line", `document.querySelector(".new-line + .message")?.innerText.includes("While you were away") === true`)
	w.mu.Lock()
	w.publish(object{"channel": "C01PAY", "user": "U03ADA", "text": "While you were here"})
	w.mu.Unlock()
	b.shows("While you were here")
	b.until("what came meanwhile is not marked", `document.querySelectorAll(".new-line").length === 1 && !document.querySelector(".new-line + .message").innerText.includes("While you were here")`)
	b.until("the dismissed one is still gone", `!document.body.innerText.includes("Only visible to you")`)
}

func TestWhatOneAskedForComesIntoView(t *testing.T) {
	w := newWorkspace(t)
	w.fill(200)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C03GEN")
	b.shows("Message 199 of many")
	b.script(`document.querySelector(".log").scrollTop = 600`)
	b.has(".to-newest")
	b.tabTo(".composer textarea")
	b.press("Here I am", kb.Enter)
	b.until("it is in view", `[...document.querySelectorAll(".message")].at(-1).innerText.includes("Here I am") && document.querySelector(".to-newest") === null`)
}
