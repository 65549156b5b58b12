package metrics

import (
	"maps"
	"math"
	"slices"

	"headway/calendar"
)

const (
	minShown   = 5  // below this many values no figure is shown
	minWeeks   = 4  // weeks before the reported one that make a usual range
	usualWeeks = 12 // weeks before the reported one that usual throughput looks at
	cycleWeeks = 8  // weeks before the reported one that usual cycle time looks at
	chartWeeks = 8  // weeks of the chart, the reported one included
	minAgeBase = 20 // finished items that make a P85 to compare ages with

	minutesPerDay = 24 * 60
)

// Figure is one value with the number of values behind it. OK is false where
// there are too few to show it.
type Figure struct {
	Value float64
	N     int
	OK    bool
}

// Range is where a weekly figure usually lies: the 10th to the 90th percentile
// of the N full weeks before, at most 12. OK is false below 4 weeks.
type Range struct {
	Low, High float64
	N         int
	OK        bool
}

// Ratio is a share with its numerator and denominator.
type Ratio struct {
	Num, Den int
}

// WeekPoint is one week of the chart.
type WeekPoint struct {
	Week calendar.Week
	Done int
	WIP  int
}

// Summary is the numeric content of a weekly report: what a report stores, and
// all that its wording is made from.
type Summary struct {
	Week       calendar.Week
	Definition int
	Partial    bool // the week has not settled: figures may still change
	Running    bool // the week is not over: counts are so far

	Done      int
	DoneUsual Range

	// Cycle time in days, date(done) - date(started) + 1: half and 85 % of the
	// items done this week, and of the 8 weeks before.
	CycleHalf, Cycle85           Figure
	CycleHalfUsual, Cycle85Usual Figure

	WIP      int // at the end of the week, or now while it is running
	WIPUsual Range

	// Age in days of what is in progress, date(today) - date(started) + 1.
	AgeHalf, Age85 Figure

	// OlderThan85 is how many items in progress are older than 85 % of the
	// cycle times of the 12 weeks before; OlderOK is false below 20 of those.
	OlderThan85 int
	OlderOK     bool

	Deployments      int
	DeploymentsUsual Figure // mean per week of the 12 weeks before
	Failures         Ratio  // deployments with a linked failure, of deployments

	Responses, ResponsesUsual Shown // set by who holds the answers

	Excluded map[Exclusion]int
	Weeks    []WeekPoint // oldest first, the reported week last
}

// Summarize makes the summary of the last of the given weeks; the others, in
// order, are what it is compared with. Weeks before the project's first sign
// of life are not part of the comparison. No weeks give the zero Summary.
func Summarize(weeks []Weekly) Summary {
	if len(weeks) == 0 {
		return Summary{}
	}
	last := weeks[len(weeks)-1]
	before := alive(weeks[:len(weeks)-1])
	usual := newest(before, usualWeeks)
	s := Summary{
		Week: last.Week, Definition: last.Definition, Partial: last.Partial,
		Running: last.WIPByDay[6] < 0,

		Done:      last.Completed,
		DoneUsual: usualRange(usual, func(w Weekly) int { return w.Completed }),
		WIP:       last.WIPAtEnd,
		WIPUsual:  usualRange(usual, func(w Weekly) int { return w.WIPAtEnd }),

		Deployments:      last.Deployments,
		DeploymentsUsual: weeklyMean(usual, func(w Weekly) int { return w.Deployments }),
		Failures:         Ratio{last.FailureNum, last.FailureDen},

		Excluded: maps.Clone(last.Excluded),
		Weeks:    points(newest(weeks, chartWeeks)),
	}
	s.CycleHalf, s.Cycle85 = cycleFigures(last)
	s.CycleHalfUsual, s.Cycle85Usual = cycleFigures(newest(before, cycleWeeks)...)
	s.AgeHalf, s.Age85 = ageFigures(last.AgeAtEnd)
	s.OlderThan85, s.OlderOK = olderThan85(last.AgeAtEnd, cycleDays(usual...))
	return s
}

// alive leaves out the leading weeks in which nothing was created, under way
// or done: a project that is six weeks old has no twelve weeks of zeroes.
func alive(weeks []Weekly) []Weekly {
	first := slices.IndexFunc(weeks, func(w Weekly) bool {
		return w.Created+w.Started+w.Completed+w.WIPAtEnd+w.Deployments > 0
	})
	if first < 0 {
		return nil
	}
	return weeks[first:]
}

func newest(weeks []Weekly, n int) []Weekly { return weeks[max(0, len(weeks)-n):] }

func usualRange(weeks []Weekly, value func(Weekly) int) Range {
	n := len(weeks)
	if n < minWeeks {
		return Range{N: n}
	}
	values := make([]int, n)
	for i, w := range weeks {
		values[i] = value(w)
	}
	slices.Sort(values)
	return Range{Low: float64(Percentile(values, 10)), High: float64(Percentile(values, 90)), N: n, OK: true}
}

func weeklyMean(weeks []Weekly, value func(Weekly) int) Figure {
	n := len(weeks)
	if n < minWeeks {
		return Figure{N: n}
	}
	sum := 0
	for _, w := range weeks {
		sum += value(w)
	}
	return Figure{Value: float64(sum) / float64(n), N: n, OK: true}
}

func points(weeks []Weekly) []WeekPoint {
	out := make([]WeekPoint, len(weeks))
	for i, w := range weeks {
		out[i] = WeekPoint{Week: w.Week, Done: w.Completed, WIP: w.WIPAtEnd}
	}
	return out
}

// cycleDays returns the shown cycle times of the weeks, sorted.
func cycleDays(weeks ...Weekly) []int {
	var days []int
	for _, w := range weeks {
		for d, n := range w.CycleDays {
			for range n {
				days = append(days, d)
			}
		}
	}
	slices.Sort(days)
	return days
}

func cycleFigures(weeks ...Weekly) (half, p85 Figure) {
	days := cycleDays(weeks...)
	n := len(days)
	if n < minShown {
		return Figure{N: n}, Figure{N: n}
	}
	return Figure{Median(days), n, true}, Figure{float64(Percentile(days, 85)), n, true}
}

// ageFigures rounds up to whole days: ages reach to the end of a local day, so
// a part of a day is the day of the start.
func ageFigures(ages Histogram) (half, p85 Figure) {
	n := ages.Count()
	if n < minShown {
		return Figure{N: n}, Figure{N: n}
	}
	middle, _ := ages.Median()
	old, _ := ages.Quantile(0.85)
	return Figure{math.Ceil(middle / minutesPerDay), n, true}, Figure{math.Ceil(old / minutesPerDay), n, true}
}

func olderThan85(ages Histogram, cycle []int) (int, bool) {
	if len(cycle) < minAgeBase {
		return 0, false
	}
	return ages.CountAbove(float64(Percentile(cycle, 85) * minutesPerDay)), true
}
