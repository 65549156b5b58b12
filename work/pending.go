package work

import (
	"sync"
	"time"

	"headway/models"
	"headway/secret"
)

// keepPending is how long a token that Jira refused waits for its form to be
// corrected.
const keepPending = 15 * time.Minute

// pending holds tokens that are entered and not verified yet, in memory alone:
// an admin who mistyped the site need not paste the token again. The zero value
// is ready to use.
type pending struct {
	mu sync.Mutex
	m  map[string]pendingToken
}

type pendingToken struct {
	team  string
	token secret.Secret
	until time.Time
}

// KeepToken remembers a token of the team under an opaque handle.
func (w *Worker) KeepToken(team string, token secret.Secret) string {
	w.pending.mu.Lock()
	defer w.pending.mu.Unlock()
	now := time.Now()
	if w.pending.m == nil {
		w.pending.m = map[string]pendingToken{}
	}
	for handle, p := range w.pending.m {
		if now.After(p.until) {
			delete(w.pending.m, handle)
		}
	}
	handle := models.NewID()
	w.pending.m[handle] = pendingToken{team, token, now.Add(keepPending)}
	return handle
}

// KeptToken is the token of a handle; empty once it is forgotten, and for any
// other team.
func (w *Worker) KeptToken(team, handle string) secret.Secret {
	w.pending.mu.Lock()
	defer w.pending.mu.Unlock()
	p, ok := w.pending.m[handle]
	if !ok || p.team != team || time.Now().After(p.until) {
		return ""
	}
	return p.token
}
