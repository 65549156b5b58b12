// Package calendar holds dates, ISO weeks, working days and the next slot of a
// schedule in a zone. It is pure: it knows no clock.
package calendar

import "time"

// Date is a local calendar day without zone. The zero value is "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Week is an ISO week, Monday first.
type Week struct {
	Year, Number int
}
