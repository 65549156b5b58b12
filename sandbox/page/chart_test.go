package page_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestAChartIsReadByArrowKeys(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".readable")
	b.script(`document.querySelectorAll(".readable")[1].focus()`)
	b.press(kb.ArrowRight, kb.ArrowRight)
	b.until("the tip says both values", `document.querySelector(".tip").innerText.replace(/\s+/g, " ") === "12 Oct Created 9 Done 11"`)
	b.press(kb.Escape)
	b.hasNo(".tip")
}
