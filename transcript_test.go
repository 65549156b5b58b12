package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// transcript notes what everybody sees of a story, step by step: each message
// that is new, and each that reads differently than before.
type transcript struct {
	c      *control
	places []spot
	seen   map[string]string // text by spot and ts
	text   strings.Builder
}

// spot is a conversation and through whose eyes it is read.
type spot struct{ name, channel, viewer string }

// transcribe begins a transcript; what stands already is not noted.
func transcribe(c *control, places ...spot) *transcript {
	tr := &transcript{c: c, places: places, seen: map[string]string{}}
	tr.look(func(spot, message, string) {})
	return tr
}

// step notes what came of what was just done.
func (tr *transcript) step(done string, args ...any) {
	tr.c.t.Helper()
	at := tr.c.clock("0s").In(demoZone)
	fmt.Fprintf(&tr.text, "\n## %s · %s\n", at.Format("Mon 2 Jan 15:04"), fmt.Sprintf(done, args...))
	tr.look(func(p spot, m message, verb string) {
		if m.EphemeralTo != "" {
			verb += " only to " + p.name
		}
		fmt.Fprintf(&tr.text, "\n%s, %s:\n", p.name, verb)
		text := strings.ReplaceAll(strings.TrimRight(m.Text, "\n"), tr.c.JiraURL, "https://acme.test")
		for line := range strings.SplitSeq(text, "\n") {
			tr.text.WriteString(strings.TrimRight("    "+line, " ") + "\n")
		}
	})
}

func (tr *transcript) look(note func(p spot, m message, verb string)) {
	tr.c.t.Helper()
	for _, p := range tr.places {
		for _, m := range tr.c.messages(p.channel, p.viewer, "", 0) {
			key := p.name + " " + m.TS
			before, known := tr.seen[key]
			tr.seen[key] = m.Text
			switch {
			case !known:
				note(p, m, "new")
			case before != m.Text:
				note(p, m, "changed")
			}
		}
	}
}

// is compares the transcript with a golden file; HEADWAY_UPDATE=1 rewrites it.
func (tr *transcript) is(name string) {
	tr.c.t.Helper()
	path := filepath.Join("testdata", name)
	got := strings.TrimLeft(tr.text.String(), "\n")
	if os.Getenv("HEADWAY_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			tr.c.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		tr.c.t.Fatal(err)
	}
	firstDifference(tr.c.t, path, string(want), got)
}

func firstDifference(t *testing.T, path, want, got string) {
	t.Helper()
	wanted, given := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(wanted), len(given)) {
		w, g := lineAt(wanted, i), lineAt(given, i)
		if w != g {
			t.Errorf("%s:%d\nwant %q\ngot  %q\n(HEADWAY_UPDATE=1 rewrites it; then read the difference)", path, i+1, w, g)
			return
		}
	}
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(end)"
}
