// Package forecast says when work will be done, from how much was finished on
// the days before. It is pure arithmetic: it knows no clock, and the same input
// always gives the same output.
//
// Time is never simulated. The items finished from the first working day on are a
// walk; an epic is done when the walk first reaches its last item. One dynamic
// programme over the walk's states gives the whole distribution of every epic,
// and what is not known about the pace itself is then mixed in.
//
// A slot is one working day of the project's calendar; slot 1 is the first one
// after the history's last day. Chances are exact numbers from 0 to 1: how they
// are shown, and that nobody is promised 100 %, is left to the words.
package forecast

import (
	"errors"
	"fmt"
)

const (
	maxSlots = 4000   // about 16 years of working days; what is not done by then is "later"
	maxItems = 10_000 // in one scope

	leastMass  = 1e-16 // a state less probable than this is dropped
	leftMass   = 1e-9  // the walk ends when less than this is not yet done
	roundingUp = 1e-12 // keeps a quantile from moving a slot by a rounding error
)

// ErrTooMuch says that a scope holds more items than can be followed.
var ErrTooMuch = fmt.Errorf("forecast: a scope of more than %d items", maxItems)

// ErrTooLittleHistory says that there is no pace to forecast with. The error
// that wraps it is a *Missing.
var ErrTooLittleHistory = errors.New("forecast: too little history")

// Missing says what a history lacks for a forecast: so many more finished
// items (with points, where points are asked for), and so many more days on
// which one is finished.
type Missing struct {
	Items, Days int
}

// Error names what is missing.
func (m *Missing) Error() string {
	return fmt.Sprintf("%v: it needs %d more finished items and %d more days with one", ErrTooLittleHistory, m.Items, m.Days)
}

// Unwrap returns ErrTooLittleHistory.
func (m *Missing) Unwrap() error { return ErrTooLittleHistory }
