package main

import (
	"os"
	"testing"
)

// TestPageOfADemoThatRuns loads the page at HEADWAY_DEMO_PAGE. .ci/run names
// that of the demo it started by the README's words.
func TestPageOfADemoThatRuns(t *testing.T) {
	address := os.Getenv("HEADWAY_DEMO_PAGE")
	if address == "" {
		t.Skip("HEADWAY_DEMO_PAGE names no page")
	}
	p := startBrowser(t).opens(address)
	p.sees("payments", "Headway now works with Payments")
}
