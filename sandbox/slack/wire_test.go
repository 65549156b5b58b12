package slack_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"headway/sandbox/slack"
)

const formType = "application/x-www-form-urlencoded"

func TestEveryWayToSendAnArgumentIsRead(t *testing.T) {
	w := start(t, quick())
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	w.must(parts.WriteField("channel", "C01PAY"))
	w.must(parts.WriteField("text", "x"))
	w.must(parts.Close())
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, err := zip.Write([]byte("channel=C01PAY&text=x"))
	w.must(err)
	w.must(zip.Close())
	for name, c := range map[string]struct {
		kind, encoding, token, body string
	}{
		"form":              {formType, "", w.slack.BotToken(), "channel=C01PAY&text=x"},
		"token in the form": {formType, "", "", "channel=C01PAY&text=x&token=" + w.slack.BotToken()},
		"json":              {"application/json; charset=utf-8", "", w.slack.BotToken(), `{"channel":"C01PAY","text":"x"}`},
		"multipart":         {parts.FormDataContentType(), "", w.slack.BotToken(), form.String()},
		"gzip":              {formType, "gzip", w.slack.BotToken(), packed.String()},
	} {
		r, err := http.NewRequest(http.MethodPost, w.url+"/api/chat.postMessage", strings.NewReader(c.body))
		w.must(err)
		r.Header.Set("Content-Type", c.kind)
		if c.encoding != "" {
			r.Header.Set("Content-Encoding", c.encoding)
		}
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		resp, out := w.send(r)
		if out["ok"] != true || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%s: %d %q %v", name, resp.StatusCode, resp.Header.Get("Content-Type"), out)
		}
	}
	w.noViolations()
}

func TestCredentialsAreTakenOnlyWhereSlackTakesThem(t *testing.T) {
	w := start(t, quick())
	for name, c := range map[string]struct{ kind, token, body, want string }{
		"none":              {formType, "", "", "not_authed"},
		"in JSON":           {"application/json", "", `{"token":"` + w.slack.BotToken() + `"}`, "not_authed"},
		"unknown":           {formType, "xoxb-unknown", "", "invalid_auth"},
		"the app's":         {formType, w.slack.AppToken(), "", "not_allowed_token_type"},
		"an unknown method": {formType, w.slack.BotToken(), "", "unknown_method"},
	} {
		method := "auth.test"
		if c.want == "unknown_method" {
			method = "auth.testing"
		}
		if _, out := w.request(method, c.kind, c.token, strings.NewReader(c.body)); out["error"] != c.want {
			t.Errorf("%s: %v, want %s", name, out, c.want)
		}
	}
}

func TestFormOnlyMethodsOverlookJSON(t *testing.T) {
	w := start(t, quick())
	if out := w.callJSON("users.info", object{"user": "U03ADA"}); out["error"] != "invalid_arguments" {
		t.Errorf("users.info with JSON: %v", out)
	}
	credentials := object{"client_id": "10000.20000", "client_secret": "sandbox-client-secret", "code": "x"}
	if out := w.callJSON("oauth.v2.access", credentials); out["error"] != "invalid_client_id" {
		t.Errorf("oauth.v2.access with JSON: %v", out)
	}
	if out := w.callJSON("conversations.open", object{"users": "U03ADA"}); out["ok"] != true {
		t.Errorf("conversations.open with JSON: %v", out)
	}
}

func TestOversizedBodiesAreRefused(t *testing.T) {
	w := start(t, quick())
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	_, err := zip.Write(bytes.Repeat([]byte("text=xxxxxxxxxxxx"), 1<<18))
	w.must(err)
	w.must(zip.Close())
	for name, c := range map[string]struct{ encoding, body string }{
		"2 MiB":      {"", "text=" + strings.Repeat("x", 2<<20)},
		"a bomb":     {"gzip", bomb.String()},
		"no gzip":    {"gzip", "text=x"},
		"not a form": {"", "text=%zz"},
	} {
		r, err := http.NewRequest(http.MethodPost, w.url+"/api/auth.test", strings.NewReader(c.body))
		w.must(err)
		r.Header.Set("Content-Type", formType)
		r.Header.Set("Content-Encoding", c.encoding)
		if _, out := w.send(r); out["error"] != "invalid_arguments" {
			t.Errorf("%s: %v", name, out)
		}
	}
}

func TestAnswersNameTheScopes(t *testing.T) {
	w := start(t, quick())
	resp, _ := w.request("users.info", formType, w.slack.BotToken(), strings.NewReader("user=U03ADA"))
	if got := resp.Header.Get("X-Accepted-OAuth-Scopes"); got != "users:read" {
		t.Errorf("X-Accepted-OAuth-Scopes: %q", got)
	}
	if got := resp.Header.Get("X-OAuth-Scopes"); !strings.HasPrefix(got, "chat:write,commands,") {
		t.Errorf("X-OAuth-Scopes: %q", got)
	}
}

func TestAnyErrorOfSlackCanBeHad(t *testing.T) {
	w := start(t, quick())
	w.control("fault", object{"fault": "error", "method": "chat.postMessage", "error": "restricted_action"})
	if out := w.post("channel", "C01PAY", "text", "x"); out["error"] != "restricted_action" {
		t.Errorf("answer: %v", out)
	}
	if out := w.post("channel", "C01PAY", "text", "x"); out["ok"] != true {
		t.Errorf("after it: %v", out)
	}
	if status, out := w.tryControl("fault", object{"fault": "error"}); status != http.StatusBadRequest {
		t.Errorf("without a name: %v", out)
	}
	w.noViolations()
}

func TestRefusalsCarrySlacksName(t *testing.T) {
	w := start(t, quick())
	ts, _ := w.post("channel", "C01PAY", "text", "x")["ts"].(string)
	theirs, _ := w.control("say", object{"channel": "C01PAY", "user": "U03ADA", "text": "x"})["ts"].(string)
	secret, _ := w.call("chat.postEphemeral", "channel", "C01PAY", "user", "U03ADA", "text", "x")["message_ts"].(string)
	nine := strings.TrimSuffix(strings.Repeat("U03ADA,", 9), ",")
	hundred := strings.TrimSuffix(strings.Repeat("C01PAY,", 101), ",")
	for _, c := range []struct {
		method string
		form   []string
		want   string
	}{
		{"chat.update", []string{"channel", "C01PAY", "ts", "1.2", "text", "y"}, "message_not_found"},
		{"chat.update", []string{"channel", "C01PAY", "ts", secret, "text", "y"}, "message_not_found"},
		{"chat.update", []string{"channel", "C01PAY", "ts", theirs, "text", "y"}, "cant_update_message"},
		{"chat.delete", []string{"channel", "C01PAY", "ts", theirs}, "cant_delete_message"},
		{"chat.delete", []string{"channel", "C01PAY", "ts", "1.2"}, "message_not_found"},
		{"chat.getPermalink", []string{"channel", "C01PAY", "message_ts", "1.2"}, "message_not_found"},
		{"chat.postMessage", []string{"channel", "C01PAY", "text", "x", "thread_ts", "1.2"}, "cannot_reply_to_message"},
		{"chat.postMessage", []string{"channel", "C01PAY", "text", "x", "metadata", `{"event_type":""}`}, "invalid_metadata_format"},
		{"users.info", []string{"user", "U0NONE"}, "user_not_found"},
		{"users.lookupByEmail", []string{"email", "nobody@acme.test"}, "users_not_found"},
		{"users.list", []string{"cursor", "bogus"}, "invalid_cursor"},
		{"users.list", []string{"limit", "1001"}, "invalid_limit"},
		{"users.conversations", []string{"user", "U0NONE"}, "user_not_found"},
		{"conversations.list", []string{"types", "public"}, "invalid_types"},
		{"conversations.list", []string{"types", "im"}, "missing_scope"},
		{"conversations.info", []string{"channel", "C0NONE"}, "channel_not_found"},
		{"conversations.open", nil, "users_list_not_supplied"},
		{"conversations.open", []string{"users", nine}, "too_many_users"},
		{"conversations.open", []string{"users", "U0NONE"}, "user_not_found"},
		{"conversations.open", []string{"users", "U03ADA,U01MIRA"}, "missing_scope"},
		{"files.completeUploadExternal", []string{"files", `[{"id":"F0NONE"}]`}, "file_not_found"},
		{"files.upload", []string{"content", "x"}, "method_deprecated"},
		{"files.info", []string{"file", "F0NONE"}, "missing_scope"},
		{"team.info", nil, "missing_scope"},
	} {
		if out := w.call(c.method, c.form...); out["error"] != c.want {
			t.Errorf("%s %q: %v, want %s", c.method, c.form, out, c.want)
		}
	}
	file := w.upload("a.csv", "a,b\n")
	if out := w.call("files.completeUploadExternal", "files", file, "channels", hundred); out["error"] != "channels_limit_exceeded" {
		t.Errorf("101 channels: %v", out)
	}
	if out := w.call("chat.update", "channel", "C01PAY", "ts", ts, "text", "still mine"); out["ok"] != true {
		t.Errorf("own message: %v", out)
	}
}

// upload sends a file and returns the "files" argument that shares it.
func (w *world) upload(name, content string) string {
	w.Helper()
	out := w.call("files.getUploadURLExternal", "filename", name, "length", "4")
	address, _ := out["upload_url"].(string)
	resp, err := http.Post(address, "application/octet-stream", strings.NewReader(content))
	w.must(err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		w.Fatalf("upload: %s", resp.Status)
	}
	return string(encode(w, []object{{"id": out["file_id"], "title": "T"}}))
}

func TestImagesShowOnlyUploadedFiles(t *testing.T) {
	w := start(t, quick())
	image := func(id any) object {
		return object{"type": "image", "alt_text": "x", "slack_file": object{"id": id}}
	}
	out := w.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(t, image("F0NONE")))
	if out["error"] != "invalid_blocks" || dig(out, "errors", 0) != "invalid slack file [json-pointer:/blocks/0/slack_file]" {
		t.Errorf("unknown file: %v", out)
	}
	var files []object
	w.must(json.Unmarshal([]byte(w.upload("a.png", "\x89PNG")), &files))
	if out := w.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(t, image(files[0]["id"]))); out["ok"] != true {
		t.Errorf("uploaded file: %v", out)
	}
}

func TestUploadTakesTheFileUnderAnyField(t *testing.T) {
	w := start(t, quick())
	for _, field := range []string{"file", "body"} {
		out := w.call("files.getUploadURLExternal", "filename", "a.csv", "length", "4")
		var form bytes.Buffer
		parts := multipart.NewWriter(&form)
		w.must(parts.WriteField("note", "not the file"))
		file, err := parts.CreateFormFile(field, "a.csv")
		w.must(err)
		_, err = file.Write([]byte("a,b\n"))
		w.must(err)
		w.must(parts.Close())
		resp, err := http.Post(out["upload_url"].(string), parts.FormDataContentType(), &form)
		w.must(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("field %q: %s", field, resp.Status)
		}
	}
}

func TestUploadMayComeWithBlocks(t *testing.T) {
	w := start(t, quick())
	out := w.call("files.completeUploadExternal", "files", w.upload("a.csv", "a,b\n"), "channel_id", "C01PAY", "blocks", blocksOf(t, section("*here*")))
	if m := w.messages("channel=C01PAY"); out["ok"] != true || len(m) != 1 || dig(m[0], "blocks", 0, "text", "text") != "*here*" {
		t.Errorf("shared: %v\n%v", out, m)
	}
	out = w.call("files.completeUploadExternal", "files", w.upload("b.csv", "a,b\n"), "channel_id", "C01PAY", "blocks", `[{"type":"none"}]`)
	if out["error"] != "invalid_blocks" {
		t.Errorf("wrong blocks: %v", out)
	}
}

func TestBlocksAreValidatedWithoutBeingShown(t *testing.T) {
	w := start(t, quick())
	bad := `{"type":"header","text":{"type":"mrkdwn","text":"x"}}`
	for name, c := range map[string]struct{ argument, value, err, pointer string }{
		"blocks":       {"blocks", `[` + bad + `]`, "invalid_blocks", "/0/text/type"},
		"message":      {"message", `{"blocks":[` + bad + `]}`, "invalid_message", "/blocks/0/text/type"},
		"view":         {"view", `{"type":"home","blocks":[` + bad + `]}`, "invalid_view", "/blocks/0/text/type"},
		"right blocks": {"blocks", `[{"type":"divider"}]`, "", ""},
		"no JSON":      {"blocks", `[`, "invalid_arguments", ""},
	} {
		out := w.call("blocks.validate", c.argument, c.value)
		got, _ := out["error"].(string)
		pointer, _ := dig(out, "errors", 0, "pointer").(string)
		if got != c.err || pointer != c.pointer {
			t.Errorf("%s: %v", name, out)
		}
	}
	if out := w.call("blocks.validate"); out["error"] != "invalid_arguments" {
		t.Errorf("nothing: %v", out)
	}
}

func TestEditWindowCloses(t *testing.T) {
	w := start(t, quick())
	ts, _ := w.post("channel", "C01PAY", "text", "x")["ts"].(string)
	edit := func() any { return w.call("chat.update", "channel", "C01PAY", "ts", ts, "text", "y")["error"] }
	w.control("fault", object{"fault": "edit_window", "seconds": 3600})
	if got := edit(); got != nil {
		t.Errorf("within the window: %v", got)
	}
	w.control("fault", object{"fault": "edit_window", "seconds": 1})
	w.eventually(func() bool { return edit() == "edit_window_closed" })
	w.control("fault", object{"fault": "clear"})
	if got := edit(); got != nil {
		t.Errorf("cleared: %v", got)
	}
}

func TestTextIsCutAndBlocksHaveABudget(t *testing.T) {
	w := start(t, quick())
	w.post("channel", "C01PAY", "text", strings.Repeat("é", 40_001))
	if m := w.messages("channel=C01PAY"); len([]rune(m[0]["text"].(string))) != 40_000 {
		t.Errorf("text of %d characters", len([]rune(m[0]["text"].(string))))
	}
	budget := func(n int) any {
		blocks := []object{section(strings.Repeat("é", n-12_000))}
		for range 4 {
			blocks = append(blocks, section(strings.Repeat("é", 3000)))
		}
		return w.post("channel", "C02PLAT", "text", "x", "blocks", blocksOf(t, blocks...))["error"]
	}
	if within, above := budget(13_200), budget(13_201); within != nil || above != "msg_blocks_too_long" {
		t.Errorf("13,200 characters: %v, one more: %v", within, above)
	}
	if long, longer := w.post("channel", "C03GEN", "markdown_text", strings.Repeat("é", 12_000)), w.post("channel", "C03GEN", "markdown_text", strings.Repeat("é", 12_001)); long["ok"] != true || longer["error"] != "msg_too_long" {
		t.Errorf("markdown: %v, longer %v", long, longer)
	}
}

func TestViewsHaveASizeAndTheirOwnIDs(t *testing.T) {
	a, view := openModal(t, with(modal(textField("name")), object{"external_id": "mine"}))
	big := make([]object, 0, 90)
	for range 90 {
		big = append(big, section(strings.Repeat("x", 2950)))
	}
	if out := a.callJSON("views.update", object{"view_id": view["id"], "view": modal(big...)}); out["error"] != "view_too_large" {
		t.Errorf("265 KB: %v", out["error"])
	}
	if out := a.callJSON("views.update", object{"view_id": "V0NONE", "view": modal(section("x"))}); out["error"] != "not_found" {
		t.Errorf("unknown: %v", out)
	}
	a.control("slash", object{"channel": "C01PAY", "user": "U01MIRA", "command": "/headway", "text": ""})
	p := <-a.payloads
	again := object{"trigger_id": p["trigger_id"], "view": with(modal(textField("name")), object{"external_id": "mine"})}
	if out := a.callJSON("views.open", again); out["error"] != "duplicate_external_id" {
		t.Errorf("same external id: %v", out)
	}
}

func TestEnvelopesSayWhetherTheyTakeAPayload(t *testing.T) {
	w := start(t, quick())
	b := w.connect()
	ts := w.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(t, actions("row", button("ok", "1"))))["ts"]
	trigger := regexp.MustCompile(`^\d{13}\.\d+\.[0-9a-f]{32}$`)
	for verb, c := range map[string]struct {
		body    object
		kind    string
		accepts bool
	}{
		"slash":    {slashBy("U03ADA", ""), "slash_commands", true},
		"shortcut": {object{"user": "U03ADA", "callback_id": "checkin_answer"}, "interactive", false},
		"click":    {object{"channel": "C01PAY", "ts": ts, "user": "U03ADA", "action": object{"action_id": "ok"}}, "interactive", false},
		"home":     {object{"user": "U03ADA"}, "events_api", false},
	} {
		done := make(chan object, 1)
		go func() { done <- w.control(verb, c.body) }()
		f := b.next()
		if f["type"] != c.kind || f["accepts_response_payload"] != c.accepts {
			t.Errorf("%s: %v", verb, f)
		}
		if _, retried := f["retry_attempt"]; retried != (verb == "home") {
			t.Errorf("%s: retry_attempt %v", verb, f["retry_attempt"])
		}
		if id, ok := dig(f, "payload", "trigger_id").(string); ok != (verb != "home") || (ok && !trigger.MatchString(id)) {
			t.Errorf("%s: trigger_id %q", verb, id)
		}
		b.ack(f, nil)
		<-done
	}
}

func TestAnAckCountsOnce(t *testing.T) {
	w := start(t, quick())
	b := w.connect()
	done := make(chan object, 1)
	go func() { done <- w.control("slash", slashBy("U03ADA", "")) }()
	f := b.next()
	b.ack(f, object{"text": "one"})
	<-done
	b.ack(f, object{"text": "two"})
	b.ack(object{"envelope_id": "none"}, nil)
	b.send([]string{"no object"})
	w.eventually(func() bool { return len(w.slack.Violations()) == 1 })
	var details []string
	for _, r := range w.slack.Refusals() {
		details = append(details, r.Detail)
	}
	if !slices.Equal(details, []string{"duplicate ack", "unknown envelope_id"}) {
		t.Errorf("ignored: %q", details)
	}
	if m := w.messages("channel=C01PAY"); len(m) != 1 || m[0]["text"] != "one" {
		t.Errorf("messages: %v", m)
	}
}

func TestAPayloadWhereNoneIsTakenIsAWrongAck(t *testing.T) {
	w := start(t, quick())
	b := w.connect()
	for _, c := range []struct {
		payload any
		wrong   int
	}{{object{}, 0}, {nil, 0}, {object{"text": "x"}, 1}} {
		done := make(chan object, 1)
		go func() { done <- w.control("shortcut", object{"user": "U03ADA", "callback_id": "checkin_answer"}) }()
		b.ack(b.next(), c.payload)
		if r := <-done; r["acked"] != true {
			t.Errorf("%v: %v", c.payload, r)
		}
		if got := len(w.slack.Violations()); got != c.wrong {
			t.Errorf("%v: %d violations", c.payload, got)
		}
	}
}

func TestHelloTellsHowLongTheConnectionLives(t *testing.T) {
	w := start(t, quick())
	for query, want := range map[string]float64{"": 18060, "&debug_reconnects=true": 360} {
		conn, _, err := websocket.Dial(t.Context(), w.ticket()+query, nil)
		w.must(err)
		defer conn.CloseNow()
		_, raw, err := conn.Read(t.Context())
		w.must(err)
		var hello object
		w.must(json.Unmarshal(raw, &hello))
		if got := dig(hello, "debug_info", "approximate_connection_time"); got != want {
			t.Errorf("%q: %v", query, got)
		}
	}
}

func TestConnectionsThatDoNotPongAreEnded(t *testing.T) {
	timing := quick()
	timing.Ping = 100 * time.Millisecond
	w := start(t, timing)
	conn, _, err := websocket.Dial(t.Context(), w.ticket(), nil) // answers pings only while it reads
	w.must(err)
	defer conn.CloseNow()
	w.eventually(func() bool { return w.control("disconnect", object{})["disconnected"] == 0.0 })
}

func TestServerPingsAndPongs(t *testing.T) {
	timing := quick()
	timing.Ping = 50 * time.Millisecond
	w := start(t, timing)
	pings := make(chan struct{}, 64)
	conn, _, err := websocket.Dial(t.Context(), w.ticket(), &websocket.DialOptions{
		CompressionMode: websocket.CompressionContextTakeover,
		OnPingReceived:  func(context.Context, []byte) bool { pings <- struct{}{}; return true },
	})
	w.must(err)
	defer conn.CloseNow()
	go func() {
		for {
			if _, _, err := conn.Read(context.Background()); err != nil {
				return
			}
		}
	}()
	<-pings
	w.must(conn.Ping(t.Context()))
}

func TestCompressionIsDeclined(t *testing.T) {
	w := start(t, quick())
	conn, resp, err := websocket.Dial(t.Context(), w.ticket(), &websocket.DialOptions{CompressionMode: websocket.CompressionContextTakeover})
	w.must(err)
	defer conn.CloseNow()
	if got := resp.Header.Get("Sec-WebSocket-Extensions"); got != "" {
		t.Errorf("extensions: %q", got)
	}
}

func TestSlacksDeadlines(t *testing.T) {
	d := slack.DefaultTiming()
	want := slack.Timing{
		Ack: 3 * time.Second, Trigger: 3 * time.Second, Ping: d.Ping, Warning: 10 * time.Second, Ticket: d.Ticket,
		Redelivery: []time.Duration{0, time.Minute, 5 * time.Minute}, Hook: 30 * time.Minute,
	}
	if !slices.Equal(d.Redelivery, want.Redelivery) || d.Ack != want.Ack || d.Trigger != want.Trigger || d.Warning != want.Warning || d.Hook != want.Hook {
		t.Errorf("%+v, want %+v", d, want)
	}
	if d.Ping > 10*time.Second {
		t.Errorf("a ping only every %v", d.Ping)
	}
}

func TestFaultsOnTheWay(t *testing.T) {
	t.Run("too many sockets", func(t *testing.T) {
		w := start(t, quick())
		w.control("fault", object{"fault": "too_many_websockets"})
		if f := w.dial().next(); f["reason"] != "too_many_websockets" {
			t.Errorf("frame: %v", f)
		}
		w.connect()
	})
	t.Run("slow answers", func(t *testing.T) {
		w := start(t, quick())
		w.control("fault", object{"fault": "slow_api", "method": "auth.test", "ms": 60})
		began := time.Now()
		if out := w.call("auth.test"); out["ok"] != true || time.Since(began) < 60*time.Millisecond {
			t.Errorf("after %v: %v", time.Since(began), out)
		}
	})
	t.Run("the app's token", func(t *testing.T) {
		w := start(t, quick())
		w.control("fault", object{"fault": "revoke_token", "token": "app"})
		if _, out := w.request("apps.connections.open", formType, w.slack.AppToken(), nil); out["error"] != "token_revoked" {
			t.Errorf("answer: %v", out)
		}
	})
}
