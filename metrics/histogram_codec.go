package metrics

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"math"
)

// ErrMalformed says that stored bytes are not a histogram.
var ErrMalformed = errors.New("metrics: malformed histogram")

// MarshalBinary writes the sum and the sorted (bucket delta, count) pairs as
// varints. Equal histograms give equal bytes; an empty one gives none.
func (h Histogram) MarshalBinary() ([]byte, error) {
	if len(h.counts) == 0 {
		return []byte{}, nil
	}
	out := binary.AppendUvarint(nil, uint64(h.sum))
	previous := uint32(0)
	for _, b := range h.buckets() {
		out = binary.AppendUvarint(out, uint64(b-previous))
		out = binary.AppendUvarint(out, uint64(h.counts[b]))
		previous = b
	}
	return out, nil
}

// UnmarshalBinary reads what MarshalBinary wrote and refuses everything else
// with ErrMalformed, leaving h as it was.
func (h *Histogram) UnmarshalBinary(data []byte) error {
	if len(data) == 0 {
		*h = Histogram{}
		return nil
	}
	r := varints{rest: data}
	sum := r.next(math.MaxInt64)
	read := Histogram{counts: make(map[uint32]uint32, len(data)/2), sum: int64(sum)}
	for bucket := uint64(0); len(r.rest) > 0 && !r.bad; {
		delta := r.next(uint64(lastBucket) - bucket)
		count := r.next(math.MaxUint32)
		if count == 0 || delta == 0 && len(read.counts) > 0 {
			return ErrMalformed
		}
		bucket += delta
		read.counts[uint32(bucket)] = uint32(count)
	}
	if r.bad || !read.sumFits() {
		return ErrMalformed
	}
	*h = read
	return nil
}

// sumFits checks that the sum can come from durations in these buckets.
func (h Histogram) sumFits() bool {
	var low, high float64
	for b, c := range h.counts {
		l, u := bucketBounds(b)
		low += float64(l) * float64(c)
		high += float64(u) * float64(c)
	}
	// Floats keep 53 bits; the margin covers what sums of more lose.
	const margin = 1e-9
	sum := float64(h.sum)
	return len(h.counts) > 0 && sum >= low*(1-margin) && sum <= high*(1+margin)
}

// varints reads unsigned varints in their shortest form; anything else, or a
// number above the given limit, turns bad on.
type varints struct {
	rest []byte
	bad  bool
}

func (r *varints) next(limit uint64) uint64 {
	v, n := binary.Uvarint(r.rest)
	padded := n > 1 && r.rest[n-1] == 0
	if n <= 0 || padded || v > limit {
		r.bad = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// MarshalText writes the binary form in base64, so that a histogram can stand
// in a JSON document.
func (h Histogram) MarshalText() ([]byte, error) {
	data, err := h.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.AppendEncode(nil, data), nil
}

// UnmarshalText reads what MarshalText wrote.
func (h *Histogram) UnmarshalText(text []byte) error {
	data, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return ErrMalformed
	}
	return h.UnmarshalBinary(data)
}
