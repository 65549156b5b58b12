package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	goslack "github.com/slack-go/slack"

	"headway/blocks"
	"headway/bot"
	"headway/sandbox/slack"
	"headway/secret"
)

// These tests run the bot against the sandbox, which speaks Slack's wire
// formats without any code in common with it.

type object = map[string]any

type itemID string

var (
	open   = blocks.Action[itemID]{Name: "demo.open"}
	lookup = blocks.Action[itemID]{Name: "demo.lookup"}
	form   = blocks.Form[string, string]{Name: "demo.form", Parse: func(v blocks.Values) (string, blocks.FieldErrors) {
		if strings.ContainsAny(v.Text("name"), "<>") {
			return "", blocks.FieldErrors{"name": "Please leave out < and >."}
		}
		return v.Text("name"), nil
	}}
)

const (
	ada     = "U03ADA"
	channel = "C01PAY"
)

// workspace is a sandbox with a bot in it.
type workspace struct {
	*testing.T
	bot   *bot.Bot
	slack *slack.Server
	url   string
	who   chan bot.Who // of each command
	hellos
}

func newWorkspace(t *testing.T) *workspace {
	t.Helper()
	front := httptest.NewUnstartedServer(nil)
	base := "http://" + front.Listener.Addr().String()
	s := slack.New(slack.Options{BaseURL: base})
	front.Config.Handler = s.Handler()
	front.Start()
	t.Cleanup(front.Close)
	t.Cleanup(s.Close)
	hellos := make(hellos, 20)
	b, err := bot.New(bot.Options{AppToken: secret.Secret(s.AppToken()), BotToken: secret.Secret(s.BotToken()), APIURL: base + "/api/", Log: slog.New(hellos)})
	if err != nil {
		t.Fatal(err)
	}
	w := &workspace{T: t, bot: b, slack: s, url: base, who: make(chan bot.Who, 10), hellos: hellos}
	w.register()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
		for _, v := range s.Violations() {
			t.Errorf("violation: %+v", v)
		}
	})
	if err := b.Connected(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-hellos
	w.eventually("start")
	<-w.who
	return w
}

// hellos is a log handler that signals each connection that stands.
type hellos chan struct{}

func (h hellos) Enabled(context.Context, slog.Level) bool { return true }
func (h hellos) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h hellos) WithGroup(string) slog.Handler            { return h }
func (h hellos) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "slack connection stands" {
		h <- struct{}{}
	}
	return nil
}

// register is a small app with one of everything.
func (w *workspace) register() {
	r, sender := w.bot.Router(), w.bot.Slack()
	r.OnCommand(func(ctx context.Context, who bot.Who, text string) (bot.Reply, error) {
		w.who <- who
		if text == "long" {
			return bot.Reply{Message: &blocks.Message{Text: text, Blocks: slices.Repeat([]goslack.Block{section(strings.Repeat("x", 2900))}, 4)}}, nil
		}
		if text == "open" {
			_, err := sender.Open(ctx, who.Team, who.Trigger, nameView())
			return bot.Reply{}, err
		}
		return bot.Reply{Message: &blocks.Message{Text: "You said " + text}}, nil
	})
	bot.On(r, open, func(_ context.Context, c bot.Click[itemID]) (bot.Reply, error) {
		return bot.Reply{Message: &blocks.Message{Text: "Opened " + string(c.ID) + " with " + c.Value}}, nil
	})
	bot.OnOptions(r, lookup, func(_ context.Context, _ bot.Who, id itemID, query string) ([]blocks.Option, error) {
		return []blocks.Option{{Value: string(id), Label: "Found " + query}}, nil
	})
	bot.OnSubmit(r, form, func(ctx context.Context, who bot.Who, carried, name string) (bot.Reply, error) {
		return bot.Reply{After: func(ctx context.Context) error {
			_, err := sender.Post(ctx, who.Team, carried, blocks.Message{Text: "Welcome " + name}, bot.PostOptions{})
			return err
		}}, nil
	})
	r.OnHome(func(ctx context.Context, who bot.Who) (bot.Reply, error) {
		return bot.Reply{}, sender.Publish(ctx, who.Team, who.User, blocks.Home{Blocks: []goslack.Block{section("Nothing waits for you.")}})
	})
}

func plain(text string) *goslack.TextBlockObject {
	return goslack.NewTextBlockObject(goslack.PlainTextType, text, false, false)
}

func section(text string) goslack.Block { return goslack.NewSectionBlock(plain(text), nil, nil) }

func nameView() blocks.View {
	pick := goslack.NewOptionsSelectBlockElement(goslack.OptTypeExternal, plain("Type"), lookup.ID("p7"))
	return blocks.View{Form: form.Name, Title: "Name", Submit: "Save", Carried: form.Carry(channel), Blocks: []goslack.Block{
		goslack.NewInputBlock("name", plain("Name"), nil, goslack.NewPlainTextInputBlockElement(nil, "name")),
		goslack.NewInputBlock("item", plain("Item"), nil, pick).WithOptional(true),
	}}
}

// control calls the sandbox's control surface: POST with a body, GET without.
func (w *workspace) control(path string, body object) object {
	w.Helper()
	method, data := http.MethodGet, []byte(nil)
	if body != nil {
		method = http.MethodPost
		data, _ = json.Marshal(body)
	}
	req, err := http.NewRequestWithContext(w.Context(), method, w.url+"/control/"+path, bytes.NewReader(data))
	if err != nil {
		w.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	var out object
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil || resp.StatusCode != http.StatusOK {
		w.Fatalf("%s: HTTP %d, %v, %v", path, resp.StatusCode, out, err)
	}
	return out
}

// slash types a command as Ada in #payments; the ack must have come.
func (w *workspace) slash(text string) object {
	w.Helper()
	out := w.control("slash", object{"channel": channel, "user": ada, "command": "/headway", "text": text})
	if out["acked"] != true {
		w.Fatalf("%s was not acked: %v", text, out)
	}
	return out
}

// eventually types a command until it is acked: the sandbox counts a connection
// as ready a moment after its hello.
func (w *workspace) eventually(text string) {
	w.Helper()
	var out object
	for range 200 {
		if out = w.control("slash", object{"channel": channel, "user": ada, "command": "/headway", "text": text}); out["acked"] == true {
			return
		}
	}
	w.Fatalf("%s was not acked: %v", text, out)
}

// waitFor waits until a message with text is in the channel.
func (w *workspace) waitFor(text string) object {
	w.Helper()
	after := ""
	for {
		out := w.control("messages?channel="+channel+"&wait_ms=5000&after="+after, nil)
		messages, _ := out["messages"].([]any)
		if len(messages) == 0 {
			w.Fatalf("no message %q came", text)
		}
		for _, m := range messages {
			m := m.(object)
			if after = m["ts"].(string); m["text"] == text {
				return m
			}
		}
	}
}

func TestMainFlowInTheSandbox(t *testing.T) {
	w := newWorkspace(t)

	ack := w.slash("hello")
	if payload := ack["payload"].(object); payload["text"] != "You said hello" {
		t.Errorf("acked with %v", payload)
	}
	who := <-w.who
	if who.User != ada || who.Channel != channel || !strings.HasPrefix(who.Key, "sl:") || who.Trigger == "" {
		t.Errorf("who is %+v", who)
	}

	w.slash("open")
	<-w.who
	view := w.control("modal?user="+ada, nil)["views"].([]any)[0].(object)
	submit := func(name string) object {
		return w.control("submit", object{"view_id": view["id"], "user": ada, "values": object{"name": object{"name": object{"value": name}}}})
	}
	found := w.control("suggest", object{"view_id": view["id"], "user": ada, "block_id": "item", "action_id": lookup.ID("p7"), "value": "checkout"})
	if list := found["payload"].(object)["options"].([]any); len(list) != 1 || list[0].(object)["value"] != "p7" {
		t.Errorf("offered %v", found)
	}
	wrong := submit("<b>")["payload"].(object)
	if wrong["response_action"] != "errors" || wrong["errors"].(object)["name"] != "Please leave out < and >." {
		t.Errorf("wrong entry answered by %v", wrong)
	}
	submit("Grace")
	if open := w.control("modal?user="+ada, nil)["views"].([]any); len(open) != 0 {
		t.Errorf("%d views are still open", len(open))
	}
	w.waitFor("Welcome Grace")

	w.control("home", object{"user": ada})
	home, _ := json.Marshal(w.control("home?user="+ada, nil))
	if !strings.Contains(string(home), "Nothing waits for you.") {
		t.Errorf("home shows %s", home)
	}
}

func TestClickInTheSandboxIsAnsweredToThePersonAlone(t *testing.T) {
	w := newWorkspace(t)
	w.slash("hello")
	who := <-w.who
	sent, err := w.bot.Slack().Post(t.Context(), who.Team, channel, blocks.Message{Text: "Press", Blocks: []goslack.Block{
		goslack.NewActionBlock("row", open.Button("r7", "Open", "green"), blocks.Action[itemID]{Name: "demo.gone"}.Button("", "Old", "")),
	}}, bot.PostOptions{Key: "0199aa00-0000-7000-8000-000000000001"})
	if err != nil {
		t.Fatal(err)
	}
	w.control("click", object{"channel": sent.Channel, "ts": sent.TS, "user": ada, "action": object{"action_id": open.ID("r7")}})
	if m := w.waitFor("Opened r7 with green"); m["ephemeral_to"] != ada {
		t.Errorf("shown to %v", m["ephemeral_to"])
	}
	w.control("click", object{"channel": sent.Channel, "ts": sent.TS, "user": ada, "action": object{"action_id": "demo.gone"}})
	w.waitFor("This button belongs to an older version of Headway. Please start again with the command.")
}

func TestDisconnectsInTheSandboxAreSurvived(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"warning", "refresh_requested", "link_disabled", "too_many_websockets"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t)
			w.slash("before")
			w.control("disconnect", object{"reason": reason})
			<-w.hellos
			w.eventually("after")
		})
	}
}

func TestT07_LongAckTravelsInOneFrame(t *testing.T) {
	w := newWorkspace(t) // whose end finds an ack in pieces, which Slack drops
	payload, err := json.Marshal(w.slash("long")["payload"])
	if err != nil || len(payload) < 11_600 {
		t.Errorf("the ack has %d bytes (%v)", len(payload), err)
	}
}

func TestDuplicatedEnvelopeHasTheSameKey(t *testing.T) {
	w := newWorkspace(t)
	w.control("fault", object{"fault": "duplicate"})
	w.slash("twice")
	if first, second := <-w.who, <-w.who; first.Key != second.Key {
		t.Errorf("keys %q and %q", first.Key, second.Key)
	}
}

func TestFaultsOfTheSandboxAreToldApart(t *testing.T) {
	w := newWorkspace(t)
	w.slash("hello")
	team := (<-w.who).Team
	post := func() error {
		_, err := w.bot.Slack().Post(t.Context(), team, channel, blocks.Message{Text: "Rich", Blocks: []goslack.Block{section("rich")}}, bot.PostOptions{})
		return err
	}
	var f interface {
		RetryAfter() (time.Duration, bool)
		Uncertain() bool
		Permanent() bool
		Credentials() bool
	}
	w.control("fault", object{"fault": "invalid_blocks", "block": "section"})
	if err := post(); err != nil {
		t.Errorf("refused blocks must be sent plain: %v", err)
	}
	w.control("fault", object{"fault": "post_then_500"})
	if err := post(); !errors.As(err, &f) || !f.Uncertain() {
		t.Errorf("500 after the post: %v", err)
	}
	if _, err := w.bot.Slack().Post(t.Context(), team, "C05LEAD", blocks.Message{Text: "x"}, bot.PostOptions{}); !errors.As(err, &f) || !f.Permanent() {
		t.Errorf("a channel the bot is not in: %v", err)
	}
	w.control("fault", object{"fault": "scopes", "scopes": []string{"commands"}})
	if err := post(); !errors.As(err, &f) || !f.Credentials() {
		t.Errorf("missing scope: %v", err)
	}
	w.control("fault", object{"fault": "clear"})
	w.control("rate-limit", object{"method": "chat.postMessage", "times": 1, "retry_after": 30})
	for range 2 { // the second must not even be sent: that would be a violation
		err := post()
		if !errors.As(err, &f) {
			t.Fatal(err)
		}
		if after, limited := f.RetryAfter(); !limited || after < 29*time.Second {
			t.Errorf("limited %v, for %v", limited, after)
		}
	}
}

func TestPeopleAndChannelsOfTheSandbox(t *testing.T) {
	w := newWorkspace(t)
	w.slash("hello")
	team, sender := (<-w.who).Team, w.bot.Slack()
	guest, err := sender.User(t.Context(), team, "U10GIL")
	if err != nil || !guest.Guest || guest.TZ != "Europe/Berlin" || guest.Email == "" {
		t.Errorf("guest %+v, %v", guest, err)
	}
	stranger, err := sender.User(t.Context(), team, "U12STRANGER")
	if err != nil || !stranger.Stranger {
		t.Errorf("stranger %+v, %v", stranger, err)
	}
	everyone, err := sender.Users(t.Context(), team)
	if err != nil || len(everyone) < 12 {
		t.Errorf("%d people, %v", len(everyone), err)
	}
	shared, err := sender.Channel(t.Context(), team, "C04PART")
	if err != nil || !shared.External || !shared.Member || shared.Name != "partners" {
		t.Errorf("channel %+v, %v", shared, err)
	}
	members, err := sender.Members(t.Context(), team, channel)
	if err != nil || len(members) != 10 {
		t.Errorf("members %v, %v", members, err)
	}
	dm, err := sender.DM(t.Context(), team, ada)
	if err != nil || !strings.HasPrefix(dm, "D") {
		t.Errorf("direct messages go to %q, %v", dm, err)
	}
	id, err := sender.Auth(t.Context(), team)
	if err != nil || id.AppID == "" || len(id.Scopes) == 0 {
		t.Errorf("identity %+v, %v", id, err)
	}
}
