package main

import (
	"slices"
	"testing"
)

func TestTheSandboxSendsTheEventsOfTheManifest(t *testing.T) {
	if events := subscribed("/headway"); !slices.Contains(events, "app_home_opened") {
		t.Errorf("subscribed to %q", events)
	}
}
