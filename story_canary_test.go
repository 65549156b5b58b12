package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"headway/sandbox/history"
)

// written keeps all that is logged.
type written struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.Write(p)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}

func TestNoTokenTitleNameOrTypedTextIsStoredOrLogged(t *testing.T) {
	t.Parallel()
	const typed, wrongToken = "canary-text-4711", "ATATT3-canary-token-4712"
	folder, log := t.TempDir(), &written{}
	c := runDemo(t, demoCmd{Data: folder}, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))

	// Walk through everything into which something secret or personal could slip.
	c.reply(mira, payments, typed, "I don't know")
	c.reply(mira, payments, "project pause "+strings.ToUpper(typed), "There is no project CANARY-TEXT-4711 here.")
	c.slash(mira, payments, "connect")
	c.submit(mira, c.modal(mira, "connect"), map[string]any{"email": typed + "@acme.test", "token": wrongToken})
	form := c.modalSaying(mira, "connect", "Jira refused this email and token")
	c.submit(mira, form, map[string]any{"email": c.JiraEmail, "token:kept": c.JiraToken})
	c.modalSaying(mira, "", "Connected to acme")
	c.clockTo("09:31")
	c.click(ada, c.prompt(ada), "checkin.full")
	form = c.modalSaying(ada, "checkin.answer", "Your items in progress")
	c.submit(ada, form, map[string]any{"status": "blocked", "kind": "person", "key": typed})
	says(t, c.top(ada).Errors["key"], "issue key")
	c.submit(ada, form, map[string]any{"status": "blocked", "kind": "person", "key": "PAY-12", "plan_keys": []string{planned(t, form)}})
	c.awaitMessage(ada, ada, "", "PAY-12")
	c.click(mira, c.reply(mira, payments, "report", "*Payments · week "), "report.share")
	c.slash(mira, payments, "link @noor")
	c.submit(mira, c.modal(mira, "link"), map[string]any{"account": "https://acme.atlassian.net/people/" + typed + "?ref=" + wrongToken})
	c.fault(map[string]any{"fault": "wrong_types", "times": 1})
	c.fault(map[string]any{"fault": "unauthorized"})
	c.clockTo("19:31")
	c.home(mira)
	c.noViolations()

	canaries := map[string][]string{
		"a token":     {c.JiraToken, c.BotToken, c.AppToken, wrongToken},
		"typed text":  {typed + "@", strings.ToUpper(typed)},
		"a real name": {"Kowalski", "Okafor", "Haddad", "Silva"},
		"a title":     titles(c),
	}
	for place, content := range map[string]string{"the log": log.String(), "the database": bytesStored(t, folder)} {
		if len(content) < 200 {
			t.Errorf("%s holds only %d bytes", place, len(content))
		}
		for what, all := range canaries {
			for _, canary := range all {
				if strings.Contains(content, canary) {
					t.Errorf("%s, %q, is in %s", what, canary, place)
				}
			}
		}
	}
}

// titles are those of all issues that the demo's Jira holds.
func titles(c *control) []string {
	c.t.Helper()
	var all []string
	for _, issue := range history.Demo(history.Anchor(time.Now(), demoZone)).Issues {
		all = append(all, issue.First.Summary)
	}
	if len(all) < 500 {
		c.t.Fatalf("only %d titles to look for", len(all))
	}
	return all
}

// bytesStored are all the bytes of the database, its log of changes included.
func bytesStored(t *testing.T, folder string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "headway.db*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no database in %s: %v", folder, err)
	}
	var all bytes.Buffer
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}
