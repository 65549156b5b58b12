package work

import (
	"context"
	"slices"
	"time"

	"headway/blocks"
	"headway/jira"
	"headway/metrics"
	"headway/models"
)

// mismatchLimit is how long Jira may take before nothing is asked.
const mismatchLimit = 5 * time.Second

// Mismatch looks for an item of the person's own of which Jira says something
// else than the "on track" that they just gave. It is asked live, for somebody
// who is linked and may browse, and nothing of it is stored. ok is false when
// there is none, when it is too late to matter, and whenever Jira does not say.
func (w *Worker) Mismatch(ctx context.Context, team models.Team, user, roundID string) (v blocks.MismatchView, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, mismatchLimit)
	defer cancel()
	rc, err := w.roundContext(ctx, team, roundID)
	if err != nil {
		return v, false
	}
	m, err := team.RoundMember(ctx, roundID, user)
	if err != nil || !w.Now().Before(m.CloseAt) { // a late answer is about another day
		return v, false
	}
	issues, err := w.myIssues(ctx, team, user, rc.project)
	if err != nil {
		return v, false
	}
	doubts := slices.DeleteFunc(metrics.Doubts(issues, rc.project.Calendar(), w.Today(rc.project), rc.project.Location()),
		func(d metrics.Doubt) bool { return !d.Worth() })
	zone, err := w.zoneOf(ctx, team, rc, user)
	if err != nil || len(doubts) == 0 {
		return v, false
	}
	v = blocks.MismatchView{Round: blocks.RoundID(roundID), Issue: rc.issue(doubts[0].Key), Silent: doubts[0].Silent, More: len(doubts) - 1, Now: w.Now().In(zone)}
	if since := doubts[0].Flagged; !since.IsZero() {
		v.Flagged = since.In(zone)
	}
	return v, true
}

func (w *Worker) myIssues(ctx context.Context, team models.Team, user string, p models.Project) ([]metrics.Issue, error) {
	if _, err := w.MayBrowse(ctx, team, user, p); err != nil {
		return nil, err
	}
	link, err := team.LinkOf(ctx, user, p.ConnectionID)
	if err != nil {
		return nil, err
	}
	client, err := w.client(ctx, team, p.ConnectionID)
	if err != nil {
		return nil, err
	}
	q := jira.Query{ProjectID: p.JiraID, Fields: jira.Fields{Flagged: jira.Field{ID: p.FlagField}}}
	return client.InProgressIssues(ctx, link.AccountID, q)
}

// IssueOf is a key as a link into the project's Jira.
func (w *Worker) IssueOf(ctx context.Context, team models.Team, p models.Project, key string) (blocks.Issue, error) {
	links, err := w.links(ctx, team, p)
	if err != nil {
		return blocks.Issue{}, err
	}
	return blocks.Issue{Key: key, URL: links.BrowseURL(key)}, nil
}
