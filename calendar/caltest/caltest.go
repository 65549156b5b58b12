// Package caltest helps tests that go through all time zones.
package caltest

import (
	"archive/zip"
	"go/build"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
)

// Zones lists the zones of Go's own copy of the IANA database, of several names
// for the same rules one.
func Zones(t testing.TB) []string {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join(build.Default.GOROOT, "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	seen := map[uint32]bool{}
	for _, f := range archive.File {
		if !f.FileInfo().IsDir() && !seen[f.CRC32] {
			seen[f.CRC32] = true
			names = append(names, f.Name)
		}
	}
	if len(names) < 250 {
		t.Fatalf("found only %d zones", len(names))
	}
	return names
}

// UnderRaceDetector says whether the test runs with it: one goroutine has no
// races, and takes many times as long there.
func UnderRaceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}
