package page_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"

	"headway/sandbox/page"
)

// openGallery shows the golden files of the repository.
func openGallery(t *testing.T, query string) (*browser, []string) {
	t.Helper()
	handler, err := page.Gallery(os.DirFS("../../blocks/testdata"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../blocks/testdata/*.json")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	b := open(t, server.URL+query)
	b.has(".gallery-entry")
	return b, files
}

func TestTheGalleryShowsEveryViewWholeInBothThemes(t *testing.T) {
	b, files := openGallery(t, "/")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		b.until(name+" is shown", fmt.Sprintf("(document.getElementById(%q)?.querySelector('.block, .mrkdwn')?.innerText ?? '') !== ''", name))
	}
	b.until("the names are no links elsewhere", "[...document.querySelectorAll('.gallery-entry h3 a')].every((a) => a.getAttribute('href') === '#' + a.innerText)")
	for _, theme := range []string{"light", "dark"} {
		b.until("the theme is "+theme, fmt.Sprintf("document.documentElement.dataset.theme === %q", theme))
		for _, width := range []int{1334, 420} {
			b.do(chromedp.EmulateViewport(int64(width), 896))
			b.until("the page has its width", fmt.Sprintf("innerWidth === %d", width))
			for _, fault := range b.faults() {
				t.Errorf("%s, %d wide: %s", theme, width, fault)
			}
		}
		b.script("document.querySelector('[data-theme-button]').click()")
	}
}

// faults are the views that hold a block the page can't draw, stick out of
// their frame, or have words cut off. What scrolls by itself may be wider.
func (b *browser) faults() []string {
	b.t.Helper()
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".gallery-entry")].flatMap((entry) => {
		const out = [];
		if (entry.querySelector(".unknown")) out.push(entry.id + " has a block that can't be shown");
		const edge = entry.getBoundingClientRect().right;
		for (const element of entry.querySelectorAll(".gallery-frame *")) {
			if (element.closest(".visually-hidden, svg, input") || element.tagName === "INPUT") continue;
			const box = element.getBoundingClientRect();
			const scrolls = element.closest(".table-frame");
			if (!scrolls && box.right > edge + 1) out.push(entry.id + ": " + element.className + " sticks out by " + Math.round(box.right - edge));
			const wide = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
			if (wide && !element.matches(".table-frame") && !element.parentElement.closest(".table-frame")) out.push(entry.id + ": the words of " + (element.className || element.tagName) + " are cut: " + element.innerText.slice(0, 60));
		}
		return out.slice(0, 3);
	}).concat(document.documentElement.scrollWidth > innerWidth ? ["the page is wider than its window"] : [])`))
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

func TestTheGalleryIsSearchedAndLinkedByItsAddress(t *testing.T) {
	b, files := openGallery(t, "/?q=thanks&only=message#thanks_late")
	b.until("only what was looked for is shown", "document.querySelectorAll('.gallery-entry').length > 1 && [...document.querySelectorAll('.gallery-entry')].every((e) => /thanks/i.test(e.textContent))")
	b.until("the view of the address is on screen", "((r) => r.top >= 0 && r.top < innerHeight)(document.getElementById('thanks_late').getBoundingClientRect())")
	b.script("((i) => { i.value = 'no such words'; i.dispatchEvent(new Event('input', {bubbles: true})) })(document.querySelector('[type=search]'))")
	b.shows("No view has these words.")
	b.until("the address holds what is looked for", "new URLSearchParams(location.search).get('q') === 'no such words'")
	b.script("((i) => { i.value = ''; i.dispatchEvent(new Event('input', {bubbles: true})) })(document.querySelector('[type=search]'))")
	b.script("document.querySelector('.gallery-only [aria-pressed=true]').click()")
	b.until("all are back", fmt.Sprintf("document.querySelectorAll('.gallery-entry').length >= %d", len(files)))
	b.script("document.querySelector('[data-action-id^=\"checkin.on_track\"]').click()")
	b.shows("Would send checkin.on_track:0190f5a2 with on_track.")
}

func TestTheGalleryRefusesAFileThatIsNoJSON(t *testing.T) {
	if _, err := page.Gallery(fstest.MapFS{"broken.json": {Data: []byte("{")}}); err == nil {
		t.Error("a broken golden file is served")
	}
}

// TestGalleryPictures writes pictures of all views in both themes to the folder
// that HEADWAY_ARTIFACTS names, for eyes; it is skipped otherwise.
func TestGalleryPictures(t *testing.T) {
	if os.Getenv("HEADWAY_ARTIFACTS") == "" {
		t.Skip("skipped: set HEADWAY_ARTIFACTS to a folder to take pictures of every view")
	}
	for _, theme := range []string{"light", "dark"} {
		for _, only := range []string{"message", "modal", "home"} {
			b, _ := openGallery(t, "/?only="+only)
			b.prefers("prefers-color-scheme", theme)
			b.until("the theme is "+theme, fmt.Sprintf("document.documentElement.dataset.theme === %q", theme))
			height, err := chromedp.Run(b.ctx, chromedp.Evaluate[int]("document.documentElement.scrollHeight"))
			if err != nil {
				t.Fatal(err)
			}
			b.do(chromedp.EmulateViewport(1334, 1300))
			for i, at := 0, 0; at < height; i, at = i+1, at+1200 {
				b.script(fmt.Sprintf("scrollTo(0, %d)", at))
				b.keeps(fmt.Sprintf("gallery-%s-%s-%02d", only, theme, i))
			}
		}
	}
}
