package work

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"headway/blocks"
	"headway/models"
)

// The outbox's figures (reliability: tables, states, outcomes, pacing). The
// lease exceeds a call's timeout of 10 s, and marking a row renews it.
const (
	claimAtOnce = 20
	sendLease   = 30 * time.Second
	unclearFor  = 5 * time.Second // a call that was cut off may still be on its way
	maxAttempts = 8
)

// Deliver sends what is due in the outbox until nothing is, and returns how
// many messages Slack accepted. Every send is marked durably before the call,
// so that a crash leaves a trace instead of a silent second copy.
func (w *Worker) Deliver(ctx context.Context) (int, error) {
	if err := w.settleUncertain(ctx); err != nil {
		return 0, err
	}
	sent := 0
	for ctx.Err() == nil {
		rows, err := w.Store.ClaimOutbox(ctx, claimAtOnce, sendLease)
		if err != nil || len(rows) == 0 {
			return sent, err
		}
		for _, row := range rows {
			if ctx.Err() != nil {
				return sent, ctx.Err()
			}
			// Once begun, a call is finished and its outcome stored: cut off by a
			// shutdown, it would go out a second time.
			ok, err := w.deliverOne(context.WithoutCancel(ctx), row)
			if err != nil && !errors.Is(err, models.ErrLeaseLost) { // another has it, or the workspace was removed
				return sent, err
			}
			if ok {
				sent++
			}
		}
	}
	return sent, ctx.Err()
}

// deliverOne sends one claimed row and records Slack's answer. The error is the
// database's alone: Slack's is an outcome.
func (w *Worker) deliverOne(ctx context.Context, row models.Outbox) (bool, error) {
	var m blocks.Message
	if err := json.Unmarshal(row.Payload, &m); err != nil {
		return false, w.Store.MarkDead(ctx, row, "unreadable_payload")
	}
	if shared, err := w.sharedOutside(ctx, w.Store.Team(row.TeamID), row.Channel); err != nil {
		return false, err
	} else if shared {
		return false, w.divert(ctx, row)
	}
	held, err := w.Store.MarkSending(ctx, row)
	if err != nil || !held {
		return false, err
	}
	channel, ts, err := w.send(ctx, row, m)
	if err == nil {
		if err := w.Store.MarkSent(ctx, row, channel, ts); err != nil {
			return true, err
		}
		return true, w.reached(ctx, row)
	}
	return false, w.recordFailure(ctx, row, err)
}

func (w *Worker) send(ctx context.Context, row models.Outbox, m blocks.Message) (channel, ts string, err error) {
	if row.Method == models.MethodUpdate {
		return w.edit(ctx, row, m)
	}
	if row.TargetKey != "" {
		return w.reply(ctx, row, m)
	}
	channel = row.Channel
	if isUser(channel) {
		if channel, err = w.Slack.DM(ctx, row.TeamID, channel); err != nil {
			return "", "", err
		}
	}
	return w.Slack.Post(ctx, row.TeamID, channel, m, row.MsgUUID)
}

func (w *Worker) edit(ctx context.Context, row models.Outbox, m blocks.Message) (channel, ts string, err error) {
	channel, ts, err = w.target(ctx, row)
	if err != nil {
		return "", "", err
	}
	return channel, ts, w.Slack.Update(ctx, row.TeamID, channel, ts, m)
}

func (w *Worker) reply(ctx context.Context, row models.Outbox, m blocks.Message) (channel, ts string, err error) {
	channel, ts, err = w.target(ctx, row)
	if err != nil {
		return "", "", err
	}
	return w.Slack.Reply(ctx, row.TeamID, channel, ts, m, row.MsgUUID)
}

// target is where the message stands that a row edits or answers.
func (w *Worker) target(ctx context.Context, row models.Outbox) (channel, ts string, err error) {
	channel, ts, ok, err := w.Store.Team(row.TeamID).SentAs(ctx, row.TargetKey)
	if err == nil && !ok {
		err = errNoTarget
	}
	return channel, ts, err
}

var errNoTarget = errors.New("work: the message to edit or answer was never sent")

// recordFailure turns Slack's answer into the row's next state: a definite
// refusal waits or ends, an unclear answer is never retried blindly.
func (w *Worker) recordFailure(ctx context.Context, row models.Outbox, err error) error {
	code := codeOf(err)
	var limited interface{ RetryAfter() (time.Duration, bool) }
	if errors.As(err, &limited) {
		if wait, ok := limited.RetryAfter(); ok {
			return w.waitForSlack(ctx, row, wait, code)
		}
	}
	switch {
	case is(err, func(e interface{ TokenRefused() bool }) bool { return e.TokenRefused() }):
		return w.pause(ctx, row, code)
	case errors.Is(err, errNoTarget), is(err, func(e interface{ Permanent() bool }) bool { return e.Permanent() }),
		is(err, func(e interface{ Credentials() bool }) bool { return e.Credentials() }):
		w.Log.WarnContext(ctx, "message refused for good", "team", row.TeamID, "kind", row.Kind, "code", code)
		if err := w.unreached(ctx, row, code); err != nil {
			return err
		}
		return w.Store.MarkDead(ctx, row, code)
	case is(err, func(e interface{ Uncertain() bool }) bool { return e.Uncertain() }):
		if row.Method == models.MethodUpdate { // an edit may be repeated
			return w.backOff(ctx, row, code)
		}
		return w.Store.MarkUncertain(ctx, row, code)
	default:
		return w.backOff(ctx, row, code)
	}
}

// waitForSlack holds back the whole workspace's posts or edits, as Slack asked:
// the limit is per method and workspace. No attempt is spent.
func (w *Worker) waitForSlack(ctx context.Context, row models.Outbox, wait time.Duration, code string) error {
	wait += rand.N(wait/4 + time.Millisecond)
	if err := w.Store.BlockPace(ctx, row.TeamID, row.Method, time.Now().Add(wait)); err != nil {
		return err
	}
	return w.Store.Postpone(ctx, row, wait, code, false)
}

// backOff waits 2, 4, 8 .. 300 s, a quarter more or less, and gives up after
// the eighth try.
func (w *Worker) backOff(ctx context.Context, row models.Outbox, code string) error {
	if row.Attempts+1 >= maxAttempts {
		return w.Store.MarkDead(ctx, row, code)
	}
	wait := min(2*time.Second<<row.Attempts, 300*time.Second)
	return w.Store.Postpone(ctx, row, jitter(wait), code, true)
}

// settleUncertain decides sends of which nobody knows whether Slack took them.
// No receipt can be asked for within our scopes, so a prompt, summary or report
// goes out again under the same client_msg_id: both copies carry the same round
// or report, and the first click serves both. A notice is given up, for a
// missing one is cheaper than a second one.
func (w *Worker) settleUncertain(ctx context.Context) error {
	if _, err := w.Store.LapsedSending(ctx); err != nil {
		return err
	}
	rows, err := w.Store.DueUncertain(ctx, unclearFor, claimAtOnce)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := w.settle(ctx, row); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) settle(ctx context.Context, row models.Outbox) error {
	if row.Kind == kindNotice || row.Attempts+1 >= maxAttempts {
		return w.Store.Drop(ctx, row, row.LastError)
	}
	w.Log.WarnContext(ctx, "sending again, a copy may be visible", "team", row.TeamID, "kind", row.Kind)
	return w.Store.Postpone(ctx, row, 0, row.LastError, true)
}

// isUser tells a user id from a channel id by Slack's prefixes.
func isUser(id string) bool { return strings.HasPrefix(id, "U") || strings.HasPrefix(id, "W") }

func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.75 + rand.Float64()/2))
}

func codeOf(err error) string {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return coded.Code()
	}
	return "unknown"
}

// is asks the first error of the chain that has the behaviour T.
func is[T any](err error, ask func(T) bool) bool {
	var t T
	return errors.As(err, &t) && ask(t)
}
