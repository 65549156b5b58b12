package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"headway/sandbox"
)

// BenchmarkDemoFirstScreen measures from the start of the built program to the
// demo's page with all that it loads; the target is 5 s. The program and the
// page's files are warm in the machine's cache.
func BenchmarkDemoFirstScreen(b *testing.B) {
	program := buildProgram(b)
	var ready time.Duration
	for b.Loop() {
		begun := time.Now()
		demo := startProgram(b, program)
		ready += time.Since(begun)
		demo.loadPage()
		b.StopTimer()
		demo.stop()
		b.StartTimer()
	}
	reportMillis(b, "ms/ready", ready)
	reportMillis(b, "ms/screen", b.Elapsed())
}

// BenchmarkReportCommand measures from /headway report to the report in the
// channel; the target is 3 s. The first one after ten minutes reads Jira anew,
// the repeated one shows what was just read.
func BenchmarkReportCommand(b *testing.B) {
	demo := startProgram(b, buildProgram(b))
	defer demo.stop()
	b.Run("first", func(b *testing.B) {
		demo.b = b
		for b.Loop() {
			b.StopTimer()
			demo.post("/clock", map[string]string{"advance": "10m"})
			b.StartTimer()
			demo.report()
		}
		reportMillis(b, "ms/report", b.Elapsed())
	})
	b.Run("repeated", func(b *testing.B) {
		demo.b = b
		for b.Loop() {
			demo.report()
		}
		reportMillis(b, "ms/report", b.Elapsed())
	})
}

// BenchmarkDemoToMonday measures the step of the demo's clock from Tuesday to
// next Monday 09:00 with everything that falls due on the way. Most of it is
// Slack's limit of one post a second in each channel.
func BenchmarkDemoToMonday(b *testing.B) {
	program := buildProgram(b)
	for b.Loop() {
		b.StopTimer()
		demo := startProgram(b, program)
		b.StartTimer()
		demo.post("/clock", map[string]string{"advance": "next_monday"})
		b.StopTimer()
		demo.stop()
		b.StartTimer()
	}
	reportMillis(b, "ms/step", b.Elapsed())
}

func reportMillis(b *testing.B, unit string, d time.Duration) {
	b.ReportMetric(float64(d.Milliseconds())/float64(b.N), unit)
}

func buildProgram(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "headway")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return path
}

// demoProcess is the built program's demo.
type demoProcess struct {
	sandbox.Line
	b    *testing.B
	stop func()
	seen string // ts of the last message that was read
}

// startProgram starts the demo as a process and returns when it says where it
// is.
func startProgram(b *testing.B, program string) *demoProcess {
	b.Helper()
	cmd := exec.Command(program, "demo", "--json")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	d := &demoProcess{b: b, stop: func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			b.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	}}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &d.Line)
	}
	if err != nil {
		d.stop()
		b.Fatalf("the demo did not start: %v", err)
	}
	return d
}

var pageFiles = regexp.MustCompile(`(?:src|href)="(/?[^":]+\.(?:js|css|svg))"`)

// loadPage reads the page and the files it names, as a browser would.
func (d *demoProcess) loadPage() {
	d.b.Helper()
	files := pageFiles.FindAllSubmatch(d.get(d.PageURL), -1)
	if len(files) == 0 {
		d.b.Fatal("the page names no files")
	}
	for _, f := range files {
		address, err := url.JoinPath(d.PageURL, string(f[1]))
		if err != nil {
			d.b.Fatal(err)
		}
		d.get(address)
	}
}

// report asks for the report as Jonas does and waits until he sees it.
func (d *demoProcess) report() {
	d.b.Helper()
	d.post("/slash", map[string]string{"channel": demoChannel, "user": demoManager, "command": "/headway", "text": "report"})
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		for _, m := range d.messages() {
			d.seen = m.TS
			if m.EphemeralTo == demoManager && strings.Contains(m.Text, "Cycle time") {
				return
			}
		}
	}
	d.b.Fatal("no report came")
}

func (d *demoProcess) messages() []message {
	d.b.Helper()
	ask := url.Values{"channel": {demoChannel}, "user": {demoManager}, "after": {d.seen}, "wait_ms": {"5000"}}
	var out struct{ Messages []message }
	if err := json.Unmarshal(d.get(d.ControlURL+"/messages?"+ask.Encode()), &out); err != nil {
		d.b.Fatal(err)
	}
	return out.Messages
}

func (d *demoProcess) get(address string) []byte {
	d.b.Helper()
	resp, err := http.Get(address)
	return d.body(address, resp, err)
}

func (d *demoProcess) post(path string, body any) {
	d.b.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		d.b.Fatal(err)
	}
	resp, err := http.Post(d.ControlURL+path, "application/json", bytes.NewReader(data))
	d.body(path, resp, err)
}

func (d *demoProcess) body(address string, resp *http.Response, err error) []byte {
	d.b.Helper()
	if err != nil {
		d.b.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, data)
	}
	if err != nil {
		d.b.Fatalf("%s: %v", address, err)
	}
	return data
}
