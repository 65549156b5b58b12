package slack_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	api "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// These tests drive the sandbox with slack-go, a client that was written for
// real Slack.

type client struct {
	*world
	api    *api.Client
	socket *socketmode.Client
	hellos chan struct{}
}

// connected starts a socket and waits for its hello. Each other event goes to
// handle, on one goroutine.
func connected(t *testing.T, handle func(*client, socketmode.Event)) *client {
	t.Helper()
	w := start(t, quick())
	c := &client{world: w, api: api.New(w.slack.BotToken(),
		api.OptionAppLevelToken(w.slack.AppToken()), api.OptionAPIURL(w.url+"/api/"))}
	c.socket = socketmode.New(c.api)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		// Ends with ctx; the test has its own failures to report.
		_ = c.socket.RunContext(ctx)
	}()
	c.hellos = make(chan struct{}, 8)
	go func() {
		for {
			select {
			case e := <-c.socket.Events:
				if e.Type == socketmode.EventTypeHello {
					c.hellos <- struct{}{}
				} else if e.Request != nil {
					handle(c, e)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	<-c.hellos
	return c
}

func (c *client) ack(e socketmode.Event, payload any) {
	if err := c.socket.AckCtx(context.Background(), e.Request.EnvelopeID, payload); err != nil {
		c.Error(err)
	}
}

func TestSlackGoOpensAViewAndReadsItsSubmission(t *testing.T) {
	submitted := make(chan api.InteractionCallback, 1)
	c := connected(t, func(c *client, e socketmode.Event) {
		switch data := e.Data.(type) {
		case api.SlashCommand:
			label := api.NewTextBlockObject(api.PlainTextType, "Name", false, false)
			view := api.ModalViewRequest{
				Type: api.VTModal, Title: label, Submit: label, CallbackID: "form", PrivateMetadata: "m",
				Blocks: api.Blocks{BlockSet: []api.Block{
					api.NewInputBlock("name", label, nil, api.NewPlainTextInputBlockElement(nil, "value")),
				}},
			}
			if _, err := c.api.OpenView(data.TriggerID, view); err != nil {
				c.Error(err)
			}
			c.ack(e, nil)
		case api.InteractionCallback:
			submitted <- data
			c.ack(e, api.NewErrorsViewSubmissionResponse(map[string]string{"name": "Taken"}))
		}
	})
	c.control("slash", slashBy("U03ADA", "setup"))
	view := objects(c.look("modal?user=U03ADA")["views"])[0]
	c.control("submit", object{"view_id": view["id"], "user": "U03ADA", "values": object{
		"name": object{"value": object{"type": "plain_text_input", "value": "Payments"}},
	}})
	s := <-submitted
	if s.View.CallbackID != "form" || s.View.PrivateMetadata != "m" || s.View.State.Values["name"]["value"].Value != "Payments" {
		t.Errorf("submission: %+v", s.View)
	}
	view = objects(c.look("modal?user=U03ADA")["views"])[0]
	if dig(view, "errors", "name") != "Taken" {
		t.Errorf("view: %v", view)
	}
	c.noViolations()
}

func TestSlackGoAnswersAClickThroughTheResponseURL(t *testing.T) {
	c := connected(t, func(c *client, e socketmode.Event) {
		data, ok := e.Data.(api.InteractionCallback)
		if !ok {
			return
		}
		c.ack(e, nil)
		_, _, err := c.api.PostMessage(data.Channel.ID, api.MsgOptionResponseURL(data.ResponseURL, api.ResponseTypeEphemeral),
			api.MsgOptionText("thanks for "+data.ActionCallback.BlockActions[0].Value, false))
		if err != nil {
			c.Error(err)
		}
	})
	row := api.NewActionBlock("row", api.NewButtonBlockElement("ok", "42", api.NewTextBlockObject(api.PlainTextType, "OK", false, false)))
	_, ts, err := c.api.PostMessage("C01PAY", api.MsgOptionText("question", false), api.MsgOptionBlocks(row))
	c.must(err)
	c.control("click", object{"channel": "C01PAY", "ts": ts, "user": "U03ADA", "action": object{"action_id": "ok"}})
	m := c.messages("channel=C01PAY&wait_ms=2000&user=U03ADA&after=" + ts)
	if len(m) != 1 || m[0]["text"] != "thanks for 42" || m[0]["ephemeral_to"] != "U03ADA" {
		t.Errorf("messages: %v", m)
	}
	c.noViolations()
}

func TestSlackGoSuggestsOptions(t *testing.T) {
	c := connected(t, func(c *client, e socketmode.Event) {
		if data, ok := e.Data.(api.InteractionCallback); ok && data.Type == api.InteractionTypeBlockSuggestion {
			c.ack(e, api.OptionsResponse{Options: []*api.OptionBlockObject{
				api.NewOptionBlockObject(data.Value+"-1", api.NewTextBlockObject(api.PlainTextType, "One", false, false), nil),
			}})
		}
	})
	least := 0
	selects := api.NewOptionsSelectBlockElement(api.OptTypeExternal, nil, "epic")
	selects.MinQueryLength = &least
	_, ts, err := c.api.PostMessage("C01PAY", api.MsgOptionText("q", false), api.MsgOptionBlocks(api.NewActionBlock("row", selects)))
	c.must(err)
	r := c.control("suggest", object{"channel": "C01PAY", "ts": ts, "user": "U03ADA", "action_id": "epic", "value": "PAY"})
	if dig(r, "payload", "options", 0, "value") != "PAY-1" {
		t.Errorf("result: %v", r)
	}
	c.noViolations()
}

func TestSlackGoReadsErrors(t *testing.T) {
	c := connected(t, func(*client, socketmode.Event) {})
	long := api.NewSectionBlock(api.NewTextBlockObject(api.MarkdownType, strings.Repeat("x", 3001), false, false), nil, nil)
	_, _, err := c.api.PostMessage("C01PAY", api.MsgOptionBlocks(long))
	var refused api.SlackErrorResponse
	if !errors.As(err, &refused) || refused.Err != "invalid_blocks" || len(refused.ResponseMetadata.Messages) != 1 {
		t.Errorf("blocks: %v", err)
	}

	c.control("rate-limit", object{"method": "users.info", "times": 1, "retry_after": 3})
	_, err = c.api.GetUserInfo("U03ADA")
	var limited *api.RateLimitedError
	if !errors.As(err, &limited) || limited.RetryAfter.Seconds() != 3 {
		t.Errorf("rate: %v", err)
	}
}

func TestSlackGoUploadsAFile(t *testing.T) {
	c := connected(t, func(*client, socketmode.Event) {})
	f, err := c.api.UploadFile(api.UploadFileParameters{
		Filename: "report.csv", Title: "Report", Reader: strings.NewReader("a,b\n"), FileSize: 4, Channel: "C01PAY",
		InitialComment: "Here it is",
	})
	c.must(err)
	m := c.messages("channel=C01PAY")
	if len(m) != 1 || dig(m[0], "files", 0, "id") != f.ID {
		t.Fatalf("messages: %v", m)
	}
	var content strings.Builder
	c.must(c.api.GetFile(dig(m[0], "files", 0, "url_private").(string), &content))
	if content.String() != "a,b\n" {
		t.Errorf("content: %q", content.String())
	}
	c.noViolations()
}

func TestSlackGoReconnectsAfterDisconnect(t *testing.T) {
	texts := make(chan string, 1)
	c := connected(t, func(c *client, e socketmode.Event) {
		if cmd, ok := e.Data.(api.SlashCommand); ok {
			c.ack(e, nil)
			texts <- cmd.Text
		}
	})
	c.control("disconnect", object{"reason": "refresh_requested"})
	<-c.hellos
	c.control("slash", slashBy("U03ADA", "again"))
	if got := <-texts; got != "again" {
		t.Errorf("text: %q", got)
	}
}
