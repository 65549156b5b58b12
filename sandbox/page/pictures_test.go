package page_test

import (
	"os"
	"testing"

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
	b.tabTo(".composer textarea")
	b.press("/")
	b.has(".suggestions")
	b.picture(dir, theme+"-commands")
	b.press("headway setup", kb.Enter)
	b.has("[role=dialog]")
	b.press("http:/x", kb.Enter)
	b.shows("Please")
	b.picture(dir, theme+"-modal")
}
