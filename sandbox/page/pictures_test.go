package page_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPictures writes screenshots of every kind of screen to the directory that
// HEADWAY_PICTURES names, for eyes; it is skipped otherwise.
func TestPictures(t *testing.T) {
	dir := os.Getenv("HEADWAY_PICTURES")
	if dir == "" {
		t.Skip("set HEADWAY_PICTURES to a directory to take screenshots")
	}
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) { pictures(t, dir, theme) })
	}
}

func pictures(t *testing.T, dir, theme string) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	if theme == "dark" {
		b.dark()
	}
	b.has(".message")
	for i, at := range []string{"0", "560", "1200", "1900", "2600", "3300", "99999"} {
		b.script("document.querySelector('.log').scrollTop = " + at)
		b.picture(dir, theme+"-channel-"+string(rune('a'+i)))
	}
	shot := func(name string) { b.picture(dir, theme+"-"+name) }
	b.tabTo(".composer textarea")
	b.press("/")
	b.has(".suggestions")
	shot("commands")
	b.press("headway setup", kb.Enter)
	b.has("[role=dialog]")
	b.press("acme", kb.Enter)
	b.shows("Please")
	shot("modal")
	b.tabTo("input[data-block-id=channel]")
	b.press(kb.ArrowDown)
	b.has("[role=listbox]")
	shot("modal-picker")
	b.press(kb.Escape)
	b.tabTo("[data-modal-action=submit]")
	shot("modal-end")
	b.press(kb.Escape)
	b.hasNo("[role=dialog]")

	b.script("document.querySelector('.thread-summary').click()")
	b.has(".thread")
	shot("thread")
	b.script("document.querySelector(\"[data-action-id='report.no']\").click()")
	b.has(".dialog.confirm")
	shot("confirm")
	b.press(kb.Escape)
	b.script("document.querySelector('[data-act-as]').click()")
	b.has("[role=menuitemradio]")
	shot("people")
	b.script("document.querySelectorAll('.rail-item')[1].click()")
	b.has(".activity-item")
	shot("activity")

	b.do(chromedp.Navigate(w.URL + "/?user=U01MIRA" + app))
	b.has(".message")
	shot("app")
	b.script("document.querySelector('#tab-home').click()")
	b.shows("Good morning")
	shot("app-home")
	b.do(chromedp.EmulateViewport(420, 800), chromedp.Navigate(w.URL+"/?user=U01MIRA&channel=C01PAY"))
	b.has(".message")
	shot("narrow")
	b.script("document.querySelector('[aria-label=\"Show the sidebar\"]').click()")
	b.has(".sidebar.open")
	shot("narrow-sidebar")
}
