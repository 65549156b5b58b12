package work

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/metrics"
	"headway/models"
)

const (
	reportGrace    = 24 * time.Hour // a weekly report later than this is noted as missed
	usualWeeks     = 12             // weeks before the reported one that make the usual range
	reportTemplate = 1              // of the stored numeric inputs
)

// ReportInput is everything a report shows, as numbers: stored with the report,
// so that showing it again gives the same bytes.
type ReportInput struct {
	Key      string          `json:"key"`
	Project  string          `json:"project"`
	Zone     string          `json:"zone"`
	Summary  metrics.Summary `json:"summary"`
	Blockers int             `json:"blockers"`
	ReadUpTo time.Time       `json:"read_up_to"`
	Stale    bool            `json:"stale"`
	JQL      jql             `json:"jql"`
}

// jql are the addresses of the searches that lead from a figure to its issues.
type jql struct {
	Done string `json:"done"`
	Open string `json:"open"`
}

// PostReports posts the weekly report of every project whose moment has come.
func (w *Worker) PostReports(ctx context.Context) error {
	return w.eachDue(ctx, ScheduleReport, w.reportScheduled)
}

// reportScheduled reads Jira once more, a minute at most, and posts the week
// before the slot: fresh where Jira answers, else as of the last reading.
func (w *Worker) reportScheduled(ctx context.Context, team models.Team, scheduleID string, now time.Time) error {
	s, err := team.Schedule(ctx, scheduleID)
	if err != nil {
		return err
	}
	if p, err := team.Project(ctx, s.SubjectID); err == nil {
		w.freshen(ctx, team, p)
		w.lookIfOld(ctx, team, p)
	}
	ran, err := runSlot(ctx, team, scheduleID, now, func(tx models.Team, s models.Schedule) (outcome, error) {
		p, err := tx.Project(ctx, s.SubjectID)
		if err != nil {
			return outcome{}, err
		}
		var out outcome
		date, at, ok := calendar.NextSlot(p.ReportSlot, now, p.Location())
		if !ok {
			return out, fmt.Errorf("work: project %s has no report day", p.ID)
		}
		out.next, out.slot = at, date.String()
		if now.Sub(s.NextDue) > reportGrace {
			out.state = models.RunMissed
			return out, nil
		}
		week := calendar.WeekOf(calendar.DateOf(s.NextDue, p.Location())).Add(-1)
		if err := w.postReport(ctx, tx, p, week); err != nil {
			return out, err
		}
		return out, w.lookAtOpens(ctx, tx, p, week)
	})
	if ran {
		w.Wake()
	}
	return err
}

// freshen refreshes before a report where the last reading is old; one that is
// under way is waited for. The report itself says "as of" where a minute is too
// short. An archived project is not read any more, and a minute is no time for
// the first reading of one that has no figures yet.
func (w *Worker) freshen(ctx context.Context, team models.Team, p models.Project) {
	mark, err := team.Watermark(ctx, p.ID)
	if err != nil || mark.ReadUpTo.IsZero() || p.State == models.ProjectArchived {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, beforeReport)
	defer cancel()
	err = ErrRefreshing
	for errors.Is(err, ErrRefreshing) && !w.isFresh(ctx, team, p) && ctx.Err() == nil {
		if err = w.Refresh(ctx, team, p.ID, false); errors.Is(err, ErrRefreshing) {
			wait(ctx, askAgain)
		}
	}
	if err != nil && !errors.Is(err, ErrRefreshing) {
		w.Log.WarnContext(ctx, "report without fresh data", "team", team.ID(), "project", p.ID, "problem", problemOf(err))
	}
}

// askAgain is how often a report looks whether a reading under way has ended.
const askAgain = 300 * time.Millisecond

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (w *Worker) isFresh(ctx context.Context, team models.Team, p models.Project) bool {
	mark, err := team.Watermark(ctx, p.ID)
	return err == nil && mark.State == models.RefreshOK && w.Now().Sub(mark.ReadUpTo) < freshEnough
}

// postReport stores the weekly report and enqueues it for the project's
// channel, the safe one where nobody declared who reads there, none where the
// project was taken off the channel.
func (w *Worker) postReport(ctx context.Context, tx models.Team, p models.Project, week calendar.Week) error {
	bound, safe, err := w.reach(ctx, tx, p.ID, p.ReportChannel)
	if err != nil || !bound {
		return err
	}
	report, input, err := w.makeReport(ctx, tx, w.channelPermit(tx, p), p, week, "weekly:"+p.ID+":"+week.String(), "")
	if err != nil {
		return err
	}
	return w.enqueue(ctx, tx, models.OutboxMessage{Channel: p.ReportChannel, Kind: kindReport, Key: "report:" + p.ID + ":" + week.String()}, posted(report, input, safe))
}

// reach says whether a channel may get posts on a project at all, which takes a
// binding, and whether only the safe ones, as nobody knows who reads there.
func (w *Worker) reach(ctx context.Context, tx models.Team, projectID, channel string) (bound, safe bool, err error) {
	b, _, err := tx.BindingOf(ctx, channel)
	if errors.Is(err, models.ErrNotFound) {
		return false, true, nil
	}
	return err == nil && b.ProjectID == projectID, !b.Trusted(w.Now()), err
}

// posted is the message that a channel gets: the safe one where nobody declared
// who reads there, one line after a quiet week.
func posted(r models.Report, in ReportInput, safe bool) blocks.Message {
	view := reportView(r, in)
	view.Posted = true
	switch {
	case safe:
		return blocks.SafeReport(view)
	case metrics.Judge(in.Summary).Quiet && !in.Stale: // old data must say so
		return blocks.QuietReport(view)
	default:
		return blocks.Report(view)
	}
}

// Report makes a report on demand for someone who may see the project. Reading
// Jira first takes a minute at most.
func (w *Worker) Report(ctx context.Context, team models.Team, permit models.Permit, user string, p models.Project, week calendar.Week) (blocks.ReportView, error) {
	w.freshen(ctx, team, p)
	var view blocks.ReportView
	err := team.Atomically(ctx, func(tx models.Team) error {
		report, input, err := w.makeReport(ctx, tx, permit, p, week, "", user)
		if err != nil {
			return err
		}
		view = reportView(report, input)
		return w.audit(ctx, tx, user, "report.view", p.ID, fmt.Sprintf("R-%d", report.Number))
	})
	return view, err
}

// makeReport gathers the figures of a week and stores them. A key makes the
// report unique; without one each call stores its own.
func (w *Worker) makeReport(ctx context.Context, tx models.Team, permit models.Permit, p models.Project, week calendar.Week, key, user string) (models.Report, ReportInput, error) {
	input, err := w.gather(ctx, tx, permit, p, week)
	if err != nil {
		return models.Report{}, input, err
	}
	data, err := json.Marshal(input)
	if err != nil {
		return models.Report{}, input, fmt.Errorf("work: write report: %w", err)
	}
	report := models.Report{ID: models.NewID(), ProjectID: p.ID, Kind: "weekly", Week: week, Template: reportTemplate, Input: string(data), Key: key, CreatedAt: w.Now(), CreatedBy: user}
	if user != "" {
		report.Opens = 1
	}
	return report, input, tx.AddReport(ctx, &report)
}

// gather reads the stored figures of a week and the ones it is compared with.
func (w *Worker) gather(ctx context.Context, tx models.Team, permit models.Permit, p models.Project, week calendar.Week) (ReportInput, error) {
	rows, err := tx.Weeks(ctx, permit, week.Add(-usualWeeks), week)
	if err != nil {
		return ReportInput{}, err
	}
	if len(rows) == 0 || rows[len(rows)-1].Week != week {
		return ReportInput{}, Refusal{"There are no figures for week " + fmt.Sprint(week.Number) + " yet. Jira is being read; try again in a minute."}
	}
	mark, err := tx.Watermark(ctx, p.ID)
	if err != nil {
		return ReportInput{}, err
	}
	links, err := w.links(ctx, tx, p)
	if err != nil {
		return ReportInput{}, err
	}
	in := ReportInput{
		Key: p.Key, Project: p.Name, Zone: p.Zone, Summary: metrics.Summarize(rows), ReadUpTo: mark.ReadUpTo, Stale: mark.State != models.RefreshOK,
		JQL: jql{
			Done: links.SearchURL(fmt.Sprintf("project = %d AND statusCategory = Done AND statusCategoryChangedDate >= %q AND statusCategoryChangedDate < %q", p.JiraID, week.Monday(), week.Next().Monday())),
			Open: links.SearchURL(fmt.Sprintf("project = %d AND statusCategory = \"In Progress\"", p.JiraID)),
		},
	}
	if in.Summary.Responses, err = w.responses(ctx, tx, p, week, week); err != nil {
		return in, err
	}
	if in.Summary.ResponsesUsual, err = w.responses(ctx, tx, p, week.Add(-8), week.Prev()); err != nil {
		return in, err
	}
	in.Blockers, err = w.blockedAt(ctx, tx, p, week)
	return in, err
}

// responses are the published cells of the weeks: project and ISO week is the
// fixed cell, frozen once the week is over, a longer period the union of cells
// that pass.
func (w *Worker) responses(ctx context.Context, tx models.Team, p models.Project, from, to calendar.Week) (metrics.Shown, error) {
	var cells []metrics.Tally
	for week := from; week.Compare(to) <= 0; week = week.Next() {
		cell, err := tx.WeekTally(ctx, p.ID, week, week.Compare(calendar.WeekOf(w.Today(p))) < 0)
		if err != nil {
			return metrics.Shown{}, err
		}
		cells = append(cells, cell)
	}
	return metrics.Withhold(metrics.Merge(cells...), metrics.Outside), nil
}

// ReportNumber renders the report of a number again, byte for byte.
func (w *Worker) ReportNumber(ctx context.Context, team models.Team, permit models.Permit, number int) (blocks.ReportView, error) {
	report, err := team.Report(ctx, permit, number)
	if err != nil {
		return blocks.ReportView{}, err
	}
	input, err := inputOf(report)
	return reportView(report, input), err
}

// ReportByID renders a stored report again, byte for byte.
func (w *Worker) ReportByID(ctx context.Context, team models.Team, permit models.Permit, id string) (blocks.ReportView, error) {
	report, input, err := w.stored(ctx, team, permit, id)
	return reportView(report, input), err
}

func (w *Worker) stored(ctx context.Context, team models.Team, permit models.Permit, id string) (models.Report, ReportInput, error) {
	report, err := team.ReportByID(ctx, permit, id)
	if err != nil {
		return report, ReportInput{}, err
	}
	input, err := inputOf(report)
	return report, input, err
}

func inputOf(r models.Report) (ReportInput, error) {
	var in ReportInput
	if r.Template != reportTemplate {
		return in, fmt.Errorf("work: report %d has template %d, this program reads %d", r.Number, r.Template, reportTemplate)
	}
	if err := json.Unmarshal([]byte(r.Input), &in); err != nil {
		return in, fmt.Errorf("work: stored report %d: %w", r.Number, err)
	}
	return in, nil
}

// Opened counts that somebody opened a report; nobody is told who.
func (w *Worker) Opened(ctx context.Context, team models.Team, v blocks.ReportView) error {
	return team.OpenedReport(ctx, string(v.Ref))
}

// Share posts a report to the project's channel, as its audience allows, and
// returns the channel. Sharing twice posts once.
func (w *Worker) Share(ctx context.Context, team models.Team, permit models.Permit, key, user string, p models.Project, id string) (string, error) {
	report, input, err := w.stored(ctx, team, permit, id)
	if err != nil {
		return "", err
	}
	if shared, err := w.sharedOutside(ctx, team, p.ReportChannel); err != nil || shared {
		return "", errors.Join(err, Refusal{blocks.SharedOutside})
	}
	_, err = team.Once(ctx, key, func(tx models.Team) error {
		bound, safe, err := w.reach(ctx, tx, p.ID, p.ReportChannel)
		if err != nil {
			return err
		}
		if !bound {
			return Refusal{p.Key + " has no channel to share in. An admin can bind one: `" + w.Command + " bind #channel " + p.Key + "`."}
		}
		o := models.OutboxMessage{Channel: p.ReportChannel, Kind: kindReport, Key: "share:" + report.ID}
		if err := w.enqueue(ctx, tx, o, posted(report, input, safe)); err != nil {
			return err
		}
		return w.audit(ctx, tx, user, "report.share", p.ID, fmt.Sprintf("R-%d", report.Number))
	})
	w.Wake()
	return p.ReportChannel, err
}

// Receipt says where the figures of a stored report come from.
func (w *Worker) Receipt(ctx context.Context, team models.Team, permit models.Permit, id string) (blocks.ReceiptView, error) {
	report, input, err := w.stored(ctx, team, permit, id)
	if err != nil {
		return blocks.ReceiptView{}, err
	}
	return receipt(report, input), nil
}
