package metrics

import (
	"errors"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// Histogram is a log-linear histogram of whole minutes with 8 mantissa bits:
// percentiles within 0.195 %, merging is exact and order-free.
// The zero value is empty and ready to use. A copy shares its counts with the
// original: Clone before adding to one of them.
type Histogram struct {
	counts map[uint32]uint32 // bucket to count
	sum    int64             // exact sum of the minutes
}

const mantissaBits = 8

// bucketOf maps a number of minutes to its bucket. Up to 511 each minute has
// its own; above, the buckets widen with each power of two.
func bucketOf(minutes int64) uint32 {
	if minutes < 1<<(mantissaBits+1) {
		return uint32(minutes)
	}
	e := bits.Len64(uint64(minutes)) - 1 - mantissaBits
	return uint32(e<<mantissaBits) + uint32(minutes>>e)
}

// bucketBounds returns the smallest and the largest number of minutes of a
// bucket.
func bucketBounds(b uint32) (low, high int64) {
	if b < 1<<(mantissaBits+1) {
		return int64(b), int64(b)
	}
	e := b>>mantissaBits - 1
	low = int64(b-e<<mantissaBits) << e
	return low, low + 1<<e - 1
}

// lastBucket holds the largest int64; no bucket lies above it.
var lastBucket = bucketOf(math.MaxInt64)

func estimate(b uint32) float64 {
	low, high := bucketBounds(b)
	return float64(low) + float64(high-low)/2
}

// Add counts one duration in whole minutes; a negative one counts as 0.
func (h *Histogram) Add(minutes int64) {
	minutes = max(minutes, 0)
	if h.counts == nil {
		h.counts = make(map[uint32]uint32)
	}
	h.counts[bucketOf(minutes)]++
	h.sum += minutes
}

// Merge adds the counts of other.
func (h *Histogram) Merge(other Histogram) {
	if h.counts == nil && len(other.counts) > 0 {
		h.counts = make(map[uint32]uint32, len(other.counts))
	}
	for b, n := range other.counts {
		h.counts[b] += n
	}
	h.sum += other.sum
}

// ErrNotContained says that a histogram to be taken away holds more than the
// one it is taken from.
var ErrNotContained = errors.New("metrics: the histogram to take away is not part of this one")

// Minus returns h without the counts of other: lead.Minus(leadAI) is the lead
// time of work without AI.
func (h Histogram) Minus(other Histogram) (Histogram, error) {
	rest := h.Clone()
	for b, n := range other.counts {
		switch have := rest.counts[b]; {
		case have < n:
			return Histogram{}, ErrNotContained
		case have == n:
			delete(rest.counts, b)
		default:
			rest.counts[b] = have - n
		}
	}
	rest.sum -= other.sum
	return rest, nil
}

// Clone returns a copy that shares nothing with h.
func (h Histogram) Clone() Histogram {
	return Histogram{counts: maps.Clone(h.counts), sum: h.sum}
}

// Equal says whether both hold the same counts and sum.
func (h Histogram) Equal(other Histogram) bool {
	return h.sum == other.sum && maps.Equal(h.counts, other.counts)
}

// Count returns how many durations were added.
func (h Histogram) Count() int {
	n := 0
	for _, c := range h.counts {
		n += int(c)
	}
	return n
}

// Sum returns the exact sum of the minutes.
func (h Histogram) Sum() int64 { return h.sum }

// CountAbove returns how many durations were longer than the given minutes,
// each taken at the estimate of its bucket.
func (h Histogram) CountAbove(minutes float64) int {
	n := 0
	for b, c := range h.counts {
		if estimate(b) > minutes {
			n += int(c)
		}
	}
	return n
}

// Quantile returns the minutes of the ceil(q n)-th smallest duration, 0 < q <= 1;
// ok is false when the histogram is empty.
func (h Histogram) Quantile(q float64) (minutes float64, ok bool) {
	n := h.Count()
	if n == 0 {
		return 0, false
	}
	// The margin keeps q n from passing a whole number by a rounding error.
	rank := min(max(int(math.Ceil(q*float64(n)-1e-9)), 1), n)
	return h.ranked(rank), true
}

// Median returns the middle duration in minutes, for an even count the mean of
// the two middle ones; ok is false when the histogram is empty.
func (h Histogram) Median() (minutes float64, ok bool) {
	n := h.Count()
	if n == 0 {
		return 0, false
	}
	return (h.ranked((n+1)/2) + h.ranked(n/2+1)) / 2, true
}

// ranked returns the estimate of the rank-th smallest duration, counted from 1.
func (h Histogram) ranked(rank int) float64 {
	buckets := h.buckets()
	for _, b := range buckets {
		if rank -= int(h.counts[b]); rank <= 0 {
			return estimate(b)
		}
	}
	return estimate(buckets[len(buckets)-1])
}

func (h Histogram) buckets() []uint32 { return slices.Sorted(maps.Keys(h.counts)) }
