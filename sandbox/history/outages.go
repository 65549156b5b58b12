package history

import (
	"math"
	"time"
)

// outages plays the day's incidents: seen at any hour, taken up within
// minutes, mostly over within hours.
func (t *team) outages(d time.Time) {
	perDay := 0.13
	if t.board.Points {
		perDay = 0.03
	}
	for range t.poisson(perDay) {
		w := t.anyone()
		at := w.at(d, t.between(7, 20))
		if !t.chance(0.25) {
			at = w.at(d, t.between(9, 15))
		}
		t.outage(at, w)
	}
}

func (t *team) outage(at time.Time, w *worker) {
	typ := typeIncident
	if t.board.Points {
		typ = typeBug
	}
	d := t.open(at, typ, t.title(outages))
	d.now.Priority, d.now.Labels, d.urgent = prioBlocker, []string{"incident"}, true
	if v := t.release.latest; v != nil && t.chance(0.6) {
		d.now.Versions = []string{v.ID}
	}
	d.born()
	d.owner = w
	begun := at.Add(time.Duration(4+t.rnd.IntN(35)) * time.Minute)
	d.change(begun, w.id, d.status(inProgress), d.assign(w.id))
	hours := min(1.6*math.Exp(0.9*t.rnd.NormFloat64()), 50)
	d.change(begun.Add(time.Duration(hours*float64(time.Hour))), w.id, d.status(done), d.resolution(resolvedDone))
}
