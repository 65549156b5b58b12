package handlers

import (
	"context"
	"crypto/rand"
	"errors"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

// words finds what to say about an error: to the point where the person can do
// something about it, else a reference that is in the log too.
func (a *App) words(ctx context.Context, w bot.Who, err error) (blocks.Message, string) {
	var (
		refusal work.Refusal
		field   work.FieldError
		denied  notAllowed
	)
	switch {
	case errors.As(err, &refusal):
		return blocks.Refusal(refusal.Say), ""
	case errors.As(err, &field):
		return blocks.Refusal(field.Say), field.Field
	case errors.As(err, &denied):
		return blocks.NotAllowed(a.Command, denied.need.who()), ""
	case errors.Is(err, models.ErrErased):
		return blocks.Refusal(blocks.ErasedText), ""
	case errors.Is(err, models.ErrNotFound):
		return blocks.OldButton(), ""
	case errors.Is(err, work.ErrNotLinked):
		return blocks.LinkAsk(blocks.LinkAskView{}), ""
	case errors.Is(err, work.ErrCannotAsk):
		return blocks.CannotAsk(), ""
	}
	if m, ok := jiraWords(err); ok {
		return m, ""
	}
	if token := (interface{ TokenRefused() bool })(nil); errors.As(err, &token) && token.TokenRefused() {
		a.Log.ErrorContext(ctx, "slack refuses the token", "team", w.Team, "error", err)
		return blocks.Refusal("Slack no longer lets me work in this workspace. Please ask the person who runs Headway to install it again."), ""
	}
	if a.Store.Ping(ctx) != nil {
		a.Log.ErrorContext(ctx, "storage is down", "error", err)
		return blocks.StorageDown(), ""
	}
	reference := newReference()
	a.Log.ErrorContext(ctx, "interaction failed", "reference", reference, "team", w.Team, "error", err)
	return blocks.Fault(reference), ""
}

// jiraWords says what Jira's refusal means for the person.
func jiraWords(err error) (blocks.Message, bool) {
	switch problem, wait := work.Problem(err); problem {
	case work.ProblemUnauthorized:
		return blocks.TokenRefused(blocks.TokenRefusedView{}), true
	case work.ProblemBusy:
		return blocks.Busy(wait), true
	case work.ProblemForbidden, work.ProblemGone:
		return blocks.Refusal("Jira doesn't let Headway see this any more. An admin can check it with the connected Jira account."), true
	case work.ProblemUnavailable, work.ProblemIncomplete:
		return blocks.Refusal("Jira doesn't answer right now. Nothing is lost; try again in a minute."), true
	default:
		return blocks.Message{}, false
	}
}

// explain tells a person why a gate that asks Jira stayed shut.
func (a *App) explain(ctx context.Context, c *call, err error) error {
	if errors.Is(err, work.ErrNotLinked) {
		return a.tell(ctx, c, blocks.LinkAsk(blocks.LinkAskView{}))
	}
	m, _ := a.words(ctx, c.Who, err)
	return a.tell(ctx, c, m)
}

// newReference is four letters and digits that can be read out on the phone.
func newReference() string {
	const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	b := make([]byte, 4)
	rand.Read(b)
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}
