package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// startDemo runs the demo in this process, on a database of its own, until the
// test ends; its warnings stand with the test.
func startDemo(t *testing.T, d demoCmd) *control {
	t.Helper()
	return runDemo(t, d, slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn})))
}

// runDemo is startDemo with a log of the test's own.
func runDemo(t *testing.T, d demoCmd, log *slog.Logger) *control {
	t.Helper()
	d.JSON = true
	if d.Addr == "" {
		d.Addr, d.JiraAddr = "127.0.0.1:0", "127.0.0.1:0"
	}
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := d.run(ctx, in, log)
		in.CloseWithError(io.EOF)
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the demo ended with %v", err)
			}
		case <-time.After(30 * time.Second):
			t.Error("the demo did not end")
		}
	})
	c := &control{t: t}
	if err := json.NewDecoder(out).Decode(&c.Line); err != nil {
		t.Fatalf("the demo did not start: %v", err)
	}
	return c
}

// testLog shows the bot's warnings with the test.
type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

func TestTheDemoShowsAWeekWithinAMinute(t *testing.T) {
	c := startDemo(t, demoCmd{})
	c.awaitMessage("C01PAY", "U03ADA", "", "Headway now works with Payments")
	c.awaitMessage("C01PAY", "U03ADA", "", " · week ")
	c.awaitMessage("C01PAY", "U03ADA", "", "7 of 8 answered")

	ten := c.clock("1h")
	prompt := c.awaitMessage("U03ADA", "U03ADA", "", "How is your")
	c.click("U03ADA", prompt, "checkin.on_track")
	c.awaitMessage("U03ADA", "U03ADA", prompt.TS, "Thanks, on track")

	// The clock goes past what the bot does unseen, to what somebody sees.
	moved := c.clock("next_event")
	if !moved.After(ten) || len(c.messages("", "", fmt.Sprintf("%d.000000", ten.Unix()+1), 0)) == 0 {
		t.Errorf("nothing was posted or edited from %s to %s", ten, moved)
	}

	c.slash("U02JONAS", "C01PAY", "report")
	c.awaitMessage("C01PAY", "U02JONAS", "", "Cycle time, half / 85 %")
	c.noViolations()
}
