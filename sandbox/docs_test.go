package sandbox_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"headway/sandbox/jira"
	"headway/sandbox/slack"
)

func TestEveryControlCallAndFaultIsDocumented(t *testing.T) {
	docs := read(t, "../docs/sandbox.md")
	routes := regexp.MustCompile(`"(GET|POST) /control(/[a-z/-]+)"`)
	found := 0
	for _, file := range []string{"control.go", "slack/control.go"} {
		for _, m := range routes.FindAllStringSubmatch(read(t, file), -1) {
			found++
			if !strings.Contains(docs, "### `"+m[1]+" "+m[2]+"`") {
				t.Errorf("docs/sandbox.md does not show %s %s", m[1], m[2])
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d routes found: has the registration another form now?", found)
	}
	for _, name := range append(slack.FaultNames(), jira.FaultNames()...) {
		if !strings.Contains(docs, "`"+name+"`") && !strings.Contains(docs, `"fault":"`+name+`"`) {
			t.Errorf("docs/sandbox.md does not name the fault %s", name)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
