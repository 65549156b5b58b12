package main

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestStoryMyDataAndTheirEnd(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	c := startDemo(t, demoCmd{Data: folder})
	c.clockTo("09:31")
	c.click(ada, c.prompt(ada), "checkin.at_risk")
	c.awaitMessage(ada, ada, "", "Thanks, at risk.")

	// What is stored, and all of it as a file.
	held := c.reply(ada, payments, "data me", "What Headway stores on you")
	says(t, held.Text, "*answers* · ", "kept 90 days", "*participants* · 1 row", "data erase")
	after := c.latest(ada, ada)
	c.reply(ada, payments, "data export", "Your data come as a direct message")
	c.awaitMessage(ada, ada, after, "What Headway stores on you, ")

	// Without the right to send files it comes in parts, and only the own rows.
	c.fault(map[string]any{"fault": "scopes", "scopes": []string{"chat:write", "commands", "im:write", "users:read"}})
	after = c.latest(ada, ada)
	c.reply(ada, payments, "data export", "Your data come as a direct message")
	part := c.awaitMessage(ada, ada, after, "\"status\":\"at_risk\"")
	keepsQuietOf(t, part.Text, lena, noor, mira, tomas)
	c.fault(map[string]any{"fault": "scopes", "on": false})

	// Whoever is the last admin hands over first; others just erase.
	c.slash(mira, payments, "data erase")
	c.submit(mira, c.modal(mira, "data.erase"), nil)
	says(t, string(c.top(mira).Raw), "You are the last admin.")
	before := namedIn(t, folder, ada)
	if len(before) == 0 {
		t.Fatal("nothing names Ada before: the search finds nothing")
	}
	c.slash(ada, payments, "data erase")
	form := c.modal(ada, "data.erase")
	says(t, string(form.Raw), "This goes, and can't be brought back", "a former member", "answers")
	after = c.latest(ada, ada)
	c.submit(ada, form, nil)
	receipt := c.awaitMessage(ada, ada, after, "Your data are erased")
	says(t, receipt.Text, "answers: ", "participants: 1", "Slack keeps its own messages")
	c.clock("0s")
	if left := namedIn(t, folder, ada); len(left) > 0 {
		t.Errorf("Ada is still in:\n%s", strings.Join(left, "\n"))
	}

	// The old prompt, a second erasure and a look at what is held write nothing.
	prompt := c.prompt(ada)
	c.click(ada, prompt, "checkin.change")
	c.awaitMessage(ada, ada, receipt.TS, "You are not asked in this check-in.")
	c.reply(ada, payments, "data me", "Headway stores nothing on you.")
	c.reply(ada, payments, "data erase", "Headway stores nothing on you.")
	c.home(ada)
	c.clockTo("09:31") // the next day asks the others only
	c.clock("0s")
	if n := len(c.prompts(ada)); n != 2 { // Monday's and the erased one
		t.Errorf("Ada has %d prompts", n)
	}
	if left := namedIn(t, folder, ada); len(left) > 0 {
		t.Errorf("Ada came back in:\n%s", strings.Join(left, "\n"))
	}
	c.noViolations()
}

func TestStoryTheRoundClosesWhenWhoIsMissingErasesTheirData(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.clockTo("19:31") // the first day's round is over
	before := c.latest(payments, ada)
	c.clockTo("15:31")
	for _, user := range []string{mira, priya, anil, ada, lena, noor, tomas} {
		c.click(user, c.prompt(user), "checkin.on_track")
	}
	c.clock("0s")
	for _, m := range c.messages(payments, ada, before, 0) {
		keepsQuietOf(t, m.Text, " answered")
	}
	c.slash(sam, payments, "data erase")
	c.submit(sam, c.modal(sam, "data.erase"), nil)
	c.awaitMessage(payments, ada, before, "7 of 7 answered")
	c.noViolations()
}

// namedIn finds the columns of a SQLite database that hold an id.
func namedIn(t *testing.T, folder, id string) (found []string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(folder, "headway.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	whole := regexp.MustCompile(`\b` + id + `\b`)
	for _, table := range cells(t, db, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		for _, cell := range cells(t, db, "SELECT * FROM "+table) {
			if whole.MatchString(cell) {
				found = append(found, fmt.Sprintf("%s: %.200s", table, cell))
			}
		}
	}
	return found
}

// cells are all values that a query gives.
func cells(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	for err == nil && rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		err = rows.Scan(into...)
		for _, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			all = append(all, fmt.Sprint(v))
		}
	}
	if err != nil || rows.Err() != nil {
		t.Fatal(err, rows.Err())
	}
	return all
}
