package page_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestThePageFitsIntoASmallWindow(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	// 667 px is what a zoom of 200 % leaves of the usual window.
	for _, width := range []int64{400, 667} {
		b.do(chromedp.EmulateViewport(width, 700))
		b.has(".chart")
		b.until("nothing is wider than the window", `document.documentElement.scrollWidth <= innerWidth && document.querySelector(".log").scrollWidth <= document.querySelector(".log").clientWidth`)
		b.script(`document.querySelector("[aria-label='Show the sidebar']").focus()`)
		b.press(kb.Enter)
		b.until("the focus is in the drawer", `document.activeElement.closest(".sidebar") !== null`)
		b.press(kb.Escape)
		b.until("the focus is back on the button", `document.activeElement.getAttribute("aria-label") === "Show the sidebar"`)
		b.script(`document.querySelector(".clock-menu").click()`)
		b.has("[role=menuitem]")
		b.press(kb.Escape)
	}
}
