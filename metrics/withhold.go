package metrics

import "maps"

// The choices of a check-in, as they are counted.
const (
	OnTrack = "on_track"
	AtRisk  = "at_risk"
	Blocked = "blocked"
)

const (
	minPeople = 5 // people asked, and answers, behind any figure
	minCell   = 3 // answers in each cell that is not empty, and outside it
)

// Tally is the answers of one fixed cell, a round. Its numbers can be read only
// through Withhold. Weeks and longer periods are unions of cells, made by Merge.
type Tally struct {
	asked, answered int
	people          int // asked in the largest round: five rounds of one person are one person
	counts          map[string]int
}

// NewTally makes the tally of one round: how many were asked, and how many
// answers each choice got.
func NewTally(asked int, counts map[string]int) Tally {
	t := Tally{asked: asked, people: asked, counts: maps.Clone(counts)}
	t.answered = t.total()
	return t
}

// Merge makes the tally of a period, a project's week or longer. Only cells whose figures may be
// shown outside count, each for what may be shown: otherwise the difference of
// two periods would give away the cell between them.
func Merge(cells ...Tally) Tally {
	var union Tally
	for _, c := range cells {
		if c.responseShown() {
			union.addResponse(c)
		}
		if c.gate() == GateOpen {
			union.addCounts(c)
		}
	}
	return union
}

func (t *Tally) addResponse(other Tally) {
	t.asked += other.asked
	t.answered += other.answered
	t.people = max(t.people, other.people)
}

func (t *Tally) addCounts(other Tally) {
	if t.counts == nil {
		t.counts = make(map[string]int, len(other.counts))
	}
	for choice, n := range other.counts {
		t.counts[choice] += n
	}
	t.people = max(t.people, other.people)
}

func (t Tally) total() int {
	n := 0
	for _, c := range t.counts {
		n += c
	}
	return n
}

// Audience is who a figure is shown to.
type Audience int

// OwnTeam is the round's own channel where the check-in's privacy is "team";
// everyone and everything else is Outside.
const (
	Outside Audience = iota
	OwnTeam
)

// Gate says whether the counts of the choices are shown, and if not, why.
type Gate string

// The gates.
const (
	GateOpen  Gate = "open"
	GateFew   Gate = "few"   // fewer than 5 people or answers
	GateMixed Gate = "mixed" // a choice, or all others together, has 1 or 2 answers, or all chose the same
)

// Shown is what an audience may see of a tally. What it may not see is zero.
type Shown struct {
	Responded bool // Asked and Answered may be shown
	Asked     int
	Answered  int

	Gate   Gate
	Counts map[string]int // answers by choice; nil unless the gate is open
}

// Withhold returns what the audience may see. To the own team that is all.
// Outside, how many answered is shown when at least 5 people were asked; what
// they answered when there are at least 5 answers and each choice that was
// made has at least 3 answers, with at least 3 beside it.
func Withhold(t Tally, a Audience) Shown {
	var s Shown
	if a == OwnTeam || t.responseShown() {
		s.Responded, s.Asked, s.Answered = true, t.asked, t.answered
	}
	s.Gate = t.gate()
	if a == OwnTeam {
		s.Gate = GateOpen
	}
	if s.Gate == GateOpen {
		s.Counts = maps.Clone(t.counts)
	}
	return s
}

// WithholdMean returns the mean of n values that people gave in a cell whose
// Shown is given; ok is false where it may not be shown: outside, where the
// split is hidden or fewer than 5 gave one.
func WithholdMean(sum, n int, cell Shown, a Audience) (mean float64, ok bool) {
	if n == 0 || cell.Gate != GateOpen || (a == Outside && n < minPeople) {
		return 0, false
	}
	return float64(sum) / float64(n), true
}

func (t Tally) responseShown() bool { return t.people >= minPeople }

func (t Tally) gate() Gate {
	total := t.total()
	if t.people < minPeople || total < minPeople {
		return GateFew
	}
	for _, n := range t.counts {
		if n != 0 && (n < minCell || total-n < minCell) {
			return GateMixed
		}
	}
	return GateOpen
}

// Tally is what was shown as a cell again, for a longer period. Nothing that was
// withheld is in it.
func (s Shown) Tally() Tally {
	t := Tally{asked: s.Asked, answered: s.Answered, counts: maps.Clone(s.Counts)}
	if s.Responded {
		t.people = minPeople
	}
	return t
}

// Rate returns the share of those asked who answered, 0 to 1; ok is false
// where it may not be shown or nobody was asked.
func (s Shown) Rate() (share float64, ok bool) {
	if !s.Responded || s.Asked == 0 {
		return 0, false
	}
	return float64(s.Answered) / float64(s.Asked), true
}
