package sandbox_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"headway/sandbox"
)

const nodeScripts = "slack/testdata/node"

// TestSlacksOwnSDKsAcceptTheSandbox lets the SDKs that Slack ships for Node talk
// to the sandbox. HEADWAY_NODE_MODULES names the folder that npm ci filled from
// the package-lock.json beside the scripts.
func TestSlacksOwnSDKsAcceptTheSandbox(t *testing.T) {
	modules := nodeModules(t)
	for _, script := range []string{"web-api.mjs", "socket-mode.mjs", "bolt.mjs"} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			line, err := json.Marshal(start(t, sandbox.Options{}))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
			defer cancel()
			node := exec.CommandContext(ctx, "node", filepath.Join(besides(t, modules), script))
			node.Env = append(os.Environ(), "SANDBOX_LINE="+string(line))
			out, err := node.CombinedOutput()
			t.Logf("%s", out)
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// nodeModules finds the packages; without them the test is left out, but not in CI.
func nodeModules(t *testing.T) string {
	t.Helper()
	why := ""
	modules := os.Getenv("HEADWAY_NODE_MODULES")
	if _, err := exec.LookPath("node"); err != nil {
		why = "node is not installed"
	} else if _, err := os.Stat(filepath.Join(modules, "@slack", "bolt")); err != nil || modules == "" {
		why = "HEADWAY_NODE_MODULES names no folder with Slack's packages: run npm ci in a copy of sandbox/" + nodeScripts
	}
	if why != "" && os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	if why != "" {
		t.Skip("skipped: " + why)
	}
	modules, err := filepath.Abs(modules)
	if err != nil {
		t.Fatal(err)
	}
	return modules
}

// besides copies the scripts into a folder where Node finds the packages.
func besides(t *testing.T, modules string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(nodeScripts)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return dir
}
