package page_test

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// screens are the kinds of screen that the page has, and how to get to each.
var screens = []struct {
	name, address string
	open          func(*browser)
}{
	{"channel", "&channel=C01PAY", func(b *browser) { b.has(".chart") }},
	{"charts", "&channel=C01PAY", func(b *browser) {
		b.has(".readable")
		b.script("document.querySelectorAll('.readable')[1].focus()")
		b.press(kb.ArrowRight, kb.ArrowRight)
		b.has(".tip")
	}},
	{"pie", "&channel=C01PAY", func(b *browser) {
		b.has(".slice")
		b.script("document.querySelector('.slice').closest('.chart').scrollIntoView({ block: 'start' })")
	}},
	{"tables", "&channel=C01PAY", func(b *browser) {
		b.has(".data-table")
		b.script("document.querySelector('.data-table').scrollIntoView({ block: 'start' })")
	}},
	{"list of choices", "&channel=C01PAY", func(b *browser) {
		openModalByCommand(b)
		b.tabTo("input[data-block-id=channel]")
		b.press(kb.ArrowDown)
		b.has("[role=option]")
	}},
	{"commands", "&channel=C01PAY", func(b *browser) {
		b.until("the message box has the focus", "document.activeElement.matches('.composer textarea')")
		b.press("/")
		b.has(".suggestions")
	}},
	{"modal", "&channel=C01PAY", func(b *browser) {
		openModalByCommand(b)
		b.press("acme", kb.Enter)
		b.shows("Please enter a link")
	}},
	{"thread", "&channel=C01PAY", func(b *browser) {
		b.has(".thread-summary")
		b.script("document.querySelector('.thread-summary').click()")
		b.has(".thread")
	}},
	{"confirmation", "&channel=C01PAY", func(b *browser) {
		b.has("[data-action-id='report.no']")
		b.script("document.querySelector(\"[data-action-id='report.no']\").click()")
		b.has(".dialog.confirm")
	}},
	{"home", app + "&tab=home", func(b *browser) { b.shows("Good morning, Mira") }},
	{"people", "&channel=C01PAY", func(b *browser) {
		b.has("[data-act-as]")
		b.script("document.querySelector('[data-act-as]').click()")
		b.has("[role=menuitemradio]")
	}},
	{"activity", "&panel=activity", func(b *browser) { b.has(".activity-item") }},
	{"shortcuts", "", func(b *browser) {
		b.has(".composer")
		b.pressCtrl("/")
		b.has(".dialog.keys")
	}},
	{"go to", "", func(b *browser) {
		b.has(".composer")
		b.pressCtrl("k")
		b.has("[role=option]")
	}},
	{"drawer", "", func(b *browser) {
		b.do(chromedp.EmulateViewport(400, 800))
		b.has(".composer")
		b.script("document.querySelector('[aria-label=\"Show the sidebar\"]').click()")
		b.has(".sidebar.open")
	}},
}

//go:embed testdata/contrast.js
var contrast string

func TestEveryScreenIsForEveryone(t *testing.T) {
	for _, screen := range screens {
		t.Run(screen.name, func(t *testing.T) {
			b := open(t, newWorkspace(t).URL+"/?user=U01MIRA"+screen.address)
			screen.open(b)
			everyControlHasARoleAndAName(b)
			for _, theme := range []string{"light", "dark"} {
				textStandsOut(b, theme)
				b.keeps("page-" + strings.ReplaceAll(screen.name, " ", "-") + "-" + theme)
			}
		})
	}
}

func textStandsOut(b *browser, theme string) {
	b.t.Helper()
	b.prefers("prefers-color-scheme", theme)
	b.until("the theme is "+theme, fmt.Sprintf("document.documentElement.dataset.theme === %q", theme))
	result, err := chromedp.Run(b.ctx, chromedp.Evaluate[struct {
		Checked int
		Found   []string
	}](contrast))
	if err != nil {
		b.t.Fatal(err)
	}
	if result.Checked < 3 {
		b.t.Errorf("%s: only %d texts were looked at", theme, result.Checked)
	}
	for _, problem := range result.Found {
		b.t.Errorf("%s: %s", theme, problem)
	}
}

// everyControlHasARoleAndAName asks the browser's own accessibility tree, which
// is what a screen reader gets.
func everyControlHasARoleAndAName(b *browser) {
	b.t.Helper()
	tree, err := chromedp.Call(b.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	controls := 0
	for _, node := range tree.Nodes {
		if node.Ignored || !focusable(node) {
			continue
		}
		controls++
		role, name := textOf(node.Role), textOf(node.Name)
		if name == "" || slices.Contains([]string{"", "generic", "none"}, role) {
			b.t.Errorf("a control has the role %q and the name %q", role, name)
		}
	}
	if controls < 2 {
		b.t.Errorf("only %d controls were found", controls)
	}
}

func focusable(node *accessibility.Node) bool {
	if textOf(node.Role) == "RootWebArea" {
		return false
	}
	return slices.ContainsFunc(node.Properties, func(p *accessibility.Property) bool {
		return p.Name == accessibility.PropertyNameFocusable && string(p.Value.Value) == "true"
	})
}

func textOf(v *accessibility.Value) string {
	if v == nil || len(v.Value) < 2 {
		return ""
	}
	return string(v.Value[1 : len(v.Value)-1]) // a JSON string
}

func TestThePageHasLandmarks(t *testing.T) {
	b := open(t, newWorkspace(t).URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".chart")
	for _, landmark := range []string{"header.topbar", "nav.rail[aria-label]", "nav.sidebar[aria-label]", "main.conversation", "[role=log][aria-label]", "[role=status][aria-live=polite]"} {
		b.has(landmark)
	}
	b.until("there is one first heading", `document.querySelectorAll("h1").length === 1`)
}

// TestTheFocusCanBeSeenWhereverItIs goes through the page by Tab.
func TestTheFocusCanBeSeenWhereverItIs(t *testing.T) {
	b := open(t, newWorkspace(t).URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".chart")
	b.script("document.activeElement.blur()")
	stops := map[string]bool{}
	for range 120 {
		b.press(kb.Tab)
		state, err := chromedp.Run(b.ctx, chromedp.Evaluate[struct {
			Where   string
			Visible bool
		}](`(() => {
			const element = document.activeElement;
			const frame = element.closest(".composer, .picker") ?? element;
			const ring = getComputedStyle(frame), own = getComputedStyle(element);
			return { Where: element.outerHTML.slice(0, 160), Visible: element === document.body || ring.boxShadow !== "none" || (own.outlineStyle !== "none" && parseFloat(own.outlineWidth) >= 2) };
		})()`))
		if err != nil {
			t.Fatal(err)
		}
		if !state.Visible && !stops[state.Where] {
			t.Errorf("nothing shows the focus on %s", state.Where)
		}
		stops[state.Where] = true
	}
	if len(stops) < 40 {
		t.Errorf("Tab reached only %d places", len(stops))
	}
}

func TestAMessageIsAnnouncedWhereverTheReaderIs(t *testing.T) {
	w := newWorkspace(t)
	b := open(t, w.URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".message")
	w.mu.Lock()
	w.publish(object{"channel": "C02PLAT", "user": "U03ADA", "text": "The *build* is green"})
	w.mu.Unlock()
	b.until("the announcer says so", `document.querySelector("[data-announcer]").textContent.includes("Ada Okafor in #platform: The build is green")`)
}

func TestNothingMovesForThoseWhoWantItStill(t *testing.T) {
	b := open(t, newWorkspace(t).URL+"/?user=U01MIRA&channel=C01PAY")
	b.has(".composer")
	b.prefers("prefers-reduced-motion", "reduce")
	b.script(`document.querySelector(".send").setAttribute("aria-busy", "true")`)
	b.until("the spinner turns slowly", `parseFloat(getComputedStyle(document.querySelector(".send"), "::after").animationDuration) >= 3`)
}
