package work

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"headway/blocks"
	"headway/jira"
	"headway/models"
)

// How long a verdict on a viewer is kept (product: trust). Unknown means no.
const (
	keepYes = 10 * time.Minute
	keepNo  = 2 * time.Minute
)

// browseLimit is how long someone waits to hear whether Jira lets them.
const browseLimit = 10 * time.Second

var (
	// ErrNotLinked says that the person has no Jira account that Headway knows;
	// the answer is the way to get one, never data.
	ErrNotLinked = errors.New("work: the person is not linked to a Jira account")
	// ErrCannotAsk says that Jira does not let Headway ask who may see a project,
	// so nobody is shown anything.
	ErrCannotAsk = errors.New("work: the connection can't ask who may see a project")
)

// MayBrowse asks Jira whether the person may see the project, and gives the
// permit that figures are read with. It fails closed: unlinked, refused and
// unanswered all end without a permit. Someone who is not linked is linked first
// if Slack and Jira have the same email of them.
func (w *Worker) MayBrowse(ctx context.Context, team models.Team, user string, p models.Project) (permit models.Permit, err error) {
	ctx, cancel := context.WithTimeout(ctx, browseLimit)
	defer cancel()
	defer func() { w.notice(ctx, team, p.ConnectionID, blocks.RungViewers, err) }()
	account, err := w.account(ctx, team, user, p.ConnectionID)
	if err != nil {
		return models.Permit{}, err
	}
	ok, err := w.browses(ctx, team, account, p)
	if err != nil {
		return models.Permit{}, err
	}
	if !ok {
		return models.Permit{}, Refusal{"Jira doesn't let you see " + p.Key + ", so I can't show it here. Ask a Jira admin of the project for the Browse permission."}
	}
	return models.NewPermit(team.ID(), p.ID, user, time.Now().Add(keepYes)), nil
}

// browses says whether Jira lets the account see the project.
func (w *Worker) browses(ctx context.Context, team models.Team, account string, p models.Project) (bool, error) {
	if ok, known := w.verdicts.get(verdictOf(team, account, p), time.Now()); known {
		return ok, nil
	}
	c, err := team.Connection(ctx, p.ConnectionID)
	if err != nil {
		return false, err
	}
	client, err := w.openUnrefused(c)
	if err != nil {
		return false, err
	}
	if c.Viewers == models.ViewersCheck {
		err := w.checkAll(ctx, team, client, account, p)
		if !errors.Is(err, jira.ErrForbidden) {
			ok, _ := w.verdicts.get(verdictOf(team, account, p), time.Now())
			return ok, err
		}
		// Its account is no Jira administrator any more: search, as others do.
	}
	return w.searchViewer(ctx, team, client, c, account, p)
}

// checkAll asks for the account's right to all projects of the connection in one
// call.
func (w *Worker) checkAll(ctx context.Context, team models.Team, client Jira, account string, p models.Project) error {
	projects, err := w.projectsAt(ctx, team, p.ConnectionID)
	if err != nil {
		return err
	}
	ids := []int64{p.JiraID}
	for _, other := range projects {
		if other.ID != p.ID {
			ids = append(ids, other.JiraID)
		}
	}
	may, err := client.MayBrowse(ctx, account, ids[:min(len(ids), checkedAtOnce)]...)
	if err != nil {
		return err
	}
	for _, q := range append(projects, p) {
		if slices.Contains(ids[:min(len(ids), checkedAtOnce)], q.JiraID) {
			w.verdicts.put(verdictOf(team, account, q), slices.Contains(may, q.JiraID), time.Now())
		}
	}
	return nil
}

// checkedAtOnce is how many projects Jira takes in one question.
const checkedAtOnce = 1000

// searchViewer looks the account up among those who may see the project. Nobody
// found is also Jira's answer to whoever must not search people: that the token
// finds its own account tells the two apart.
func (w *Worker) searchViewer(ctx context.Context, team models.Team, client Jira, c models.Connection, account string, p models.Project) (bool, error) {
	found, err := client.CanBrowse(ctx, account, p.Key)
	if err != nil {
		return false, err
	}
	if !found && account != c.AccountID {
		own := verdictOf(team, c.AccountID, p)
		able, known := w.verdicts.get(own, time.Now())
		if !known {
			if able, err = client.CanBrowse(ctx, c.AccountID, p.Key); err != nil {
				return false, err
			}
			w.verdicts.put(own, able, time.Now())
		}
		if !able {
			return false, ErrCannotAsk
		}
	}
	w.verdicts.put(verdictOf(team, account, p), found, time.Now())
	return found, nil
}

// probeViewers proves in which way the connection is able to ask who may see a
// project. other is an account of somebody else, "" where none is known.
func probeViewers(ctx context.Context, client Jira, p models.Project, other string) (string, error) {
	if other != "" {
		_, err := client.MayBrowse(ctx, other, p.JiraID)
		if err == nil {
			return models.ViewersCheck, nil
		}
		if code, _ := Problem(err); code == ProblemUnauthorized || code == ProblemBusy || code == ProblemUnavailable {
			return "", err
		}
	}
	able, err := client.CanCheckViewers(ctx, p.Key)
	if err != nil || able {
		return models.ViewersSearch, err
	}
	return models.ViewersNone, nil
}

// probe proves it and notes the way on the connection.
func (w *Worker) probe(ctx context.Context, team models.Team, client Jira, c models.Connection, p models.Project) (string, error) {
	other, err := OtherAccount(ctx, team, c)
	if err != nil {
		return "", err
	}
	viewers, err := probeViewers(ctx, client, p, other)
	if err != nil {
		return "", err
	}
	return viewers, team.SetViewers(ctx, c.ID, viewers, w.Now())
}

// OtherAccount is the account of someone who is linked and not the token's own.
func OtherAccount(ctx context.Context, team models.Team, c models.Connection) (string, error) {
	links, err := team.Links(ctx, c.ID)
	for _, l := range links {
		if l.AccountID != c.AccountID {
			return l.AccountID, nil
		}
	}
	return "", err
}

// projectsAt are the projects of a connection that are in use.
func (w *Worker) projectsAt(ctx context.Context, team models.Team, connectionID string) ([]models.Project, error) {
	projects, err := team.Projects(ctx, models.ProjectActive, models.ProjectPaused)
	return slices.DeleteFunc(projects, func(p models.Project) bool { return p.ConnectionID != connectionID }), err
}

// channelPermit is the permit of a scheduled post: the audience of the channel
// was declared by an admin or verified by its members.
func (w *Worker) channelPermit(team models.Team, p models.Project) models.Permit {
	return models.NewPermit(team.ID(), p.ID, "channel", time.Now().Add(keepYes))
}

// client opens the Jira of a connection; a connection whose token was refused
// stays closed until an admin replaces it.
func (w *Worker) client(ctx context.Context, team models.Team, connectionID string) (Jira, error) {
	c, err := team.Connection(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	return w.openUnrefused(c)
}

func (w *Worker) openUnrefused(c models.Connection) (Jira, error) {
	if c.State == models.ConnectionRefused {
		return nil, jira.ErrUnauthorized
	}
	return w.Open(c)
}

type verdictKey struct{ team, connection, account, project string }

func verdictOf(team models.Team, account string, p models.Project) verdictKey {
	return verdictKey{team.ID(), p.ConnectionID, account, p.Key}
}

type verdict struct {
	ok    bool
	until time.Time
}

// verdicts caches answers on viewers on the machine clock. The zero value is
// ready to use.
type verdicts struct {
	mu sync.Mutex
	m  map[verdictKey]verdict
}

func (v *verdicts) get(k verdictKey, now time.Time) (ok, known bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	got, there := v.m[k]
	if !there || now.After(got.until) {
		return false, false
	}
	return got.ok, true
}

func (v *verdicts) put(k verdictKey, ok bool, now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.m == nil || len(v.m) > 10_000 {
		v.m = map[verdictKey]verdict{}
	}
	keep := keepNo
	if ok {
		keep = keepYes
	}
	v.m[k] = verdict{ok, now.Add(keep)}
}
