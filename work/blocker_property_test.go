package work

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"headway/models"
)

// life plays a person's rounds, answers and taps in memory.
type life struct {
	rows   []models.Blocker
	rounds []models.Round
	last   map[int]models.Answer // by round
	now    time.Time
}

func (l *life) answer(round int, status, key string) {
	over := false
	for later := round + 1; later < len(l.rounds); later++ {
		if a, ok := l.last[later]; ok {
			over = a.Status != models.Blocked // the newest decides
		}
	}
	a := models.Answer{RoundID: l.rounds[round].ID, User: "U1", Status: status, BlockedKey: key, At: l.now}
	c := follow(l.rows, l.rounds[round], a, over, l.now.AddDate(0, 0, 2))
	l.rows = slices.DeleteFunc(l.rows, func(b models.Blocker) bool { return slices.Contains(c.remove, b.ID) })
	for _, b := range c.put {
		l.rows[slices.IndexFunc(l.rows, func(old models.Blocker) bool { return old.ID == b.ID })] = b
	}
	if c.raise != nil {
		l.rows = append(l.rows, *c.raise)
	}
	l.last[round] = a
}

func (l *life) open() []string {
	var keys []string
	for _, b := range l.rows {
		if b.Open() {
			keys = append(keys, b.Key)
		}
	}
	slices.Sort(keys)
	return keys
}

func TestWhateverAPersonSaysTheirBlockersAddUp(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		l := life{last: map[int]models.Answer{}, now: monday.At(9, 30, berlin)}
		for day := range 5 {
			if day > 0 {
				l.rounds[day-1].State = models.RoundClosed
			}
			l.now = monday.AddDays(day).At(9, 30, berlin)
			l.rounds = append(l.rounds, models.Round{ID: string(rune('a' + day)), CheckinID: "k1", Date: monday.AddDays(day), OpenedAt: l.now, State: models.RoundOpen})
			for range r.IntN(5) {
				l.now = l.now.Add(time.Minute)
				l.step(t, r, day)
			}
			if t.Failed() {
				t.Fatalf("seed %d, day %d", seed, day)
			}
		}
	}
}

// step is one tap or answer, and what must hold after it.
func (l *life) step(t *testing.T, r *rand.Rand, day int) {
	before := slices.Clone(l.rows)
	if len(l.rows) > 0 && r.IntN(4) == 0 {
		if b := &l.rows[r.IntN(len(l.rows))]; b.Open() {
			b.Clear(l.now, models.ClearedByTap)
		}
		return
	}
	round, status, key := day-r.IntN(min(day, 2)+1), models.OnTrack, ""
	if r.IntN(3) > 0 {
		status, key = models.Blocked, string(rune('A'+r.IntN(3)))
	}
	l.answer(round, status, key)
	open := l.open()
	if len(slices.Compact(slices.Clone(open))) != len(open) {
		t.Errorf("one key is open twice: %v", open)
	}
	if round == day {
		if status == models.Blocked && !slices.Contains(open, key) {
			t.Errorf("%s was named just now and is not open: %v", key, open)
		}
		if status != models.Blocked && len(open) > 0 {
			t.Errorf("nothing is in the way and %v is open", open)
		}
		return
	}
	for _, was := range before {
		i := slices.IndexFunc(l.rows, func(b models.Blocker) bool { return b.ID == was.ID })
		switch {
		case i < 0:
			t.Errorf("a late answer removed %s", was.Key)
		case !was.Open() && l.rows[i].Open():
			t.Errorf("a late answer opened %s again", was.Key)
		case was.Open() && !l.rows[i].Open() && was.SaidOn.After(l.rounds[round].Date):
			t.Errorf("a late answer cleared %s, which was said since", was.Key)
		}
	}
}
