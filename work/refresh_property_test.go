package work_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"regexp"
	"testing"
	"time"

	"pgregory.net/rapid"

	"headway/calendar"
	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
	"headway/work"
)

const (
	randomChanges = 200 // of each history
	stops         = 12  // of each history, with three refreshes each
)

// TestARefreshGivesTheRowsOfAFullRebuild draws histories of 200 changes over half
// a year: issues created, moved on, re-opened, moved between projects, deleted,
// their type, estimate, labels, priority and versions changed, versions released,
// also as of earlier days; and looks in between at which the bot's clock may have
// gone back or stand a few minutes ahead. After each look the rows of the weeks
// that may still change are those of a full rebuild, and settled ones are what
// they were, to the last byte. -rapid.checks sets how many histories.
func TestARefreshGivesTheRowsOfAFullRebuild(t *testing.T) {
	t.Parallel()
	fewChecks(t)
	for name, open := range map[string]func(*testing.T) *models.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t)
			histories, looks, skipped, settled := 0, 0, 0, 0
			rapid.Check(t, func(rt *rapid.T) {
				p := newProperty(rt, t, store, histories)
				histories++
				p.run()
				looks, skipped, settled = looks+p.looks, skipped+p.skipped, settled+len(p.settled)
			})
			t.Logf("%d histories of %d changes, %d refreshes, %d of them without reading, %d weeks settled", histories, randomChanges, looks, skipped, settled)
			if skipped < histories || looks < 20*histories || settled < 60*histories {
				t.Error("the property shows too little: too few refreshes, or none without reading, or too few weeks that settled")
			}
		})
	}
}

// fewChecks keeps the test within a minute unless someone asks for more.
func fewChecks(t *testing.T) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if checks.Value.String() != checks.DefValue {
		return
	}
	n := "8"
	if testing.Short() || os.Getenv("CI") == "true" {
		n = "4"
	}
	if err := checks.Value.Set(n); err != nil {
		t.Fatal(err)
	}
}

// property is one drawn history, read by two teams: one refreshes, the other
// rebuilds all each time.
type property struct {
	*rapid.T
	world    *world
	ctx      context.Context
	worker   *work.Worker
	now      time.Time // the bot's clock
	one, two models.Team
	p, q     models.Project
	changes  *chronicle
	settled  map[calendar.Week]string
	at       []time.Time     // of the looks, on Jira's clock
	ahead    []time.Duration // of it stands the bot's

	looks, skipped int
}

func newProperty(rt *rapid.T, t *testing.T, store *models.Store, n int) *property {
	p := &property{T: rt, ctx: t.Context(), settled: map[calendar.Week]string{}}
	start := time.Date(2026, time.March, 2, 9, 0, 0, 0, berlin)
	p.changes = newChronicle(rt, start)
	pause := pauses(rt)
	for n := range randomChanges {
		p.changes.change(pause())
		if n%(randomChanges/stops) == 0 {
			p.look()
		}
	}
	p.look()
	p.world = newWorld(t, p.changes.site, start)
	p.worker = p.world.worker(store, func() time.Time { return p.now })
	rules := drawnRules(rt)
	p.one, p.p = follow(t, store, teamName("ONE", n), "PAY", payID, rules)
	p.two, p.q = follow(t, store, teamName("TWO", n), "PAY", payID, rules)
	return p
}

func teamName(kind string, n int) string {
	return "T" + kind + string(rune('A'+n%26)) + string(rune('A'+n/26))
}

// pauses are seconds, minutes or days, at random: changes that one reading sees,
// that two readings of one day see, and that make weeks settle. They don't come
// from rapid, which prefers short ones.
func pauses(t *rapid.T) func() time.Duration {
	dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed of the pauses"), 1))
	return func() time.Duration {
		longest := []time.Duration{time.Minute, time.Hour, 6 * 24 * time.Hour}[dice.IntN(3)]
		return time.Second + time.Duration(dice.Int64N(int64(longest)))
	}
}

// look plans refreshes after the changes so far, others may happen before they are
// made: one that finds new weeks, one that finds them old, one that may find
// nothing to read.
func (p *property) look() {
	for n := range 3 {
		at := p.changes.now.Add(time.Duration(1+n) * 15 * time.Minute)
		if before := len(p.at) - 1; before >= 0 && !p.at[before].Before(at) {
			at = p.at[before].Add(time.Minute)
		}
		p.at = append(p.at, at)
		p.ahead = append(p.ahead, rapid.SampledFrom([]time.Duration{0, 0, 0, 9 * time.Minute, -5 * time.Minute, -time.Hour, -26 * time.Hour}).Draw(p.T, "clock ahead"))
	}
}

// drawnRules are definitions of each kind that changes what must be read.
func drawnRules(t *rapid.T) metrics.Rules {
	rules := demoRules
	rules.Stages = map[string]metrics.Stage{"10000": metrics.ToDo, "3": metrics.InProgress, "10004": metrics.Waiting, "10001": metrics.InReview, "10002": metrics.Done}
	if rapid.Bool().Draw(t, "selected is under way") { // though Jira calls it to do
		rules.Stages["10005"] = metrics.InProgress
	}
	if rapid.Bool().Draw(t, "labels") {
		rules.ExcludeLabels, rules.Failure.Labels = []string{"later"}, []string{"regression"}
	}
	if rapid.Bool().Draw(t, "resolutions") {
		rules.ExcludeResolutions = []string{"10001"}
	}
	if rapid.Bool().Draw(t, "deployed by a status") {
		rules.DeployedBy = "10001"
	}
	return rules
}

func (p *property) run() {
	for n, at := range p.at {
		p.world.at(at)
		p.now = at.Add(p.ahead[n])
		before := p.world.histories()
		if err := p.worker.Refresh(p.ctx, p.one, p.p.ID, false); err != nil {
			p.Fatalf("%v: refresh: %v", p.now, err)
		}
		p.looks++
		if p.world.histories() == before {
			p.skipped++
		}
		if err := p.worker.Refresh(p.ctx, p.two, p.q.ID, true); err != nil {
			p.Fatalf("%v: rebuild: %v", p.now, err)
		}
		p.compare()
	}
}

// causeless are failures without a deployment before them.
var causeless = regexp.MustCompile(`failure_without_version:\d+ ?`)

// alike writes a row as it is compared. One figure may differ, and only where a
// status deploys: a failure has a cause if a settled week counts a deployment. That
// week is frozen, while a rebuild no longer finds a deployment whose issue was
// deleted or moved away since.
func (p *property) alike(open calendar.Week) func(row string) string {
	one, err := p.one.DeployedBefore(p.ctx, p.p.ID, open)
	must(p.world.t, err)
	two, err := p.two.DeployedBefore(p.ctx, p.q.ID, open)
	must(p.world.t, err)
	if one == two {
		return func(row string) string { return row }
	}
	return func(row string) string { return causeless.ReplaceAllString(row, "") }
}

// compare holds the refreshed rows against the rebuilt ones, and the settled ones
// against themselves.
func (p *property) compare() {
	open := markOf(p.world.t, p.one, p.p).OpenFrom
	refreshed, rebuilt := rowsOf(p.world.t, p.one, p.p), rowsOf(p.world.t, p.two, p.q)
	alike := p.alike(open)
	running := calendar.WeekOf(calendar.DateOf(p.now, berlin))
	for week, row := range refreshed {
		was, settled := p.settled[week]
		switch {
		case week.Compare(running) > 0:
			p.Fatalf("at %v there is a row of %v", p.now, week)
		case settled && row != was:
			p.Fatalf("at %v the settled %v changed\nfrom %s\nto   %s", p.now, week, was, row)
		case week.Compare(open) < 0:
			p.settled[week] = row
		case alike(row) != alike(rebuilt[week]):
			p.Fatalf("at %v %v differs\nrefreshed %s\nrebuilt   %s", p.now, week, row, rebuilt[week])
		}
	}
	if _, there := refreshed[running]; !there {
		p.Fatalf("at %v there is no row of the running week", p.now)
	}
}
