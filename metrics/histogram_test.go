package metrics_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"headway/metrics"
)

func histogram(minutes ...int64) metrics.Histogram {
	var h metrics.Histogram
	for _, m := range minutes {
		h.Add(m)
	}
	return h
}

func bytesOf(t interface{ Fatal(...any) }, h metrics.Histogram) []byte {
	data, err := h.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// durations are drawn evenly over the orders of magnitude.
func durations() *rapid.Generator[[]int64] {
	return rapid.SliceOf(rapid.Custom(func(t *rapid.T) int64 {
		return rapid.Int64Range(0, 1<<rapid.IntRange(1, 40).Draw(t, "magnitude")).Draw(t, "minutes")
	}))
}

func TestQuantilesAreWithinTheBound(t *testing.T) {
	const bound = 1.0 / 512
	rapid.Check(t, func(t *rapid.T) {
		values := durations().Draw(t, "minutes")
		h := histogram(values...)
		slices.Sort(values)
		for _, q := range []float64{0.01, 0.25, 0.5, 0.85, 0.95, 1} {
			got, ok := h.Quantile(q)
			if ok != (len(values) > 0) {
				t.Fatalf("ok is %v for %d values", ok, len(values))
			}
			if !ok {
				continue
			}
			want := float64(values[max(0, int(math.Ceil(q*float64(len(values))-1e-9))-1)])
			if math.Abs(got-want) > bound*want {
				t.Fatalf("quantile %v of %v: %v, want %v", q, values, got, want)
			}
		}
	})
}

func TestQuantileTakesTheCeiledRank(t *testing.T) {
	h := histogram(10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200)
	for q, want := range map[float64]float64{0.85: 170, 0.851: 180, 0.05: 10, 0.07: 20, 0.5: 100, 1: 200} {
		if got, _ := h.Quantile(q); got != want {
			t.Errorf("quantile %v = %v, want %v", q, got, want)
		}
	}
}

func TestQuantileIsNotMovedByRounding(t *testing.T) {
	var h metrics.Histogram
	for m := range int64(100) {
		h.Add(m + 1)
	}
	if got, _ := h.Quantile(0.07); got != 7 { // 0.07 * 100 is a little above 7 in floating point
		t.Errorf("quantile 0.07 of 1..100 = %v, want 7", got)
	}
}

func TestMedianOfAnEvenNumberIsTheMeanOfTheMiddle(t *testing.T) {
	for _, c := range []struct {
		of   []int64
		want float64
	}{{[]int64{7}, 7}, {[]int64{1, 4}, 2.5}, {[]int64{1, 2, 9}, 2}, {[]int64{3, 1, 9, 4}, 3.5}} {
		if got, ok := histogram(c.of...).Median(); !ok || got != c.want {
			t.Errorf("median of %v = %v, want %v", c.of, got, c.want)
		}
	}
	if _, ok := (metrics.Histogram{}).Median(); ok {
		t.Error("an empty histogram has a median")
	}
}

func TestMergingInAnyOrderGivesTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(durations()).Draw(t, "parts")
		all := histogram(slices.Concat(parts...)...)
		order := rapid.Permutation(parts).Draw(t, "order")
		var merged metrics.Histogram
		for _, part := range order {
			merged.Merge(histogram(part...))
		}
		if !merged.Equal(all) || !bytes.Equal(bytesOf(t, merged), bytesOf(t, all)) {
			t.Fatalf("merged %v differs from all at once", order)
		}
		if merged.Count() != len(slices.Concat(parts...)) {
			t.Fatalf("merged %v counts %d", order, merged.Count())
		}
	})
}

func TestTakingAwayUndoesMerging(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := histogram(durations().Draw(t, "a")...), histogram(durations().Draw(t, "b")...)
		both := a.Clone()
		both.Merge(b)
		rest, err := both.Minus(b)
		if err != nil || !rest.Equal(a) || !bytes.Equal(bytesOf(t, rest), bytesOf(t, a)) {
			t.Fatalf("a + b - b differs from a: %v", err)
		}
	})
	if _, err := histogram(1, 2).Minus(histogram(2, 2)); !errors.Is(err, metrics.ErrNotContained) {
		t.Errorf("taking away more than there is: %v", err)
	}
}

func TestHistogramsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := histogram(durations().Draw(t, "minutes")...)
		var back metrics.Histogram
		if err := back.UnmarshalBinary(bytesOf(t, h)); err != nil || !back.Equal(h) {
			t.Fatalf("binary: %v", err)
		}
		text, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		var fromText metrics.Histogram
		if err := json.Unmarshal(text, &fromText); err != nil || !fromText.Equal(h) {
			t.Fatalf("text: %v", err)
		}
	})
}

func TestExtremeDurationsReadBack(t *testing.T) {
	h := histogram(0, math.MaxInt64)
	var back metrics.Histogram
	if err := back.UnmarshalBinary(bytesOf(t, h)); err != nil || !back.Equal(h) {
		t.Errorf("got %v", err)
	}
	if negative := histogram(-5); negative.Sum() != 0 || negative.Count() != 1 {
		t.Error("a negative duration does not count as 0")
	}
}

func TestMalformedBytesAreRefused(t *testing.T) {
	good := bytesOf(t, histogram(3, 3, 900, 70000))
	pairs := func(numbers ...uint64) []byte {
		var out []byte
		for _, n := range numbers {
			out = binary.AppendUvarint(out, n)
		}
		return out
	}
	for name, data := range map[string][]byte{
		"cut":                good[:len(good)-1],
		"a byte too many":    append(slices.Clone(good), 1),
		"sum alone":          pairs(0),
		"count of 0":         pairs(5, 5, 0),
		"same bucket twice":  pairs(10, 5, 1, 0, 1),
		"sum too small":      pairs(4, 5, 1),
		"sum too large":      pairs(6, 5, 1),
		"sum beyond int64":   pairs(1<<63, 5, 1),
		"bucket beyond all":  pairs(5, 1<<20, 1),
		"count beyond all":   pairs(5, 5, 1<<32),
		"varint not minimal": {5, 0x85, 0x00, 1},
		"varint too long":    bytes.Repeat([]byte{0xff}, 12),
	} {
		h := histogram(1)
		if err := h.UnmarshalBinary(data); !errors.Is(err, metrics.ErrMalformed) {
			t.Errorf("%s: %v, want ErrMalformed", name, err)
		}
		if !h.Equal(histogram(1)) {
			t.Errorf("%s: changed the histogram", name)
		}
	}
	var h metrics.Histogram
	if err := h.UnmarshalText([]byte("%%")); !errors.Is(err, metrics.ErrMalformed) {
		t.Errorf("no base64: %v", err)
	}
}

func FuzzHistogramBytes(f *testing.F) {
	f.Add(bytesOf(f, histogram(3, 3, 900, 70000)))
	f.Fuzz(func(t *testing.T, data []byte) {
		var h metrics.Histogram
		if h.UnmarshalBinary(data) == nil && !bytes.Equal(bytesOf(t, h), data) {
			t.Errorf("%x reads as a histogram that writes %x", data, bytesOf(t, h))
		}
	})
}

func TestCountAboveCountsOnlyLonger(t *testing.T) {
	h := histogram(1430, 1450, 2880, 10)
	if got := h.CountAbove(1440); got != 2 {
		t.Errorf("%d are above 1440, want 2", got)
	}
}

func TestTwelveWeeksStaySmall(t *testing.T) {
	h := histogram()
	for k := range int64(64) {
		h.Add(60 + k*k*37)
	}
	if size := len(bytesOf(t, h)); size > 64*4 {
		t.Errorf("64 durations take %d bytes", size)
	}
}

func TestPercentileAndMedianOfWholeNumbers(t *testing.T) {
	values := []int{1, 2, 3, 4, 5}
	for q, want := range map[int]int{1: 1, 20: 1, 21: 2, 50: 3, 85: 5, 80: 4, 100: 5} {
		if got := metrics.Percentile(values, q); got != want {
			t.Errorf("percentile %d = %d, want %d", q, got, want)
		}
	}
	if metrics.Percentile(nil, 50) != 0 || metrics.Median(nil) != 0 {
		t.Error("nothing has a percentile")
	}
	if metrics.Median([]int{1, 2, 5, 9}) != 3.5 || metrics.Median(values) != 3 {
		t.Error("the median is wrong")
	}
}
