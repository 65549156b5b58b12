package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"headway/sandbox"
	"headway/sandbox/history"
)

type sandboxCmd struct {
	Addr     string `default:"127.0.0.1:0" help:"Address of Slack, control surface and page."`
	JiraAddr string `default:"127.0.0.1:0" help:"Address of Jira."`
	Command  string `env:"HEADWAY_COMMAND" default:"/headway" help:"Name of the slash command."`
	historyFlags
}

// historyFlags choose what the sandbox's Jira holds.
type historyFlags struct {
	History string `help:"A recorded history (*.jsonl.gz) in place of the generated team." type:"existingfile"`
	At      string `help:"Date of the history that is today, 2012-06-04; default after its busiest half year." placeholder:"DATE"`
}

// load reads or generates the history whose today is anchor.
func (h historyFlags) load(anchor time.Time) (*history.Site, error) {
	if h.History == "" {
		if h.At != "" {
			return nil, fmt.Errorf("--at goes with --history")
		}
		return history.Demo(anchor), nil
	}
	var at time.Time
	if h.At != "" {
		var err error
		if at, err = time.Parse(time.DateOnly, h.At); err != nil {
			return nil, fmt.Errorf("--at must be a date such as 2012-06-04")
		}
	}
	return history.Load(h.History, at, anchor)
}

// subscribed are the events of the app's manifest: the sandbox sends no others.
func subscribed(command string) []string {
	settings, _ := manifest(command)["settings"].(object)
	subscriptions, _ := settings["event_subscriptions"].(object)
	events, _ := subscriptions["bot_events"].([]string)
	return events
}

// Run serves the two servers and prints one line of JSON.
func (s sandboxCmd) Run(ctx context.Context) error {
	log := newLog(os.Stderr, slog.LevelWarn)
	site, err := s.load(history.Anchor(time.Now(), demoZone))
	if err != nil {
		return err
	}
	world, err := sandbox.Start(ctx, sandbox.Options{Addr: s.Addr, JiraAddr: s.JiraAddr, History: site, Command: s.Command, Events: subscribed(s.Command), Log: log})
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(world.Line()); err != nil { //nolint:gosec // the sandbox's secret is public
		return err
	}
	<-ctx.Done()
	closing, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	return world.Close(closing)
}
