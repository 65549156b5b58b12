package slack_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEveryRuleNamesTestsThatExist(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)`).FindAllStringSubmatch(string(raw), -1) {
			there[m[1]] = true
		}
	}
	raw, err := os.ReadFile("rules.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| rule ") {
			continue
		}
		names := regexp.MustCompile(`(?:Test|Fuzz)\w+`).FindAllString(line, -1)
		if len(names) == 0 {
			t.Errorf("held by nothing: %s", line)
		}
		for _, name := range names {
			if !there[name] {
				t.Errorf("there is no %s", name)
			}
		}
	}
}
