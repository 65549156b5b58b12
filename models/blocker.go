package models

import (
	"cmp"
	"slices"

	"headway/calendar"
)

// openBlockers follows each person's answers from the newest round (rounds
// come newest first) back to where the row of blocked ones began.
func openBlockers(rounds []Round, answers []Answer) []Blocker {
	byRound := map[string][]Answer{}
	for _, a := range answers {
		byRound[a.RoundID] = append(byRound[a.RoundID], a)
	}
	open := map[string]*Blocker{}
	ended := map[string]bool{}
	for _, r := range rounds {
		for _, a := range byRound[r.ID] {
			if b := open[a.User]; a.Status != Blocked || a.Cleared || ended[a.User] {
				ended[a.User] = true
			} else if b == nil {
				open[a.User] = &Blocker{Answer: a, First: r.Date}
			} else {
				b.First = r.Date
			}
		}
	}
	return sortedBlockers(open)
}

func sortedBlockers(open map[string]*Blocker) []Blocker {
	found := make([]Blocker, 0, len(open))
	for _, b := range open {
		if said := b.Answer.Since; said != (calendar.Date{}) {
			b.First = said
		}
		found = append(found, *b)
	}
	slices.SortFunc(found, func(a, b Blocker) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Answer.User, b.Answer.User))
	})
	return found
}
