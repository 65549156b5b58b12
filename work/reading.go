package work

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"
	"time"

	"headway/calendar"
	"headway/jira"
	"headway/metrics"
	"headway/models"
)

// What a reading came to, beside the number of issues it read; problems have
// codes of their own, see problem.go.
const (
	noteUnchanged = "unchanged"
	noteEmpty     = "no_issues"
)

// reading is one refresh under way.
type reading struct {
	w       *Worker
	team    models.Team
	project models.Project
	lease   models.Lease
	def     models.Definition
	mark    models.Watermark // of the reading before
	wishes  []models.Reading // of those who are shown how far it is
	full    bool
	now     time.Time

	sprints     []models.Sprint // as they are now, if sprintsRead
	sprintsRead bool

	weeks       int // to be built
	total, seen int // issues
	show        show
}

// run reads Jira, or finds that it need not, and says what that came to.
func (r *reading) run(ctx context.Context) (note string, err error) {
	client, err := r.w.client(ctx, r.team, r.project.ConnectionID)
	if err != nil {
		return "", err
	}
	if _, err := client.Check(ctx); err != nil { // never anonymous
		return "", err
	}
	r.sprints, r.sprintsRead = r.readSprints(ctx, client)
	s, err := r.today(ctx, client)
	if err != nil {
		return "", err
	}
	basis, err := r.basis(s)
	if err != nil {
		return "", err
	}
	if r.total, err = client.Count(ctx, r.query(s)); err != nil {
		return "", err
	}
	same, err := r.unchanged(ctx, client, basis)
	if err != nil {
		return "", err
	}
	if same {
		mark := r.mark
		mark.ReadUpTo, mark.State, mark.Problem = r.now, models.RefreshOK, ""
		return noteUnchanged, r.store(ctx, nil, mark, noteUnchanged)
	}
	return r.rebuild(ctx, client, s, basis)
}

// rebuild reads the issues and replaces the rows of the window.
func (r *reading) rebuild(ctx context.Context, client Jira, s scope, basis string) (note string, err error) {
	rows, err := r.aggregate(ctx, client, s)
	if err != nil {
		return "", err
	}
	empty, err := r.empty(ctx, client)
	if err != nil {
		return "", err
	}
	mark := models.Watermark{
		ProjectID: r.project.ID, ReadUpTo: r.now, StartedAt: r.now, Issues: r.seen, State: models.RefreshOK, Full: r.full,
		Definition: r.def.Version, OpenFrom: r.openFrom(), Basis: basis, Counted: r.total}
	note = strconv.Itoa(r.seen)
	switch {
	case empty:
		note, mark.EmptySince = noteEmpty, r.emptySince()
		rows = slices.DeleteFunc(rows, func(row metrics.Weekly) bool { return r.mark.Issues > 0 && !row.Partial })
	case !r.full:
		mark.Issues = max(r.seen, r.mark.Issues)
	}
	return note, r.store(ctx, rows, mark, note)
}

// touchHomes says that App Home shows another state of the project: it went
// stale, or is no longer. That figures were read again is no news there.
func (r *reading) touchHomes(ctx context.Context, tx models.Team, mark models.Watermark) error {
	if mark.State == r.mark.State {
		return nil
	}
	return tx.TouchHomes(ctx)
}

// store writes the rows, the watermark and what those who wished for the
// reading are told, all or nothing, and only while the lease is held.
func (r *reading) store(ctx context.Context, rows []metrics.Weekly, mark models.Watermark, note string) error {
	mark.EndedAt = r.w.Now()
	return r.team.Atomically(ctx, func(tx models.Team) error {
		if err := r.lease.In(tx).Renew(ctx); err != nil {
			return err
		}
		if rows == nil {
			if err := tx.PutWatermark(ctx, mark); err != nil {
				return err
			}
		} else if err := tx.ReplaceWeeks(ctx, r.project.ID, r.def.Version, rows, mark); err != nil {
			return err
		}
		if err := r.storeSprints(ctx, tx); err != nil {
			return err
		}
		if err := r.touchHomes(ctx, tx, mark); err != nil {
			return err
		}
		return r.w.tellRead(ctx, tx, r, note)
	})
}

// window is the open window, or the whole history. It begins with the first week
// that the reading before left open, however long the bot stood still: a week
// must not settle with what was known of it then. And it never goes back behind
// that week, whatever the clock does: what is settled stays.
func (r *reading) window() metrics.Window {
	from, to := metrics.OpenWindow(r.now, r.project.Location())
	if open := r.leftOpen(); open.Compare(to) <= 0 {
		from = open
	}
	if r.full {
		from = to.Add(-HistoryWeeks)
	}
	return metrics.Window{Calendar: r.project.Calendar(), From: from, To: to, Now: r.now}
}

// leftOpen is the first week that the reading before left open.
func (r *reading) leftOpen() calendar.Week {
	if !r.mark.OpenFrom.IsZero() {
		return r.mark.OpenFrom
	}
	open, _ := metrics.OpenWindow(r.mark.ReadUpTo, r.project.Location())
	return open
}

// openFrom is the first week that this reading leaves open.
func (r *reading) openFrom() calendar.Week {
	open, to := metrics.OpenWindow(r.now, r.project.Location())
	if before := r.leftOpen(); !r.full && before.Compare(open) > 0 && before.Compare(to) <= 0 {
		return before
	}
	return open
}

// scope is what a reading must know before it reads issues.
type scope struct {
	rules    metrics.Rules
	window   metrics.Window
	statuses []jira.Status // of the project's workflows today
	releases []metrics.Release
}

// today is the scope of the window, under the definitions of today. Whether there
// was a deployment before the window is told by the settled weeks, which stay even
// when a deployment's issue is deleted since.
func (r *reading) today(ctx context.Context, client Jira) (s scope, err error) {
	rules, window := r.def.Rules, r.window()
	rules.Version = r.def.Version
	if window.Deployed, err = r.team.DeployedBefore(ctx, r.project.ID, window.From); err != nil {
		return s, err
	}
	r.weeks = window.To.Sub(window.From) + 1
	return r.scope(ctx, client, rules, window)
}

func (r *reading) scope(ctx context.Context, client Jira, rules metrics.Rules, window metrics.Window) (s scope, err error) {
	s = scope{rules: rules, window: window}
	if s.releases, err = client.Releases(ctx, r.project.JiraID); err != nil {
		return s, err
	}
	if s.statuses, err = client.Statuses(ctx, r.project.JiraID); err != nil {
		return s, err
	}
	site, err := client.SiteStatuses(ctx)
	s.rules.Stages = withRetired(rules.Stages, site, s.statuses)
	return s, err
}

// withRetired adds the statuses that left the project's workflows and still
// stand in its history: nobody could map them, so they count by their category.
// One that is in a workflow and not mapped stays so, and reports say it.
func withRetired(mapped map[string]metrics.Stage, site, current []jira.Status) map[string]metrics.Stage {
	stages := Stages(site)
	for _, s := range current {
		delete(stages, s.ID)
	}
	maps.Copy(stages, mapped)
	return stages
}

// beforeWindow is how much earlier than its window a reading looks: entries into
// a status that lie close together are one deployment, also across midnight.
const beforeWindow = 24 * time.Hour

// query asks for every issue that a row of the window may need: what was
// updated since, what is under way by Jira's category or by the team's own
// mapping, and what the window's releases name, however long ago.
func (r *reading) query(s scope) jira.Query {
	return jira.Query{
		ProjectID:    r.project.JiraID,
		UpdatedSince: s.window.From.Start(r.project.Location()).Add(-beforeWindow),
		OrInProgress: true,
		Statuses:     s.underWay(),
		Versions:     s.released(),
		Points:       r.project.EstimateField,
		Fields:       jira.Fields{Sprint: jira.Field{ID: r.project.SprintField}, Flagged: jira.Field{ID: r.project.FlagField}},
		Labels:       needLabels(s.rules),
	}
}

// aggregate streams the issues into rows; nothing is kept but counts.
func (r *reading) aggregate(ctx context.Context, client Jira, s scope) ([]metrics.Weekly, error) {
	var failed error
	rows := metrics.Aggregate(s.rules, s.window, r.issues(ctx, client.Issues(ctx, r.query(s)), &failed), s.releases)
	return rows, failed
}

// underWay are the ids of statuses that the team counts as work under way and
// Jira does not. A status that is gone is left out: Jira refuses to search it.
func (s scope) underWay() []string {
	var ids []string
	for _, status := range s.statuses {
		switch s.rules.Stage(status.ID) {
		case metrics.InProgress, metrics.InReview, metrics.Waiting:
			if status.Category != "indeterminate" {
				ids = append(ids, status.ID)
			}
		}
	}
	return ids
}

// released are the ids of versions released in a week of the window.
func (s scope) released() []string {
	var ids []string
	for _, v := range s.releases {
		if !v.Released || v.Date.IsZero() {
			continue
		}
		if week := calendar.WeekOf(v.Date); week.Compare(s.window.From) >= 0 && week.Compare(s.window.To) <= 0 {
			ids = append(ids, v.ID)
		}
	}
	return ids
}

// issues counts what passes by and shows it; the first error ends the stream and
// is left in failed.
func (r *reading) issues(ctx context.Context, in iter.Seq2[metrics.Issue, error], failed *error) iter.Seq[metrics.Issue] {
	return func(yield func(metrics.Issue) bool) {
		for issue, err := range in {
			if err != nil {
				*failed = err
				return
			}
			r.seen++
			r.progress(ctx)
			if !yield(issue) {
				return
			}
		}
	}
}

// needLabels says whether a rule looks at labels; they are read only then.
func needLabels(r metrics.Rules) bool {
	return len(r.ExcludeLabels)+len(r.Incident.Labels)+len(r.Failure.Labels)+len(r.Blocked.Labels) > 0
}
