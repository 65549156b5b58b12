package slack

import (
	"maps"
	"sync"
)

// everyone addresses a change to all users of a team.
const everyone = ""

// feed tells listening pages what changed, and wakes calls that wait for a message.
type feed struct {
	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each change
	readers map[*reader]struct{}
}

type reader struct {
	team, user string
	changes    chan object
}

func newFeed() *feed {
	return &feed{changed: make(chan struct{}), readers: map[*reader]struct{}{}}
}

// next returns a channel that is closed at the next change. Take it before
// looking at the state, or a change in between is missed.
func (f *feed) next() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}

// publish never blocks: a page that reads too slowly loses changes, and is told
// so by the close of its channel; it then loads the whole state again.
func (f *feed) publish(team, user string, change object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.changed)
	f.changed = make(chan struct{})
	for r := range f.readers {
		if r.team != team || (user != everyone && r.user != user) {
			continue
		}
		select {
		case r.changes <- maps.Clone(change):
		default:
			delete(f.readers, r)
			close(r.changes)
		}
	}
}

func (f *feed) subscribe(team, user string) *reader {
	r := &reader{team: team, user: user, changes: make(chan object, 256)}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.readers[r] = struct{}{}
	return r
}

func (f *feed) unsubscribe(r *reader) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.readers[r]; ok {
		delete(f.readers, r)
		close(r.changes)
	}
}
