package forecast

const (
	maxTogether = 8       // epics that a board has room for
	maxBoards   = 100_000 // states that are followed
	leastBoard  = 1e-14   // probability of one of them
)

// board is the epics under way, in order, with what is left of each.
type board struct {
	active uint16 // how many
	next   uint16 // the first that has not begun
	epic   [maxTogether]uint16
	left   [maxTogether]uint16
}

// together returns for each epic which of the finished items is its last,
// where each item belongs to one of the first w unfinished epics, each as
// likely. Who gets an item doesn't depend on when it is finished, so this needs
// no time.
func together(epics []PMF, w int) []PMF {
	total := 0
	for _, e := range epics {
		total += e.high()
	}
	w = min(w, len(epics))
	if w <= maxTogether {
		g := game{epics: epics, together: w, after: make([]layer, total+1), ends: make([]mixture, len(epics))}
		if g.play() {
			return distributions(g.ends)
		}
	}
	return drawn(epics, w, total)
}

func distributions(ends []mixture) []PMF {
	out := make([]PMF, len(ends))
	for j := range ends {
		out[j] = ends[j].pmf()
	}
	return out
}

type game struct {
	epics    []PMF
	together int

	after []layer // by finished items
	ends  []mixture
	seen  int
}

// layer is the boards that are possible after so many items, in the order in
// which they were met: sums come out the same each time.
type layer struct {
	boards []board
	p      []float64
	index  map[board]int
}

// play fills in the ends; it gives up where there are too many states.
func (g *game) play() bool {
	g.begin(board{}, 0, 1)
	for done := range g.after {
		here := g.after[done]
		g.after[done] = layer{}
		for i, b := range here.boards {
			g.finish(b, done, here.p[i])
		}
		if g.seen > maxBoards {
			return false
		}
	}
	return true
}

// begin fills the board up with epics that have not begun, of each possible
// size; an empty one ends at once.
func (g *game) begin(b board, done int, p float64) {
	if p < leastBoard || g.seen > maxBoards {
		return
	}
	if int(b.active) == g.together || int(b.next) == len(g.epics) {
		g.put(b, done, p)
		return
	}
	e := b.next
	b.next++
	for i, q := range g.epics[e].probabilities() {
		size := g.epics[e].low + i
		if size == 0 {
			g.ends[e].add(Exactly(done), p*q)
			g.begin(b, done, p*q)
			continue
		}
		with := b
		with.epic[b.active], with.left[b.active] = e, uint16(size)
		with.active++
		g.begin(with, done, p*q)
	}
}

func (g *game) put(b board, done int, p float64) {
	l := &g.after[done]
	if l.index == nil {
		l.index = map[board]int{}
	}
	i, known := l.index[b]
	if !known {
		i = len(l.boards)
		l.index[b] = i
		l.boards, l.p = append(l.boards, b), append(l.p, 0)
		g.seen++
	}
	l.p[i] += p
}

// finish gives the next item to each of the epics under way.
func (g *game) finish(b board, done int, p float64) {
	p /= float64(b.active)
	for i := range int(b.active) {
		after := b
		if after.left[i]--; after.left[i] > 0 {
			g.put(after, done+1, p)
			continue
		}
		g.ends[b.epic[i]].add(Exactly(done+1), p)
		g.begin(after.without(i), done+1, p)
	}
}

// without takes the i-th epic off the board; the places behind are empty, so
// that equal boards are equal values.
func (b board) without(i int) board {
	b.active--
	copy(b.epic[i:], b.epic[i+1:])
	copy(b.left[i:], b.left[i+1:])
	clear(b.epic[b.active:])
	clear(b.left[b.active:])
	return b
}
