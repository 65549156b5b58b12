package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	cdpinput "github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is a headless Chromium of one test.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// startBrowser skips the test where there is no Chromium; CI has one.
func startBrowser(t *testing.T) browser {
	t.Helper()
	dir, err := os.MkdirTemp("", "chromium-") // not TempDir: Chromium still writes while it ends
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	allocator, stop := chromedp.NewExecAllocator(t.Context(),
		chromedp.ExecPath(chromium(t)), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(dir), chromedp.WindowSize(1334, 896),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-GB"))
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	return browser{t, ctx}
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no Chromium found: CI installs it (apt-get install chromium)")
	}
	t.Skip("skipped: no Chromium found (apt-get install chromium)")
	return ""
}

// person is someone at the page with a keyboard and no mouse, who looks at what
// is visible and waits for what should appear.
type person struct {
	t   *testing.T
	ctx context.Context
}

// opens shows an address in a tab of its own; what the page complains of in its
// console fails the test.
func (b browser) opens(address string) *person {
	b.t.Helper()
	var complaints consoleErrors
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithListener(complaints.hear))
	b.t.Cleanup(cancel)
	p := &person{b.t, ctx}
	p.do(chromedp.EmulateViewport(1334, 896), chromedp.Navigate(address))
	b.t.Cleanup(func() {
		for _, c := range complaints.all() {
			b.t.Errorf("the page complained: %s", c)
		}
	})
	p.until("the page is there", `document.querySelector(".composer textarea, #tab-home") !== null`)
	return p
}

// consoleErrors are what a page complained of: exceptions, failed requests,
// broken rules of its Content-Security-Policy.
type consoleErrors struct {
	mu    sync.Mutex
	lines []string
}

func (c *consoleErrors) hear(event any) {
	line := ""
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		line = event.ExceptionDetails.Text
		if e := event.ExceptionDetails.Exception; e != nil {
			line = e.Description
		}
	case *cdplog.EventEntryAdded:
		if event.Entry.Level == cdplog.EntryLevelError {
			line = event.Entry.Text + " " + event.Entry.URL
		}
	case *runtime.EventConsoleAPICalled:
		if event.Type == runtime.ConsoleAPICalledTypeError {
			line = fmt.Sprint(event.Args)
		}
	}
	if line == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, line)
}

func (c *consoleErrors) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lines
}

func (p *person) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// press types text; the keys of package kb stand for Enter, Tab and the like.
func (p *person) press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.do(chromedp.KeyEvent(key))
	}
}

// pastes enters text at once, as from the clipboard.
func (p *person) pastes(text string) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, cdpinput.InsertText, cdpinput.InsertTextParams{Text: text}); err != nil {
		p.t.Fatal(err)
	}
}

// until waits a minute for a JavaScript expression to become true.
func (p *person) until(what, expression string) {
	p.t.Helper()
	p.untilWithin(time.Minute, what, expression)
}

func (p *person) untilWithin(limit time.Duration, what, expression string) {
	p.t.Helper()
	_, err := chromedp.Run(p.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(limit)))
	switch {
	case errors.Is(err, chromedp.ErrPollingTimeout):
		p.t.Fatalf("never happened: %s; the focus is on %s; the page shows\n%s", what, p.read("document.activeElement.outerHTML.slice(0, 300)"), p.read(visibleText))
	case err != nil:
		p.t.Fatalf("%s: %v", what, err)
	}
}

// visibleText is what there is to read: the open dialog alone, or the page.
const visibleText = `((dialogs) => (dialogs.at(-1) ?? document.body).innerText)([...document.querySelectorAll("[role=dialog]")].filter((d) => d.offsetParent !== null))`

func (p *person) read(expression string) string {
	p.t.Helper()
	s, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

// sees waits until all of the texts can be read.
func (p *person) sees(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.until(fmt.Sprintf("%q can be read", text), fmt.Sprintf("%s.includes(%q)", visibleText, text))
	}
}

// seesNot checks that none of the texts can be read.
func (p *person) seesNot(texts ...string) {
	p.t.Helper()
	shown := p.read(visibleText)
	for _, text := range texts {
		if strings.Contains(shown, text) {
			p.t.Errorf("%q can be read in\n%s", text, shown)
		}
	}
}

// goesTo presses Tab until the focus is on an element that matches the
// selector.
func (p *person) goesTo(selector string) {
	p.t.Helper()
	p.goesToThat(selector, fmt.Sprintf("document.activeElement.matches(%q)", selector))
}

// goesToIn is goesTo among those elements that stand in a message with the
// text.
func (p *person) goesToIn(message, selector string) {
	p.t.Helper()
	p.goesToThat(selector+" in "+message, fmt.Sprintf("((e) => e.matches(%q) && !!e.closest('article')?.innerText.includes(%q))(document.activeElement)", selector, message))
}

func (p *person) goesToThat(what, expression string) {
	p.t.Helper()
	for range 300 {
		there, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](expression))
		if err != nil {
			p.t.Fatal(err)
		}
		if there {
			return
		}
		p.press(kb.Tab)
	}
	p.t.Fatalf("Tab never reached %s; the focus is on %s", what, p.read("document.activeElement.outerHTML.slice(0, 300)"))
}

// opensChannel goes to a channel in the sidebar.
func (p *person) opensChannel(id string) {
	p.t.Helper()
	p.goesTo("[data-channel-id=" + id + "]")
	p.press(kb.Enter)
	p.until("channel "+id+" is open", fmt.Sprintf("document.querySelector('[data-channel-id=%s][aria-current=page]') !== null", id))
}

// opensMessages goes to the direct messages with Headway.
func (p *person) opensMessages() {
	p.t.Helper()
	p.goesTo("[aria-label=Apps] [data-channel-id]")
	p.press(kb.Enter)
	p.until("the messages are open", `document.querySelector("#tab-messages[aria-selected=true]") !== null`)
}

// actsAs takes another person's place.
func (p *person) actsAs(user string) {
	p.t.Helper()
	p.goesTo("[data-user-id=" + user + "]")
	p.press(kb.Enter)
	p.until("acting as "+user, fmt.Sprintf("document.querySelector('[data-act-as=%s]') !== null", user))
}

// sends types a line into the message box; a long one is pasted.
func (p *person) sends(line string) {
	p.t.Helper()
	p.goesTo(".composer textarea")
	if len(line) > 100 {
		p.pastes(line)
	} else {
		p.press(line)
	}
	p.press(kb.Enter)
}

// chooses types into a select until it offers the option, and takes it.
func (p *person) chooses(block, typed, option string) {
	p.t.Helper()
	p.goesTo("input[role=combobox][data-block-id=" + block + "]")
	p.press(typed)
	p.until(fmt.Sprintf("%s offers %q", block, option), fmt.Sprintf(`document.querySelector("[role=option]")?.innerText.includes(%q) === true`, option))
	p.press(kb.Enter)
}

// ticks takes the first choice of a group of checkboxes.
func (p *person) ticks(block string) {
	p.t.Helper()
	p.goesTo("[data-block-id=" + block + "] input[type=checkbox]")
	p.press(" ")
}

// presses goes to the modal's button, submit or close.
func (p *person) presses(button string) {
	p.t.Helper()
	p.goesTo("[data-modal-action=" + button + "]")
	p.press(kb.Enter)
}

// movesClock goes to a button of the clock, and waits until time has come to
// rest: a week takes a while, since posts keep Slack's pace on the way.
func (p *person) movesClock(button string) {
	p.t.Helper()
	before := p.read(`document.querySelector("[role=timer] time").textContent`)
	p.goesTo("[data-clock='" + button + "']")
	p.press(kb.Enter)
	p.untilWithin(4*time.Minute, "the clock has moved", fmt.Sprintf(`document.querySelector("[role=timer] time").textContent !== %q && document.querySelector("[data-clock]:disabled") === null`, before))
}

func (p *person) hasNoDialog() {
	p.t.Helper()
	p.until("no dialog is open", `document.querySelector("[role=dialog]") === null`)
}
