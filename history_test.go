package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
	"headway/models"
	"headway/sandbox/history"
)

// recordedFiles are the recorded histories; they lie beside the checkout, not
// in it.
var recordedFiles = []string{"duracloud.anon.jsonl.gz", "fcrepo.anon.jsonl.gz"}

// sharedFile finds a file of ../shared/data, looking upwards from the module.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		path := filepath.Join(dir, "shared", "data", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("../shared/data/%s is missing; CI needs it", name)
	}
	t.Skipf("../shared/data/%s is not beside this checkout: the demo on a recorded history is not tested", name)
	return ""
}

// recordedDemo is a demo on a recorded history, with a view of its database.
type recordedDemo struct {
	*control
	store   *models.Store
	team    models.Team
	project models.Project
	begun   time.Time // when the demo read the whole history
}

// startRecorded runs the demo on a history file and opens its database a
// second time, to read along.
func startRecorded(t *testing.T, flags historyFlags) recordedDemo {
	t.Helper()
	folder := t.TempDir()
	d := recordedDemo{control: startDemo(t, demoCmd{Data: folder, historyFlags: flags})}
	var err error
	if d.store, err = models.Open(t.Context(), filepath.Join(folder, "headway.db"), models.Keys{}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.store.Close(); err != nil {
			t.Error(err)
		}
	})
	teams, err := d.store.Teams(t.Context())
	if err != nil || len(teams) != 1 {
		t.Fatalf("teams %q, %v", teams, err)
	}
	d.team = d.store.Team(teams[0])
	projects, err := d.team.Projects(t.Context())
	if err != nil || len(projects) != 1 {
		t.Fatalf("%d projects, %v", len(projects), err)
	}
	d.project, d.begun = projects[0], dayBefore(history.Anchor(time.Now(), demoZone))
	return d
}

// weeks are the stored rows, the last one the running week of the last refresh.
func (d recordedDemo) weeks() (rows []metrics.Weekly, readUpTo time.Time) {
	d.t.Helper()
	mark, err := d.team.Watermark(d.t.Context(), d.project.ID)
	if err != nil || mark.State != models.RefreshOK {
		d.t.Fatalf("%+v, %v", mark, err)
	}
	now := calendar.WeekOf(calendar.DateOf(mark.ReadUpTo, demoZone))
	permit := models.NewPermit(d.team.ID(), d.project.ID, demoOwner, time.Now().Add(time.Minute))
	rows, err = d.team.Weeks(d.t.Context(), permit, now.Add(-104), now)
	if err != nil || len(rows) == 0 || rows[len(rows)-1].Week != now {
		d.t.Fatalf("%d weeks up to %v, %v", len(rows), now, err)
	}
	return rows, mark.ReadUpTo
}

// differences compares every stored week with the count made from the file.
func (d recordedDemo) differences(issues []recordedIssue) (diffs []string, weeks int) {
	d.t.Helper()
	rows, readUpTo := d.weeks()
	for _, row := range rows {
		monday := row.Week.Monday().Start(demoZone)
		want, got := countWeek(issues, monday, d.lastRead(monday, readUpTo)), stored(row)
		if got != want {
			diffs = append(diffs, fmt.Sprintf("%v: stored %v; counted %v", row.Week, got, want))
		}
	}
	return diffs, len(rows)
}

// lastRead is when the week that starts on the Monday was read for the last
// time. A week settles at the end of the 30th day after it: those that had
// settled at the start were read then, later ones at two in the night after.
func (d recordedDemo) lastRead(monday, readUpTo time.Time) time.Time {
	settled := monday.AddDate(0, 0, 7+30)
	switch {
	case !settled.After(d.begun):
		return d.begun
	case !settled.After(readUpTo):
		return earlier(settled.Add(2*time.Hour), readUpTo)
	}
	return readUpTo
}

// stored is a row in the words of the count.
func stored(row metrics.Weekly) weekCount {
	w := weekCount{Done: row.Completed, DoneDays: row.DoneByDay, WIPDays: row.WIPByDay}
	var cycles []int
	for days := 0; w.N < total(row.CycleDays); days++ {
		for range row.CycleDays[days] {
			cycles, w.N = append(cycles, days), w.N+1
		}
	}
	w.Half, w.Most = metrics.Percentile(cycles, 50), metrics.Percentile(cycles, 85)
	return w
}

func total(counts map[int]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

func shiftOf(t *testing.T, flags historyFlags) time.Duration {
	t.Helper()
	site, err := flags.load(history.Anchor(time.Now(), demoZone))
	if err != nil {
		t.Fatal(err)
	}
	return site.Shift
}

func TestEveryWeekOfARecordedHistoryAgreesWithACountFromTheFile(t *testing.T) {
	for _, name := range recordedFiles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, issues := startCounted(t, historyFlags{History: sharedFile(t, name)})
			d.agree(issues, 53)
			d.leave()
			d.clock("336h") // two weeks are new, and two settle
			d.agree(issues, 55)
			d.noViolations()
		})
	}
	t.Run("a status that left the workflow", func(t *testing.T) {
		t.Parallel()
		d, issues := startCounted(t, historyFlags{History: sharedFile(t, recordedFiles[1]), At: "2009-10-20"})
		d.agree(issues, 53)
		d.noViolations()
	})
}

// leave gives the whole team two weeks off: what is sent to them, at Slack's one
// post a second, would take most of this test's time.
func (d recordedDemo) leave() {
	d.t.Helper()
	today := calendar.DateOf(d.begun, demoZone)
	for _, user := range demoTeam {
		if err := d.team.PutAbsence(d.t.Context(), models.Absence{User: user, From: today.AddDays(2), To: today.AddDays(20)}); err != nil {
			d.t.Fatal(err)
		}
	}
}

func startCounted(t *testing.T, flags historyFlags) (recordedDemo, []recordedIssue) {
	t.Helper()
	issues := readRecorded(t, flags.History, shiftOf(t, flags))
	return startRecorded(t, flags), issues
}

func (d recordedDemo) agree(issues []recordedIssue, weeks int) {
	d.t.Helper()
	diffs, n := d.differences(issues)
	for _, diff := range diffs {
		d.t.Error(diff)
	}
	rows, _ := d.weeks()
	done, cycles, wip := 0, 0, 0
	for _, row := range rows {
		w := stored(row)
		done, cycles, wip = done+w.Done, cycles+w.N, wip+w.WIPDays[0]
	}
	d.t.Logf("%s: %d weeks, %d items done, %d cycle times, work in progress on %d Mondays' ends", d.project.Key, n, done, cycles, wip)
	if n != weeks || done < 50 || cycles < 20 {
		d.t.Errorf("%d weeks with %d items done and %d cycle times compare too little", n, done, cycles)
	}
}

func TestOneAlteredIssueOfTheFileMakesTheCountDiffer(t *testing.T) {
	t.Parallel()
	flags := historyFlags{History: sharedFile(t, recordedFiles[0])}
	shift := shiftOf(t, flags)
	issues := readRecorded(t, flags.History, shift)
	begun := dayBefore(history.Anchor(time.Now(), demoZone))
	flags.At = begun.Add(-shift).Format(time.DateOnly) // the alteration must not choose another half year
	altered := flags
	altered.History = alterOneClosing(t, flags.History, issues, begun.AddDate(0, 0, -70), begun.AddDate(0, 0, -14), shift)
	if shiftOf(t, altered) != shift {
		t.Fatal("the altered file is shifted otherwise")
	}
	d := startRecorded(t, altered)
	diffs, _ := d.differences(issues)
	if len(diffs) == 0 {
		t.Error("a closing that was moved by 8 days went unnoticed")
	}
	for _, diff := range diffs {
		t.Log(diff)
	}
	if diffs, _ := d.differences(readRecorded(t, altered.History, shift)); len(diffs) > 0 {
		t.Errorf("the demo does not agree with the file it read: %q", diffs)
	}
}

// alterOneClosing writes a copy of a history file in which one item that was
// closed for good between two instants is closed 8 days later.
func alterOneClosing(t *testing.T, path string, issues []recordedIssue, from, to time.Time, shift time.Duration) string {
	t.Helper()
	for _, i := range issues {
		began, ended := i.span(to.AddDate(0, 0, 14))
		if !isItem(i.kind) || began.IsZero() || ended.Before(from) || !ended.Before(to) || i.changes[len(i.changes)-1].at.After(ended) {
			continue
		}
		was := ended.Add(-shift)
		return rewrite(t, path, i.key, was, was.AddDate(0, 0, 8))
	}
	t.Fatal("the file closes no item in these weeks")
	return ""
}

// rewrite writes a copy of a history file in which an issue's change has
// another time.
func rewrite(t *testing.T, path, key string, was, is time.Time) string {
	t.Helper()
	const layout = "2006-01-02T15:04:05.000-0700"
	packed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(text)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	n := 0
	for k, line := range lines {
		if strings.Contains(line, `"key":"`+key+`"`) {
			history := regexp.MustCompile(`(\[\d+,)"` + regexp.QuoteMeta(was.Format(layout)) + `"`)
			lines[k] = history.ReplaceAllString(line, `${1}"`+is.Format(layout)+`"`)
			n += len(history.FindAllString(line, -1))
		}
	}
	if n != 1 {
		t.Fatalf("%s was changed %d times", key, n)
	}
	var out bytes.Buffer
	pack := gzip.NewWriter(&out)
	if _, err := pack.Write([]byte(strings.Join(lines, "\n"))); err != nil || pack.Close() != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(copied, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return copied
}
