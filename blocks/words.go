package blocks

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// count is "1 release" or "3 releases"; 0 is "no releases".
func count(n int, one, many string) string {
	switch n {
	case 0:
		return "no " + many
	case 1:
		return "1 " + one
	}
	return number(n) + " " + many
}

// number groups thousands: 12,345.
func number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// decimal has one place: 3.9.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// percent is num of den in whole percent, never rounded up to 100 or down to 0.
func percent(num, den int) string {
	if den == 0 {
		return "none"
	}
	p := int(math.Round(100 * float64(num) / float64(den)))
	if p == 100 && num < den {
		p = 99
	}
	if p == 0 && num > 0 {
		p = 1
	}
	return fmt.Sprintf("%d %%", p)
}

// capital begins s with a capital letter.
func capital(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
