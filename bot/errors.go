package bot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// callError is a failed call to Slack. Callers tell failures apart by its
// methods through errors.As, without knowing this type.
type callError struct {
	method    string
	code      string // Slack's error name; "" when Slack gave none
	at        []string
	after     time.Duration
	limited   bool
	uncertain bool
	cause     error
}

// Error names the method and Slack's error name. It holds no token, URL or
// text of a person.
func (e *callError) Error() string {
	text := "slack " + e.method + ": "
	switch {
	case e.code != "":
		text += e.code
	case e.cause != nil:
		text += e.cause.Error()
	default:
		text += "no usable answer"
	}
	if len(e.at) > 0 {
		text += " at " + strings.Join(e.at, ", ")
	}
	return text
}

func (e *callError) Unwrap() error { return e.cause }

// Code is Slack's name of the error, "" when Slack gave none.
func (e *callError) Code() string { return e.code }

// RetryAfter is how long Slack asks to wait; false when it did not ask.
func (e *callError) RetryAfter() (time.Duration, bool) { return e.after, e.limited }

// Permanent says that the same call will fail again: the channel is gone or
// archived, the blocks are refused, the person is unknown.
func (e *callError) Permanent() bool { return slices.Contains(permanentCodes, e.code) }

// Credentials says that Slack no longer accepts the token for this call: it was
// revoked, or a scope is missing.
func (e *callError) Credentials() bool { return slices.Contains(credentialCodes, e.code) }

// TokenRefused says that Slack takes the token for no call at all any more.
func (e *callError) TokenRefused() bool { return slices.Contains(tokenCodes, e.code) }

// Uncertain says that the call may have had its effect although no success was
// answered: a 5xx, a timeout, a cut connection.
func (e *callError) Uncertain() bool { return e.uncertain }

var permanentCodes = []string{
	"channel_not_found", "is_archived", "not_in_channel", "restricted_action", "restricted_action_read_only_channel",
	"restricted_action_thread_only_channel", "restricted_action_non_threadable_channel",
	"invalid_blocks", "invalid_blocks_format", "invalid_arguments", "msg_too_long", "msg_blocks_too_long", "no_text",
	"message_not_found", "cant_update_message", "cant_delete_message", "edit_window_closed",
	"user_not_found", "user_not_in_channel", "user_disabled", "user_not_visible", "cannot_dm_bot", "messages_tab_disabled",
	"expired_url", "used_url", "foreign_url",
	"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired",
	"view_too_large", "push_limit_reached", "duplicate_external_id", "hash_conflict", "not_found", "not_enabled",
}

var credentialCodes = []string{
	"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
	"no_permission", "not_allowed_token_type", "team_access_not_granted", "access_denied", "org_login_required",
}

var tokenCodes = []string{"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}

func tokenRefused(err error) bool { return slices.Contains(tokenCodes, codeOf(err)) }

var uncertainCodes = []string{"fatal_error", "internal_error", "request_timeout", "service_unavailable"}

var limitedCodes = []string{"ratelimited", "rate_limited", "message_limit_exceeded"}

// unsaidWait stands in where Slack limits a call without saying for how long.
const unsaidWait = 30 * time.Second

// failed translates what slack-go returns into a callError; nil stays nil.
func failed(method string, err error) error {
	if err == nil {
		return nil
	}
	e := &callError{method: method}
	var answered slack.SlackErrorResponse
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	switch {
	case errors.As(err, &answered):
		e.code, e.at = answered.Err, pointers(answered)
		e.uncertain = slices.Contains(uncertainCodes, e.code)
		if slices.Contains(limitedCodes, e.code) {
			e.after, e.limited = unsaidWait, true
		}
	case errors.As(err, &limited):
		e.code, e.after, e.limited = "ratelimited", limited.RetryAfter, true
	case errors.As(err, &status):
		e.byStatus(status.Code)
	default:
		e.cause = withoutURL(err)
		e.uncertain = !neverSent(err)
	}
	return e
}

func (e *callError) byStatus(status int) {
	e.cause = fmt.Errorf("answered with HTTP status %d", status)
	if status == http.StatusTooManyRequests {
		e.after, e.limited = unsaidWait, true
	}
	e.uncertain = status >= http.StatusInternalServerError
}

// refused is a failure that we found ourselves, before the call.
func refused(method, code string) error { return &callError{method: method, code: code} }

// codeOf is Slack's name for err, "" for other errors.
func codeOf(err error) string {
	var e *callError
	if errors.As(err, &e) {
		return e.code
	}
	return ""
}

// neverSent says that no byte of the request reached Slack.
func neverSent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || (errors.As(err, &op) && op.Op == "dial") || errors.Is(err, slack.ErrParametersMissing) || errors.Is(err, slack.ErrBlockIDNotUnique)
}

// withoutURL drops the address that net/http puts into its errors: a response
// URL is a secret.
func withoutURL(err error) error {
	var u *url.Error
	if !errors.As(err, &u) {
		return err
	}
	if u.Timeout() {
		return fmt.Errorf("no answer in time: %w", context.DeadlineExceeded)
	}
	return u.Err
}

var pointer = regexp.MustCompile(`\[json-pointer:(/[^\]]*)\]`)

// pointers are the places Slack complains about; its sentences stay out, as
// they can quote what a person wrote.
func pointers(r slack.SlackErrorResponse) []string {
	var out []string
	add := func(text string) {
		for _, m := range pointer.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(out, m[1]) {
				out = append(out, m[1])
			}
		}
	}
	for _, m := range r.ResponseMetadata.Messages {
		add(m)
	}
	for _, e := range r.Errors {
		if e.Message != nil {
			add(*e.Message)
		}
		if p := e.AppsManifestCreateResponseError; p != nil {
			add("[json-pointer:" + p.Pointer + "]")
		}
	}
	return out
}

// PanicError is a handler that panicked. The process lives on; the stack is in
// the log beside Reference.
type PanicError struct {
	Reference string
	what      string
}

func (e *PanicError) Error() string { return "panic: " + e.what }

func newPanic(value any) *PanicError {
	return &PanicError{Reference: reference(), what: panicText(value)}
}

// panicText keeps to what the runtime itself says: another value may hold text
// of a person.
func panicText(value any) string {
	if r, ok := value.(runtime.Error); ok {
		return r.Error()
	}
	return fmt.Sprintf("a %T", value)
}
