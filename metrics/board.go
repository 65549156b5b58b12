package metrics

import (
	"iter"
	"time"

	"headway/calendar"
)

// Board is all that the signals look at: plain values, as of Now. Whoever fills
// it reads every item that was updated in the last five weeks, is under way or
// stands in a sprint of the list, their subtasks, and the epics.
type Board struct {
	Scrum    bool // the team works in sprints
	Rules    Rules
	Calendar calendar.Calendar
	Now      time.Time

	Issues    iter.Seq[Issue]  // read once, in any order
	Columns   Columns          // nil where the board is not known: then the stages are the columns
	Sprints   []Sprint         // the active ones and the last closed ones
	Snapshots []SprintSnapshot // of those sprints, as far as they were taken
	Releases  []Release
	Weeks     []Weekly // oldest first, up to the week of Now
	Rounds    []Round  // oldest first
	Odds      Odds
	Held      Held

	WIPLimit   int   // of the board or an admin; 0 without one
	FeatureWIP int   // epics at once; 0 where nobody said
	Estimates  bool  // the team estimates
	NextEpic   int64 // on Kanban the epic whose estimates matter; 0 without one
	Bugs       Match // what counts as a bug
	Expedited  Match // what counts as expedited
}

// Round is one round of check-ins: its answers, readable through Withhold, and
// the mean confidence from 1 to 5 of N people.
type Round struct {
	Answers    Tally
	Confidence Figure
}

// Held is how the work in progress is spread over people, without saying who:
// People hold Items, one of them Most.
type Held struct {
	Items, People, Most int
}

// Odds are what a forecast says; what it can't say is left out.
type Odds struct {
	Sprints map[int64]float64 // P(all done by its end), by sprint
	Drifts  map[int64]int     // wd that the 85 % date moved in 7 days, by epic
	Due     map[int64]float64 // P(done by its due date), by epic or version

	// TwoWeeks is the predictive distribution of what two weeks finish, made
	// from the 12 weeks before them: P(at most k items) at index k.
	TwoWeeks []float64
}

// zone is where days and weeks are cut.
func (b Board) zone() *time.Location {
	if b.Calendar.Zone == nil {
		return time.UTC
	}
	return b.Calendar.Zone
}
