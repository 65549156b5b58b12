package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"runtime/debug"
	"time"

	"headway/blocks"
)

const (
	// afterLimit bounds what follows an ack.
	afterLimit = 2 * time.Minute
	// headStart lets an ack, which travels over the socket, arrive before the
	// Web API call that builds on it.
	headStart = 500 * time.Millisecond
)

// take hands an envelope to the pool. It never waits, as the loop that calls it
// must go on reading the socket; a full pool is told to the person.
func (b *Bot) take(ctx context.Context, e envelope) {
	if !b.closing.Load() && b.turns.try(func() { b.serve(ctx, e) }) {
		return
	}
	if !b.refusals.try(func() { b.refuse(ctx, e) }) {
		b.meters.refused.Add(1)
	}
}

// serve runs one interaction from its envelope to its ack and hands on what
// follows.
func (b *Bot) serve(ctx context.Context, e envelope) {
	t, err := b.understand(e)
	if err != nil {
		b.meters.unusable.Add(1)
		b.log.Warn("envelope not understood", "type", e.kind, "error", unreadable(err))
		_ = b.ack(e, nil) // it logs by itself
		return
	}
	reply, err := b.run(ctx, t)
	switch {
	case errors.Is(err, errForeign):
		b.meters.foreign.Add(1)
		b.log.Warn("interaction of another app or workspace refused", "kind", t.kind, "name", t.name)
		b.turnAway(ctx, e, t)
	case err != nil:
		b.meters.failed.Add(1)
		b.fail(ctx, e, t, err)
	default:
		b.meters.served.Add(1)
		b.answer(ctx, e, t, reply)
	}
}

// errForeign is an interaction that is not meant for us.
var errForeign = errors.New("bot: of another app or workspace")

// run calls the handler of an interaction that is ours; its panic becomes an
// error.
func (b *Bot) run(ctx context.Context, t turn) (reply Reply, err error) {
	ctx, cancel := context.WithTimeout(ctx, t.limit())
	defer cancel()
	defer b.recovered(t, &err)
	if ours, err := b.mine(ctx, t); err != nil {
		return Reply{}, err
	} else if !ours {
		return Reply{}, errForeign
	}
	return t.run(ctx)
}

func (b *Bot) recovered(t turn, err *error) {
	if v := recover(); v != nil {
		p := newPanic(v)
		b.log.Error("handler panicked", "reference", p.Reference, "kind", t.kind, "name", t.name, "panic", p.what, "stack", string(debug.Stack()))
		*err = p
	}
}

// mine says whether the interaction is meant for this app in a workspace it is
// installed in. The app's id is known from the hello that precedes every
// envelope.
func (b *Bot) mine(ctx context.Context, t turn) (bool, error) {
	if app := b.slack.identity().AppID; t.org || (app != "" && t.app != app) {
		return false, nil
	}
	if t.kind == occur && b.router.always[t.name] {
		return t.who.Team != "", nil
	}
	return b.slack.Serves(ctx, t.who.Team)
}

// turnAway answers an interaction that is not ours. No token of ours has a
// place in another workspace, so only the ack and the response URL speak.
func (b *Bot) turnAway(ctx context.Context, e envelope, t turn) {
	if t.kind == occur || (t.who.ResponseURL == "" && t.kind != submit) {
		_ = b.ack(e, t.empty()) // it logs by itself
		return
	}
	words := elsewhere
	if t.org {
		words = wholeOrg
	}
	b.answer(ctx, e, t, t.excuse(blocks.Message{Text: words}, ""))
}

// refuse tells that nothing was done. An event is not acked: Slack sends it
// again.
func (b *Bot) refuse(ctx context.Context, e envelope) {
	t, err := b.understand(e)
	ours := false
	if err == nil {
		looking, cancel := context.WithTimeout(ctx, t.limit())
		defer cancel()
		ours, err = b.mine(looking, t)
		ours = ours || err != nil // nobody can say: it may be
	}
	if !ours {
		_ = b.ack(e, nil) // it logs by itself
		return
	}
	b.meters.refused.Add(1)
	words := busyNow
	if b.closing.Load() {
		words = restarting
	} else {
		b.log.Warn("too many interactions at once, one refused", "kind", t.kind, "name", t.name)
	}
	b.fail(ctx, e, t, spoken(words))
}

// fail answers an interaction whose handler did not succeed. Success is never
// acked then: an event is left to Slack's redelivery, a form stays open.
func (b *Bot) fail(ctx context.Context, e envelope, t turn, err error) {
	m, field := b.words(ctx, t, err)
	if t.kind == occur {
		return
	}
	b.answer(ctx, e, t, t.excuse(m, field))
}

// words finds what to say about err. OnError logs it beside the reference.
func (b *Bot) words(ctx context.Context, t turn, err error) (m blocks.Message, field string) {
	var text spoken
	if errors.As(err, &text) {
		return blocks.Message{Text: string(text)}, ""
	}
	var failed error
	func() {
		defer b.recovered(t, &failed)
		if b.router.onError != nil {
			m, field = b.router.onError(context.WithoutCancel(ctx), t.who, err)
			return
		}
		ref := reference()
		b.log.Error("interaction failed", "reference", ref, "kind", t.kind, "name", t.name, "error", err)
		m = defaultWords(ref)
	}()
	if p := (*PanicError)(nil); errors.As(failed, &p) {
		return defaultWords(p.Reference), ""
	}
	return m, field
}

// follow runs what comes behind the ack: first the words, then reply.After.
func (b *Bot) follow(ctx context.Context, t turn, steps ...func(context.Context) error) {
	if len(steps) == 0 {
		return
	}
	if b.after.try(func() { b.steps(ctx, t, steps) }) {
		return
	}
	b.meters.refused.Add(1)
	b.refusals.try(func() { b.tell(ctx, t, blocks.Message{Text: halfDone}) })
}

func (b *Bot) steps(ctx context.Context, t turn, steps []func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, afterLimit)
	defer cancel()
	for _, step := range steps {
		if err := b.step(ctx, t, step); err != nil {
			m, _ := b.words(ctx, t, err)
			b.tell(context.WithoutCancel(ctx), t, m)
			return
		}
	}
}

func (b *Bot) step(ctx context.Context, t turn, f func(context.Context) error) (err error) {
	defer b.recovered(t, &err)
	return f(ctx)
}

// tell shows m to the person alone: in place where Slack gave a response URL,
// else as a direct message.
func (b *Bot) tell(ctx context.Context, t turn, m blocks.Message) {
	if err := b.reach(ctx, t.who, m); err != nil {
		b.log.Warn("words did not reach the person", "kind", t.kind, "name", t.name, "error", err)
	}
}

func (b *Bot) reach(ctx context.Context, w Who, m blocks.Message) error {
	if w.ResponseURL != "" {
		return b.slack.Respond(ctx, w.ResponseURL, m, false)
	}
	if w.User == "" {
		return nil
	}
	channel, err := b.slack.DM(ctx, w.Team, w.User)
	if err != nil {
		return err
	}
	_, err = b.slack.Post(ctx, w.Team, channel, m, PostOptions{})
	return err
}

// reference is what a person can quote and an operator can find in the log.
func reference() string { return rand.Text()[:6] }
