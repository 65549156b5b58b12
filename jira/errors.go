package jira

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	gojira "github.com/andygrunwald/go-jira"
)

// What callers tell apart with errors.Is. No error of this package holds a
// token, an address with a query, or any text of Jira's answer.
var (
	ErrUnauthorized = errors.New("Jira does not accept the email and token")       // wrong, expired or withdrawn
	ErrForbidden    = errors.New("Jira refuses this to the token's account")       // no licence, permission or scope
	ErrNotFound     = errors.New("not found, or not visible to the token")         // Jira does not tell these apart
	ErrIncomplete   = errors.New("Jira's answer is incomplete")                    // figures made from it would be wrong
	ErrUnavailable  = errors.New("Jira can't be reached or gives no usable reply") // network, time limit, 5xx

	errNotAllowed = errors.New("not in the list of calls that only read")
)

// Busy says that Jira asks for patience: nothing may be asked before After is
// over. Find it with errors.As.
type Busy struct{ After time.Duration }

func (b Busy) Error() string {
	return "Jira asks to wait " + b.After.Round(time.Second).String()
}

// statusError is an answer outside 2xx, without its body: Cloud sends whole
// HTML pages there, and names that only the project's people may read.
type statusError struct {
	op     string
	status int
}

func (e *statusError) Error() string {
	return fmt.Sprintf("jira: %s: %d %s", e.op, e.status, http.StatusText(e.status))
}

func (e *statusError) Unwrap() error {
	switch {
	case e.status == http.StatusUnauthorized:
		return ErrUnauthorized
	case e.status == http.StatusForbidden:
		return ErrForbidden
	case e.status == http.StatusNotFound, e.status >= 300 && e.status < 400: // a moved site redirects
		return ErrNotFound
	case e.status >= 500, e.status == http.StatusGone: // a call that Jira took away
		return ErrUnavailable
	}
	return nil
}

// failure turns what go-jira reports into an error of this package. It closes
// the body that go-jira leaves open on every status outside 2xx.
func failure(ctx context.Context, op string, resp *gojira.Response, err error) error {
	if resp == nil {
		return unreadable(ctx, op, err)
	}
	_ = resp.Body.Close()
	if worthRepeating(resp.StatusCode) {
		wait, told := toldToWait(resp.Header, time.Now())
		if !told {
			wait = longestOwn
		}
		if told || resp.StatusCode == http.StatusTooManyRequests {
			return fmt.Errorf("jira: %s: %w", op, Busy{After: wait})
		}
	}
	return &statusError{op: op, status: resp.StatusCode}
}

// unreadable names an error of the network or of decoding. The caller's own
// cancellation stays what it is, a deadline that passed means that Jira did not
// answer in time; *url.Error goes, as it prints the query.
func unreadable(ctx context.Context, op string, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && !ours(context.Cause(ctx)) {
		return fmt.Errorf("jira: %s: %w: %w", op, ErrUnavailable, context.Cause(ctx))
	}
	if ctx.Err() != nil {
		return fmt.Errorf("jira: %s: %w", op, context.Cause(ctx))
	}
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	if ours(err) {
		return fmt.Errorf("jira: %s: %w", op, err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("jira: %s: %w: the answer was cut", op, ErrUnavailable)
	}
	return fmt.Errorf("jira: %s: %w: %w", op, ErrUnavailable, err)
}

func ours(err error) bool {
	if _, busy := errors.AsType[Busy](err); busy {
		return true
	}
	for _, known := range []error{ErrUnauthorized, ErrForbidden, ErrNotFound, ErrIncomplete, ErrUnavailable, errNotAllowed} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

// refusesToken says whether an answer may come from asking a scoped token at
// the wrong address.
func refusesToken(err error) bool {
	return errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden)
}

// operation names a call in errors and logs, without its query.
func operation(method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	return method + " " + path
}
