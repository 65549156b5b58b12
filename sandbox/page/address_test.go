package page_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestAWorkspaceIsLeftAndFoundAgainAsItWas(t *testing.T) {
	w := newWorkspace(t)
	w.elsewhere = []any{object{"id": "T0NORTH01", "name": "Northwind", "domain": "northwind", "installed": false}}
	b := open(t, w.URL+"/?user=U03ADA&channel=C02PLAT")
	b.has("[data-team-id=T0NORTH01]")
	b.script(`document.querySelector("[data-team-id=T0NORTH01]").focus()`)
	b.press(kb.Enter)
	b.until("the other one is open", `document.querySelector(".team b")?.innerText === "Northwind"`)
	b.has("[data-team-id=T0NORTH01][aria-current=true]")
	b.shows("Headway is not installed in this workspace.")
	b.until("the address names it", `new URLSearchParams(location.search).get("team") === "T0NORTH01"`)
	b.has("[data-act-as=U01MIRA]")
	b.until("the message box is there", `document.querySelector(".composer textarea") !== null`)
	b.tabTo(".composer textarea")
	b.press("Hello", kb.Enter)
	if got := w.next("say")["team"]; got != "T0NORTH01" {
		t.Errorf("said in the team %v", got)
	}

	b.pressCtrl("k")
	b.has("[data-jump]")
	b.press("acme", kb.Enter)
	b.until("the first one is open", `document.querySelector(".team b")?.innerText === "Acme"`)
	b.has("[data-act-as=U03ADA]")
	b.has("[data-channel-id=C02PLAT][aria-current=page]")
}

func TestAnAddressThatNamesNobodyLeadsSomewhere(t *testing.T) {
	line := startSandbox(t)
	b := open(t, line.PageURL+"?user=U99NOBODY")
	b.complaintsExpected()
	b.shows("No person has the id")
	b.has(".splash a[href='/']")
}
