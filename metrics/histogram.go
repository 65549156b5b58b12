package metrics

// Histogram is a log-linear histogram of whole minutes with 8 mantissa bits:
// percentiles within 0.195 %, merging is exact and order-free.
// The zero value is empty and ready to use.
type Histogram struct {
	counts map[uint32]uint32 // bucket to count
	sum    int64             // exact sum of the minutes
}
