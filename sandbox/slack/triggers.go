package slack

import (
	"fmt"
	"maps"
	"time"
)

// trigger is the short permission to open a view that an interaction gives.
type trigger struct {
	user, channel string
	view          string // set when the interaction came from a modal
	until         time.Time
	used          bool
}

// triggerMemory is how long a dead trigger is still told from one that never was.
const triggerMemory = 10 * time.Minute

func (ws *workspace) newTrigger(userID, channelID, viewID string) string {
	now := time.Now()
	if len(ws.triggers)%sweepEvery == 0 {
		maps.DeleteFunc(ws.triggers, func(_ string, t *trigger) bool { return now.Sub(t.until) > triggerMemory })
	}
	id := fmt.Sprintf("%013d.%d.%s", now.UnixMilli(), 1_000_000_000_000+now.UnixNano()%1e9, newHex(32))
	ws.triggers[id] = &trigger{user: userID, channel: channelID, view: viewID, until: now.Add(ws.s.timing.Trigger)}
	return id
}

// useTrigger spends a trigger: once, and only while it lives.
func (ws *workspace) useTrigger(id string) (*trigger, error) {
	t, ok := ws.triggers[id]
	switch {
	case !ok:
		return nil, fail("invalid_trigger_id")
	case t.used:
		return nil, fail("exchanged_trigger_id")
	case time.Now().After(t.until):
		return nil, fail("expired_trigger_id")
	}
	t.used = true
	return t, nil
}
