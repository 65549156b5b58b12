package bot

import (
	"context"

	"github.com/slack-go/slack"

	"headway/blocks"
)

// A view whose blocks Slack refuses is sent once more in its plain form.

// Open shows a modal. The trigger lives 3 s and serves once; codes
// expired_trigger_id and exchanged_trigger_id say that it is over.
func (s *Slack) Open(ctx context.Context, team, trigger string, v blocks.View) (ViewRef, error) {
	return s.view(ctx, team, "views.open", v, func(ctx context.Context, api *slack.Client, r slack.ModalViewRequest) (*slack.ViewResponse, error) {
		return api.OpenViewContext(ctx, trigger, r)
	})
}

// Push lays a modal over the open one, three at most.
func (s *Slack) Push(ctx context.Context, team, trigger string, v blocks.View) (ViewRef, error) {
	return s.view(ctx, team, "views.push", v, func(ctx context.Context, api *slack.Client, r slack.ModalViewRequest) (*slack.ViewResponse, error) {
		return api.PushViewContext(ctx, trigger, r)
	})
}

// UpdateView replaces an open modal. With a hash in ref it fails with code
// hash_conflict when the modal has changed since; without one it always
// replaces. A modal that was closed gives code not_found.
func (s *Slack) UpdateView(ctx context.Context, team string, ref ViewRef, v blocks.View) (ViewRef, error) {
	return s.view(ctx, team, "views.update", v, func(ctx context.Context, api *slack.Client, r slack.ModalViewRequest) (*slack.ViewResponse, error) {
		return api.UpdateViewContext(ctx, r, "", ref.Hash, ref.ID)
	})
}

// Publish replaces a person's App Home.
func (s *Slack) Publish(ctx context.Context, team, user string, h blocks.Home) error {
	err := s.publish(ctx, team, user, h)
	if plain, ok := h.Plain(); ok && refusesView(err) {
		s.meters.plain.Add(1)
		return s.publish(ctx, team, user, plain)
	}
	return err
}

func (s *Slack) publish(ctx context.Context, team, user string, h blocks.Home) error {
	return s.call(ctx, team, "views.publish", func(ctx context.Context, api *slack.Client) error {
		_, err := api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: h.Request()})
		return err
	})
}

type viewCall = func(context.Context, *slack.Client, slack.ModalViewRequest) (*slack.ViewResponse, error)

func (s *Slack) view(ctx context.Context, team, method string, v blocks.View, f viewCall) (ViewRef, error) {
	ref, err := s.viewOnce(ctx, team, method, v, f)
	if plain, ok := v.Plain(); ok && refusesView(err) {
		s.meters.plain.Add(1)
		return s.viewOnce(ctx, team, method, plain, f)
	}
	return ref, err
}

func (s *Slack) viewOnce(ctx context.Context, team, method string, v blocks.View, f viewCall) (ViewRef, error) {
	var ref ViewRef
	err := s.call(ctx, team, method, func(ctx context.Context, api *slack.Client) error {
		r, err := f(ctx, api, v.Request())
		if err != nil {
			return err
		}
		v := r.View
		ref = ViewRef{ID: v.ID, Hash: v.Hash, Form: v.CallbackID, Carried: v.PrivateMetadata, Root: v.RootViewID, Previous: v.PreviousViewID}
		return nil
	})
	return ref, err
}

// refusesView: of a view Slack says less than of a message.
func refusesView(err error) bool { return refusesBlocks(err) || codeOf(err) == "invalid_arguments" }
