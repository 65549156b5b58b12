package metrics_test

import (
	"slices"
	"testing"

	"headway/calendar"
	"headway/metrics"
)

// On a recorded history the signals must see the work in progress that the
// weekly rows count, and name nothing that is not among it.
func TestSignalsAgreeWithTheRowsOfRealHistories(t *testing.T) {
	newYork := mustZone("America/New_York")
	for _, c := range histories {
		h := realHistory(t, c.file)
		issues, named := h.items(t), 0
		first := week(c.from)
		for k := 20; first.Add(k).Compare(week(c.to)) < 0; k += 40 {
			now := first.Add(k).Monday().At(17, 0, newYork)
			zone := calendar.Calendar{Zone: newYork}
			b := metrics.Board{Rules: historyRules, Calendar: zone, Now: now, Issues: slices.Values(issues), Releases: h.releases(t), WIPLimit: 1}
			b.Weeks = metrics.Aggregate(b.Rules, metrics.Window{Calendar: zone, From: first, To: first.Add(k), Now: now}, b.Issues, b.Releases)
			last := b.Weeks[len(b.Weeks)-1]
			load := read(t, b, metrics.SignalOverload, 0).Measures[0]
			if int(load.Num) != last.WIPAtEnd {
				t.Errorf("%s as of %v: %v in progress, the rows count %d", c.file, now, load.Num, last.WIPAtEnd)
			}
			for _, s := range []metrics.Signal{metrics.SignalAgeing, metrics.SignalStale} {
				r := read(t, b, s, 0)
				named += len(r.Issues)
				for _, id := range r.Issues {
					i := issues[slices.IndexFunc(issues, func(i metrics.Issue) bool { return i.ID == id })]
					stays := b.Rules.Stays(i, now)
					if stage := stays[len(stays)-1].Stage; stage == metrics.ToDo || stage == metrics.Done || stage == metrics.Unmapped {
						t.Errorf("%s as of %v: %v names %d, which is not under way", c.file, now, s, id)
					}
				}
			}
		}
		if named == 0 {
			t.Errorf("%s: nothing was ever stale or ageing", c.file)
		}
	}
}
