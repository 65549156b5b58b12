package metrics

import "time"

// reopenLimit is how soon after it was done an item must leave done again to
// count as re-opened.
const reopenLimit = 30 * 24 * time.Hour

// addReopenings counts an item in each week in which it was done and then left
// done within 30 days; once a week. Such an entry is never the one that
// Completed counts, so the re-open rate is Reopened of Completed + Reopened.
func (a *aggregation) addReopenings(i Issue) {
	var entered time.Time
	var counted *row
	for k, v := range a.path {
		if v.stage != Done || v.to.IsZero() {
			continue
		}
		if k > 0 && a.path[k-1].stage != Done {
			entered = v.from
		}
		left := a.path[k+1].stage != Done
		if !left || v.to.Sub(entered) > reopenLimit {
			continue
		}
		week := a.at(entered)
		if week == nil || week == counted {
			continue
		}
		counted = week
		week.Reopened++
		if i.AI {
			week.ReopenedAI++
		}
	}
}

// addIncident counts an incident where it was opened and where it was
// resolved; recovery runs from creation to done.
func (a *aggregation) addIncident(i Issue) {
	if !a.rules.Incident.Matches(i) {
		return
	}
	done, resolved := a.path.finished()
	if week := a.at(i.Created); week != nil {
		week.IncidentsOpened++
		if !resolved {
			week.Excluded[ExcludedOpenIncident]++
		}
	}
	if !resolved {
		return
	}
	if week := a.at(done); week != nil {
		week.IncidentsResolved++
		week.Recovery.Add(minutes(done.Sub(i.Created)))
	}
}
