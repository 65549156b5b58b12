package bot

import (
	"bytes"
	"context"

	"github.com/slack-go/slack"
)

// Upload sends a file to a channel, such as a direct message. Without the scope
// files:write it fails with code missing_scope.
func (s *Slack) Upload(ctx context.Context, team, channel, filename, title string, content []byte) error {
	return s.call(ctx, team, "files.completeUploadExternal", func(ctx context.Context, api *slack.Client) error {
		_, err := api.UploadFileContext(ctx, slack.UploadFileParameters{
			Reader: bytes.NewReader(content), FileSize: len(content), Filename: filename, Title: title, InitialComment: title, Channel: channel})
		return err
	})
}
