package metrics

import (
	"slices"
	"time"
)

// addStates keeps an item that is under way, and counts the days on which it
// was and on which it was blocked.
func (s *survey) addStates(i Issue) {
	started, ok := s.path.started()
	if !ok {
		return
	}
	last := s.path[len(s.path)-1]
	underway := last.stage.started()
	if !underway && last.from.Before(s.recent) {
		return
	}
	if done, finished := s.path.finished(); finished && started.Before(done) && !done.Before(s.recent) {
		s.done = append(s.done, s.detach(i))
	}
	blocked := s.blockedSpells(i)
	s.addBlockedDays(blocked)
	s.addCleared(blocked, underway)
	if !underway {
		return
	}
	it := item{
		id: i.ID, status: s.intern(last.status), stage: last.stage, started: started.Unix(), since: last.from.Unix(),
		expedited: s.board.Expedited.Matches(i),
	}
	if n := len(blocked); n > 0 && blocked[n-1].To.Equal(s.board.Now) {
		it.blocked, it.blockedSince = true, blocked[n-1].From.Unix()
	}
	if shareOne(s.board.Rules.Blocked.Labels, i.Labels) {
		it.blocked = true
	}
	s.underway = append(s.underway, it)
	s.addFlagLeft(i)
}

// blockedSpells returns when the item was blocked.
func (s *survey) blockedSpells(i Issue) []Spell {
	rule := s.board.Rules.Blocked
	if !(rule.Flag && len(i.Flags) > 0) && !(rule.Links && len(i.Blockers) > 0) && len(rule.Statuses) == 0 {
		return nil
	}
	spells := s.board.Rules.Spells(i, nil, s.board.Now)
	return slices.DeleteFunc(spells, func(p Spell) bool { return p.State != StateBlocked })
}

func (s *survey) addBlockedDays(blocked []Spell) {
	for _, end := range s.ends {
		if !s.path.underwayBefore(end) {
			continue
		}
		s.wipDays++
		s.blockedDays += count(slices.ContainsFunc(blocked, func(p Spell) bool {
			return p.From.Before(end) && !p.To.Before(end)
		}))
	}
}

// underwayBefore says whether the item was under way just before the instant.
func (p path) underwayBefore(at time.Time) bool {
	for k := len(p) - 1; k >= 0; k-- {
		if p[k].from.Before(at) {
			return p[k].stage.started()
		}
	}
	return false
}

// addCleared counts the blocks that ended just now and were short.
func (s *survey) addCleared(blocked []Spell, underway bool) {
	for _, p := range blocked {
		lasts := p.To.Equal(s.board.Now) && underway
		if lasts || p.To.Before(s.cleared) {
			continue
		}
		s.clearedBlockers += count(s.ruler.withinADay(p.From, p.To))
	}
}

// addFlagLeft notes an item whose flag stands though nothing blocks it any more.
func (s *survey) addFlagLeft(i Issue) {
	c := condition{rules: Rules{Blocked: BlockedRule{Flag: true, Links: true}}, issue: i}
	c.advance(s.board.Now)
	if !c.flag || len(i.Blockers) == 0 {
		return
	}
	if !slices.ContainsFunc(i.Blockers, func(b Blocker) bool { return b.holds(s.board.Now) }) {
		s.flagsLeft = append(s.flagsLeft, i.ID)
	}
}

// stays counts the sprints of the list that the issue has been in once they had
// begun.
func (b Board) stays(i Issue) int {
	n := 0
	for _, sprint := range b.Sprints {
		if !sprint.Dated() {
			continue
		}
		n += count(slices.ContainsFunc(i.Sprints, func(p Span) bool {
			return p.Sprint == sprint.ID && !p.From.After(sprint.until(b.Now)) && (p.To.IsZero() || p.To.After(sprint.Start))
		}))
	}
	return n
}
