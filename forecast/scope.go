package forecast

// Scope is the work ahead of a team.
type Scope struct {
	// Epics in the order in which they are worked on, each with the number of
	// items that are left: known, as one of the sizes of earlier epics, or grown
	// (see Exactly, Observed and Sum). A sprint's remainder is one epic.
	Epics []PMF

	// Together is how many epics are worked on at once: each finished item
	// belongs to one of the first so many unfinished ones, each as likely. 0 and
	// 1 finish one after the other.
	Together int

	// Arrivals is how many items join an epic on each working day before it is
	// done.
	Arrivals PMF
}

// When returns for each epic when it will be done. Where items arrive it needs
// a pace without a prior, else it returns a *Missing; a scope that may exceed
// 10,000 items, or has as many epics, is ErrTooMuch.
func (p Pace) When(s Scope) ([]Finish, error) {
	if len(s.Epics) == 0 {
		return nil, nil
	}
	total := 0
	for _, e := range s.Epics {
		if total += e.high(); total > maxItems || len(s.Epics) > maxItems {
			return nil, ErrTooMuch
		}
	}
	ends := s.ends()
	if s.Arrivals.high() > 0 {
		return p.whenMoreArrive(ends, s.Arrivals)
	}
	future := p.future()
	known := p.follow(future, total, ends)
	finishes := make([]Finish, len(ends))
	for j, end := range ends {
		finishes[j] = Finish{future: future, known: known, epic: j, paces: p.spread.paces(end.Mean(), 0)}
	}
	future.walk(known.slots(), slowest(finishes), 1)
	return finishes, nil
}

func slowest(finishes []Finish) float64 {
	pace := 1.0
	for _, f := range finishes {
		pace = min(pace, f.paces.slowest())
	}
	return pace
}

// ends returns for each epic which of the finished items, in order, is its
// last.
func (s Scope) ends() []PMF {
	if s.Together > 1 && len(s.Epics) > 1 {
		return together(s.Epics, s.Together)
	}
	ends := make([]PMF, len(s.Epics))
	sum := PMF{}
	for j, e := range s.Epics {
		sum = sum.Plus(e)
		ends[j] = sum
	}
	return ends
}

func (p Pace) follow(f *future, total int, ends []PMF) curves {
	endings := make([]ending, len(ends))
	for j, e := range ends {
		endings[j] = endingOf(e)
	}
	if p.prior != nil {
		return follow(newPolya(total, *p.prior), total, endings)
	}
	return follow(newWalk(total, f), total, endings)
}
