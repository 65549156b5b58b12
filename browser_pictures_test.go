package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPictures takes the screenshots of the docs from the demo; it runs only
// when asked to: HEADWAY_PICTURES=docs go test -run TestPictures .
func TestPictures(t *testing.T) {
	dir := os.Getenv("HEADWAY_PICTURES")
	if dir == "" {
		t.Skip("skipped: set HEADWAY_PICTURES to a folder, such as docs, to take the screenshots")
	}
	b := startBrowser(t)
	c := startDemo(t, demoCmd{Team: true})
	p := b.opens(c.PageURL + "?user=" + mira + "&channel=" + payments)
	p.sees("7 of 8 answered")
	p.picturesMessage(filepath.Join(dir, "summary.png"), "7 of 8 answered")

	p.movesClock("1h")
	p.opensMessages()
	p.sees("Open until")
	p.picturesMessage(filepath.Join(dir, "prompt.png"), "Open until")
	p.goesTo("#tab-messages")
	p.press(kb.ArrowLeft, kb.Enter)
	p.sees("Waiting for you", "Your projects")
	p.prefers("dark")
	p.pictures(filepath.Join(dir, "home.png"))
	p.prefers("light")

	p.opensChannel(platform)
	p.sends("/headway setup")
	p.chooses("project", "plat", "Platform (OPS)")
	p.sees("Sprints are read from it.")
	p.pictures(filepath.Join(dir, "wizard.png"))
	p.presses("close")
	p.hasNoDialog()

	p.opensChannel(payments)
	p.movesClock("next_monday")
	p.do(chromedp.EmulateViewport(1334, 1130)) // the whole report
	p.actsAs(jonas)
	p.sends("/headway report")
	p.sees("Only visible to you")
	p.scrollsTo("Only visible to you")
	p.pictures(filepath.Join(dir, "report.png"))
}

// lastMessage is the newest message with the text.
func lastMessage(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("article")].findLast((m) => m.innerText.includes(%q))`, text)
}

// scrollsTo brings a message to the top.
func (p *person) scrollsTo(text string) {
	p.t.Helper()
	p.read(lastMessage(text) + `.scrollIntoView({ block: "start" }), ""`)
}

// pictures writes what the tab shows to a PNG.
func (p *person) pictures(path string) {
	p.t.Helper()
	p.writes(path, page.CaptureScreenshotParams{})
}

// picturesMessage writes one message to a PNG.
func (p *person) picturesMessage(path, text string) {
	p.t.Helper()
	message := lastMessage(text)
	p.read(message + `.scrollIntoView({ block: "center" }), ""`)
	box, err := chromedp.Run(p.ctx, chromedp.Evaluate[struct{ X, Y, Width, Height float64 }](
		`(({ x, y, height }) => ({ X: x, Y: y, Width: 800, Height: height }))(`+message+`.getBoundingClientRect())`))
	if err != nil {
		p.t.Fatal(err)
	}
	p.writes(path, page.CaptureScreenshotParams{Clip: &page.Viewport{X: box.X, Y: box.Y, Width: box.Width, Height: box.Height, Scale: 1}})
}

func (p *person) writes(path string, params page.CaptureScreenshotParams) {
	p.t.Helper()
	p.read(`document.activeElement.blur(), ""`)
	shot, err := chromedp.Call(p.ctx, page.CaptureScreenshot, params)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, shot.Data, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
