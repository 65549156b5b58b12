// Package bench measures Headway beside what a team would otherwise write with
// the same libraries. docs/performance.md says what came of it.
package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	gojira "github.com/andygrunwald/go-jira"

	"headway/jira"
)

const (
	role = "HEADWAY_BENCH_SYNC" // whose sync a child process runs
	base = "HEADWAY_BENCH_JIRA" // of which site

	mostMemory = 64 << 20 // bytes above idle, of the largest project
)

// figures are what a child tells of its sync.
type figures struct {
	Issues, Changes int
	Seconds         float64
	Idle, Peak      int64 // resident bytes, before the sync and at most
	CPU             float64
}

// syncs are the two ways of the same job: every issue of a project with all
// its changes, one page in memory.
var syncs = map[string]func(context.Context, string) (issues, changes int, err error){
	"headway": syncHeadway,
	"go-jira": syncGoJira,
}

// A child is this test program again, started for one sync: so the memory is
// that of the client alone.
func init() {
	if name := os.Getenv(role); name != "" {
		if err := child(syncs[name], os.Getenv(base)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

func child(sync func(context.Context, string) (int, int, error), address string) error {
	runtime.GC()
	f := figures{Idle: resident("VmRSS")}
	start := time.Now()
	var err error
	if f.Issues, f.Changes, err = sync(context.Background(), address); err != nil {
		return err
	}
	f.Seconds, f.Peak = time.Since(start).Seconds(), resident("VmHWM")
	return json.NewEncoder(os.Stdout).Encode(f)
}

// resident reads a line of /proc/self/status in bytes.
func resident(name string) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	_, rest, _ := strings.Cut(string(status), name+":")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		panic(err)
	}
	return kib << 10
}

func syncHeadway(ctx context.Context, address string) (issues, changes int, err error) {
	client, err := jira.Open(jira.Options{Base: address, Email: "bot@acme.test", Token: "t", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, 0, err
	}
	fields := jira.Fields{Sprint: jira.Field{ID: "customfield_10020"}, Flagged: jira.Field{ID: "customfield_10021"}}
	for issue, err := range client.Issues(ctx, jira.Query{ProjectID: 10001, Fields: fields, Points: "customfield_10016"}) {
		if err != nil {
			return 0, 0, err
		}
		issues, changes = issues+1, changes+len(issue.Moves)
	}
	return issues, changes, nil
}

// syncGoJira is the plain way: pages of a search with expand=changelog, in
// go-jira's types. (A real site would lose the oldest changes on this way.)
func syncGoJira(ctx context.Context, address string) (issues, changes int, err error) {
	auth := gojira.BasicAuthTransport{Username: "bot@acme.test", Password: "t"}
	client, err := gojira.NewClient(auth.Client(), address)
	if err != nil {
		return 0, 0, err
	}
	ask := gojira.SearchOptionsV2{MaxResults: 100, Expand: "changelog", Fields: []string{"*all"}}
	for {
		page, resp, err := client.Issue.SearchV2JQLWithContext(ctx, "project = 10001 ORDER BY created ASC", &ask)
		if err != nil {
			return 0, 0, err
		}
		for _, issue := range page {
			issues++
			for _, h := range issue.Changelog.Histories {
				changes += len(h.Items)
			}
		}
		if ask.NextPageToken = resp.NextPageToken; ask.NextPageToken == "" {
			return issues, changes, nil
		}
	}
}

// run syncs a generated project in a child process.
func run(tb testing.TB, name string, issues int) figures {
	tb.Helper()
	if runtime.GOOS != "linux" {
		tb.Skip("SKIPPED: the memory of a process is read from /proc")
	}
	server := httptest.NewServer(site{issues})
	defer server.Close()
	cmd := exec.CommandContext(tb.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), role+"="+name, base+"="+server.URL)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		tb.Fatalf("%v: %s", err, problems.String())
	}
	var f figures
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		tb.Fatal(err)
	}
	f.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if f.Issues != issues || f.Changes != issues*changesEach {
		tb.Fatalf("%s read %d issues with %d changes, want %d and %d", name, f.Issues, f.Changes, issues, issues*changesEach)
	}
	return f
}

func BenchmarkSync(b *testing.B) {
	for _, issues := range []int{10_000, 100_000} {
		for _, name := range []string{"headway", "go-jira"} {
			b.Run(fmt.Sprintf("%s/%d", name, issues), func(b *testing.B) {
				var f figures
				for b.Loop() {
					f = run(b, name, issues)
				}
				b.ReportMetric(float64(issues)/f.Seconds, "issues/s")
				b.ReportMetric(float64(issues)/f.CPU, "issues/cpu-s")
				b.ReportMetric(float64(f.Peak-f.Idle)/(1<<20), "peak-MiB")
				if name == "headway" && f.Peak-f.Idle > mostMemory {
					b.Errorf("%d MiB above idle", (f.Peak-f.Idle)>>20)
				}
			})
		}
	}
}

// TestASyncOfManyIssuesStaysSmall reads fewer than the benchmark does: of each
// issue that went by, only its id is kept.
func TestASyncOfManyIssuesStaysSmall(t *testing.T) {
	f := run(t, "headway", 10_000)
	t.Logf("%d issues with %d changes in %.1f s, %.1f MiB above %.1f MiB", f.Issues, f.Changes, f.Seconds, float64(f.Peak-f.Idle)/(1<<20), float64(f.Idle)/(1<<20))
	if f.Peak-f.Idle > mostMemory {
		t.Errorf("%d MiB above idle", (f.Peak-f.Idle)>>20)
	}
}

func TestBothWaysReadTheSame(t *testing.T) {
	for name := range syncs {
		run(t, name, 1234) // which counts
	}
}
