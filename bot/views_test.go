package bot

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"headway/blocks"
)

// withAlert is a view that an older Slack refuses.
func withAlert() blocks.View {
	alert := slack.NewAlertBlock(slack.NewTextBlockObject(slack.MarkdownType, "Jira refused it.", false, true))
	return blocks.View{Title: "Connect Jira", Close: "Close", Blocks: []slack.Block{alert, slack.NewDividerBlock()}}
}

func TestT21_ARefusedViewIsSentPlainOnce(t *testing.T) {
	v := withAlert()
	for method, send := range map[string]func(*Slack) error{
		"views.open":   func(s *Slack) error { _, err := s.Open(t.Context(), testTeam, "trigger", v); return err },
		"views.push":   func(s *Slack) error { _, err := s.Push(t.Context(), testTeam, "trigger", v); return err },
		"views.update": func(s *Slack) error { _, err := s.UpdateView(t.Context(), testTeam, ViewRef{ID: "V1"}, v); return err },
		"views.publish": func(s *Slack) error {
			return s.Publish(t.Context(), testTeam, testUser, blocks.Home{Blocks: v.Blocks})
		},
	} {
		b := newBench(t)
		b.api.on(method, func(c call) *http.Response {
			if strings.Contains(blocksOf(c), "alert") {
				return reply(`{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] unsupported type: alert [json-pointer:/view/blocks/0/type]"]}}`)
			}
			return reply(`{"ok":true,"view":{"id":"V1"}}`)
		})
		if err := send(b.Slack()); err != nil {
			t.Errorf("%s: %v", method, err)
		}
		made := b.api.made(method)
		if len(made) != 2 || blocksOf(made[1]) != "section divider" {
			t.Errorf("%s was called %d times, at last with %v", method, len(made), made)
		}

		// What has no plainer form is not tried again.
		b.api.says(method, `{"ok":false,"error":"invalid_arguments"}`)
		v.Blocks = []slack.Block{slack.NewDividerBlock()}
		if err := send(b.Slack()); codeOf(err) != "invalid_arguments" || len(b.api.made(method)) != 3 {
			t.Errorf("%s: %v after %d calls", method, err, len(b.api.made(method)))
		}
		v = withAlert()
	}
}

// blocksOf are the types of the view's blocks.
func blocksOf(c call) string {
	view, _ := c.body["view"].(map[string]any)
	list, _ := view["blocks"].([]any)
	var kinds []string
	for _, b := range list {
		kind, _ := b.(map[string]any)["type"].(string)
		kinds = append(kinds, kind)
	}
	return strings.Join(kinds, " ")
}

func TestAnAckCarriesNothingThatSlackMayRefuse(t *testing.T) {
	b := newBench(t)
	v := withAlert()
	for _, reply := range []Reply{{Update: &v}, {Push: &v}} {
		payload, _ := b.payload(turn{kind: submit}, reply)
		answer, ok := payload.(*slack.ViewSubmissionResponse)
		if !ok || answer.View == nil || answer.View.Blocks.BlockSet[0].BlockType() != slack.MBTSection {
			t.Errorf("the ack is %+v", payload)
		}
	}

	// A command whose answer has newer blocks is answered at its address, where
	// it can be said again.
	rich := blocks.Message{Text: "Report", Blocks: []slack.Block{slack.NewDividerBlock()}, Plain: []slack.Block{slack.NewDividerBlock()}}
	payload, rest := b.payload(turn{kind: command}, Reply{Message: &rich})
	if payload != nil || len(rest) != 1 {
		t.Errorf("acked with %v and followed by %d steps", payload, len(rest))
	}
	if refusesView(errors.New("other")) {
		t.Error("any error counts as a refusal")
	}
}
