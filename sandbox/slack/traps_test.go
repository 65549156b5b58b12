package slack_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	api "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// Traps of slack-go that lie in what Slack answers, by their numbers.

func nothing(*client, socketmode.Event) {}

// host is that of an address.
func host(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func TestT14_FilesLiveOnTheHostOfTheAPI(t *testing.T) {
	c := connected(t, nothing)
	ticket, err := c.api.GetUploadURLExternalContext(t.Context(), api.GetUploadURLExternalParameters{FileName: "report.csv", FileSize: 4})
	c.must(err)
	if host(t, ticket.UploadURL) != host(t, c.url) {
		t.Errorf("uploads go to %s", ticket.UploadURL)
	}
	c.must(c.api.UploadToURL(t.Context(), api.UploadToURLParameters{UploadURL: ticket.UploadURL, Reader: strings.NewReader("a,b\n"), Filename: "report.csv"}))
	elsewhere := strings.Replace(ticket.UploadURL, "127.0.0.1", "localhost", 1)
	if c.api.UploadToURL(t.Context(), api.UploadToURLParameters{UploadURL: elsewhere, Reader: strings.NewReader("a,b\n"), Filename: "x"}) == nil {
		t.Error("slack-go uploads to any host by now")
	}
}

func TestT15_EveryRefusalDecodesInSlackGo(t *testing.T) {
	c := connected(t, nothing)
	wrong := []api.Block{api.NewSectionBlock(api.NewTextBlockObject(api.MarkdownType, strings.Repeat("x", 3001), false, false), nil, nil)}
	for name, ask := range map[string]func() error{
		"invalid_blocks": func() error {
			_, _, err := c.api.PostMessage("C01PAY", api.MsgOptionBlocks(wrong...))
			return err
		},
		"channel_not_found":  func() error { _, _, err := c.api.PostMessage("C99", api.MsgOptionText("x", false)); return err },
		"user_not_found":     func() error { _, err := c.api.GetUserInfo("U99"); return err },
		"invalid_trigger_id": func() error { _, err := c.api.OpenView("1.1.abc", viewOf(nil)); return err },
		"invalid_arguments":  func() error { _, err := c.api.OpenView("1.1.abc", viewOf(wrong)); return err },
	} {
		var refused api.SlackErrorResponse
		if err := ask(); !errors.As(err, &refused) || refused.Err != name {
			t.Errorf("want %s, got %v", name, err)
		}
	}
	var broken api.SlackErrorResponse
	if json.Unmarshal([]byte(`{"ok":false,"error":"invalid_blocks","errors":[{"block":"section"}]}`), &broken) == nil {
		t.Error("slack-go reads any error object by now")
	}
}

func viewOf(blocks []api.Block) api.ModalViewRequest {
	if blocks == nil {
		blocks = []api.Block{}
	}
	return api.ModalViewRequest{Type: api.VTModal, Title: api.NewTextBlockObject(api.PlainTextType, "T", false, false), Blocks: api.Blocks{BlockSet: blocks}}
}

func TestT12_ViewWithNullBlocksIsRefused(t *testing.T) {
	c := connected(t, nothing)
	v := viewOf(nil)
	v.Blocks.BlockSet = nil
	var refused api.SlackErrorResponse
	if _, err := c.api.OpenView("1.1.abc", v); !errors.As(err, &refused) || refused.Err != "invalid_arguments" {
		t.Errorf("null blocks: %v", err)
	}
}

func TestT20_NumberCellNeedsItsText(t *testing.T) {
	c := connected(t, nothing)
	post := func(cell api.TableCell) error {
		table := api.NewTableBlock("")
		table.Rows = [][]api.TableCell{{api.NewTableRawTextCell("Done")}, {cell}}
		_, _, err := c.api.PostMessage("C01PAY", api.MsgOptionText("x", false), api.MsgOptionBlocks(table))
		return err
	}
	var refused api.SlackErrorResponse
	if err := post(api.NewTableRawNumberCell(12)); !errors.As(err, &refused) || refused.Err != "invalid_blocks" {
		t.Errorf("a number without its text: %v", err)
	}
	if err := post(api.NewTableRawNumberCell(12).WithText("12")); err != nil {
		t.Errorf("a number with its text: %v", err)
	}
}

func TestT23_TokenIsTakenFromHeaderAndForm(t *testing.T) {
	c := connected(t, nothing)
	call := func(header string, form url.Values, method string) object {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, c.url+"/api/"+method, strings.NewReader(form.Encode()))
		c.must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if header != "" {
			r.Header.Set("Authorization", "Bearer "+header)
		}
		_, out := c.send(r)
		return out
	}
	token := c.slack.BotToken()
	for name, out := range map[string]object{
		"header": call(token, url.Values{}, "auth.test"),
		"form":   call("", url.Values{"token": {token}}, "auth.test"),
	} {
		if out["ok"] != true {
			t.Errorf("token in the %s: %v", name, out)
		}
	}
	if out := call("", url.Values{"token": {c.slack.AppToken()}}, "apps.connections.open"); out["error"] != "not_authed" {
		t.Errorf("the app token in a form: %v", out)
	}
}

func TestT24_TriggerServesOnce(t *testing.T) {
	triggers := make(chan string, 1)
	c := connected(t, func(c *client, e socketmode.Event) {
		if cmd, ok := e.Data.(api.SlashCommand); ok {
			triggers <- cmd.TriggerID
			c.ack(e, nil)
		}
	})
	c.control("slash", slashBy("U03ADA", "open"))
	trigger := <-triggers
	if _, err := c.api.OpenView(trigger, viewOf(nil)); err != nil {
		t.Fatal(err)
	}
	var refused api.SlackErrorResponse
	if _, err := c.api.OpenView(trigger, viewOf(nil)); !errors.As(err, &refused) || refused.Err != "exchanged_trigger_id" {
		t.Errorf("the second view: %v", err)
	}
}
