package page_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser drives one tab of a headless Chromium by keys and looks at the page
// as a person does: it waits for what should appear instead of sleeping.
type browser struct {
	t   *testing.T
	ctx context.Context

	mayComplain bool
}

// complaintsExpected is for tests in which requests fail on purpose: the browser
// itself writes each of them to the console.
func (b *browser) complaintsExpected() { b.mayComplain = true }

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

// running is the one Chromium that all tests share; each has a tab of its own.
var running struct {
	sync.Once
	ctx  context.Context
	stop []func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, stop := range slices.Backward(running.stop) {
		stop()
	}
	os.Exit(code)
}

func start(path string) {
	dir, err := os.MkdirTemp("", "chromium-")
	if err != nil {
		panic(err)
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.UserDataDir(dir), chromedp.WindowSize(1334, 896),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true),
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	running.ctx = ctx
	running.stop = []func(){func() { os.RemoveAll(dir) }, stop, cancel}
	if err := chromedp.Do(ctx); err != nil {
		panic(err)
	}
}

func open(t *testing.T, url string) *browser {
	t.Helper()
	path := chromium(t)
	running.Do(func() { start(path) })
	var complaints []string
	ctx, cancel := chromedp.NewContext(running.ctx, chromedp.WithListener(func(event any) {
		switch event := event.(type) {
		case *runtime.EventExceptionThrown:
			complaints = append(complaints, event.ExceptionDetails.Exception.Description)
		case *cdplog.EventEntryAdded: // a broken Content-Security-Policy among them
			if event.Entry.Level == cdplog.EntryLevelError {
				complaints = append(complaints, event.Entry.Text)
			}
		case *runtime.EventConsoleAPICalled:
			if event.Type == runtime.ConsoleAPICalledTypeError {
				complaints = append(complaints, fmt.Sprint(event.Args))
			}
		}
	}))
	t.Cleanup(cancel)
	ctx, cancelTimeout := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancelTimeout)
	b := &browser{t: t, ctx: ctx}
	b.do(chromedp.EmulateViewport(1334, 896), chromedp.Navigate(url))
	t.Cleanup(func() {
		if len(complaints) > 0 && !b.mayComplain {
			t.Errorf("the page complained: %s", strings.Join(complaints, "\n"))
		}
	})
	return b
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// script runs JavaScript in the page.
func (b *browser) script(expression string) {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](expression)); err != nil {
		b.t.Fatal(err)
	}
}

// press types text; the keys of package kb stand for Enter, Tab and the like.
func (b *browser) press(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		b.do(chromedp.KeyEvent(key))
	}
}

func (b *browser) pressShift(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierShift)))
}

func (b *browser) pressCtrl(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
}

// until waits for a JavaScript expression to become true.
func (b *browser) until(what, expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(20*time.Millisecond))); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			b.t.Fatalf("never happened: %s; the focus is on %s", what, b.focused())
		}
		b.t.Fatalf("%s: %v", what, err)
	}
}

func (b *browser) shows(text string) {
	b.t.Helper()
	b.until(fmt.Sprintf("the page shows %q", text), fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

func (b *browser) has(selector string) {
	b.t.Helper()
	b.until("there is a "+selector, fmt.Sprintf("document.querySelector(%q) !== null", selector))
}

func (b *browser) hasNo(selector string) {
	b.t.Helper()
	b.until("there is no "+selector, fmt.Sprintf("document.querySelector(%q) === null", selector))
}

// tabTo presses Tab until the focus is on the selector.
func (b *browser) tabTo(selector string) {
	b.t.Helper()
	for range 120 {
		at, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", selector)))
		if err != nil {
			b.t.Fatal(err)
		}
		if at {
			return
		}
		b.press(kb.Tab)
	}
	b.t.Fatalf("Tab never reached %s; the focus is on %s", selector, b.focused())
}

func (b *browser) focused() string {
	html, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.activeElement.outerHTML.slice(0, 300)"))
	if err != nil {
		return err.Error()
	}
	return html
}

// prefers sets what the system tells the page about a person's wishes.
func (b *browser) prefers(feature, value string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: feature, Value: value}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// keeps writes what the tab shows to a PNG in the folder that HEADWAY_ARTIFACTS
// names, if it names one.
func (b *browser) keeps(name string) {
	b.t.Helper()
	dir := os.Getenv("HEADWAY_ARTIFACTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = errors.Join(os.MkdirAll(dir, 0o750), os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600))
	}
	if err != nil {
		b.t.Fatal(err)
	}
}
