package work

import (
	"context"
	"errors"
	"sync"
	"time"

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

// ErrNotLinked says that the person has no confirmed Jira account; the answer
// is the way to get one, never data.
var ErrNotLinked = errors.New("work: the person is not linked to a Jira account")

// MayBrowse asks Jira whether the person may see the project, and gives the
// permit that figures are read with. It fails closed: unlinked, refused and
// unanswered all end without a permit.
func (w *Worker) MayBrowse(ctx context.Context, team models.Team, user string, p models.Project) (models.Permit, error) {
	link, err := team.LinkOf(ctx, user, p.ConnectionID)
	if errors.Is(err, models.ErrNotFound) {
		return models.Permit{}, ErrNotLinked
	}
	if err != nil {
		return models.Permit{}, err
	}
	ok, err := w.browses(ctx, team, link.AccountID, p)
	if err != nil {
		return models.Permit{}, err
	}
	if !ok {
		return models.Permit{}, Refusal{"Jira doesn't let you see " + p.Key + ", so I can't show it here. Ask a Jira admin of the project for the Browse permission."}
	}
	return models.NewPermit(team.ID(), p.ID, user, time.Now().Add(keepYes)), nil
}

func (w *Worker) browses(ctx context.Context, team models.Team, account string, p models.Project) (bool, error) {
	key := verdictKey{team.ID(), p.ConnectionID, account, p.Key}
	if ok, known := w.verdicts.get(key, time.Now()); known {
		return ok, nil
	}
	client, err := w.client(ctx, team, p.ConnectionID)
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeout(ctx, browseLimit)
	defer cancel()
	ok, err := client.CanBrowse(ctx, account, p.Key)
	if err != nil {
		return false, err
	}
	w.verdicts.put(key, ok, time.Now())
	return ok, nil
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
	if c.State == models.ConnectionRefused {
		return nil, jira.ErrUnauthorized
	}
	return w.Open(c)
}

type verdictKey struct{ team, connection, account, project string }

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
