package metrics

import (
	"time"

	"headway/calendar"
)

// visit is one stay of an issue in a status; to is zero while it lasts.
type visit struct {
	status   string
	stage    Stage
	from, to time.Time
}

// path is the stays of one issue, oldest first.
type path []visit

// visits appends the stays of the issue to buf. A move into the status where
// the issue already is does not start a new one.
func (r Rules) visits(buf path, i Issue) path {
	status := i.First
	if status == "" && len(i.Moves) == 0 {
		status = i.Status
	}
	buf = append(buf, visit{status: status, stage: r.Stages[status], from: i.Created})
	for _, m := range i.Moves {
		last := &buf[len(buf)-1]
		if m.To == last.status {
			continue
		}
		last.to = m.At
		buf = append(buf, visit{status: m.To, stage: r.Stages[m.To], from: m.At})
	}
	return buf
}

func (p path) started() (time.Time, bool) {
	for _, v := range p {
		if v.stage.started() {
			return v.from, true
		}
	}
	return time.Time{}, false
}

func (p path) finished() (time.Time, bool) {
	first := len(p)
	for first > 0 && p[first-1].stage == Done {
		first--
	}
	if first == len(p) || first == 0 {
		return time.Time{}, false
	}
	return p[first].from, true
}

// CycleDays is the cycle time as it is shown: the number of local days from
// the day of the start to the day of the end, both included.
func CycleDays(started, done time.Time, z *time.Location) int {
	return calendar.DateOf(done, z).Sub(calendar.DateOf(started, z)) + 1
}
