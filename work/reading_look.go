package work

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"headway/calendar"
	"headway/jira"
	"headway/metrics"
)

const (
	// overlap covers what Jira's index shows late, and a clock that differs from
	// Jira's.
	overlap = 10 * time.Minute
	// secondLook is how long after an empty answer another one is believed.
	secondLook = 50 * time.Minute
)

// unchanged says whether a rebuild would give the rows that are stored: all else
// than issues is as it was, Jira counts as many issues as then, so none was
// deleted or moved away, and none was updated since. A new local day always
// rebuilds, since work in progress and ages are counted by the day; so the first
// reading of a day also catches what the count, which Jira calls approximate, or
// a late index hid.
func (r *reading) unchanged(ctx context.Context, client Jira, basis string) (bool, error) {
	if r.full || r.mark.Basis != basis || r.mark.Counted != r.total || !r.mark.EmptySince.IsZero() || r.now.Before(r.mark.ReadUpTo) {
		return false, nil
	}
	changed, err := client.Changed(ctx, r.project.JiraID, r.mark.ReadUpTo.Add(-overlap))
	return !changed && err == nil, err
}

// basis is a fingerprint of all that rows are made from beside issues: the local
// day, the weeks, the definitions with the stages of all statuses, the releases,
// the calendar and the fields that are read.
func (r *reading) basis(s scope) (string, error) {
	all, err := json.Marshal(struct {
		Day      calendar.Date
		From, To calendar.Week
		Deployed bool
		Calendar [3]string
		Rules    metrics.Rules
		Releases []metrics.Release
		Query    jira.Query
	}{
		calendar.DateOf(r.now, r.project.Location()), s.window.From, s.window.To, s.window.Deployed,
		[3]string{r.project.Zone, strconv.Itoa(int(r.project.Workdays)), r.project.Country}, s.rules, s.releases, r.query(s),
	})
	if err != nil {
		return "", fmt.Errorf("work: basis of a reading: %w", err)
	}
	sum := sha256.Sum256(all)
	return hex.EncodeToString(sum[:16]), nil
}

// errEmptyAnswer is an empty answer after a full one: Jira gives it for a lost
// permission too, so it must not wipe figures at once.
var errEmptyAnswer = errors.New("work: Jira shows no issue of a project that had some")

// empty says whether the project has no issue left. Nothing to read in the
// window is no sign of it; nothing in the whole project is believed when the
// project can be seen and the second look, most of an hour later, finds the same.
func (r *reading) empty(ctx context.Context, client Jira) (bool, error) {
	if r.seen > 0 {
		return false, nil
	}
	if _, err := client.Project(ctx, strconv.FormatInt(r.project.JiraID, 10)); err != nil {
		return false, err
	}
	all, err := client.Count(ctx, jira.Query{ProjectID: r.project.JiraID})
	if err != nil || all > 0 {
		return false, err
	}
	if r.mark.Issues > 0 && (r.mark.EmptySince.IsZero() || r.now.Sub(r.mark.EmptySince) < secondLook) {
		return false, errEmptyAnswer
	}
	return true, nil
}

// emptySince is when Jira first showed no issue.
func (r *reading) emptySince() time.Time {
	if r.mark.EmptySince.IsZero() {
		return r.now
	}
	return r.mark.EmptySince
}
