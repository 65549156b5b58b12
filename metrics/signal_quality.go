package metrics

import "slices"

const (
	qualityWeeks = 12
	bulkWeeks    = 4    // weeks of a month
	bulkShare    = 0.30 // of its closings on one day are a bulk closing
	minMonth     = 20   // closings of a month that can tell
)

// QualityCheck is one named check of data quality.
type QualityCheck uint8

// The checks that weekly rows can tell.
const (
	QualityNoDate       QualityCheck = iota // released versions without a date
	QualityNeverStarted                     // done without ever started
	QualityDoneFirst                        // done before started
	QualityUnmapped                         // moves into statuses that the definition does not know
	QualityBulk                             // closed on a day of bulk closing
)

// QualityShare is the share that fails a check.
type QualityShare struct {
	Check QualityCheck
	Ratio
}

// Quality returns what fails each check over the given weeks, in order of
// check; a denominator below 5 tells nothing.
func Quality(weeks []Weekly) []QualityShare {
	excluded := map[Exclusion]int{}
	completed, released := 0, 0
	for _, w := range weeks {
		completed += w.Completed
		released += w.Deployments
		for why, n := range w.Excluded {
			excluded[why] += n
		}
	}
	moved := completed + excluded[ExcludedUnmapped]
	return []QualityShare{
		{QualityNoDate, Ratio{excluded[ExcludedNoDate], released + excluded[ExcludedNoDate]}},
		{QualityNeverStarted, Ratio{excluded[ExcludedNeverStarted], completed}},
		{QualityDoneFirst, Ratio{excluded[ExcludedDoneFirst], completed}},
		{QualityUnmapped, Ratio{excluded[ExcludedUnmapped], moved}},
		{QualityBulk, Ratio{bulkClosed(weeks), completed}},
	}
}

// bulkClosed counts what was closed on days that hold more than 30 % of a
// month's closings.
func bulkClosed(weeks []Weekly) int {
	n := 0
	for month := range slices.Chunk(weeks, bulkWeeks) {
		all := 0
		for _, w := range month {
			all += w.Completed
		}
		for _, w := range month {
			for _, done := range w.DoneByDay {
				if all >= minMonth && float64(done) > bulkShare*float64(all) {
					n += done
				}
			}
		}
	}
	return n
}

// dataQuality is S25: the worst check over 12 weeks.
func (s *survey) dataQuality() []Reading {
	worst := s.withheld(QualityWorst, WithheldFew, 0)
	for _, q := range Quality(newest(s.board.Weeks, qualityWeeks)) {
		m := s.share(QualityWorst, q.Num, q.Den, minShown)
		if m.Withheld == NotWithheld && (worst.Withheld != NotWithheld || m.Value > worst.Value) {
			worst = m
		}
	}
	return one(Reading{Measures: []Measure{worst.within(s.last(7 * qualityWeeks))}})
}
