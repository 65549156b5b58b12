// Package slack imitates Slack on loopback: the Web API, the Socket Mode link,
// response URLs, modals, App Home, and a control surface through which tests,
// people and the browser page act as the users of a workspace.
//
// It speaks wire formats with its own types and imports no Slack library, so it
// cannot share the mistakes of the bot that runs against it. It is strict on
// purpose: what real Slack refuses is refused here, and every malformed call is
// kept in a list that tests read at their end (Server.Violations).
//
// Two clocks run in it. The business clock (Options.Now) stamps messages and
// events and may be moved; acks, triggers, pings, redelivery and rate limits
// follow the machine's clock.
package slack

// object and list are decoded JSON. Blocks and views stay in this form from the
// moment they were accepted: the sandbox hands back what it was given.
type (
	object = map[string]any
	list   = []any
)
