package bot

import (
	"context"

	"github.com/slack-go/slack"

	"headway/blocks"
)

// Open shows a modal. The trigger lives 3 s and serves once; codes
// expired_trigger_id and exchanged_trigger_id say that it is over.
func (s *Slack) Open(ctx context.Context, team, trigger string, v blocks.View) (ViewRef, error) {
	return s.view(ctx, team, "views.open", func(ctx context.Context, api *slack.Client) (*slack.ViewResponse, error) {
		return api.OpenViewContext(ctx, trigger, v.Request())
	})
}

// Push lays a modal over the open one, three at most.
func (s *Slack) Push(ctx context.Context, team, trigger string, v blocks.View) (ViewRef, error) {
	return s.view(ctx, team, "views.push", func(ctx context.Context, api *slack.Client) (*slack.ViewResponse, error) {
		return api.PushViewContext(ctx, trigger, v.Request())
	})
}

// UpdateView replaces an open modal. With a hash in ref it fails with code
// hash_conflict when the modal has changed since; without one it always
// replaces. A modal that was closed gives code not_found.
func (s *Slack) UpdateView(ctx context.Context, team string, ref ViewRef, v blocks.View) (ViewRef, error) {
	return s.view(ctx, team, "views.update", func(ctx context.Context, api *slack.Client) (*slack.ViewResponse, error) {
		return api.UpdateViewContext(ctx, v.Request(), "", ref.Hash, ref.ID)
	})
}

// Publish replaces a person's App Home.
func (s *Slack) Publish(ctx context.Context, team, user string, h blocks.Home) error {
	return s.call(ctx, team, "views.publish", func(ctx context.Context, api *slack.Client) error {
		_, err := api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: h.Request()})
		return err
	})
}

func (s *Slack) view(ctx context.Context, team, method string, f func(context.Context, *slack.Client) (*slack.ViewResponse, error)) (ViewRef, error) {
	var ref ViewRef
	err := s.call(ctx, team, method, func(ctx context.Context, api *slack.Client) error {
		r, err := f(ctx, api)
		if err != nil {
			return err
		}
		v := r.View
		ref = ViewRef{ID: v.ID, Hash: v.Hash, Form: v.CallbackID, Carried: v.PrivateMetadata, Root: v.RootViewID, Previous: v.PreviousViewID}
		return nil
	})
	return ref, err
}
