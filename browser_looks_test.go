package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// looks checks what the person sees in the light and in the dark theme: all text
// stands out from its background and nothing is wider than the window. With
// HEADWAY_ARTIFACTS it also writes a picture of each to that folder. The page
// stays in the dark theme, so that the story goes on there.
func (p *person) looks(name string) {
	p.t.Helper()
	for _, theme := range []string{"light", "dark"} {
		p.prefers(theme)
		p.until("nothing is wider than the window", `document.documentElement.scrollWidth <= innerWidth`)
		result, err := chromedp.Run(p.ctx, chromedp.Evaluate[struct {
			Checked int
			Found   []string
		}](contrastScript(p.t)))
		if err != nil {
			p.t.Fatal(err)
		}
		if result.Checked == 0 {
			p.t.Errorf("%s, %s: there is no text to look at", name, theme)
		}
		for _, problem := range result.Found {
			p.t.Errorf("%s, %s: %s", name, theme, problem)
		}
		p.keeps(name + "-" + theme)
	}
}

// prefers sets the theme that the person's system asks for.
func (p *person) prefers(theme string) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.until("the theme is "+theme, fmt.Sprintf("document.documentElement.dataset.theme === %q", theme))
}

// contrastScript is the page's own measure, shared with its tests.
func contrastScript(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("sandbox", "page", "testdata", "contrast.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// keeps writes a picture to the folder that HEADWAY_ARTIFACTS names, if it names
// one.
func (p *person) keeps(name string) {
	p.t.Helper()
	dir := os.Getenv("HEADWAY_ARTIFACTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		p.t.Fatal(err)
	}
	shot, err := chromedp.Call(p.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot.Data, 0o600); err != nil {
		p.t.Fatal(err)
	}
}
