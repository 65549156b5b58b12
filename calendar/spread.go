package calendar

// Spread chooses n of the days so that the shortest pause between two of them,
// from week to week, is as long as can be; among equals the pauses are most
// even, then the earliest days win. It returns the set itself where it has no
// more than n days, and nothing for n below 1.
func (w Weekdays) Spread(n int) Weekdays {
	best, shortest, uneven := Weekdays(0), 0, 0
	if n < 1 {
		return 0
	}
	if w.count() <= n {
		return w & EveryDay
	}
	for set := Weekdays(1); set <= EveryDay; set++ {
		if set&^w != 0 || set.count() != n {
			continue
		}
		gap, squares := set.pauses()
		if best == 0 || gap > shortest || gap == shortest && (squares < uneven || squares == uneven && set.earlier(best)) {
			best, shortest, uneven = set, gap, squares
		}
	}
	return best
}

func (w Weekdays) count() (n int) {
	for day := range 7 {
		if w&(1<<day) != 0 {
			n++
		}
	}
	return n
}

// pauses are the shortest distance in days of two neighbours, round the week,
// and the sum of the squares of all distances.
func (w Weekdays) pauses() (shortest, squares int) {
	shortest = 7
	last := -1
	for day := range 14 {
		if w&(1<<(day%7)) == 0 {
			continue
		}
		if last >= 0 && last < 7 {
			shortest = min(shortest, day-last)
			squares += (day - last) * (day - last)
		}
		last = day
	}
	return shortest, squares
}

// earlier compares sets of equal size by their first day that differs.
func (w Weekdays) earlier(other Weekdays) bool {
	first := (w ^ other) & -(w ^ other)
	return w&first != 0
}
