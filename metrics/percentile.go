package metrics

// Percentile returns the ceil(q n / 100)-th smallest of the sorted values,
// q in percent; 0 when there are none.
func Percentile(sorted []int, q int) int {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	rank := min(max((q*n+99)/100, 1), n)
	return sorted[rank-1]
}

// Median returns the middle of the sorted values, the mean of the two middle
// ones when there is an even number of them; 0 when there are none.
func Median(sorted []int) float64 {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return float64(sorted[(n-1)/2]+sorted[n/2]) / 2
}
