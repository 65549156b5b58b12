package work

import (
	"errors"
	"time"

	"headway/jira"
)

// The problems that Jira can make, as codes: Jira's own words are never stored
// or shown.
const (
	ProblemUnauthorized = "unauthorized"
	ProblemForbidden    = "forbidden"
	ProblemGone         = "not_found"
	ProblemBusy         = "busy"
	ProblemIncomplete   = "incomplete"
	ProblemUnavailable  = "unavailable"
	ProblemEmpty        = "empty"
	problemInternal     = "internal"
)

// Problem is what went wrong with Jira, "" when it was not Jira's doing; after
// is how long a busy Jira asks to wait.
func Problem(err error) (code string, after time.Duration) {
	var busy jira.Busy
	switch {
	case errors.As(err, &busy):
		return ProblemBusy, busy.After
	case errors.Is(err, jira.ErrUnauthorized):
		return ProblemUnauthorized, 0
	case errors.Is(err, jira.ErrForbidden):
		return ProblemForbidden, 0
	case errors.Is(err, jira.ErrNotFound):
		return ProblemGone, 0
	case errors.Is(err, jira.ErrIncomplete):
		return ProblemIncomplete, 0
	case errors.Is(err, errEmptyAnswer):
		return ProblemEmpty, 0
	case errors.Is(err, jira.ErrUnavailable): // not just any deadline: the database has its own
		return ProblemUnavailable, 0
	default:
		return "", 0
	}
}

// problemOf is Problem for a watermark or run, which always has a code.
func problemOf(err error) string {
	if code, _ := Problem(err); code != "" {
		return code
	}
	return problemInternal
}
