package metrics

import (
	"slices"
	"time"
)

// State is whether an issue makes progress.
type State uint8

// The states. Blocked outweighs waiting, which outweighs stalled.
const (
	StateActive  State = iota
	StateStalled       // nothing happened for days
	StateWaiting       // in a status of the stage Waiting
	StateBlocked       // by the rule of the definition
)

const (
	stallAfter = 5 * 24 * time.Hour // this long without any activity is a stall
	stallDelay = time.Hour          // which begins this long after the last change
)

// Spell is a time in one state.
type Spell struct {
	State    State
	From, To time.Time
}

// Spells cuts the time from the creation of the issue to now into spells,
// oldest first, neighbours of different states. Activity is what else happened
// to the issue or its subtasks, in any order; every change that the issue
// itself carries counts as well. A label has no history: the rule over labels
// makes no spell.
func (r Rules) Spells(i Issue, activity []time.Time, now time.Time) []Spell {
	if !i.Created.Before(now) {
		return nil
	}
	cuts := changesOf(i, activity)
	cuts = slices.DeleteFunc(cuts, func(t time.Time) bool { return t.Before(i.Created) || !t.Before(now) })
	cuts = append(cuts, i.Created, now)
	slices.SortFunc(cuts, time.Time.Compare)
	cuts = slices.CompactFunc(cuts, time.Time.Equal)
	c := condition{rules: r, issue: i, status: i.startStatus()}
	var spells []Spell
	for k, from := range cuts[:len(cuts)-1] {
		c.advance(from)
		spells = appendSpells(spells, c.state(from), from, cuts[k+1])
	}
	return spells
}

// changesOf collects the instants at which anything is known to have happened.
func changesOf(i Issue, activity []time.Time) []time.Time {
	cuts := make([]time.Time, 0, len(activity)+len(i.Moves)+len(i.Flags)+2*len(i.Blockers)+len(i.Estimates)+3)
	cuts = append(cuts, activity...)
	for _, m := range i.Moves {
		cuts = append(cuts, m.At)
	}
	for _, f := range i.Flags {
		cuts = append(cuts, f.At)
	}
	for _, b := range i.Blockers {
		cuts = append(cuts, b.From, b.To)
	}
	for _, e := range i.Estimates {
		cuts = append(cuts, e.At)
	}
	for _, s := range i.Sprints {
		cuts = append(cuts, s.From, s.To)
	}
	return append(cuts, i.Updated)
}

// appendSpells adds the time between two changes; a long one without any
// change turns into a stall.
func appendSpells(spells []Spell, s State, from, to time.Time) []Spell {
	if s != StateActive || to.Sub(from) < stallAfter {
		return appendSpell(spells, Spell{s, from, to})
	}
	stalled := from.Add(stallDelay)
	spells = appendSpell(spells, Spell{StateActive, from, stalled})
	return appendSpell(spells, Spell{StateStalled, stalled, to})
}

func appendSpell(spells []Spell, s Spell) []Spell {
	if n := len(spells); n > 0 && spells[n-1].State == s.State {
		spells[n-1].To = s.To
		return spells
	}
	return append(spells, s)
}

// condition is what decides the state of an issue while time moves on.
type condition struct {
	rules  Rules
	issue  Issue
	status string
	flag   bool
	moves  int // how many have happened
	flags  int
}

// startStatus returns the status in which the issue was created.
func (i Issue) startStatus() string {
	if i.First == "" && len(i.Moves) == 0 {
		return i.Status
	}
	return i.First
}

func (c *condition) advance(to time.Time) {
	for ; c.moves < len(c.issue.Moves) && !c.issue.Moves[c.moves].At.After(to); c.moves++ {
		c.status = c.issue.Moves[c.moves].To
	}
	for ; c.flags < len(c.issue.Flags) && !c.issue.Flags[c.flags].At.After(to); c.flags++ {
		c.flag = c.issue.Flags[c.flags].Set
	}
}

func (c *condition) state(at time.Time) State {
	switch {
	case c.blocked(at):
		return StateBlocked
	case c.rules.Stages[c.status] == Waiting:
		return StateWaiting
	}
	return StateActive
}

func (c *condition) blocked(at time.Time) bool {
	rule := c.rules.Blocked
	return rule.Flag && c.flag ||
		slices.Contains(rule.Statuses, c.status) ||
		rule.Links && slices.ContainsFunc(c.issue.Blockers, func(b Blocker) bool { return b.holds(at) })
}

func (b Blocker) holds(at time.Time) bool {
	return !b.From.After(at) && (b.To.IsZero() || b.To.After(at))
}

// StateTimes is how long an issue was in each state, by State.
type StateTimes [4]time.Duration

// TimeInStates sums the spells between from and to, by state.
func TimeInStates(spells []Spell, from, to time.Time) StateTimes {
	var sum StateTimes
	for _, s := range spells {
		begin, end := later(s.From, from), earlier(s.To, to)
		if begin.Before(end) {
			sum[s.State] += end.Sub(begin)
		}
	}
	return sum
}

// Elapsed is the time in all states.
func (t StateTimes) Elapsed() time.Duration {
	return t[StateActive] + t[StateStalled] + t[StateWaiting] + t[StateBlocked]
}

// Efficiency is the active share of the elapsed time, 0 to 1; ok is false when
// no time elapsed.
func (t StateTimes) Efficiency() (share float64, ok bool) {
	elapsed := t.Elapsed()
	if elapsed <= 0 {
		return 0, false
	}
	return float64(t[StateActive]) / float64(elapsed), true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
