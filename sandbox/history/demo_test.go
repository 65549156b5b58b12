package history

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// tuesday is the demo's usual start.
var tuesday = func() time.Time {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 11, 17, 9, 25, 0, 0, zone)
}()

var demo = sync.OnceValue(func() *Site { return Demo(tuesday) })

func digest(t *testing.T, s *Site) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(text))
}

func TestDemoIsTheSameOnEveryRun(t *testing.T) {
	if digest(t, demo()) != digest(t, Demo(tuesday)) {
		t.Error("two runs with one anchor differ")
	}
}

func TestAnchorIsTheLatestTuesdayMorning(t *testing.T) {
	zone := tuesday.Location()
	for now, want := range map[string]string{
		"2026-11-17T09:25:00+01:00": "2026-11-17", "2026-11-17T09:24:00+01:00": "2026-11-10",
		"2026-11-16T23:00:00+01:00": "2026-11-10", "2026-11-22T12:00:00Z": "2026-11-17",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := Anchor(at, zone); got.Format("2006-01-02 15:04") != want+" 09:25" {
			t.Errorf("Anchor(%s) = %v, want %s", now, got, want)
		}
	}
}

// weekOf is what a reader of the board sees of one project's week.
type weekOf struct{ done, wip int }

func weeks(site *Site, project string, from, to int) []weekOf {
	view, monday := NewView(site), Monday(site.Anchor)
	var list []weekOf
	for w := from; w < to; w++ {
		start, end := monday.AddDate(0, 0, 7*w), monday.AddDate(0, 0, 7*w+7)
		var one weekOf
		for _, st := range view.At(end).Issues {
			if st.ProjectID != project || site.IssueType(st.Type).Level != 0 {
				continue
			}
			switch site.Status(st.Status).Category {
			case CategoryIndeterminate:
				one.wip++
			case CategoryDone:
				if st.CategoryChanged.After(start) {
					one.done++
				}
			}
		}
		list = append(list, one)
	}
	return list
}

func medians(list []weekOf) (done, wip int) {
	var ds, ws []int
	for _, w := range list {
		ds, ws = append(ds, w.done), append(ws, w.wip)
	}
	slices.Sort(ds)
	slices.Sort(ws)
	return ds[len(ds)/2], ws[len(ws)/2]
}

// seasons are starts in other parts of the year; with them, daylight saving
// falls on other weeks of the history.
func seasons() []time.Time {
	return []time.Time{tuesday, tuesday.AddDate(0, 0, 7*8), tuesday.AddDate(0, 0, 7*20), tuesday.AddDate(0, 0, 7*34)}
}

func TestTeamsWorkAtAPlausiblePace(t *testing.T) {
	for _, start := range seasons() {
		site := Demo(start)
		for _, c := range []struct {
			project                                string
			doneFrom, doneTo, wipFrom, wipTo, best int
		}{{"10001", 8, 14, 9, 15, 32}, {"10002", 5, 10, 4, 10, 20}} {
			list := weeks(site, c.project, -50, 14)
			done, wip := medians(list)
			t.Logf("from %s, project %s: median %d done a week, %d in progress", start.Format(DateLayout), c.project, done, wip)
			if done < c.doneFrom || done > c.doneTo || wip < c.wipFrom || wip > c.wipTo {
				t.Errorf("from %s, project %s: median %d done a week, %d in progress", start.Format(DateLayout), c.project, done, wip)
			}
			for n, w := range list {
				if w.done > c.best && n != 30 { // the week of the bulk close
					t.Errorf("from %s, project %s, week %d: %d done", start.Format(DateLayout), c.project, n-50, w.done)
				}
			}
		}
	}
}

func TestStatesNeverShowLaterEvents(t *testing.T) {
	site := demo()
	view := NewView(site)
	for day := -370; day < 120; day += 7 {
		at := tuesday.AddDate(0, 0, day)
		for _, st := range view.At(at).Issues {
			if st.Created.After(at) || st.Updated.After(at) || st.Resolved.After(at) || st.CategoryChanged.After(at) {
				t.Fatalf("%s at %v shows the future: %+v", st.Key, at, st)
			}
			if h := st.History(); len(h) > 0 && h[len(h)-1].At.After(at) {
				t.Fatalf("%s at %v shows a later change", st.Key, at)
			}
		}
	}
}

func TestStepwiseViewEqualsAFreshReplay(t *testing.T) {
	site := demo()
	view := NewView(site)
	for _, hours := range []int{-5000, -4999, -100, 0, 1, 24, 168, -20, 700} { // back and forth
		at := tuesday.Add(time.Duration(hours) * time.Hour)
		walked, fresh := view.At(at), NewView(site).At(at)
		if len(walked.Issues) != len(fresh.Issues) {
			t.Fatalf("at %v: %d issues, replayed %d", at, len(walked.Issues), len(fresh.Issues))
		}
		for n := range walked.Issues {
			if a, b := fmt.Sprint(walked.Issues[n].Fields), fmt.Sprint(fresh.Issues[n].Fields); a != b && walked.Issues[n].Points == nil {
				t.Fatalf("at %v: %s, replayed %s", at, a, b)
			}
		}
	}
}

func TestChangesAreInOrderAndFitTogether(t *testing.T) {
	for _, i := range demo().Issues {
		last, status := i.Created, i.First.Status
		for _, c := range i.Changes {
			if !c.At.After(last) {
				t.Fatalf("%s: change %d at %v is not after %v", i.First.Key, c.ID, c.At, last)
			}
			last = c.At
			for _, it := range c.Items {
				if it.Field != "status" {
					continue
				}
				if *it.From != status || *it.To == status {
					t.Fatalf("%s: moved from %s to %s while in %s", i.First.Key, *it.From, *it.To, status)
				}
				status = *it.To
			}
		}
	}
}

func TestPeopleWorkInTheirOwnDaytime(t *testing.T) {
	site, odd, all := demo(), 0, 0
	zones := map[string]*time.Location{}
	for _, u := range site.Users {
		zone, err := time.LoadLocation(u.Zone)
		if err != nil {
			t.Fatal(err)
		}
		zones[u.Zone] = zone
	}
	for _, i := range site.Issues {
		if i.First.Labels != nil && i.First.Labels[0] == "incident" {
			continue // those keep no hours
		}
		for _, c := range i.Changes {
			user, _ := site.User(c.By)
			if user.Type != "atlassian" {
				continue
			}
			all++
			if at := c.At.In(zones[user.Zone]); at.Hour() < 8 || at.Hour() > 19 || at.Weekday() == time.Sunday || at.Weekday() == time.Saturday {
				odd++
			}
		}
	}
	if odd*50 > all {
		t.Errorf("%d of %d changes are made at night or on weekends", odd, all)
	}
}

// TestDemoHasWhatTheScreensNeed looks for each kind of event that a report or a setup step shows.
func TestDemoHasWhatTheScreensNeed(t *testing.T) {
	for _, start := range seasons() {
		t.Run(start.Format(DateLayout), func(t *testing.T) { testScreens(t, Demo(start)) })
	}
}

func testScreens(t *testing.T, site *Site) {
	snap := NewView(site).At(site.Anchor)
	seen := map[string]int{}
	for _, st := range snap.Issues {
		noteState(seen, site, snap, st)
		noteChanges(seen, site, st)
	}
	for _, i := range site.Issues {
		if !i.Deleted.IsZero() {
			seen["deleted"]++
		}
	}
	for _, p := range site.Projects {
		for _, v := range p.Versions {
			switch {
			case v.Released.IsZero():
				seen["unreleased"]++
			case v.ReleaseDate == "":
				seen["released without date"]++
			default:
				seen["released"]++
			}
		}
	}
	for kind, least := range map[string]int{
		"epic done": 8, "epic open": 2, "epic without children": 2, "epic with due date": 5, "subtask": 50, "incident open or done": 20,
		"change failure": 8, "flagged now": 1, "flagged once": 30, "link": 10, "re-opened": 15, "moved back": 30, "by Automation": 50,
		"by agent": 50, "done without start": 10, "done without resolution": 5, "moved from another project": 2, "other parent": 1,
		"deleted": 2, "released": 60, "released without date": 5, "unreleased": 2, "estimated again": 5, "carried over": 40, "high priority": 20,
	} {
		if seen[kind] < least {
			t.Errorf("%s: %d, want at least %d", kind, seen[kind], least)
		}
	}
	t.Log(seen)
}

func noteState(seen map[string]int, site *Site, snap *Snapshot, st *State) {
	note := func(kind string, is bool) {
		if is {
			seen[kind]++
		}
	}
	level, category := site.IssueType(st.Type).Level, site.Status(st.Status).Category
	children := slices.ContainsFunc(snap.Issues, func(c *State) bool { return c.ParentID == st.ID })
	note("epic done", level == 1 && category == CategoryDone)
	note("epic open", level == 1 && category == CategoryIndeterminate)
	note("epic without children", level == 1 && !children)
	note("epic with due date", level == 1 && st.Due != "")
	note("subtask", level == -1)
	note("incident open or done", slices.Contains(st.Labels, "incident") && st.Priority == prioBlocker)
	note("change failure", st.Type == typeBug && len(st.Versions) > 0)
	note("flagged now", st.Flagged)
	note("link", len(st.Links) > 0)
	note("done without resolution", category == CategoryDone && st.Resolution == "")
	note("carried over", len(st.Sprints) > 1)
	note("high priority", st.Priority == prioHigh)
}

func noteChanges(seen map[string]int, site *Site, st *State) {
	kinds, started := map[string]bool{}, false
	for _, c := range st.History() {
		kinds["by Automation"] = kinds["by Automation"] || c.By == AutomationAccount
		kinds["by agent"] = kinds["by agent"] || c.By == AgentAccount
		for _, it := range c.Items {
			switch it.Field {
			case "status":
				from, to := site.Status(*it.From).Category, site.Status(*it.To).Category
				started = started || to == CategoryIndeterminate
				kinds["re-opened"] = kinds["re-opened"] || from == CategoryDone
				kinds["moved back"] = kinds["moved back"] || *it.From == inReview && *it.To == inProgress
				kinds["done without start"] = kinds["done without start"] || to == CategoryDone && !started
			case "Key":
				kinds["moved from another project"] = true
			case "IssueParentAssociation":
				kinds["other parent"] = true
			case "Flagged":
				kinds["flagged once"] = true
			case "Story Points":
				kinds["estimated again"] = kinds["estimated again"] || it.FromText != nil
			}
		}
	}
	for kind, is := range kinds {
		if is {
			seen[kind]++
		}
	}
}
