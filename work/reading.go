package work

import (
	"context"
	"errors"
	"iter"
	"maps"
	"time"

	"headway/calendar"
	"headway/jira"
	"headway/metrics"
	"headway/models"
)

// reading is one refresh under way.
type reading struct {
	w        *Worker
	team     models.Team
	project  models.Project
	mark     models.Watermark
	progress func(Progress)
	full     bool
	now      time.Time

	seen, total int
}

func (r *reading) run(ctx context.Context) error {
	client, err := r.w.client(ctx, r.team, r.project.ConnectionID)
	if err != nil {
		return err
	}
	if _, err := client.Check(ctx); err != nil { // never anonymous
		return err
	}
	def, err := r.team.Definition(ctx, r.project.ID)
	if err != nil {
		return err
	}
	rules := def.Rules
	rules.Version = def.Version
	s, err := r.scope(ctx, client, rules, r.window())
	if err != nil {
		return err
	}
	if r.total, err = client.Count(ctx, r.query(s)); err != nil {
		return err
	}
	rows, err := r.aggregate(ctx, client, s)
	if err != nil {
		return err
	}
	if r.seen == 0 && r.mark.Issues > 0 {
		return errEmptyAnswer
	}
	return r.team.ReplaceWeeks(ctx, r.project.ID, def.Version, rows, models.Watermark{
		ProjectID: r.project.ID, ReadUpTo: r.now, StartedAt: r.now, EndedAt: r.w.Now(), Issues: max(r.seen, r.mark.Issues*btoi(!r.full)),
		State: models.RefreshOK, Full: r.full})
}

// errEmptyAnswer is an empty answer after a full one: Jira gives it for a lost
// permission too, so it must never wipe figures.
var errEmptyAnswer = errors.New("work: Jira answered with no issues where there were some")

// window is the open window, or the whole history. A week that was open when
// Jira was read last is read once more, however long the bot stood still: it
// must not settle with what was known of it then.
func (r *reading) window() metrics.Window {
	from, to := metrics.OpenWindow(r.now, r.project.Location())
	if last, _ := metrics.OpenWindow(r.mark.ReadUpTo, r.project.Location()); last.Compare(from) < 0 {
		from = last
	}
	if r.full {
		from = to.Add(-historyWeeks)
	}
	return metrics.Window{Calendar: r.project.Calendar(), From: from, To: to, Now: r.now}
}

// scope is what a reading must know before it reads issues.
type scope struct {
	rules    metrics.Rules
	window   metrics.Window
	statuses []jira.Status // of the project's workflows today
	releases []metrics.Release
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

// query asks for every issue that a row of the window may need: what was
// updated since, what is under way by Jira's category or by the team's own
// mapping, and what the window's releases name, however long ago.
func (r *reading) query(s scope) jira.Query {
	return jira.Query{
		ProjectID:    r.project.JiraID,
		UpdatedSince: s.window.From.Start(r.project.Location()),
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
	rows := metrics.Aggregate(s.rules, s.window, r.issues(client.Issues(ctx, r.query(s)), &failed), s.releases)
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

// issues counts what passes by and reports progress; the first error ends the
// stream and is left in failed.
func (r *reading) issues(in iter.Seq2[metrics.Issue, error], failed *error) iter.Seq[metrics.Issue] {
	return func(yield func(metrics.Issue) bool) {
		for issue, err := range in {
			if err != nil {
				*failed = err
				return
			}
			r.seen++
			if r.progress != nil && r.seen%progressEvery == 0 {
				r.progress(Progress{Issues: r.seen, Total: r.total})
			}
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
