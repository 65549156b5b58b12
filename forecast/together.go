package forecast

const (
	maxTogether = 8
	maxBoards   = 200_000 // states; more are avoided by finishing items in groups
	leastBoard  = 1e-14   // probability of a state that is followed
)

// board is the epics under way, in order, with what is left of each.
type board struct {
	active int // how many
	next   int // the first that has not begun
	epic   [maxTogether]uint16
	left   [maxTogether]uint16
}

// together returns for each epic which of the finished items is its last,
// where each item belongs to one of the first w unfinished epics, each as
// likely. Who gets an item doesn't depend on when it is finished, so this needs
// no time.
//
// Where the states are too many it moves in groups of 2, 4, 8 .. items of one
// epic: the mean stays, the spread among the epics grows.
func together(epics []PMF, w int) []PMF {
	for group := 1; ; group *= 2 {
		g := game{epics: epics, together: w, group: group}
		if ends, ok := g.play(); ok {
			return ends
		}
	}
}

type game struct {
	epics    []PMF
	together int
	group    int

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

func (g *game) play() ([]PMF, bool) {
	total := 0
	for _, e := range g.epics {
		total += e.high()
	}
	g.after = make([]layer, total+1)
	g.ends = make([]mixture, len(g.epics))
	g.begin(board{}, 0, 1)
	for done := range g.after {
		here := g.after[done]
		g.after[done] = layer{}
		for i, b := range here.boards {
			g.finish(b, done, here.p[i])
		}
		if g.seen > maxBoards && g.group < total {
			return nil, false
		}
	}
	ends := make([]PMF, len(g.ends))
	for j := range ends {
		ends[j] = g.ends[j].pmf()
	}
	return ends, true
}

// begin fills the board up with epics that have not begun, of each possible
// size; an empty one ends at once.
func (g *game) begin(b board, done int, p float64) {
	if p < leastBoard {
		return
	}
	if b.active == g.together || b.next == len(g.epics) {
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
		with.epic[b.active], with.left[b.active] = uint16(e), uint16(size)
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

// finish gives the next items to each of the epics under way.
func (g *game) finish(b board, done int, p float64) {
	p /= float64(b.active)
	for i := range b.active {
		after := b
		take := min(int(b.left[i]), g.group)
		after.left[i] -= uint16(take)
		if after.left[i] > 0 {
			g.put(after, done+take, p)
			continue
		}
		g.ends[b.epic[i]].add(Exactly(done+take), p)
		g.begin(after.without(i), done+take, p)
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
