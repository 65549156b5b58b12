package page_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheCommittedBundleIsBuiltFromTheSource runs the go:generate line of
// page.go into another directory and compares the files.
func TestTheCommittedBundleIsBuiltFromTheSource(t *testing.T) {
	source, err := os.ReadFile("page.go")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^//go:generate (.+) --outdir=dist$`).FindSubmatch(source)
	if line == nil {
		t.Fatal("page.go has no go:generate line that ends with --outdir=dist")
	}
	fresh := t.TempDir()
	words := append(strings.Fields(string(line[1])), "--outdir="+fresh)
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if built, committed := names(t, fresh), names(t, "dist"); built != committed {
		t.Fatalf("dist holds %s, the build makes %s: run go generate ./sandbox/page", committed, built)
	}
	for _, name := range strings.Fields(names(t, fresh)) {
		if !bytes.Equal(read(t, fresh, name), read(t, "dist", name)) {
			t.Errorf("dist/%s is not what src builds to: run go generate ./sandbox/page", name)
		}
	}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return strings.Join(all, " ")
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
