package metrics

import (
	"slices"
	"strconv"
	"time"

	"headway/calendar"
)

const (
	recentDays  = 14 // the window of most rates, today included
	bounceDays  = 10 // wd in which an item must not go back twice
	inflowWeeks = 4  // full weeks over which statuses fill up
	clearedDays = 7  // in which a cleared blocker is news
	rulerDays   = 800
)

// survey is what one reading of the issues leaves behind. Of an item it keeps
// something only while it is under way or when it was done just now.
type survey struct {
	board  Board
	ruler  ruler
	limits Thresholds

	recent  time.Time // start of the last 14 days
	bounce  time.Time // start of the last 10 working days
	cleared time.Time // start of the last 7 days
	ends    []time.Time
	weeks   []time.Time // starts of the last full weeks, and the end of the last

	statuses map[string]string // each id once
	underway []item
	touched  map[int64]int64   // last move of a subtask, Unix second, by parent
	subtasks map[int64][]int64 // moves of subtasks in the last weeks, by parent
	done     []Issue           // done in the last 14 days, detached
	flow     StateTimes        // of those
	flowN    int

	started, finished, reopened int // in the last 14 days
	moved, movedBack            int
	bounced                     []int64
	bugsCreated, bugsDone       int
	wipDays, blockedDays        int
	clearedBlockers             int
	unestimatedNext, next       int
	flagsLeft                   []int64

	epics   map[int64]*epic
	sprints []sprintFacts
	columns Columns
	inflow  map[string]*[inflowWeeks]int // entries less exits by week
	path    path

	readings []Reading
	taken    map[int64]bool // issues that a rule has named
}

// item is an item under way; there may be many, so it is small.
type item struct {
	id             int64
	status         string
	started, since int64 // Unix seconds; since when in its status
	blockedSince   int64 // 0 where unknown
	stage          Stage
	blocked        bool
	expedited      bool
}

// epic is what is known of an epic from its children and itself.
type epic struct {
	due                 calendar.Date
	open, underway      int
	doneLately, addedTo int
}

// sprintFacts is a sprint with the sums over its issues.
type sprintFacts struct {
	Sprint
	Scope
	dated        bool
	items        int // in it now
	unestimated  int
	toDo         int // committed, still in it and still to do
	late         int // done on its last two working days
	lateFrom     time.Time
	carriedThree []int64 // items under way or to do that are in their third sprint
}

func (b Board) survey(limits Thresholds) *survey {
	s := &survey{
		board: b, limits: limits, ruler: newRuler(b.Calendar, b.Now, rulerDays),
		statuses: map[string]string{}, touched: map[int64]int64{}, subtasks: map[int64][]int64{},
		epics: map[int64]*epic{}, inflow: map[string]*[inflowWeeks]int{},
		taken: map[int64]bool{},
	}
	z := b.zone()
	today := s.ruler.today
	s.recent = today.AddDays(1 - recentDays).Start(z)
	s.cleared = today.AddDays(1 - clearedDays).Start(z)
	s.bounce = s.ruler.back(bounceDays).Start(z)
	for k := 1 - recentDays; k <= 0; k++ {
		s.ends = append(s.ends, earlier(today.AddDays(k).End(z), b.Now))
	}
	this := calendar.WeekOf(today)
	for k := -inflowWeeks; k <= 0; k++ {
		s.weeks = append(s.weeks, this.Add(k).Start(z))
	}
	s.columns = b.columns()
	s.sprints = b.sprintFacts(s.ruler)
	if b.Issues != nil {
		for i := range b.Issues {
			s.add(i)
		}
	}
	s.finish()
	return s
}

// columns returns the board's columns, or else the stages in order of flow as
// columns. Waiting is on the way, not a place in it.
func (b Board) columns() Columns {
	if len(b.Columns) > 0 {
		return b.Columns
	}
	order := []Stage{ToDo, InProgress, InReview, Done}
	columns := make(Columns, len(order))
	for status, stage := range b.Rules.Stages {
		if k := slices.Index(order, stage); k >= 0 {
			columns[k] = append(columns[k], status)
		}
	}
	return columns
}

func (s *survey) add(i Issue) {
	if i.Created.After(s.board.Now) {
		return
	}
	i.Moves = movesUntil(s.board.Now, i.Moves)
	switch {
	case i.Level < 0:
		s.addSubtask(i)
		return
	case i.Level > 0:
		s.addEpic(i)
		return
	}
	s.path = s.board.Rules.visits(s.path[:0], i)
	s.addBug(i)
	if ok, _ := s.board.Rules.Item(i); !ok {
		return
	}
	s.addMoves(i)
	s.addChild(i)
	s.addSprints(i)
	s.addStates(i)
}

// addSubtask notes when something happened to a subtask: its item was not idle.
func (s *survey) addSubtask(i Issue) {
	if i.Parent == 0 {
		return
	}
	last := i.Created.Unix()
	for _, m := range i.Moves {
		last = max(last, m.At.Unix())
		if !m.At.Before(s.weeks[0]) {
			s.subtasks[i.Parent] = append(s.subtasks[i.Parent], m.At.Unix())
		}
	}
	s.touched[i.Parent] = max(s.touched[i.Parent], last)
}

func (s *survey) epic(id int64) *epic {
	e := s.epics[id]
	if e == nil {
		e = &epic{}
		s.epics[id] = e
	}
	return e
}

func (s *survey) addEpic(i Issue) {
	if s.board.Rules.Stage(i.statusNow()) != Done {
		s.epic(i.ID).due = i.Due
	}
}

// statusNow returns the status of an issue whose later moves were cut off.
func (i Issue) statusNow() string {
	if n := len(i.Moves); n > 0 {
		return i.Moves[n-1].To
	}
	return i.startStatus()
}

func (s *survey) addBug(i Issue) {
	if !s.board.Bugs.Matches(i) {
		return
	}
	if !i.Created.Before(s.recent) {
		s.bugsCreated++
	}
	if done, ok := s.path.finished(); ok && !done.Before(s.recent) {
		s.bugsDone++
	}
}

// addMoves counts what moved in the last days, and which way.
func (s *survey) addMoves(i Issue) {
	if started, ok := s.path.started(); ok && !started.Before(s.recent) {
		s.started++
	}
	if done, ok := s.path.finished(); ok && !done.Before(s.recent) {
		s.finished++
	}
	moved, back, bounces, reopened := false, false, 0, false
	for k := 1; k < len(s.path); k++ {
		before, after := s.path[k-1], s.path[k]
		s.count(after.from, after.status, before.status)
		backwards := s.backwards(before.status, after.status)
		if backwards && !after.from.Before(s.bounce) {
			bounces++
		}
		if after.from.Before(s.recent) {
			continue
		}
		moved, back = true, back || backwards
		reopened = reopened || before.stage == Done && after.stage != Done
	}
	s.moved += count(moved)
	s.movedBack += count(back)
	s.reopened += count(reopened)
	if bounces >= 2 {
		s.bounced = append(s.bounced, i.ID)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// backwards says whether a move leads to an earlier column; leaving a done
// status is one in any case.
func (s *survey) backwards(from, to string) bool {
	stages := s.board.Rules.Stages
	if stages[from] == Done && stages[to] != Done {
		return true
	}
	a, b := s.columns.index(from), s.columns.index(to)
	return a >= 0 && b >= 0 && b < a
}

// count counts a move for the statuses that it enters and leaves.
func (s *survey) count(at time.Time, entered, left string) {
	last := len(s.weeks) - 1
	if at.Before(s.weeks[0]) || !at.Before(s.weeks[last]) {
		return
	}
	k := last - 1
	for at.Before(s.weeks[k]) {
		k--
	}
	s.flowOf(entered)[k]++
	s.flowOf(left)[k]--
}

func (s *survey) flowOf(status string) *[inflowWeeks]int {
	f := s.inflow[status]
	if f == nil {
		f = &[inflowWeeks]int{}
		s.inflow[s.intern(status)] = f
	}
	return f
}

// intern returns one copy of a status id: those of issues may be part of a
// whole page.
func (s *survey) intern(status string) string {
	own, ok := s.statuses[status]
	if !ok {
		own = string([]byte(status))
		s.statuses[own] = own
	}
	return own
}

// addChild counts an item for its epic.
func (s *survey) addChild(i Issue) {
	if i.Parent == 0 {
		return
	}
	last := s.path[len(s.path)-1]
	if i.Parent == s.board.NextEpic && last.stage != Done {
		s.next++
		s.unestimatedNext += count(i.Points == nil)
	}
	e := s.epic(i.Parent)
	if done, ok := s.path.finished(); ok && !done.Before(s.recent) {
		e.doneLately++
	}
	if last.stage == Done {
		return
	}
	e.open++
	e.underway += count(last.stage.started())
	e.addedTo += count(!i.Created.Before(s.recent))
}

// detach copies what Spells needs, without strings of the page.
func (s *survey) detach(i Issue) Issue {
	own := Issue{
		ID: i.ID, Created: i.Created, Updated: i.Updated, First: s.intern(i.startStatus()),
		Moves: slices.Clone(i.Moves), Flags: slices.Clone(i.Flags), Blockers: slices.Clone(i.Blockers),
		Estimates: slices.Clone(i.Estimates), Sprints: slices.Clone(i.Sprints),
	}
	for k := range own.Moves {
		own.Moves[k].To = s.intern(own.Moves[k].To)
	}
	return own
}

// finish brings together what only the whole reading knows.
func (s *survey) finish() {
	for _, i := range s.done {
		var activity []time.Time
		for _, at := range s.subtasks[i.ID] {
			activity = append(activity, time.Unix(at, 0))
		}
		started, _ := s.board.Rules.Started(i)
		done, _ := s.board.Rules.Finished(i)
		times := TimeInStates(s.board.Rules.Spells(i, activity, s.board.Now), started, done)
		if times.Elapsed() > 0 {
			s.flowN++
			for k, t := range times {
				s.flow[k] += t
			}
		}
	}
	slices.SortFunc(s.underway, func(a, b item) int { return int(a.id - b.id) })
	s.snapshots()
	slices.Sort(s.bounced)
	slices.Sort(s.flagsLeft)
}

// subject reads Jira's numeric id of a status or version.
func subject(id string) (int64, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	return n, err == nil
}
